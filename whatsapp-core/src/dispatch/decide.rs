//! Decisions about a claimed message, and the writes that follow: pure functions.

use chrono::{DateTime, TimeDelta, Utc};

use super::reconcile::Look;
use crate::books::Why;
use crate::message::{
    AttachmentRef, AttemptOutcome, AttemptRecord, CancelReason, Cause, Change, Class, Delivery,
    Event, FailureKind, HeldFor, MessageType, Part, Progress, Reported, State, StateRow, Step,
};
use crate::port::{Accepted, Claimed, GATEWAY_ID_MAX, Settlement, TransportError};
use crate::retry::{Disposition, RetryPolicy};
use crate::settings::Settings;
use crate::template::Types;
use crate::time::{Elapsed, Moment, spoken};

/// A message becomes poison after this many claims that ran out before anything began.
const EXPIRED_LEASES_MAX: u32 = 3;

/// The longest time that a request takes to leave and be answered.
const POST_MAX: TimeDelta = TimeDelta::minutes(1);

/// The next step for a claimed message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Plan {
    /// An attempt of a message of this type.
    Send(MessageType),
    /// A look at the attempt that began then.
    Look { started: DateTime<Utc> },
    /// A question to the gateway about its delivery.
    Watch,
    /// No request: this event settles the message, for this reason.
    Settle(Event, Why),
}

/// The longest time that a message waits for something outside itself: for the account to be put
/// right, or for its type to be known. It is counted from when the message was due.
pub(super) const WAIT_MAX: TimeDelta = TimeDelta::days(7);

/// The shortest and the longest time between two looks whether the type of a message is known now.
const TYPE_ASKED_AGAIN: [TimeDelta; 2] = [TimeDelta::minutes(1), TimeDelta::hours(1)];

