//! Bringing the tables up to date.

use std::borrow::Cow;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgDatabaseError};
use sqlx::{ConnectOptions, Connection, Row, SqlSafeStr};
use whatsapp_core::port::StoreError;

use super::work::BEGIN;
use crate::error::{migrate_error, store_error};

/// The optional sets.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sets {
    pub(super) references: bool,
    pub(super) supabase: bool,
    pub(super) without_status_index: bool,
}

/// Of several processes that migrate at once, one works and the others wait for it. The number is
/// this library's own, "whatsapp" in ASCII.
const LOCK: &str = "SELECT pg_advisory_xact_lock(8604525113698837616)";

const APPLIED: &str = "SELECT version, checksum FROM whatsapp_migrations WHERE success";

/// The code of an error that PL/pgSQL raises by `RAISE EXCEPTION`.
const RAISED: &str = "P0001";

/// The migrations in order. Each file is run once and never changed afterwards. Sets count from
/// 1,000, 2,000 and 3,000, so that the tables may grow before them.
fn migrations(sets: Sets) -> Migrator {
    let migration = |version, name: &'static str, sql: &'static str| {
        let (name, sql) = (Cow::Borrowed(name), sql.into_sql_str());
        Migration::new(version, name, MigrationType::Simple, sql, false)
    };
    let mut all = vec![
        migration(1, "tables", include_str!("../../migrations/postgres/0001_tables.sql")),
        migration(2, "attachments", include_str!("../../migrations/postgres/0002_attachments.sql")),
        migration(3, "pages", include_str!("../../migrations/postgres/0003_pages.sql")),
        migration(4, "world", include_str!("../../migrations/postgres/0004_world.sql")),
    ];
    if sets.references {
        let sql = include_str!("../../migrations/postgres/references/0001_references.sql");
        all.push(migration(1_001, "references", sql));
        let sql = include_str!("../../migrations/postgres/references/0002_refused.sql");
        all.push(migration(1_002, "refused", sql));
    }
    if sets.supabase {
        let sql = include_str!("../../migrations/postgres/supabase/0001_policies.sql");
        all.push(migration(2_001, "policies", sql));
        let sql = include_str!("../../migrations/postgres/supabase/0002_account_events.sql");
        all.push(migration(2_002, "account events", sql));
    }
    if sets.without_status_index {
        let sql = include_str!("../../migrations/postgres/without_status_index/0001_index.sql");
        all.push(migration(3_001, "without status index", sql));
    }
    let mut migrator = Migrator::with_migrations(all);
    // The host may keep migrations of its own in the same database.
    migrator.dangerous_set_table_name("whatsapp_migrations");
    // A newer version of this library was here, or a set that is not asked for this time.
    migrator.set_ignore_missing(true);
    // The lock is the transaction's, because behind a pooler a session's would outlive it.
    migrator.set_locking(false);
    migrator
}

/// Brings the tables up to date in one transaction: a process that dies over it leaves them as
/// they were, and of several at once the first does the work while the others wait.
pub(super) async fn migrate(options: &PgConnectOptions, sets: Sets) -> Result<(), StoreError> {
    let migrations = migrations(sets);
    let mut connection = options.connect().await.map_err(store_error)?;
    if !up_to_date(&mut connection, &migrations).await {
        let mut transaction = connection.begin_with(BEGIN).await.map_err(store_error)?;
        sqlx::raw_sql(LOCK).execute(&mut *transaction).await.map_err(store_error)?;
        // `run` says the same, but in a way that the compiler does not take for `Send`.
        migrations.run_direct(None, &mut *transaction, false).await.map_err(told)?;
        transaction.commit().await.map_err(store_error)?;
    }
    // What was asked for is done; the server notices that the connection is gone in any case.
    let _ = connection.close().await;
    Ok(())
}

/// Whether there is nothing to do. Then nothing is asked of the server that only the owner of the
/// tables may do: a role without CREATE on the schema opens the store as well.
async fn up_to_date(connection: &mut PgConnection, migrations: &Migrator) -> bool {
    // What cannot be read (no such table yet, or no right to it) is for the migration to say.
    let Ok(mut transaction) = connection.begin_with(BEGIN).await else { return false };
    let rows = sqlx::raw_sql(APPLIED).fetch_all(&mut *transaction).await;
    let (Ok(rows), Ok(())) = (rows, transaction.rollback().await) else { return false };
    let applied = |migration: &Migration| {
        rows.iter().any(|row| {
            row.try_get::<i64, _>("version").is_ok_and(|version| version == migration.version)
                && row
                    .try_get::<Vec<u8>, _>("checksum")
                    .is_ok_and(|checksum| checksum == *migration.checksum)
        })
    };
    migrations.iter().all(applied)
}

/// An error of a migration. What the optional sets themselves say is told in their words: these name
/// tables, columns and roles, and hold no row. Any other text of the server's is not.
fn told(error: MigrateError) -> StoreError {
    if let MigrateError::Execute(sqlx::Error::Database(error))
    | MigrateError::ExecuteMigration(sqlx::Error::Database(error), _) = &error
        && let Some(error) = error.try_downcast_ref::<PgDatabaseError>()
        && error.code() == RAISED
        // Raised by the file itself, and not by a trigger of the host's that it set off: that would
        // stand in the first line.
        && error.r#where().and_then(|place| place.lines().next()).is_some_and(is_of_the_file)
    {
        let mut reason = error.message().to_owned();
        if let Some(hint) = error.hint() {
            reason = format!("{reason}. {}", hint.trim_end_matches('.'));
        }
        return StoreError::Other { reason };
    }
    migrate_error(error)
}

/// Whether a place in PL/pgSQL is in a `DO` block, as those of the files are.
fn is_of_the_file(place: &str) -> bool {
    place.contains(" inline_code_block ")
}
