//! The personas that make requests.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _};

use crate::host::Host;

/// A persona, with a connection of its own to the database.
#[derive(Debug)]
pub(crate) struct Persona {
    pub(crate) name: &'static str,
    role: &'static str,
    /// The claims that the web server read in the token; `None` if there was no token.
    claims: Option<&'static str>,
    /// True if the claims cannot be read, so that every statement that reads them fails.
    pub(crate) unreadable: bool,
    options: PgConnectOptions,
    pub(crate) connection: PgConnection,
}

const STAFF: &str = r#"{"sub": "a0000000-0000-4000-8000-000000000001", "role": "authenticated"}"#;
const MANAGER: &str = r#"{"sub": "a0000000-0000-4000-8000-000000000002", "role": "authenticated"}"#;
const ADMIN: &str = r#"{"sub": "a0000000-0000-4000-8000-000000000003", "role": "authenticated"}"#;
const INACTIVE: &str =
    r#"{"sub": "a0000000-0000-4000-8000-000000000004", "role": "authenticated"}"#;
const STRANGER: &str =
    r#"{"sub": "a0000000-0000-4000-8000-000000000005", "role": "authenticated"}"#;

/// Name, role, claims. Personas that need no claims have a manager's, where these must not help
/// them.
const PERSONAS: [(&str, &str, Option<&str>); 13] = [
    ("anon", "anon", Some(MANAGER)),
    ("staff", "authenticated", Some(STAFF)),
    ("manager", "authenticated", Some(MANAGER)),
    ("admin", "authenticated", Some(ADMIN)),
    ("inactive", "authenticated", Some(INACTIVE)),
    ("stranger", "authenticated", Some(STRANGER)),
    ("service", "service_role", None),
    ("bound", "bound_service", None),
    ("owner", "shop", Some(MANAGER)),
    ("no", "authenticated", None),
    ("empty", "authenticated", Some("")),
    ("broken", "authenticated", Some(r#"{"sub": "#)),
    ("foreign", "authenticated", Some(r#"{"sub": "auth0|5f7c8ec7c33c6c004bbafe82"}"#)),
];

/// Returns all personas, in the order of the matrix.
pub(crate) async fn everybody(host: &Host) -> Vec<Persona> {
    let mut all = Vec::new();
    for (name, role, claims) in PERSONAS {
        let unreadable = matches!(name, "broken" | "foreign");
        // Each has a connection: a setting that was ever set is empty afterwards, and not absent.
        let (options, connection) = (host.options(), host.connect().await);
        all.push(Persona { name, role, claims, unreadable, options, connection });
    }
    all
}

impl Persona {
    /// Opens a transaction, in which the superuser first does `before` and then becomes this
    /// persona.
    pub(crate) async fn begin(&mut self, before: &str) -> sqlx::Result<()> {
        let claims = self.claims.map_or_else(String::new, |claims| {
            format!("SELECT set_config('request.jwt.claims', '{claims}', true);")
        });
        let statements = format!("BEGIN; {before}; {claims} SET LOCAL ROLE {}", self.role);
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut self.connection).await.map(drop)
    }

    /// Replaces the old connection by a new one; its transaction is undone with it.
    pub(crate) async fn reconnect(&mut self) -> sqlx::Result<()> {
        self.connection = self.options.connect().await?;
        Ok(())
    }

    pub(crate) async fn roll_back(&mut self) -> sqlx::Result<()> {
        sqlx::raw_sql("ROLLBACK").execute(&mut self.connection).await.map(drop)
    }
}
