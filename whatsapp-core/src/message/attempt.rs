//! The attempt ledger: one row for each POST, committed before it.

use chrono::{DateTime, Utc};

use serde::Serialize;

use super::part::Part;
use super::via::Via;
use crate::word::words;
words!(
    /// The outcome of an attempt. An attempt without an outcome is open: its POST is under way, or
    /// its result is not yet known.
    #[non_exhaustive]
    AttemptOutcome, "attempt outcome",
    "accepted, rejected, not_sent, account_refused, unclear_refusal, not_accepted, unknown_held",
    {
        /// The gateway accepted the message.
        Accepted => "accepted", "Accepted";
        /// The gateway answered that it did not accept the message.
        Rejected => "rejected", "Refused";
        /// No byte reached the gateway.
        NotSent => "not_sent", "Not sent";
        /// The account was refused, or its key is missing. It is not the message's fault, and no
        /// retry is used up.
        AccountRefused => "account_refused", "Account refused";
        /// The message was refused, and the answer does not tell whether because of the message or
        /// of the account. No retry is used up.
        UnclearRefusal => "unclear_refusal", "Refused, unclear why";
        /// The outcome was unknown, and a complete listing later did not show the message.
        NotAccepted => "not_accepted", "Not accepted";
        /// The outcome is unknown for good.
        UnknownHeld => "unknown_held", "Unknown";
    }
);

/// One attempt, as the ledger holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Attempt {
    /// The number of the attempt, 1 for the first.
    pub no: u32,
    /// The part of the message that the attempt sent.
    pub part: Part,
    /// The gateway and the key that the attempt used; `None` where the gateway's host and key never
    /// change.
    pub via: Option<Via>,
    /// Time at which the attempt was committed, before its POST.
    pub started_at: DateTime<Utc>,
    /// Time at which the reply, or its absence, was recorded.
    pub finished_at: Option<DateTime<Utc>>,
    /// The outcome; `None` while it is not known.
    pub outcome: Option<AttemptOutcome>,
    /// The HTTP status of the reply, if there was one.
    pub http_status: Option<u16>,
    /// Description of the result, in plain words, without number, text or key.
    pub detail: Option<String>,
    /// The gateway's id for the accepted message.
    pub gateway_id: Option<String>,
    /// Time at which the file was last handed over, in full or as far as it was: evidence that the
    /// gateway fetched it.
    pub fetched_at: Option<DateTime<Utc>>,
    /// Number of the file's bytes that were handed over then.
    pub fetched_bytes: Option<u64>,
}

impl Attempt {
    /// An attempt that begins at `started_at`.
    #[must_use]
    pub const fn begun(no: u32, started_at: DateTime<Utc>) -> Self {
        Self {
            no,
            part: Part::Whole,
            via: None,
            started_at,
            finished_at: None,
            outcome: None,
            http_status: None,
            detail: None,
            gateway_id: None,
            fetched_at: None,
            fetched_bytes: None,
        }
    }
}

/// An update of an attempt with new facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRecord {
    /// The attempt's number.
    pub no: u32,
    /// Time at which these facts became known.
    pub finished_at: DateTime<Utc>,
    /// The outcome; `None` leaves the attempt open.
    pub outcome: Option<AttemptOutcome>,
    /// The HTTP status, if there was a reply; `None` keeps the stored one.
    pub http_status: Option<u16>,
    /// Description of the result; `None` keeps the stored one.
    pub detail: Option<String>,
    /// The gateway's id, unique over all attempts. An attempt that stays open owns no id, and a
    /// record that gives it one is not written.
    pub gateway_id: Option<String>,
}
