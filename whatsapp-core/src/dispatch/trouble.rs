//! The meaning of an answer for the account: who caused the failure, and what it costs the message.

use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeDelta, Utc};

use super::decide::Free;
use super::pass::{Known, Pass};
use super::{Dispatcher, locked};
use crate::account::{
    AccountChange, AccountStep, Changed, PauseReason, SeenPause, Unclear, Verdict,
};
use crate::id::{AccountEventId, MessageId};
use crate::message::{AttemptOutcome, Cause};
use crate::port::{Accepted, Claimed, Probe, TransportError, random};
use crate::retry::Disposition;

/// Time that the account rests before the gateway is asked again.
pub(super) const REST: TimeDelta = TimeDelta::minutes(5);
const OUTAGE_REST: TimeDelta = TimeDelta::seconds(60);

/// Time that a message waits when it was refused in unclear words.
const UNCLEAR_WAIT: TimeDelta = TimeDelta::minutes(5);

/// Returns the time that the account rests for this reason.
pub(super) const fn rest(reason: PauseReason) -> TimeDelta {
    match reason {
        PauseReason::Outage | PauseReason::Misconfigured => OUTAGE_REST,
        _ => REST,
    }
}

/// The meaning of an error for the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// The cause is surely the account, the address, or something on the way.
    Sure(PauseReason, TimeDelta),
    /// The cause may be the message or the account.
    Unclear(PauseReason),
    /// A web page came back, and nobody knows whether the message was taken.
    Page,
    /// The gateway itself seems to be out of order.
    Outage,
    /// It says nothing about the account: it is about the message alone.
    None,
}

impl Sign {
    fn of(error: &TransportError) -> Self {
        if let Some(wait) = error.retry_after() {
            return Self::Sure(PauseReason::RateLimited, wait);
        }
        match error.disposition() {
            Disposition::Permanent => Self::None,
            Disposition::Misconfigured => {
                Self::Sure(PauseReason::Misconfigured, rest(PauseReason::Misconfigured))
            }
            Disposition::Unknown if error.cause() == Cause::Between => Self::Page,
            Disposition::Unknown => Self::Outage,
            Disposition::Account | Disposition::Transient => match error.cause() {
                Cause::Account | Cause::Address | Cause::Between => {
                    let reason = reason(error);
                    if error.cause_is_sure() {
                        Self::Sure(reason, rest(reason))
                    } else {
                        Self::Unclear(reason)
                    }
                }
                _ if out_of_order(error) => Self::Outage,
                _ => Self::None,
            },
        }
    }
}

/// Returns the reason why the account pauses after this error, from its cause and from the
/// gateway's words.
fn reason(error: &TransportError) -> PauseReason {
    match error.cause() {
        Cause::Address => return PauseReason::WrongAddress,
        Cause::Between => return PauseReason::Between,
        _ => {}
    }
    let words = error.detail().to_lowercase();
    let says = |any: &[&str]| any.iter().any(|word| words.contains(word));
    match error.http_status() {
        Some(402) => PauseReason::Subscription,
        _ if says(&["subscri", "expired plan", "payment", "balance", "billing", "credit"]) => {
            PauseReason::Subscription
        }
        _ if says(&["session", "phone", "link", "connect", "qr", "logged out", "device"]) => {
            PauseReason::PhoneNotLinked
        }
        Some(401 | 403) => PauseReason::KeyRefused,
        _ if says(&["key", "token", "auth", "credential"]) => PauseReason::KeyRefused,
        _ => PauseReason::AccountRefused,
    }
}

/// Returns whether an error says that the gateway itself is out of order.
pub(super) fn out_of_order(error: &TransportError) -> bool {
    match error.disposition() {
        Disposition::Misconfigured | Disposition::Permanent => false,
        _ => !error.reached() || error.http_status().is_some_and(|status| status >= 500),
    }
}

/// A reply. `free` is set if the attempt uses up none of the message's retries.
pub(super) struct Judged {
    pub(super) reply: Result<Accepted, TransportError>,
    pub(super) free: Option<Free>,
}

impl Judged {
    const fn charged(reply: Result<Accepted, TransportError>) -> Self {
        Self { reply, free: None }
    }
}

impl Dispatcher {
    /// Tells failures of the account from failures of the message. Pauses the account for its own
    /// failures. Lifts the pause when the message that was let through met none.
    pub(super) async fn judge(
        &self,
        claimed: &Claimed,
        posted: DateTime<Utc>,
        reply: Result<Accepted, TransportError>,
        pass: &Pass,
    ) -> Judged {
        let id = claimed.lease.message_id;
        let sign = match &reply {
            Ok(_) => Sign::None,
            Err(error) => Sign::of(error),
        };
        let failed = matches!(sign, Sign::Outage | Sign::Page);
        let outage = locked(&self.shared.breaker).record(self.ports.clock.now(), id, failed);
        let error = match (reply, sign) {
            (Ok(accepted), _) => {
                self.taken(id, posted, pass).await;
                return Judged::charged(Ok(accepted));
            }
            (Err(error), Sign::None) => {
                if error.reached() {
                    self.lift_after_trial(None, pass).await;
                }
                return Judged::charged(Err(error));
            }
            (Err(error), _) => error,
        };
        // Boxed, because it is rare: every message in flight would reserve space for it.
        Box::pin(self.troubled(claimed, error, (sign, outage), pass)).await
    }

