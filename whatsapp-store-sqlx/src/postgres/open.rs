//! Opening a database: its connections, their time limits, its tables.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};
use whatsapp_core::AccountId;
use whatsapp_core::port::StoreError;

use super::listen::Knock;
use super::migrations::{Sets, migrate, tables};
use super::work::{BEGIN, Begin};
use super::{PostgresStore, Shared};
use crate::error::other;
use crate::migrations::Files;

/// How to open a Postgres database.
///
/// ```no_run
/// # async fn open() -> Result<(), whatsapp_core::port::StoreError> {
/// use std::time::Duration;
/// use whatsapp_store_sqlx::PostgresOptions;
///
/// let store = PostgresOptions::new("postgres://shop@localhost/shop")?
///     .workers(6)
///     .statement_timeout(Duration::from_secs(10))
///     .open()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PostgresOptions {
    connect: PgConnectOptions,
    workers: u32,
    visitors: u32,
    acquire_timeout: Duration,
    limits: Limits,
    behind_pooler: bool,
    tables: Files,
    sets: Sets,
}

/// How long the server may take over things before it gives them up.
#[derive(Debug, Clone, Copy)]
struct Limits {
    statement: Duration,
    lock: Duration,
    idle_in_transaction: Duration,
}

/// The same for what a session of the store's own runs outside of a transaction.
const ISOLATION: (&str, &str) = ("default_transaction_isolation", "read committed");

