//! Draining while somebody else's transaction stays open:
//! `cargo bench -p whatsapp-benches --bench held`.
//!
//! The rows that this transaction can see must be kept for it, so every claim walks over the rows
//! that were settled since.

use std::time::Duration;

use anyhow::Result;
use async_trait::async_trait;
use sqlx::{Connection, Executor, PgConnection};
use whatsapp_benches::contest::{Contestant, at_most, contest, ratio};
use whatsapp_benches::ours::Shape;
use whatsapp_benches::ours::postgres::OursOnPostgres;
use whatsapp_benches::peers::graphile::Graphile;
use whatsapp_benches::server::Server;
use whatsapp_benches::settings::Settings;

/// A contestant that is drained while a transaction with a snapshot is open in its database.
struct Held<C> {
    inner: C,
    url: String,
    open: Option<PgConnection>,
}

impl<C> Held<C> {
    const fn new(inner: C, url: String) -> Self {
        Self { inner, url, open: None }
    }
}

#[async_trait]
impl<C: Contestant> Contestant for Held<C> {
    fn name(&self) -> String {
        format!("{}, held open", self.inner.name())
    }

    async fn prepare(&mut self, rows: u32) -> Result<()> {
        if let Some(connection) = self.open.take() {
            connection.close().await?;
        }
        self.inner.prepare(rows).await?;
        let mut connection = PgConnection::connect(&self.url).await?;
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ").await?;
        // The first statement takes the snapshot.
        connection.execute("SELECT count(*) FROM pg_class").await?;
        self.open = Some(connection);
        Ok(())
    }

    async fn run(&mut self, rows: u32) -> Result<Duration> {
        let took = self.inner.run(rows).await?;
        if let Some(mut connection) = self.open.take() {
            connection.execute("ROLLBACK").await?;
            connection.close().await?;
        }
        Ok(took)
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let settings = Settings::read();
    let (rows, rounds) = (settings.rows(100_000), settings.rounds(3));
    let shape = Shape { workers: 1, slots: 500 };
    let server = Server::start()?;
    let mut contestants: Vec<Box<dyn Contestant>> = Vec::new();
    contestants.push(Box::new(OursOnPostgres::new(&server, shape).await?));
    let ours = OursOnPostgres::new(&server, shape).await?;
    let url = ours.url().to_owned();
    contestants.push(Box::new(Held::new(ours, url)));
    if settings.wants("graphile") {
        contestants.push(Box::new(Graphile::new(&server, false).await?));
        let peer = Graphile::new(&server, false).await?;
        let url = peer.url().to_owned();
        contestants.push(Box::new(Held::new(peer, url)));
    }
    let title = "Draining on Postgres, with and without a foreign transaction held open";
    let rates = contest(title, &mut contestants, rows, rounds).await?;
    for who in ["ours", "graphile"] {
        let held =
            |held| rates.best_where(|n| n.starts_with(who) && n.ends_with("held open") == held);
        let lost = ratio(held(true), held(false)).map(|kept| 1.0 - kept);
        at_most(&format!("{who}: share of the rate lost"), lost, 0.15);
    }
    Ok(())
}
