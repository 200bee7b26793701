//! A scene: the code of a host between stand-ins for everything else, on one clock that a test
//! moves. [`Scene`] has the whole contract.

mod chosen;
mod complaint;
mod engine;
mod entry;
mod mails;
mod posts;
mod running;
mod runtime;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use whatsapp_core::audit::Actor;
use whatsapp_core::chore::Chore;
use whatsapp_core::desk::{Consent, SettingEdit};
use whatsapp_core::message::MessageType;
use whatsapp_core::notices::Notices;
use whatsapp_core::port::{
    Clock as _, Customer, CustomerDirectory, Due, EveryStore, InvoiceLedger, Store,
};
use whatsapp_core::sweep::Sweep;
use whatsapp_core::template::Types;
use whatsapp_core::{
    BulkRunner, CampaignFeeder, CustomerId, DailyTally, Desk, DispatchOptions, Dispatcher,
    Messenger, Planner, Ports,
};

pub use chosen::Chosen;
pub use mails::{Mail, Mails};
pub use posts::{Posted, Posts};
pub use running::RunningScene;

use crate::fixtures::START;
use crate::gateway::{Fault, MemoryGateway};
use crate::{
    FixedDirectory, FixedLedger, FixedSource, ManualClock, MemoryMedia, MemoryStore,
    RecordingNotifier, SeededEntropy,
};
use engine::Engine;
use entry::{Entry, QUARTER, Rhythm};
use running::Parts;
use runtime::SceneRuntime;

/// The setting with the addresses for mails about failures.
const FAILURE_EMAIL: &str = "whatsapp_failure_notification_email";

/// A change of the ports.
type Change = Box<dyn FnOnce(Ports) -> Ports + Send>;

/// The making of a chore over the ports.
type Make = Box<dyn FnOnce(Ports) -> Arc<dyn Chore> + Send>;

