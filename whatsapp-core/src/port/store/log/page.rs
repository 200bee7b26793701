//! Pages of the log, and where they begin and end.

use chrono::{DateTime, Utc};

use crate::id::MessageId;
use crate::message::{Message, Status};

/// The order of the log; equal rows follow by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Sort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// What failed, then what is pending, cancelled and sent; of each the newest first.
    Status,
    /// By the customers' names as they were, in small letters; of each the newest first. At most
    /// [`NAMES_MAX`] messages are put in this order.
    Customer,
}

/// The most messages that are put in the order of their customers' names.
pub const NAMES_MAX: u32 = 10_000;

impl Sort {
    /// The statuses in the order of [`Sort::Status`].
    pub const STATUSES: [Status; 4] =
        [Status::Failed, Status::Pending, Status::Cancelled, Status::Sent];
}

/// Where a page begins or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// `created_at` of the row there.
    pub created_at: DateTime<Utc>,
    /// Its `id`.
    pub id: MessageId,
    /// Its status when it was read, which may have changed since: with [`Sort::Status`] alone.
    pub status: Option<Status>,
}

impl Cursor {
    /// The place of a message in the orders of age.
    #[must_use]
    pub const fn of(message: &Message) -> Self {
        Self { created_at: message.facts.created_at, id: message.facts.id, status: None }
    }
}

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Turn {
    /// The first one.
    #[default]
    First,
    /// The one that begins behind this place.
    After(Cursor),
    /// The one that ends before this place.
    Before(Cursor),
}

impl From<Option<Cursor>> for Turn {
    fn from(after: Option<Cursor>) -> Self {
        after.map_or(Self::First, Self::After)
    }
}

/// A row of the log that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRow {
    /// Its id, as it stands there.
    pub id: String,
    /// When it was made, if that can be read.
    pub created_at: Option<DateTime<Utc>>,
    /// The column that holds something unexpected.
    pub column: &'static str,
}

/// One page of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPage {
    /// The rows.
    pub messages: Vec<Message>,
    /// Rows of this page that cannot be read, because something else than the library changed them.
    /// They count towards the page's limit.
    pub broken: Vec<BrokenRow>,
    /// Where the page before this one ends; `None` on the first one, and on an empty one.
    pub previous: Option<Cursor>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
    /// How far was looked, where that ended at its bound before it was known whether more follows. The
    /// same turn at this place looks further.
    pub further: Option<Cursor>,
}

impl LogPage {
    /// Where to go on reading everything: with the next page, or with looking further.
    #[must_use]
    pub fn rest(&self) -> Option<Cursor> {
        self.next.or(self.further)
    }
}
