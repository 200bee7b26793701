//! The account's health: what this dispatcher knows of it, and its changes.

pub(super) mod judge;
pub(super) mod sign;
pub(super) mod trial;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::locked;
use crate::account::{AccountChange, AccountStep, Breaker, Changed, Pause, PauseReason, Unclear};
use crate::id::{AccountEventId, MessageId};
use crate::message::Via;
use crate::observe::{field, meters};
use crate::port::{Clock, Entropy, Probe, Store, Transport, TransportError, random};
use crate::wake::Wake;
use crate::wiring::Ports;
use sign::Sign;

/// The account as one dispatcher knows it.
#[derive(Debug)]
pub(super) struct Health {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    transport: Arc<dyn Transport>,
    /// The bell of all chores: people are told about a pause.
    wake: Wake,
    /// Number of times the account was paused from here: a claim from before a pause begins
    /// nothing.
    pauses: AtomicU32,
    breaker: Mutex<Breaker>,
    /// Set after an unclear answer came here, until a message is taken.
    in_doubt: AtomicBool,
    /// The end of the pause that was last waited for, and the way of requests then.
    waited: Mutex<Option<(DateTime<Utc>, Option<Via>)>>,
    /// The last day with known payments, as this process last reported it for reminders that wait.
    stale_told: Mutex<Option<NaiveDate>>,
}

impl Health {
    pub(super) fn new(ports: &Ports, transport: Arc<dyn Transport>) -> Self {
        Self {
            store: Arc::clone(&ports.store),
            clock: Arc::clone(&ports.clock),
            entropy: Arc::clone(&ports.entropy),
            transport,
            wake: ports.wake.clone(),
            pauses: AtomicU32::default(),
            breaker: Mutex::default(),
            in_doubt: AtomicBool::default(),
            waited: Mutex::default(),
            stale_told: Mutex::default(),
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Returns the number of times the account was paused from here.
    pub(super) fn pauses(&self) -> u32 {
        self.pauses.load(Ordering::SeqCst)
    }

    /// Notes that the account was paused from here.
    pub(super) fn paused(&self) {
        self.pauses.fetch_add(1, Ordering::SeqCst);
    }

    /// Returns whether an unclear answer came here, and no message was taken since.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.in_doubt.load(Ordering::SeqCst)
    }

    pub(super) fn doubt_is_over(&self) {
        self.in_doubt.store(false, Ordering::SeqCst);
    }

    /// Writes an unclear answer down.
    pub(super) async fn doubt(&self, unclear: Unclear) -> Option<Changed> {
        self.in_doubt.store(true, Ordering::SeqCst);
        self.change(AccountStep::Unclear(unclear)).await
    }

    /// Records whether a POST met a gateway that seems out of order. Returns whether this makes an
    /// outage.
    pub(super) fn record(&self, id: MessageId, failed: bool) -> bool {
        locked(&self.breaker).record(self.clock.now(), id, failed)
    }

    /// Asks the gateway about the account, without a message.
    pub(super) async fn probe(&self) -> Result<Probe, TransportError> {
        self.transport.probe().await
    }

    /// Notes the end of a pause that is waited for, and the way that requests go now. Returns
    /// whether that is another way than before.
    pub(super) async fn goes_another_way(&self, pause: &Pause) -> bool {
        let line = self.transport.line().await;
        let via = line.ok().flatten().map(|line| line.via);
        let before = locked(&self.waited).replace((pause.until, via.clone()));
        let is_another =
            before.is_some_and(|(until, before)| until == pause.until && before != via);
        is_another && via.is_some()
    }

    /// Tells people that reminders wait for payments newer than those of this day, once for all
    /// reminders.
    pub(super) async fn tell_stale(&self, day: NaiveDate, written: String) {
        if locked(&self.stale_told).is_some_and(|told| told == day) {
            return;
        }
        let step =
            AccountStep::StalePayments { day: day.and_time(NaiveTime::MIN).and_utc(), written };
        if self.change(step).await.is_some() {
            *locked(&self.stale_told) = Some(day);
        }
    }

    /// Pauses the account if a look met a failure that its message surely did not cause.
    pub(super) async fn heed(&self, error: &TransportError) {
        if let Sign::Sure(reason, rest) = Sign::of(error) {
            self.stop_for(reason, Some(error), rest, false).await;
        }
    }

    /// Pauses the account, or lets its pause go on.
    pub(super) async fn stop_for(
        &self,
        reason: PauseReason,
        error: Option<&TransportError>,
        rest: TimeDelta,
        trial: bool,
    ) {
        let detail = error.map(|error| error.detail().to_owned());
        self.change(AccountStep::Stop { reason, detail, rest, trial }).await;
        // Only now: a task that claims after this has also read the pause.
        self.paused();
    }

    /// Changes the account, and logs events that people are told about; `None` when the database
    /// did not answer.
    pub(super) async fn change(&self, step: AccountStep) -> Option<Changed> {
        self.change_at(step, self.clock.now()).await
    }

    pub(super) async fn change_at(&self, step: AccountStep, at: DateTime<Utc>) -> Option<Changed> {
        let id = AccountEventId::new(at, random(self.entropy.as_ref()));
        match self.store.change_account(&AccountChange { id, at, step, by: None }).await {
            Ok(changed) => {
                self.told_of(&changed);
                Some(changed)
            }
            Err(error) => {
                tracing::warn!(error = %error, "what is known of the account could not be written down");
                None
            }
        }
    }

    /// Logs an event once: a pause that goes on leaves no event.
    fn told_of(&self, changed: &Changed) {
        let Some(event) = &changed.event else { return };
        let account = self.store.account_id();
        meters::paused(account, event);
        tracing::warn!(
            { field::ACCOUNT } = account.get(),
            event = event.kind.as_str(),
            reason = event.reason.map(PauseReason::as_str),
            detail = event.detail.as_deref(),
            "{}",
            event.kind.label()
        );
        self.wake.wake();
    }
}
