//! The adapters that a host has chosen, put together once.

mod audit;
mod mutes;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::observe::Pulse;
use crate::port::{
    AddressedGateway, ApiKeySource, AttachmentSource, AuditLog, BulkStore, CampaignStore, Clock,
    CustomerDirectory, CustomerSearch, DailyStore, DeliveryReports, Entropy, EveryStore,
    InvoiceLedger, MediaHost, MessageLog, MuteStore, Notifier, PlannerStore, Runtime, Store,
    StoreError, SystemClock, SystemEntropy, Transport,
};
use crate::settings::{SettingRow, Settings, SettingsError};
use crate::template::Types;
use crate::wake::Wake;
pub(crate) use audit::{audit_entry, audit_id, audit_page};
pub(crate) use mutes::mutes_for;

/// Error for a use case that lacks a required adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WiringError {
    /// A dispatcher has no gateway.
    #[error("the ports have no transport to send by: add `Ports::with_gateway`")]
    NoTransport,
    /// Code that sleeps has no async runtime.
    #[error(
        "the ports have no runtime to sleep by: switch on the feature `tokio`, or add \
         `Ports::with_runtime`"
    )]
    NoRuntime,
    /// A planner has no invoices.
    #[error("the ports have no invoices to plan by: add `Ports::with_invoices`")]
    NoInvoices,
    /// A planner has no rows of its own.
    #[error("the ports keep no reminder steps: make them by `Ports::over`, or add `with_plans`")]
    NoPlans,
    /// Acts on many messages have no rows of their own.
    #[error(
        "the ports keep no acts on many messages: make them by `Ports::over`, or add `with_bulk`"
    )]
    NoBulk,
    /// Counts of days have no rows of their own.
    #[error("the ports keep no counts of days: make them by `Ports::over`, or add `with_daily`")]
    NoDaily,
    /// Campaigns have no rows of their own.
    #[error("the ports keep no campaigns: make them by `Ports::over`, or add `with_campaigns`")]
    NoCampaigns,
}

/// Reason why there are no usable settings. Nothing is sent then, and nothing is replaced by
/// a default.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsUnread {
    /// The database did not do what it was asked to do.
    #[error(transparent)]
    Store(StoreError),
    /// Rows hold values that cannot be used.
    #[error("the settings cannot be used: {0}")]
    Broken(SettingsError),
}

impl From<StoreError> for SettingsUnread {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The adapters that a host has chosen. Cheap to clone.
///
/// Most hosts need two calls: [`over`](Self::over) for the database and the customers, and
/// [`with_gateway`](Self::with_gateway). The other calls add what is optional, or replace one port
/// by an adapter of the host's own.
///
/// ```
/// # use std::sync::Arc;
/// # use whatsapp_core::{Dispatcher, Ports, WiringError};
/// # use whatsapp_testkit::{FixedDirectory, MemoryStore, ScriptedTransport};
/// // Enough for a process that only enqueues; one that sends needs the gateway as well.
/// let ports = Ports::new(Arc::new(MemoryStore::new()), Arc::new(FixedDirectory::default()));
/// assert!(matches!(Dispatcher::new(ports.clone()), Err(WiringError::NoTransport)));
/// let ports = ports.with_transport(Arc::new(ScriptedTransport::new()));
/// assert!(Dispatcher::new(ports).is_ok());
/// ```
#[derive(Debug, Clone)]
pub struct Ports {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) customers: Arc<dyn CustomerDirectory>,
    pub(crate) search: Option<Arc<dyn CustomerSearch>>,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) deliveries: Option<Arc<dyn DeliveryReports>>,
    pub(crate) address: Option<Arc<dyn AddressedGateway>>,
    pub(crate) key: Option<Arc<dyn ApiKeySource>>,
    pub(crate) invoices: Option<Arc<dyn InvoiceLedger>>,
    pub(crate) sources: Option<Arc<dyn AttachmentSource>>,
    pub(crate) media: Option<Arc<dyn MediaHost>>,
    pub(crate) notifier: Option<Arc<dyn Notifier>>,
    pub(crate) audit: Option<Arc<dyn AuditLog>>,
    pub(crate) plans: Option<Arc<dyn PlannerStore>>,
    pub(crate) mutes: Option<Arc<dyn MuteStore>>,
    pub(crate) campaigns: Option<Arc<dyn CampaignStore>>,
    pub(crate) daily: Option<Arc<dyn DailyStore>>,
    pub(crate) bulk: Option<Arc<dyn BulkStore>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) runtime: Option<Arc<dyn Runtime>>,
    pub(crate) wake: Wake,
    pub(crate) types: Types,
    /// The last pass of the dispatchers over these ports and their clones.
    pub(crate) pulse: Arc<Pulse>,
    settings: Arc<Mutex<LastRead>>,
}