/// A test of a host's back-end in a few lines: its code gets a [`Messenger`] and [`Ports`], and the
/// test lets time pass and asks what customers and managers got.
///
/// ```
/// use whatsapp_core::message::MessageType;
/// use whatsapp_core::template::StockDelivered;
/// use whatsapp_core::{CustomerId, Request};
/// use whatsapp_testkit::Scene;
/// use whatsapp_testkit::gateway::{Answer, Fault};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // The gateway takes every message, and the connection breaks before it can say so.
/// let scene = Scene::new()
///     .customer("C-1", "Asha Traders", "+919876543210")
///     .gateway(Fault::accept_then(Answer::Reset))
///     .start()
///     .await;
///
/// // Here the code under test would get `scene.messenger()`.
/// let order = StockDelivered {
///     order_number: "SO-2026-0107".into(),
///     delivered_on: "2026-01-27".parse()?,
///     items: vec!["20 × LED bulb 9 W".into()],
/// };
/// let request = Request::stock_delivered(CustomerId::new("C-1")?, order);
/// scene.messenger().enqueue(request).await?;
///
/// scene.run_until_idle().await;
/// let post = scene.posts().await.to("C-1").about("SO-2026-0107").once();
/// assert_eq!(post.message_type, Some(MessageType::STOCK_DELIVERED.name()));
/// // Only the gateway's list can have shown the id.
/// assert_eq!(scene.log().await[0].gateway_id, post.gateway_id);
/// # Ok(())
/// # }
/// ```
///
/// Nothing in a scene opens a socket, sleeps, or asks the machine for the time, unless the host's
/// own parts do.
///
/// # The parts, and the lines that replace them
///
/// | For | There is | Another one by |
/// | --- | --- | --- |
/// | the gateway | [`MemoryGateway`], with the faults of the HTTP stand-in | [`ports`](Self::ports) |
/// | customers | those of [`customer`](Self::customer) | [`directory`](Self::directory) |
/// | invoices | those of [`invoice`](Self::invoice); none asks for reminders without one | [`ledger`](Self::ledger) |
/// | the database | [`MemoryStore`] | [`store`](Self::store), [`basic_store`](Self::basic_store) |
/// | settings | the defaults | [`setting`](Self::setting), [`failure_mail_to`](Self::failure_mail_to) |
/// | message types | the built-in ones | [`message_type`](Self::message_type) |
/// | attachments | [`FixedSource`] and [`MemoryMedia`] | [`ports`](Self::ports) |
/// | mail | [`RecordingNotifier`] | [`ports`](Self::ports) |
/// | time | a [`ManualClock`] at [`START`], a Tuesday at 10:00 in India | [`clock`](Self::clock) |
///
/// A part that was replaced is the host's to look at: with another gateway
/// [`posts`](RunningScene::posts) is empty, and with other mail [`mails`](RunningScene::mails).
///
/// # Time
///
/// The scene's clock stands still until the test says
/// [`run_until_idle`](RunningScene::run_until_idle), [`run_until`](RunningScene::run_until) or
/// [`pass`](RunningScene::pass). It then leaps from one due instant to the next, and every chore
/// has its turns there. These are the chores of a process that does everything. It sends, tells of
/// failures, lets files go, counts days, does acts on many messages, and runs campaigns. It plans
/// reminders where there are invoices. Chores of the host's own are added by
/// [`chore`](Self::chore). A request to the gateway takes no time.
///
/// Something that happens (a message is enqueued, fails for good or is approved, the account
/// stops) wakes the chores, which then keep their own rhythm for half an hour. In quiet hours they
/// look for work at each quarter of an hour, so that a quiet day takes milliseconds. The dispatcher
/// is always exact.
///
/// Each of the three calls begins with a turn of every chore. So what the host wrote in a
/// transaction of its own is found without a ring of the bell.
///
/// # Assertions
///
/// [`posts`](RunningScene::posts) has all that the gateway got,
/// [`sent`](RunningScene::sent) what it accepted, [`mails`](RunningScene::mails) what managers were
/// told. Each reads as a sentence: *sent to C-1, of type invoice, about INV-2026-0042, once.* Each
/// that fails panics in the line of the test, and says what there was instead.
/// [`log`](RunningScene::log) has the messages as the library knows them.
#[must_use = "a scene begins once `start` is called"]
pub struct Scene {
    clock: ManualClock,
    customers: FixedDirectory,
    invoices: Vec<Due>,
    fault: Option<Fault>,
    settings: Vec<(String, String)>,
    types: Vec<MessageType>,
    directory: Option<Arc<dyn CustomerDirectory>>,
    ledger: Option<Arc<dyn InvoiceLedger>>,
    store: Kept,
    changes: Vec<Change>,
    chores: Vec<Make>,
}

/// The database of a scene.
enum Kept {
    /// All storage ports.
    Every(Arc<dyn EveryStore>),
    /// The ports that each store has, without the optional ones.
    Basic(Arc<dyn Store>),
}

impl Scene {
    /// Prepares a scene without customers, whose gateway accepts everything.
    pub fn new() -> Self {
        Self {
            clock: ManualClock::starting_at(START),
            customers: FixedDirectory::default(),
            invoices: Vec::new(),
            fault: None,
            settings: Vec::new(),
            types: Vec::new(),
            directory: None,
            ledger: None,
            store: Kept::Every(Arc::new(MemoryStore::new())),
            changes: Vec::new(),
            chores: Vec::new(),
        }
    }

    /// Goes by this clock, and begins when it says. Code of the host may have a clone of it.
    pub fn clock(mut self, clock: ManualClock) -> Self {
        self.clock = clock;
        self
    }

    /// Adds a customer: the host's key, the name and the WhatsApp number, which may be one that
    /// cannot be used. [`RunningScene::customers`] takes customers with more than these three.
    ///
    /// # Panics
    /// Panics if the key is not a valid one.
    #[track_caller]
    pub fn customer(self, id: &str, name: &str, number: &str) -> Self {
        let id = match CustomerId::new(id) {
            Ok(id) => id,
            Err(error) => panic!("`{id}`: {error}"),
        };
        self.customers.put(Customer::new(id, name, Some(number)));
        self
    }

    /// Asks this directory for customers, and not those of [`customer`](Self::customer).
    pub fn directory(mut self, directory: Arc<dyn CustomerDirectory>) -> Self {
        self.directory = Some(directory);
        self
    }

