//! The meaning of an error for a message, and the times of its retries.

use chrono::TimeDelta;

/// The meaning of an error for the message it happened to: the only property of an error that the
/// dispatcher looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Disposition {
    /// The gateway surely did not take the message, and may take it later: retry on schedule.
    Transient,
    /// The gateway surely did not take it and never will: final.
    Permanent,
    /// The account or its key was refused, not the message: sending pauses, no retry is used up.
    Account,
    /// This side is set up wrongly and nothing was sent: sending pauses, no retry is used up.
    Misconfigured,
    /// The gateway may or may not have taken it: look before anything is sent again.
    Unknown,
}

/// The action when a complete listing, old enough, does not show a message whose outcome
/// is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum OnUnknown {
    /// Send it again, on schedule. A second copy is possible only if the gateway takes or first
    /// lists a message more than the settle window after the request.
    #[default]
    Resend,
    /// Never send again after an unknown outcome: the message fails, with a notice.
    Hold,
}

/// Times and number of a message's retries.
///
/// The default is the specification's (8.2): a first attempt and up to 3 retries, 30 minutes
/// apart, counted from the start of the attempt before: POSTs at 0, 30, 60 and 90 minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Number of retries after the first attempt.
    pub max_retries: u32,
    /// Time from the start of one attempt to the start of the next.
    pub interval: TimeDelta,
    /// The action after a listing without the message.
    pub on_unknown: OnUnknown,
}

/// Times of the looks after an unknown outcome, counted from the start of the attempt. The last
/// look is moved to the retry interval where that is longer.
const LOOKS: [TimeDelta; 3] =
    [TimeDelta::minutes(1), TimeDelta::minutes(5), TimeDelta::minutes(30)];

/// The least time between two looks, also when both are overdue.
const LOOK_SPACING: TimeDelta = TimeDelta::minutes(4);

/// Number of looks without an answer from the gateway that end the checking.
pub const UNAVAILABLE_LOOKS_MAX: u32 = 3;

/// Times after acceptance at which delivery is asked for, until the message is read or has failed.
const WATCHES: [TimeDelta; 6] = [
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(6),
    TimeDelta::hours(24),
];

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new(3, TimeDelta::minutes(30))
    }
}

impl RetryPolicy {
    /// A policy that resends after an unknown outcome once a listing has ruled acceptance out.
    #[must_use]
    pub const fn new(max_retries: u32, interval: TimeDelta) -> Self {
        Self { max_retries, interval, on_unknown: OnUnknown::Resend }
    }

    /// The same policy with another answer to an unknown outcome.
    #[must_use]
    pub const fn with_on_unknown(mut self, on_unknown: OnUnknown) -> Self {
        self.on_unknown = on_unknown;
        self
    }

    /// The largest number of POSTs a message may have: the first attempt and its retries. POSTs
    /// that were refused for the account's sake do not count.
    #[must_use]
    pub const fn max_posts(&self) -> u32 {
        self.max_retries.saturating_add(1)
    }

    /// Time after an attempt from which a listing without it proves that it was not accepted.
    #[must_use]
    pub fn settle_window(&self) -> TimeDelta {
        self.interval.max(LOOKS[2])
    }

    /// Time to wait until the next look, when `made` looks were made, the last of them just now, at
    /// an attempt of this age.
    #[must_use]
    pub fn next_look(&self, age: TimeDelta, made: u32) -> TimeDelta {
        match made {
            0 => self.earliest_look(age, made),
            1 | 2 => self.earliest_look(age, made).max(LOOK_SPACING),
            _ => self.settle_window(),
        }
    }

    /// Time until an attempt of this age is old enough for the next look, when `made` looks
    /// were made.
    #[must_use]
    pub fn earliest_look(&self, age: TimeDelta, made: u32) -> TimeDelta {
        let planned = match made {
            0 => LOOKS[0],
            1 => LOOKS[1],
            2 => self.settle_window(),
            _ => TimeDelta::zero(),
        };
        (planned - age).max(TimeDelta::zero())
    }

    /// Time of the next question about the delivery of a message that was accepted at `sent_at`;
    /// `None` when nobody asks any more.
    #[must_use]
    pub fn next_watch(
        &self,
        sent_at: chrono::DateTime<chrono::Utc>,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Option<chrono::DateTime<chrono::Utc>> {
        WATCHES.iter().map(|after| sent_at + *after).find(|at| *at > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn looks_come_at_1_5_and_30_minutes_and_never_in_a_burst() {
        let policy = RetryPolicy::default();
        let wait = |age, made| policy.next_look(TimeDelta::minutes(age), made).num_minutes();
        assert_eq!(wait(0, 0), 1);
        assert_eq!(wait(1, 1), 4);
        assert_eq!(wait(5, 2), 25);
        assert_eq!(wait(30, 3), 30);
        assert_eq!(wait(120, 0), 0);
        assert_eq!(wait(120, 1), 4);
    }

    #[test]
    fn the_last_look_waits_for_a_longer_interval() {
        let policy = RetryPolicy::new(3, TimeDelta::minutes(90));
        assert_eq!(policy.settle_window(), TimeDelta::minutes(90));
        let short = RetryPolicy::new(3, TimeDelta::minutes(1));
        assert_eq!(short.settle_window(), TimeDelta::minutes(30));
    }

    #[test]
    fn delivery_is_asked_for_during_one_day() {
        let policy = RetryPolicy::default();
        let sent = DateTime::UNIX_EPOCH;
        let mut asked = Vec::new();
        let mut now = sent;
        while let Some(next) = policy.next_watch(sent, now) {
            asked.push((next - sent).num_minutes());
            now = next;
        }
        assert_eq!(asked, [1, 5, 30, 120, 360, 1440]);
    }
}
