//! The meaning of an error for the account: pure rules.

use chrono::TimeDelta;

use crate::account::PauseReason;
use crate::message::Cause;
use crate::port::TransportError;
use crate::retry::Disposition;

/// Time that the account rests before the gateway is asked again.
pub(crate) const REST: TimeDelta = TimeDelta::minutes(5);
pub(crate) const OUTAGE_REST: TimeDelta = TimeDelta::seconds(60);

/// Returns the time that the account rests for this reason.
pub(crate) const fn rest(reason: PauseReason) -> TimeDelta {
    match reason {
        PauseReason::Outage | PauseReason::Misconfigured => OUTAGE_REST,
        _ => REST,
    }
}

/// The meaning of an error for the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
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
    pub(crate) fn of(error: &TransportError) -> Self {
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

    /// Returns the cause of the failure with which a message ends.
    pub(crate) fn cause(self, error: &TransportError) -> Cause {
        match self {
            Self::Sure(reason, _) => reason.cause(),
            Self::Unclear(_) | Self::Page | Self::Outage | Self::None => error.cause(),
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
pub(crate) fn out_of_order(error: &TransportError) -> bool {
    match error.disposition() {
        Disposition::Misconfigured | Disposition::Permanent => false,
        _ => !error.reached() || error.http_status().is_some_and(|status| status >= 500),
    }
}
