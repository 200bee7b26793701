//! The console's reads over a log of years: `cargo bench -p whatsapp-benches --bench console`.
//!
//! Runs over `--history` messages: every filter, order and depth of the list with its count, and
//! searches by a beginning. It also runs a walk that finds nothing, the choice of an act on many
//! messages, and a whole log as a file.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;
use futures_util::StreamExt as _;
use tower::ServiceExt as _;
use whatsapp_benches::contest::{at_least, at_most, mark};
use whatsapp_benches::history;
use whatsapp_benches::memory::megabytes;
use whatsapp_benches::ours::postgres::OursOnPostgres;
use whatsapp_benches::ours::sqlite::OursOnSqlite;
use whatsapp_benches::ours::{Shape, customer, now, open_console};
use whatsapp_benches::server::Server;
use whatsapp_benches::settings::Settings;
use whatsapp_core::CustomerId;
use whatsapp_core::message::{Delivery, MessageType, Outcome, Status, Trigger};
use whatsapp_core::port::{Attention, Cursor, LogFilter, LogPage, MessageLog, Sort, Store, Turn};

const SHAPE: Shape = Shape { workers: 1, slots: 500 };

/// Rows on a page of the list, and the number up to which they are counted beside it.
const PAGE: u32 = 20;
const COUNTED: u64 = 1_000;

/// Times that each page is asked for.
const TIMES: usize = 40;

/// Number of pages before the deep page.
const DEEP: usize = 100;

/// Number of messages of an act on many.
const BULK: u32 = 10_000;

/// The most milliseconds that 19 of 20 pages may take if an index leads to them.
const BAR: f64 = 20.0;

/// The most milliseconds that a walked page may take with its count. The page ends 50 milliseconds
/// after it began, its count after 25, and a batch that began in time is read to its end.
const WALK_BAR: f64 = 100.0;

#[tokio::main]
async fn main() -> Result<()> {
    let settings = Settings::read();
    let history = settings.history(1_000_000);
    if settings.wants("postgres") {
        let server = Server::start()?;
        let long = OursOnPostgres::new(&server, SHAPE).await?.keeping("a long history");
        history::on_postgres(long.pool(), history).await?;
        all("Postgres", Arc::new(long.store().clone()), history).await?;
    }
    if settings.wants("sqlite") {
        let long = OursOnSqlite::new(SHAPE).begun().await?.keeping("a long history");
        history::on_sqlite(&long.path()?, history).await?;
        all("SQLite", Arc::new(long.store()?.clone()), history).await?;
    }
    Ok(())
}

async fn all(database: &str, store: Arc<dyn Store>, history: u32) -> Result<()> {
    pages(database, store.as_ref()).await?;
    walk(store.as_ref()).await?;
    choice(store.as_ref()).await?;
    file(store, history).await
}

/// A filter, and the way it is read.
struct Asked {
    name: String,
    filter: LogFilter,
    /// True if no index leads past the rows that the filter hides. The read then walks an index
    /// that comes near and skips those rows.
    is_walked: bool,
}

