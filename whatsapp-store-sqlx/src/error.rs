//! Conversion of a database's errors to the core's.

use sqlx::error::DatabaseError;
use whatsapp_core::port::StoreError;

/// Converts an error of sqlx that no statement of ours made.
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    converted(error, None)
}

/// Converts an error of the statement of this name.
pub(crate) fn failed(error: sqlx::Error, statement: &str) -> StoreError {
    converted(error, Some(statement))
}

/// Converts an error of sqlx, and logs whatever the database said of it besides. Its text is never
/// shown or logged, because it may contain rows.
fn converted(error: sqlx::Error, statement: Option<&str>) -> StoreError {
    let fault = fault(&error);
    match error {
        sqlx::Error::Database(error) => {
            let converted = database_error(error.as_ref());
            tracing::debug!(
                db.code = error.code().as_deref(),
                db.constraint = constraint(error.as_ref()),
                db.table = table(error.as_ref()),
                db.statement = statement,
                fault,
                "{converted}"
            );
            converted
        }
        error => {
            let converted = driver_error(&error);
            tracing::debug!(db.statement = statement, fault, "{converted}");
            converted
        }
    }
}

/// Converts an error that the driver made itself.
fn driver_error(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Io(_) => unavailable("it could not be read or written"),
        sqlx::Error::Tls(_) => {
            other("it speaks no TLS, or its certificate is not trusted: see sslmode in its address")
        }
        sqlx::Error::PoolTimedOut => unavailable("all connections are busy"),
        sqlx::Error::WorkerCrashed => unavailable("the connection was lost"),
        sqlx::Error::PoolClosed => {
            other("the store was closed already: close it after everything that uses it")
        }
        _ => other("its answer was not understood"),
    }
}

pub(crate) fn unavailable(reason: &str) -> StoreError {
    StoreError::Unavailable { reason: reason.to_owned() }
}

pub(crate) fn other(reason: &str) -> StoreError {
    StoreError::Other { reason: reason.to_owned() }
}

/// Checks that a write touched as many rows as it must.
pub(crate) fn row_count(rows: u64, expected: usize) -> Result<(), StoreError> {
    if u64::try_from(expected) == Ok(rows) {
        Ok(())
    } else {
        Err(other("a row that must be there is missing"))
    }
}

fn database_error(error: &dyn DatabaseError) -> StoreError {
    if error.is_unique_violation() || is_there_already(error) {
        return StoreError::Conflict { entity: entity(error) };
    }
    let code = error.code();
    let code = code.as_deref().unwrap_or("none");
    if let Some(misfit) = misfit(code, error) {
        return other(misfit);
    }
    // SQLite gives decimal numbers, Postgres five characters.
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => sqlite_error(number),
        _ => postgres_error(code),
    }
}

/// Returns what is wrong with the tables themselves. Only the table of settings may be the host's.
/// SQLite has no codes for what a table lacks.
fn misfit(code: &str, error: &dyn DatabaseError) -> Option<&'static str> {
    let says = |words: &[&str]| words.iter().any(|words| error.message().contains(words));
    // SQLite names a CHECK by its text.
    let is_settings = entity(error) == "setting" || says(&["config_key", "config_value"]);
    match code {
        "42P10" => Some(NOT_UNIQUE),
        "1" if says(&["ON CONFLICT clause does not match"]) => Some(NOT_UNIQUE),
        "42P01" | "42703" => Some(if is_settings { NO_COLUMN } else { MISSING }),
        "1" if says(&["no such table: ", "no such column: ", " has no column named "]) => {
            Some(if is_settings { NO_COLUMN } else { MISSING })
        }
        // SQLITE_CONSTRAINT_NOTNULL
        "1299" | "23502" if is_settings => Some(MANDATORY),
        // Values of another type: only a host's column has one where texts are written.
        "20" | "22P02" | "22001" => Some(UNFIT),
        // A CHECK, a type, a view.
        "275" | "3091" | "23514" | "42804" | "1" | "55000" if is_settings => Some(UNFIT),
        _ => None,
    }
}

const NOT_UNIQUE: &str =
    "the column config_key of the table invoice_configurations must be its primary key or unique";
const NO_COLUMN: &str = "the table invoice_configurations lacks a column: it must have config_key, \
                         config_value, config_type and description";
const MANDATORY: &str = "the table invoice_configurations has a column that this library does not \
                         know and that must have a value: give it a default";
const UNFIT: &str = "the table invoice_configurations does not take the library's rows: config_key, \
                     config_value, config_type and description must be columns of text without a \
                     CHECK, and it must be a table";
const MISSING: &str = "a table or a column of this library is missing";

