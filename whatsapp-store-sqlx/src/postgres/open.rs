//! Opens a database: its connections, their timeouts, its tables.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};
use whatsapp_core::AccountId;
use whatsapp_core::port::StoreError;

use super::listen::WakeUp;
use super::migrations::{Sets, migrate, tables};
use super::work::{BEGIN, Begin};
use super::{PostgresStore, Shared};
use crate::error::other;
use crate::migrations::Files;

/// Options for opening a Postgres database.
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
    clients: u32,
    acquire_timeout: Duration,
    limits: Limits,
    behind_pooler: bool,
    tables: Files,
    sets: Sets,
}

/// Timeouts of the server.
#[derive(Debug, Clone, Copy)]
struct Limits {
    statement: Duration,
    lock: Duration,
    idle_in_transaction: Duration,
}

/// The isolation of the store's own sessions outside of a transaction.
const ISOLATION: (&str, &str) = ("default_transaction_isolation", "read committed");

/// Settings of the query planner. Every statement looks rows up by key, or walks along an index in
/// its order. On tables that have grown since they were last analysed, the planner would sometimes
/// read a whole table and sort it instead. And a plan made for an empty table is kept.
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
    /// Sets the database by its address, `postgres://user:password@host:port/database`, with the
    /// parameters that sqlx knows (`sslmode` and so on).
    ///
    /// # Errors
    /// [`StoreError::Other`] when the address cannot be read; it is not shown, because it may
    /// contain a password.
    pub fn new(url: impl AsRef<str>) -> Result<Self, StoreError> {
        let url = url.as_ref();
        let is_ours = ["postgres://", "postgresql://"].iter().any(|one| url.starts_with(one));
        let connect = url.parse::<PgConnectOptions>().ok().filter(|_| is_ours);
        let connect = connect.ok_or_else(|| {
            other("its address is not like postgres://user:password@host:port/database")
        })?;
        Ok(Self::with(connect))
    }

    /// Sets the database by sqlx's own options.
    #[must_use]
    pub fn with(connect: PgConnectOptions) -> Self {
        Self {
            connect,
            workers: 6,
            clients: 6,
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

    /// Sets the number of connections for dispatchers. Default: 6.
    #[must_use]
    pub const fn workers(mut self, connections: u32) -> Self {
        self.workers = connections;
        self
    }

    /// Sets the number of connections for all others, who enqueue or read. Default: 6. When all of
    /// them are busy, dispatchers continue with theirs.
    #[must_use]
    pub const fn readers(mut self, connections: u32) -> Self {
        self.clients = connections;
        self
    }

    /// Sets the timeout for a free connection. Default: 5 seconds.
    #[must_use]
    pub const fn acquire_timeout(mut self, time: Duration) -> Self {
        self.acquire_timeout = time;
        self
    }

    /// Sets the timeout of one statement. Default: 15 seconds.
    #[must_use]
    pub const fn statement_timeout(mut self, time: Duration) -> Self {
        self.limits.statement = time;
        self
    }

    /// Sets the timeout for a lock that another transaction holds. Default: 5 seconds.
    #[must_use]
    pub const fn lock_timeout(mut self, time: Duration) -> Self {
        self.limits.lock = time;
        self
    }

    /// Adapts to a transaction pooler, such as `PgBouncer`, in front of the server. Default: off.
    ///
    /// Then no state is kept on a connection from one transaction to the next: no prepared
    /// statements, no session settings, and no `LISTEN`. So dispatchers find new messages by
    /// polling only.
    #[must_use]
    pub const fn behind_pooler(mut self, yes: bool) -> Self {
        self.behind_pooler = yes;
        self
    }

    /// Adds references to the host's own tables, `customers (id)` and `auth.users (id)`, which must
    /// exist then. Default: off.
    #[must_use]
    pub const fn references(mut self, yes: bool) -> Self {
        self.sets.references = yes;
        self
    }

    /// Turns row-level security on, as Supabase needs it. Default: off.
    #[must_use]
    pub const fn supabase(mut self, yes: bool) -> Self {
        self.sets.supabase = yes;
        self
    }

    /// Drops the specification's index on `whatsapp_message_logs (status)`. Default: off.
    ///
    /// The index serves the host's own reports by status, and `counts`. Without it, `counts` counts
    /// sent messages row by row, up to its limit. But then a send changes no index of the log, and
    /// each page of the log keeps room for the change. Many messages are sent faster
    /// (`benches/README.md`), and a log of millions of messages does not slow it down. The log
    /// takes up to twice the space on the disk.
    ///
    /// Once dropped, the index stays away. To restore it, run `CREATE INDEX CONCURRENTLY
    /// idx_whatsapp_logs_status ON whatsapp_message_logs (status)`.
    #[must_use]
    pub const fn without_status_index(mut self, yes: bool) -> Self {
        self.sets.without_status_index = yes;
        self
    }

    /// Replaces the library's own files of the tables: for tests of a later version of the library
    /// with another file.
    #[doc(hidden)]
    #[must_use]
    pub fn tables_from(mut self, files: impl IntoIterator<Item = String>) -> Self {
        self.tables = Files::given(files);
        self
    }

    /// Opens the database, creates missing tables, and brings older ones up to date.
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
        // A session of the store's own has its settings from the start; behind a pooler each
        // transaction sets them.
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
                // A connection that was busy a moment ago is still alive: only the others are
                // tested.
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
            clients: pool(self.clients.max(1)),
            shared: Arc::new(Shared { begin, connect, behind_pooler, wake_up: WakeUp::default() }),
            account: AccountId::DEFAULT,
        })
    }
}

impl fmt::Debug for PostgresOptions {
    /// Shows no address and no password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("workers", &self.workers)
            .field("readers", &self.clients)
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

/// Builds the statement that begins a transaction and sets the settings of this transaction only,
/// in one round trip.
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
    pub async fn open(url: impl AsRef<str>) -> Result<Self, StoreError> {
        PostgresOptions::new(url)?.open().await
    }
}
