//! The end of a pause: one message is let through, and its result decides.

use chrono::{DateTime, TimeDelta, Utc};

use super::Health;
use super::sign::{OUTAGE_REST, REST, out_of_order, rest};
use crate::account::{AccountStep, Pause, PauseReason, STUCK_AFTER, SeenPause, Verdict};
use crate::dispatch::decide;
use crate::dispatch::pass::claims::Claims;
use crate::dispatch::pass::{Pass, Trial};
use crate::id::MessageId;
use crate::message::{Progress, State};
use crate::port::{Claimed, Probe, StoreError};
use crate::retry::Disposition;

/// The time for which one process has the right to let a message through: longer than the longest
/// POST.
const PERMIT: TimeDelta = TimeDelta::seconds(120);

/// The gateway's answer when a pause has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Ready,
    /// Neither yes nor no: only a message can tell.
    Nothing,
    /// The gateway still refuses, or is out of reach.
    No,
}

/// A pause that may be over, and what it takes to let a message through it.
#[derive(Debug)]
pub(crate) struct LettingThrough<'a> {
    pub(crate) health: &'a Health,
    pub(crate) claims: &'a Claims,
    pub(crate) pause: &'a Pause,
    pub(crate) now: DateTime<Utc>,
    /// The length of the message's lease.
    pub(crate) lease: TimeDelta,
}

impl LettingThrough<'_> {
    /// Lets the oldest message through a pause that has run out, if no other process does. `None`
    /// where nothing is to be sent, or the gateway still says no.
    pub(crate) async fn one(&self) -> Result<Option<(Trial, Claimed)>, StoreError> {
        let Self { health, pause, now, .. } = *self;
        let permit = now + PERMIT;
        let changed = health.change(AccountStep::LetOneThrough { until: permit }).await;
        if changed.is_none_or(|changed| changed.verdict != Verdict::Done) {
            return Ok(None);
        }
        let counted = now - pause.since >= STUCK_AFTER;
        let trial = Trial { since: pause.since, permit, counted };
        let timed = pause.reason == PauseReason::RateLimited;
        let answer = if counted || timed { Answer::Nothing } else { self.ask_again().await };
        if answer == Answer::No {
            let until = health.now() + rest(pause.reason);
            health.change(AccountStep::TakeBack { permit, until }).await;
            return Ok(None);
        }
        let scout = pause.scout.filter(|_| counted);
        let found = match scout {
            Some(id) => match self.claim(Some(id)).await? {
                None => self.claim(None).await?,
                found => found,
            },
            None => self.claim(None).await?,
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
        health.change(step).await;
        Ok(None)
    }

    async fn claim(&self, only: Option<MessageId>) -> Result<Option<Claimed>, StoreError> {
        self.claims.one_to_send(only, self.now, self.lease).await
    }

    /// Ends the wait of a pause once requests go another way than before, with a new key or to
    /// another address: the cause may be mended. Of several processes, one does it. A pause whose
    /// end is near is left alone, because a message may just have been let through.
    pub(crate) async fn waits_no_longer(&self) -> bool {
        let Self { health, pause, now, .. } = *self;
        if pause.reason.passes() || pause.reason == PauseReason::Held {
            return false;
        }
        if !health.goes_another_way(pause).await || pause.until <= now + PERMIT {
            return false;
        }
        let over = AccountStep::TakeBack { permit: pause.until, until: now };
        health.change(over).await.is_some_and(|changed| changed.verdict == Verdict::Done)
    }

    async fn ask_again(&self) -> Answer {
        let Self { health, pause, .. } = *self;
        match health.probe().await {
            Ok(Probe::Ready) => Answer::Ready,
            Ok(Probe::Refused) => {
                let acts = !pause.reason.passes() && pause.reason != PauseReason::Misconfigured;
                let reason = if acts { pause.reason } else { PauseReason::KeyRefused };
                health.stop_for(reason, None, rest(reason), true).await;
                Answer::No
            }
            // An answer that is neither yes nor no: the gateway is there, but has nothing to probe.
            Err(error) if error.reached() && !out_of_order(&error) => {
                error.http_status().map_or(Answer::No, |_| Answer::Nothing)
            }
            Err(error) => {
                // A request that was made shows that address and key are set up by now.
                let is_set_up = error.disposition() != Disposition::Misconfigured;
                if is_set_up && pause.reason == PauseReason::Misconfigured {
                    health.stop_for(PauseReason::Outage, Some(&error), OUTAGE_REST, true).await;
                }
                Answer::No
            }
        }
    }
}

/// Records the next try of the message that follows its own retry schedule as the probe, or
/// that the next message follows it.
pub(crate) async fn scouted(health: &Health, claimed: &Claimed, after: &Progress, pass: &Pass) {
    let Some(trial) = pass.trial.as_ref().filter(|trial| trial.counted) else { return };
    let now = health.now();
    let policy = decide::policy(claimed, &pass.settings);
    let (message_id, until) = match &after.state {
        State::Retrying { at, .. } => (Some(claimed.lease.message_id), *at),
        State::Checking { .. } => (None, now + policy.interval),
        State::Failed(_) => (None, now + REST),
        _ => return,
    };
    health.change(AccountStep::Scout { since: trial.since, message_id, until }).await;
}

/// Gives the right back if nothing was sent under it: the next message may follow at once.
pub(crate) async fn end_trial(health: &Health, pass: &Pass) {
    if let Some(trial) = &pass.trial
        && !pass.is_trial_over()
    {
        let until = health.now();
        health.change(AccountStep::TakeBack { permit: trial.permit, until }).await;
    }
}
