//! One claimed message at a time: the POST, the look, the question after its delivery.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::lock::Mutex;

use super::preflight::Flight;
use super::reconcile::{Look, Wanted, ZONE_DOUBT, compare};
use super::{Dispatcher, decide, locked};
use crate::message::{
    AttachmentRef, AttemptOutcome, AttemptRecord, CancelReason, Event, MessageType, Part, Progress,
    Reported, State, Step,
};
use crate::number::WhatsAppNumber;
use crate::port::{
    Accepted, Begin, Begun, Claimed, Lease, OutgoingMessage, Pause, PauseReason, Probe, Relink,
    Settlement, StoreError, TransportError,
};
use crate::private::Private;
use crate::retry::Disposition;
use crate::settings::Settings;

/// A POST follows its committed begin within this time or not at all: a worker that was frozen in
/// between must not wake up and send what another one has taken over.
const POST_WITHIN: Duration = Duration::from_secs(5);

/// The lease must hold for the longest POST (30 seconds) and its settling.
const LEASE_NEEDED: TimeDelta = TimeDelta::seconds(40);

/// So many messages in a row may be refused like a bad key before it counts as one.
const REFUSED_ALIKE: u32 = 2;

/// How long a message waits when the host could not say whether its invoice is still due.
const ASK_HOST_AGAIN: TimeDelta = TimeDelta::minutes(1);

/// How long the account rests before the gateway is probed again.
pub(super) const REFUSED_REST: TimeDelta = TimeDelta::minutes(5);
pub(super) const OUTAGE_REST: TimeDelta = TimeDelta::seconds(60);

/// An outage is waited out for so long; then every message follows its own schedule to the end.
pub(super) const OUTAGE_MAX: TimeDelta = TimeDelta::hours(24);

/// What a pass keeps in mind while it works on its messages.
#[derive(Debug)]
pub(super) struct Pass {
    pub(super) settings: Arc<Settings>,
    /// Nothing is begun under its claims after this.
    pub(super) begin_by: DateTime<Utc>,
    /// How often the account had been paused from here when it claimed.
    pub(super) pauses: u32,
    /// What the gateway says about the account, asked at most once a pass.
    probe: Mutex<Option<bool>>,
}

impl Pass {
    pub(super) fn new(settings: Arc<Settings>, leased_until: DateTime<Utc>, pauses: u32) -> Self {
        let begin_by = leased_until - LEASE_NEEDED;
        Self { settings, begin_by, pauses, probe: Mutex::new(None) }
    }
}

/// An attempt that a message wants to begin.
#[derive(Debug)]
pub(super) struct Ask {
    lease: Lease,
    no: u32,
    close: Option<AttemptRecord>,
    relink: Option<Relink>,
}

/// Whether it was opened, and when by both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opened {
    begun: Begun,
    at: DateTime<Utc>,
    mark: Duration,
}

/// What became of one claimed message.
#[derive(Debug)]
pub(super) enum Outcome {
    /// To be written down, after so many POSTs.
    Settle(Box<Settlement>, u32),
    /// Nothing was begun, and nothing may be any more under this claim: it goes back.
    GiveBack,
    /// Nothing may be written: the lease is lost.
    Fenced,
    /// The database did not answer before anything was sent: the lease runs out by itself.
    Left,
}

impl Dispatcher {
    /// Decides what happens before anything is sent: the event that settles a message whose invoice
    /// was paid, or about whose invoice the host cannot be asked.
    pub(super) async fn host_says_no(
        &self,
        claimed: &Claimed,
        now: DateTime<Utc>,
    ) -> Option<Event> {
        let (Some(invoices), Some(invoice), MessageType::PaymentReminder) =
            (&self.ports.invoices, &claimed.invoice_id, claimed.message_type)
        else {
            return None;
        };
        if claimed.progress.part == Part::Text {
            return None;
        }
        match invoices.still_due(invoice).await {
            Ok(true) => None,
            Ok(false) => Some(Event::Withdrawn(CancelReason::Paid)),
            Err(error) => {
                tracing::warn!(
                    message.id = %claimed.lease.message_id,
                    error = %error,
                    "the host could not say whether the invoice is still due; asking again later"
                );
                Some(Event::Postponed { until: now + ASK_HOST_AGAIN })
            }
        }
    }

