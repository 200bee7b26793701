//! What to show of the log.

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

/// How many rows a page or a count looks at, at most, where no index knows what is asked for.
pub const WALK_ROWS: u32 = 10_000;

/// For how long it looks at most, measured between the batches in which it reads.
pub const WALK_TIME: Duration = Duration::from_millis(50);

/// What to show of the log. Empty shows everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LogFilter {
    /// Only these statuses; all where it is empty.
    pub statuses: BTreeSet<Status>,
    /// Only these deliveries; nothing asked where it is empty.
    pub deliveries: BTreeSet<Delivery>,
    /// Only what came to one of these; nothing asked where it is empty.
    pub outcomes: BTreeSet<Outcome>,
    /// Only this message type.
    pub message_type: Option<TypeName>,
    /// Only this trigger.
    pub trigger: Option<Trigger>,
    /// Only what waits for one of these, also for its next attempt; nothing asked where it is empty. With
    /// [`HeldFor::ALL`] it is all of the phase [`Held`](crate::message::Phase::Held).
    pub held_for: BTreeSet<HeldFor>,
    /// Only what needs a person.
    pub attention: Option<Attention>,
    /// Only these customers, [`CUSTOMERS_MAX`] at most; all where it is empty.
    pub customers: BTreeSet<CustomerId>,
    /// Only messages whose subject begins so: as it is typed, in capitals or in small letters.
    pub about: Option<String>,
    /// Only messages whose key begins so.
    pub key_prefix: Option<String>,
    /// Made at or after.
    pub from: Option<DateTime<Utc>>,
    /// Made before.
    pub until: Option<DateTime<Utc>>,
}

impl LogFilter {
    /// Checks what a filter promises; every store asks it first.
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

    /// The beginnings of a subject that [`about`](Self::about) stands for, each once.
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

    /// What is asked for, in words without numbers and names: what the audit says of a filter.
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
    /// What a person is needed for.
    AttentionFor, "reason for attention", "failed, unknown, silent",
    {
        /// It failed for good, and nothing took its place since: no corrected message, no resend.
        Failed => "failed", "Failed for good";
        /// The same where nobody knows whether it arrived.
        Unknown => "unknown", "Outcome unknown";
        /// The gateway took it, and says nothing of its delivery while that is followed.
        Silent => "silent", "No word of delivery";
    }
);

/// What needs a person, as of an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attention {
    /// For which of these.
    pub kinds: BTreeSet<AttentionFor>,
    /// What failed is shown where it changed last at or after this.
    pub failed_since: DateTime<Utc>,
    /// What is silent was sent before this.
    pub silent_before: DateTime<Utc>,
}

impl Attention {
    /// All that needs a person at this instant: what failed within 30 days, and what is silent for more
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

    /// The same for one reason alone.
    #[must_use]
    pub fn only(mut self, kind: AttentionFor) -> Self {
        self.kinds = [kind].into();
        self
    }
}
