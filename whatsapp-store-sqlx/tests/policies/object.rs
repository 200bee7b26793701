//! The objects to be tested, from PostgreSQL's own catalogue.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, FromRow, PgConnection};

use crate::host::Host;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, FromRow)]
pub(crate) struct Object {
    pub(crate) name: String,
    pub(crate) kind: String,
}

/// All objects outside PostgreSQL's own schemas.
pub(crate) async fn objects(host: &Host) -> BTreeSet<Object> {
    let query = sqlx::query_as(include_str!("objects.sql"));
    query.fetch_all(&mut host.connect().await).await.unwrap().into_iter().collect()
}

/// The facts about a table that statements about it need.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// All columns that can be written, in order.
    pub(crate) columns: String,
    /// The primary key, and the same with its types.
    pub(crate) key: String,
    pub(crate) typed_key: String,
    /// A column that may be set to its present value in every row without breaking anything.
    pub(crate) free: String,
    /// A row of the table, as a literal for `jsonb_populate_record`, and in the form of `COPY`.
    pub(crate) row: String,
    pub(crate) copied: String,
}

#[derive(Debug, FromRow)]
struct Column {
    name: String,
    r#type: String,
    is_key: bool,
    is_free: bool,
}

impl Table {
    pub(crate) async fn read(connection: &mut PgConnection, name: &str) -> Self {
        let query = sqlx::query_as(include_str!("columns.sql")).bind(name);
        let columns: Vec<Column> = query.fetch_all(&mut *connection).await.unwrap();
        let list = |columns: Vec<&str>| columns.join(", ");
        let names = list(columns.iter().map(|column| column.name.as_str()).collect());
        let key: Vec<&Column> = columns.iter().filter(|column| column.is_key).collect();
        let typed: Vec<String> =
            key.iter().map(|column| format!("{} {}", column.name, column.r#type)).collect();
        let free = columns.iter().find(|column| column.is_free);
        let one = format!("SELECT {names} FROM {name} ORDER BY ctid LIMIT 1");
        let json = format!("SELECT quote_literal(to_jsonb(one)::TEXT) FROM ({one}) AS one");
        let row: Option<String> =
            sqlx::query_scalar(AssertSqlSafe(json)).fetch_optional(&mut *connection).await.unwrap();
        Self {
            name: name.to_owned(),
            key: list(key.iter().map(|column| column.name.as_str()).collect()),
            typed_key: typed.join(", "),
            free: free.unwrap_or_else(|| panic!("{name} has key columns only")).name.clone(),
            row: row.unwrap_or_else(|| panic!("{name} is empty: add a row to rows.sql")),
            copied: crate::statement::copy_out(connection, &format!("COPY ({one}) TO STDOUT"))
                .await
                .unwrap(),
            columns: names,
        }
    }
}
