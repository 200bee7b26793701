//! A program that serves a console over invented data. See [`whatsapp_tests::console`].

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use tokio::io::AsyncReadExt as _;
use whatsapp_store_sqlx::{PostgresStore, SqliteStore};
use whatsapp_testdb::TestDatabase;
use whatsapp_tests::console::Site;
use whatsapp_tests::faults::database::Kind;

/// Serve a console over invented data until standard input ends, and print its address.
#[derive(Debug, Parser)]
#[command(name = "console-server")]
struct Options {
    /// Database to serve from.
    #[arg(value_enum)]
    database: Kind,
    /// Folder for the SQLite file.
    #[arg(long)]
    folder: PathBuf,
}

#[tokio::main]
async fn main() -> Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::WARN)
        .init();
    let options = Options::parse();
    match options.database {
        Kind::Sqlite => {
            std::fs::create_dir_all(&options.folder)?;
            let folder = tempfile::tempdir_in(&options.folder)?;
            let store = SqliteStore::open(folder.path().join("whatsapp.db")).await?;
            until_told(Site::serve(store).await?).await
        }
        Kind::Postgres => {
            let database = TestDatabase::create().await;
            let store = PostgresStore::open(database.url()).await?;
            until_told(Site::serve(store).await?).await
        }
    }
}

async fn until_told(site: Site) -> Result<()> {
    say(&site.url());
    let mut rest = Vec::new();
    tokio::io::stdin().read_to_end(&mut rest).await?;
    site.stop().await
}

#[expect(clippy::print_stdout, reason = "whoever started it reads it")]
fn say(line: &str) {
    println!("{line}");
}
