//! The question before an act on one message.

use chrono::{DateTime, Utc};
use whatsapp_core::Private;
use whatsapp_core::message::{Arrival, Offer};
use whatsapp_core::messenger::OutsideHours;

use super::Case;
use super::form::{Form, Problem, UNREADABLE};
use crate::page::acts::Act;
use crate::page::eyes::Eyes;
use crate::page::message::back_to;
use crate::view::{AskPage, Fact, Field, Hidden, Question, Shell};
use crate::words::sentence;

/// Title of the page.
pub(super) fn title<'a>(act: Act, eyes: &Eyes<'a>) -> &'a str {
    let t = eyes.t;
    match act {
        Act::Retry => t.retry_title(),
        Act::Resend => t.resend_title(),
        Act::Number => t.number_title(),
        Act::Cancel => t.cancel_title(),
        Act::Reschedule => t.reschedule_title(),
        Act::PutAside => t.put_aside_title(),
        Act::TakeUp => t.take_up_title(),
    }
}

/// Builds the page.
pub(super) fn page<'a>(case: &Case, form: &Form, s: Shell, eyes: &Eyes<'a>) -> AskPage<'a> {
    let t = eyes.t;
    let (submit, tone) = match case.act {
        Act::Retry => (t.retry_submit(), "primary"),
        // Sending again could only fail.
        Act::Resend if case.is_gone => ("", "primary"),
        Act::Resend => (t.resend_submit(), "primary"),
        Act::Number => (t.number_submit(), "primary"),
        Act::Cancel => (t.cancel_submit(), "danger"),
        Act::Reschedule => (t.reschedule_submit(), "primary"),
        Act::PutAside => (t.put_aside_submit(), "primary"),
        Act::TakeUp => (t.take_up_submit(), "primary"),
    };
    let problem = match &form.problem {
        Problem::Form(problem) => problem.clone(),
        Problem::None | Problem::Field(_) => String::new(),
    };
    let hidden = |name, value| Hidden { name, value };
    AskPage {
        t,
        back: back_to(&form.back, eyes),
        action: case.act.path().to_owned(),
        heading: title(case.act, eyes).to_owned(),
        problem,
        lines: lines(case, eyes),
        facts: facts(case, eyes),
        hiddens: [
            Some(hidden("seen", form.seen.map_or_else(|| UNREADABLE.to_owned(), micros))),
            Some(hidden("resends", form.resends.to_string())),
            Some(hidden("back", form.back.clone())),
            form.due.map(|due| hidden("due", micros(due))),
        ]
        .into_iter()
        .flatten()
        .collect(),
        fields: fields(case, form, eyes),
        choices: None,
        questions: questions(case, form, eyes),
        tone,
        submit: submit.to_owned(),
        s,
    }
}

/// The sentences that say what will happen.
fn lines(case: &Case, eyes: &Eyes<'_>) -> Vec<String> {
    let t = eyes.t;
    let Some(message) = &case.message else { return vec![t.end_unreadable().to_owned()] };
    let named = eyes.named(message);
    let told = match case.act {
        Act::Retry => {
            let tries = message.facts.max_retries.saturating_add(1);
            t.retry_what(&named, message.state.retry_count.saturating_add(2), tries)
        }
        Act::Resend if case.is_gone => return vec![t.nobody_to_send_to().to_owned()],
        Act::Resend => t.resend_what(&named),
        Act::Number => t.number_what(&named),
        Act::Cancel => t.cancel_what(&named),
        Act::Reschedule => t.reschedule_what(&named),
        Act::PutAside => t.put_aside_what(&named),
        Act::TakeUp => t.take_up_what(&named),
    };
    let against = case.against.map(|why| sentence(&why.to_string()));
    [told].into_iter().chain(against).collect()
}

fn micros(at: DateTime<Utc>) -> String {
    at.timestamp_micros().to_string()
}

