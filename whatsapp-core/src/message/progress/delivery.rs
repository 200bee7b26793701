//! Reports of the gateway about the delivery of an accepted message.

use chrono::{DateTime, Utc};

use super::{Change, Progress};
use crate::message::event::Reported;
use crate::message::failure::Failure;
use crate::message::kind::{Cause, Delivery, FailureKind};
use crate::message::part::Part;
use crate::message::state::State;
use crate::retry::RetryPolicy;

impl Progress {
    pub(super) fn reported(
        &self,
        reported: &Reported,
        now: DateTime<Utc>,
        policy: &RetryPolicy,
    ) -> Change {
        let State::Sent { at, delivery, watch } = &self.state else {
            return Change::Same;
        };
        let next = |delivery: Delivery| match delivery {
            Delivery::Accepted | Delivery::Delivered => policy.next_watch(*at, now),
            Delivery::Read | Delivery::Undelivered => None,
        };
        match (reported, delivery) {
            (Reported::NotOnWhatsApp, Delivery::Accepted) => self.with(State::Failed(
                Failure::new(FailureKind::Undelivered, "The number is not on WhatsApp.")
                    .caused_by(Cause::Recipient),
            )),
            (Reported::Reached(Delivery::Undelivered), Delivery::Accepted) => {
                let why = Failure::new(
                    FailureKind::Undelivered,
                    "The gateway accepted the message but could not deliver it.",
                );
                self.again((*at + policy.interval).max(now), why, policy)
            }
            (Reported::Reached(reached), had)
                if *reached != Delivery::Undelivered && reached > had =>
            {
                self.with(State::Sent { at: *at, delivery: *reached, watch: next(*reached) })
            }
            (
                Reported::Nothing
                | Reported::NotOnWhatsApp
                | Reported::Unreadable(_)
                | Reported::Reached(_),
                had,
            ) => {
                let later = watch.and_then(|due| if due > now { Some(due) } else { next(*had) });
                if later == *watch {
                    Change::Same
                } else {
                    self.with(State::Sent { at: *at, delivery: *had, watch: later })
                }
            }
        }
    }

    /// Ends the message without a retry: the other part may have arrived.
    pub(super) fn part_undelivered(
        &self,
        part: Part,
        now: DateTime<Utc>,
        policy: &RetryPolicy,
    ) -> Change {
        let reason = match (&self.state, part) {
            (State::Sent { delivery: Delivery::Accepted, .. }, Part::File) => {
                "The gateway accepted the file and the text to it, but could not deliver the file."
            }
            (State::Sent { delivery: Delivery::Accepted, .. }, Part::Whole | Part::Text) => {
                "The gateway accepted the file and the text to it, but could not deliver the text."
            }
            // A reported delivery stays as it is, and the next request keeps its time.
            _ => return self.reported(&Reported::Nothing, now, policy),
        };
        self.with(State::Failed(Failure::new(FailureKind::Undelivered, reason)))
    }
}
