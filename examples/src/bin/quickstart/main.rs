//! The main job, from a folder of business data to delivered messages:
//!
//! ```text
//! cargo quickstart -- --help
//! ```
//!
//! Every unpaid invoice goes to its customer with its PDF, and every delivered order is announced,
//! each exactly as often as it should. This holds whatever the gateway does, and whenever the
//! program is killed and started again. With `--today DATE --plan` a day of payment reminders is
//! played instead. With `--serve` it ends in the managers' console. `open.rs` is the wiring that a
//! host needs; the other modules read the folder, serve the PDFs and tell what happened.
#![expect(clippy::print_stdout, reason = "the result of a program for people")]

mod again;
mod args;
mod clock;
mod data;
mod dispatch;
mod enqueue;
mod errand;
mod failures;
mod fetches;
mod files;
mod gateway;
mod known;
mod left_out;
mod log;
mod notices;
mod open;
mod plan;
mod progress;
mod report;
mod serve;
mod summary;
mod words;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::Parser as _;
use tracing_subscriber::EnvFilter;
use whatsapp_core::audit::Actor;
use whatsapp_core::format::Formats;
use whatsapp_core::messenger::Resent;
use whatsapp_core::port::{AccountStore as _, Clock as _, PauseReason, Store, Transport as _};
use whatsapp_core::sweep::Sweep;
use whatsapp_core::{Desk, Messenger, Planner};

use args::Args;
use data::LeftOut;
use dispatch::{Ending, Shift};
use enqueue::Enqueued;
use errand::Errand;
use failures::Failures;
use fetches::Fetches;
use open::{Played, Shop, open};
use plan::Planned;
use plan::told::Words;
use progress::Progress;
use summary::Summary;

/// Exit code if some messages failed, or some rows were left out.
const INCOMPLETE: u8 = 3;

/// Exit code if the arguments or the data cannot be used.
const UNUSABLE: u8 = 2;

/// Exit code if nothing can be sent until somebody mends something.
const STUCK: u8 = 1;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    if std::env::var_os("RUST_LOG").is_some() {
        tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::from_default_env())
            .with_writer(std::io::stderr)
            .init();
    }
    if let (Some(date), Some(days)) = (args.today, args.forecast) {
        let told = match args.check() {
            Ok(()) => Box::pin(plan::forecast::print(&args, date, days)).await,
            Err(error) => Err(error),
        };
        return told.unwrap_or_else(|error| fail(&error, UNUSABLE));
    }
    let shop = match open(&args).await {
        Ok(shop) => shop,
        Err(error) => return fail(&error, UNUSABLE),
    };
    match Box::pin(run(&args, shop)).await {
        Ok(code) => code,
        Err(error) => fail(&error, STUCK),
    }
}

/// Result of a run.
struct Done {
    enqueued: Enqueued,
    resent: Option<Resent>,
    ending: Ending,
    /// Outcome of the reminders, if a day was played.
    planned: Option<Planned>,
}

/// Lets a paused account go on if the pause's cause may be mended. The person who starts the
/// program again may have mended it.
async fn resume_what_is_mended(shop: &Shop) -> Result<()> {
    let Some(pause) = shop.store.account().await?.pause else { return Ok(()) };
    let mended = match pause.reason {
        PauseReason::RateLimited | PauseReason::Held => false,
        PauseReason::Outage => shop.connection.gateway.probe().await.is_ok(),
        _ => true,
    };
    if mended {
        Desk::new(shop.ports.clone()).resume(&Actor::Host).await?;
    }
    Ok(())
}

/// The work of sending, as the options say.
fn shift(args: &Args, shop: &Shop) -> Shift {
    Shift {
        ports: shop.ports.clone(),
        store: shop.store.clone(),
        clock: shop.clock.clone(),
        scale: args.time_scale,
        options: match &shop.day {
            Some(_) => dispatch::unpaced(),
            None => dispatch::options(args.time_scale),
        },
        per_second: shop.settings.requests_per_second,
        zone: shop.settings.time_zone.clone(),
        until_idle: args.until_idle,
    }
}