/// Every filter by itself, several filters at once, and searches.
fn filters() -> Result<Vec<Asked>> {
    let mut filters = Vec::new();
    let mut add = |name: &str, is_walked, change: &dyn Fn(&mut LogFilter)| {
        let mut filter = LogFilter::default();
        change(&mut filter);
        filters.push(Asked { name: name.to_owned(), filter, is_walked });
    };
    add("everything", false, &|_| {});
    for status in Status::ALL {
        add(&format!("status {status}"), false, &|filter| filter.statuses = [*status].into());
    }
    for outcome in Outcome::ALL {
        // No index has how far a message came: it changes with every report.
        let is_walked = Outcome::SENT.contains(outcome) || *outcome == Outcome::Undelivered;
        add(&format!("outcome {outcome}"), is_walked, &|filter| {
            filter.outcomes = [*outcome].into();
        });
    }
    for (name, is_walked, outcomes) in [
        ("waits", false, Outcome::WAITING),
        ("was sent", false, Outcome::SENT),
        ("failed", true, Outcome::FAILED),
    ] {
        add(name, is_walked, &|filter| filter.outcomes = outcomes.iter().copied().collect());
    }
    for kind in MessageType::BUILT_IN {
        add(&format!("type {kind}"), false, &|filter| filter.message_type = Some(kind.name()));
    }
    for trigger in Trigger::ALL {
        add(&format!("trigger {trigger}"), false, &|filter| filter.trigger = Some(*trigger));
    }
    add("failed or cancelled", false, &|filter| {
        filter.statuses = [Status::Failed, Status::Cancelled].into();
    });
    add("delivered", true, &|filter| filter.deliveries = [Delivery::Delivered].into());
    add("needs a person", true, &|filter| filter.attention = Some(Attention::at(now())));
    let ids = (0..20).map(|no| CustomerId::new(customer(no * 7)));
    let customers: Vec<_> = ids.collect::<Result<_, _>>()?;
    add("one customer", false, &|filter| filter.customers = [customers[6].clone()].into());
    add("twenty customers", false, &|filter| {
        filter.customers = customers.iter().cloned().collect();
    });
    add("about an invoice that is not there", false, &|filter| {
        filter.about = Some("INV-2026-0042".to_owned());
    });
    // So many keys that they are looked for by age.
    add("keys that begin alike", true, &|filter| {
        filter.key_prefix = Some("invoice:OLD-99".to_owned());
    });
    let (month_ago, week_ago) = (now() - TimeDelta::days(30), now() - TimeDelta::days(7));
    add("of seven days", false, &|filter| filter.from = Some(week_ago));
    add("failed, of a month, of one type", true, &|filter| {
        filter.outcomes = Outcome::FAILED.iter().copied().collect();
        filter.message_type = Some(MessageType::STOCK_DELIVERED.name());
        filter.from = Some(month_ago);
    });
    Ok(filters)
}

/// The time that 19 of 20 reads stayed within.
fn p95(times: &mut [f64]) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times.get(times.len() * 19 / 20).or(times.last()).copied().unwrap_or_default()
}

#[expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
async fn pages(database: &str, store: &dyn MessageLog) -> Result<()> {
    println!(
        "\nPages of {PAGE} with their counts on {database}, 19 of 20 of {TIMES}, milliseconds"
    );
    println!("{:<42} {:<8} {:>9} {:>9} {:>9}", "", "order", "first", "deep", "back");
    let (mut pages, mut walks) = (0.0_f64, 0.0_f64);
    for Asked { name, filter, is_walked } in filters()? {
        for sort in [Sort::Newest, Sort::Oldest, Sort::Status] {
            let mut took = vec![timed(store, &filter, sort, Turn::First).await?];
            if let Some((deep, before)) = at_depth(store, &filter, sort).await? {
                took.push(timed(store, &filter, sort, Turn::After(deep)).await?);
                took.push(timed(store, &filter, sort, Turn::Before(before)).await?);
            }
            let row: Vec<_> = took.iter().map(Took::to_string).collect();
            println!("{name:<42} {sort:<8?} {}", row.join(" "));
            // No index of SQLite leads to a type within a status.
            // No index has the statuses of a type's messages, or of several customers'.
            let is_walked = is_walked
                || sort == Sort::Status
                    && (filter.message_type.is_some() || filter.customers.len() > 1);
            let slowest = if is_walked { &mut walks } else { &mut pages };
            *slowest = took.iter().map(|took| took.time).fold(*slowest, f64::max);
        }
    }
    at_most("the slowest page that an index leads to, milliseconds", Some(pages), BAR);
    at_most("the slowest that is walked for, milliseconds", Some(walks), WALK_BAR);
    Ok(())
}

/// Time of a page.
struct Took {
    /// The milliseconds within which 19 of 20 reads were done.
    time: f64,
    /// True if the page ended at its bound, and says where to look further, or its count did.
    at_bound: bool,
}

impl std::fmt::Display for Took {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mark = if self.at_bound { '>' } else { ' ' };
        write!(f, "{:>8.2}{mark}", self.time)
    }
}

