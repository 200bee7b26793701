//! The end of a claim: what happened makes a new state of the message, and a settlement that writes
//! it down. Pure.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::decide::{self, Free};
use super::reconcile::Look;
use crate::books::Why;
use crate::message::{AttemptRecord, Event, MessageType, Part, Progress, Reported, State};
use crate::port::{Accepted, Claimed, Settlement, TransportError};
use crate::settings::Settings;
use crate::time::Moment;

/// A claimed message, and the rules by which its claim ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending<'a> {
    pub(super) claimed: &'a Claimed,
    pub(super) settings: &'a Settings,
    /// Its type; `None` if this program does not know it.
    pub(super) of: Option<MessageType>,
    /// Set if deliveries can be asked for and are followed.
    pub(super) follows: bool,
}

/// The source of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// A decision, without any request. Set if it ends the moment that a person chose.
    Decision { ends_a_chosen_moment: bool },
    /// The reply to a POST. With `Free`, the POST uses up no retry.
    Post(Option<Free>),
    /// An attempt whose POST was not made.
    Refusal,
    /// A look for an attempt in the gateway's list.
    Look,
    /// A question about the delivery.
    Watch,
}

/// An attempt that is over.
#[derive(Debug)]
pub(super) struct Posted {
    pub(super) begun: Moment,
    pub(super) end: Moment,
    pub(super) reply: Result<Accepted, TransportError>,
    /// Set if it uses up no retry.
    pub(super) free: Option<Free>,
    /// Set if a request was made, and not only refused.
    pub(super) made: bool,
}

/// The message after its claim, and what is written beside it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Conclusion {
    pub(super) after: Progress,
    /// The ledger's record of the attempt that the claim was about.
    pub(super) record: Option<AttemptRecord>,
    /// The part of the gateway's answer that the log keeps.
    pub(super) response: Option<Value>,
}

impl Conclusion {
    pub(super) const fn of(after: Progress, record: Option<AttemptRecord>) -> Self {
        Self { after, record, response: None }
    }

    /// Returns the settlement that writes this down.
    pub(super) fn settlement(self, claimed: &Claimed, at: DateTime<Utc>) -> Settlement {
        let settlement = decide::settlement(claimed, &self.after, self.record, at);
        Settlement { api_response: self.response, ..settlement }
    }
}

