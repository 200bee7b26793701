//! Each state with each reason has a sentence that a shopkeeper understands.

mod offers;
mod words;

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::Now;
use crate::account::{Pause, PauseReason};
use crate::id::{CustomerId, InvoiceId, MessageId};
use crate::message::{
    CancelReason, Cause, Class, Delivery, Facts, Failure, FailureKind, Fingerprint, HeldFor,
    Message, MessageKey, MessageType, Part, Progress, State, StateRow, Trigger,
};
use crate::schedule::{ReminderStep, StepName, StepReason, StepState};
use crate::time::Zone;

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-01-27T04:30:00Z").unwrap().to_utc()
        + TimeDelta::minutes(minutes)
}

fn message(trigger: Trigger, of: MessageType, progress: &Progress) -> Message {
    let id = MessageId::new(at(0), [7; 10]);
    let facts = Facts {
        id,
        key: MessageKey::of(of, &["1"]),
        fingerprint: Fingerprint::of(&[("a", "b")]),
        customer_id: CustomerId::new("C-1").unwrap(),
        customer_name: "Asha Traders".into(),
        whatsapp_number: "+919876543210".into(),
        message_type: of.name(),
        trigger,
        max_retries: 3,
        text: "Hello".into(),
        values: None,
        template_id: None,
        template_version: None,
        attachment: None,
        invoice_id: None,
        subject: None,
        scheduled_for: None,
        expires_at: None,
        warning: None,
        resend_of: None,
        created_by: None,
        created_at: at(0),
    };
    let state = StateRow::of(progress);
    Message { facts, state, gateway_id: None, api_response: None, updated_at: at(0) }
}

/// Checks a sentence: not empty, without the words of rows and without signs of programs, of 30
/// words at most.
fn check(of: &str, sentence: &str) {
    let first = sentence.chars().next();
    assert!(first.is_some_and(char::is_uppercase), "{of}: {sentence:?}");
    assert!(sentence.ends_with('.') && !sentence.ends_with(".."), "{of}: {sentence:?}");
    let odd = ['_', '{', '}', '<', '>', '\n', '/', '"'];
    assert!(!sentence.contains(odd) && !sentence.contains("  "), "{of}: {sentence:?}");
    let words = sentence.split(' ').count();
    assert!((3..=30).contains(&words), "{of}: {sentence:?}");
    let inner = sentence.trim_end_matches('.');
    assert!(!inner.contains(". "), "one sentence, {of}: {sentence:?}");
    let coded = FailureKind::ALL.iter().map(|it| it.as_str()).filter(|word| word.contains('_'));
    assert!(coded.clone().all(|word| !sentence.contains(word)), "{of}: {sentence:?}");
}

fn states() -> Vec<(String, Progress)> {
    let new = |state| Progress::ended(state).with_class(Class::Reminder);
    let failure = |kind: FailureKind, cause| {
        Failure::new(kind, "The gateway cannot be reached.").caused_by(cause)
    };
    let mut states = vec![
        ("queued".to_owned(), new(State::Waiting { due: at(-1) })),
        ("scheduled".to_owned(), new(State::Waiting { due: at(90) })),
        (
            "put off by the account".to_owned(),
            Progress { posts: 1, free_posts: 1, ..new(State::Waiting { due: at(90) }) },
        ),
        ("text follows".to_owned(), new(State::Waiting { due: at(-1) }).with_part(Part::Text)),
        ("text waits".to_owned(), new(State::Waiting { due: at(5) }).with_part(Part::Text)),
        ("sending".to_owned(), new(State::Sending { started: at(0), mark: None })),
        (
            "checking".to_owned(),
            new(State::Checking {
                started: at(0),
                mark: None,
                looks: 1,
                unavailable: 0,
                next: at(5),
                look_mark: None,
            }),
        ),
    ];
    let why = failure(FailureKind::Exhausted, Cause::Gateway);
    states.push(("retrying".to_owned(), new(State::Retrying { at: at(30), why })));
    for delivery in Delivery::ALL {
        let sent = State::Sent { at: at(0), delivery: *delivery, watch: None };
        states.push((format!("sent, {delivery}"), new(sent)));
    }
    for kind in FailureKind::ALL {
        for cause in Cause::ALL {
            states.push((format!("failed, {kind}"), new(State::Failed(failure(*kind, *cause)))));
        }
    }
    for reason in CancelReason::ALL {
        states.push((format!("cancelled, {reason}"), new(State::Cancelled(*reason))));
    }
    states
}

