//! Opening of the shop: its data is read, and the library put together over a database and a
//! gateway.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use tokio::net::TcpListener;
use whatsapp_core::audit::Actor;
use whatsapp_core::desk::SettingEdit;
use whatsapp_core::format::Formats;
use whatsapp_core::messenger::Consent;
use whatsapp_core::port::{PlannerStore, SettingsStore as _, Store};
use whatsapp_core::settings::Settings;
use whatsapp_core::{Desk, InvoiceId, Ports};
use whatsapp_media::{Sources, StoredMedia};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::FixedDirectory;

use crate::args::Args;
use crate::clock::ScaledClock;
use crate::data::{Folder, Tables};
use crate::gateway::Connection;
use crate::plan::Day;
use crate::plan::books::{Books, Earlier};
use crate::plan::greetings::{self, Greetings, Wishes};
use crate::plan::told;
use crate::{data, files, gateway, notices, plan, report, serve};

/// A business: its data, and the library put together over a database and a gateway.
pub(crate) struct Shop {
    pub(crate) folder: Folder,
    pub(crate) settings: Settings,
    pub(crate) store: Arc<SqliteStore>,
    pub(crate) clock: Arc<ScaledClock>,
    pub(crate) connection: Connection,
    pub(crate) ports: Ports,
    /// Listener for the console, if it is wanted.
    pub(crate) console: Option<TcpListener>,
    /// The day that is played, if any.
    pub(crate) day: Option<Played>,
}

/// A day that is played.
pub(crate) struct Played {
    pub(crate) day: Day,
    pub(crate) greetings: Greetings,
    /// Reasons why nobody knows what is due on some invoices.
    pub(crate) troubles: BTreeMap<InvoiceId, String>,
}

/// Reads the data and wires everything up. Nothing is sent here.
pub(crate) async fn open(args: &Args) -> Result<Shop> {
    args.check()?;
    let tables = tables(args)?;
    let database = place(args)?;
    let console = match args.serve {
        Some(port) => Some(serve::listen(port).await?),
        None => None,
    };
    let store = Arc::new(
        SqliteStore::open(&database)
            .await
            .with_context(|| format!("the database {} cannot be used", database.display()))?,
    );
    let tied = gateway::tie(&*store, args).await?;
    let settings = Settings::read(&store.load_settings().await?)?;
    let mut folder = tables.read(&settings.locale)?;
    if args.accept_suggestions {
        folder.accept_suggestions(&settings.locale);
    }

    let day = match args.today {
        Some(date) => {
            let both = (&*store as &dyn Store, &*store as &dyn PlannerStore);
            Some(Day::check(date, both, &database, &folder, &settings).await?)
        }
        None => None,
    };
    let clock = Arc::new(match &day {
        Some(day) => ScaledClock::showing(day.start, &database),
        None => ScaledClock::beside(&database, args.time_scale)?,
    });
    let books = match &day {
        Some(_) => {
            let earlier = Earlier::of(&told::all(&*store).await?);
            let zone = settings.time_zone.clone();
            let books = Books::take(&mut folder, earlier, clock.clone(), zone);
            plan::check_numbers(args.approve.as_deref().unwrap_or_default(), &books.numbers())?;
            Some(books)
        }
        None => None,
    };
    let connected = Connected::open(args, &database, &clock, &store).await?;
    let mut ports = connected.ports(&folder, &clock, &store);
    let mut troubles = BTreeMap::new();
    if let Some(books) = books {
        troubles.clone_from(books.troubles());
        ports = ports
            .with_invoices(Arc::new(books))
            .with_plans(store.clone())
            .with_campaigns(store.clone());
    }
    // Wrong wishes for greetings are refused before any of the day's work is done.
    let greetings = match &day {
        Some(day) => Some(greetings_of(args, day, &ports, &settings).await?),
        None => None,
    };
    let desk = Desk::new(ports.clone());
    desk.save_settings(&edits(args, tied), Consent::Given, &Actor::Host).await?;
    if let (Some(smtp), Some(address)) = (&args.smtp, &args.notify_to) {
        ports = ports.with_notifier(notices::by_mail(&desk, smtp, address).await?);
    }
    let day = day.zip(greetings).map(|(day, greetings)| Played { day, greetings, troubles });
    let connection = connected.connection;
    Ok(Shop { folder, settings, store, clock, connection, ports, console, day })
}

