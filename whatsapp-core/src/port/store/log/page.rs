//! Pages of the log, with their starts and ends.

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
    /// Failed messages first, then pending, cancelled and sent; within a status the newest first.
    Status,
    /// By the customers' names when the messages were made, in small letters; of each name the
    /// newest first. At most [`NAMES_MAX`] messages are sorted so.
    Customer,
}

/// The most messages that are sorted by their customers' names.
pub const NAMES_MAX: u32 = 10_000;

impl Sort {
    /// The statuses in the order of [`Sort::Status`].
    pub const STATUSES: [Status; 4] =
        [Status::Failed, Status::Pending, Status::Cancelled, Status::Sent];
}

/// A place in the log at which a page begins or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// `created_at` of the row there.
    pub created_at: DateTime<Utc>,
    /// `id` of the row there.
    pub id: MessageId,
    /// The status of the row when it was read, which may have changed since; used only with
    /// [`Sort::Status`].
    pub status: Option<Status>,
}

impl Cursor {
    /// The place of a message in the orders by age.
    #[must_use]
    pub const fn of(message: &Message) -> Self {
        Self { created_at: message.facts.created_at, id: message.facts.id, status: None }
    }
}

/// The page to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Turn {
    /// The first page.
    #[default]
    First,
    /// The page that begins after this place.
    After(Cursor),
    /// The page that ends before this place.
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
    /// The id, as the row holds it.
    pub id: String,
    /// Time at which the row was made, if that can be read.
    pub created_at: Option<DateTime<Utc>>,
    /// The column that holds an unexpected value.
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
    /// End of the page before this one; `None` on the first one, and on an empty one.
    pub previous: Option<Cursor>,
    /// Start of the next page; `None` on the last one.
    pub next: Option<Cursor>,
    /// The place that reading reached, where it stopped at its bound before it was known whether
    /// more rows follow. The same turn at this place reads further.
    pub further: Option<Cursor>,
}

impl LogPage {
    /// The place from which to continue to read everything: the next page, or where reading stopped
    /// at its bound.
    #[must_use]
    pub fn rest(&self) -> Option<Cursor> {
        self.next.or(self.further)
    }
}