/// Does what was asked for, and tells what happened.
async fn run(args: &Args, mut shop: Shop) -> Result<ExitCode> {
    let store: Arc<dyn Store> = shop.store.clone();
    let progress = Progress::new();
    shop.clock.begin()?;

    resume_what_is_mended(&shop).await?;

    // A program that runs for a moment does at its start what a service does every ten minutes.
    let sweep = Sweep::new(shop.ports.clone());
    sweep.tick(shop.clock.now()).await.context("files whose links ended are still kept")?;

    let before = total(&*store).await?;
    let left_out = std::mem::take(&mut shop.folder.left_out);
    let shift = shift(args, &shop);
    let day = shop.day.take();
    let Done { enqueued, resent, ending, planned } = match day {
        Some(day) => play(args, &shop, day, &shift, left_out, &progress).await?,
        None => send(args, &shop, &shift, left_out, &progress).await?,
    };
    let added = total(&*store).await? - before;
    let zone = &shop.settings.time_zone;
    fetches::wait(&*store, shop.clock.now(), zone).await?;

    let notices = notices::flush(shop.ports.clone(), &*store, &*shop.clock).await?;
    let now = shop.clock.now();
    let mut log = log::read(&*store, now, zone).await?;
    if let Some(planned) = &planned {
        planned.correct(&mut log.entries);
    }
    let (left_out, planned_day) = (&enqueued.left_out, planned.as_ref());
    let written = report::write(&args.report, &log.entries, left_out, planned_day, now, zone);
    let summary = Summary {
        log: &log.entries,
        broken: &log.broken,
        failures: Failures::of(&log.entries, &enqueued.about, &shop.settings.locale),
        fetches: Fetches::of(&log.entries),
        about: &enqueued.about,
        made: &enqueued.made,
        left_out: &enqueued.left_out,
        readings: &shop.folder.notes,
        added,
        resent: resent.as_ref(),
        planned: planned.as_ref(),
        ending: ending.clone(),
        notices,
        now,
        zone,
        until_idle: args.until_idle,
        sample: args.is_sample(),
        served: args.serve.is_some(),
        rehearsal: shop.connection.stand_in.is_some(),
        report: &args.report,
        database: &args.database(),
    };
    print!("{}", summary.text());

    written?;
    let is_incomplete = summary.is_incomplete();
    let mut was_served = false;
    if let Some(listener) = shop.console.take()
        && ending != Ending::Interrupted
    {
        let name = if args.is_sample() { "Sample shop" } else { "Quickstart" };
        serve::serve(listener, shop.ports.clone(), name, shift.options.clone()).await?;
        was_served = true;
    }
    shop.clock.stop()?;
    shop.store.close().await;
    Ok(match ending {
        // The person who stopped the console has seen the outcome.
        _ if was_served => ExitCode::SUCCESS,
        Ending::Paused(_) => STUCK.into(),
        _ if is_incomplete => INCOMPLETE.into(),
        Ending::Done | Ending::Waiting(_) | Ending::Interrupted => ExitCode::SUCCESS,
    })
}

/// Enqueues every invoice and order, and sends.
async fn send(
    args: &Args,
    shop: &Shop,
    shift: &Shift,
    left_out: Vec<LeftOut>,
    progress: &Progress,
) -> Result<Done> {
    let messenger = Messenger::new(shop.ports.clone());
    let errands = Errand::all(&shop.folder);
    let (store, data) = (&*shop.store, &args.data);
    let enqueued = enqueue::enqueue(&messenger, store, data, &errands, left_out, progress).await?;
    let resent = if args.resend_failed { Some(again::resend(&messenger).await?) } else { None };
    let ending = shift.work(progress).await?;
    Ok(Done { enqueued, resent, ending, planned: None })
}

/// Plays a day of reminders.
async fn play(
    args: &Args,
    shop: &Shop,
    Played { day, mut greetings, troubles }: Played,
    shift: &Shift,
    left_out: Vec<LeftOut>,
    progress: &Progress,
) -> Result<Done> {
    greetings.carry_out().await?;
    let planner = Planner::new(shop.ports.clone())?;
    let approve = args.approve.as_deref();
    let both = (&planner, &greetings);
    let (ending, approved) = plan::play(both, shift, &shop.clock, &day, approve, progress).await?;
    let (customers, formats) = (&shop.folder.customers, Formats::new(&shop.settings.locale)?);
    let words = Words::new(customers, formats).with_troubles(troubles);
    let words = words.with_approved(&*shop.store).await?;
    let greeted = (greetings.text(&words).await?, greetings.rows(customers).await?);
    let mut reminders = Planned::read(&*shop.store, day.date, approved, words, greeted).await?;
    reminders.is_cut = !matches!(ending, Ending::Done | Ending::Waiting(_));
    let enqueued = Enqueued { about: reminders.about(), left_out, ..Enqueued::default() };
    Ok(Done { enqueued, resent: None, ending, planned: Some(reminders) })
}

/// Counts the messages in the log.
async fn total(store: &dyn Store) -> Result<u64> {
    let counts = store.counts(u64::MAX).await?;
    Ok(counts.pending + counts.sent + counts.failed + counts.cancelled)
}

fn fail(error: &anyhow::Error, code: u8) -> ExitCode {
    eprintln!("quickstart: {error:#}");
    code.into()
}