/// Reads the folder's tables, which must fit what is asked for.
fn tables(args: &Args) -> Result<Tables> {
    let tables = data::open(&args.data)?;
    if args.gateway.is_some() && tables.has_samples() {
        bail!(
            "the sample data's customers are invented, and their numbers may be somebody's: they go \
             to the stand-in gateway alone. Give your own data with --data DIR"
        );
    }
    if args.today.is_some() {
        tables.need_invoices(&args.data)?;
    }
    Ok(tables)
}

/// Makes the folders of the database and of the report, and returns the database's file.
fn place(args: &Args) -> Result<Cow<'_, Path>> {
    let database = args.database();
    make_folder_of(&database)?;
    if args.is_beside_data() {
        // The folder holds a secret and customers' data, and may be under version control.
        std::fs::write(database.with_file_name(".gitignore"), "*\n")
            .with_context(|| format!("{} cannot be made", database.display()))?;
    }
    make_folder_of(&args.report)?;
    report::check(&args.report, &database)?;
    Ok(database)
}

/// The gateway, and the files that it fetches.
struct Connected {
    sources: Arc<Sources>,
    media: Option<Arc<StoredMedia>>,
    connection: Connection,
}

impl Connected {
    async fn open(
        args: &Args,
        database: &Path,
        clock: &Arc<ScaledClock>,
        store: &Arc<SqliteStore>,
    ) -> Result<Self> {
        let sources = files::sources(&args.data)?;
        // This comes before the gateway, which may have files of an earlier run to fetch.
        let media = match args.serving()? {
            Some(serving) => {
                Some(files::serve(database, serving, clock.clone(), store.clone()).await?)
            }
            None => None,
        };
        let connection = gateway::connect(args, database, clock.clone()).await?;
        Ok(Self { sources, media, connection })
    }

    /// The ports of a shop that sends, and plans nothing.
    fn ports(&self, folder: &Folder, clock: &Arc<ScaledClock>, store: &Arc<SqliteStore>) -> Ports {
        let customers = Arc::new(FixedDirectory::new(folder.customers.iter().cloned()));
        let gateway = self.connection.gateway.clone();
        // Plans and campaigns are kept if a day is played. The gateway's address is an argument.
        let ports = Ports::new(store.clone(), customers.clone())
            .with_search(customers)
            .with_audit(store.clone())
            .with_transport(gateway.clone())
            .with_deliveries(gateway)
            .with_key(self.connection.key.clone())
            .with_sources(self.sources.clone())
            .with_mutes(store.clone())
            .with_daily(store.clone())
            .with_bulk(store.clone())
            .with_clock(clock.clone());
        match &self.media {
            Some(media) => ports.with_media(media.clone()),
            None => ports,
        }
    }
}

/// The settings that this call changes: `tied`, which ties the database to its gateway, and what
/// its options say.
fn edits(args: &Args, tied: SettingEdit) -> Vec<SettingEdit> {
    let summaries = args.summaries.as_ref().map(|choice| choice == "on");
    [tied].into_iter().chain(summaries.map(SettingEdit::reminder_summary)).collect()
}

/// Reads the greetings of the folder, with the wishes for them.
async fn greetings_of(
    args: &Args,
    day: &Day,
    ports: &Ports,
    settings: &Settings,
) -> Result<Greetings> {
    let wishes = Wishes { arm: &args.arm, confirm: &args.confirm };
    let table = greetings::read(&args.data)?;
    let locale = (&settings.time_zone, Formats::new(&settings.locale)?);
    Greetings::open(ports, locale, day.date, &table, wishes).await
}

fn make_folder_of(file: &Path) -> Result<()> {
    match file.parent() {
        None => Ok(()),
        Some(folder) if folder.as_os_str().is_empty() => Ok(()),
        Some(folder) => std::fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made: give another place", folder.display())),
    }
}
