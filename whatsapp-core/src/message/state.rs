//! Where a message stands.

use chrono::{DateTime, Utc};

use super::failure::Failure;
use super::kind::{CancelReason, Delivery};
use crate::time::Elapsed;

/// Where a message stands, with all that is needed to decide what comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Waits for its time; nothing was sent, or only refused for the account's sake.
    Waiting {
        /// When it may be sent.
        due: DateTime<Utc>,
    },
    /// An attempt is open: its POST may be under way.
    Sending {
        /// When the attempt began.
        started: DateTime<Utc>,
        /// The same by elapsed time.
        mark: Option<Elapsed>,
    },
    /// An attempt is open and its outcome unknown: the gateway is being asked.
    Checking {
        /// When the attempt began.
        started: DateTime<Utc>,
        /// Since when it has surely been under way, by elapsed time: its beginning, or the end of a
        /// POST that took long.
        mark: Option<Elapsed>,
        /// Looks made so far.
        looks: u32,
        /// Looks at which the gateway could not be asked.
        unavailable: u32,
        /// When the next look is due.
        next: DateTime<Utc>,
        /// The same by elapsed time, which decides where it can be compared.
        look_mark: Option<Elapsed>,
    },
    /// The last attempt failed and another one follows.
    Retrying {
        /// When.
        at: DateTime<Utc>,
        /// What went wrong.
        why: Failure,
    },
    /// The gateway accepted it.
    Sent {
        /// When it did, by this side's clock.
        at: DateTime<Utc>,
        /// How far it has come since.
        delivery: Delivery,
        /// When its delivery is asked for next, if it still is.
        watch: Option<DateTime<Utc>>,
    },
    /// Final: it was not sent, or nobody can know.
    Failed(Failure),
    /// Final: withdrawn before anything was sent.
    Cancelled(CancelReason),
}
