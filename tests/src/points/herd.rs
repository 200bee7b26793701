//! T13: thousands of messages are due at once, and the gateway asks to wait.
//!
//! The limit is compared with the moments at which POSTs arrive. Between its begin and its arrival
//! a POST takes some milliseconds, and longer on a busy machine, so POSTs arrive closer together
//! than they set out. The longest such time is read from the ledger: the POSTs that arrive within a
//! second set out within a second and that time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use chrono::TimeDelta;
use rustix::process::Signal;
use whatsapp_360messenger::Gateway;
use whatsapp_core::dispatch::DispatchOptions;
use whatsapp_core::message::NewMessage;
use whatsapp_core::port::{ApiKey, Clock as _, FixedKey, PauseReason, Store, SystemClock};
use whatsapp_core::{Dispatcher, Ports};
use whatsapp_testkit::fixtures::{AT_ALL_HOURS, START, greeting, save_settings};
use whatsapp_testkit::gateway::{Answer, Fault, RetryAfter, StandInGateway};
use whatsapp_testkit::{FixedDirectory, ManualClock};

use super::child::{Address, Role, Run, Running, Spec};
use super::{Line, Trial, nap, seen};
use crate::faults::database::Kind;

/// Rate limit of the account, in requests a second.
const LIMIT: usize = 20;

/// Number of dispatchers that share it.
const DISPATCHERS: usize = 3;

/// Most memory that a worker may have, in bytes.
const MEMORY: u64 = 150 * 1024 * 1024;

/// Longest time that a worker may take to stop.
const STOPPED_WITHIN: Duration = Duration::from_secs(35);

/// Lets ten thousand messages be due at once, and then lets the gateway ask to wait.
///
/// # Errors
/// Returns an error if it could not be done; a finding is no error.
pub async fn play(trial: &Trial, kind: Kind) -> Result<Line> {
    let mut line = Line::new("T13", kind);
    rush(trial, kind, &mut line).await?;
    storms(trial, kind, &mut line).await?;
    Ok(line)
}

async fn rush(trial: &Trial, kind: Kind, line: &mut Line) -> Result<()> {
    let home = trial.servers.fresh(kind, &trial.folder(&format!("T13-{kind}"))?).await?;
    let opened = home.at.open().await?;
    let store = opened.ports();
    let due = trial.rounds(10_000, 1_000);
    paced(store.as_ref()).await?;
    let at = SystemClock::new().now();
    let messages: Vec<_> = (0..due as u64).map(|seed| greeting(seed, at)).collect();
    for some in messages.chunks(500) {
        store.enqueue(some).await?;
    }
    let gateway = StandInGateway::start().await?;
    let mut workers = Vec::new();
    for _ in 0..DISPATCHERS {
        let run = Run { gateway: Address::of(&gateway), slots: 16, paced: true };
        workers.push(Running::start(trial, &Spec::new(home.at.clone(), Role::Run(run)))?);
    }
    let first = seen("the first POST", gateway.wait_for_posts(1)).await?;
    let first = first.first().context("a POST")?.at;
    nap(Duration::from_secs(trial.seconds)).await;
    let mut memory = 0;
    for worker in &mut workers {
        memory = memory.max(worker.most_memory()?);
        worker.signal(Signal::TERM)?;
        let (status, _) = worker.ends_within(STOPPED_WITHIN).await?;
        ensure!(status.success(), "a worker ended: {status}");
    }
    let posts: Vec<_> = gateway.posts().iter().map(|post| post.at).collect();
    let (at, most) = fullest_second(&posts);
    let lasted = posts.last().copied().unwrap_or_default().saturating_sub(first);
    line.count("due", due);
    line.count("dispatchers", DISPATCHERS);
    line.count("limit_per_second", LIMIT);
    // Slots are 1 to 1.05 intervals apart; a machine that does much else reaches a third at least.
    let least = usize::try_from(lasted.as_secs())? * LIMIT / 3;
    line.at_least("posts", posts.len(), least);
    line.count("most_in_a_second", most);
    let slowest = slowest(store.as_ref(), &messages, &gateway).await?;
    line.figure("begin_to_arrival_ms", u64::try_from(slowest.as_millis())?);
    let slots = (1_000 + usize::try_from(slowest.as_millis())?) * LIMIT;
    line.bar(most <= slots.div_ceil(1_000), || {
        format!("{most} POSTs within a second, {:?} after the first", at.saturating_sub(first))
    });
    line.figure("memory_mib", memory / 1024 / 1024);
    line.bar(memory < MEMORY, || format!("a worker had {memory} bytes"));
    opened.close().await;
    gateway.shutdown().await;
    Ok(())
}

async fn paced(store: &dyn Store) -> Result<()> {
    let limit = LIMIT.to_string();
    save_settings(store, &[("whatsapp_requests_per_second", &limit)], START).await;
    save_settings(store, &AT_ALL_HOURS, START).await;
    Ok(())
}

/// Returns the longest time from a begin to the arrival of its POST.
async fn slowest(
    store: &dyn Store,
    messages: &[NewMessage],
    gateway: &StandInGateway,
) -> Result<Duration> {
    let ids: HashMap<_, _> =
        messages.iter().map(|one| (one.facts.text.as_str(), one.facts.id)).collect();
    let mut slowest = Duration::ZERO;
    for post in gateway.posts() {
        let id = ids.get(post.text.as_str()).context("a POST that nobody asked for")?;
        let attempts = store.attempts(*id).await?;
        let begun = attempts.first().context("a POST without an attempt")?.started_at;
        slowest = slowest.max((post.received_at - begun).to_std().unwrap_or_default());
    }
    Ok(slowest)
}