#[test]
fn every_state_of_a_message_has_a_sentence() {
    let zone = Zone::default();
    let now = Now::new(at(0), &zone);
    let mut told = String::new();
    for (name, progress) in states() {
        let message = message(Trigger::Scheduled, MessageType::PAYMENT_REMINDER, &progress);
        let sentence = message.why(&now);
        check(&name, &sentence);
        if !told.contains(&format!("{name:<24}")) {
            writeln!(told, "{name:<24} {sentence}").unwrap();
        }
        // The stored reason for a wait or a withdrawal comes first.
        for held in HeldFor::ALL {
            for said in [None, Some("INV-7 is disputed.".into())] {
                let state = message.state.clone().explained(Some(*held), said);
                check(&name, &Message { state, ..message.clone() }.why(&now));
            }
        }
        for reason in PauseReason::ALL {
            let pause = Pause::new(*reason, at(-9), at(9));
            check(&name, &message.why(&now.with_pause(Some(&pause))));
        }
    }
    insta::assert_snapshot!(told.trim_end());
}

#[test]
fn what_a_message_waits_for_is_named() {
    let zone = Zone::default();
    let now = Now::new(at(0), &zone);
    let waiting = Progress::new(at(90));
    let message = message(Trigger::Auto, MessageType::INVOICE, &waiting);
    let mut told = String::new();
    for held in HeldFor::ALL {
        let state = message.state.clone().explained(Some(*held), None);
        let sentence = Message { state, ..message.clone() }.why(&now);
        check(held.as_str(), &sentence);
        writeln!(told, "{held:<16} {sentence}").unwrap();
    }
    for reason in PauseReason::ALL {
        let pause = Pause::new(*reason, at(-9), at(9));
        let due = StateRow::of(&Progress::new(at(-1)));
        let sentence = Message { state: due, ..message.clone() };
        let sentence = sentence.why(&now.with_pause(Some(&pause)));
        check(reason.as_str(), &sentence);
        writeln!(told, "{reason:<16} {sentence}").unwrap();
    }
    insta::assert_snapshot!(told.trim_end());
}

#[test]
fn a_message_says_what_set_it_off() {
    let zone = Zone::default();
    let sent = State::Sent { at: at(0), delivery: Delivery::Accepted, watch: None };
    let mut told = String::new();
    for (state, author) in
        [(sent.clone(), None), (sent, Some("Asha")), (State::Waiting { due: at(-1) }, Some("Asha"))]
    {
        let now = Now::new(at(0), &zone).with_author(author);
        for trigger in Trigger::ALL {
            for of in [MessageType::PAYMENT_REMINDER, MessageType::FESTIVAL, MessageType::INVOICE] {
                let progress = Progress::ended(state.clone());
                let sentence = message(*trigger, of, &progress).why(&now);
                check(trigger.as_str(), &sentence);
                writeln!(told, "{trigger:<10} {:<18} {sentence}", of.name()).unwrap();
            }
        }
    }
    let mut again = message(Trigger::Manual, MessageType::INVOICE, &Progress::new(at(-1)));
    again.facts.resend_of = Some(again.facts.id);
    writeln!(told, "sent again {}", again.why(&Now::new(at(0), &zone))).unwrap();
    insta::assert_snapshot!(told.trim_end());
}

#[test]
fn every_state_of_a_step_has_a_sentence_whatever_put_it_there() {
    let day: NaiveDate = "2026-02-02".parse().unwrap();
    let step = |name| {
        let (invoice, customer) = (InvoiceId::new("7").unwrap(), CustomerId::new("C-1").unwrap());
        ReminderStep::new(invoice, name, customer, "INV-7", day, at(0))
    };
    let said = ["", "INV-7 is disputed.", "The customer's last reminder is that of 1 Feb 2026."];
    let mut told = String::new();
    for state in StepState::ALL {
        for name in [StepName::After(3), StepName::Now(1)] {
            for reason in std::iter::once(None).chain(StepReason::ALL.iter().copied().map(Some)) {
                for said in said {
                    let sentence = Some(said.into()).filter(|_| !said.is_empty());
                    let step = step(name).stands(*state, reason, sentence, at(0));
                    let sentence = step.why();
                    check(state.as_str(), &sentence);
                    let word = reason.map_or("", StepReason::as_str);
                    if name == StepName::After(3)
                        && (said.is_empty() || said == "INV-7 is disputed.")
                    {
                        let line = format!("{state:<10} {word:<14} {sentence}\n");
                        let open = state.is_open();
                        if open || reason.is_none() {
                            told.push_str(&line);
                        }
                    }
                }
            }
        }
    }
    insta::assert_snapshot!(told.trim_end());
}