/// The abilities that adapters add to sending. A page asks for them before it offers something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is an offer of its own, with a name")]
pub struct Offers {
    /// True if files that are given as bytes are kept until the gateway has fetched them.
    pub keeps_files: bool,
    /// True if files are read from their location: from links, paths and keys.
    pub reads_files: bool,
    /// True if the audit can be read; entries are written either way.
    pub reads_audit: bool,
    /// True if mutes are kept; without them nobody is muted.
    pub keeps_mutes: bool,
}

/// The settings that were read last, and the rows that they were read from: most readings find the
/// same rows.
#[derive(Default)]
struct LastRead(Option<(Vec<SettingRow>, Settings)>);

/// The rows may hold private values.
impl fmt::Debug for LastRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LastRead").field(&self.0.is_some()).finish()
    }
}

impl Ports {
    /// Ports over a store that keeps everything, as those of `whatsapp-store-sqlx` do. Beside the
    /// outbox and the log these are the audit, reminder steps, mutes, campaigns, the counts of days
    /// and acts on many messages. Time and randomness come from the system, and with the feature
    /// `tokio` sleeping from the tokio runtime.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use whatsapp_core::{Campaigns, Ports};
    /// # use whatsapp_testkit::{FixedDirectory, MemoryStore};
    /// let customers = Arc::new(FixedDirectory::default());
    /// let ports = Ports::over(Arc::new(MemoryStore::new()), customers);
    /// assert!(ports.offers().reads_audit && ports.offers().keeps_mutes);
    /// assert!(Campaigns::new(ports).is_ok());
    /// ```
    pub fn over(store: Arc<dyn EveryStore>, customers: Arc<dyn CustomerDirectory>) -> Self {
        Self::new(store.clone(), customers)
            .with_audit(store.clone())
            .with_plans(store.clone())
            .with_mutes(store.clone())
            .with_campaigns(store.clone())
            .with_daily(store.clone())
            .with_bulk(store)
    }

    /// Ports with no more than every host needs: a store of messages, and the customers. It is for
    /// a store that keeps nothing else, and for hosts that choose each port by itself.
    pub fn new(store: Arc<dyn Store>, customers: Arc<dyn CustomerDirectory>) -> Self {
        Self {
            store,
            customers,
            search: None,
            transport: None,
            deliveries: None,
            address: None,
            key: None,
            invoices: None,
            sources: None,
            media: None,
            notifier: None,
            audit: None,
            plans: None,
            mutes: None,
            campaigns: None,
            daily: None,
            bulk: None,
            clock: Arc::new(SystemClock::new()),
            entropy: Arc::new(SystemEntropy),
            #[cfg(feature = "tokio")]
            runtime: Some(Arc::new(crate::port::TokioRuntime)),
            #[cfg(not(feature = "tokio"))]
            runtime: None,
            wake: Wake::new(),
            types: Types::default(),
            pulse: Arc::default(),
            settings: Arc::default(),
        }
    }

    /// Sends messages by this gateway, asks it about their outcome, and lets the setting
    /// `whatsapp_api_url` move it, if its address is not fixed: all that `Gateway` of
    /// `whatsapp-360messenger` can do. It is `with_transport`, `with_deliveries` and `with_address`
    /// in one call.
    #[must_use]
    pub fn with_gateway<G>(self, gateway: Arc<G>) -> Self
    where
        G: Transport + DeliveryReports + AddressedGateway,
    {
        self.with_transport(gateway.clone()).with_deliveries(gateway.clone()).with_address(gateway)
    }

    /// Knows these message types: the built-in ones, and the host's own. Every process of a host
    /// needs the same types; see [`TypeDef`](crate::message::TypeDef).
    #[must_use]
    pub fn with_types(mut self, types: Types) -> Self {
        self.types = types;
        self
    }

    /// The message types that are known here.
    #[must_use]
    pub const fn types(&self) -> &Types {
        &self.types
    }

    /// Takes the time from here.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Takes randomness from here.
    #[must_use]
    pub fn with_entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// The bell that wakes the chores over these ports, for all other code that learns of
    /// new messages.
    #[must_use]
    pub fn wake(&self) -> Wake {
        self.wake.clone()
    }

