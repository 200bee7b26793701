//! A store under test, with the clock and the ids that a case needs.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{
    Attempt, AttemptOutcome, AttemptRecord, CancelReason, Cause, Change, Event, Message,
    NewMessage, Progress, State, StateRow, Via,
};
use whatsapp_core::port::{
    Begin, Begun, Claim, ClaimOf, Claimed, Clock, Enqueued, Lane, Settled, Settlement, Store,
    random,
};
use whatsapp_core::retry::{Disposition, RetryPolicy};
use whatsapp_core::time::{Elapsed, Moment};
use whatsapp_core::{LeaseToken, MessageId};

use crate::fixtures::{self, START};
use crate::{ManualClock, SeededEntropy};

/// Length of the claims in the suites.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(120);

/// The smallest step of time that stores keep.
pub(super) const MICROSECOND: TimeDelta = TimeDelta::microseconds(1);

/// One case's store, clock and source of ids.
#[derive(Debug, Clone)]
pub(super) struct Trial {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: ManualClock,
    pub(super) entropy: SeededEntropy,
}

impl Trial {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, clock: ManualClock::starting_at(START), entropy: SeededEntropy::new(0) }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(super) fn elapsed(&self) -> Elapsed {
        self.clock.elapsed()
    }

    /// This moment, by wall clock and elapsed time.
    pub(super) fn moment(&self) -> Moment {
        Moment::new(self.now(), self.clock.elapsed())
    }

    pub(super) fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    pub(super) fn token(&self) -> LeaseToken {
        LeaseToken::new(self.now(), random(&self.entropy))
    }

    pub(super) fn message_id(&self) -> MessageId {
        MessageId::new(self.now(), random(&self.entropy))
    }

    /// Enqueues messages that must all be new.
    pub(super) async fn enqueue(&self, messages: &[NewMessage]) {
        let answers = self.store.enqueue(messages).await.expect("enqueue");
        let new: Vec<_> = messages.iter().map(|m| Enqueued::New(m.facts.id)).collect();
        assert_eq!(answers, new);
    }

    /// Enqueues message `seed`, due now.
    pub(super) async fn waiting(&self, seed: u64) -> NewMessage {
        let message = fixtures::new_message(seed, self.now());
        self.enqueue(std::slice::from_ref(&message)).await;
        message
    }

    /// A claim of everything in a lane, under a new token.
    pub(super) fn claim_of(&self, lane: Lane) -> Claim {
        Claim {
            lane,
            of: ClaimOf::All,
            only: None,
            after: None,
            token: self.token(),
            now: self.now(),
            elapsed: self.clock.elapsed(),
            lease: LEASE,
            limit: 100,
            excluding: Vec::new(),
        }
    }

    pub(super) async fn claim_with(&self, claim: Claim) -> Vec<Claimed> {
        self.store.claim(&claim).await.expect("claim")
    }

    pub(super) async fn claim(&self) -> Vec<Claimed> {
        self.claim_with(self.claim_of(Lane::Transactional)).await
    }

    /// The ids that a claim of everything owed returns.
    pub(super) async fn claim_ids(&self) -> Vec<MessageId> {
        let claimed = self.claim().await;
        claimed.iter().map(|c| c.lease.message_id).collect()
    }

    /// Claims exactly this message, which must be due in `lane`.
    pub(super) async fn claim_one_in(&self, lane: Lane, id: MessageId) -> Claimed {
        let only = Some(id);
        let claim = Claim { only, ..self.claim_of(lane) };
        let mut claimed = self.claim_with(claim).await;
        assert_eq!(claimed.len(), 1, "the message is due in {lane:?} and free");
        let claimed = claimed.remove(0);
        assert_eq!(claimed.lease.message_id, id);
        claimed
    }

    pub(super) async fn claim_one(&self, id: MessageId) -> Claimed {
        self.claim_one_in(Lane::Transactional, id).await
    }

    /// The begin of a claimed message's next attempt, now.
    pub(super) fn begin_of(&self, claimed: &Claimed) -> Begin {
        Begin {
            lease: claimed.lease,
            no: claimed.progress.posts + 1,
            part: claimed.progress.part,
            number_key: fixtures::key_of(claimed.whatsapp_number.as_str()),
            number: claimed.whatsapp_number.clone(),
            text: fixtures::sent_text(claimed),
            via: None,
            at: self.now(),
            elapsed: self.clock.elapsed(),
            lease_needed: TimeDelta::seconds(40),
            close: None,
            revision: None,
        }
    }

    pub(super) async fn begin(&self, begin: Begin) -> Begun {
        let answers = self.store.begin(&[begin]).await.expect("begin");
        assert_eq!(answers.len(), 1);
        answers[0]
    }

    /// Begins an attempt, which must open, and returns the claim as it is then.
    pub(super) async fn begun(&self, mut claimed: Claimed) -> Claimed {
        let answer = self.begin(self.begin_of(&claimed)).await;
        assert_eq!(answer, Begun::Open);
        claimed.progress = after(&claimed, &Event::Begun, self.moment());
        claimed
    }

    /// Makes a message whose first attempt is open under a live lease.
    pub(super) async fn sending(&self, seed: u64) -> Claimed {
        let message = self.waiting(seed).await;
        let claimed = self.claim_one(message.facts.id).await;
        self.begun(claimed).await
    }

    /// The settlement when `event` happens now, which must change the message.
    pub(super) fn settlement(&self, claimed: &Claimed, event: &Event) -> Settlement {
        settlement(claimed, event, self.moment())
            .unwrap_or_else(|| panic!("{event:?} must change {:?}", claimed.progress))
    }

    /// The settlement of an open attempt that the gateway accepted under this id.
    pub(super) fn accepted(&self, claimed: &Claimed, gateway_id: &str) -> Settlement {
        let mut settlement = self.settlement(claimed, &Event::Accepted);
        settlement.gateway_id = Some(gateway_id.to_owned());
        if let Some(attempt) = &mut settlement.attempt {
            attempt.gateway_id = Some(gateway_id.to_owned());
        }
        settlement
    }

    pub(super) async fn settle_as(&self, settlement: &Settlement) -> Settled {
        let items = std::slice::from_ref(settlement);
        let answers = self.store.settle(items).await.expect("settle");
        assert_eq!(answers.len(), 1);
        answers[0]
    }

    /// Settles, which must succeed, and returns the settlement.
    pub(super) async fn settle(&self, claimed: &Claimed, event: &Event) -> Settlement {
        let settlement = self.settlement(claimed, event);
        assert_eq!(self.settle_as(&settlement).await, Settled::Done);
        settlement
    }

    /// Makes a message that was accepted under `G-<seed>` at its first attempt.
    pub(super) async fn sent(&self, seed: u64) -> MessageId {
        let claimed = self.sending(seed).await;
        let settlement = self.accepted(&claimed, &format!("G-{seed}"));
        assert_eq!(self.settle_as(&settlement).await, Settled::Done);
        claimed.lease.message_id
    }

    /// Makes a message that the gateway refused for good at its first attempt; a notice is owed.
    pub(super) async fn failed(&self, seed: u64) -> MessageId {
        let claimed = self.sending(seed).await;
        self.settle(&claimed, &refused(Disposition::Permanent)).await;
        claimed.lease.message_id
    }

    pub(super) async fn message(&self, id: MessageId) -> Message {
        let message = self.store.message(id).await.expect("message");
        message.expect("the message is in the log")
    }

    pub(super) async fn attempts(&self, id: MessageId) -> Vec<Attempt> {
        self.store.attempts(id).await.expect("attempts")
    }

    pub(super) async fn next_due(&self, lane: Lane) -> Option<DateTime<Utc>> {
        self.store.next_due().await.expect("next_due").in_lane(lane)
    }

    pub(super) async fn notices_owed(&self) -> u64 {
        self.store.notices_owed().await.expect("notices_owed")
    }
}

