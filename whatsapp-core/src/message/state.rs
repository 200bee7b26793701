//! The state of a message.

use chrono::{DateTime, Utc};

use super::failure::Failure;
use super::kind::{CancelReason, Delivery};
use crate::time::Elapsed;

/// The state of a message, with everything that is needed to decide the next step.
///
/// ```
/// use whatsapp_core::message::{Change, Event, Progress, State};
/// use whatsapp_core::retry::RetryPolicy;
///
/// let now: chrono::DateTime<chrono::Utc> = "2026-01-27T09:30:00Z".parse()?;
/// let (waiting, policy) = (Progress::new(now), RetryPolicy::default());
/// let Change::To(sending) = waiting.on(&Event::Begun, now, &policy) else { panic!() };
/// assert!(matches!(sending.state, State::Sending { .. }));
/// // Nothing is begun twice.
/// assert!(matches!(sending.on(&Event::Begun, now, &policy), Change::Forbidden(_)));
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The message waits for its time. Its current part was not sent, or was only refused without
    /// using up a retry.
    Waiting {
        /// Time from which the message may be sent.
        due: DateTime<Utc>,
    },
    /// An attempt is open: its POST may be under way.
    Sending {
        /// Start of the attempt.
        started: DateTime<Utc>,
        /// Start of the attempt by elapsed time.
        mark: Option<Elapsed>,
    },
    /// An attempt is open and its outcome unknown: the gateway is being asked.
    Checking {
        /// Start of the attempt.
        started: DateTime<Utc>,
        /// Elapsed time since which the attempt has surely been under way: its start, or the end of
        /// a POST that took long.
        mark: Option<Elapsed>,
        /// Number of lookups so far.
        looks: u32,
        /// Number of lookups at which the gateway could not be asked.
        unavailable: u32,
        /// Time of the next lookup.
        next: DateTime<Utc>,
        /// Elapsed time of the next lookup, which decides where it can be compared.
        look_mark: Option<Elapsed>,
    },
    /// The last attempt failed and another one follows.
    Retrying {
        /// Time of the next attempt.
        at: DateTime<Utc>,
        /// The failure of the last attempt.
        why: Failure,
    },
    /// The gateway accepted the message.
    Sent {
        /// Time of the acceptance, by the clock on this side.
        at: DateTime<Utc>,
        /// The delivery since then.
        delivery: Delivery,
        /// Time of the next request for its delivery, if it is still followed.
        watch: Option<DateTime<Utc>>,
    },
    /// Final: the message was not sent, or nobody can know.
    Failed(Failure),
    /// Final: the message was withdrawn before anything was sent.
    Cancelled(CancelReason),
}
