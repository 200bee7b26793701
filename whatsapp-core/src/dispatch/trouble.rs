//! The account's trouble: what tells it from the trouble of single messages, and the pause.

use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeDelta, Utc};

use super::attempt::Pass;
use super::{Dispatcher, locked};
use crate::port::{Accepted, Claimed, Pause, PauseReason, Probe, TransportError};
use crate::retry::Disposition;

/// So many messages in a row may be refused like a bad key before it counts as one.
const REFUSED_ALIKE: u32 = 2;

/// How long the account rests before the gateway is probed again.
pub(super) const REFUSED_REST: TimeDelta = TimeDelta::minutes(5);
pub(super) const OUTAGE_REST: TimeDelta = TimeDelta::seconds(60);

/// An outage is waited out for so long; then every message follows its own schedule to the end.
pub(super) const OUTAGE_MAX: TimeDelta = TimeDelta::hours(24);

impl Dispatcher {
    /// 401 and 403 may be about the account or about this message: the gateway is asked. Where it
    /// takes the key otherwise, the message is refused for good; else the account pauses. So it does
    /// when message after message is refused like this: then it cannot be about the message.
    pub(super) async fn judge_account(
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
    pub(super) async fn watch_for_trouble(
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
}

/// Whether an error says that the gateway itself is out of order.
pub(super) fn out_of_order(error: &TransportError) -> bool {
    match error.disposition() {
        Disposition::Misconfigured => false,
        _ => !error.reached() || error.http_status().is_some_and(|status| status >= 500),
    }
}
