//! What a test puts between the processes of a world and its ports, such as a mutant that takes one
//! safeguard out.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use whatsapp_core::InvoiceId;
use whatsapp_core::message::{Fingerprint, MessageKey, NewMessage};
use whatsapp_core::port::{
    Begin, Begun, Claim, Claimed, Clock, DeliveryReports, Enqueued, PlanWrite, PlanWritten,
    Settled, Settlement, StoreError, Transport,
};
use whatsapp_core::schedule::ReminderStep;

use super::database::EveryStore;

/// What a process does to its database in place of the calls that a message's life is made of. Each
/// method does what it was asked unless it is written out.
///
/// What several calls of a method do to `store` happens at once: nobody comes between them.
#[async_trait]
pub trait Tamper: fmt::Debug + Send + Sync {
    /// In place of [`Outbox::enqueue`](whatsapp_core::port::Outbox::enqueue).
    ///
    /// # Errors
    /// As the port has them.
    async fn enqueue(
        &self,
        store: &dyn EveryStore,
        messages: &[NewMessage],
    ) -> Result<Vec<Enqueued>, StoreError> {
        store.enqueue(messages).await
    }

    /// In place of [`Outbox::find_key`](whatsapp_core::port::Outbox::find_key).
    ///
    /// # Errors
    /// As the port has them.
    async fn find_key(
        &self,
        store: &dyn EveryStore,
        key: &MessageKey,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Enqueued>, StoreError> {
        store.find_key(key, fingerprint).await
    }

    /// In place of [`Outbox::claim`](whatsapp_core::port::Outbox::claim).
    ///
    /// # Errors
    /// As the port has them.
    async fn claim(
        &self,
        store: &dyn EveryStore,
        claim: &Claim,
    ) -> Result<Vec<Claimed>, StoreError> {
        store.claim(claim).await
    }

    /// In place of [`Outbox::begin`](whatsapp_core::port::Outbox::begin).
    ///
    /// # Errors
    /// As the port has them.
    async fn begin(
        &self,
        store: &dyn EveryStore,
        begins: &[Begin],
    ) -> Result<Vec<Begun>, StoreError> {
        store.begin(begins).await
    }

    /// In place of [`Outbox::settle`](whatsapp_core::port::Outbox::settle).
    ///
    /// # Errors
    /// As the port has them.
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

/// Nothing is done otherwise.
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
}

impl Layers {
    /// No layer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with something that each process does to its database otherwise.
    #[must_use]
    pub fn with_tamper(
        mut self,
        tamper: impl Fn() -> Arc<dyn Tamper> + Send + Sync + 'static,
    ) -> Self {
        self.tamper = Some(Arc::new(tamper));
        self
    }

    /// The same with a layer over sending.
    #[must_use]
    pub fn with_transport(
        mut self,
        layer: impl Fn(Arc<dyn Transport>) -> Arc<dyn Transport> + Send + Sync + 'static,
    ) -> Self {
        self.transport = Some(Arc::new(layer));
        self
    }

    /// The same with a layer over the gateway's reports, which knows the process's clock.
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

    /// The same with a layer over the clocks.
    #[must_use]
    pub fn with_clock(
        mut self,
        layer: impl Fn(Arc<dyn Clock>) -> Arc<dyn Clock> + Send + Sync + 'static,
    ) -> Self {
        self.clock = Some(Arc::new(layer));
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
            .finish()
    }
}
