//! The end of a pause: one message is let through, and its result decides.

use chrono::{DateTime, TimeDelta, Utc};

use super::pass::{Pass, Trial};
use super::trouble::{REST, out_of_order, rest};
use super::{Dispatcher, decide, locked};
use crate::account::{AccountStep, Pause, PauseReason, STUCK_AFTER, SeenPause, Verdict};
use crate::id::{LeaseToken, MessageId};
use crate::message::{Progress, State, Step};
use crate::port::{Claim, Claimed, Lane, Probe, QueuePoint, StoreError, random};

/// The time for which one process has the right to let a message through: longer than the longest
/// POST.
const PERMIT: TimeDelta = TimeDelta::seconds(120);

/// The most messages of a lane that wait for a look and are passed over.
const PASSED_OVER: usize = 200;

/// The gateway's answer when a pause has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Ready,
    /// Neither yes nor no: only a message can tell.
    Nothing,
    /// The gateway still refuses, or is out of reach.
    No,
}

impl Dispatcher {
    /// Lets the oldest message through a pause that has run out, if no other process does. `None`
    /// where nothing is to be sent, or the gateway still says no.
    pub(super) async fn let_one_through(
        &self,
        pause: &Pause,
        now: DateTime<Utc>,
    ) -> Result<Option<(Trial, Claimed)>, StoreError> {
        let permit = now + PERMIT;
        let changed = self.change(AccountStep::LetOneThrough { until: permit }).await;
        if changed.is_none_or(|changed| changed.verdict != Verdict::Done) {
            return Ok(None);
        }
        let counted = now - pause.since >= STUCK_AFTER;
        let trial = Trial { since: pause.since, permit, counted };
        let timed = pause.reason == PauseReason::RateLimited;
        let answer = if counted || timed { Answer::Nothing } else { self.ask_again(pause).await };
        if answer == Answer::No {
            let until = self.ports.clock.now() + rest(pause.reason);
            self.change(AccountStep::TakeBack { permit, until }).await;
            return Ok(None);
        }
        let scout = pause.scout.filter(|_| counted);
        let found = match scout {
            Some(id) => match self.claim_send(now, Some(id)).await? {
                None => self.claim_send(now, None).await?,
                found => found,
            },
            None => self.claim_send(now, None).await?,
        };
        if let Some(claimed) = found {
            return Ok(Some((trial, claimed)));
        }
        // No message waits. A gateway that accepts the key, or a time that has passed, is enough.
        let step = if answer == Answer::Ready || timed {
            AccountStep::Lift { seen: SeenPause::Since(pause.since), taken: None }
        } else {
            AccountStep::TakeBack { permit, until: now + REST }
        };
        self.change(step).await;
        Ok(None)
    }

    /// Ends the wait of a pause once requests go another way than before, with a new key or to
    /// another address: the cause may be mended. Of several processes, one does it. A pause whose
    /// end is near is left alone, because a message may just have been let through.
    pub(super) async fn waits_no_longer(&self, pause: &Pause, now: DateTime<Utc>) -> bool {
        if pause.reason.passes() || pause.reason == PauseReason::Held {
            return false;
        }
        let line = self.transport.line().await;
        let via = line.ok().flatten().map(|line| line.via);
        let before = locked(&self.shared.waited).replace((pause.until, via.clone()));
        let is_another =
            before.is_some_and(|(until, before)| until == pause.until && before != via);
        if !is_another || via.is_none() || pause.until <= now + PERMIT {
            return false;
        }
        let over = AccountStep::TakeBack { permit: pause.until, until: now };
        self.change(over).await.is_some_and(|changed| changed.verdict == Verdict::Done)
    }

    async fn ask_again(&self, pause: &Pause) -> Answer {
        match self.transport.probe().await {
            Ok(Probe::Ready) => Answer::Ready,
            Ok(Probe::Refused) => {
                let acts = !pause.reason.passes() && pause.reason != PauseReason::Misconfigured;
                let reason = if acts { pause.reason } else { PauseReason::KeyRefused };
                self.stop_for(reason, None, rest(reason), true).await;
                Answer::No
            }
            // An answer that is neither yes nor no: the gateway is there, but has nothing to probe.
            Err(error) if error.reached() && !out_of_order(&error) => {
                error.http_status().map_or(Answer::No, |_| Answer::Nothing)
            }
            Err(_) => Answer::No,
        }
    }

    /// Claims the most urgent message that is to be sent: the oldest of its lane, or only this one.
    async fn claim_send(
        &self,
        now: DateTime<Utc>,
        only: Option<MessageId>,
    ) -> Result<Option<Claimed>, StoreError> {
        for &lane in Lane::OWED {
            if let Some(found) = self.claim_send_in(lane, now, only).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Claims the oldest message of a lane that is to be sent, or only this one. Messages that wait
    /// for a look go back.
    async fn claim_send_in(
        &self,
        lane: Lane,
        now: DateTime<Utc>,
        only: Option<MessageId>,
    ) -> Result<Option<Claimed>, StoreError> {
        let mut after: Option<QueuePoint> = None;
        for _ in 0..PASSED_OVER {
            let token = LeaseToken::new(now, random(self.ports.entropy.as_ref()));
            let lease = self.lease();
            let elapsed = self.ports.clock.elapsed();
            let excluding = locked(&self.shared.hand).run_out(elapsed);
            let claim =
                Claim { lane, only, after, token, now, elapsed, lease, limit: 1, excluding };
            let Some(claimed) = self.ports.store.claim(&claim).await?.pop() else {
                return Ok(None);
            };
            if claimed.step == Step::Send && !is_open(&claimed.progress) {
                return Ok(Some(claimed));
            }
            after = Some(claimed.point());
            self.give_back(claimed.lease).await;
        }
        Ok(None)
    }

    /// Records the next try of the message that follows its own retry schedule as the probe, or
    /// that the next message follows it.
    pub(super) async fn scouted(&self, claimed: &Claimed, after: &Progress, pass: &Pass) {
        let Some(trial) = pass.trial.as_ref().filter(|trial| trial.counted) else { return };
        let now = self.ports.clock.now();
        let policy = decide::policy(claimed, &pass.settings);
        let (message_id, until) = match &after.state {
            State::Retrying { at, .. } => (Some(claimed.lease.message_id), *at),
            State::Checking { .. } => (None, now + policy.interval),
            State::Failed(_) => (None, now + REST),
            _ => return,
        };
        self.change(AccountStep::Scout { since: trial.since, message_id, until }).await;
    }

    /// Gives the right back if nothing was sent under it: the next message may follow at once.
    pub(super) async fn end_trial(&self, pass: &Pass) {
        if let Some(trial) = &pass.trial
            && !pass.is_trial_over()
        {
            let until = self.ports.clock.now();
            self.change(AccountStep::TakeBack { permit: trial.permit, until }).await;
        }
    }
}

/// Returns whether an attempt is open: then a look is due and no POST.
pub(super) const fn is_open(progress: &Progress) -> bool {
    matches!(progress.state, State::Sending { .. } | State::Checking { .. })
}
