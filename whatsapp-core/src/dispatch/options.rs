//! The dispatcher's few knobs and its report.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::account::Pause;

/// How a dispatcher works. The defaults are right for a single account.
///
/// ```
/// use std::time::Duration;
/// use whatsapp_core::DispatchOptions;
///
/// let options = DispatchOptions::default().with_slots(4).with_poll(Duration::from_secs(10));
/// assert_eq!(options.slots, 4);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DispatchOptions {
    /// Requests under way at once in this process; 16 by default. As many messages are in hand, or
    /// twice as many where no pace bounds them.
    pub slots: u32,
    /// How long a claim holds; 120 seconds by default, never under 60.
    pub lease: TimeDelta,
    /// How far the gateway's clock may be from this one when a listing is compared; 2 minutes by
    /// default.
    pub listing_tolerance: TimeDelta,
    /// Requests a second for the account: the setting `whatsapp_requests_per_second`, or a limit of
    /// the host's own, or none at all (for benchmarks).
    pub pace: Pace,
    /// Whether the delivery of accepted messages is followed for a day; on by default.
    pub watch: bool,
    /// The longest sleep without asking the database; 2 seconds by default.
    ///
    /// It is how long a message may wait that another process enqueued or gave back; what this
    /// process enqueues is found at once. An idle dispatcher makes one small query in this time,
    /// and a few more a minute. Where the store tells of new messages (`PostgresStore::listen`) 10
    /// seconds are enough; where several processes share a SQLite file and every second counts, less
    /// does no harm.
    pub poll: Duration,
}

/// The pace of an account.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Pace {
    /// As the settings say.
    FromSettings,
    /// No limit. A gateway bans numbers that send too fast: for stand-ins only.
    Unlimited,
}

impl Default for DispatchOptions {
    fn default() -> Self {
        Self {
            slots: 16,
            lease: TimeDelta::seconds(120),
            listing_tolerance: TimeDelta::minutes(2),
            pace: Pace::FromSettings,
            watch: true,
            poll: Duration::from_secs(2),
        }
    }
}

impl DispatchOptions {
    /// Makes at most this many requests at once in this process.
    #[must_use]
    pub const fn with_slots(mut self, slots: u32) -> Self {
        self.slots = slots;
        self
    }

    /// Claims messages for this long; under 60 seconds counts as 60.
    #[must_use]
    pub const fn with_lease(mut self, lease: TimeDelta) -> Self {
        self.lease = lease;
        self
    }

    /// Allows the gateway's clock to be this far from the clock here.
    #[must_use]
    pub const fn with_listing_tolerance(mut self, tolerance: TimeDelta) -> Self {
        self.listing_tolerance = tolerance;
        self
    }

    /// Limits the account's requests a second in this way.
    #[must_use]
    pub const fn with_pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Follows the delivery of accepted messages for a day, or does not.
    #[must_use]
    pub const fn with_watch(mut self, watch: bool) -> Self {
        self.watch = watch;
        self
    }

    /// Lets `run` sleep at most this long before it asks the database.
    #[must_use]
    pub const fn with_poll(mut self, poll: Duration) -> Self {
        self.poll = poll;
        self
    }
}

/// What one pass of the dispatcher did.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct TickReport {
    /// Messages claimed.
    pub claimed: u32,
    /// POSTs made.
    pub posts: u32,
    /// Settled as sent.
    pub sent: u32,
    /// Failed, with another attempt to come.
    pub retrying: u32,
    /// Failed for good.
    pub failed: u32,
    /// Withdrawn.
    pub cancelled: u32,
    /// Settled with an unknown outcome that is being looked up.
    pub checking: u32,
    /// Settled otherwise: put off, or only watched.
    pub other: u32,
    /// Writes that came too late, because another worker had taken over.
    pub fenced: u32,
    /// Given back unworked.
    pub released: u32,
    /// Why nothing is sent, if the account is paused.
    pub pause: Option<Pause>,
    /// Why nothing is sent, if the settings cannot be used; names the keys.
    pub blocked: Option<String>,
    /// When there may be something to do again; `None` when nothing is owed.
    pub again_at: Option<DateTime<Utc>>,
}
