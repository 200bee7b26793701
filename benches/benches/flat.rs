//! Cost of a long history: `cargo bench -p whatsapp-benches --bench flat`.
//!
//! One database holds `--history` terminal messages and the other none; both are drained in turn.
//! Then each filter of the log viewer is asked for its first page over the long history.

use anyhow::Result;
use whatsapp_benches::contest::{Contestant, at_most, contest, mark, median, ratio};
use whatsapp_benches::history;
use whatsapp_benches::ours::postgres::OursOnPostgres;
use whatsapp_benches::ours::sqlite::OursOnSqlite;
use whatsapp_benches::ours::{Shape, customer, now};
use whatsapp_benches::server::Server;
use whatsapp_benches::settings::Settings;
use whatsapp_core::CustomerId;
use whatsapp_core::message::{MessageType, Status, Trigger};
use whatsapp_core::port::{LogFilter, MessageLog, Sort, Turn};

const SHAPE: Shape = Shape { workers: 1, slots: 500 };

/// Rows on a page of the log viewer.
const PAGE: u32 = 50;

/// The number up to which each status is counted.
const COUNTED: u64 = 10_000;

/// Times that each page is asked for.
const TIMES: usize = 21;

#[tokio::main]
async fn main() -> Result<()> {
    let settings = Settings::read();
    let (rows, rounds) = (settings.rows(20_000), settings.rounds(7));
    let history = settings.history(1_000_000);
    if settings.wants("postgres") {
        let server = Server::start()?;
        let empty = OursOnPostgres::new(&server, SHAPE).await?.keeping("nothing before");
        let long = OursOnPostgres::new(&server, SHAPE).await?.keeping("a long history");
        history::on_postgres(long.pool(), history).await?;
        let store = long.store().clone();
        let mut both: [Box<dyn Contestant>; 2] = [Box::new(empty), Box::new(long)];
        drain("Postgres", &mut both, rows, rounds, history).await?;
        pages("Postgres", &store).await?;
    }
    if settings.wants("sqlite") {
        let empty = OursOnSqlite::new(SHAPE).begun().await?.keeping("nothing before");
        let long = OursOnSqlite::new(SHAPE).begun().await?.keeping("a long history");
        history::on_sqlite(&long.path()?, history).await?;
        let store = long.store()?.clone();
        let mut both: [Box<dyn Contestant>; 2] = [Box::new(empty), Box::new(long)];
        drain("SQLite", &mut both, rows, rounds, history).await?;
        pages("SQLite", &store).await?;
    }
    Ok(())
}

async fn drain(
    database: &str,
    contestants: &mut [Box<dyn Contestant>],
    rows: u32,
    rounds: usize,
    history: u32,
) -> Result<()> {
    let title = format!("Draining on {database} with nothing and with {history} terminal messages");
    let rates = contest(&title, contestants, rows, rounds).await?;
    let kept = ratio(rates.best("a long history"), rates.best("nothing before"));
    at_most("share of the rate lost to the history", kept.map(|kept| 1.0 - kept), 0.10);
    Ok(())
}

/// Every filter by itself, pairs that hardly any message fits, and the counts.
fn filters() -> Result<Vec<(String, LogFilter)>> {
    let mut filters = vec![("everything".to_owned(), LogFilter::default())];
    let mut add = |name: String, change: &dyn Fn(&mut LogFilter)| {
        let mut filter = LogFilter::default();
        change(&mut filter);
        filters.push((name, filter));
    };
    for status in Status::ALL {
        add(format!("status {status:?}"), &|filter| filter.statuses = [*status].into());
    }
    for kind in MessageType::BUILT_IN {
        add(format!("type {kind}"), &|filter| filter.message_type = Some(kind.name()));
    }
    for trigger in Trigger::ALL {
        add(format!("trigger {trigger:?}"), &|filter| filter.trigger = Some(*trigger));
    }
    let one = CustomerId::new(customer(42))?;
    let nobody = CustomerId::new("00000000-0000-7000-8000-000000000000")?;
    let (year_ago, month_ago) =
        (now() - chrono::TimeDelta::days(365), now() - chrono::TimeDelta::days(30));
    add("one customer".to_owned(), &|filter| filter.customers = [one.clone()].into());
    add("a customer without messages".to_owned(), &|filter| {
        filter.customers = [nobody.clone()].into();
    });
    add("from a month ago".to_owned(), &|filter| filter.from = Some(month_ago));
    add("until a year ago".to_owned(), &|filter| filter.until = Some(year_ago));
    add("one customer, failed".to_owned(), &|filter| {
        filter.customers = [one.clone()].into();
        filter.statuses = [Status::Failed].into();
    });
    // In this history, failed messages are of the first type, and cancelled ones of the second.
    add("failed festival messages: none of many".to_owned(), &|filter| {
        filter.statuses = [Status::Failed].into();
        filter.message_type = Some(MessageType::FESTIVAL.name());
    });
    add("failed, by hand, of one type".to_owned(), &|filter| {
        filter.statuses = [Status::Failed].into();
        filter.trigger = Some(Trigger::Manual);
        filter.message_type = Some(MessageType::STOCK_DELIVERED.name());
    });
    Ok(filters)
}

#[expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
async fn pages(database: &str, store: &dyn MessageLog) -> Result<()> {
    println!("\nFirst pages of {PAGE} on {database}, median and slowest of {TIMES}, milliseconds");
    let mut slowest = 0.0_f64;
    for (name, filter) in filters()? {
        for sort in [Sort::Newest, Sort::Oldest] {
            let mut times = Vec::with_capacity(TIMES);
            let mut found = 0;
            for _ in 0..TIMES {
                let start = mark();
                found = store.page(&filter, sort, Turn::First, PAGE).await?.messages.len();
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
            let median = median(&mut times);
            let most = times[TIMES - 1];
            println!("{name:<44} {sort:<8?} {found:>4} rows {median:>9.2} {most:>9.2}");
            slowest = slowest.max(median);
        }
    }
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let start = mark();
        store.counts(COUNTED).await?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let counts = median(&mut times);
    println!(
        "{:<63} {counts:>9.2} {:>9.2}",
        "counts by status, up to 10,000 of each",
        times[TIMES - 1]
    );
    at_most("the slowest first page, milliseconds", Some(slowest), 20.0);
    at_most("counts by status, milliseconds", Some(counts), 20.0);
    Ok(())
}