    /// Handles an error that the message may not have caused.
    async fn troubled(
        &self,
        claimed: &Claimed,
        error: TransportError,
        (sign, outage): (Sign, bool),
        pass: &Pass,
    ) -> Judged {
        match sign {
            Sign::Sure(reason, rest) => {
                self.stop_for(reason, Some(&error), rest, pass.trial.is_some()).await;
                pass.trial_is_over();
                not_charged(error, AttemptOutcome::AccountRefused, None, pass)
            }
            Sign::Unclear(reason) => self.unclear(claimed, error, reason, pass).await,
            Sign::Page => {
                self.doubt(claimed, &error, PauseReason::Between, Vec::new(), None, pass).await;
                if outage {
                    self.stop_for(PauseReason::Outage, Some(&error), OUTAGE_REST, false).await;
                }
                Judged::charged(Err(error))
            }
            Sign::Outage | Sign::None => {
                let trial = pass.trial.is_some();
                if trial || outage {
                    self.stop_for(PauseReason::Outage, Some(&error), OUTAGE_REST, trial).await;
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
    async fn unclear(
        &self,
        claimed: &Claimed,
        error: TransportError,
        reason: PauseReason,
        pass: &Pass,
    ) -> Judged {
        let outcome = AttemptOutcome::UnclearRefusal;
        let known = self.probed(pass).await;
        if known == Known::Refused {
            let reason =
                if reason.cause() == Cause::Account { reason } else { PauseReason::KeyRefused };
            self.stop_for(reason, Some(&error), rest(reason), pass.trial.is_some()).await;
            pass.trial_is_over();
            return not_charged(error, AttemptOutcome::AccountRefused, None, pass);
        }
        let earlier: Vec<_> = match self.ports.store.attempts(claimed.lease.message_id).await {
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
        match self.doubt(claimed, &error, reason, earlier, Some(known), pass).await {
            Some(Changed { verdict: Verdict::ItsOwn, .. }) => {
                self.lift_after_trial(None, pass).await;
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
        claimed: &Claimed,
        error: &TransportError,
        reason: PauseReason,
        earlier: Vec<DateTime<Utc>>,
        known: Option<Known>,
        pass: &Pass,
    ) -> Option<Changed> {
        let trial = pass.trial.is_some();
        let unclear = Unclear {
            message_id: claimed.lease.message_id,
            cause: error.cause(),
            reason,
            detail: Some(error.detail().to_owned()),
            earlier,
            ready: known == Some(Known::Ready),
            may_be_its_own: known.is_some(),
            rest: rest(reason),
            trial,
        };
        self.shared.in_doubt.store(true, Ordering::SeqCst);
        let changed = self.change(AccountStep::Unclear(unclear)).await;
        pass.trial_is_over();
        if changed.as_ref().is_some_and(|changed| changed.verdict == Verdict::Paused) {
            self.shared.pauses.fetch_add(1, Ordering::SeqCst);
        }
        changed
    }

    /// Returns the gateway's answer about the account, asked for at most once a pass.
    async fn probed(&self, pass: &Pass) -> Known {
        let mut known = pass.probe.lock().await;
        if let Some(known) = *known {
            return known;
        }
        let answer = match self.transport.probe().await {
            Ok(Probe::Ready) => Known::Ready,
            Ok(Probe::Refused) => Known::Refused,
            Err(_) => Known::Nothing,
        };
        *known.insert(answer)
    }

    /// Notes that a message was taken that was POSTed at `posted`. This speaks for the account as
    /// it was then, however late the reply came.
    async fn taken(&self, id: MessageId, posted: DateTime<Utc>, pass: &Pass) {
        if pass.trial.is_some() {
            self.lift_after_trial(Some(id), pass).await;
        } else if pass.in_doubt || self.shared.in_doubt.load(Ordering::SeqCst) {
            self.shared.in_doubt.store(false, Ordering::SeqCst);
            self.change_at(AccountStep::Taken(id), posted).await;
        }
    }

    /// Lifts the pause after the message that was let through met no failure of the account.
    async fn lift_after_trial(&self, taken: Option<MessageId>, pass: &Pass) {
        if let Some(trial) = &pass.trial {
            pass.trial_is_over();
            self.change(AccountStep::Lift { seen: SeenPause::Since(trial.since), taken }).await;
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
        self.shared.pauses.fetch_add(1, Ordering::SeqCst);
    }

    /// Changes the account, and logs events that people are told about; `None` when the database
    /// did not answer.
    pub(super) async fn change(&self, step: AccountStep) -> Option<Changed> {
        self.change_at(step, self.ports.clock.now()).await
    }

    async fn change_at(&self, step: AccountStep, at: DateTime<Utc>) -> Option<Changed> {
        let id = AccountEventId::new(at, random(self.ports.entropy.as_ref()));
        match self.ports.store.change_account(&AccountChange { id, at, step, by: None }).await {
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
    pub(super) fn told_of(&self, changed: &Changed) {
        let Some(event) = &changed.event else { return };
        tracing::warn!(
            event = event.kind.as_str(),
            reason = event.reason.map(PauseReason::as_str),
            detail = event.detail.as_deref(),
            "{}",
            event.kind.label()
        );
        self.ports.wake.wake();
    }
}

impl Sign {
    /// Returns the cause of the failure with which a message ends.
    fn cause(self, error: &TransportError) -> Cause {
        match self {
            Self::Sure(reason, _) => reason.cause(),
            Self::Unclear(_) | Self::Page | Self::Outage | Self::None => error.cause(),
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
