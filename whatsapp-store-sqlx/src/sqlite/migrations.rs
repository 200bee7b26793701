//! The migrations of SQLite.

use sqlx::{Executor, SqlSafeStr, SqliteConnection, SqlitePool};
use whatsapp_core::port::StoreError;

use super::work::{Synchronous, transaction};
use crate::error::{other, store_error};
use crate::migrations::{Applied, Files};

/// The host may keep migrations of its own in the same file, in a table of its own.
const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS whatsapp_migrations (
        version     INTEGER PRIMARY KEY NOT NULL,
        description TEXT NOT NULL,
        applied_at  INTEGER NOT NULL DEFAULT (unixepoch() * 1000000),
        checksum    BLOB NOT NULL
    ) STRICT";
const APPLIED: &str = "SELECT version, checksum FROM whatsapp_migrations";
const RECORD: &str =
    "INSERT INTO whatsapp_migrations (version, description, checksum) VALUES (?1, ?2, ?3)";

/// Rows of the library that refer to nothing. Rows of the host's own tables are not checked.
const DANGLING: &str =
    "SELECT count(*) FROM pragma_foreign_key_check WHERE \"table\" GLOB 'whatsapp_*'";

/// The files of the tables.
pub(super) fn tables() -> Files {
    let tables = include_str!("../../migrations/sqlite/0001_tables.sql");
    Files::new([("tables", tables.into_sql_str())])
}

/// Brings the tables up to date in one transaction. If a process dies during it, the tables are as
/// before. Of several processes at once, the first does the work while the others wait.
///
/// Foreign keys are off meanwhile, and checked at the end. SQLite changes a column by creating the
/// table again and dropping the old one, and dropping a table deletes the rows that refer to it.
/// They can be switched only between transactions; `writer` has one connection.
pub(super) async fn migrate(
    writer: &SqlitePool,
    synchronous: Synchronous,
    files: Files,
) -> Result<(), StoreError> {
    writer.execute("PRAGMA foreign_keys = OFF").await.map_err(store_error)?;
    transaction(writer.clone(), synchronous, move |connection| {
        Box::pin(async move {
            if apply(connection, &files).await? > 0 {
                let dangling =
                    sqlx::query_scalar::<_, i64>(DANGLING).fetch_one(&mut *connection).await;
                if dangling.map_err(store_error)? > 0 {
                    return Err(other("a migration would leave rows that refer to nothing"));
                }
            }
            Ok(())
        })
    })
    .await?;
    writer.execute("PRAGMA foreign_keys = ON").await.map_err(store_error)?;
    Ok(())
}

/// Applies the pending files, and returns their number.
async fn apply(connection: &mut SqliteConnection, files: &Files) -> Result<usize, StoreError> {
    connection.execute(TABLE).await.map_err(store_error)?;
    let applied: Vec<Applied> =
        sqlx::query_as(APPLIED).fetch_all(&mut *connection).await.map_err(store_error)?;
    let pending = files.pending(&applied)?;
    for file in &pending {
        connection.execute(file.sql.clone()).await.map_err(store_error)?;
        sqlx::query(RECORD)
            .bind(file.version)
            .bind(&*file.description)
            .bind(&*file.checksum)
            .execute(&mut *connection)
            .await
            .map_err(store_error)?;
    }
    Ok(pending.len())
}