/// The kind of an error, as it stands in the log.
const fn fault(error: &sqlx::Error) -> &'static str {
    match error {
        sqlx::Error::Configuration(_) => "configuration",
        sqlx::Error::Database(_) => "database",
        sqlx::Error::Io(_) => "input or output",
        sqlx::Error::Tls(_) => "TLS",
        sqlx::Error::Protocol(_) => "protocol",
        sqlx::Error::RowNotFound => "no row",
        sqlx::Error::TypeNotFound { .. } => "no such type",
        sqlx::Error::ColumnIndexOutOfBounds { .. } | sqlx::Error::ColumnNotFound(_) => {
            "no such column"
        }
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => "decoding",
        sqlx::Error::Encode(_) | sqlx::Error::InvalidArgument(_) => "encoding",
        sqlx::Error::PoolTimedOut => "no connection in time",
        sqlx::Error::PoolClosed => "closed",
        sqlx::Error::WorkerCrashed => "the thread of the connection ended",
        sqlx::Error::BeginFailed | sqlx::Error::InvalidSavePointStatement => "beginning",
        _ => "other",
    }
}

/// The broken constraint. SQLite tells it in its message, by the columns of a unique or mandatory
/// value, or by the name or the text of a `CHECK`.
fn constraint(error: &dyn DatabaseError) -> Option<&str> {
    let told = || Some(error.message().split_once(" constraint failed: ")?.1);
    error.constraint().or_else(told)
}

/// The table of an error. SQLite tells it by its columns.
fn table(error: &dyn DatabaseError) -> Option<&str> {
    let told = || Some(constraint(error)?.split_once('.')?.0);
    let is_name = |name: &&str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    error.table().or_else(|| told().filter(is_name))
}

/// Returns true if a trigger of SQLite refused a row because one is there already, in an
/// append-only table.
fn is_there_already(error: &dyn DatabaseError) -> bool {
    // SQLITE_CONSTRAINT_TRIGGER
    error.code().as_deref() == Some("1811") && error.message().ends_with(" already")
}

/// The result codes of <https://www.sqlite.org/rescode.html>; the low byte is the primary one.
fn sqlite_error(code: u32) -> StoreError {
    match code & 0xff {
        5 | 6 => unavailable("another process holds its lock"),
        7 => unavailable("there is no memory left"),
        9 => unavailable("it was interrupted"),
        10 => unavailable("the disk could not be read or written"),
        13 => unavailable("the disk is full"),
        14 => unavailable("its file could not be opened"),
        8 => other("it is read-only"),
        11 | 26 => other("its file is damaged, or no SQLite database"),
        _ => StoreError::Other { reason: format!("error code {code}") },
    }
}

/// The codes of <https://www.postgresql.org/docs/current/errcodes-appendix.html>; the first two
/// characters are the class.
fn postgres_error(code: &str) -> StoreError {
    match (code.get(..2).unwrap_or_default(), code) {
        (_, "57014") => unavailable("it took too long over a statement"),
        (_, "55P03") => unavailable("another transaction holds a lock"),
        (_, "25P03") => unavailable("it waited too long for the next statement"),
        (_, "53100") => unavailable("its disk is full"),
        (_, "53300") => unavailable("it has no free connection"),
        (_, "25006") => {
            unavailable("it takes no writes: it is a standby, or somebody has made it read-only")
        }
        (_, "3D000") => other("there is no database of that name"),
        (_, "23503") => other("a message names a customer, a user or a template that is not there"),
        (_, "42501") => other("the user may not do this"),
        ("40", _) => unavailable(
            "another transaction got in the way of this one: run the whole transaction again",
        ),
        ("08", _) => unavailable("the connection was lost"),
        ("53" | "54" | "58", _) => unavailable("the server has run out of something"),
        ("57", _) => unavailable("the server is stopping or starting"),
        ("28", _) => other("it refuses the user or the password"),
        _ => StoreError::Other { reason: format!("error code {code}") },
    }
}

/// The kind of row whose unique value is taken: Postgres names the table, and SQLite's message
/// does.
fn entity(error: &dyn DatabaseError) -> &'static str {
    let named = error.table().unwrap_or(error.message());
    [
        ("whatsapp_attempts_", "attempt"),
        ("whatsapp_message_attempts", "attempt"),
        ("whatsapp_message_logs", "message"),
        ("whatsapp_template_versions", "template version"),
        ("whatsapp_templates", "template"),
        ("whatsapp_digests", "digest"),
        ("whatsapp_audit", "audit entry"),
        ("invoice_configurations", "setting"),
        ("whatsapp_account_events", "account event"),
        ("whatsapp_planner_runs", "planner run"),
        ("whatsapp_reminder_steps", "reminder step"),
        ("whatsapp_mutes", "mute"),
        ("whatsapp_put_aside", "message put aside"),
        ("whatsapp_campaigns", "campaign"),
        ("whatsapp_campaign_recipients", "recipient"),
    ]
    .into_iter()
    .find_map(|(table, entity)| named.contains(table).then_some(entity))
    .unwrap_or("row")
}

#[cfg(test)]
mod tests {
    use whatsapp_testkit::errors::Said;

    #[test]
    fn the_crate_has_no_error_types_of_its_own() {
        Said::default().check(env!("CARGO_MANIFEST_DIR"));
    }
}
