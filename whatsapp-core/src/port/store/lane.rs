//! The lanes (queues) in which messages wait for work, and the points up to which they were
//! claimed.

use chrono::{DateTime, Utc};

use crate::id::MessageId;
use crate::message::{Class, Step};
use crate::word::words;

words!(
    /// The queues in which messages wait, each with an order of its own: one for each [`Class`],
    /// and one for messages whose delivery is only watched. Earlier lanes are claimed first.
    Lane, "lane", "transactional, reminder, greeting, bulk, watch",
    {
        /// [`Class::Transactional`], to be sent or looked up.
        Transactional => "transactional", "Urgent, such as invoices";
        /// [`Class::Reminder`], to be sent or looked up.
        Reminder => "reminder", "Reminders";
        /// [`Class::Greeting`], to be sent or looked up.
        Greeting => "greeting", "Greetings";
        /// [`Class::Bulk`], to be sent or looked up.
        Bulk => "bulk", "To very many at once";
        /// Messages that the gateway accepted and whose delivery is followed, whatever their class.
        Watch => "watch", "Delivery is followed";
    }
);

impl Lane {
    /// Number of lanes.
    pub const COUNT: usize = Self::ALL.len();

    /// The lanes of messages to be sent or looked up: all but [`Watch`](Self::Watch).
    pub const OWED: &'static [Self] =
        &[Self::Transactional, Self::Reminder, Self::Greeting, Self::Bulk];

    /// The lane of a message of this class whose next step is this one.
    ///
    /// ```
    /// use whatsapp_core::message::{Class, Step};
    /// use whatsapp_core::port::Lane;
    ///
    /// assert_eq!(Lane::of(Step::Look, Class::Greeting), Lane::Greeting);
    /// assert_eq!(Lane::of(Step::Watch, Class::Greeting), Lane::Watch);
    /// ```
    #[must_use]
    pub const fn of(step: Step, class: Class) -> Self {
        match (step, class) {
            (Step::Watch, _) => Self::Watch,
            (Step::Send | Step::Look, Class::Transactional) => Self::Transactional,
            (Step::Send | Step::Look, Class::Reminder) => Self::Reminder,
            (Step::Send | Step::Look, Class::Greeting) => Self::Greeting,
            (Step::Send | Step::Look, Class::Bulk) => Self::Bulk,
        }
    }

    /// The position of the lane in the order in which lanes are claimed, from 0.
    #[must_use]
    pub const fn rank(self) -> usize {
        self as usize
    }
}

/// A point in the order in which a lane is claimed: by due time, and equal ones by id.
///
/// A claim that continues where the last one ended does not read again the rows that were claimed
/// before. That matters where old rows linger. On Postgres a settled row stays in the index for as
/// long as an older transaction may still see it, for example a report or an hour-long backup.
/// Every claim from the front would read all of these rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueuePoint {
    /// Time at which the message at this point is due.
    pub due_at: DateTime<Utc>,
    /// The message at this point.
    pub message_id: MessageId,
}

/// The next time at which there is something to claim, for each lane in their order; `None` where a
/// lane is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NextDue(pub [Option<DateTime<Utc>>; Lane::COUNT]);

impl NextDue {
    /// The next times, as `first` gives them for each lane.
    #[must_use]
    pub fn of(first: impl Fn(Lane) -> Option<DateTime<Utc>>) -> Self {
        let mut next = Self::default();
        for (at, lane) in next.0.iter_mut().zip(Lane::ALL) {
            *at = first(*lane);
        }
        next
    }

    /// The next time in this lane.
    #[must_use]
    pub fn in_lane(&self, lane: Lane) -> Option<DateTime<Utc>> {
        self.0.get(lane.rank()).copied().flatten()
    }

    /// The next time in the earliest of these lanes.
    #[must_use]
    pub fn earliest_of(&self, lanes: &[Lane]) -> Option<DateTime<Utc>> {
        lanes.iter().filter_map(|lane| self.in_lane(*lane)).min()
    }

    /// The next time in the earliest lane of all.
    #[must_use]
    pub fn earliest(&self) -> Option<DateTime<Utc>> {
        self.earliest_of(Lane::ALL)
    }
}
