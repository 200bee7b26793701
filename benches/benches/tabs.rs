//! Open console pages beside the drain: `cargo bench -p whatsapp-benches --bench tabs`.
//!
//! The same outbox is drained with no page open, and with 50 lists of 20 messages each open. The
//! event streams of these pages look every three seconds whether their rows changed.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use futures_util::StreamExt as _;
use tokio::task::JoinSet;
use tower::ServiceExt as _;
use whatsapp_benches::contest::{Contestant, at_least, contest, ratio};
use whatsapp_benches::ours::postgres::OursOnPostgres;
use whatsapp_benches::ours::sqlite::OursOnSqlite;
use whatsapp_benches::ours::{Shape, open_console};
use whatsapp_benches::server::Server;
use whatsapp_benches::settings::Settings;
use whatsapp_core::port::{LogFilter, Sort, Store, Turn};

const SHAPE: Shape = Shape { workers: 1, slots: 100 };

const TABS: usize = 50;

/// Rows on a page.
const PAGE: u32 = 20;

#[tokio::main]
async fn main() -> Result<()> {
    let settings = Settings::read();
    // The drain lasts for several looks of each page.
    let (rows, rounds) = (settings.rows(200_000), settings.rounds(3));
    if settings.wants("postgres") {
        let server = Server::start()?;
        let mut contestants: Vec<Box<dyn Contestant>> = Vec::new();
        for tabs in [0, TABS] {
            let ours = OursOnPostgres::new(&server, SHAPE).await?;
            contestants.push(Box::new(Watched { ours, tabs }));
        }
        judge("Postgres", &mut contestants, rows, rounds).await?;
    }
    if settings.wants("sqlite") {
        let mut contestants: Vec<Box<dyn Contestant>> = Vec::new();
        for tabs in [0, TABS] {
            contestants.push(Box::new(Watched { ours: OursOnSqlite::new(SHAPE), tabs }));
        }
        judge("SQLite", &mut contestants, rows, rounds).await?;
    }
    Ok(())
}

async fn judge(
    database: &str,
    contestants: &mut [Box<dyn Contestant>],
    rows: u32,
    rounds: usize,
) -> Result<()> {
    let title = format!("Draining on {database} while managers watch");
    let rates = contest(&title, contestants, rows, rounds).await?;
    let kept = ratio(rates.of(&name(TABS)), rates.of(&name(0)));
    at_least("the rate with open pages to the rate without", kept, 0.95);
    Ok(())
}

fn name(tabs: usize) -> String {
    format!("{tabs} pages open")
}

/// A drain while pages are open.
struct Watched<C> {
    ours: C,
    tabs: usize,
}

/// A contestant that gives its store, for pages to be opened over it.
trait Stored {
    fn stored(&self) -> Result<Arc<dyn Store>>;
}

impl Stored for OursOnPostgres {
    fn stored(&self) -> Result<Arc<dyn Store>> {
        Ok(Arc::new(self.store().clone()))
    }
}

impl Stored for OursOnSqlite {
    fn stored(&self) -> Result<Arc<dyn Store>> {
        Ok(Arc::new(self.store()?.clone()))
    }
}

#[async_trait]
impl<C: Contestant + Stored + Sync> Contestant for Watched<C> {
    fn name(&self) -> String {
        name(self.tabs)
    }

    async fn prepare(&mut self, rows: u32) -> Result<()> {
        self.ours.prepare(rows).await
    }

    async fn run(&mut self, rows: u32) -> Result<Duration> {
        let store = self.ours.stored()?;
        let console = open_console(store.clone())?;
        let mut open = JoinSet::new();
        let mut turn = Turn::First;
        for _ in 0..self.tabs {
            let page = store.page(&LogFilter::default(), Sort::Newest, turn, PAGE).await?;
            let rows: Vec<String> = page
                .messages
                .iter()
                .map(|message| {
                    format!("{}.{}", message.facts.id, message.updated_at.timestamp_micros())
                })
                .collect();
            ensure!(rows.len() == PAGE as usize, "a page of {} messages", rows.len());
            let newest = page.messages[0].facts.created_at.timestamp_micros();
            let ids = rows.join("%2C");
            open.spawn(watch(
                console.clone(),
                format!("/events?on=messages&new={newest}&ids={ids}"),
            ));
            if let Some(next) = page.next {
                turn = Turn::After(next);
            }
        }
        let took = self.ours.run(rows).await?;
        // A page whose stream had ended would have cost nothing.
        if let Some(ended) = open.try_join_next() {
            ended??;
            anyhow::bail!("a stream ended before the drain did");
        }
        Ok(took)
    }
}

/// Reads a stream for as long as it is open.
async fn watch(console: Router, address: String) -> Result<()> {
    let answer = console.oneshot(Request::get(address).body(Body::empty())?).await?;
    ensure!(answer.status() == StatusCode::OK, "{}", answer.status());
    let mut events = answer.into_body().into_data_stream();
    while let Some(event) = events.next().await {
        event?;
    }
    Ok(())
}
