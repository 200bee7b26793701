//! A statement whose errors are the core's, and are logged under its name.

use futures_util::StreamExt as _;
use sqlx::query::Query;
use sqlx::{Database, Encode, Executor, IntoArguments, Type};
use whatsapp_core::port::StoreError;

use crate::error::failed;

/// Number of rows that are read together.
const CHUNK: usize = 100;

/// The names of a database's statements, each with its text.
pub(crate) type Names = [(&'static str, &'static str)];

/// A statement with its arguments.
pub(crate) struct Statement<DB: Database> {
    query: Query<'static, DB, DB::Arguments>,
    text: &'static str,
    names: &'static Names,
}

impl<DB: Database> Statement<DB> {
    /// Takes a query of this text, which has its name among `names`.
    pub(crate) const fn new(
        query: Query<'static, DB, DB::Arguments>,
        text: &'static str,
        names: &'static Names,
    ) -> Self {
        Self { query, text, names }
    }

    /// Binds the next argument.
    pub(crate) fn bind<'t, T: Encode<'t, DB> + Type<DB>>(self, value: T) -> Self {
        Self { query: self.query.bind(value), ..self }
    }
}

impl<DB: Database> Statement<DB>
where
    DB::Arguments: IntoArguments<DB>,
{
    /// Runs the statement.
    pub(crate) async fn execute<'c, E>(self, executor: E) -> Result<DB::QueryResult, StoreError>
    where
        E: Executor<'c, Database = DB>,
    {
        let Self { query, text, names } = self;
        query.execute(executor).await.map_err(|error| failed(error, name(text, names)))
    }

    /// Runs the statement and returns all its rows.
    pub(crate) async fn fetch_all<'c, E>(self, executor: E) -> Result<Vec<DB::Row>, StoreError>
    where
        E: Executor<'c, Database = DB>,
    {
        let Self { query, text, names } = self;
        query.fetch_all(executor).await.map_err(|error| failed(error, name(text, names)))
    }

    /// Runs the statement and reads its rows as they come: of many wide rows, only what was read of
    /// them stays in memory.
    pub(crate) async fn fetch_each<'c, 'e, E, T, F>(
        self,
        executor: E,
        mut read: F,
    ) -> Result<Vec<T>, StoreError>
    where
        'c: 'e,
        E: 'e + Executor<'c, Database = DB>,
        F: FnMut(&DB::Row) -> Result<T, StoreError>,
    {
        let Self { query, text, names } = self;
        let mut rows = query.fetch(executor).chunks(CHUNK);
        let mut all = Vec::new();
        while let Some(chunk) = rows.next().await {
            for row in chunk {
                all.push(read(&row.map_err(|error| failed(error, name(text, names)))?)?);
            }
        }
        Ok(all)
    }

    /// Runs the statement and returns its only row.
    pub(crate) async fn fetch_one<'c, E>(self, executor: E) -> Result<DB::Row, StoreError>
    where
        E: Executor<'c, Database = DB>,
    {
        let Self { query, text, names } = self;
        query.fetch_one(executor).await.map_err(|error| failed(error, name(text, names)))
    }

    /// Runs the statement and returns its row, if it has one.
    pub(crate) async fn fetch_optional<'c, E>(
        self,
        executor: E,
    ) -> Result<Option<DB::Row>, StoreError>
    where
        E: Executor<'c, Database = DB>,
    {
        let Self { query, text, names } = self;
        query.fetch_optional(executor).await.map_err(|error| failed(error, name(text, names)))
    }
}

/// The name of a statement; one that has none is short, and its own name.
fn name(text: &'static str, names: &Names) -> &'static str {
    names.iter().find(|(_, of)| *of == text).map_or(text, |(name, _)| name)
}
