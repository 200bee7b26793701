//! Messages that are done with, as a log holds them after years.

use std::path::Path;

use anyhow::Result;
use sqlx::{Executor, PgPool, SqlitePool};

use crate::server::{settle_postgres, sqlite_pool};

const POSTGRES: &str = include_str!("history_postgres.sql");
const SQLITE: &str = include_str!("history_sqlite.sql");

/// Puts `rows` terminal messages with their attempts into our tables on Postgres.
///
/// # Errors
/// Fails if the database refuses.
pub async fn on_postgres(pool: &PgPool, rows: u32) -> Result<()> {
    for statement in statements(POSTGRES) {
        sqlx::query(statement).bind(i64::from(rows)).execute(pool).await?;
    }
    settle_postgres(pool).await
}

/// Puts `rows` terminal messages with their attempts into our tables in a SQLite file.
///
/// # Errors
/// Fails if the database refuses.
pub async fn on_sqlite(path: &Path, rows: u32) -> Result<()> {
    let pool = sqlite_pool(path, 1).await?;
    for statement in statements(SQLITE) {
        sqlx::query(statement).bind(i64::from(rows)).execute(&pool).await?;
    }
    pool.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    pool.close().await;
    Ok(())
}

/// The statements of a file, each of which takes the number of rows.
fn statements(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.split_inclusive(';').filter(|part| part.contains("$1") || part.contains("?1"))
}

/// Makes all messages of a history unsent again: owed now.
///
/// # Errors
/// Fails if the database refuses.
pub async fn owe_on_postgres(pool: &PgPool) -> Result<()> {
    pool.execute(include_str!("owe_postgres.sql")).await?;
    settle_postgres(pool).await
}

/// Makes all messages of a history unsent again: owed now.
///
/// # Errors
/// Fails if the database refuses.
pub async fn owe_on_sqlite(pool: &SqlitePool) -> Result<()> {
    pool.execute(include_str!("owe_sqlite.sql")).await?;
    Ok(())
}