/// Returns the second with the most POSTs: its beginning, and the number of its POSTs.
fn fullest_second(posts: &[Duration]) -> (Duration, usize) {
    let mut fullest = (Duration::ZERO, 0);
    for (place, begins) in posts.iter().enumerate() {
        let end = *begins + Duration::from_secs(1);
        let rest = posts.get(place..).unwrap_or_default();
        let count = rest.iter().take_while(|at| **at < end).count();
        if count > fullest.1 {
            fullest = (*begins, count);
        }
    }
    fullest
}

/// Returns what the gateway asks for, each with the seconds that the account must wait for it.
fn asked() -> [(RetryAfter, i64); 6] {
    let text = |text: &str| RetryAfter::Text(text.to_owned());
    [
        (text("0"), 1),
        (text("5"), 5),
        (RetryAfter::Date(Duration::from_secs(90)), 90),
        (text("soon"), 60),
        (text("1000000000"), 3_600),
        (RetryAfter::Absent, 60),
    ]
}

/// Lets every reply ask to wait, and checks that nobody sends before that time has passed.
async fn storms(trial: &Trial, kind: Kind, line: &mut Line) -> Result<()> {
    let home = trial.servers.fresh(kind, &trial.folder(&format!("T13-{kind}-storm"))?).await?;
    let clock = ManualClock::starting_at(START);
    let time = clock.clone();
    let gateway = StandInGateway::builder().now(move || time.now()).start().await?;
    let mut dispatchers = Vec::new();
    let mut opened = Vec::new();
    for _ in 0..DISPATCHERS {
        let one = home.at.open().await?;
        dispatchers.push(dispatcher(one.ports(), &gateway, &clock)?);
        opened.push(one);
    }
    let store = opened.first().context("a store")?.ports();
    paced(store.as_ref()).await?;
    let messages: Vec<_> = (0..200).map(|seed| greeting(seed, START)).collect();
    store.enqueue(&messages).await?;
    let (mut early, mut wrong) = (0, Vec::new());
    for (ask, seconds) in asked() {
        gateway.always(Fault::refuse(Answer::TooManyRequests(ask.clone())));
        let mut pause = None;
        for _ in 0..100 {
            pass(&dispatchers, &clock).await?;
            pause = store.account().await?.pause;
            if pause.is_some() {
                break;
            }
            clock.advance(TimeDelta::milliseconds(100));
        }
        let pause = pause.with_context(|| format!("no pause after {ask:?}"))?;
        let waits = (pause.until - clock.now()).num_seconds();
        // A date has whole seconds.
        if pause.reason != PauseReason::RateLimited || (waits - seconds).abs() > 1 {
            wrong.push(format!("{ask:?}: {waits} s and not {seconds} s"));
        }
        let posts = gateway.posts().len();
        // Three moments of the pause are tried, the last one right before its end.
        for part in [4, 2] {
            clock.advance((pause.until - clock.now()) / part);
            pass(&dispatchers, &clock).await?;
        }
        clock.advance_to(pause.until - TimeDelta::milliseconds(1));
        pass(&dispatchers, &clock).await?;
        early += gateway.posts().len() - posts;
        gateway.behave();
        clock.advance_to(pause.until);
        for _ in 0..100 {
            pass(&dispatchers, &clock).await?;
            if gateway.posts().len() > posts {
                break;
            }
            clock.advance(TimeDelta::milliseconds(100));
        }
        if gateway.posts().len() == posts {
            wrong.push(format!("{ask:?}: nothing is sent after the pause"));
        }
    }
    line.count("storms", asked().len());
    line.none("posts_in_a_pause", early);
    line.none("wrong_pauses", wrong.len());
    line.table.extend(wrong);
    for one in opened {
        one.close().await;
    }
    gateway.shutdown().await;
    Ok(())
}

fn dispatcher(
    store: Arc<dyn Store>,
    gateway: &StandInGateway,
    clock: &ManualClock,
) -> Result<Dispatcher> {
    let key = FixedKey(ApiKey::new(gateway.key())?);
    let adapter = Gateway::builder(Arc::new(key))
        .base_url(gateway.url())
        .clock(Arc::new(clock.clone()))
        .build()?;
    let ports = Ports::new(store, Arc::new(FixedDirectory::default()))
        .with_transport(Arc::new(adapter))
        .with_clock(Arc::new(clock.clone()));
    let options = DispatchOptions::default().with_watch(false);
    Ok(Dispatcher::new(ports)?.with_options(options))
}

/// Runs one pass of each dispatcher at the same time.
async fn pass(dispatchers: &[Dispatcher], clock: &ManualClock) -> Result<()> {
    let mut passes = tokio::task::JoinSet::new();
    for dispatcher in dispatchers {
        let (dispatcher, now) = (dispatcher.clone(), clock.now());
        passes.spawn(async move { dispatcher.tick(now).await });
    }
    while let Some(pass) = passes.join_next().await {
        pass??;
    }
    Ok(())
}
