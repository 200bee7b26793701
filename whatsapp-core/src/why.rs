//! The reason for the state of a message or a reminder, in one plain sentence: the same words for
//! pages, e-mails and programs.
//!
//! ```
//! use whatsapp_core::schedule::{ReminderStep, StepName};
//! use whatsapp_core::why::Now;
//! use whatsapp_core::{CustomerId, InvoiceId};
//!
//! let (at, zone) = ("2026-11-27T06:00:00Z".parse()?, "Asia/Kolkata".parse()?);
//! let (invoice, customer) = (InvoiceId::new("81")?, CustomerId::new("C-1")?);
//! let day = "2026-11-30".parse()?;
//! let step = ReminderStep::new(invoice, StepName::After(3), customer, "INV-81", day, at);
//! assert_eq!(step.why(), "It goes out on Monday, 30 Nov 2026.");
//! # let _ = Now::new(at, &zone);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod advice;
mod meaning;
mod message;
mod step;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

pub(crate) use advice::SILENCE;

use crate::account::Pause;
use crate::time::{Zone, spoken};

/// The facts beside the message that its sentence depends on.
#[derive(Debug, Clone, Copy)]
pub struct Now<'a> {
    at: DateTime<Utc>,
    zone: &'a Zone,
    pause: Option<&'a Pause>,
    author: Option<&'a str>,
}

impl<'a> Now<'a> {
    /// An instant, shown by the clocks of the business, while the account sends.
    #[must_use]
    pub const fn new(at: DateTime<Utc>, zone: &'a Zone) -> Self {
        Self { at, zone, pause: None, author: None }
    }

    /// The same facts while the account is paused.
    #[must_use]
    pub const fn with_pause(mut self, pause: Option<&'a Pause>) -> Self {
        self.pause = pause;
        self
    }

    /// The same facts with the name of the person who made the message, as the host knows it.
    #[must_use]
    pub const fn with_author(mut self, name: Option<&'a str>) -> Self {
        self.author = name;
        self
    }

    pub(crate) const fn at(&self) -> DateTime<Utc> {
        self.at
    }

    pub(crate) fn paused_until(&self) -> Option<DateTime<Utc>> {
        self.pause.map(|pause| pause.until)
    }

    fn spoken(&self, at: DateTime<Utc>) -> String {
        spoken(self.zone.local(at))
    }
}

/// One sentence from a clause and the sentence that explains it.
fn because(clause: &str, sentence: &str) -> String {
    crate::visible::sentence(&format!("{clause}: {}", within(sentence.trim())))
}

/// A sentence as it is written inside another one. A sentence that begins with a name, such as that
/// of an invoice, keeps its capital.
fn within(sentence: &str) -> String {
    const FIRST: &[&str] = &[
        "A",
        "All",
        "Another",
        "Before",
        "Business",
        "Cancelled",
        "Closed",
        "Covered",
        "Enough",
        "Goes",
        "Greetings",
        "Held",
        "It",
        "Its",
        "Messages",
        "No",
        "Nobody",
        "Payment",
        "Payments",
        "Reminded",
        "Reminders",
        "Sending",
        "Something",
        "Such",
        "The",
        "There",
        "This",
        "Too",
    ];
    let word = sentence.split(' ').next().unwrap_or_default();
    if FIRST.contains(&word) {
        let mut characters = sentence.chars();
        let first = characters.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
        first + characters.as_str()
    } else {
        sentence.to_owned()
    }
}
