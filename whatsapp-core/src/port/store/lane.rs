//! The lanes in which what is owed waits, and how far they were claimed.

use chrono::{DateTime, Utc};

use crate::id::MessageId;
use crate::message::{Class, Step};
use crate::word::words;

words!(
    /// The queues in which messages wait, each with an order of its own: one for each [`Class`], and
    /// one for what is only watched. The upper ones are claimed first.
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
        /// Following the delivery of what was accepted, whatever its class.
        Watch => "watch", "Delivery is followed";
    }
);

impl Lane {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The lanes of what is to be sent or looked up: all but [`Watch`](Self::Watch).
    pub const OWED: &'static [Self] =
        &[Self::Transactional, Self::Reminder, Self::Greeting, Self::Bulk];

    /// The lane of a message of this class to which this step is owed.
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

    /// Its place in the order in which lanes are claimed, from 0.
    #[must_use]
    pub const fn rank(self) -> usize {
        self as usize
    }
}

/// A point in the order in which a lane is claimed: by due time, and equal ones by id.
///
/// A claim that goes on where the last one ended does not walk again over what was claimed before.
/// That matters where old rows linger. On Postgres a row that was settled stays in the index for as
/// long as an older transaction may still see it: a report, or a backup that runs for an hour. Every
/// claim from the front would walk over all of these rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueuePoint {
    /// When the message at this point is due.
    pub due_at: DateTime<Utc>,
    /// The message at this point.
    pub message_id: MessageId,
}

/// When there is something to claim again, lane by lane in their order; `None` where a lane is
/// empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NextDue(pub [Option<DateTime<Utc>>; Lane::COUNT]);

impl NextDue {
    /// What `first` says of each lane.
    #[must_use]
    pub fn of(first: impl Fn(Lane) -> Option<DateTime<Utc>>) -> Self {
        let mut next = Self::default();
        for (at, lane) in next.0.iter_mut().zip(Lane::ALL) {
            *at = first(*lane);
        }
        next
    }

    /// In this lane.
    #[must_use]
    pub fn in_lane(&self, lane: Lane) -> Option<DateTime<Utc>> {
        self.0.get(lane.rank()).copied().flatten()
    }

    /// In whichever of these lanes is first.
    #[must_use]
    pub fn earliest_of(&self, lanes: &[Lane]) -> Option<DateTime<Utc>> {
        lanes.iter().filter_map(|lane| self.in_lane(*lane)).min()
    }

    /// In whichever lane is first.
    #[must_use]
    pub fn earliest(&self) -> Option<DateTime<Utc>> {
        self.earliest_of(Lane::ALL)
    }
}
