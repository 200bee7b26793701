//! Bringing the tables up to date.

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, SqlSafeStr};
use whatsapp_core::port::StoreError;

use crate::error::{migrate_error, store_error};

/// The optional sets.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sets {
    pub(super) references: bool,
    pub(super) supabase: bool,
}

/// Of several processes that migrate at once, one works and the others wait for it. The number is
/// this library's own, "whatsapp" in ASCII.
const LOCK: &str = "SELECT pg_advisory_xact_lock(8604525113698837616)";

/// The migrations in order. Each file is run once and never changed afterwards. Sets count from
/// 1,000 and 2,000, so that the tables may grow before them.
fn migrations(sets: Sets) -> Migrator {
    let migration = |version, name: &'static str, sql: &'static str| {
        let (name, sql) = (Cow::Borrowed(name), sql.into_sql_str());
        Migration::new(version, name, MigrationType::Simple, sql, false)
    };
    let mut all = vec![
        migration(1, "tables", include_str!("../../migrations/postgres/0001_tables.sql")),
        migration(2, "attachments", include_str!("../../migrations/postgres/0002_attachments.sql")),
    ];
    if sets.references {
        let sql = include_str!("../../migrations/postgres/references/0001_references.sql");
        all.push(migration(1_001, "references", sql));
    }
    if sets.supabase {
        let sql = include_str!("../../migrations/postgres/supabase/0001_policies.sql");
        all.push(migration(2_001, "policies", sql));
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
    let mut connection = options.connect().await.map_err(store_error)?;
    let mut transaction = connection.begin().await.map_err(store_error)?;
    sqlx::raw_sql(LOCK).execute(&mut *transaction).await.map_err(store_error)?;
    // `run` says the same, but in a way that the compiler does not take for `Send`.
    migrations(sets).run_direct(None, &mut *transaction, false).await.map_err(migrate_error)?;
    transaction.commit().await.map_err(store_error)?;
    // What was asked for is done; the server notices that the connection is gone in any case.
    let _ = connection.close().await;
    Ok(())
}
