//! Enqueuing in bulk and singly, beside peers: `cargo bench -p whatsapp-benches --bench enqueue`.

use std::sync::Arc;

use anyhow::Result;
use whatsapp_benches::contest::{Contestant, at_least, contest, ratio};
use whatsapp_benches::enqueue::{Enqueue, Way};
use whatsapp_benches::ours::Shape;
use whatsapp_benches::ours::postgres::OursOnPostgres;
use whatsapp_benches::ours::sqlite::OursOnSqlite;
use whatsapp_benches::peers::apalis_postgres::{ApalisPostgres, Tuning};
use whatsapp_benches::peers::apalis_sqlite::ApalisSqlite;
use whatsapp_benches::peers::graphile::Graphile;
use whatsapp_benches::server::Server;
use whatsapp_benches::settings::Settings;

/// Any shape will do: nothing is drained here.
const SHAPE: Shape = Shape { workers: 1, slots: 1 };

/// Each way, and the number that its count of messages is divided by.
const WAYS: [(Way, u32); 4] = [
    (Way { callers: 1, group: 1_000 }, 1),
    (Way { callers: 2, group: 1_000 }, 1),
    (Way { callers: 1, group: 1 }, 20),
    (Way { callers: 8, group: 1 }, 5),
];

#[tokio::main]
async fn main() -> Result<()> {
    let settings = Settings::read();
    let (rows, rounds) = (settings.rows(50_000), settings.rounds(5));
    if settings.wants("postgres") {
        let server = Server::start()?;
        let ours = Arc::new(OursOnPostgres::new(&server, SHAPE).await?);
        let mut apalis = Vec::new();
        let mut graphile = Vec::new();
        for with_log in [false, true] {
            let peer = ApalisPostgres::new(&server, Tuning::Defaults, with_log).await?;
            apalis.push(Arc::new(peer));
            graphile.push(Arc::new(Graphile::new(&server, with_log).await?));
        }
        for (way, fewer) in WAYS {
            let mut contestants: Vec<Box<dyn Contestant>> =
                vec![Box::new(Enqueue::new(ours.clone(), way))];
            for (apalis, graphile) in apalis.iter().zip(&graphile) {
                contestants.push(Box::new(Enqueue::new(apalis.clone(), way)));
                contestants.push(Box::new(Enqueue::new(graphile.clone(), way)));
            }
            let title = format!("Enqueuing on Postgres, {way}");
            let rates = contest(&title, &mut contestants, rows / fewer, rounds).await?;
            let ours = rates.best("ours");
            if way.group > 1 {
                at_least("ours in bulk, messages a second", ours, 50_000.0);
            }
            at_least(
                "ours, log and outbox, to the faster peer plus log",
                ratio(ours, rates.best("plus log")),
                1.0,
            );
        }
    }
    if settings.wants("sqlite") {
        let ours = Arc::new(OursOnSqlite::new(SHAPE).begun().await?);
        let mut apalis = Vec::new();
        for with_log in [false, true] {
            apalis.push(Arc::new(ApalisSqlite::new(Tuning::Best, with_log).begun().await?));
        }
        for (way, fewer) in WAYS {
            let mut contestants: Vec<Box<dyn Contestant>> =
                vec![Box::new(Enqueue::new(ours.clone(), way))];
            for apalis in &apalis {
                contestants.push(Box::new(Enqueue::new(apalis.clone(), way)));
            }
            let title = format!("Enqueuing on SQLite, synchronous=FULL, {way}");
            let rates = contest(&title, &mut contestants, rows / fewer, rounds).await?;
            at_least(
                "ours, log and outbox, to apalis-sqlite plus log",
                ratio(rates.best("ours"), rates.best("plus log")),
                1.0,
            );
        }
    }
    Ok(())
}
