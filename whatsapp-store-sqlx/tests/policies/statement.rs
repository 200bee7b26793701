//! The attempts of the matrix, and whether they succeeded.

use futures_util::TryStreamExt as _;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row as _};

use crate::object::Table;
use crate::persona::Persona;

/// The kinds of statements, by the words of the matrix.
pub(crate) const TABLE_KINDS: [Kind; 13] = [
    Kind::Select,
    Kind::CopyTo,
    Kind::Insert,
    Kind::Update,
    Kind::Delete,
    Kind::Returning,
    Kind::ConflictUpdate,
    Kind::ConflictNothing,
    Kind::ConflictProbe,
    Kind::CopyFrom,
    Kind::Truncate,
    Kind::ForeignKey,
    Kind::Trigger,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Select,
    CopyTo,
    Insert,
    Update,
    Delete,
    Returning,
    ConflictUpdate,
    /// An insert into an empty table.
    ConflictNothing,
    /// An insert that conflicts with a row: an answer tells that the row exists.
    ConflictProbe,
    CopyFrom,
    Truncate,
    ForeignKey,
    Trigger,
    Execute,
}

impl Kind {
    /// Returns true if a word of the matrix allows this.
    pub(crate) fn is_allowed_by(self, word: &str) -> bool {
        match self {
            Self::Select | Self::CopyTo => {
                matches!(word, "read" | "rows" | "append" | "load" | "write")
            }
            Self::Insert | Self::ConflictNothing | Self::ConflictProbe => {
                matches!(word, "rows" | "append" | "load" | "write")
            }
            Self::Update | Self::Delete | Self::Returning | Self::ConflictUpdate => {
                matches!(word, "rows" | "write")
            }
            Self::CopyFrom => matches!(word, "load" | "write"),
            Self::Truncate | Self::ForeignKey | Self::Trigger => word == "own",
            Self::Execute => word == "call",
        }
    }
}

/// An attempt: the way to run a statement, and the result that counts as success.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// A number above zero.
    Sees(String),
    /// A row that was touched.
    Touches(String),
    /// No error.
    Passes(String),
    /// A row.
    CopiesOut(String),
    /// A row that was accepted: statement and row.
    CopiesIn(String, String),
}

/// A statement that the superuser runs before, in the same transaction. References would prevent
/// emptying one table; they say nothing about permissions.
const LET_REFERENCES_BE: &str = "SET LOCAL session_replication_role = replica";

/// The statements for `kind` on a table: the preparation, and the attempt.
pub(crate) fn about(table: &Table, kind: Kind) -> (String, Attempt) {
    let Table { name, columns, key, typed_key, free, row, copied } = table;
    let taken = format!("SELECT {columns} FROM jsonb_populate_record(NULL::{name}, {row})");
    let insert = format!("INSERT INTO {name} ({columns}) {taken}");
    let value = format!("(SELECT {free} FROM jsonb_populate_record(NULL::{name}, {row}))");
    let emptied = || format!("{LET_REFERENCES_BE}; DELETE FROM {name}");
    let as_it_is = || LET_REFERENCES_BE.to_owned();
    match kind {
        Kind::Select => (as_it_is(), Attempt::Sees(format!("SELECT count(*) FROM {name}"))),
        Kind::CopyTo => (as_it_is(), Attempt::CopiesOut(format!("COPY {name} TO STDOUT"))),
        Kind::Insert => (emptied(), Attempt::Touches(insert)),
        // Neither reads a column, so that neither needs the right to read.
        Kind::Update => {
            (as_it_is(), Attempt::Touches(format!("UPDATE {name} SET {free} = {value}")))
        }
        Kind::Delete => (as_it_is(), Attempt::Touches(format!("DELETE FROM {name}"))),
        Kind::Returning => (
            as_it_is(),
            Attempt::Touches(format!("UPDATE {name} SET {free} = {value} RETURNING *")),
        ),
        Kind::ConflictUpdate => {
            let statement =
                format!("{insert} ON CONFLICT ({key}) DO UPDATE SET {free} = EXCLUDED.{free}");
            (as_it_is(), Attempt::Touches(statement))
        }
        Kind::ConflictNothing => {
            (emptied(), Attempt::Touches(format!("{insert} ON CONFLICT DO NOTHING")))
        }
        Kind::ConflictProbe => {
            (as_it_is(), Attempt::Passes(format!("{insert} ON CONFLICT DO NOTHING")))
        }
        Kind::CopyFrom => {
            let statement = format!("COPY {name} ({columns}) FROM STDIN");
            (emptied(), Attempt::CopiesIn(statement, copied.clone()))
        }
        Kind::Truncate => (as_it_is(), Attempt::Passes(format!("TRUNCATE {name}"))),
        Kind::ForeignKey => {
            let statement = format!(
                "CREATE TABLE probe.child ({typed_key}, FOREIGN KEY ({key}) REFERENCES {name} ({key}))"
            );
            (as_it_is(), Attempt::Passes(statement))
        }
        Kind::Trigger => {
            let statement = format!(
                "CREATE TRIGGER probe BEFORE INSERT ON {name} EXECUTE FUNCTION probe.nothing()"
            );
            (as_it_is(), Attempt::Passes(statement))
        }
        Kind::Execute => unreachable!("tables are not called"),
    }
}

