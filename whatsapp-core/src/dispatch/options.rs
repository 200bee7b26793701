//! The options of the dispatcher, and the report of a pass.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::account::Pause;

/// The options of a dispatcher. The defaults are right for a single account.
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
    /// Concurrency limit: requests under way at once in this process; 16 by default. As many
    /// messages are in flight, or twice as many without a rate limit.
    pub slots: u32,
    /// Length of the lease of a claim; 120 seconds by default, never under 60.
    pub lease: TimeDelta,
    /// The difference that is allowed between the gateway's clock and this one when a listing is
    /// compared; 2 minutes by default.
    pub listing_tolerance: TimeDelta,
    /// Rate limit: requests a second for the account. It is the setting
    /// `whatsapp_requests_per_second`, or no limit at all (for benchmarks).
    pub rate_limit: RateLimit,
    /// Set to follow the delivery of accepted messages for a day; on by default.
    pub watch: bool,
    /// The longest sleep without asking the database; 2 seconds by default.
    ///
    /// A message that another process enqueued or gave back may wait this long; messages that this
    /// process enqueues are found at once. An idle dispatcher makes one small query in this time,
    /// and a few more a minute. If the store tells of new messages (`PostgresStore::listen`), 10
    /// seconds are enough. If several processes share a SQLite file and every second counts, a
    /// shorter time does no harm.
    pub poll: Duration,
}

/// The rate limit of an account.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum RateLimit {
    /// The rate limit of the settings.
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
            rate_limit: RateLimit::FromSettings,
            watch: true,
            poll: Duration::from_secs(2),
        }
    }
}

impl DispatchOptions {
    /// Sets the concurrency limit: the most requests at once in this process.
    #[must_use]
    pub const fn with_slots(mut self, slots: u32) -> Self {
        self.slots = slots;
        self
    }

    /// Sets the length of leases; under 60 seconds counts as 60.
    #[must_use]
    pub const fn with_lease(mut self, lease: TimeDelta) -> Self {
        self.lease = lease;
        self
    }

    /// Sets the difference that is allowed between the gateway's clock and the clock here.
    #[must_use]
    pub const fn with_listing_tolerance(mut self, tolerance: TimeDelta) -> Self {
        self.listing_tolerance = tolerance;
        self
    }

    /// Sets the rate limit of the account.
    #[must_use]
    pub const fn with_rate_limit(mut self, rate_limit: RateLimit) -> Self {
        self.rate_limit = rate_limit;
        self
    }

    /// Sets whether the delivery of accepted messages is followed for a day.
    #[must_use]
    pub const fn with_watch(mut self, watch: bool) -> Self {
        self.watch = watch;
        self
    }

    /// Sets the longest sleep of `run` before it asks the database.
    #[must_use]
    pub const fn with_poll(mut self, poll: Duration) -> Self {
        self.poll = poll;
        self
    }
}

/// Result of one pass of the dispatcher.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct TickReport {
    /// Number of messages claimed.
    pub claimed: u32,
    /// Number of POSTs made.
    pub posts: u32,
    /// Number of messages settled as sent.
    pub sent: u32,
    /// Number of messages that failed, with another attempt to come.
    pub retrying: u32,
    /// Number of messages that failed for good.
    pub failed: u32,
    /// Number of messages withdrawn.
    pub cancelled: u32,
    /// Number of messages settled with an unknown outcome that is being looked up.
    pub checking: u32,
    /// Number of messages settled otherwise: put off, or only watched.
    pub other: u32,
    /// Number of writes that came too late, because another worker had taken over.
    pub fenced: u32,
    /// Number of claims given back unworked.
    pub released: u32,
    /// The pause, if nothing is sent because the account is paused.
    pub pause: Option<Pause>,
    /// The reason why nothing is sent, if the settings cannot be used. It names the keys.
    pub blocked: Option<String>,
    /// Time at which there may be something to do again; `None` when nothing is owed.
    pub again_at: Option<DateTime<Utc>>,
}
