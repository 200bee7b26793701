//! Opens a database: its settings, its version, its tables.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use whatsapp_core::AccountId;
use whatsapp_core::port::StoreError;

use super::SqliteStore;
use super::migrations::{migrate, tables};
use super::outbox::gather::Gathering;
use super::sender::Sender;
use super::work::Synchronous;
use crate::error::{other, store_error};
use crate::migrations::Files;

/// Options for opening a database file.
///
/// ```no_run
/// # async fn open() -> Result<(), whatsapp_core::port::StoreError> {
/// use std::time::Duration;
/// use whatsapp_store_sqlx::SqliteOptions;
///
/// let store = SqliteOptions::new("whatsapp.db")
///     .busy_timeout(Duration::from_secs(2))
///     .readers(8)
///     .open()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct SqliteOptions {
    path: PathBuf,
    busy_timeout: Duration,
    readers: u32,
    synchronous: Synchronous,
    tables: Files,
}

impl SqliteOptions {
    /// Opens the file at `path`, which is created if it does not exist; its folder must exist. No
    /// URL, and not `:memory:`: see [`SqliteStore::in_memory`].
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            busy_timeout: Duration::from_secs(5),
            readers: 4,
            synchronous: Synchronous::Full,
            tables: tables(),
        }
    }

    /// Sets the timeout of a write that waits for another process. Default: 5 seconds.
    pub const fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// Sets the number of reads that may run at once, at least 1. Default: 4.
    pub const fn readers(mut self, readers: u32) -> Self {
        self.readers = if readers == 0 { 1 } else { readers };
        self
    }

    /// Sets the durability of a commit. Default: [`Synchronous::Full`].
    pub const fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// Replaces the library's own files of the tables: for tests of a later version of the library
    /// with another file.
    #[doc(hidden)]
    pub fn tables_from(mut self, files: impl IntoIterator<Item = String>) -> Self {
        self.tables = Files::given(files);
        self
    }

    /// Opens the database and brings its tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file cannot be opened, or another process holds it for
    /// longer than the busy timeout. [`StoreError::Other`] when the path names no file, or its
    /// folder is missing. Also when the file is no SQLite database, an unreleased version of this
    /// library made its tables, or this SQLite is too old to be safe.
    pub async fn open(self) -> Result<SqliteStore, StoreError> {
        refuse_old_sqlite().await?;
        let path = self.path.clone();
        if let Some(why) = no_file(&path) {
            return Err(other(&why));
        }
        self.opened().await.map_err(|error| of_file(error, &path))
    }

    async fn opened(self) -> Result<SqliteStore, StoreError> {
        let options = common(SqliteConnectOptions::new().filename(&self.path))
            .page_size(PAGE)
            .busy_timeout(self.busy_timeout)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(match self.synchronous {
                Synchronous::Full => SqliteSynchronous::Full,
                Synchronous::Normal => SqliteSynchronous::Normal,
            });
        // The undo data of a statement stays in memory. It is a few of these pages, which is more
        // than SQLite keeps there by default: otherwise each message would also be written to a
        // temporary file.
        let writing = options
            .clone()
            .create_if_missing(true)
            .pragma("temp_store", "MEMORY")
            .pragma("wal_autocheckpoint", LOG_PAGES.to_string());
        let writer = pool(1).connect_with(writing).await.map_err(store_error)?;
        migrate(&writer, self.synchronous, self.tables).await?;
        let readers = pool(self.readers).connect_lazy_with(options.read_only(true));
        let (sender, account) = (Sender::of(&self.path), AccountId::DEFAULT);
        let (synchronous, gathering) = (self.synchronous, Gathering::default());
        Ok(SqliteStore { writer, readers, sender, gathering, synchronous, account })
    }
}

impl SqliteStore {
    /// Opens the file at `path` with the default settings of [`SqliteOptions`], and brings its
    /// tables up to date. A missing file is created.
    ///
    /// # Errors
    /// As [`SqliteOptions::open`].
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        SqliteOptions::new(path).open().await
    }

    /// Opens a database in memory, which is gone once it is closed: for tests and trials. Reads
    /// wait for writes, because there is only one connection to it.
    ///
    /// # Errors
    /// As [`SqliteOptions::open`].
    pub async fn in_memory() -> Result<Self, StoreError> {
        let writer = pool(1)
            .connect_with(common(SqliteConnectOptions::new().in_memory(true)))
            .await
            .map_err(store_error)?;
        migrate(&writer, Synchronous::Normal, tables()).await?;
        let (sender, account) = (Sender::default(), AccountId::DEFAULT);
        let (readers, synchronous) = (writer.clone(), Synchronous::Normal);
        let gathering = Gathering::default();
        Ok(Self { writer, readers, sender, gathering, synchronous, account })
    }
}