/// Makes a message whose first attempt went this way and is open under a live lease.
pub(super) async fn sending_via(trial: &Trial, seed: u64, via: Option<Via>) -> Claimed {
    let message = trial.waiting(seed).await;
    let mut claimed = trial.claim_one(message.facts.id).await;
    let begin = Begin { via, ..trial.begin_of(&claimed) };
    assert_eq!(trial.begin(begin).await, Begun::Open);
    claimed.progress = after(&claimed, &Event::Begun, trial.moment());
    claimed
}

/// The progress of a claimed message after `event`, which must change it.
fn after(claimed: &Claimed, event: &Event, at: Moment) -> Progress {
    changed(claimed, event, at)
        .unwrap_or_else(|| panic!("{event:?} must change {:?}", claimed.progress))
}

/// The progress of a claimed message after `event`; `None` when that changes nothing.
fn changed(claimed: &Claimed, event: &Event, at: Moment) -> Option<Progress> {
    let policy = RetryPolicy::new(claimed.max_retries, TimeDelta::minutes(30));
    match claimed.progress.on(event, at, &policy) {
        Change::To(progress) => Some(progress),
        _ => None,
    }
}

/// The settlement when `event` happens at `at`, with the attempt's record as a dispatcher would
/// write it; `None` when the event changes nothing.
pub(super) fn settlement(claimed: &Claimed, event: &Event, at: Moment) -> Option<Settlement> {
    let progress = changed(claimed, event, at)?;
    let now = at.now;
    let outcome = match event {
        Event::Accepted => Some(Some(AttemptOutcome::Accepted)),
        Event::Refused { disposition, .. } => Some(Some(match disposition {
            Disposition::Account | Disposition::Misconfigured => AttemptOutcome::AccountRefused,
            _ => AttemptOutcome::Rejected,
        })),
        Event::OutcomeUnknown => Some(None),
        Event::Absent | Event::LookUnavailable => match &progress.state {
            State::Retrying { .. } => Some(Some(AttemptOutcome::NotAccepted)),
            State::Failed(_) => Some(Some(AttemptOutcome::UnknownHeld)),
            _ => None,
        },
        _ => None,
    };
    Some(Settlement {
        lease: claimed.lease,
        attempt: outcome.map(|outcome| record(progress.posts, outcome, now)),
        state: StateRow::of(&progress),
        gateway_id: None,
        api_response: None,
        at: now,
    })
}

/// The record of attempt `no`, as known at `now`, in a few words.
pub(super) fn record(
    no: u32,
    outcome: Option<AttemptOutcome>,
    now: DateTime<Utc>,
) -> AttemptRecord {
    AttemptRecord {
        no,
        finished_at: now,
        outcome,
        http_status: None,
        detail: None,
        gateway_id: None,
    }
}

/// A refusal by the gateway with this disposition.
pub(super) fn refused(disposition: Disposition) -> Event {
    Event::Refused {
        disposition,
        cause: Cause::Message,
        reached: true,
        retry_after: None,
        reason: "The gateway refused the message.".to_owned(),
    }
}

/// The withdrawal of a message whose invoice was paid before it went out.
pub(super) const WITHDRAWN: Event = Event::Withdrawn(CancelReason::Paid);