impl Ending<'_> {
    /// Settles a message by an event without a request, for this reason. For a message that waits,
    /// the moment that a person chose is over, unless it waits because nobody answered.
    ///
    /// `close` is the record of the attempt before, if a look has just found it not accepted.
    pub(super) fn decided(
        &self,
        before: &Progress,
        (event, why): (&Event, Why),
        close: Option<AttemptRecord>,
        now: DateTime<Utc>,
    ) -> Settlement {
        let by = By::Decision { ends_a_chosen_moment: why.ends_a_chosen_moment(event) };
        let after = self.after(before, event, now.into(), by);
        why.of(Conclusion::of(after, close).settlement(self.claimed, now))
    }

    /// Returns the message while the outcome of its open attempt is unknown: it waits for a look.
    pub(super) fn unknown(&self, asked: Moment) -> Progress {
        let by = By::Decision { ends_a_chosen_moment: false };
        self.after(&self.claimed.progress, &Event::OutcomeUnknown, asked, by)
    }

    /// Concludes an attempt that is over. `waiting` is the message before it.
    pub(super) fn posted(&self, waiting: &Progress, posted: Posted) -> Conclusion {
        let Posted { begun, end, reply, free, made } = posted;
        let mark = begun.elapsed.zip(end.elapsed);
        let mark = mark.map(|(begun, end)| decide::mark_of_post(begun, end));
        let begun = Moment { elapsed: mark, ..begun };
        let policy = decide::policy(self.claimed, self.settings);
        let sending = decide::after(waiting, &Event::Begun, begun, &policy);
        let (event, record) = decide::reply(sending.posts, &reply, free, end.now);
        let by = if made { By::Post(free) } else { By::Refusal };
        let after = self.after(&sending, &event, end, by);
        let response = reply.ok().and_then(|accepted| accepted.response);
        Conclusion { after, record: Some(record), response }
    }

    /// Concludes a look that was asked at `asked`. `known` is the message before it. The list
    /// proves nothing about the time after it was asked for, however long the answer took or this
    /// process stood still afterwards.
    pub(super) fn looked(
        &self,
        known: &Progress,
        look: &Look,
        asked: Moment,
        now: DateTime<Utc>,
    ) -> Conclusion {
        let after = self.after(known, &decide::looked(look), asked, By::Look);
        let record = decide::look_record(known.posts, look, &after, now);
        Conclusion::of(after, record)
    }

    /// Concludes a question about the delivery. `found` is the gateway's id, if the list has just
    /// shown it.
    pub(super) fn watched(
        &self,
        event: &Event,
        found: Option<&str>,
        now: DateTime<Utc>,
    ) -> Conclusion {
        let after = self.after(&self.claimed.progress, event, now.into(), By::Watch);
        let found = found.and_then(decide::kept_id);
        let record = found.map(|id| decide::found(self.claimed, id, now));
        let response = match event {
            Event::Reported(Reported::Unreadable(word)) => {
                Some(serde_json::json!({ "status": word }))
            }
            _ => None,
        };
        Conclusion { after, record, response }
    }

    /// Returns the message after an event, with what follows from its source.
    fn after(&self, before: &Progress, event: &Event, at: Moment, by: By) -> Progress {
        let policy = decide::policy(self.claimed, self.settings);
        let mut after = decide::after(before, event, at, &policy);
        if !self.follows && !matches!(by, By::Decision { .. }) {
            stop_watching(&mut after);
        }
        if matches!(by, By::Post(_) | By::Look | By::Decision { ends_a_chosen_moment: true }) {
            self.by_itself(&mut after);
        }
        match by {
            By::Post(free) => self.keep_place(&mut after, free),
            By::Refusal | By::Look => self.keep_place(&mut after, None),
            By::Decision { .. } | By::Watch => {}
        }
        after
    }

    /// Sets the class of a message after a POST of it was made. A person may have chosen the moment
    /// of that POST, but later attempts keep to the send window. A text that follows its file is
    /// not held back.
    fn by_itself(&self, after: &mut Progress) {
        let keeps = |of: &MessageType| self.settings.keeps_window(*of) && after.part != Part::Text;
        if let Some(of) = self.of.filter(keeps) {
            after.class = self.settings.class(of);
        }
    }

    /// Keeps the place in the queue of a text that follows its file, and of a message that waits
    /// for the account's sake. It must not wait behind messages that came due meanwhile.
    fn keep_place(&self, after: &mut Progress, free: Option<Free>) {
        let follows = (self.claimed.progress.part, after.part) == (Part::File, Part::Text);
        if (follows || free.is_some_and(|free| free.wait.is_none()))
            && let State::Waiting { due } = &mut after.state
        {
            *due = self.claimed.due_at.min(*due);
        }
    }
}

