//! A gateway without HTTP, for unit tests of the code that decides about sending.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::message::{Reported, Via};
use whatsapp_core::port::{
    Accepted, DeliveryReports, Line, Listing, OutgoingMessage, Probe, Transport, TransportError,
};

/// A [`Transport`] and [`DeliveryReports`] that answers as it was told, call by call, and keeps all
/// that it was given. Clones share their state.
///
/// Without a script each send is accepted as `G-1`, `G-2` and so on; probes find the gateway ready,
/// no delivery is known, and listings are complete and empty. Tests about HTTP itself use
/// [`StandInGateway`](crate::gateway::StandInGateway) instead.
///
/// ```
/// use whatsapp_core::port::TransportError;
/// use whatsapp_core::retry::Disposition;
/// use whatsapp_testkit::ScriptedTransport;
///
/// let transport = ScriptedTransport::new();
/// transport.next_send(Err(TransportError::new(Disposition::Unknown, "the connection broke")));
/// assert!(transport.sent().is_empty());
/// ```
#[derive(Debug, Clone, Default)]
pub struct ScriptedTransport(Arc<Mutex<Script>>);

#[derive(Debug, Default)]
struct Script {
    sends: VecDeque<Result<Accepted, TransportError>>,
    always: Option<TransportError>,
    probe_always: Option<Result<Probe, TransportError>>,
    probes: VecDeque<Result<Probe, TransportError>>,
    statuses: VecDeque<Result<Reported, TransportError>>,
    listings: VecDeque<Result<Listing, TransportError>>,
    sent: Vec<OutgoingMessage>,
    looks: Vec<(WhatsAppNumber, DateTime<Utc>)>,
    asked: Vec<String>,
    accepted: u64,
    via: Option<Via>,
}

impl ScriptedTransport {
    /// Makes a transport that accepts everything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the way that sends take from now on; `None`, as at first, if there is only one.
    pub fn goes_by(&self, via: Option<Via>) {
        self.script().via = via;
    }

    /// Scripts the result of the next send for which nothing is scripted yet.
    pub fn next_send(&self, outcome: Result<Accepted, TransportError>) {
        self.script().sends.push_back(outcome);
    }

    /// Sets the error of every send for which nothing is scripted; `None` accepts again.
    pub fn every_send(&self, error: Option<TransportError>) {
        self.script().always = error;
    }

    /// Sets the result of every probe for which nothing is scripted; `None` finds the gateway
    /// ready.
    pub fn every_probe(&self, outcome: Option<Result<Probe, TransportError>>) {
        self.script().probe_always = outcome;
    }

    /// Scripts the result of the next probe.
    pub fn next_probe(&self, outcome: Result<Probe, TransportError>) {
        self.script().probes.push_back(outcome);
    }

    /// Scripts the answer to the next question for a delivery.
    pub fn next_status(&self, outcome: Result<Reported, TransportError>) {
        self.script().statuses.push_back(outcome);
    }

    /// Scripts the result of the next listing.
    pub fn next_listing(&self, outcome: Result<Listing, TransportError>) {
        self.script().listings.push_back(outcome);
    }

    /// The messages that were to be sent, in order, accepted or not.
    #[must_use]
    pub fn sent(&self) -> Vec<OutgoingMessage> {
        self.script().sent.clone()
    }

    /// The listings that were asked for: number and `since`, in order.
    #[must_use]
    pub fn looks(&self) -> Vec<(WhatsAppNumber, DateTime<Utc>)> {
        self.script().looks.clone()
    }

    /// The gateway ids whose delivery was asked for, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.script().asked.clone()
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport for ScriptedTransport {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let mut script = self.script();
        script.sent.push(message.clone());
        if let Some(outcome) = script.sends.pop_front() {
            return outcome;
        }
        if let Some(error) = &script.always {
            return Err(error.clone());
        }
        script.accepted += 1;
        Ok(Accepted::new(Some(format!("G-{}", script.accepted))))
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        let mut script = self.script();
        let scripted = script.probes.pop_front().or_else(|| script.probe_always.clone());
        scripted.unwrap_or(Ok(Probe::Ready))
    }

    async fn line(&self) -> Result<Option<Line<dyn Transport>>, TransportError> {
        let via = self.script().via.clone();
        Ok(via.map(|via| Line::<dyn Transport>::new(via, Arc::new(self.clone()))))
    }
}

#[async_trait]
impl DeliveryReports for ScriptedTransport {
    async fn status(&self, gateway_id: &str) -> Result<Reported, TransportError> {
        let mut script = self.script();
        script.asked.push(gateway_id.to_owned());
        let scripted = script.statuses.pop_front();
        scripted.unwrap_or(Ok(Reported::Nothing))
    }

    async fn sent_to(
        &self,
        number: &WhatsAppNumber,
        since: DateTime<Utc>,
    ) -> Result<Listing, TransportError> {
        let mut script = self.script();
        script.looks.push((number.clone(), since));
        let scripted = script.listings.pop_front();
        scripted.unwrap_or_else(|| Ok(Listing::new(Vec::new(), true)))
    }

    async fn line(&self) -> Result<Option<Line<dyn DeliveryReports>>, TransportError> {
        let via = self.script().via.clone();
        Ok(via.map(|via| Line::<dyn DeliveryReports>::new(via, Arc::new(self.clone()))))
    }
}