/// Cursors of the deep page and of the one before it; `None` if the list has fewer pages.
async fn at_depth(
    store: &dyn MessageLog,
    filter: &LogFilter,
    sort: Sort,
) -> Result<Option<(Cursor, Cursor)>> {
    let mut turn = Turn::First;
    for _ in 0..DEEP {
        let LogPage { next: Some(next), .. } = store.page(filter, sort, turn, PAGE).await? else {
            return Ok(None);
        };
        turn = Turn::After(next);
    }
    let page = store.page(filter, sort, turn, PAGE).await?;
    Ok(page.next.zip(page.previous))
}

/// Times a page with its count, as the console asks for both.
async fn timed(store: &dyn MessageLog, filter: &LogFilter, sort: Sort, turn: Turn) -> Result<Took> {
    let mut times = Vec::with_capacity(TIMES);
    let mut at_bound = false;
    for _ in 0..TIMES {
        let start = mark();
        let page = store.page(filter, sort, turn, PAGE).await?;
        at_bound = page.further.is_some();
        let is_whole = turn == Turn::First && page.next.is_none();
        if !at_bound && !is_whole {
            let count = store.count(filter, COUNTED).await?;
            at_bound = !count.is_exact && count.number < COUNTED;
        }
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(Took { time: p95(&mut times), at_bound })
}

/// Checks that a filter that nothing fits and that no index knows ends at its bound, and says so.
async fn walk(store: &dyn MessageLog) -> Result<()> {
    let mut filter = LogFilter::default();
    filter.deliveries = [Delivery::Read].into();
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let start = mark();
        let page = store.page(&filter, Sort::Newest, Turn::First, PAGE).await?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
        ensure!(page.messages.is_empty() && page.further.is_some(), "the walk did not end");
    }
    at_most("a walk that finds nothing, milliseconds", Some(p95(&mut times)), WALK_BAR);
    Ok(())
}

/// Times the choice of the messages of an act on many.
async fn choice(store: &dyn MessageLog) -> Result<()> {
    let mut filter = LogFilter::default();
    filter.outcomes = Outcome::SENT.iter().copied().collect();
    let mut times = Vec::with_capacity(5);
    for _ in 0..5 {
        let start = mark();
        let (ids, more) = store.ids(&filter, BULK).await?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
        ensure!(ids.len() == BULK as usize && more, "{} were chosen", ids.len());
    }
    at_most("choosing 10,000 messages, milliseconds", Some(p95(&mut times)), 1_000.0);
    Ok(())
}

/// Times the whole log as a file, as a browser gets it.
async fn file(store: Arc<dyn Store>, history: u32) -> Result<()> {
    let console = open_console(store)?;
    for address in ["/messages.csv", "/messages.csv?texts=1"] {
        // Resets the peak of this process's memory.
        std::fs::write("/proc/self/clear_refs", "5").context("Linux lets a process do that")?;
        let before = megabytes("VmRSS")?;
        let start = mark();
        let request = Request::get(address).body(Body::empty())?;
        let answer = console.clone().oneshot(request).await?;
        let mut body = answer.into_body().into_data_stream();
        let (mut lines, mut bytes) = (0_u64, 0_u64);
        while let Some(part) = body.next().await {
            let part = part?;
            bytes += part.len() as u64;
            lines += part.split(|byte| *byte == b'\n').skip(1).count() as u64;
        }
        let took = start.elapsed().as_secs_f64();
        // The head is a line too.
        ensure!(lines == u64::from(history) + 1, "{lines} lines of {history} messages");
        #[expect(clippy::cast_precision_loss, reason = "it is shown")]
        let (rate, megabyte) = (lines as f64 / took, bytes as f64 / 1e6);
        at_least(&format!("{address}, {megabyte:.0} MB: rows a second"), Some(rate), 50_000.0);
        let more = megabytes("VmHWM")? - before;
        at_most(&format!("{address}: more memory, megabytes"), Some(more), 20.0);
    }
    Ok(())
}