    /// Adds an invoice. With invoices, reminders are planned and go out by themselves, and before
    /// each it is asked what is still due. Other invoices are unknown, and reminders about them are
    /// withdrawn.
    pub fn invoice(mut self, due: Due) -> Self {
        self.invoices.push(due);
        self
    }

    /// Asks this ledger about invoices, and not those of [`invoice`](Self::invoice).
    pub fn ledger(mut self, ledger: Arc<dyn InvoiceLedger>) -> Self {
        self.ledger = Some(ledger);
        self
    }

    /// Plays this fault on every POST. For single POSTs or numbers there are
    /// [`RunningScene::gateway`] and its `next` and `for_number`, which come first.
    ///
    /// A fault also has a name: `.gateway("accept-then-reset".parse()?)`.
    pub fn gateway(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }

    /// Saves a setting before the scene begins, by its key (`whatsapp_retry_max`).
    pub fn setting(mut self, key: &str, value: &str) -> Self {
        self.settings.push((key.to_owned(), value.to_owned()));
        self
    }

    /// Sends mails about failures to this address, or to several, separated by commas. Without one
    /// they wait.
    pub fn failure_mail_to(self, address: &str) -> Self {
        self.setting(FAILURE_EMAIL, address)
    }

    /// Knows a message type of the host's own.
    pub fn message_type(mut self, message_type: MessageType) -> Self {
        self.types.push(message_type);
        self
    }

    /// Keeps everything in this database, a store with all ports: `SqliteStore`, `PostgresStore`.
    pub fn store<S: EveryStore>(mut self, store: Arc<S>) -> Self {
        self.store = Kept::Every(store);
        self
    }

    /// Keeps messages, templates and settings in this database, a store without the optional ports.
    /// Those that it has are given by [`ports`](Self::ports), as in production.
    pub fn basic_store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = Kept::Basic(store);
        self
    }

    /// Changes the ports in the last moment, such as `|ports| ports.with_notifier(mail)`. Several
    /// changes follow one another.
    pub fn ports(mut self, change: impl FnOnce(Ports) -> Ports + Send + 'static) -> Self {
        self.changes.push(Box::new(change));
        self
    }

    /// Gives turns to a chore of the host's own too, in its own rhythm.
    pub fn chore<C: Chore>(mut self, make: impl FnOnce(Ports) -> C + Send + 'static) -> Self {
        let make = move |ports: Ports| -> Arc<dyn Chore> { Arc::new(make(ports)) };
        self.chores.push(Box::new(make));
        self
    }

    /// Puts the parts together and saves the settings. No time passes, and no chore has a turn yet.
    ///
    /// # Panics
    /// Panics if a setting or a message type cannot be used, or the store does not answer.
    pub async fn start(self) -> RunningScene {
        let Self { clock, customers, invoices, fault, settings, types, directory, ledger, .. } =
            self;
        let now = clock.clone();
        let gateway = MemoryGateway::new(move || now.now());
        if let Some(fault) = fault {
            gateway.always(fault);
        }
        let has_invoices = !invoices.is_empty();
        let stand_ins = Parts {
            clock,
            gateway,
            customers,
            invoices: FixedLedger::of(invoices),
            files: FixedSource::new(),
            media: MemoryMedia::new(),
            mailbox: RecordingNotifier::new(),
        };
        let ledger = ledger.or_else(|| {
            let own = || Arc::new(stand_ins.invoices.clone()) as Arc<dyn InvoiceLedger>;
            has_invoices.then(own)
        });
        let runtime = SceneRuntime::new(stand_ins.clock.clone());
        let (store, ports) = self.store.ports(directory, &stand_ins.customers);
        let ports = ports
            .with_transport(Arc::new(stand_ins.gateway.clone()))
            .with_deliveries(Arc::new(stand_ins.gateway.clone()))
            .with_sources(Arc::new(stand_ins.files.clone()))
            .with_media(Arc::new(stand_ins.media.clone()))
            .with_notifier(Arc::new(stand_ins.mailbox.clone()))
            .with_types(known(types))
            .with_clock(Arc::new(stand_ins.clock.clone()))
            .with_entropy(Arc::new(entropy()))
            .with_runtime(Arc::new(runtime.clone()));
        let ports = match ledger {
            Some(ledger) => ports.with_invoices(ledger),
            None => ports,
        };
        let ports = self.changes.into_iter().fold(ports, |ports, change| change(ports));
        save(&ports, &settings).await;
        let started_at = stand_ins.clock.now();
        let mut entries = chores(&ports, started_at);
        entries.extend(
            self.chores
                .into_iter()
                .map(|make| Entry::new(make(ports.clone()), Rhythm::Own, started_at)),
        );
        let engine = Arc::new(Engine::new(stand_ins.clock.clone(), store, ports.wake(), entries));
        runtime.drives(&engine);
        RunningScene {
            started_at,
            engine,
            messenger: Messenger::new(ports.clone()),
            ports,
            parts: stand_ins,
        }
    }
}

