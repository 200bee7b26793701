//! The migrations of Postgres.

use sqlx::postgres::{PgConnectOptions, PgConnection, PgDatabaseError};
use sqlx::{ConnectOptions, Connection, SqlSafeStr};
use whatsapp_core::port::StoreError;

use super::work::BEGIN;
use crate::error::{other, store_error, unavailable};
use crate::migrations::{Applied, Files};

/// The optional sets.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sets {
    pub(super) references: bool,
    pub(super) supabase: bool,
    pub(super) without_status_index: bool,
}

/// Lets one process migrate while the others wait. The lock is the transaction's, because behind a
/// pooler a session's would outlive it. The number is this library's own, "whatsapp" in ASCII.
const LOCK: &str = "SELECT pg_advisory_xact_lock(8604525113698837616)";

/// The host may keep migrations of its own in the same database, in a table of its own.
const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS whatsapp_migrations (
        version     BIGINT PRIMARY KEY,
        description TEXT NOT NULL,
        applied_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
        checksum    BYTEA NOT NULL
    )";
const APPLIED: &str = "SELECT version, checksum FROM whatsapp_migrations";
const RECORD: &str =
    "INSERT INTO whatsapp_migrations (version, description, checksum) VALUES ($1, $2, $3)";

/// The code of an error that PL/pgSQL raises by `RAISE EXCEPTION`.
const RAISED: &str = "P0001";

/// The files of the tables.
pub(super) fn tables() -> Files {
    let tables = include_str!("../../migrations/postgres/0001_tables.sql");
    Files::new([("tables", tables.into_sql_str())])
}

impl Sets {
    /// Adds the files of the sets to those of the tables.
    fn add_to(self, files: &mut Files) {
        if self.references {
            let sql = include_str!("../../migrations/postgres/references/0001_references.sql");
            files.add(1_001, "references", sql);
        }
        if self.supabase {
            let sql = include_str!("../../migrations/postgres/supabase/0001_policies.sql");
            files.add(2_001, "policies", sql);
        }
        if self.without_status_index {
            let sql = include_str!("../../migrations/postgres/without_status_index/0001_index.sql");
            files.add(3_001, "without status index", sql);
        }
    }
}

/// Brings the tables up to date in one transaction. If a process dies during it, the tables are as
/// before. Of several processes at once, the first does the work while the others wait. The sets
/// are in the same transaction: on Supabase the tables are open to everybody until their policies
/// exist.
pub(super) async fn migrate(
    options: &PgConnectOptions,
    mut files: Files,
    sets: Sets,
) -> Result<(), StoreError> {
    sets.add_to(&mut files);
    let connected = options.connect().await;
    let mut connection = connected.map_err(|error| of_server(error, options))?;
    if !is_up_to_date(&mut connection, &files).await? {
        let mut transaction = connection.begin_with(BEGIN).await.map_err(store_error)?;
        sqlx::raw_sql(LOCK).execute(&mut *transaction).await.map_err(store_error)?;
        apply(&mut transaction, &files).await?;
        transaction.commit().await.map_err(store_error)?;
    }
    // The work is done; the server notices in any case that the connection is gone.
    let _ = connection.close().await;
    Ok(())
}

/// Names the server and the database in an error of connecting to them.
fn of_server(error: sqlx::Error, options: &PgConnectOptions) -> StoreError {
    let database = options.get_database().unwrap_or(options.get_username());
    let (host, port) = (options.get_host(), options.get_port());
    let named = |reason: String| format!("{reason} (database {database} at {host}:{port})");
    let is_silent = matches!(error, sqlx::Error::Io(_));
    match store_error(error) {
        StoreError::Unavailable { .. } if is_silent => {
            unavailable(&named("no server answers".into()))
        }
        StoreError::Unavailable { reason } => unavailable(&named(reason)),
        StoreError::Other { reason } => other(&named(reason)),
        error => error,
    }
}

/// Returns true if there is nothing to do. Then nothing is done on the server that only the owner
/// of the tables may do: a role without CREATE on the schema can open the store as well.
async fn is_up_to_date(connection: &mut PgConnection, files: &Files) -> Result<bool, StoreError> {
    // An unreadable table (not there yet, or no right to it) is reported by the migration.
    let Ok(mut transaction) = connection.begin_with(BEGIN).await else { return Ok(false) };
    let applied = applied(&mut transaction).await;
    let (Ok(applied), Ok(())) = (applied, transaction.rollback().await) else { return Ok(false) };
    Ok(files.pending(&applied)?.is_empty())
}

/// Applies the pending files. No statement stays prepared: behind a pooler it would disturb the
/// next process that gets the server's connection (sqlx's own `Migrator` leaves some).
async fn apply(connection: &mut PgConnection, files: &Files) -> Result<(), StoreError> {
    sqlx::raw_sql(TABLE).execute(&mut *connection).await.map_err(store_error)?;
    let applied = applied(connection).await.map_err(store_error)?;
    for file in files.pending(&applied)? {
        sqlx::raw_sql(file.sql.clone()).execute(&mut *connection).await.map_err(told)?;
        sqlx::query(RECORD)
            .persistent(false)
            .bind(file.version)
            .bind(&*file.description)
            .bind(&*file.checksum)
            .execute(&mut *connection)
            .await
            .map_err(store_error)?;
    }
    Ok(())
}

async fn applied(connection: &mut PgConnection) -> sqlx::Result<Vec<Applied>> {
    sqlx::query_as(APPLIED).persistent(false).fetch_all(connection).await
}

/// Converts an error of a file. The texts of the optional sets themselves are shown: they name
/// tables, columns and roles, and contain no row. Any other text of the server is not shown.
fn told(error: sqlx::Error) -> StoreError {
    if let sqlx::Error::Database(error) = &error
        && let Some(error) = error.try_downcast_ref::<PgDatabaseError>()
        && error.code() == RAISED
        // Raised by the file itself, and not by a trigger of the host that the file started: that
        // would be in the first line.
        && error.r#where().and_then(|place| place.lines().next()).is_some_and(is_of_the_file)
    {
        let mut reason = error.message().to_owned();
        if let Some(hint) = error.hint() {
            reason = format!("{reason}. {}", hint.trim_end_matches('.'));
        }
        return StoreError::Other { reason };
    }
    store_error(error)
}

/// Returns true if a place in PL/pgSQL is in a `DO` block, like those of the files.
fn is_of_the_file(place: &str) -> bool {
    place.contains(" inline_code_block ")
}
