//! A message in a list.

use chrono::{DateTime, Utc};
use whatsapp_core::message::{Message, Phase};
use whatsapp_core::port::BrokenRow;

use super::acts::{Act, Acts, question};
use super::eyes::Eyes;
use super::pill::pill;
use crate::view::{Pill, Row, RowAct};

/// A message as a row; `is_resent` says that it was sent again already.
pub(crate) fn row(message: &Message, is_resent: bool, eyes: &Eyes<'_>) -> Row {
    with(&Acts::of(message, is_resent, eyes), message, is_resent, eyes)
}

fn with(acts: &Acts, message: &Message, is_resent: bool, eyes: &Eyes<'_>) -> Row {
    let (t, times, facts) = (eyes.t, eyes.times(), &message.facts);
    let takes_its_course = matches!(
        eyes.phase(message),
        Phase::Queued
            | Phase::Scheduled { .. }
            | Phase::Sending
            | Phase::Sent
            | Phase::Delivered
            | Phase::Read
    );
    let mut why = if takes_its_course { String::new() } else { message.why(&eyes.told()) };
    if is_resent {
        why = format!("{why} {}", t.was_sent_again());
    }
    let act = acts.row();
    Row {
        id: facts.id.to_string(),
        at: message.updated_at.timestamp_micros().to_string(),
        href: eyes.message(facts.id),
        select: t.select(&eyes.named(message)),
        customer: eyes.customer(message),
        number: eyes.number(facts.whatsapp_number.as_str()),
        pill: pill(message, eyes),
        why,
        kind: eyes.kind(facts.message_type),
        about: facts.subject.clone().unwrap_or_default(),
        trigger: facts.trigger.label().to_owned(),
        made: times.short(facts.created_at),
        made_full: times.full(facts.created_at),
        iso: times.iso(facts.created_at),
        retries: match message.state.retry_count {
            0 => String::new(),
            retries => t.retries(retries),
        },
        acts: act.map(|act| Acts::button(act, message, eyes)).into_iter().collect(),
    }
}

/// A message as a row of its customer's page, with its subject in the place of the customer.
/// `is_gone` says that the records do not have the customer any more.
pub(crate) fn of_customer(
    message: &Message,
    (is_resent, is_gone): (bool, bool),
    eyes: &Eyes<'_>,
) -> Row {
    let acts = Acts::of(message, is_resent, eyes);
    let acts = if is_gone { acts.without_record() } else { acts };
    let row = with(&acts, message, is_resent, eyes);
    let about = if row.about.is_empty() { row.kind.clone() } else { row.about.clone() };
    Row { customer: about, about: String::new(), ..row }
}

/// A row that cannot be read, because something else than the library changed it: the facts that
/// are known.
pub(crate) fn broken(broken: &BrokenRow, eyes: &Eyes<'_>) -> Row {
    let (t, times) = (eyes.t, eyes.times());
    let id = broken.id.parse().ok();
    let made = |told: fn(&_, DateTime<Utc>) -> String| {
        broken.created_at.map(|at| told(&times, at)).unwrap_or_default()
    };
    let act = id.filter(|_| eyes.may_act).map(|id| RowAct {
        href: question(id, Act::Cancel, eyes),
        label: t.cancel_asks().to_owned(),
        full: t.button_of(t.cancel_asks(), &broken.id),
    });
    Row {
        id: broken.id.clone(),
        at: String::new(),
        href: id.map(|id| eyes.message(id)).unwrap_or_default(),
        select: String::new(),
        customer: t.unreadable_message().to_owned(),
        number: String::new(),
        pill: Pill { tone: "bad", icon: "x", word: t.unreadable().to_owned() },
        why: t.broken_column(broken.column),
        kind: String::new(),
        about: broken.id.clone(),
        trigger: String::new(),
        made: made(crate::words::times::Times::short),
        made_full: made(crate::words::times::Times::full),
        iso: made(crate::words::times::Times::iso),
        retries: String::new(),
        acts: act.into_iter().collect(),
    }
}
