//! What all storage ports have in common.

use super::{AccountLog, FetchLog, MessageLog, NoticeQueue, Outbox, SettingsStore, TemplateStore};

/// A database did not do what it was asked.
///
/// `Display` never holds rows, numbers, texts or the database's own words; the source error, where
/// there is one, is for the adapter's log alone.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A unique value is taken by another row.
    #[error("the {entity} conflicts with one that is already there")]
    Conflict {
        /// What kind of row.
        entity: &'static str,
    },
    /// A row holds what the library never wrote.
    #[error("a stored {entity} cannot be read: column {column} holds an unexpected value")]
    Corrupt {
        /// What kind of row.
        entity: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The database cannot be reached, is locked or full: the same call may succeed later.
    #[error("the database is not available: {reason}")]
    Unavailable {
        /// Why, without any data.
        reason: String,
    },
    /// Anything else: the same call would fail again.
    #[error("the database refused the operation: {reason}")]
    Other {
        /// Why, without any data.
        reason: String,
    },
}

/// All storage ports in one: what a database adapter is.
///
/// # Contract
/// - Text comes back as it was written, with one exception: a NUL character may come back as
///   U+FFFD, because not every database has it. Nothing is refused or gets stuck over one,
///   wherever it comes from: a name, a gateway's reply, a reason, an id.
/// - A gateway's reply comes back as the same JSON value: 64 levels deep, integers of 64 bits,
///   other numbers to 15 digits.
/// - Instants have whole microseconds, from 1970 to the end of the year 9999.
/// - Names have as many characters as the specification's columns take: customers' 255,
///   templates' 100, numbers' 20. A gateway's id has at most
///   [`GATEWAY_ID_MAX`](super::GATEWAY_ID_MAX) bytes. Other texts have no limit of the store's own.
/// - Calls on overlapping groups, in whatever order their items come, wait for each other and never
///   fail for that.
pub trait Store:
    Outbox + MessageLog + TemplateStore + SettingsStore + NoticeQueue + AccountLog + FetchLog
{
}

impl<T> Store for T where
    T: Outbox + MessageLog + TemplateStore + SettingsStore + NoticeQueue + AccountLog + FetchLog
{
}
