//! Errors of a database.

/// A database did not do what it was asked to do.
///
/// `Display` never holds rows, numbers, texts or the database's own words, and there is no source.
/// An adapter logs what the database said besides, as far as it holds no values: the code, the
/// constraint, the table and the statement's name.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A unique value is taken by another row.
    #[error("the {entity} conflicts with one that is already there")]
    Conflict {
        /// The kind of row.
        entity: &'static str,
    },
    /// A row holds a value that the library never wrote.
    #[error("a stored {entity} cannot be read: column {column} holds an unexpected value")]
    Corrupt {
        /// The kind of row.
        entity: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The database cannot be reached, is locked or full: the same call may succeed later.
    #[error("the database is not available: {reason}")]
    Unavailable {
        /// Reason, without any data.
        reason: String,
    },
    /// More rows fit than can be sorted in the requested order: ask for fewer.
    #[error("more than {most} rows fit, and this order takes {most} at most")]
    TooMany {
        /// The most rows that can be sorted so.
        most: u32,
    },
    /// Anything else: the same call would fail again.
    #[error("the database refused the operation: {reason}")]
    Other {
        /// Reason, without any data.
        reason: String,
    },
}
