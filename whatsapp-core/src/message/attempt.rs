//! The attempt ledger: one row a POST, committed before it.

use chrono::{DateTime, Utc};

use serde::Serialize;

use super::part::Part;
use super::via::Via;
use crate::word::words;
words!(
    /// How an attempt ended. An attempt without an outcome is open: its POST is under way, or
    /// nobody knows yet what became of it.
    AttemptOutcome, "attempt outcome",
    "accepted, rejected, not_sent, account_refused, unclear_refusal, not_accepted, unknown_held",
    {
        /// The gateway took the message.
        Accepted => "accepted", "Accepted";
        /// The gateway answered that it did not take it.
        Rejected => "rejected", "Refused";
        /// No byte reached the gateway.
        NotSent => "not_sent", "Not sent";
        /// The account was refused, or its key is missing: not the message's fault, and no retry is
        /// used up.
        AccountRefused => "account_refused", "Account refused";
        /// It was refused, and the answer does not tell whether for the message's sake or for the
        /// account's: no retry is used up.
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
    /// 1 for the first.
    pub no: u32,
    /// What of the message it sent.
    pub part: Part,
    /// Which gateway it went to, and by which key; `None` where the gateway has only one way.
    pub via: Option<Via>,
    /// When it was committed that a POST would follow.
    pub started_at: DateTime<Utc>,
    /// When the reply, or its absence, was recorded.
    pub finished_at: Option<DateTime<Utc>>,
    /// `None` while nobody knows.
    pub outcome: Option<AttemptOutcome>,
    /// The HTTP status of the reply, if there was one.
    pub http_status: Option<u16>,
    /// What happened, in plain words, without number, text or key.
    pub detail: Option<String>,
    /// The gateway's id for the accepted message.
    pub gateway_id: Option<String>,
    /// When the file was last handed over in full, or as far as it was: evidence that the gateway
    /// fetched it.
    pub fetched_at: Option<DateTime<Utc>>,
    /// How many of the file's bytes were handed over then.
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

/// What is written into an attempt when more is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRecord {
    /// The attempt's number.
    pub no: u32,
    /// When this became known.
    pub finished_at: DateTime<Utc>,
    /// `None` leaves the attempt open.
    pub outcome: Option<AttemptOutcome>,
    /// The HTTP status, if there was a reply; `None` keeps what is there.
    pub http_status: Option<u16>,
    /// What happened; `None` keeps what is there.
    pub detail: Option<String>,
    /// The gateway's id; unique over all attempts. An attempt that stays open owns none, and a record
    /// that says otherwise is not written.
    pub gateway_id: Option<String>,
}