    /// Settles a message without any request.
    pub(super) fn settle_by(&self, claimed: &Claimed, event: &Event, pass: &Pass) -> Outcome {
        let now = self.ports.clock.now();
        let policy = decide::policy(claimed, &pass.settings);
        let progress = decide::after(&claimed.progress, event, now, &policy);
        Outcome::Settle(Box::new(decide::settlement(claimed, &progress, None, now)), 0)
    }

    /// Gets a free slot, begins a message's next attempt and POSTs it. The slot is free again before
    /// the outcome is written down. `None` when the slot came too late and nothing was begun.
    ///
    /// `None` also after a pre-flight that took long: the reservation was for the moment of the claim.
    ///
    /// `close` is the record of the attempt before, where a look has just found it not accepted.
    pub(super) async fn attempt(
        &self,
        claimed: &Claimed,
        waiting: &Progress,
        close: Option<AttemptRecord>,
        pass: &Pass,
    ) -> Option<Outcome> {
        let flight = self.preflight(claimed, &pass.settings).await?;
        let _slot = self.slot(pass).await?;
        let relink = flight.relink.clone();
        let ask = Ask { lease: claimed.lease, no: waiting.posts + 1, close, relink };
        let dispatcher = self.clone();
        let begin = |asked| async move { dispatcher.begin(asked).await };
        Some(match self.shared.begins.ask(ask, begin).await {
            Some(Opened { begun: Begun::Open, at, mark }) => {
                self.post(&flight, waiting, at, mark, pass).await
            }
            Some(Opened { begun: Begun::Fenced, .. }) => Outcome::Fenced,
            None => Outcome::Left,
        })
    }

    /// Begins attempts together: of all messages that have just got a slot.
    async fn begin(&self, asked: Vec<Ask>) -> Vec<Opened> {
        let mark = self.ports.clock.monotonic();
        let at = self.ports.clock.now();
        let lease_until_at_least = at + LEASE_NEEDED;
        let begins: Vec<_> = asked
            .into_iter()
            .map(|Ask { lease, no, close, relink }| Begin {
                lease,
                no,
                at,
                lease_until_at_least,
                close,
                relink,
            })
            .collect();
        match self.ports.store.begin(&begins).await {
            Ok(begun) => begun.into_iter().map(|begun| Opened { begun, at, mark }).collect(),
            Err(error) => {
                tracing::warn!(error = %error, "attempts could not be begun; nothing was sent");
                Vec::new()
            }
        }
    }

    /// POSTs a message whose attempt was begun at `begun_at`, by the monotonic clock at `mark`; one
    /// that its pre-flight refused only has that recorded.
    async fn post(
        &self,
        flight: &Flight<'_>,
        waiting: &Progress,
        begun_at: DateTime<Utc>,
        mark: Duration,
        pass: &Pass,
    ) -> Outcome {
        let claimed = flight.message.as_ref();
        let policy = decide::policy(claimed, &pass.settings);
        let sending = decide::after(waiting, &Event::Begun, begun_at, &policy);
        let frozen = self.ports.clock.monotonic().saturating_sub(mark) >= POST_WITHIN;
        let refusal = flight.refusal.clone().or_else(|| {
            let held_up = "The program was held up right before sending; nothing was sent.";
            frozen.then(|| TransportError::new(Disposition::Transient, held_up).not_reached())
        });
        let posted = refusal.is_none();
        let reply = if let Some(refusal) = refusal {
            Err(refusal)
        } else {
            let reply = self.request(claimed).await;
            let reply = self.judge_account(reply, pass).await;
            self.watch_for_trouble(claimed, &reply, self.ports.clock.now()).await;
            reply
        };
        let now = self.ports.clock.now();
        let (event, record) = decide::reply(sending.posts, &reply, now);
        let mut after = decide::after(&sending, &event, now, &policy);
        self.stop_watching(&mut after);
        decide::keep_place(claimed, &mut after);
        let mut settlement = decide::settlement(claimed, &after, Some(record), now);
        if let Ok(Accepted { response, .. }) = reply {
            settlement.api_response = response;
        }
        Outcome::Settle(Box::new(settlement), u32::from(posted))
    }