/// Every statement looks rows up by key, or walks along an index in its order, and the planner is
/// told so. On tables that grew since they were last analysed it would now and then read all of one
/// and sort it instead. And a plan that was made for an empty table is kept.
fn plans() -> [(&'static str, String); 7] {
    [
        ("enable_seqscan", "off"),
        ("enable_bitmapscan", "off"),
        ("enable_hashjoin", "off"),
        ("enable_mergejoin", "off"),
        ("enable_sort", "off"),
        ("plan_cache_mode", "force_generic_plan"),
        // Statements are short: compiling one takes longer than running it.
        ("jit", "off"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
}

impl PostgresOptions {
    /// A database by its address, `postgres://user:password@host:port/database`, with the
    /// parameters that sqlx knows (`sslmode` and so on).
    ///
    /// # Errors
    /// [`StoreError::Other`] when the address cannot be read; it is not shown, for it may hold a
    /// password.
    pub fn new(url: &str) -> Result<Self, StoreError> {
        let connect = url.parse::<PgConnectOptions>().map_err(|_| {
            other("its address is not like postgres://user:password@host:port/database")
        })?;
        Ok(Self::with(connect))
    }

    /// A database by sqlx's own options.
    #[must_use]
    pub fn with(connect: PgConnectOptions) -> Self {
        Self {
            connect,
            workers: 6,
            visitors: 6,
            acquire_timeout: Duration::from_secs(5),
            limits: Limits {
                statement: Duration::from_secs(15),
                lock: Duration::from_secs(5),
                idle_in_transaction: Duration::from_secs(30),
            },
            behind_pooler: false,
            tables: tables(),
            sets: Sets::default(),
        }
    }

    /// Connections for dispatchers: 6 by default.
    #[must_use]
    pub const fn workers(mut self, connections: u32) -> Self {
        self.workers = connections;
        self
    }

    /// Connections for everybody else, who enqueues or reads: 6 by default. When all of them are
    /// busy, dispatchers go on with theirs.
    #[must_use]
    pub const fn readers(mut self, connections: u32) -> Self {
        self.visitors = connections;
        self
    }

    /// How long a call waits for a free connection: 5 seconds by default.
    #[must_use]
    pub const fn acquire_timeout(mut self, time: Duration) -> Self {
        self.acquire_timeout = time;
        self
    }

    /// How long one statement may take: 15 seconds by default.
    #[must_use]
    pub const fn statement_timeout(mut self, time: Duration) -> Self {
        self.limits.statement = time;
        self
    }

    /// How long a statement may wait for a lock that another transaction holds: 5 seconds by
    /// default.
    #[must_use]
    pub const fn lock_timeout(mut self, time: Duration) -> Self {
        self.limits.lock = time;
        self
    }

    /// Whether a transaction pooler such as `PgBouncer` stands between: off by default.
    ///
    /// Then nothing is kept on a connection from one transaction to the next: no prepared
    /// statements, no session's settings, and no `LISTEN`, so that dispatchers find new messages by
    /// polling alone.
    #[must_use]
    pub const fn behind_pooler(mut self, yes: bool) -> Self {
        self.behind_pooler = yes;
        self
    }

    /// Whether to refer to the host's own tables, `customers (id)` and `auth.users (id)`, which
    /// must be there then: off by default.
    #[must_use]
    pub const fn references(mut self, yes: bool) -> Self {
        self.sets.references = yes;
        self
    }

    /// Whether to turn row-level security on, as Supabase needs it: off by default.
    #[must_use]
    pub const fn supabase(mut self, yes: bool) -> Self {
        self.sets.supabase = yes;
        self
    }

    /// Whether to do without the specification's index on `whatsapp_message_logs (status)`: off by
    /// default.
    ///
    /// It serves the host's own reports by status, and `counts`, which without it counts sent
    /// messages row by row as far as it is told. Without it a send changes no index of the log, and
    /// each page of the log has room for that change: many messages are sent faster
    /// (`benches/README.md`), a log of millions of messages does not slow it down, and the log
    /// takes up to twice the room on the disk.
    ///
    /// Once done it stays: to go back, `CREATE INDEX CONCURRENTLY idx_whatsapp_logs_status ON
    /// whatsapp_message_logs (status)`.
    #[must_use]
    pub const fn without_status_index(mut self, yes: bool) -> Self {
        self.sets.without_status_index = yes;
        self
    }

    /// The files that make the tables, in the place of the library's own: for tests of what happens when
    /// a later version of the library brings another file.
    #[doc(hidden)]
    #[must_use]
    pub fn tables_from(mut self, files: impl IntoIterator<Item = String>) -> Self {
        self.tables = Files::given(files);
        self
    }

    /// Opens the database, makes what tables it lacks, and brings older ones up to date.
    ///
    /// # Errors
    /// [`StoreError`] when the server does not answer, refuses the user, or holds tables that an
    /// unreleased version of this library made.
    pub async fn open(self) -> Result<PostgresStore, StoreError> {
        let Self { limits, behind_pooler, .. } = self;
        let mut connect = self.connect.disable_statement_logging();
        if connect.get_application_name().is_none() {
            connect = connect.application_name("whatsapp");
        }
        let mut settings = limits.settings().to_vec();
        settings.extend(plans());
        // A session that is the store's own has its settings from the start; behind a pooler each
        // transaction brings them along.
        let (session, begin) = if behind_pooler {
            connect = connect.statement_cache_capacity(0);
            (connect.clone(), begin_with(&settings))
        } else {
            connect = connect.options([ISOLATION]);
            (connect.clone().options(settings), BEGIN.into())
        };
        let pool = |connections| {
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(self.acquire_timeout)
                // Who was busy a moment ago is still there: only the others are asked.
                .test_before_acquire(false)
                .before_acquire(|connection, meta| {
                    Box::pin(async move {
                        if meta.idle_for > Duration::from_secs(1) {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                })
                .connect_lazy_with(session.clone())
        };
        migrate(&connect, self.tables, self.sets).await?;
        Ok(PostgresStore {
            workers: pool(self.workers.max(2)),
            visitors: pool(self.visitors.max(1)),
            shared: Arc::new(Shared { begin, connect, behind_pooler, knock: Knock::default() }),
            account: AccountId::DEFAULT,
        })
    }
}

impl fmt::Debug for PostgresOptions {
    /// Shows no address and no password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("workers", &self.workers)
            .field("readers", &self.visitors)
            .field("behind_pooler", &self.behind_pooler)
            .finish_non_exhaustive()
    }
}

impl Limits {
    fn settings(self) -> [(&'static str, String); 3] {
        let millis = |time: Duration| time.as_millis().to_string();
        [
            ("statement_timeout", millis(self.statement)),
            ("lock_timeout", millis(self.lock)),
            ("idle_in_transaction_session_timeout", millis(self.idle_in_transaction)),
        ]
    }
}

/// Begins a transaction and sets what holds for it alone, in one round trip.
fn begin_with(settings: &[(&str, String)]) -> Begin {
    let begin = settings.iter().fold(BEGIN.to_owned(), |begin, (name, value)| {
        begin + &format!("; SET LOCAL {name} = '{value}'")
    });
    begin.into()
}

impl PostgresStore {
    /// Opens the database at this address with the default options: [`PostgresOptions`].
    ///
    /// # Errors
    /// As [`PostgresOptions::new`] and [`PostgresOptions::open`].
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        PostgresOptions::new(url)?.open().await
    }
}
