//! The table of states and events: the pairs that move a message, and so must be reached. Other
//! pairs are forbidden, or change nothing.

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{
    CancelReason, Cause, Change, Delivery, Event, Failure, FailureKind, Part, Progress, Reported,
    State, witness,
};
use whatsapp_core::retry::{Disposition, RetryPolicy};

/// Returns every pair of a state and an event that moves some message, by name.
#[must_use]
pub fn moves() -> Vec<(&'static str, &'static str)> {
    let (now, policy) = (DateTime::UNIX_EPOCH + TimeDelta::days(1), RetryPolicy::default());
    drop(witness::take());
    for state in states(now) {
        for part in [Part::Whole, Part::File, Part::Text] {
            for (posts, free_posts) in [(0, 0), (1, 0), (1, 1), (4, 0)] {
                let progress = Progress {
                    posts,
                    free_posts,
                    ..Progress::ended(state.clone()).with_part(part)
                };
                for event in events(now) {
                    let _: Change = progress.on(&event, now, &policy);
                }
            }
        }
    }
    let met = witness::take().into_iter();
    met.filter(|(_, _, _, moved)| *moved > 0).map(|(state, event, ..)| (state, event)).collect()
}

fn states(now: DateTime<Utc>) -> Vec<State> {
    let failure = |kind| Failure::new(kind, "It failed.");
    let sent = |delivery| State::Sent { at: now, delivery, watch: Some(now) };
    vec![
        State::Waiting { due: now },
        State::Sending { started: now, mark: None },
        State::Checking {
            started: now,
            mark: None,
            looks: 2,
            unavailable: 0,
            next: now,
            look_mark: None,
        },
        State::Retrying { at: now, why: failure(FailureKind::Rejected) },
        sent(Delivery::Accepted),
        sent(Delivery::Delivered),
        State::Failed(failure(FailureKind::Rejected)),
        State::Failed(failure(FailureKind::Exhausted)),
        State::Failed(failure(FailureKind::UnknownOutcome)),
        State::Failed(failure(FailureKind::Undelivered)),
        State::Cancelled(CancelReason::Manager),
    ]
}

fn events(now: DateTime<Utc>) -> Vec<Event> {
    let refused = |disposition| Event::Refused {
        disposition,
        cause: Cause::Message,
        reached: true,
        retry_after: None,
        reason: "No.".to_owned(),
    };
    let reason = "It waited too long.".to_owned();
    vec![
        Event::Begun,
        Event::Accepted,
        refused(Disposition::Transient),
        refused(Disposition::Permanent),
        refused(Disposition::Account),
        Event::OutcomeUnknown,
        Event::Absent,
        Event::LookUnavailable,
        Event::Reported(Reported::Nothing),
        Event::Reported(Reported::Reached(Delivery::Read)),
        Event::Reported(Reported::Reached(Delivery::Undelivered)),
        Event::Reported(Reported::NotOnWhatsApp),
        Event::PartUndelivered(Part::File),
        Event::Postponed { until: now },
        Event::Rescheduled { due: now },
        Event::Withdrawn(CancelReason::Manager),
        Event::Abandoned { kind: FailureKind::Rejected, cause: Cause::Account, reason },
        Event::RetryRequested,
        Event::Poisoned,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_what_moves_a_message_and_not_what_is_forbidden() {
        let moves = moves();
        assert!(moves.contains(&("waiting", "begun")));
        assert!(moves.contains(&("checking", "absent")));
        assert!(!moves.contains(&("cancelled", "begun")));
    }
}