/// Tells whether `persona` succeeds with `attempt`; its effects are undone.
///
/// # Panics
///
/// If it fails for another reason than a missing permission: such a cell would prove nothing.
pub(crate) async fn had(
    persona: &mut Persona,
    before: &str,
    kind: Kind,
    attempt: &Attempt,
) -> bool {
    persona.begin(before).await.unwrap();
    let outcome = attempt.run(&mut persona.connection).await;
    match (attempt, &outcome) {
        // The driver leaves the end of the server's answer unread.
        (Attempt::CopiesOut(_), Err(_)) => persona.reconnect().await.unwrap(),
        _ => persona.roll_back().await.unwrap(),
    }
    outcome.unwrap_or_else(|error| {
        let code = error.as_database_error().and_then(|error| error.code().map(String::from));
        match code.as_deref() {
            Some("42501") => false,
            Some("22P02") if persona.unreadable => false,
            Some("0A000") if kind == Kind::CopyFrom => false,
            // The function of a trigger, which nobody can call.
            Some("0A000") if kind == Kind::Execute => false,
            // Other tables refer to the table; that is checked only for those who may truncate it.
            Some("0A000") if kind == Kind::Truncate => true,
            _ => panic!("{} could not even try {kind:?}: {error}\n{attempt:?}", persona.name),
        }
    })
}

impl Attempt {
    async fn run(&self, connection: &mut PgConnection) -> sqlx::Result<bool> {
        let sql = |statement: &String| sqlx::raw_sql(AssertSqlSafe(statement.clone()));
        match self {
            Self::Sees(statement) => {
                let row = sql(statement).fetch_one(connection).await?;
                Ok(row.try_get::<i64, _>(0)? > 0)
            }
            Self::Touches(statement) => {
                Ok(sql(statement).execute(connection).await?.rows_affected() > 0)
            }
            Self::Passes(statement) => sql(statement).execute(connection).await.map(|_| true),
            Self::CopiesOut(statement) => {
                copy_out(connection, statement).await.map(|rows| !rows.is_empty())
            }
            Self::CopiesIn(statement, row) => {
                let mut copy = connection.copy_in_raw(statement).await?;
                copy.send(row.as_bytes()).await?;
                Ok(copy.finish().await? > 0)
            }
        }
    }
}

/// Returns the output of a `COPY … TO STDOUT`.
pub(crate) async fn copy_out(
    connection: &mut PgConnection,
    statement: &str,
) -> sqlx::Result<String> {
    let mut rows = Vec::new();
    let mut written = connection.copy_out_raw(statement).await?;
    while let Some(part) = written.try_next().await? {
        rows.extend_from_slice(&part);
    }
    Ok(String::from_utf8(rows).unwrap())
}
