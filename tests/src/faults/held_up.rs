//! Workers that keep a reply to themselves until their lease is lost.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use whatsapp_core::port::{Accepted, Line, OutgoingMessage, Probe, Transport, TransportError};
use whatsapp_core::retry::Disposition;

use super::journal::{Event, Journal};
use super::nap;

/// Share of replies over which a worker is held up.
const SHARE: f64 = 0.1;

/// Share of refusals over which a worker is held up. There are few refusals, and one that is
/// written down after another worker's success does the most harm.
const SHARE_OF_REFUSALS: f64 = 0.4;

/// Shortest time that a worker is held up, in real time: longer than a lease.
const LEAST: Duration = Duration::from_millis(2_500);

/// Shortest time over a refusal: longer than a settle window, after which the message is sent
/// again.
const LEAST_OVER_REFUSALS: Duration = Duration::from_secs(9);

/// Longest time that a worker is held up.
pub(super) const HELD_UP_MOST: Duration = Duration::from_secs(10);

/// A transport that is held up at random, in a storm.
#[derive(Debug)]
pub(super) struct HeldUp {
    inner: Arc<dyn Transport>,
    journal: Arc<Journal>,
    random: Arc<Mutex<fastrand::Rng>>,
}

impl HeldUp {
    pub(super) fn new(inner: Arc<dyn Transport>, journal: Arc<Journal>, seed: u64) -> Self {
        Self { inner, journal, random: Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))) }
    }

    fn hold(&self, refused: bool) -> Option<Duration> {
        let (share, least) =
            if refused { (SHARE_OF_REFUSALS, LEAST_OVER_REFUSALS) } else { (SHARE, LEAST) };
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        let longer = HELD_UP_MOST.saturating_sub(least).mul_f64(random.f64());
        (random.f64() < share).then_some(least + longer)
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Transport for HeldUp {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let reply = self.inner.send(message).await;
        let refused =
            reply.as_ref().is_err_and(|error| error.disposition() != Disposition::Unknown);
        if let Some(time) = self.hold(refused) {
            self.journal.note(Event::Held, 1);
            nap(time).await;
        }
        reply
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.inner.probe().await
    }

    async fn line(&self) -> Result<Option<Line<dyn Transport>>, TransportError> {
        let line = self.inner.line().await?;
        let (journal, random) = (Arc::clone(&self.journal), Arc::clone(&self.random));
        let held_up = |over| Self { inner: over, journal, random };
        Ok(line.map(|line| Line::<dyn Transport>::new(line.via, Arc::new(held_up(line.over)))))
    }
}

/// A transport that is held up until it is told to go on, on the stage.
#[derive(Debug)]
pub(super) struct Gated {
    pub(super) inner: Arc<dyn Transport>,
    /// Notified when a reply has come.
    pub(super) replied: Arc<Notify>,
    /// Notified when the reply may be used.
    pub(super) go_on: Arc<Notify>,
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Transport for Gated {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let reply = self.inner.send(message).await;
        self.replied.notify_one();
        self.go_on.notified().await;
        reply
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.inner.probe().await
    }

    async fn line(&self) -> Result<Option<Line<dyn Transport>>, TransportError> {
        let line = self.inner.line().await?;
        let (replied, go_on) = (Arc::clone(&self.replied), Arc::clone(&self.go_on));
        let gated = |over| Self { inner: over, replied, go_on };
        Ok(line.map(|line| Line::<dyn Transport>::new(line.via, Arc::new(gated(line.over)))))
    }
}