    /// The search for customers by a typed text, where the host has one.
    #[must_use]
    pub fn search(&self) -> Option<&Arc<dyn CustomerSearch>> {
        self.search.as_ref()
    }

    /// The log of messages, for reading.
    #[must_use]
    pub fn log(&self) -> &dyn MessageLog {
        self.store.as_ref()
    }

    /// The planner's rows, for reading; `None` where no reminders are planned.
    #[must_use]
    pub fn plans(&self) -> Option<&dyn PlannerStore> {
        self.plans.as_deref()
    }

    /// Returns what the adapters can do besides sending.
    #[must_use]
    pub fn offers(&self) -> Offers {
        Offers {
            keeps_files: self.media.is_some(),
            reads_files: self.sources.is_some(),
            reads_audit: self.audit.is_some(),
            keeps_mutes: self.mutes.is_some(),
        }
    }

    /// The clock that tells the time here.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// The source of randomness here.
    #[must_use]
    pub fn entropy(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    /// Reads the settings from the database: the only way in which code gets them.
    ///
    /// # Errors
    /// [`SettingsUnread`] when the database does not answer, or a row cannot be used.
    pub async fn settings(&self) -> Result<Settings, SettingsUnread> {
        let rows = self.store.load_settings().await?;
        let mut last = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = last.0.as_ref().filter(|(known, _)| *known == rows) {
            return Ok(known.clone());
        }
        let settings = Settings::read(&rows).map_err(SettingsUnread::Broken)?;
        last.0 = Some((rows, settings.clone()));
        Ok(settings)
    }
}

/// Makes the methods that add one optional adapter each.
macro_rules! optional {
    ($($(#[$doc:meta])* $with:ident($port:ident: $of:ident);)+) => {
        impl Ports {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $with(mut self, $port: Arc<dyn $of>) -> Self {
                    self.$port = Some($port);
                    self
                }
            )+
        }
    };
}

optional! {
    /// Sends messages by this gateway. A dispatcher needs it.
    with_transport(transport: Transport);
    /// Finds customers here by a typed name or number. Without this messages are found by number,
    /// by their subject and by their id.
    with_search(search: CustomerSearch);
    /// Asks the gateway here about the outcome of messages. Without this an unknown outcome cannot
    /// be looked up and ends as `failed (outcome unknown)`.
    with_deliveries(deliveries: DeliveryReports);
    /// Lets the setting `whatsapp_api_url` move this gateway. Without this the gateway's address is
    /// fixed.
    with_address(address: AddressedGateway);
    /// Shows the origin of the gateway's key, and its last 4 characters, on the page of settings.
    /// This must be the same source that the gateway has. Without this the page shows nothing about
    /// the key.
    with_key(key: ApiKeySource);
    /// Asks here, right before each payment reminder that names its invoice, whether the invoice is
    /// still due.
    with_invoices(invoices: InvoiceLedger);
    /// Reads attachments that are given by link, path or key here.
    with_sources(sources: AttachmentSource);
    /// Keeps attached files here, where the gateway can fetch them.
    with_media(media: MediaHost);
    /// Sends failure notices here.
    with_notifier(notifier: Notifier);
    /// Reads the audit here: usually the store itself. Entries are written without it as well.
    with_audit(audit: AuditLog);
    /// Keeps the planner's runs and the reminder steps here: usually the store itself. A process
    /// that sends needs it as well, and [`with_invoices`](Self::with_invoices): without both a
    /// summary of the planner waits.
    with_plans(plans: PlannerStore);
    /// Keeps mutes here, and asks right before each POST whether a mute keeps the message back:
    /// usually the store itself. Without this nobody is muted.
    with_mutes(mutes: MuteStore);
    /// Keeps campaigns here, and asks right before each POST of a greeting or an announcement
    /// whether its campaign still runs: usually the store itself. Every process that sends needs it
    /// where one of them has campaigns.
    with_campaigns(campaigns: CampaignStore);
    /// Keeps the counts of days here, which a first page shows: usually the store itself. A
    /// [`DailyTally`](crate::DailyTally) counts them.
    with_daily(daily: DailyStore);
    /// Keeps acts on many messages here: usually the store itself. Without this they are done one
    /// by one.
    with_bulk(bulk: BulkStore);
    /// Sleeps and runs work here, instead of in the tokio runtime or without any.
    with_runtime(runtime: Runtime);
}