    async fn request(&self, claimed: &Claimed) -> Result<Accepted, TransportError> {
        let number = WhatsAppNumber::parse(claimed.whatsapp_number.as_str()).map_err(|error| {
            TransportError::new(Disposition::Permanent, error.to_string()).not_reached()
        })?;
        let (text, attachment) = sent(claimed);
        let attachment = attachment.cloned();
        self.ports.transport.send(&OutgoingMessage { number, text, attachment }).await
    }

    /// 401 and 403 may be about the account or about this message: the gateway is asked. Where it
    /// takes the key otherwise, the message is refused for good; else the account pauses. So it does
    /// when message after message is refused like this: then it cannot be about the message.
    async fn judge_account(
        &self,
        reply: Result<Accepted, TransportError>,
        pass: &Pass,
    ) -> Result<Accepted, TransportError> {
        let error = match reply {
            Err(error)
                if matches!(
                    error.disposition(),
                    Disposition::Account | Disposition::Misconfigured
                ) =>
            {
                error
            }
            reply => {
                if reply.is_ok() {
                    self.shared.refused_in_a_row.store(0, Ordering::SeqCst);
                }
                return reply;
            }
        };
        let mut ready = pass.probe.lock().await;
        let ready = match *ready {
            Some(known) => known,
            None if error.disposition() == Disposition::Misconfigured => *ready.insert(false),
            None => {
                let answer = self.ports.transport.probe().await;
                *ready.insert(matches!(answer, Ok(Probe::Ready)))
            }
        };
        if ready && self.shared.refused_in_a_row.fetch_add(1, Ordering::SeqCst) < REFUSED_ALIKE {
            let mut refused = TransportError::new(Disposition::Permanent, error.detail());
            if let Some(status) = error.http_status() {
                refused = refused.with_status(status);
            }
            return Err(refused);
        }
        let (reason, rest) = if error.disposition() == Disposition::Account {
            (PauseReason::KeyRefused, REFUSED_REST)
        } else {
            (PauseReason::Misconfigured, OUTAGE_REST)
        };
        self.pause(reason, rest).await;
        Err(error)
    }

    /// Pauses the account when the gateway asks for it, or is out of reach.
    async fn watch_for_trouble(
        &self,
        claimed: &Claimed,
        reply: &Result<Accepted, TransportError>,
        now: DateTime<Utc>,
    ) {
        if let Err(error) = reply
            && let Some(wait) = error.retry_after()
        {
            self.pause(PauseReason::RateLimited, wait).await;
        }
        if reply.is_ok() {
            *locked(&self.shared.outage_since) = None;
        }
        let failed = reply.as_ref().is_err_and(out_of_order);
        let outage = locked(&self.shared.breaker).record(now, claimed.lease.message_id, failed);
        if outage {
            let since = *locked(&self.shared.outage_since).get_or_insert(now);
            // After a day nothing is held back any more: each message follows its own schedule.
            if now - since < OUTAGE_MAX {
                self.pause_since(PauseReason::Outage, since, OUTAGE_REST).await;
            }
        }
    }

    async fn pause(&self, reason: PauseReason, rest: TimeDelta) {
        self.pause_since(reason, self.ports.clock.now(), rest).await;
    }

    async fn pause_since(&self, reason: PauseReason, since: DateTime<Utc>, rest: TimeDelta) {
        let until = self.ports.clock.now() + rest;
        tracing::warn!(reason = reason.as_str(), seconds = rest.num_seconds(), "sending pauses");
        let pause = Pause { reason, since, until };
        if let Err(error) = self.ports.store.set_pause(Some(pause)).await {
            tracing::warn!(error = %error, "the pause could not be written down");
        }
        // Only now: whoever claims after this has also read the pause.
        self.shared.pauses.fetch_add(1, Ordering::SeqCst);
    }

