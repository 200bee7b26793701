//! Planning a day of very many unpaid invoices: `cargo bench -p whatsapp-benches --bench plan`.
//!
//! A tenth of the invoices has a reminder due on that day. Beside the planner runs a loop that puts
//! in a job for each of those. Then follow the memory of a process that plans, and the losses when
//! that process is killed.

use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use sqlx::Row as _;
use whatsapp_benches::contest::{Contestant, Rates, at_most, contest, ratio, tell};
use whatsapp_benches::memory::megabytes;
use whatsapp_benches::ours::Shape;
use whatsapp_benches::ours::postgres::OursOnPostgres;
use whatsapp_benches::ours::sqlite::OursOnSqlite;
use whatsapp_benches::peers::apalis_postgres::{ApalisPostgres, Tuning};
use whatsapp_benches::peers::apalis_sqlite::ApalisSqlite;
use whatsapp_benches::peers::graphile::Graphile;
use whatsapp_benches::planning::{
    INVOICES_A_STEP, PlainLoop, PlanOnPostgres, PlanOnSqlite, pages, plan_in_child,
};
use whatsapp_benches::server::{Server, postgres_pool, sqlite_pool};
use whatsapp_benches::settings::{Child, Settings};

/// Any shape will do: nothing is drained here.
const SHAPE: Shape = Shape { workers: 1, slots: 1 };

/// Counts after a kill: messages, different steps, and steps that have a message.
const COUNT: &str = "SELECT (SELECT count(*) FROM whatsapp_message_logs), \
     (SELECT count(*) FROM whatsapp_reminder_steps), \
     (SELECT count(DISTINCT message_id) FROM whatsapp_reminder_steps WHERE state = 'queued')";

#[tokio::main]
async fn main() -> Result<()> {
    let settings = Settings::read();
    match settings.child {
        Some(Child::Plan { database, invoices, killed_after }) => {
            child(&database, invoices, killed_after).await
        }
        Some(Child::Drain { .. }) => anyhow::bail!("this benchmark only plans"),
        None => parent(&settings).await,
    }
}

async fn parent(settings: &Settings) -> Result<()> {
    let (steps, rounds) = (settings.rows(100_000), settings.rounds(1));
    let invoices = steps * INVOICES_A_STEP;
    if settings.wants("postgres") {
        let server = Server::start()?;
        let ours = OursOnPostgres::as_it_comes(&server, SHAPE).await?;
        let apalis = ApalisPostgres::new(&server, Tuning::Defaults, false).await?;
        let graphile = Graphile::new(&server, false).await?;
        let mut contestants: Vec<Box<dyn Contestant>> = vec![
            Box::new(PlanOnPostgres(ours)),
            Box::new(PlainLoop::new(Arc::new(apalis))),
            Box::new(PlainLoop::new(Arc::new(graphile))),
        ];
        let title = format!("A day of {invoices} unpaid invoices on Postgres");
        judge(steps, &contest(&title, &mut contestants, steps, rounds).await?);
        for invoices in [invoices / 10, invoices] {
            let ours = OursOnPostgres::as_it_comes(&server, SHAPE).await?;
            memory("Postgres", ours.url(), invoices).await?;
            let ours = OursOnPostgres::as_it_comes(&server, SHAPE).await?;
            kill(ours.url(), invoices).await?;
            let pool = postgres_pool(ours.url(), 1).await?;
            let row = sqlx::query(COUNT).fetch_one(&pool).await?;
            lost("Postgres", invoices, [row.try_get(0)?, row.try_get(1)?, row.try_get(2)?]);
        }
    }
    if settings.wants("sqlite") {
        let apalis = ApalisSqlite::new(Tuning::Best, false).begun().await?;
        let mut contestants: Vec<Box<dyn Contestant>> = vec![
            Box::new(PlanOnSqlite(OursOnSqlite::new(SHAPE))),
            Box::new(PlainLoop::new(Arc::new(apalis))),
        ];
        let title = format!("A day of {invoices} unpaid invoices on SQLite, synchronous=FULL");
        judge(steps, &contest(&title, &mut contestants, steps, rounds).await?);
        for invoices in [invoices / 10, invoices] {
            let ours = OursOnSqlite::new(SHAPE).begun().await?;
            memory("SQLite", named(&ours.path()?)?, invoices).await?;
            let ours = OursOnSqlite::new(SHAPE).begun().await?;
            let path = ours.path()?;
            kill(named(&path)?, invoices).await?;
            let pool = sqlite_pool(&path, 1).await?;
            let row = sqlx::query(COUNT).fetch_one(&pool).await?;
            lost("SQLite", invoices, [row.try_get(0)?, row.try_get(1)?, row.try_get(2)?]);
        }
    }
    Ok(())
}

fn judge(steps: u32, rates: &Rates) {
    let ours = rates.best("ours");
    at_most("ours, seconds", ours.map(|rate| f64::from(steps) / rate), 60.0);
    tell("ours to the faster loop", ratio(ours, rates.best("a job an invoice")));
}

fn named(path: &Path) -> Result<&str> {
    path.to_str().context("a temporary folder has a plain name")
}

/// Plans in a process that does nothing else.
async fn memory(name: &str, database: &str, invoices: u32) -> Result<()> {
    let output = planning(database, invoices, None).await?;
    ensure!(output.status.success(), "the planning process failed");
    let most: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
    at_most(&format!("{name}, {invoices} invoices, most MB resident"), Some(most), 60.0);
    Ok(())
}

/// Plans in a process that is killed half way, and then in another that goes on.
async fn kill(database: &str, invoices: u32) -> Result<()> {
    let killed = planning(database, invoices, Some(pages(invoices) / 2)).await?;
    ensure!(!killed.status.success(), "the process was to be killed");
    let next = planning(database, invoices, None).await?;
    ensure!(next.status.success(), "the next process failed");
    Ok(())
}

fn lost(name: &str, invoices: u32, [messages, steps, queued]: [i64; 3]) {
    let due = i64::from(invoices / INVOICES_A_STEP);
    let wrong = [messages, steps, queued].map(|count| (due - count).abs());
    #[expect(clippy::cast_precision_loss, reason = "a count that is printed")]
    let wrong = wrong.iter().sum::<i64>() as f64;
    let what = format!("{name}, {invoices} invoices, killed half way: lost or doubled");
    at_most(&what, Some(wrong), 0.0);
}

async fn planning(database: &str, invoices: u32, killed_after: Option<u32>) -> Result<Output> {
    let mut arguments = vec!["plan".to_owned(), database.to_owned(), invoices.to_string()];
    arguments.extend(killed_after.map(|pages| pages.to_string()));
    let run = move || {
        let program = std::env::current_exe()?;
        std::process::Command::new(program).args(arguments).stderr(Stdio::inherit()).output()
    };
    Ok(tokio::task::spawn_blocking(run).await??)
}

#[expect(clippy::print_stdout, reason = "its parent reads this")]
async fn child(database: &str, invoices: u32, killed_after: Option<u32>) -> Result<()> {
    plan_in_child(database, invoices, killed_after).await?;
    println!("{}", megabytes("VmHWM")?);
    Ok(())
}