/// Stops the watch of a message that nobody can ask about, or nobody wants to.
const fn stop_watching(progress: &mut Progress) {
    if let State::Sent { watch, .. } = &mut progress.state {
        *watch = None;
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::id::{CustomerId, LeaseToken, MessageId};
    use crate::message::{AttemptOutcome, Class, Delivery, HeldFor, MessageKey, Step};
    use crate::port::Lease;
    use crate::retry::Disposition;

    const OF: MessageType = MessageType::PAYMENT_REMINDER;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minute)
    }

    /// A reminder whose moment a person chose, and that is due since minute 0.
    fn claimed(part: Part, state: State) -> Claimed {
        let lease = Lease {
            message_id: MessageId::from_bytes([1; 16]),
            token: LeaseToken::from_bytes([2; 16]),
        };
        let progress =
            Progress { part, class: Class::Transactional, state, ..Progress::new(at(0)) };
        Claimed {
            lease,
            step: Step::Send,
            due_at: at(0),
            progress,
            expired_leases: 0,
            key: MessageKey::new("a-reminder").unwrap(),
            message_type: OF.name(),
            customer_id: CustomerId::new("customer-1").unwrap(),
            whatsapp_number: "+919800000001".into(),
            text: "Dear customer".into(),
            values: None,
            template_id: None,
            template_version: None,
            attachment: None,
            invoice_id: None,
            created_at: at(0),
            scheduled_for: None,
            expires_at: None,
            max_retries: 3,
            gateway_id: None,
        }
    }

    fn waiting(part: Part) -> Claimed {
        claimed(part, State::Waiting { due: at(0) })
    }

    fn sent() -> Claimed {
        let watch = Some(at(5));
        claimed(Part::Whole, State::Sent { at: at(0), delivery: Delivery::Accepted, watch })
    }

    fn ending<'a>(claimed: &'a Claimed, settings: &'a Settings, follows: bool) -> Ending<'a> {
        Ending { claimed, settings, of: Some(OF), follows }
    }

    fn posted(reply: Result<Accepted, TransportError>, free: Option<Free>, made: bool) -> Posted {
        Posted { begun: at(1).into(), end: at(2).into(), reply, free, made }
    }

    fn refusal(disposition: Disposition) -> Result<Accepted, TransportError> {
        Err(TransportError::new(disposition, "No."))
    }

    #[test]
    fn a_delivery_is_followed_only_where_it_can_be_asked_for() {
        let (settings, message, delivered) = (Settings::default(), waiting(Part::Whole), sent());
        let open = claimed(Part::Whole, State::Sending { started: at(1), mark: None });
        for follows in [true, false] {
            let ending_of = |claimed| ending(claimed, &settings, follows);
            let taken = posted(Ok(Accepted::new(Some("id-1".into()))), None, true);
            let posted = ending_of(&message).posted(&message.progress, taken);
            let unknown = ending_of(&open).unknown(at(1).into());
            let look = Look::Listed("id-1".into());
            let looked = ending_of(&open).looked(&unknown, &look, at(2).into(), at(2));
            let nothing = Event::Reported(Reported::Nothing);
            let watched = ending_of(&delivered).watched(&nothing, None, at(6));
            for after in [posted.after, looked.after, watched.after] {
                let State::Sent { watch, .. } = after.state else { panic!("{:?}", after.state) };
                assert_eq!(watch.is_some(), follows);
            }
        }
    }

    #[test]
    fn only_a_request_ends_the_moment_that_a_person_chose() {
        let (settings, message, delivered) = (Settings::default(), waiting(Part::Whole), sent());
        let ending = ending(&message, &settings, true);
        let class = |made| {
            let refused = posted(refusal(Disposition::Transient), None, made);
            ending.posted(&message.progress, refused).after.class
        };
        assert_eq!((class(true), class(false)), (settings.class(OF), Class::Transactional));
        assert_ne!(settings.class(OF), Class::Transactional);
        let watching = Ending { claimed: &delivered, ..ending };
        let nothing = Event::Reported(Reported::Nothing);
        assert_eq!(watching.watched(&nothing, None, at(6)).after.class, Class::Transactional);
        // A text that follows its file is not held back.
        let text = waiting(Part::Text);
        let refused = posted(refusal(Disposition::Transient), None, true);
        let after = Ending { claimed: &text, ..ending }.posted(&text.progress, refused).after;
        assert_eq!(after.class, Class::Transactional);
    }

    #[test]
    fn a_wait_ends_the_moment_that_a_person_chose_unless_nobody_answered() {
        let (settings, message) = (Settings::default(), waiting(Part::Whole));
        let class = |held_for| {
            let event = Event::Postponed { until: at(60) };
            let why = Why::held(held_for, "It waits.");
            let ending = ending(&message, &settings, true);
            let settlement = ending.decided(&message.progress, (&event, why), None, at(1));
            assert_eq!(settlement.state.held_for, Some(held_for));
            settlement.state.owed.unwrap().class
        };
        assert_eq!(class(HeldFor::Hours), settings.class(OF));
        assert_eq!(class(HeldFor::Records), Class::Transactional);
    }

    #[test]
    fn a_message_keeps_its_place_if_its_attempt_uses_up_nothing_or_its_text_follows() {
        let settings = Settings::default();
        let due = |part, reply, free| {
            let message = waiting(part);
            let ending = ending(&message, &settings, true);
            match ending.posted(&message.progress, posted(reply, free, true)).after.state {
                State::Waiting { due } => due,
                state => panic!("{state:?}"),
            }
        };
        let free = |wait| Some(Free { outcome: AttemptOutcome::AccountRefused, wait });
        let refused = || refusal(Disposition::Account);
        let later = Some(TimeDelta::minutes(5));
        assert_eq!(due(Part::Whole, refused(), free(None)), at(0));
        assert_eq!(due(Part::Whole, refused(), free(later)), at(7));
        assert_eq!(due(Part::File, Ok(Accepted::new(None)), None), at(0));
    }

    #[test]
    fn a_word_of_the_gateway_that_is_not_known_is_kept_in_the_log() {
        let (settings, message) = (Settings::default(), sent());
        let ending = ending(&message, &settings, true);
        let event = Event::Reported(Reported::Unreadable("queued".into()));
        let conclusion = ending.watched(&event, Some("id-1"), at(6));
        assert_eq!(conclusion.record, Some(decide::found(&message, "id-1".into(), at(6))));
        let settlement = conclusion.settlement(&message, at(6));
        assert_eq!(settlement.api_response, Some(serde_json::json!({ "status": "queued" })));
        assert_eq!(settlement.gateway_id.as_deref(), Some("id-1"));
    }
}
