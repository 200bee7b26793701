//! Layers that a test puts between the processes of a world and their ports, such as a mutant that
//! removes one safeguard.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use whatsapp_core::InvoiceId;
use whatsapp_core::message::{Fingerprint, MessageKey, NewMessage};
use whatsapp_core::port::{
    Begin, Begun, Claim, Claimed, Clock, DeliveryReports, Enqueued, EveryStore, MediaHost,
    PlanWrite, PlanWritten, Settled, Settlement, StoreError, Transport,
};
use whatsapp_core::schedule::ReminderStep;

/// Replaces the database calls that a message's life is made of. By default each method makes the
/// call that it replaces.
///
/// The calls that one method makes to `store` happen at once: no other process comes between them.
#[async_trait]
pub trait Tamper: fmt::Debug + Send + Sync {
    /// Replaces [`Outbox::enqueue`](whatsapp_core::port::Outbox::enqueue).
    ///
    /// # Errors
    /// Those of the port.
    async fn enqueue(
        &self,
        store: &dyn EveryStore,
        messages: &[NewMessage],
    ) -> Result<Vec<Enqueued>, StoreError> {
        store.enqueue(messages).await
    }

    /// Replaces [`Outbox::find_key`](whatsapp_core::port::Outbox::find_key).
    ///
    /// # Errors
    /// Those of the port.
    async fn find_key(
        &self,
        store: &dyn EveryStore,
        key: &MessageKey,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Enqueued>, StoreError> {
        store.find_key(key, fingerprint).await
    }

    /// Replaces [`Outbox::claim`](whatsapp_core::port::Outbox::claim).
    ///
    /// # Errors
    /// Those of the port.
    async fn claim(
        &self,
        store: &dyn EveryStore,
        claim: &Claim,
    ) -> Result<Vec<Claimed>, StoreError> {
        store.claim(claim).await
    }

    /// Replaces [`Outbox::begin`](whatsapp_core::port::Outbox::begin).
    ///
    /// # Errors
    /// Those of the port.
    async fn begin(
        &self,
        store: &dyn EveryStore,
        begins: &[Begin],
    ) -> Result<Vec<Begun>, StoreError> {
        store.begin(begins).await
    }

    /// Replaces [`Outbox::settle`](whatsapp_core::port::Outbox::settle).
    ///
    /// # Errors
    /// Those of the port.
    async fn settle(
        &self,
        store: &dyn EveryStore,
        settlements: &[Settlement],
    ) -> Result<Vec<Settled>, StoreError> {
        store.settle(settlements).await
    }

    /// In place of [`PlannerStore::steps_of`](whatsapp_core::port::PlannerStore::steps_of).
    ///
    /// # Errors
    /// As the port has them.
    async fn steps_of(
        &self,
        store: &dyn EveryStore,
        invoices: &[InvoiceId],
    ) -> Result<Vec<ReminderStep>, StoreError> {
        store.steps_of(invoices).await
    }

    /// In place of [`PlannerStore::write_plan`](whatsapp_core::port::PlannerStore::write_plan).
    ///
    /// # Errors
    /// As the port has them.
    async fn write_plan(
        &self,
        store: &dyn EveryStore,
        write: &PlanWrite,
    ) -> Result<PlanWritten, StoreError> {
        store.write_plan(write).await
    }
}

/// Replaces nothing.
#[derive(Debug)]
struct Honest;

impl Tamper for Honest {}

type Layer<P> = Option<Arc<dyn Fn(Arc<P>) -> Arc<P> + Send + Sync>>;
type Reports = Option<
    Arc<dyn Fn(Arc<dyn DeliveryReports>, Arc<dyn Clock>) -> Arc<dyn DeliveryReports> + Send + Sync>,
>;
type Tampers = Option<Arc<dyn Fn() -> Arc<dyn Tamper> + Send + Sync>>;

/// Layers between processes and ports; each process gets its own.
#[derive(Clone, Default)]
pub struct Layers {
    tamper: Tampers,
    transport: Layer<dyn Transport>,
    reports: Reports,
    clock: Layer<dyn Clock>,
    media: Layer<dyn MediaHost>,
}

impl Layers {
    /// Creates an empty set of layers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tamper over the database, one for each process.
    #[must_use]
    pub fn with_tamper(
        mut self,
        tamper: impl Fn() -> Arc<dyn Tamper> + Send + Sync + 'static,
    ) -> Self {
        self.tamper = Some(Arc::new(tamper));
        self
    }

    /// Adds a layer over sending.
    #[must_use]
    pub fn with_transport(
        mut self,
        layer: impl Fn(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + Sync + 'static,
    ) -> Self {
        self.transport = Some(Arc::new(layer));
        self
    }

    /// Adds a layer over the gateway's reports. It gets the clock of its process.
    #[must_use]
    pub fn with_reports(
        mut self,
        layer: impl Fn(Arc<dyn DeliveryReports>, Arc<dyn Clock>) -> Arc<dyn DeliveryReports>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.reports = Some(Arc::new(layer));
        self
    }

    /// Adds a layer over the clocks.
    #[must_use]
    pub fn with_clock(
        mut self,
        layer: impl Fn(Arc<dyn Clock>) -> Arc<dyn Clock> + Send + Sync + 'static,
    ) -> Self {
        self.clock = Some(Arc::new(layer));
        self
    }

    /// The same with a layer over the keeper of files.
    #[must_use]
    pub fn with_media(
        mut self,
        layer: impl Fn(Arc<dyn MediaHost>) -> Arc<dyn MediaHost> + Send + Sync + 'static,
    ) -> Self {
        self.media = Some(Arc::new(layer));
        self
    }

    pub(super) fn tamper(&self) -> Arc<dyn Tamper> {
        self.tamper.as_ref().map_or_else(|| Arc::new(Honest) as _, |tamper| tamper())
    }

    pub(super) fn transport(&self, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        match &self.transport {
            Some(layer) => layer(inner),
            None => inner,
        }
    }

    pub(super) fn reports(
        &self,
        inner: Arc<dyn DeliveryReports>,
        clock: Arc<dyn Clock>,
    ) -> Arc<dyn DeliveryReports> {
        match &self.reports {
            Some(layer) => layer(inner, clock),
            None => inner,
        }
    }

    pub(super) fn media(&self, inner: Arc<dyn MediaHost>) -> Arc<dyn MediaHost> {
        match &self.media {
            Some(layer) => layer(inner),
            None => inner,
        }
    }

    pub(super) fn clock(&self, inner: Arc<dyn Clock>) -> Arc<dyn Clock> {
        match &self.clock {
            Some(layer) => layer(inner),
            None => inner,
        }
    }
}

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layers")
            .field("tamper", &self.tamper.is_some())
            .field("transport", &self.transport.is_some())
            .field("reports", &self.reports.is_some())
            .field("clock", &self.clock.is_some())
            .field("media", &self.media.is_some())
            .finish()
    }
}
