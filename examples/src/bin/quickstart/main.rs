//! The main job, from a folder of business data to delivered messages:
//!
//! ```text
//! cargo quickstart -- --help
//! ```
//!
//! Every unpaid invoice goes to its customer with its PDF, and every delivered order is announced,
//! each exactly as often as it should: whatever the gateway does, and whenever the program is
//! killed and started again. This file is the wiring that a host needs; the modules beside it read
//! the folder, serve the PDFs and tell what happened.
#![expect(clippy::print_stdout, reason = "the result of a program for people")]

mod args;
mod clock;
mod data;
mod dispatch;
mod enqueue;
mod errand;
mod fetches;
mod files;
mod gateway;
mod log;
mod notices;
mod progress;
mod report;
mod summary;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::Parser as _;
use tracing_subscriber::EnvFilter;
use whatsapp_core::port::{Clock, PauseReason, SettingsStore as _, Store, Transport as _};
use whatsapp_core::settings::Settings;
use whatsapp_core::{Dispatcher, Messenger, Ports};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::FixedDirectory;

use args::Args;
use clock::ScaledClock;
use dispatch::{Ending, Shift};
use errand::Errand;
use fetches::Fetches;
use gateway::Connection;
use progress::Progress;
use summary::Summary;

/// The arguments or the data cannot be used.
const UNUSABLE: u8 = 2;

/// Nothing can be sent until somebody mends something.
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
    let shop = match open(&args).await {
        Ok(shop) => shop,
        Err(error) => return fail(&error, UNUSABLE),
    };
    match run(&args, &shop).await {
        Ok(code) => code,
        Err(error) => fail(&error, STUCK),
    }
}

/// A business: its data, and the library put together over a database and a gateway.
struct Shop {
    folder: data::Folder,
    store: Arc<SqliteStore>,
    clock: Arc<ScaledClock>,
    connection: Connection,
    ports: Ports,
}

/// Reads the data and wires everything up. Nothing is sent here.
async fn open(args: &Args) -> Result<Shop> {
    args.check()?;
    let folder = data::read(&args.data)?;

    make_folder_of(&args.database)?;
    make_folder_of(&args.report)?;
    report::check(&args.report, &args.database)?;
    let store = Arc::new(
        SqliteStore::open(&args.database)
            .await
            .with_context(|| format!("the database {} cannot be used", args.database.display()))?,
    );
    let clock = Arc::new(ScaledClock::beside(&args.database, args.time_scale)?);
    let sources = files::sources(&args.data)?;
    // Before the gateway, which may have files of an earlier run to fetch.
    let media = if args.gateway_is_here()? {
        Some(files::serve(&args.database, clock.clone(), store.clone()).await?)
    } else {
        None
    };
    let connection = gateway::connect(args, &args.database, clock.clone()).await?;
    let customers = Arc::new(FixedDirectory::new(folder.customers.iter().cloned()));

    let gateway = connection.gateway.clone();
    let mut ports = Ports::new(store.clone(), gateway.clone(), customers)
        .with_deliveries(gateway)
        .with_sources(sources)
        .with_clock(clock.clone());
    if let Some(media) = media {
        ports = ports.with_media(media);
    }
    if let (Some(smtp), Some(address)) = (&args.smtp, &args.notify_to) {
        ports = ports.with_notifier(notices::by_mail(&*store, smtp, address).await?);
    }
    Ok(Shop { folder, store, clock, connection, ports })
}

/// Enqueues, sends, and tells what happened.
async fn run(args: &Args, shop: &Shop) -> Result<ExitCode> {
    let store: Arc<dyn Store> = shop.store.clone();
    let settings = Settings::read(&shop.store.load_settings().await?)?;
    let progress = Progress::new();

    let dispatcher = Dispatcher::new(shop.ports.clone());
    // Whoever starts the program again may have mended what made it pause.
    if let Some(pause) = store.account().await?.pause {
        let mended = match pause.reason {
            PauseReason::KeyRefused | PauseReason::Misconfigured => true,
            PauseReason::Outage => shop.connection.gateway.probe().await.is_ok(),
            PauseReason::RateLimited => false,
        };
        if mended {
            dispatcher.resume().await?;
        }
    }

    // A program that runs for a moment does at its start what a service does every ten minutes.
    dispatcher.sweep(shop.clock.now()).await.context("files whose links ended are still kept")?;

    let messenger = Messenger::new(dispatcher);
    let before = total(&*store).await?;
    let errands = Errand::all(&shop.folder);
    let enqueued = enqueue::enqueue(&messenger, &args.data, &errands, &progress).await?;
    let added = total(&*store).await? - before;

    let sent_before = store.counts(u64::MAX).await?.sent;
    let shift = Shift {
        ports: shop.ports.clone(),
        store: store.clone(),
        clock: shop.clock.clone(),
        scale: args.time_scale,
        per_second: settings.requests_per_second,
        zone: settings.time_zone,
        until_idle: args.until_idle,
    };
    let ending = shift.work(&progress).await?;
    fetches::wait(&*store, shop.clock.now()).await?;
    let sent = store.counts(u64::MAX).await?.sent > sent_before;

    let notices = notices::flush(shop.ports.clone(), &*store, &*shop.clock).await?;
    let now = shop.clock.now();
    let log = log::read(&*store, now).await?;
    let written = report::write(&args.report, &log, now, settings.time_zone);
    let mut left_out = [shop.folder.left_out.as_slice(), &enqueued.left_out].concat();
    left_out.sort_by(|one, other| one.place.cmp(&other.place));
    let summary = Summary {
        log: &log,
        fetches: Fetches::of(&log),
        about: &enqueued.about,
        left_out: &left_out,
        added,
        ending,
        notices,
        now,
        zone: settings.time_zone,
        until_idle: args.until_idle,
        stand_in: shop.connection.stand_in.is_some(),
        report: args.report.clone(),
        database: args.database.clone(),
    };
    print!("{}", summary.text());

    written?;
    shop.clock.stop()?;
    shop.store.close().await;
    Ok(exit_code(ending, sent))
}

/// Messages in the log.
async fn total(store: &dyn Store) -> Result<u64> {
    let counts = store.counts(u64::MAX).await?;
    Ok(counts.pending + counts.sent + counts.failed + counts.cancelled)
}

fn exit_code(ending: Ending, sent: bool) -> ExitCode {
    match ending {
        Ending::Paused(pause) => match pause.reason {
            PauseReason::KeyRefused | PauseReason::Misconfigured => STUCK.into(),
            PauseReason::Outage if !sent => STUCK.into(),
            PauseReason::Outage | PauseReason::RateLimited => ExitCode::SUCCESS,
        },
        Ending::Done | Ending::Waiting(_) | Ending::Interrupted => ExitCode::SUCCESS,
    }
}

fn make_folder_of(file: &Path) -> Result<()> {
    match file.parent() {
        None => Ok(()),
        Some(folder) if folder.as_os_str().is_empty() => Ok(()),
        Some(folder) => std::fs::create_dir_all(folder)
            .with_context(|| format!("the folder {} cannot be made", folder.display())),
    }
}

fn fail(error: &anyhow::Error, code: u8) -> ExitCode {
    eprintln!("quickstart: {error:#}");
    code.into()
}
