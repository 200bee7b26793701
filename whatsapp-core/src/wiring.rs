//! Everything the use cases need, put together once by the host.

use std::sync::Arc;

use crate::port::{
    AttachmentSource, Clock, CustomerDirectory, DeliveryReports, Entropy, InvoiceLedger, MediaHost,
    Notifier, Store, SystemClock, SystemEntropy, Transport,
};

/// The adapters that a host has chosen. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ports {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) customers: Arc<dyn CustomerDirectory>,
    pub(crate) deliveries: Option<Arc<dyn DeliveryReports>>,
    pub(crate) invoices: Option<Arc<dyn InvoiceLedger>>,
    pub(crate) sources: Option<Arc<dyn AttachmentSource>>,
    pub(crate) media: Option<Arc<dyn MediaHost>>,
    pub(crate) notifier: Option<Arc<dyn Notifier>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl Ports {
    /// The three that every host needs; time and randomness come from the system.
    ///
    /// Without [`with_deliveries`](Self::with_deliveries) an unknown outcome cannot be looked up and
    /// ends as `failed (outcome unknown)`.
    pub fn new(
        store: Arc<dyn Store>,
        transport: Arc<dyn Transport>,
        customers: Arc<dyn CustomerDirectory>,
    ) -> Self {
        Self {
            store,
            transport,
            customers,
            deliveries: None,
            invoices: None,
            sources: None,
            media: None,
            notifier: None,
            clock: Arc::new(SystemClock::new()),
            entropy: Arc::new(SystemEntropy),
        }
    }

    /// Asks the gateway here what became of messages.
    #[must_use]
    pub fn with_deliveries(mut self, deliveries: Arc<dyn DeliveryReports>) -> Self {
        self.deliveries = Some(deliveries);
        self
    }

    /// Asks here, right before each payment reminder that names its invoice, whether it is still
    /// due.
    #[must_use]
    pub fn with_invoices(mut self, invoices: Arc<dyn InvoiceLedger>) -> Self {
        self.invoices = Some(invoices);
        self
    }

    /// Reads attachments that are given by link, path or key here.
    #[must_use]
    pub fn with_sources(mut self, sources: Arc<dyn AttachmentSource>) -> Self {
        self.sources = Some(sources);
        self
    }

    /// Keeps attached files here, where the gateway can fetch them.
    #[must_use]
    pub fn with_media(mut self, media: Arc<dyn MediaHost>) -> Self {
        self.media = Some(media);
        self
    }

    /// Sends failure notices here.
    #[must_use]
    pub fn with_notifier(mut self, notifier: Arc<dyn Notifier>) -> Self {
        self.notifier = Some(notifier);
        self
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
}
