//! Every word about a message has its meaning and its advice, in plain sentences.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{at, check, message, states};
use crate::account::{Pause, PauseReason};
use crate::message::{
    AttemptOutcome, CancelReason, Cause, Delivery, Failure, FailureKind, HeldFor, Message,
    MessageType, Progress, State, Status, Trigger,
};
use crate::time::Zone;
use crate::why::Now;

/// A text about a word: a sentence or two, and more than the label says.
fn check_text(of: &str, label: &str, text: &str) {
    let sentences: Vec<&str> = text.split_inclusive(". ").map(str::trim).collect();
    assert!(sentences.len() <= 2, "{of}: {text:?}");
    for sentence in sentences {
        check(of, sentence);
    }
    assert_ne!(text.trim_end_matches('.'), label, "{of}");
}

#[test]
fn every_word_has_its_meaning() {
    let mut all = Vec::new();
    all.extend(Status::ALL.iter().map(|it| (it.as_str(), it.label(), it.meaning())));
    all.extend(Delivery::ALL.iter().map(|it| (it.as_str(), it.label(), it.meaning())));
    all.extend(FailureKind::ALL.iter().map(|it| (it.as_str(), it.label(), it.meaning())));
    all.extend(CancelReason::ALL.iter().map(|it| (it.as_str(), it.label(), it.meaning())));
    all.extend(HeldFor::ALL.iter().map(|it| (it.as_str(), it.label(), it.meaning())));
    all.extend(AttemptOutcome::ALL.iter().map(|it| (it.as_str(), it.label(), it.meaning())));
    for (of, label, text) in &all {
        check_text(of, label, text);
    }
    let texts: BTreeSet<&str> = all.iter().map(|(_, _, text)| *text).collect();
    assert_eq!(texts.len(), all.len(), "no two words mean the same");
}

#[test]
fn every_word_that_asks_for_something_has_its_advice() {
    let mut all = Vec::new();
    all.extend(FailureKind::ALL.iter().map(|it| (it.as_str(), it.meaning(), it.advice())));
    all.extend(Cause::ALL.iter().map(|it| (it.as_str(), it.label(), it.advice())));
    all.extend(CancelReason::ALL.iter().map(|it| (it.as_str(), it.meaning(), it.advice())));
    all.extend(HeldFor::ALL.iter().map(|it| (it.as_str(), it.meaning(), it.advice())));
    for (of, meaning, advice) in all {
        check_text(of, meaning, advice);
    }
}

#[test]
fn what_to_do_is_said_wherever_something_is_to_be_done() {
    let zone = Zone::default();
    let mut told = String::new();
    let mut tell = |name: &str, message: &Message, now: &Now<'_>| {
        let advice = message.advice(now);
        // The advice during a pause is the account's.
        if let Some(advice) = advice.filter(|_| !name.starts_with("paused")) {
            check_text(name, "", advice);
        }
        writeln!(told, "{name:<34} {}", advice.unwrap_or("–")).unwrap();
    };
    let now = Now::new(at(0), &zone);
    for (name, progress) in states() {
        let failure = match &progress.state {
            State::Failed(failure) => format!(", {}", failure.cause),
            _ => String::new(),
        };
        let message = message(Trigger::Auto, MessageType::INVOICE, &progress);
        tell(&format!("{name}{failure}"), &message, &now);
    }
    for cause in Cause::ALL {
        let why = Failure::new(FailureKind::Exhausted, "No.").caused_by(*cause);
        let retrying = Progress::ended(State::Retrying { at: at(30), why });
        let message = message(Trigger::Auto, MessageType::INVOICE, &retrying);
        tell(&format!("retrying, {cause}"), &message, &now);
    }
    let sent = State::Sent { at: at(0), delivery: Delivery::Accepted, watch: None };
    let accepted = message(Trigger::Auto, MessageType::INVOICE, &Progress::ended(sent));
    for minutes in [60, 61] {
        let now = Now::new(at(minutes), &zone);
        tell(&format!("sent, no word for {minutes} minutes"), &accepted, &now);
    }
    let waiting = message(Trigger::Auto, MessageType::INVOICE, &Progress::new(at(-1)));
    for held in HeldFor::ALL {
        let state = waiting.state.clone().explained(Some(*held), None);
        tell(&format!("held, {held}"), &Message { state, ..waiting.clone() }, &now);
    }
    for reason in PauseReason::ALL {
        let pause = Pause::new(*reason, at(-9), at(9));
        tell(&format!("paused, {reason}"), &waiting, &now.with_pause(Some(&pause)));
    }
    insta::assert_snapshot!(told.trim_end());
}
