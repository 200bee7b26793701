//! Waiting for a message's first outcome, whichever process makes it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_lock::OnceCell;
use chrono::{DateTime, Utc};
use event_listener::Event;
use futures_util::future::{Either, select};

use crate::id::MessageId;
use crate::message::{Message, Phase};
use crate::port::{Runtime, StoreError};
use crate::wake::first;
use crate::wiring::Ports;

/// The longest time that a caller waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// The wait before the first request to the database, and the shortest time between two requests.
const SHORTEST: Duration = Duration::from_millis(50);

/// The longest time between two requests.
const LONGEST: Duration = Duration::from_secs(1);

/// The callers that wait for an outcome in this process. One of them asks the database for all.
#[derive(Debug, Default)]
pub(super) struct Outcomes {
    waiting: Mutex<BTreeMap<MessageId, Waiting>>,
    /// Held by the caller that asks.
    turn: async_lock::Mutex<()>,
    /// Notified when a caller begins to wait.
    joined: Event,
}

/// The callers that wait for one message, and their answer: `None` when the message is safe, but
/// nothing else is known.
#[derive(Debug, Default)]
struct Waiting {
    callers: usize,
    answer: Arc<OnceCell<Option<Message>>>,
}

impl Outcomes {
    /// Returns the message once it had its first outcome. Also returns it when no outcome is to be
    /// expected: it is scheduled, or its account is paused. `None` when 10 seconds passed, or
    /// nothing can sleep here.
    pub(super) async fn first(&self, id: MessageId, ports: &Ports) -> Option<Message> {
        let runtime = ports.runtime.as_deref()?;
        let place = Place::taken(self, id);
        let asking = async {
            let _turn = self.turn.lock().await;
            self.ask(ports, runtime).await;
        };
        let answered = async {
            place.answer.wait().await;
        };
        first(answered, first(asking, runtime.sleep(PATIENCE))).await;
        place.answer.get().cloned().flatten()
    }

    /// Asks repeatedly for all callers, while any of them waits.
    async fn ask(&self, ports: &Ports, runtime: &dyn Runtime) {
        let mut pause = SHORTEST;
        loop {
            let joined = self.joined.listen();
            if let Either::Right(_) = select(runtime.sleep(pause), joined).await {
                // A new caller is answered soon, together with all others that join meanwhile.
                pause = SHORTEST;
                runtime.sleep(pause).await;
            }
            let ids: Vec<MessageId> = self.waiting().keys().copied().collect();
            if ids.is_empty() {
                return;
            }
            if let Err(error) = self.ask_once(&ids, ports).await {
                tracing::debug!(error = %error, "outcomes cannot be asked for just now");
            }
            pause = (pause * 2).min(LONGEST);
        }
    }

    async fn ask_once(&self, ids: &[MessageId], ports: &Ports) -> Result<(), StoreError> {
        let messages = ports.store.messages(ids).await?;
        let pause = ports.store.account().await?.pause;
        let now = ports.clock.now();
        // After its end one message is let through as a test, and may be the one that is asked for.
        let is_paused = pause.is_some_and(|pause| now < pause.until);
        let waiting = self.waiting();
        for message in messages {
            let Some(place) = waiting.get(&message.facts.id) else { continue };
            // A message under way is soon sent, or given back to wait for the end of the pause.
            let waits = is_paused && message.phase(now) != Phase::Sending;
            if waits || has_outcome(&message, now) {
                // No other caller sets it: only one asks at a time.
                let _ = place.answer.set_blocking(Some(message));
            }
        }
        Ok(())
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, BTreeMap<MessageId, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns true if there is a result to report: an answer of the gateway, or that none comes soon.
fn has_outcome(message: &Message, now: DateTime<Utc>) -> bool {
    match message.phase(now) {
        Phase::Queued | Phase::Sending => false,
        Phase::Scheduled { .. }
        | Phase::Held { .. }
        | Phase::Paused { .. }
        | Phase::Checking
        | Phase::Retrying { .. }
        | Phase::Sent
        | Phase::Delivered
        | Phase::Read
        | Phase::Failed(_)
        | Phase::Cancelled(_) => true,
    }
}

/// A caller's place among those that wait, given up on drop.
struct Place<'a> {
    outcomes: &'a Outcomes,
    id: MessageId,
    answer: Arc<OnceCell<Option<Message>>>,
}

impl<'a> Place<'a> {
    fn taken(outcomes: &'a Outcomes, id: MessageId) -> Self {
        let answer = {
            let mut waiting = outcomes.waiting();
            let place = waiting.entry(id).or_default();
            place.callers += 1;
            Arc::clone(&place.answer)
        };
        outcomes.joined.notify(usize::MAX);
        Self { outcomes, id, answer }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut waiting = self.outcomes.waiting();
        if let Some(place) = waiting.get_mut(&self.id) {
            place.callers -= 1;
            if place.callers == 0 {
                waiting.remove(&self.id);
            }
        }
    }
}
