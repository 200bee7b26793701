//! Memory that draining a long backlog takes: `cargo bench -p whatsapp-benches --bench memory`.
//!
//! The drain runs in a process of its own that does nothing else, and reports its peak resident
//! memory (`VmHWM`), for two backlogs. Memory is bounded if both figures are the same.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use whatsapp_benches::contest::at_most;
use whatsapp_benches::history;
use whatsapp_benches::memory::megabytes;
use whatsapp_benches::ours::postgres::OursOnPostgres;
use whatsapp_benches::ours::sqlite::OursOnSqlite;
use whatsapp_benches::ours::{AcceptAll, Shape, drain};
use whatsapp_benches::server::{Server, sqlite_pool};
use whatsapp_benches::settings::{Child, Settings};
use whatsapp_core::port::{Clock, Store, Transport};
use whatsapp_store_sqlx::{PostgresStore, SqliteStore};

/// Slots of a process that catches up with a backlog.
const SLOTS: u32 = 500;

#[tokio::main]
async fn main() -> Result<()> {
    let settings = Settings::read();
    match settings.child {
        Some(Child::Drain { database, rows, slots }) => child(&database, rows, slots).await,
        Some(Child::Plan { .. }) => anyhow::bail!("this benchmark only drains"),
        None => parent(&settings).await,
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
async fn parent(settings: &Settings) -> Result<()> {
    let shape = Shape { workers: 1, slots: SLOTS };
    let long = settings.rows(1_000_000);
    println!("\nResident memory of a process that drains, {SLOTS} slots, texts of 1 KB");
    for rows in [(long / 20).max(1), long] {
        if settings.wants("postgres") {
            let server = Server::start()?;
            let ours = OursOnPostgres::new(&server, shape).await?;
            history::on_postgres(ours.pool(), rows).await?;
            history::owe_on_postgres(ours.pool()).await?;
            report(&format!("Postgres, {rows} messages"), ours.url(), rows).await?;
        }
        if settings.wants("sqlite") {
            let ours = OursOnSqlite::new(shape).begun().await?;
            let path = ours.path()?;
            history::on_sqlite(&path, rows).await?;
            let pool = sqlite_pool(&path, 1).await?;
            history::owe_on_sqlite(&pool).await?;
            pool.close().await;
            let path = path.to_str().context("a temporary folder has a plain name")?;
            report(&format!("SQLite, {rows} messages"), path, rows).await?;
        }
    }
    Ok(())
}

async fn report(name: &str, database: &str, rows: u32) -> Result<()> {
    let (database, rows) = (database.to_owned(), rows.to_string());
    let output = tokio::task::spawn_blocking(move || {
        std::process::Command::new(std::env::current_exe()?)
            .args(["drain", &database, &rows, &SLOTS.to_string()])
            .stderr(Stdio::inherit())
            .output()
    })
    .await??;
    ensure!(output.status.success(), "the draining process failed");
    let printed = String::from_utf8(output.stdout)?;
    let mut figures = printed.split_whitespace().map(str::parse::<f64>);
    let mut next = || figures.next().context("the child prints three figures");
    let (start, most, rate) = (next()??, next()??, next()??);
    let what = format!("{name}, {rate:.0} a second, {start:.1} MB at the start, most MB resident");
    at_most(&what, Some(most), 40.0);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "its parent reads this")]
async fn child(database: &str, rows: u32, slots: u32) -> Result<()> {
    let shape = Shape { workers: 1, slots };
    let gateway: Arc<dyn Transport> = Arc::new(AcceptAll::default());
    let start;
    let took;
    if Path::new(database).exists() {
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(database).await?);
        start = megabytes("VmRSS")?;
        took = drain(&store, &gateway, None, shape, rows).await?;
    } else {
        let store = PostgresStore::open(database).await?;
        let clock: Arc<dyn Clock> = Arc::new(store.clock().await?);
        let store: Arc<dyn Store> = Arc::new(store);
        start = megabytes("VmRSS")?;
        took = drain(&store, &gateway, Some(&clock), shape, rows).await?;
    }
    println!("{start} {} {}", megabytes("VmHWM")?, f64::from(rows) / took.as_secs_f64());
    Ok(())
}
