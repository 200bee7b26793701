//! Filters for the log.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use crate::id::CustomerId;
use crate::message::{Delivery, HeldFor, Outcome, Status, Trigger, TypeName};
use crate::port::store::StoreError;
use crate::why::SILENCE;
use crate::word::words;

/// The most customers of one filter.
pub const CUSTOMERS_MAX: usize = 20;

/// The most rows that a page or a count reads where no index answers the filter.
pub const WALK_ROWS: u32 = 10_000;

/// The longest time that such a page or count reads, measured between the batches in which it
/// reads.
pub const WALK_TIME: Duration = Duration::from_millis(50);

/// A filter for the log. An empty filter shows everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LogFilter {
    /// Only these statuses; all where it is empty.
    pub statuses: BTreeSet<Status>,
    /// Only these deliveries; all where it is empty.
    pub deliveries: BTreeSet<Delivery>,
    /// Only messages with one of these outcomes; all where it is empty.
    pub outcomes: BTreeSet<Outcome>,
    /// Only this message type.
    pub message_type: Option<TypeName>,
    /// Only this trigger.
    pub trigger: Option<Trigger>,
    /// Only messages that wait for one of these, also for their next attempt; all where it is
    /// empty. With [`HeldFor::ALL`] it is the whole phase [`Held`](crate::message::Phase::Held).
    pub held_for: BTreeSet<HeldFor>,
    /// Only messages that need a person.
    pub attention: Option<Attention>,
    /// Only these customers, [`CUSTOMERS_MAX`] at most; all where it is empty.
    pub customers: BTreeSet<CustomerId>,
    /// Only messages whose subject begins with this text: as it is typed, in capitals or in small
    /// letters.
    pub about: Option<String>,
    /// Only messages whose key begins with this text.
    pub key_prefix: Option<String>,
    /// Only messages made at or after this instant.
    pub from: Option<DateTime<Utc>>,
    /// Only messages made before this instant.
    pub until: Option<DateTime<Utc>>,
}

impl LogFilter {
    /// Checks the limits of a filter; every store calls it first.
    ///
    /// # Errors
    /// [`StoreError::Other`] for more than [`CUSTOMERS_MAX`] customers.
    pub fn check(&self) -> Result<(), StoreError> {
        let many = self.customers.len();
        if many <= CUSTOMERS_MAX {
            return Ok(());
        }
        let reason = format!("customers: {many} were asked for; at most {CUSTOMERS_MAX} can be");
        Err(StoreError::Other { reason })
    }

    /// Returns the beginnings of a subject that [`about`](Self::about) stands for, each once.
    ///
    /// ```
    /// use whatsapp_core::port::LogFilter;
    ///
    /// let mut filter = LogFilter::default();
    /// filter.about = Some("Inv-7".to_owned());
    /// let spellings: Vec<_> = filter.spellings().unwrap().into_iter().collect();
    /// assert_eq!(spellings, ["INV-7", "Inv-7", "inv-7"]);
    /// ```
    #[must_use]
    pub fn spellings(&self) -> Option<BTreeSet<String>> {
        let typed = self.about.as_ref()?;
        Some([typed.clone(), typed.to_uppercase(), typed.to_lowercase()].into())
    }

    /// Returns the filter in words without numbers and names, as the audit keeps it.
    ///
    /// ```
    /// use whatsapp_core::message::Status;
    /// use whatsapp_core::port::LogFilter;
    ///
    /// let mut filter = LogFilter::default();
    /// assert_eq!(filter.in_words(), "all messages");
    /// filter.statuses = [Status::Failed].into();
    /// filter.about = Some("INV-7".to_owned());
    /// filter.from = Some("2026-01-26T18:30:00Z".parse()?);
    /// assert_eq!(
    ///     filter.in_words(),
    ///     "status: Failed; about something; made from 2026-01-26T18:30:00Z"
    /// );
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    #[must_use]
    pub fn in_words(&self) -> String {
        fn labels(name: &str, labels: impl Iterator<Item = &'static str>) -> Option<String> {
            let labels: Vec<_> = labels.collect();
            (!labels.is_empty()).then(|| format!("{name}: {}", labels.join(", ")))
        }
        let at = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let customers = match self.customers.len() {
            0 => None,
            1 => Some("one customer".to_owned()),
            many => Some(format!("{many} customers")),
        };
        let needs = self.attention.iter().flat_map(|asked| asked.kinds.iter());
        let parts = [
            labels("status", self.statuses.iter().map(|it| it.label())),
            labels("outcome", self.outcomes.iter().map(|it| it.label())),
            labels("delivery", self.deliveries.iter().map(|it| it.label())),
            self.message_type.map(|of| format!("type: {of}")),
            labels("trigger", self.trigger.iter().map(|it| it.label())),
            labels("waits for", self.held_for.iter().map(|it| it.label())),
            labels("needs a person", needs.map(|it| it.label())),
            customers,
            self.about.as_ref().map(|_| "about something".to_owned()),
            self.key_prefix.as_ref().map(|_| "with keys that begin alike".to_owned()),
            self.from.map(|from| format!("made from {}", at(from))),
            self.until.map(|until| format!("made before {}", at(until))),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        if parts.is_empty() { "all messages".to_owned() } else { parts.join("; ") }
    }
}

words!(
    /// The reason why a message needs a person.
    #[non_exhaustive]
    AttentionFor, "reason for attention", "failed, unknown, silent",
    {
        /// The message failed for good, and nothing has replaced it since: no corrected message, no
        /// resend.
        Failed => "failed", "Failed for good";
        /// The message failed for good, nobody knows whether it arrived, and nothing has replaced
        /// it since.
        Unknown => "unknown", "Outcome unknown";
        /// The gateway accepted the message, and reports nothing about its delivery while that is
        /// followed.
        Silent => "silent", "No word of delivery";
    }
);

/// A filter for messages that need a person, as of an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attention {
    /// The reasons that are asked for.
    pub kinds: BTreeSet<AttentionFor>,
    /// A failed message is shown if its last change was at or after this instant.
    pub failed_since: DateTime<Utc>,
    /// A silent message is shown if it was sent before this instant.
    pub silent_before: DateTime<Utc>,
}

impl Attention {
    /// All messages that need a person at this instant: failed within 30 days, or silent for more
    /// than an hour.
    ///
    /// ```
    /// use chrono::TimeDelta;
    /// use whatsapp_core::port::{Attention, AttentionFor};
    ///
    /// let now = "2026-11-29T06:00:00Z".parse()?;
    /// let silent = Attention::at(now).only(AttentionFor::Silent);
    /// assert_eq!(silent.silent_before, now - TimeDelta::hours(1));
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    #[must_use]
    pub fn at(now: DateTime<Utc>) -> Self {
        Self {
            kinds: AttentionFor::ALL.iter().copied().collect(),
            failed_since: now - TimeDelta::days(30),
            silent_before: now - SILENCE,
        }
    }

    /// The same filter for one reason only.
    #[must_use]
    pub fn only(mut self, kind: AttentionFor) -> Self {
        self.kinds = [kind].into();
        self
    }
}