    /// Looks up an attempt whose outcome is unknown; where the gateway surely did not take the
    /// message and another attempt is due, makes it at once, under the same claim.
    pub(super) async fn look(
        &self,
        claimed: &Claimed,
        started: DateTime<Utc>,
        pass: &Pass,
    ) -> Outcome {
        let policy = decide::policy(claimed, &pass.settings);
        let now = self.ports.clock.now();
        let known = decide::after(&claimed.progress, &Event::OutcomeUnknown, now, &policy);
        if matches!(known.state, State::Checking { next, .. } if next > now) {
            return Outcome::Settle(Box::new(decide::settlement(claimed, &known, None, now)), 0);
        }
        let Some(slot) = self.slot(pass).await else { return Outcome::GiveBack };
        let look = self.ask(claimed, started).await;
        drop(slot);
        let look = match look {
            Ok(look) => look,
            Err(error) => {
                tracing::warn!(error = %error, "a look could not read the ledger");
                return Outcome::Left;
            }
        };
        // A list proves nothing about the time after it was asked for, however long the answer took
        // or this process stood still since.
        let mut after = decide::after(&known, &decide::looked(&look), now, &policy);
        let now = self.ports.clock.now();
        let record = decide::look_record(known.posts, &look, &after, now);
        self.stop_watching(&mut after);
        decide::keep_place(claimed, &mut after);
        let resend = matches!(after.state, State::Retrying { at, .. } if at <= now);
        if !resend || self.stopping() {
            return Outcome::Settle(Box::new(decide::settlement(claimed, &after, record, now)), 0);
        }
        let mut retrying = Claimed { progress: after.clone(), step: Step::Send, ..claimed.clone() };
        retrying.reaps = 0;
        let event = match decide::plan(&retrying, &pass.settings, now) {
            decide::Plan::Settle(event) => Some(event),
            _ => self.host_says_no(&retrying, now).await,
        };
        if let Some(event) = event {
            let after = decide::after(&after, &event, now, &policy);
            return Outcome::Settle(Box::new(decide::settlement(claimed, &after, record, now)), 0);
        }
        match self.attempt(&retrying, &after, record.clone(), pass).await {
            Some(outcome) => outcome,
            None => Outcome::Settle(Box::new(decide::settlement(claimed, &after, record, now)), 0),
        }
    }

    async fn ask(&self, claimed: &Claimed, started: DateTime<Utc>) -> Result<Look, StoreError> {
        let Ok(number) = WhatsAppNumber::parse(claimed.whatsapp_number.as_str()) else {
            return Ok(Look::Unclear);
        };
        let Some(deliveries) = &self.ports.deliveries else {
            return Ok(Look::Unclear);
        };
        let tolerance = self.options.listing_tolerance;
        let since = started - tolerance - ZONE_DOUBT;
        let listing = match deliveries.sent_to(&number, since).await {
            Ok(listing) => listing,
            Err(error) => {
                tracing::info!(
                    message.id = %claimed.lease.message_id,
                    detail = error.detail(),
                    "the gateway could not be asked what became of a message"
                );
                return Ok(Look::Unclear);
            }
        };
        let siblings = self.ports.store.siblings(number.as_str(), since).await?;
        let (text, attachment) = sent(claimed);
        let wanted = Wanted {
            message_id: claimed.lease.message_id,
            no: claimed.progress.posts,
            text: text.as_str(),
            url: attachment.map(|file| file.url.as_str()),
            is_a_name: claimed.progress.part == Part::File,
            started,
        };
        Ok(compare(&wanted, &siblings, &listing, self.ports.clock.now(), tolerance))
    }

