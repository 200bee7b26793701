//! The gateway's decision about one POST: taking the message or not, and the answer.

use std::fmt;
use std::time::Duration;

use chrono::TimeDelta;
use whatsapp_core::message::Cause;
use whatsapp_core::port::{Accepted, Reference, TransportError};
use whatsapp_core::retry::Disposition;

use crate::world::dice::Dice;
use crate::world::executor::locked;
use crate::world::sim::Sim;
use crate::world::trouble::Trouble;

/// Decision to take a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Acceptance {
    Never,
    /// Taken `wait` after it arrived, and shown in lists `lag` after that.
    After {
        wait: Duration,
        lag: Duration,
    },
}

/// The answer as the sender gets it.
#[derive(Debug, Clone)]
enum Said {
    Yes,
    No(TransportError),
}

/// The gateway's decision about a POST.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    why: &'static str,
    pub(super) acceptance: Acceptance,
    /// Time until the answer.
    pub(super) wait: Duration,
    said: Said,
    /// True if the POST is refused because of the account, and somebody can know that.
    troubled: bool,
}

/// Forms of trouble of a whole account: the disposition, the cause, true if the cause is sure, and
/// the HTTP status. The dispositions are those of the table in the gateway's adapter, `replies.md`.
const FORMS: [(Disposition, Cause, bool, u16); 6] = [
    (Disposition::Account, Cause::Account, true, 401),
    (Disposition::Account, Cause::Account, true, 402),
    (Disposition::Account, Cause::Account, false, 403),
    (Disposition::Account, Cause::Between, false, 403),
    (Disposition::Account, Cause::Address, false, 404),
    (Disposition::Account, Cause::Between, true, 407),
];

/// Number of forms.
pub(in crate::world) const FORMS_MOST: usize = FORMS.len();

const SECOND: Duration = Duration::from_secs(1);

impl Answer {
    /// Draws the decision about a POST that arrives now.
    pub(super) fn draw(sim: &Sim, dice: &mut Dice, reference: Reference) -> Self {
        let now = sim.executor.now();
        let account = {
            let weather = locked(&sim.weather);
            let form = (weather.account_form, weather.probe_says_ready);
            (weather.account > now).then_some(form)
        };
        if let Some((form, probe_says_ready)) = account {
            sim.happens(Trouble::Account, Some(reference.message_id));
            return Self::of_account(form, probe_says_ready);
        }
        let fast = dice.millis(30, 400);
        let mut happens = |trouble: Trouble, of_ten_thousand: u32| {
            let happens = sim.may(trouble) && dice.chance(of_ten_thousand);
            if happens {
                sim.happens(trouble, Some(reference.message_id));
            }
            happens
        };
        let unclear = |wait: Duration, detail: &str, status: Option<u16>| {
            let error = TransportError::new(Disposition::Unknown, detail);
            let error = status.map_or(error.clone(), |status| error.with_status(status));
            (wait, Said::No(error))
        };
        let slow = happens(Trouble::GatewaySlow, 1_000);
        let lag = happens(Trouble::LateList, 1_000);
        let (why, taken, (wait, said), troubled) = if happens(Trouble::LostReply, 1_200) {
            let answer = unclear(30 * SECOND, "The gateway did not answer in time", None);
            ("takes it, and the answer is lost", Some(Duration::ZERO), answer, false)
        } else if happens(Trouble::LostRequest, 800) {
            let detail = "The connection to the gateway broke before it answered";
            ("does not take it, and the answer is lost", None, unclear(fast, detail, None), false)
        } else if happens(Trouble::LateAccept, 600) {
            let answer = unclear(30 * SECOND, "The gateway did not answer in time", None);
            ("takes it later", Some(dice.millis(31_000, 3_000_000)), answer, false)
        } else if happens(Trouble::ServerError, 800) {
            let answer = unclear(fast, "The gateway answered with an error (HTTP 500)", Some(500));
            let taken = dice.chance(5_000).then_some(Duration::ZERO);
            ("answers that it is broken", taken, answer, false)
        } else if happens(Trouble::Refusal, 900) {
            let error =
                TransportError::new(Disposition::Transient, "The gateway refused the message");
            let error = error.with_cause(Cause::Message).with_status(200);
            ("refuses it for now", None, (fast, Said::No(error)), false)
        } else if happens(Trouble::Rejection, 200) {
            let error =
                TransportError::new(Disposition::Permanent, "The gateway refused the message");
            ("refuses it", None, (fast, Said::No(error.with_status(422))), false)
        } else if happens(Trouble::RateLimited, 200) {
            let wait = TimeDelta::seconds(i64::try_from(dice.between(1, 120)).unwrap_or(1));
            let detail = "The gateway is asked too often; sending pauses for a while";
            let error = TransportError::new(Disposition::Transient, detail)
                .with_cause(Cause::Account)
                .with_status(429)
                .with_retry_after(wait);
            ("is asked too often", None, (fast, Said::No(error)), true)
        } else {
            ("takes it", Some(Duration::ZERO), (fast, Said::Yes), false)
        };
        let wait = if slow { wait.max(dice.millis(1_000, 25_000)) } else { wait };
        let lag = if lag { dice.millis(60_000, 2_700_000) } else { dice.millis(0, 3_000) };
        let acceptance = taken.map_or(Acceptance::Never, |wait| Acceptance::After { wait, lag });
        Self { why, acceptance, wait, said, troubled }
    }

    /// Refuses the account. Nobody can know that it is the account if the gateway says nothing
    /// clear, neither in its answer nor when it is probed.
    fn of_account(form: usize, probe_says_ready: bool) -> Self {
        let (disposition, cause, sure, status) =
            FORMS.get(form).copied().unwrap_or((Disposition::Account, Cause::Account, true, 401));
        let error =
            TransportError::new(disposition, "The gateway refused the API key or the account");
        let error = error.with_status(status);
        let error = if sure { error.with_cause(cause) } else { error.perhaps(cause) };
        Self {
            why: "refuses the account",
            acceptance: Acceptance::Never,
            wait: SECOND / 10,
            said: Said::No(error),
            troubled: sure || !probe_says_ready,
        }
    }

    pub(super) const fn is_about_the_account(&self) -> bool {
        self.troubled
    }

    /// Returns the answer for the sender, with the id of the message that was taken.
    pub(super) fn reply(&self, id: Option<String>) -> Result<Accepted, TransportError> {
        match &self.said {
            Said::Yes => Ok(Accepted::new(id).with_reply(201, None)),
            Said::No(error) => Err(error.clone()),
        }
    }

    /// Returns the meaning of a refusal, and whose trouble it is.
    pub(super) fn meaning(&self) -> Option<(Disposition, Cause)> {
        match &self.said {
            Said::Yes => None,
            Said::No(error) => Some((error.disposition(), error.cause())),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the gateway {}", self.why)?;
        match self.acceptance {
            Acceptance::After { wait, lag } if lag > 60 * SECOND || wait > SECOND => {
                write!(f, " after {} s, and lists it {} s later", wait.as_secs(), lag.as_secs())
            }
            _ => Ok(()),
        }
    }
}

/// Creates the error of a gateway that is not reached.
pub(super) fn unreachable() -> TransportError {
    TransportError::new(Disposition::Transient, "The gateway could not be reached")
        .not_reached()
        .with_cause(Cause::Gateway)
}
