//! The versions of the library: this one, and an invented later one, whose second file carries
//! data.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use whatsapp_core::port::StoreError;
use whatsapp_store_sqlx::{PostgresOptions, SqliteOptions};

use crate::faults::database::{Database, Kind, Opened};

/// Longest time that a store waits for another process that migrates.
const PATIENCE: Duration = Duration::from_secs(30);

/// A lock that the harness holds, and which nobody else knows of.
pub(super) const GATE: i64 = 16;

/// Returns the files of the tables: the library's own, and the invented one.
const fn files(kind: Kind) -> [&'static str; 2] {
    match kind {
        Kind::Sqlite => [
            include_str!("../../../../whatsapp-store-sqlx/migrations/sqlite/0001_tables.sql"),
            include_str!("later_sqlite.sql"),
        ],
        Kind::Postgres => [
            include_str!("../../../../whatsapp-store-sqlx/migrations/postgres/0001_tables.sql"),
            include_str!("later_postgres.sql"),
        ],
    }
}

/// Returns a statement that does not come to its end. On Postgres it waits for the harness. On
/// SQLite it writes and writes, which the harness sees by the size of the write-ahead log.
const fn standstill(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => {
            "CREATE TABLE whatsapp_endless (page BLOB) STRICT;
             INSERT INTO whatsapp_endless
             WITH RECURSIVE endless (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM endless)
             SELECT zeroblob(4000) FROM endless;"
        }
        Kind::Postgres => "SELECT pg_advisory_xact_lock(16);",
    }
}

/// A process that opens the store, which migrates.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Opening {
    /// Version of the library: the number of files that it has.
    pub version: usize,
    /// The number of statements of the last file after which the process comes to a standstill.
    pub stands_after: Option<usize>,
    /// True for the mutant, which runs each statement of the last file in a transaction of its own.
    pub careless: bool,
}

impl Opening {
    /// Opens the store as a version of the library does.
    pub(super) const fn of(version: usize) -> Self {
        Self { version, stands_after: None, careless: false }
    }

    /// Returns the statements of the last file.
    pub(super) fn statements(self, kind: Kind) -> Vec<&'static str> {
        files(kind).get(self.version - 1).map_or_else(Vec::new, |file| statements(file))
    }

    /// Opens the store; the mutant opens nothing.
    pub(in super::super) async fn work(
        self,
        database: &Database,
        behind_pooler: bool,
    ) -> Result<()> {
        if self.careless {
            return self.run(database).await;
        }
        self.open(database, behind_pooler).await?.close().await;
        Ok(())
    }

    /// Opens the store.
    pub(super) async fn open(
        self,
        database: &Database,
        behind_pooler: bool,
    ) -> Result<Opened, StoreError> {
        let kind = database.kind();
        let mut files: Vec<_> = files(kind).map(str::to_owned).into();
        files.truncate(self.version);
        if let (Some(after), Some(last)) = (self.stands_after, files.last_mut()) {
            *last = self.statements(kind)[..after].concat() + standstill(kind);
        }
        Ok(match database {
            Database::Sqlite(file) => {
                let options = SqliteOptions::new(file).busy_timeout(PATIENCE).tables_from(files);
                Opened::Sqlite(options.open().await?)
            }
            Database::Postgres(url) => {
                let options = PostgresOptions::new(url)?.behind_pooler(behind_pooler);
                Opened::Postgres(options.tables_from(files).open().await?)
            }
        })
    }

    /// Runs the statements of the last file one by one.
    async fn run(self, database: &Database) -> Result<()> {
        let kind = database.kind();
        let after = self.stands_after.context("the mutant stands still somewhere")?;
        let mut statements = self.statements(kind);
        statements.truncate(after);
        statements.push(standstill(kind));
        match database {
            Database::Sqlite(file) => {
                let options =
                    sqlx::sqlite::SqliteConnectOptions::new().filename(file).foreign_keys(false);
                let mut connection = SqliteConnection::connect_with(&options).await?;
                for statement in statements {
                    sqlx::raw_sql(statement).execute(&mut connection).await?;
                }
            }
            Database::Postgres(url) => {
                let mut connection = PgConnection::connect(url).await?;
                for statement in statements {
                    let alone = AssertSqlSafe(format!("BEGIN; {statement}; COMMIT"));
                    sqlx::raw_sql(alone).execute(&mut connection).await?;
                }
            }
        }
        Ok(())
    }
}

/// Splits a file into its statements. A statement ends with a semicolon at the end of a line.
/// Comments do not count, nor lines while `$$` is open, nor those in the body of a trigger of
/// SQLite, from the line `BEGIN` to the line `END;`.
fn statements(sql: &'static str) -> Vec<&'static str> {
    let (mut found, mut begins, mut at) = (Vec::new(), 0, 0);
    let (mut quoted, mut body) = (false, false);
    for line in sql.split_inclusive('\n') {
        at += line.len();
        quoted ^= line.matches("$$").count() % 2 == 1;
        let comment = line.trim_start().starts_with("--");
        body = !quoted && (body || line.trim_end() == "BEGIN") && line.trim_end() != "END;";
        if !quoted && !body && !comment && line.trim_end().ends_with(';') {
            found.extend(sql.get(begins..at));
            begins = at;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_one_statement_and_nothing_is_left_out() {
        for file in Kind::ALL.into_iter().flat_map(files) {
            assert_eq!(statements(file).concat().trim(), file.trim());
        }
        let tables = Opening::of(1).statements(Kind::Postgres);
        assert_eq!(tables.iter().filter(|statement| statement.contains("$$")).count(), 5);
        let triggers = Opening::of(1).statements(Kind::Sqlite);
        assert!(
            triggers.iter().any(|one| one.contains("BEGIN") && one.trim_end().ends_with("END;"))
        );
    }
}