    /// Asks how far an accepted message has come; one without the gateway's id is looked for in the
    /// list first.
    pub(super) async fn watch(&self, claimed: &Claimed, pass: &Pass) -> Outcome {
        let Some(slot) = self.slot(pass).await else { return Outcome::GiveBack };
        let mut gateway_id = match self.accepted_as(claimed).await {
            Ok(id) => id,
            Err(error) => {
                tracing::warn!(error = %error, "the ledger could not be read");
                return Outcome::GiveBack;
            }
        };
        let known = gateway_id.is_some();
        if !known
            && let State::Sent { at, .. } = claimed.progress.state
            && let Ok(Look::Listed(id)) = self.ask(claimed, at).await
        {
            gateway_id = Some(id);
        }
        let reported = self.status(gateway_id.as_deref()).await;
        let event = match claimed.progress.part {
            Part::Whole | Part::File => Event::Reported(reported),
            Part::Text => decide::reported(&self.status_of_file(claimed).await, &reported),
        };
        drop(slot);
        let now = self.ports.clock.now();
        let policy = decide::policy(claimed, &pass.settings);
        let mut after = decide::after(&claimed.progress, &event, now, &policy);
        self.stop_watching(&mut after);
        let mut settlement = decide::settlement(claimed, &after, None, now);
        if !known {
            settlement.gateway_id = gateway_id.as_deref().and_then(decide::kept_id);
        }
        Outcome::Settle(Box::new(settlement), 0)
    }

    /// The id under which the gateway accepted the last attempt. After the first one the row may still
    /// have that of an attempt before: then the ledger is asked.
    async fn accepted_as(&self, claimed: &Claimed) -> Result<Option<String>, StoreError> {
        if claimed.progress.posts <= 1 {
            return Ok(claimed.gateway_id.clone());
        }
        let attempts = self.ports.store.attempts(claimed.lease.message_id).await?;
        Ok(attempts.into_iter().next_back().and_then(|attempt| attempt.gateway_id))
    }

    /// What the gateway says about the message with this id; nothing when it cannot be asked.
    async fn status(&self, gateway_id: Option<&str>) -> Reported {
        match (&self.ports.deliveries, gateway_id) {
            (Some(deliveries), Some(id)) => {
                deliveries.status(id).await.unwrap_or(Reported::Nothing)
            }
            _ => Reported::Nothing,
        }
    }

    /// What the gateway says about the file that went ahead of a message's text.
    async fn status_of_file(&self, claimed: &Claimed) -> Reported {
        let attempts = match self.ports.store.attempts(claimed.lease.message_id).await {
            Ok(attempts) => attempts,
            Err(error) => {
                tracing::warn!(error = %error, "the ledger could not be read");
                return Reported::Nothing;
            }
        };
        let file = attempts.iter().rev().find(|attempt| {
            attempt.part == Part::File && attempt.outcome == Some(AttemptOutcome::Accepted)
        });
        self.status(file.and_then(|attempt| attempt.gateway_id.as_deref())).await
    }

    /// Nothing is watched where nobody can be asked, or nobody wants it.
    fn stop_watching(&self, progress: &mut Progress) {
        if (self.ports.deliveries.is_none() || !self.options.watch)
            && let State::Sent { watch, .. } = &mut progress.state
        {
            *watch = None;
        }
    }
}

/// What an attempt sends of a message. A file that goes ahead of its text bears its own name, because
/// the gateway wants some text with everything.
fn sent(claimed: &Claimed) -> (Private, Option<&AttachmentRef>) {
    match (claimed.progress.part, &claimed.attachment) {
        (Part::File, Some(file)) => (Private::from(file.name.as_str()), Some(file)),
        (Part::Whole | Part::File, file) => (claimed.text.clone(), file.as_ref()),
        (Part::Text, _) => (claimed.text.clone(), None),
    }
}

/// Whether an error says that the gateway itself is out of order.
pub(super) fn out_of_order(error: &TransportError) -> bool {
    match error.disposition() {
        Disposition::Misconfigured => false,
        _ => !error.reached() || error.http_status().is_some_and(|status| status >= 500),
    }
}