/// Returns the reason why a path cannot be that of a file that all connections share.
fn no_file(path: &Path) -> Option<String> {
    let given = path.to_string_lossy();
    let why = if given.trim().is_empty() {
        "the path of its file is empty: give one such as whatsapp.sqlite".to_owned()
    } else if given == ":memory:" {
        ":memory: is no file: use SqliteStore::in_memory".to_owned()
    } else if ["sqlite:", "file:"].iter().any(|scheme| given.starts_with(scheme)) {
        format!("{given} is a URL: give the path of its file, such as whatsapp.sqlite")
    } else if path.is_dir() {
        format!("{given} is a folder: give the path of a file in it")
    } else {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty())?;
        if folder.is_dir() {
            return None;
        }
        format!("the folder of its file is not there, create it first: {}", folder.display())
    };
    Some(why)
}

/// Names the file in an error of opening it.
fn of_file(error: StoreError, path: &Path) -> StoreError {
    let named = |reason: String| format!("{reason} ({})", path.display());
    match error {
        StoreError::Unavailable { reason } => StoreError::Unavailable { reason: named(reason) },
        StoreError::Other { reason } => StoreError::Other { reason: named(reason) },
        error => error,
    }
}

fn common(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .foreign_keys(true)
        // Functions named in the schema of a file from elsewhere are not run.
        .pragma("trusted_schema", "OFF")
        .row_buffer_size(ROWS_AHEAD)
        // The store's callers log; sqlx would log every statement.
        .disable_statement_logging()
}

/// Page size of a new file, in bytes. A row of the log is mostly its text: five rows fill this
/// page, where two fill a page of the usual 4,096 bytes.
const PAGE: u32 = 8_192;

/// Rows that a connection reads ahead of the task that takes them. With the driver's 50, both wait
/// for each other in turn.
const ROWS_AHEAD: usize = 150;

/// Pages that the write-ahead log collects before they are copied into the file: 32 MB. A page of
/// an index that several commits change is then copied once. With more than 4,062 pages, readers
/// would look for a page in more than one table of the log's index.
const LOG_PAGES: u32 = 4_000;

/// A pool whose connections stay open. Their prepared statements are worth keeping, and a
/// connection within this process need not be tested.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// The first SQLite whose write-ahead log cannot damage the database when it is reset. Versions
/// since 3.7.0 could (see "the WAL-reset bug" at <https://www.sqlite.org/wal.html>).
const OLDEST: [u32; 3] = [3, 51, 3];

async fn refuse_old_sqlite() -> Result<(), StoreError> {
    let mut connection =
        SqliteConnectOptions::new().in_memory(true).connect().await.map_err(store_error)?;
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(&mut connection)
        .await
        .map_err(store_error)?;
    connection.close().await.map_err(store_error)?;
    if is_sound(&version) { Ok(()) } else { Err(StoreError::Other { reason: too_old(&version) }) }
}

/// The sentence for a program that links an older SQLite. There is one SQLite in a program, so an
/// older crate beside this one decides which.
fn too_old(version: &str) -> String {
    let [major, minor, patch] = OLDEST;
    format!(
        "SQLite {version} can damage its files; use {major}.{minor}.{patch} or newer. This program \
         links it for an older crate, such as sqlx 0.8: `cargo tree -i libsqlite3-sys` names the \
         crate to update"
    )
}

fn is_sound(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    OLDEST.map(|_| parts.next().unwrap_or(0)) >= OLDEST
}

#[cfg(test)]
mod tests {
    use super::{is_sound, too_old};

    #[test]
    fn sqlite_before_3_51_3_is_refused() {
        for old in ["3.46.0", "3.51.2", "2.99.99", "3.7", ""] {
            assert!(!is_sound(old), "{old}");
        }
        for sound in ["3.51.3", "3.52.0", "4.0"] {
            assert!(is_sound(sound), "{sound}");
        }
    }

    #[test]
    fn who_links_an_old_sqlite_is_told_what_to_do() {
        assert_eq!(
            too_old("3.46.0"),
            "SQLite 3.46.0 can damage its files; use 3.51.3 or newer. This program links it for an \
             older crate, such as sqlx 0.8: `cargo tree -i libsqlite3-sys` names the crate to update"
        );
    }
}
