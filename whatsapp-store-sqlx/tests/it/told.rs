//! The log about what a database refuses: enough to find the statement by, and no value.

use std::io;
use std::sync::{Arc, Mutex};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use whatsapp_core::port::{Store, StoreError};
use whatsapp_store_sqlx::{PostgresStore, SqliteStore};
use whatsapp_testdb::TestDatabase;
use whatsapp_testkit::fixtures::{NewTemplate, START, template};

/// The log lines of a test.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Records what the store logs on this thread, until the guard is dropped.
    fn record(&self) -> tracing::subscriber::DefaultGuard {
        let lines = tracing_subscriber::fmt().with_writer(self.clone()).with_ansi(false);
        let filter = EnvFilter::new("whatsapp_store_sqlx=debug");
        tracing::subscriber::set_default(lines.with_env_filter(filter).finish())
    }

    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The one line that is logged when a template's name is taken.
async fn told(store: &dyn Store) -> String {
    let log = Log::default();
    let recording = log.record();
    let first = template(1, START);
    store.save_template(&first.save()).await.unwrap();
    assert_eq!(log.lines(), [""; 0], "what succeeds is not told");

    let second = NewTemplate { name: first.name.clone(), ..template(2, START) };
    let refused = store.save_template(&second.save()).await;
    assert!(matches!(refused, Err(StoreError::Conflict { entity: "template" })), "{refused:?}");
    drop(recording);
    let lines = log.lines();
    let [line] = lines.as_slice() else { panic!("one line is expected: {lines:?}") };
    for value in [&second.name, &second.content, &second.id.to_string()] {
        assert!(!line.contains(value.as_str()), "a value is told: {line}");
    }
    line.clone()
}

fn assert_tells(line: &str, fields: &[&str]) {
    for field in fields {
        assert!(line.contains(field), "{field} is not told: {line}");
    }
}

const TOLD: [&str; 4] = [
    "DEBUG",
    "the template conflicts with one that is already there",
    "db.table=\"whatsapp_templates\"",
    "db.statement=\"ADD_TEMPLATE\"",
];

#[tokio::test]
async fn what_sqlite_refuses_is_logged_without_values() {
    let (store, _folder) = crate::on_file().await;
    let line = told(&*store).await;
    assert_tells(&line, &TOLD);
    assert_tells(
        &line,
        &["db.code=\"2067\"", "db.constraint=\"whatsapp_templates.template_name\""],
    );
}

#[tokio::test]
async fn what_postgres_refuses_is_logged_without_values() {
    let database = TestDatabase::create().await;
    let store = PostgresStore::open(database.url()).await.unwrap();
    let line = told(&store).await;
    assert_tells(&line, &TOLD);
    let constraint = "db.constraint=\"whatsapp_templates_template_name_key\"";
    assert_tells(&line, &["db.code=\"23505\"", constraint]);
}

#[cfg(unix)]
#[tokio::test]
async fn an_error_of_no_statement_is_logged_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::default();
    let recording = log.record();
    // A link into a folder that is not there.
    let file = folder.path().join(crate::FILE);
    std::os::unix::fs::symlink(folder.path().join("missing").join(crate::FILE), &file).unwrap();
    SqliteStore::open(file).await.unwrap_err();
    drop(recording);
    let lines = log.lines();
    let [line] = lines.as_slice() else { panic!("one line is expected: {lines:?}") };
    assert_tells(line, &["the database is not available: its file could not be opened"]);
    assert_tells(line, &["db.code=\"14\"", "fault=\"database\""]);
    assert!(!line.contains("db.statement"), "{line}");
}