impl Default for Scene {
    fn default() -> Self {
        Self::new()
    }
}

impl Kept {
    /// The store, and ports over it. `own` are the customers of the scene, if the host has no
    /// directory.
    fn ports(
        self,
        directory: Option<Arc<dyn CustomerDirectory>>,
        own: &FixedDirectory,
    ) -> (Arc<dyn Store>, Ports) {
        let has_directory = directory.is_some();
        let customers = directory.unwrap_or_else(|| Arc::new(own.clone()));
        let (store, ports) = match self {
            Self::Basic(store) => (store.clone(), Ports::new(store, customers)),
            Self::Every(every) => {
                let ports = Ports::new(every.clone(), customers)
                    .with_plans(every.clone())
                    .with_mutes(every.clone())
                    .with_campaigns(every.clone())
                    .with_audit(every.clone())
                    .with_daily(every.clone())
                    .with_bulk(every.clone());
                let store: Arc<dyn Store> = every;
                (store, ports)
            }
        };
        (store, if has_directory { ports } else { ports.with_search(Arc::new(own.clone())) })
    }
}

/// The built-in message types and these.
fn known(types: Vec<MessageType>) -> Types {
    Types::new(types).unwrap_or_else(|error| panic!("a message type cannot be used: {error}"))
}

/// Randomness of the scene's own: two scenes over one database make different ids.
fn entropy() -> SeededEntropy {
    static SCENES: AtomicU64 = AtomicU64::new(0);
    SeededEntropy::new(SCENES.fetch_add(1, Ordering::SeqCst))
}

/// Saves settings as the host's code does.
async fn save(ports: &Ports, settings: &[(String, String)]) {
    let edits: Vec<_> = settings
        .iter()
        .map(|(key, value)| SettingEdit::new(key.as_str(), value.as_str()))
        .collect();
    if edits.is_empty() {
        return;
    }
    let saved = Desk::new(ports.clone()).save_settings(&edits, Consent::Given, &Actor::Host).await;
    if let Err(error) = saved {
        panic!("the settings of the scene cannot be saved: {error}");
    }
}

/// The chores of a process that does everything: those for which the ports have what they need.
fn chores(ports: &Ports, now: DateTime<Utc>) -> Vec<Entry> {
    let dispatcher = Dispatcher::new(ports.clone())
        .unwrap_or_else(|error| panic!("the scene cannot begin: {error}"))
        // It comes when something is due. A message that came without a ring is found in between.
        .with_options(DispatchOptions::default().with_poll(QUARTER));
    let looks = |chore: Arc<dyn Chore>| Entry::new(chore, Rhythm::Quarters, now);
    let mut entries = vec![
        Entry::new(Arc::new(dispatcher), Rhythm::Own, now),
        looks(Arc::new(Notices::new(ports.clone()))),
        looks(Arc::new(Sweep::new(ports.clone()))),
    ];
    entries.extend(Planner::new(ports.clone()).ok().map(|it| looks(Arc::new(it))));
    entries.extend(CampaignFeeder::new(ports.clone()).ok().map(|it| looks(Arc::new(it))));
    entries.extend(BulkRunner::new(ports.clone()).ok().map(|it| looks(Arc::new(it))));
    entries.extend(DailyTally::new(ports.clone()).ok().map(|it| looks(Arc::new(it))));
    entries
}

impl fmt::Debug for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scene").field("now", &self.clock.now()).finish_non_exhaustive()
    }
}
