//! Draining an outbox beside peers: `cargo bench -p whatsapp-benches --bench drain`.

use anyhow::Result;
use whatsapp_benches::contest::{Contestant, Rates, at_least, contest, ratio, tell};
use whatsapp_benches::ours::Shape;
use whatsapp_benches::ours::postgres::OursOnPostgres;
use whatsapp_benches::ours::sqlite::OursOnSqlite;
use whatsapp_benches::peers::apalis_postgres::{ApalisPostgres, Tuning};
use whatsapp_benches::peers::apalis_sqlite::ApalisSqlite;
use whatsapp_benches::peers::graphile::Graphile;
use whatsapp_benches::server::Server;
use whatsapp_benches::settings::Settings;

#[tokio::main]
async fn main() -> Result<()> {
    let settings = Settings::read();
    let (rows, rounds) = (settings.rows(20_000), settings.rounds(5));
    if settings.wants("postgres") {
        let server = Server::start()?;
        let mut contestants = on_postgres(&server).await?;
        let title = "Draining on Postgres, texts of 1 KB, a gateway that takes all at once";
        judge_postgres(&contest(title, &mut contestants, rows, rounds).await?);
    }
    if settings.wants("sqlite") {
        let mut contestants = on_sqlite();
        let title = "Draining on SQLite, synchronous=FULL, texts of 1 KB";
        judge_sqlite(&contest(title, &mut contestants, rows, rounds).await?);
    }
    Ok(())
}

async fn on_postgres(server: &Server) -> Result<Vec<Box<dyn Contestant>>> {
    let mut contestants: Vec<Box<dyn Contestant>> = Vec::new();
    for (workers, slots) in [(1, 100), (1, 500), (2, 100), (2, 500)] {
        contestants.push(Box::new(OursOnPostgres::new(server, Shape { workers, slots }).await?));
    }
    let shape = Shape { workers: 2, slots: 500 };
    contestants.push(Box::new(OursOnPostgres::as_it_comes(server, shape).await?));
    for tuning in [Tuning::Defaults, Tuning::Best] {
        for with_log in [false, true] {
            contestants.push(Box::new(ApalisPostgres::new(server, tuning, with_log).await?));
        }
    }
    for with_log in [false, true] {
        contestants.push(Box::new(Graphile::new(server, with_log).await?));
    }
    Ok(contestants)
}

fn on_sqlite() -> Vec<Box<dyn Contestant>> {
    let mut contestants: Vec<Box<dyn Contestant>> = Vec::new();
    for (workers, slots) in [(1, 100), (1, 500), (2, 100)] {
        contestants.push(Box::new(OursOnSqlite::new(Shape { workers, slots })));
    }
    for tuning in [Tuning::Defaults, Tuning::Best] {
        for with_log in [false, true] {
            contestants.push(Box::new(ApalisSqlite::new(tuning, with_log)));
        }
    }
    for with_log in [false, true] {
        contestants.push(Box::new(ApalisSqlite::new(Tuning::Best, with_log).mended()));
    }
    contestants
}

fn judge_postgres(rates: &Rates) {
    let ours = rates.best("ours");
    let best = |peer: &str, with: &str| {
        rates.best_where(|name| name.starts_with(peer) && name.ends_with(with))
    };
    at_least(
        "ours to apalis-postgres at its best plus log",
        ratio(ours, best("apalis", "plus log")),
        5.0,
    );
    at_least(
        "ours to graphile_worker tuned plus log",
        ratio(ours, best("graphile", "plus log")),
        3.0,
    );
    at_least(
        "ours with log and ledger to apalis-postgres at its best without a log",
        ratio(ours, best("apalis", "no log")),
        1.2,
    );
}

fn judge_sqlite(rates: &Rates) {
    let ours = rates.best("ours");
    at_least("ours on SQLite, messages a second", ours, 10_000.0);
    let best = |dropped: bool, with: &str| {
        rates.best_where(|name| {
            name.starts_with("apalis") && name.ends_with(with) && name.contains("LIdx") == dropped
        })
    };
    at_least("ours to apalis-sqlite at its best", ratio(ours, best(false, "")), 3.0);
    tell(
        "ours to apalis-sqlite at its best plus log, LIdx dropped by hand",
        ratio(ours, best(true, "plus log")),
    );
    tell(
        "ours with log and ledger to apalis-sqlite without a log, LIdx dropped by hand",
        ratio(ours, best(true, "no log")),
    );
}
