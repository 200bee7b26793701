//! The meaning of the stand-in's answers for a sender, without HTTP: the rows of `replies.md` in
//! `whatsapp-360messenger` that they fall into.

use chrono::TimeDelta;
use serde_json::json;
use whatsapp_core::message::Cause;
use whatsapp_core::port::{Accepted, Probe, TransportError};
use whatsapp_core::retry::Disposition;

use crate::gateway::fault::{Answer, RetryAfter, Sample};
use crate::gateway::look::Look;

/// The most bytes of an answer that a careful client reads.
const READ_MOST: usize = 64 * 1024;

/// The wait if the gateway is asked too often and does not say how long to wait.
const WAIT: TimeDelta = TimeDelta::seconds(60);

/// The longest wait that the gateway may ask for, in seconds.
const WAIT_MOST: i64 = 3_600;

/// The meaning of an answer: the disposition, the cause, and `false` where the message may be the
/// cause as well.
type Row = (Disposition, Cause, bool);

const ACCOUNT: Row = (Disposition::Account, Cause::Account, true);
const LIMITED: Row = (Disposition::Transient, Cause::Account, true);
const PROXY: Row = (Disposition::Account, Cause::Between, true);
const PERHAPS: Row = (Disposition::Account, Cause::Account, false);
const ELSEWHERE: Row = (Disposition::Account, Cause::Address, false);
const MOVED_ON: Row = (Disposition::Unknown, Cause::Address, false);
const PAGE_REFUSAL: Row = (Disposition::Account, Cause::Between, false);
const PAGE_ANSWER: Row = (Disposition::Unknown, Cause::Between, false);
const RECIPIENT: Row = (Disposition::Permanent, Cause::Recipient, true);
const MESSAGE: Row = (Disposition::Permanent, Cause::Message, true);
const NOT_TAKEN: Row = (Disposition::Transient, Cause::Message, true);
const DOUBT: Row = (Disposition::Unknown, Cause::Gateway, true);

/// The reply to a send. `id` is the id of its message, if it was accepted.
///
/// # Panics
/// Panics at an [`Answer::Raw`]: only an adapter can read it.
pub(super) fn reply(answer: &Answer, id: &str) -> Result<Accepted, TransportError> {
    let accepted = |id: Option<&str>| {
        let shown = json!({"success": true, "statusCode": 201, "id": id});
        Ok(Accepted::new(id.map(str::to_owned)).with_reply(201, Some(shown)))
    };
    match answer {
        Answer::Ordinary | Answer::DataArray => accepted(Some(id)),
        Answer::Huge(bytes) if *bytes <= READ_MOST => accepted(Some(id)),
        Answer::WithoutId => accepted(None),
        Answer::Huge(_) | Answer::Truncated => {
            Err(error(DOUBT, 201, "The gateway's answer broke off or was too long"))
        }
        Answer::SuccessAsText => Err(unclear(201)),
        Answer::Empty => Err(unclear(200)),
        Answer::Garbage => Err(error(PAGE_ANSWER, 200, PAGE)),
        Answer::Hang => Err(no_answer("The gateway did not answer in time")),
        Answer::Reset | Answer::Close => {
            Err(no_answer("The connection to the gateway broke before it answered"))
        }
        // By its words, and not by its status, some code outside the table is the account's.
        Answer::Status(code @ (407 | 511)) => Err(error(ACCOUNT, *code, REFUSED)),
        Answer::TooManyRequests(asked) => {
            Err(error(LIMITED, 429, TOO_OFTEN).with_retry_after(wait(asked)))
        }
        // It leads to the same path at another place.
        Answer::Redirect(302) => Err(error(ELSEWHERE, 302, MOVED)),
        Answer::Status(code) | Answer::Redirect(code) => Err(by_code(*code, *code)),
        answer @ Answer::SuccessFalse(_) if *answer == Answer::session_down() => {
            Err(said(ACCOUNT, 200, REFUSED, "Session is not connected"))
        }
        Answer::SuccessFalse(words) => {
            Err(said(NOT_TAKEN, 200, "The gateway refused the message", words))
        }
        Answer::Says(sample) => Err(by_sample(*sample)),
        Answer::Raw { .. } => panic!(
            "a gateway in memory cannot read Answer::Raw: use a StandInGateway and the adapter \
             that sends in production"
        ),
    }
}

/// The result of a probe that gets this answer.
pub(super) fn probed(answer: &Answer) -> Result<Probe, TransportError> {
    match reply(answer, "") {
        Ok(_) => Ok(Probe::Ready),
        Err(error)
            if error.disposition() == Disposition::Account && error.cause() == Cause::Account =>
        {
            Ok(Probe::Refused)
        }
        Err(error) => Err(error),
    }
}

