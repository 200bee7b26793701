//! The acts that are possible for a message in each state, beside the sentence that explains
//! the state.

use std::fmt::Write as _;

use super::{at, message, states};
use crate::message::{
    BestAct, Cause, Failure, FailureKind, Forbidden, HeldFor, Message, MessageType, NotOffered,
    Offer, Offers, Part, Progress, State, StateRow, Status, Trigger,
};
use crate::settings::Settings;
use crate::template::Types;
use crate::time::Zone;
use crate::why::Now;

fn word(offer: &Offer) -> &'static str {
    match offer {
        Offer::No(_) => "-",
        Offer::Yes => "yes",
        Offer::Asks(asks) => match (asks.arrival, asks.hours) {
            (Some(_), Some(_)) => "asks both",
            (Some(_), None) => "asks arrival",
            (None, _) => "asks hours",
        },
    }
}

fn of(message: &Message, now: &Now<'_>) -> Offers {
    message.offers(now, &Settings::default(), &Types::default())
}

fn failed(kind: FailureKind, cause: Cause) -> State {
    State::Failed(Failure::new(kind, "No.").caused_by(cause))
}

#[test]
fn what_can_be_done_in_every_state() {
    let zone = Zone::default();
    // Ten in the morning, and half past ten at night.
    let times = [("", Now::new(at(0), &zone)), (", at night", Now::new(at(750), &zone))];
    let columns = ["", "retry", "resend", "cancel", "reschedule", "other number", "best"];
    let mut told = String::new();
    let mut line = |cells: [&str; 7]| {
        let [name, rest @ ..] = cells;
        write!(told, "{name:<44}").unwrap();
        let cells = rest.map(|cell| format!(" {cell:<13}")).concat();
        writeln!(told, "{}", cells.trim_end()).unwrap();
    };
    line(columns);
    for (name, progress) in states() {
        let cause = match &progress.state {
            State::Failed(failure) => format!(", {}", failure.cause),
            _ => String::new(),
        };
        for (when, now) in &times {
            let message = message(Trigger::Auto, MessageType::PAYMENT_REMINDER, &progress);
            let offers = of(&message, now);
            let Offers { retry, resend, cancel, reschedule, other_number } = &offers;
            let [retry, resend, cancel, reschedule, other_number] =
                [retry, resend, cancel, reschedule, other_number].map(word);
            let best = message.best_act(now).as_str();
            let name = format!("{name}{cause}{when}");
            line([&name, retry, resend, cancel, reschedule, other_number, best]);
        }
    }
    insta::assert_snapshot!(told.trim_end());
}

#[test]
fn the_best_act_is_offered() {
    let zone = Zone::default();
    let now = Now::new(at(0), &zone);
    for (name, progress) in states() {
        for retries in 0..=3 {
            let mut message = message(Trigger::Auto, MessageType::INVOICE, &progress);
            message.state.retry_count = retries;
            let offers = of(&message, &now);
            let offer = match message.best_act(&now) {
                BestAct::Retry => offers.retry,
                BestAct::Resend | BestAct::CorrectRecord => offers.resend,
                BestAct::OtherNumber => offers.other_number,
                BestAct::Wait | BestAct::Nothing => continue,
            };
            assert!(offer.is_open(), "{name}, {retries}: {offer:?}");
        }
    }
}

#[test]
fn a_message_whose_attempts_are_used_up_is_sent_anew() {
    let zone = Zone::default();
    let now = Now::new(at(0), &zone);
    let failed = failed(FailureKind::Exhausted, Cause::Gateway);
    let mut message = message(Trigger::Auto, MessageType::INVOICE, &Progress::ended(failed));
    message.state.retry_count = 2;
    assert_eq!(message.best_act(&now), BestAct::Retry);
    message.state.retry_count = 3;
    assert_eq!(message.best_act(&now), BestAct::Resend);
    let exhausted = Offer::No(NotOffered::Forbidden(Forbidden::Exhausted));
    assert_eq!(of(&message, &now).retry, exhausted);
}

#[test]
fn a_message_whose_time_has_passed_is_not_tried_again_but_sent_anew() {
    let zone = Zone::default();
    let exhausted = || failed(FailureKind::Exhausted, Cause::Gateway);
    let until = |part| {
        let progress = Progress { posts: 1, ..Progress::ended(exhausted()).with_part(part) };
        let mut message = message(Trigger::Auto, MessageType::INVOICE, &progress);
        message.facts.expires_at = Some(at(5));
        message
    };
    let (before, after) = (Now::new(at(4), &zone), Now::new(at(5), &zone));
    let whole = until(Part::Whole);
    assert_eq!((of(&whole, &before).retry, whole.best_act(&before)), (Offer::Yes, BestAct::Retry));
    let expired = Offer::No(NotOffered::Expired);
    assert_eq!((of(&whole, &after).retry, whole.best_act(&after)), (expired, BestAct::Resend));
    // Its file is there already, and the text follows, however late.
    assert_eq!(of(&until(Part::Text), &after).retry, Offer::Yes);
}

#[test]
fn where_the_file_is_with_the_customer_that_is_asked() {
    let zone = Zone::default();
    let now = Now::new(at(750), &zone);
    let text = |state| Progress { posts: 1, ..Progress::ended(state).with_part(Part::Text) };
    let rejected = text(failed(FailureKind::Rejected, Cause::Message));
    let rejected = message(Trigger::Auto, MessageType::PAYMENT_REMINDER, &rejected);
    assert_eq!(word(&of(&rejected, &now).resend), "asks both");
    // The text alone goes out at any hour: its file is there already.
    assert_eq!(of(&rejected, &now).retry, Offer::Yes);
    let waits = message(Trigger::Auto, MessageType::INVOICE, &text(State::Waiting { due: at(0) }));
    let sent = Offer::No(NotOffered::Forbidden(Forbidden::FileSent));
    let offers = of(&waits, &now);
    assert_eq!((&offers.cancel, &offers.reschedule), (&sent, &sent));
}

#[test]
fn what_waits_can_be_withdrawn_whatever_it_waits_for() {
    let zone = Zone::default();
    let now = Now::new(at(0), &zone);
    let waiting = message(Trigger::Auto, MessageType::INVOICE, &Progress::new(at(-1)));
    for held in HeldFor::ALL {
        let state = waiting.state.clone().explained(Some(*held), None);
        let held = Message { state, ..waiting.clone() };
        let offers = of(&held, &now);
        assert_eq!((&offers.cancel, &offers.reschedule), (&Offer::Yes, &Offer::Yes));
        assert_eq!(held.best_act(&now), BestAct::Wait);
    }
}

#[test]
fn of_what_is_not_known_or_cannot_be_read_little_can_be_done() {
    let zone = Zone::default();
    let now = Now::new(at(0), &zone);
    let failed = Progress::ended(failed(FailureKind::Exhausted, Cause::Gateway));
    let mut unknown = message(Trigger::Auto, MessageType::INVOICE, &failed);
    unknown.facts.message_type = "visit_confirmed".parse().unwrap();
    let name = unknown.facts.message_type;
    assert_eq!(of(&unknown, &now).resend, Offer::No(NotOffered::TypeUnknown(name)));
    let mut broken = message(Trigger::Auto, MessageType::INVOICE, &failed);
    broken.state = StateRow::empty(Status::Sent);
    let offers = of(&broken, &now);
    assert_eq!(offers.cancel, Offer::Yes);
    for offer in [offers.retry, offers.resend, offers.reschedule, offers.other_number] {
        assert_eq!(offer, Offer::No(NotOffered::Unreadable));
    }
}
