//! The meaning of an answer for the account: who caused the failure, and what it costs the message.

use chrono::{DateTime, TimeDelta, Utc};

use super::Health;
use super::sign::{OUTAGE_REST, Sign, rest};
use crate::account::{AccountStep, Changed, PauseReason, SeenPause, Unclear, Verdict};
use crate::dispatch::decide::Free;
use crate::dispatch::pass::{Known, Pass};
use crate::id::MessageId;
use crate::message::{AttemptOutcome, Cause};
use crate::port::{Accepted, Claimed, Probe, TransportError};
use crate::retry::Disposition;
use crate::wiring::Ports;

/// Time that a message waits when it was refused in unclear words.
const UNCLEAR_WAIT: TimeDelta = TimeDelta::minutes(5);

/// A reply. `free` is set if the attempt uses up none of the message's retries.
pub(crate) struct Judged {
    pub(crate) reply: Result<Accepted, TransportError>,
    pub(crate) free: Option<Free>,
}

impl Judged {
    const fn charged(reply: Result<Accepted, TransportError>) -> Self {
        Self { reply, free: None }
    }
}

/// Judges the replies to the POSTs of one message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judge<'a> {
    pub(crate) ports: &'a Ports,
    pub(crate) health: &'a Health,
    pub(crate) claimed: &'a Claimed,
    pub(crate) pass: &'a Pass,
}