/// The customer it goes to, and the facts that are known.
fn facts(case: &Case, eyes: &Eyes<'_>) -> Vec<Fact> {
    let (t, Some(message)) = (eyes.t, &case.message) else { return Vec::new() };
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value, ..Fact::default() };
    let mut facts = vec![fact(t.customer(), eyes.customer(message))];
    let until_now = eyes.number(message.facts.whatsapp_number.as_str());
    match case.act {
        Act::Resend if case.is_gone => facts.push(fact(t.number_until_now(), until_now)),
        Act::Resend => {
            let number = case.customer.as_ref().and_then(|it| it.whatsapp_number.as_ref());
            let number = number.map(Private::as_str).unwrap_or_default();
            facts.push(match case.customer {
                Some(_) => fact(t.number_in_record(), eyes.number(number)),
                None => fact(t.number_in_record(), t.record_not_read().to_owned()),
            });
        }
        Act::Number => facts.push(fact(t.number_until_now(), until_now)),
        Act::Retry | Act::Cancel | Act::Reschedule | Act::PutAside | Act::TakeUp => {
            facts.push(fact(t.number_of(), until_now));
        }
    }
    facts.push(fact(t.why(), message.why(&eyes.told())));
    facts
}

/// The fields that have to be filled in.
fn fields(case: &Case, form: &Form, eyes: &Eyes<'_>) -> Vec<Field> {
    let t = eyes.t;
    let error = match &form.problem {
        Problem::Field(problem) => problem.clone(),
        Problem::None | Problem::Form(_) => String::new(),
    };
    match case.act {
        Act::Number => vec![Field {
            name: "number",
            label: t.number_label().to_owned(),
            hint: t.number_hint().to_owned(),
            error,
            kind: "tel",
            value: form.number.as_str().to_owned(),
        }],
        Act::Reschedule => vec![Field {
            name: "at",
            label: t.at_label().to_owned(),
            hint: eyes.times().clocks(),
            error,
            kind: "datetime-local",
            value: form.at.clone(),
        }],
        Act::Retry | Act::Resend | Act::Cancel | Act::PutAside | Act::TakeUp => Vec::new(),
    }
}

/// The questions that have to be agreed to.
fn questions(case: &Case, form: &Form, eyes: &Eyes<'_>) -> Vec<Question> {
    let t = eyes.t;
    let is_required = case.act != Act::Reschedule;
    let question = |name, label: String| Question { name, label, is_required };
    let mut questions = Vec::new();
    if form.resends > 0 && matches!(case.act, Act::Retry | Act::Resend | Act::Number) {
        questions.push(question("again", t.resend_again(form.resends as u64)));
    }
    let (arrival, hours) = match case.offer(eyes) {
        Some(Offer::Asks(asks)) => (asks.arrival, asks.hours),
        _ => (None, None),
    };
    if let Some(arrival) = arrival {
        let label = match arrival {
            Arrival::FileIsWithTheCustomer => t.file_arrived(),
            _ => t.surely_not_arrived(),
        };
        questions.push(question("arrived", label.to_owned()));
    }
    if let Some(at) = chosen(case, form, eyes)
        && eyes.settings.has_passed(at, eyes.now).is_some()
    {
        questions.push(question("now", t.at_once(&eyes.times().full(at))));
    }
    let hours = hours.or_else(|| chosen_hours(case, form, eyes));
    questions.extend(hours.map(|hours| question("hours", t.outside_hours(&hours.to_string()))));
    questions
}

/// The instant that was typed, once the form was sent.
fn chosen(case: &Case, form: &Form, eyes: &Eyes<'_>) -> Option<DateTime<Utc>> {
    let is_sent = case.act == Act::Reschedule && form.problem != Problem::None;
    is_sent.then(|| form.instant(&eyes.settings.time_zone)).flatten()
}

/// The question about an instant that was typed and lies outside the hours.
fn chosen_hours(case: &Case, form: &Form, eyes: &Eyes<'_>) -> Option<OutsideHours> {
    let of = eyes.types.get(case.message.as_ref()?.facts.message_type)?;
    eyes.settings.outside_hours(of, chosen(case, form, eyes)?.max(eyes.now))
}
