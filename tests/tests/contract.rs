//! The calls of a Supabase front end, made with its own client, over both databases.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::process::Command;
use whatsapp_store_sqlx::{PostgresStore, SqliteStore};
use whatsapp_testdb::TestDatabase;
use whatsapp_tests::console::Site;

/// Returns the folder in which `cargo xtask test` puts the tools of other languages.
fn tools() -> PathBuf {
    let given = std::env::var_os("CONSOLE_TOOLS").map(PathBuf::from);
    given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools"))
}

async fn called(site: Site) {
    let client = tools().join("functions-js");
    assert!(
        client.join("node_modules").is_dir(),
        "the client is not installed in {}: run `cargo xtask test`, which does it",
        client.display()
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract/client.mjs");
    let output = Command::new("node").arg(script).arg(&client).arg(site.url()).output().await;
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    site.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supabase_front_end_gets_what_it_expects_over_sqlite() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(folder.path().join("whatsapp.db")).await.unwrap();
    called(Site::serve(store).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supabase_front_end_gets_what_it_expects_over_postgres() {
    let database = TestDatabase::create().await;
    let store = PostgresStore::open(database.url()).await.unwrap();
    called(Site::serve(store).await.unwrap()).await;
}