impl Judge<'_> {
    /// Tells failures of the account from failures of the message. Pauses the account for its own
    /// failures. Lifts the pause when the message that was let through met none.
    pub(crate) async fn judge(
        &self,
        posted: DateTime<Utc>,
        reply: Result<Accepted, TransportError>,
    ) -> Judged {
        let id = self.claimed.lease.message_id;
        let sign = match &reply {
            Ok(_) => Sign::None,
            Err(error) => Sign::of(error),
        };
        let failed = matches!(sign, Sign::Outage | Sign::Page);
        let outage = self.health.record(id, failed);
        let error = match (reply, sign) {
            (Ok(accepted), _) => {
                self.taken(id, posted).await;
                return Judged::charged(Ok(accepted));
            }
            (Err(error), Sign::None) => {
                if error.reached() {
                    self.lift_after_trial(None).await;
                }
                return Judged::charged(Err(error));
            }
            (Err(error), _) => error,
        };
        // Boxed, because it is rare: every message in flight would reserve space for it.
        Box::pin(self.troubled(error, sign, outage)).await
    }

    /// Handles an error that the message may not have caused.
    async fn troubled(&self, error: TransportError, sign: Sign, outage: bool) -> Judged {
        let (health, pass) = (self.health, self.pass);
        match sign {
            Sign::Sure(reason, rest) => {
                health.stop_for(reason, Some(&error), rest, pass.trial.is_some()).await;
                pass.trial_is_over();
                not_charged(error, AttemptOutcome::AccountRefused, None, pass)
            }
            Sign::Unclear(reason) => self.unclear(error, reason).await,
            Sign::Page => {
                self.doubt(&error, PauseReason::Between, Vec::new(), None).await;
                if outage {
                    health.stop_for(PauseReason::Outage, Some(&error), OUTAGE_REST, false).await;
                }
                Judged::charged(Err(error))
            }
            Sign::Outage | Sign::None => {
                let trial = pass.trial.is_some();
                if trial || outage {
                    health.stop_for(PauseReason::Outage, Some(&error), OUTAGE_REST, trial).await;
                    pass.trial_is_over();
                }
                if trial && error.disposition() != Disposition::Unknown {
                    return not_charged(error, AttemptOutcome::AccountRefused, None, pass);
                }
                Judged::charged(Err(error))
            }
        }
    }

    /// Handles an answer that the message or the account may have caused. The message waits, others
    /// go first, and their results tell.
    async fn unclear(&self, error: TransportError, reason: PauseReason) -> Judged {
        let (health, pass) = (self.health, self.pass);
        let outcome = AttemptOutcome::UnclearRefusal;
        let known = self.probed().await;
        if known == Known::Refused {
            let reason =
                if reason.cause() == Cause::Account { reason } else { PauseReason::KeyRefused };
            health.stop_for(reason, Some(&error), rest(reason), pass.trial.is_some()).await;
            pass.trial_is_over();
            return not_charged(error, AttemptOutcome::AccountRefused, None, pass);
        }
        let earlier: Vec<_> = match self.ports.store.attempts(self.claimed.lease.message_id).await {
            Ok(attempts) => attempts
                .iter()
                .filter(|attempt| attempt.outcome == Some(outcome))
                .map(|attempt| attempt.started_at)
                .collect(),
            Err(error) => {
                tracing::warn!(error = %error, "the ledger could not be read");
                Vec::new()
            }
        };
        let waits = if earlier.is_empty() { UNCLEAR_WAIT } else { UNCLEAR_WAIT * 2 };
        match self.doubt(&error, reason, earlier, Some(known)).await {
            Some(Changed { verdict: Verdict::ItsOwn, .. }) => {
                self.lift_after_trial(None).await;
                let mut own = TransportError::new(Disposition::Permanent, error.detail());
                if let Some(status) = error.http_status() {
                    own = own.with_status(status);
                }
                Judged::charged(Err(own))
            }
            Some(Changed { account, .. }) if account.pause.is_none() => {
                not_charged(error, outcome, Some(waits), pass)
            }
            _ => not_charged(error, outcome, Some(UNCLEAR_WAIT), pass),
        }
    }

    /// Writes an unclear answer down. Returns the result, if the database answered.
    async fn doubt(
        &self,
        error: &TransportError,
        reason: PauseReason,
        earlier: Vec<DateTime<Utc>>,
        known: Option<Known>,
    ) -> Option<Changed> {
        let trial = self.pass.trial.is_some();
        let unclear = Unclear {
            message_id: self.claimed.lease.message_id,
            cause: error.cause(),
            reason,
            detail: Some(error.detail().to_owned()),
            earlier,
            ready: known == Some(Known::Ready),
            may_be_its_own: known.is_some(),
            rest: rest(reason),
            trial,
        };
        let changed = self.health.doubt(unclear).await;
        self.pass.trial_is_over();
        if changed.as_ref().is_some_and(|changed| changed.verdict == Verdict::Paused) {
            self.health.paused();
        }
        changed
    }

    /// Returns the gateway's answer about the account, asked for at most once a pass.
    async fn probed(&self) -> Known {
        let mut known = self.pass.probe.lock().await;
        if let Some(known) = *known {
            return known;
        }
        let answer = self.health.probe().await.map_or(Known::Nothing, |probe| match probe {
            Probe::Ready => Known::Ready,
            Probe::Refused => Known::Refused,
        });
        *known.insert(answer)
    }

    /// Notes that a message was taken that was POSTed at `posted`. This speaks for the account as
    /// it was then, however late the reply came.
    async fn taken(&self, id: MessageId, posted: DateTime<Utc>) {
        if self.pass.trial.is_some() {
            self.lift_after_trial(Some(id)).await;
        } else if self.pass.in_doubt || self.health.is_in_doubt() {
            self.health.doubt_is_over();
            self.health.change_at(AccountStep::Taken(id), posted).await;
        }
    }

    /// Lifts the pause after the message that was let through met no failure of the account.
    async fn lift_after_trial(&self, taken: Option<MessageId>) {
        if let Some(trial) = &self.pass.trial {
            self.pass.trial_is_over();
            let seen = SeenPause::Since(trial.since);
            self.health.change(AccountStep::Lift { seen, taken }).await;
        }
    }
}

/// A failure of the account costs the message nothing, unless the message follows its own retry
/// schedule as the probe.
fn not_charged(
    error: TransportError,
    outcome: AttemptOutcome,
    wait: Option<TimeDelta>,
    pass: &Pass,
) -> Judged {
    if error.disposition() == Disposition::Unknown {
        return Judged::charged(Err(error));
    }
    if pass.trial.as_ref().is_some_and(|trial| trial.counted) {
        let mut charged = TransportError::new(Disposition::Transient, error.detail())
            .with_cause(Sign::of(&error).cause(&error));
        if let Some(status) = error.http_status() {
            charged = charged.with_status(status);
        }
        if !error.reached() {
            charged = charged.not_reached();
        }
        return Judged::charged(Err(charged));
    }
    Judged { reply: Err(error), free: Some(Free { outcome, wait }) }
}
