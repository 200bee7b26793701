//! What a database's error means to a caller.

use sqlx::migrate::MigrateError;
use whatsapp_core::port::StoreError;

/// Reads an error of sqlx. Never shows its text, which may hold rows: only the database's code.
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(error) => database_error(error.as_ref()),
        sqlx::Error::Io(_) => unavailable("it could not be read or written"),
        sqlx::Error::PoolTimedOut => unavailable("all connections are busy"),
        sqlx::Error::WorkerCrashed => unavailable("the connection was lost"),
        sqlx::Error::PoolClosed => other("the store was closed"),
        _ => other("its answer was not understood"),
    }
}

/// Reads an error of a migration.
pub(crate) fn migrate_error(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            store_error(error)
        }
        MigrateError::VersionMismatch(version) => StoreError::Other {
            reason: format!("its migration {version} is not the one of this library"),
        },
        _ => other("it could not be migrated"),
    }
}

pub(crate) fn unavailable(reason: &str) -> StoreError {
    StoreError::Unavailable { reason: reason.to_owned() }
}

pub(crate) fn other(reason: &str) -> StoreError {
    StoreError::Other { reason: reason.to_owned() }
}

/// A write touched more or fewer rows than it must.
pub(crate) fn row_count(rows: u64, expected: usize) -> Result<(), StoreError> {
    if u64::try_from(expected) == Ok(rows) {
        Ok(())
    } else {
        Err(other("a row that must be there is missing"))
    }
}

fn database_error(error: &dyn sqlx::error::DatabaseError) -> StoreError {
    if error.is_unique_violation() {
        return StoreError::Conflict { entity: entity(error.message()) };
    }
    // The result codes of https://www.sqlite.org/rescode.html; the low byte is the primary one.
    let code = error.code().and_then(|code| code.parse::<u32>().ok());
    match code.map(|code| code & 0xff) {
        Some(5 | 6) => unavailable("another process holds its lock"),
        Some(7) => unavailable("there is no memory left"),
        Some(9) => unavailable("it was interrupted"),
        Some(10) => unavailable("the disk could not be read or written"),
        Some(13) => unavailable("the disk is full"),
        Some(14) => unavailable("its file could not be opened"),
        Some(8) => other("it is read-only"),
        Some(11 | 26) => other("its file is damaged, or no SQLite database"),
        _ => StoreError::Other {
            reason: code.map_or_else(
                || "an error without a code".to_owned(),
                |code| format!("error code {code}"),
            ),
        },
    }
}

/// The kind of row whose unique value is taken, read off the table that the message names.
fn entity(message: &str) -> &'static str {
    [
        ("whatsapp_message_attempts", "attempt"),
        ("whatsapp_message_logs", "message"),
        ("whatsapp_templates", "template"),
        ("whatsapp_digests", "digest"),
    ]
    .into_iter()
    .find_map(|(table, entity)| message.contains(table).then_some(entity))
    .unwrap_or("row")
}