/// Decides the next step for a claimed message. The question whether its invoice is still due comes
/// later.
pub(crate) fn plan(
    claimed: &Claimed,
    types: &Types,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Plan {
    match &claimed.progress.state {
        State::Sending { started, .. } | State::Checking { started, .. } => {
            Plan::Look { started: *started }
        }
        State::Sent { .. } => Plan::Watch,
        State::Waiting { .. } | State::Retrying { .. } => {
            // Once the file is with the customer, its text follows, whatever happened since.
            let whole = claimed.progress.part != Part::Text;
            let expired = whole && claimed.expires_at.is_some_and(|at| at <= now);
            let Some(of) = types.get(claimed.message_type) else {
                return without_its_type(claimed, expired, now);
            };
            if expired {
                return Plan::Settle(Event::Withdrawn(CancelReason::Expired), Why::default());
            }
            if whole && !settings.allows(of) {
                Plan::Settle(Event::Withdrawn(CancelReason::SwitchedOff), Why::default())
            } else if claimed.expired_leases >= EXPIRED_LEASES_MAX {
                Plan::Settle(Event::Poisoned, Why::default())
            } else if must_wait(&claimed.progress, of, settings, now) {
                until_it_opens(claimed, of, settings, now)
            } else {
                Plan::Send(of)
            }
        }
        // A final message owes nothing and is never claimed. If it ever were, this writes it back.
        State::Failed(_) | State::Cancelled(_) => {
            debug_assert_ne!(claimed.step, Step::Send, "a final message was claimed");
            Plan::Settle(Event::Reported(crate::message::Reported::Nothing), Why::default())
        }
    }
}

/// Returns whether a message has to wait for the send window. Once the file is with the customer,
/// its text follows.
pub(crate) fn must_wait(
    progress: &Progress,
    of: MessageType,
    settings: &Settings,
    now: DateTime<Utc>,
) -> bool {
    let due = match progress.state {
        State::Waiting { due } => due,
        State::Retrying { at, .. } => at,
        _ => now,
    };
    progress.part != Part::Text
        && settings.is_outside_hours(of, now)
        && keeps_hours(progress.class, due, of, settings)
}

/// Returns whether a message of this class that is due at `due` keeps to the hours. The class tells
/// whether a person waits for it. A person who chose a time outside the hours was asked about it,
/// and is obeyed. A time within the hours promises nothing: a message that comes too late for it
/// waits like any other.
pub(crate) fn keeps_hours(
    class: Class,
    due: DateTime<Utc>,
    of: MessageType,
    settings: &Settings,
) -> bool {
    class != Class::Transactional || !settings.is_outside_hours(of, due)
}

/// Decides about a message outside the send window. It waits for the next opening, unless it is too
/// late for it by then. If no opening comes, the settings are asked again every day.
fn until_it_opens(
    claimed: &Claimed,
    of: MessageType,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Plan {
    let opens = settings.window(of).next_opening(now);
    let until = opens.unwrap_or(now + TimeDelta::days(1));
    let begin = opens.map(|at| format!("begin on {}", spoken(settings.time_zone.local(at))));
    let begin = begin.unwrap_or_else(|| "do not begin within 400 days".to_owned());
    if claimed.expires_at.is_some_and(|at| at <= until) {
        let why = format!("Business hours {begin}, which is too late for it.");
        Plan::Settle(Event::Withdrawn(CancelReason::Expired), Why::said(why))
    } else {
        let why = format!("It waits for business hours, which {begin}.");
        Plan::Settle(Event::Postponed { until }, Why::held(HeldFor::Hours, why))
    }
}

/// Decides about a message whose type is not known here. It waits until it is too late, because
/// another process or the next version of this program may know the type. An older message is
/// looked at less often, because each look takes the place of a request.
fn without_its_type(claimed: &Claimed, expired: bool, now: DateTime<Utc>) -> Plan {
    let wanted = claimed.scheduled_for.unwrap_or(claimed.created_at).max(claimed.created_at);
    let age = now - wanted;
    if !expired && age < WAIT_MAX {
        let [least, most] = TYPE_ASKED_AGAIN;
        let until = now + age.clamp(least, most);
        let why = Why::held(HeldFor::Records, "The program does not know its message type yet.");
        return Plan::Settle(Event::Postponed { until }, why);
    }
    let name = claimed.message_type;
    let event = Event::Abandoned {
        kind: FailureKind::Invalid,
        cause: Cause::Host,
        reason: format!(
            "The program does not know the message type \"{name}\", so it did not send the message. \
             Resend it once the program knows the type."
        ),
    };
    Plan::Settle(event, Why::default())
}

/// Returns what an attempt sends of a message. A file that goes ahead of its text has its own name
/// as text, because the gateway wants some text with everything.
pub(crate) fn sent(claimed: &Claimed) -> (&str, Option<&AttachmentRef>) {
    let text = claimed.text.as_str();
    match (claimed.progress.part, &claimed.attachment) {
        (Part::File, Some(file)) => (&file.name, Some(file)),
        (Part::Whole | Part::File, file) => (text, file.as_ref()),
        (Part::Text, _) => (text, None),
    }
}

/// Returns whether an attempt is open: then a look is due and no POST.
pub(crate) const fn is_open(progress: &Progress) -> bool {
    matches!(progress.state, State::Sending { .. } | State::Checking { .. })
}

/// Returns the retry policy of one message.
pub(crate) fn policy(claimed: &Claimed, settings: &Settings) -> RetryPolicy {
    RetryPolicy { max_retries: claimed.max_retries, ..settings.retry_policy() }
}

/// Returns the progress of a message after an event; unchanged if the event changes nothing.
pub(crate) fn after(
    progress: &Progress,
    event: &Event,
    moment: impl Into<Moment>,
    policy: &RetryPolicy,
) -> Progress {
    match progress.on(event, moment, policy) {
        Change::To(next) => next,
        Change::Same | Change::Forbidden(_) => progress.clone(),
    }
}

/// Returns the settlement of a message with this progress.
pub(crate) fn settlement(
    claimed: &Claimed,
    progress: &Progress,
    attempt: Option<AttemptRecord>,
    at: DateTime<Utc>,
) -> Settlement {
    let gateway_id = attempt.as_ref().and_then(|record| record.gateway_id.clone());
    let state = StateRow::of(progress);
    Settlement { lease: claimed.lease, attempt, state, gateway_id, api_response: None, at }
}

/// An attempt that uses up no retry: its outcome in the ledger, and the wait of its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Free {
    pub(crate) outcome: AttemptOutcome,
    /// `None` leaves the message at its place.
    pub(crate) wait: Option<TimeDelta>,
}

/// Returns the event that a reply to a POST stands for, and the ledger's record of it.
pub(crate) fn reply(
    no: u32,
    reply: &Result<Accepted, TransportError>,
    free: Option<Free>,
    at: DateTime<Utc>,
) -> (Event, AttemptRecord) {
    let record = |outcome, http_status, detail: Option<&str>, gateway_id| AttemptRecord {
        no,
        finished_at: at,
        outcome,
        http_status,
        detail: detail.map(str::to_owned),
        gateway_id,
    };
    match reply {
        Ok(accepted) => {
            let id = accepted.gateway_id.as_deref().and_then(kept_id);
            let outcome = Some(AttemptOutcome::Accepted);
            (Event::Accepted, record(outcome, accepted.http_status, None, id))
        }
        Err(error) => {
            if let Some(Free { outcome, wait }) = free {
                let event = Event::Refused {
                    disposition: Disposition::Account,
                    cause: error.cause(),
                    reached: error.reached(),
                    retry_after: wait,
                    reason: error.detail().to_owned(),
                };
                let (status, detail) = (error.http_status(), Some(error.detail()));
                return (event, record(Some(outcome), status, detail, None));
            }
            let outcome = match error.disposition() {
                Disposition::Unknown => None,
                Disposition::Account | Disposition::Misconfigured => {
                    Some(AttemptOutcome::AccountRefused)
                }
                _ if !error.reached() => Some(AttemptOutcome::NotSent),
                Disposition::Transient | Disposition::Permanent => Some(AttemptOutcome::Rejected),
            };
            let event = match error.disposition() {
                Disposition::Unknown => Event::OutcomeUnknown,
                disposition => Event::Refused {
                    disposition,
                    cause: error.cause(),
                    reached: error.reached(),
                    retry_after: error.retry_after(),
                    reason: error.detail().to_owned(),
                },
            };
            (event, record(outcome, error.http_status(), Some(error.detail()), None))
        }
    }
}

/// Returns the record of an attempt that was accepted without an id, once the list shows it. The
/// record says who owns the id, so that no look takes the row for another attempt's.
pub(crate) fn found(claimed: &Claimed, gateway_id: String, now: DateTime<Utc>) -> AttemptRecord {
    let finished_at = match claimed.progress.state {
        State::Sent { at, .. } => at,
        _ => now,
    };
    AttemptRecord {
        no: claimed.progress.posts,
        finished_at,
        outcome: None,
        http_status: None,
        detail: None,
        gateway_id: Some(gateway_id),
    }
}

/// The words in the ledger for an attempt that only a row of the list proves to be accepted.
const IN_THE_LIST: &str = "No clear reply; found in the gateway's list.";

/// Returns whether an acceptance rests on the row of the list that bears its id, and on nothing
/// else.
pub(crate) fn rests_on_the_list(settlement: &Settlement) -> bool {
    let detail = settlement.attempt.as_ref().and_then(|record| record.detail.as_deref());
    detail == Some(IN_THE_LIST)
}

/// Returns the time since which a POST has surely been under way, if it began at `begun` and its
/// end was seen at `end`. If it took longer than a POST can, the machine slept, and the request may
/// have left only then.
pub(crate) fn mark_of_post(begun: Elapsed, end: Elapsed) -> Elapsed {
    match end.since(begun) {
        Some(took) if took <= POST_MAX => begun,
        Some(_) => end - POST_MAX,
        // The clock has another base since: only the end is known by it.
        None => end,
    }
}

/// Returns the gateway's id as the ledger keeps it; `None` for an id that is too long.
pub(crate) fn kept_id(id: &str) -> Option<String> {
    (id.len() <= GATEWAY_ID_MAX).then(|| id.to_owned())
}

/// Combines two reports, of a message's file and of its text, into one about the message. The
/// message has come as far as the part that is behind.
pub(crate) fn reported(file: &Reported, text: &Reported) -> Event {
    let undelivered = Reported::Reached(Delivery::Undelivered);
    match (file, text) {
        (Reported::NotOnWhatsApp, _) | (_, Reported::NotOnWhatsApp) => {
            Event::Reported(Reported::NotOnWhatsApp)
        }
        (file, _) if *file == undelivered => Event::PartUndelivered(Part::File),
        (_, text) if *text == undelivered => Event::PartUndelivered(Part::Text),
        (Reported::Reached(file), Reported::Reached(text)) => {
            Event::Reported(Reported::Reached(*file.min(text)))
        }
        (Reported::Unreadable(word), _) | (_, Reported::Unreadable(word)) => {
            Event::Reported(Reported::Unreadable(word.clone()))
        }
        (Reported::Nothing, _) | (_, Reported::Nothing) => Event::Reported(Reported::Nothing),
    }
}

/// Returns the event that a look stands for.
pub(crate) const fn looked(look: &Look) -> Event {
    match look {
        Look::Listed(_) | Look::ListedElsewhere => Event::Accepted,
        Look::Absent => Event::Absent,
        Look::Unclear | Look::Elsewhere => Event::LookUnavailable,
    }
}

/// Returns what a look writes into the attempt it was about; `None` while the attempt stays
/// unchanged.
pub(crate) fn look_record(
    no: u32,
    look: &Look,
    after: &Progress,
    at: DateTime<Utc>,
) -> Option<AttemptRecord> {
    let record = |outcome, detail: &str, gateway_id| {
        Some(AttemptRecord {
            no,
            finished_at: at,
            outcome: Some(outcome),
            http_status: None,
            detail: Some(detail.to_owned()),
            gateway_id,
        })
    };
    match (look, &after.state) {
        (Look::Listed(id), _) => record(AttemptOutcome::Accepted, IN_THE_LIST, kept_id(id)),
        (Look::ListedElsewhere, _) => record(AttemptOutcome::Accepted, IN_THE_LIST, None),
        (_, State::Checking { .. } | State::Sending { .. }) => None,
        (Look::Absent, State::Failed(why)) if why.kind == FailureKind::UnknownOutcome => record(
            AttemptOutcome::UnknownHeld,
            "No clear reply; not in the gateway's list, and the settings forbid a resend.",
            None,
        ),
        (Look::Absent, _) => record(
            AttemptOutcome::NotAccepted,
            "No clear reply; the gateway's list does not show the message.",
            None,
        ),
        (Look::Elsewhere, _) => record(
            AttemptOutcome::UnknownHeld,
            "No clear reply; the gateway or its key was changed since, and the list of today's \
             does not show the message.",
            None,
        ),
        (Look::Unclear, _) => record(
            AttemptOutcome::UnknownHeld,
            "No clear reply, and the gateway could not say what became of the message.",
            None,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::TimeBase;

    #[test]
    fn a_post_over_a_suspension_is_as_young_as_a_request_that_left_late() {
        let begun = Elapsed::new(TimeBase::shared(b"here"), 0);
        let end = |seconds| begun + TimeDelta::seconds(seconds);
        assert_eq!(mark_of_post(begun, end(0)), begun);
        assert_eq!(mark_of_post(begun, end(60)), begun);
        assert_eq!(mark_of_post(begun, end(61)), end(1));
        assert_eq!(mark_of_post(begun, end(3 * 3_600)), end(3 * 3_600 - 60));
        let elsewhere = Elapsed::new(TimeBase::own(b"there"), 5);
        assert_eq!(mark_of_post(begun, elsewhere), elsewhere);
    }
}