/// The error of a question for a list that is answered in this way; `None` if there is an answer.
pub(super) fn unanswered(look: &Look) -> Option<TransportError> {
    match look {
        Look::Honest | Look::WrongPage | Look::Unfiltered | Look::NoSuchChat | Look::Nothing => {
            None
        }
        Look::Status(code) => Some(by_code(*code, *code)),
        Look::Hang => Some(no_answer("The gateway did not answer in time")),
        Look::Reset => Some(no_answer("The connection to the gateway broke before it answered")),
        Look::Garbage => Some(error(PAGE_ANSWER, 200, PAGE)),
        Look::Truncated => Some(error(DOUBT, 200, "The gateway's answer could not be understood")),
    }
}

/// The error of a question whose answer is that nothing is at its address.
pub(super) fn not_found() -> TransportError {
    by_code(404, 404)
}

const REFUSED: &str = "The gateway refused the API key or the account";
const TOO_OFTEN: &str = "The gateway is asked too often; sending pauses for a while";
const MOVED: &str = "The gateway redirected the request to another address";
const PAGE: &str = "Something before the gateway answered: a web page came back";

/// The error for a status, or for such a code in a body that came with the status `http`.
fn by_code(code: u16, http: u16) -> TransportError {
    let of = |row, what: &str| error(row, http, &format!("{what} (HTTP {http})"));
    match code {
        200..300 => of(NOT_TAKEN, "The gateway refused the message"),
        301 | 307 | 308 => error(ELSEWHERE, http, MOVED),
        300..400 => error(MOVED_ON, http, MOVED),
        400 | 409 | 411 | 413 | 414 | 415 | 422 | 431 => {
            of(MESSAGE, "The gateway refused the message")
        }
        401 | 402 => error(ACCOUNT, http, REFUSED),
        404 | 405 | 410 | 421 | 426 => of(ELSEWHERE, "The gateway has nothing at this address"),
        407 => of(PROXY, "Something before the gateway wants a login"),
        408 | 499 => of(DOUBT, "The gateway did not answer in time"),
        429 => error(LIMITED, http, TOO_OFTEN).with_retry_after(WAIT),
        400..500 => {
            error(PERHAPS, http, "The gateway refused the API key, the account or the message")
        }
        _ => of(DOUBT, "The gateway answered with an error"),
    }
}

fn by_sample(sample: Sample) -> TransportError {
    let page = "Something before the gateway refused: a web page came back";
    match sample {
        Sample::SessionNotConnected => said(ACCOUNT, 404, REFUSED, "session_not_connected"),
        Sample::SessionUnexpected => {
            said(ACCOUNT, 422, REFUSED, "Session status is not as expected. Try again later")
        }
        Sample::SubscriptionExpired => said(ACCOUNT, 402, REFUSED, "subscription expired"),
        Sample::DailyLimit => {
            said(LIMITED, 429, TOO_OFTEN, "Daily limit of messages reached").with_retry_after(WAIT)
        }
        Sample::Code(400) => {
            let refused = "The gateway refused the customer's number";
            said(RECIPIENT, 200, refused, "not a valid WhatsApp number")
        }
        Sample::Code(code) => by_code(code, 200),
        Sample::NotFoundPage => said(PAGE_REFUSAL, 404, page, "404 Not Found"),
        Sample::FirewallPage => said(PAGE_REFUSAL, 403, page, "Attention Required!"),
        Sample::MaintenancePage => said(PAGE_ANSWER, 200, PAGE, "Down for maintenance"),
    }
}

/// The time to wait: at least 1 second and at most an hour. A date in words is not read.
fn wait(asked: &RetryAfter) -> TimeDelta {
    let seconds = match asked {
        RetryAfter::Absent => return WAIT,
        RetryAfter::Date(ahead) => i64::try_from(ahead.as_secs()).unwrap_or(WAIT_MOST),
        RetryAfter::Text(text) => {
            let text = text.trim();
            match text.parse::<i64>() {
                Ok(seconds) => seconds,
                // A number that does not fit is longer than the longest wait anyway.
                Err(_) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => WAIT_MOST,
                Err(_) => return WAIT,
            }
        }
    };
    TimeDelta::seconds(seconds.clamp(1, WAIT_MOST))
}

/// An answer that says neither yes nor no.
fn unclear(http: u16) -> TransportError {
    error(DOUBT, http, "The gateway's answer does not say whether it took the message")
}

fn no_answer(detail: &str) -> TransportError {
    TransportError::new(Disposition::Unknown, detail)
}

/// An error with the gateway's own words.
fn said(row: Row, http: u16, detail: &str, words: &str) -> TransportError {
    error(row, http, &format!("{detail}: {words}"))
}

fn error((disposition, cause, is_sure): Row, http: u16, detail: &str) -> TransportError {
    let error = TransportError::new(disposition, detail).with_status(http);
    if is_sure { error.with_cause(cause) } else { error.perhaps(cause) }
}
