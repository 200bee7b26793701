//! History of a message, in the order of time.

use chrono::{DateTime, Utc};
use whatsapp_core::audit::{Act, AuditChange, AuditEntry};
use whatsapp_core::message::{
    Attempt, AttemptOutcome, FailureKind, Message, Part, Phase, Status, Trigger,
};

use super::eyes::Eyes;
use crate::view::{Progressed, Told};

/// The facts about a message's past beside its row.
#[derive(Debug, Default)]
pub(crate) struct Past {
    /// The attempts to send the message.
    pub(crate) attempts: Vec<Attempt>,
    /// The acts of people, the newest first.
    pub(crate) audit: Vec<AuditEntry>,
}

/// An event, and its time.
struct Event {
    at: DateTime<Utc>,
    tone: &'static str,
    text: String,
    more: String,
}

/// The timeline of a message.
pub(crate) fn timeline(message: &Message, past: &Past, eyes: &Eyes<'_>) -> Vec<Told> {
    let mut events = vec![made(message, past, eyes)];
    let most = message.facts.max_retries.saturating_add(1);
    for attempt in &past.attempts {
        attempted(attempt, most, message, eyes, &mut events);
    }
    let ended = stands(message, past, eyes);
    let by_hand = past.audit.iter().filter_map(|entry| done_by_hand(entry, eyes));
    // Events of one instant stay in this order: an attempt, an act of a person, the end. A message
    // that failed had failed before a person settled it.
    if message.state.status == Status::Failed {
        events.extend(ended.into_iter().chain(by_hand));
    } else {
        events.extend(by_hand.chain(ended));
    }
    events.sort_by_key(|event| event.at);
    let times = eyes.times();
    let told = |event: Event| Told {
        tone: event.tone,
        iso: times.iso(event.at),
        when: times.exact(event.at),
        text: event.text,
        more: event.more,
    };
    events.into_iter().map(told).collect()
}

fn made(message: &Message, past: &Past, eyes: &Eyes<'_>) -> Event {
    let facts = &message.facts;
    // The message has its present instant; the first entry that changed it has the original one.
    let changes = past.audit.iter().filter_map(|entry| match entry.change {
        AuditChange::Due { before, .. } => Some((entry.at, before)),
        _ => None,
    });
    let at_first = changes.min_by_key(|(at, _)| *at).map(|(_, before)| before);
    let planned = at_first.or(facts.scheduled_for).filter(|at| *at > facts.created_at);
    let more = planned.map(|at| eyes.t.planned_for(&eyes.times().full(at)));
    Event {
        at: facts.created_at,
        tone: "",
        text: match facts.resend_of {
            Some(_) => eyes.t.made_again().to_owned(),
            None => match facts.trigger {
                Trigger::Auto => eyes.t.made_automatically(),
                Trigger::Scheduled => eyes.t.made_in_time(),
                Trigger::Manual => eyes.t.made_by_hand(),
            }
            .to_owned(),
        },
        more: more.unwrap_or_default(),
    }
}

fn attempted(
    attempt: &Attempt,
    most: u32,
    message: &Message,
    eyes: &Eyes<'_>,
    events: &mut Vec<Event>,
) {
    let t = eyes.t;
    let part = match attempt.part {
        Part::Whole => "",
        Part::File | Part::Text => attempt.part.label(),
    };
    let (tone, outcome) = match attempt.outcome {
        Some(AttemptOutcome::Accepted) => ("ok", AttemptOutcome::Accepted.meaning()),
        Some(outcome @ (AttemptOutcome::UnknownHeld | AttemptOutcome::NotAccepted)) => {
            ("warn", outcome.meaning())
        }
        Some(outcome) => ("bad", outcome.meaning()),
        None if attempt.finished_at.is_some() => ("warn", t.no_clear_answer()),
        None => ("", t.under_way()),
    };
    let mut more = Vec::new();
    more.extend(attempt.detail.clone());
    more.extend(attempt.http_status.map(|status| t.answer(status)));
    events.push(Event {
        at: attempt.started_at,
        tone,
        text: t.attempt(attempt.no, most, part, outcome),
        more: more.join(" · "),
    });
    if let Some(at) = attempt.fetched_at {
        let file = message.facts.attachment.as_ref();
        let name = file.map_or("", |file| file.name.as_str());
        let whole = file.and_then(|file| file.size);
        let more = attempt.fetched_bytes.map(|bytes| match whole {
            Some(whole) if bytes < whole => t.bytes_of(&t.bytes(bytes), &t.bytes(whole)),
            _ => t.bytes_all(&t.bytes(bytes)),
        });
        let tone = match (attempt.fetched_bytes, whole) {
            (Some(bytes), Some(whole)) if bytes < whole => "warn",
            _ => "ok",
        };
        let more = more.unwrap_or_default();
        events.push(Event { at, tone, text: t.fetched(name), more });
    }
}

/// The event of a person's act on it.
fn done_by_hand(entry: &AuditEntry, eyes: &Eyes<'_>) -> Option<Event> {
    let t = eyes.t;
    let text = by_hand(entry.act, &eyes.who(&entry.by), eyes)?;
    let more = match &entry.change {
        AuditChange::Due { after, .. } => t.planned_for(&eyes.times().full(*after)),
        _ => String::new(),
    };
    Some(Event { at: entry.at, tone: "", text, more })
}

/// An act of a person on a message or a reminder, in a sentence.
pub(crate) fn by_hand(act: Act, who: &str, eyes: &Eyes<'_>) -> Option<String> {
    let t = eyes.t;
    match act {
        Act::MessageRetried => Some(t.retried_by(who)),
        Act::MessageCancelled => Some(t.cancelled_by(who)),
        Act::MessageResent => Some(t.resent_by(who)),
        Act::MessageRescheduled => Some(t.rescheduled_by(who)),
        Act::MessagePutAside => Some(t.put_aside_by(who)),
        Act::MessageTakenUp => Some(t.taken_up_by(who)),
        Act::ReminderApproved => Some(t.approved_by(who)),
        Act::ReminderDropped => Some(t.dropped_by(who)),
        Act::ReminderSkipped => Some(t.skipped_by(who)),
        Act::ReminderHeld => Some(t.held_by(who)),
        Act::RemindedNow => Some(t.reminded_by(who)),
        _ => None,
    }
}

/// The event of the message's last change, where no attempt tells it.
fn stands(message: &Message, past: &Past, eyes: &Eyes<'_>) -> Option<Event> {
    let t = eyes.t;
    let looks = message.state.owed.map_or(0, |owed| owed.looks);
    let (tone, text) = match eyes.phase(message) {
        Phase::Delivered => ("ok", t.delivered_since().to_owned()),
        Phase::Read => ("ok", t.read_since().to_owned()),
        Phase::Failed(failure) => ("bad", t.failed_since(failure.kind.label())),
        Phase::Cancelled(reason) => ("", t.withdrawn(reason.label())),
        Phase::Checking if looks > 0 => ("warn", t.looked(looks)),
        _ => return None,
    };
    Some(Event { at: changed(message, past), tone, text, more: String::new() })
}

/// Time since when a message is in its phase. An act of a person afterwards changed its row once
/// more, and not how it ended.
fn changed(message: &Message, past: &Past) -> DateTime<Utc> {
    let attempted = past.attempts.iter().filter_map(|attempt| attempt.finished_at).max();
    let is_settled = |entry: &&AuditEntry| {
        let settles = [Act::MessageResent, Act::MessagePutAside, Act::MessageTakenUp];
        settles.contains(&entry.act) && attempted.is_none_or(|at| at <= entry.at)
    };
    let settled = past.audit.iter().filter(is_settled).map(|entry| entry.at).min();
    match (message.state.failed_for_good(), attempted, settled) {
        (Some(failure), Some(at), Some(_)) if failure.kind != FailureKind::Undelivered => at,
        // Without an attempt it failed at its time; a message that was refused at once, as soon as
        // it was made.
        (Some(_), None, Some(settled)) if past.attempts.is_empty() => {
            let facts = &message.facts;
            let turn = facts.scheduled_for.filter(|_| !was_refused(message));
            turn.unwrap_or(facts.created_at).max(facts.created_at).min(settled)
        }
        (Some(_), _, Some(settled)) => settled.min(message.updated_at),
        _ => message.updated_at,
    }
}

/// Returns true if a message was refused when it was to be made: it never waited for its time.
fn was_refused(message: &Message) -> bool {
    message.facts.key.of_corrected().is_some()
}

/// Steps of a message on its way to being read.
pub(crate) fn steps(message: &Message, past: &Past, eyes: &Eyes<'_>) -> Vec<Progressed> {
    let (t, times) = (eyes.t, eyes.times());
    let step = |tone, word: &str, at: Option<DateTime<Utc>>| Progressed {
        tone,
        word: word.to_owned(),
        at: at.map(|at| times.short(at)).unwrap_or_default(),
    };
    let state = &message.state;
    let mut steps = vec![step("ok", t.made(), Some(message.facts.created_at))];
    let (changed, taken) = (Some(changed(message, past)), state.sent_at);
    let mut come = |more: &[Progressed]| steps.extend_from_slice(more);
    match eyes.phase(message) {
        Phase::Sent => come(&[step("ok", t.sent(), taken), step("", t.delivered(), None)]),
        Phase::Delivered => {
            come(&[step("ok", t.sent(), taken), step("ok", t.delivered(), changed)]);
        }
        Phase::Read => {
            come(&[step("ok", t.sent(), taken), step("ok", t.delivered(), None)]);
            come(&[step("ok", t.read(), changed)]);
            return steps;
        }
        Phase::Cancelled(_) => {
            come(&[step("warn", t.cancelled(), changed)]);
            return steps;
        }
        Phase::Failed(_) => {
            let pill = super::pill::pill(message, eyes);
            // A message that the gateway took, and could not deliver, came further than one it
            // did not take.
            if taken.is_some() {
                come(&[step("ok", t.sent(), taken)]);
            }
            come(&[step("bad", &pill.word, changed)]);
            return steps;
        }
        _ => {
            let pill = super::pill::pill(message, eyes);
            let tone = if pill.tone == "warn" { "warn" } else { "" };
            come(&[step(tone, &pill.word, None), step("", t.sent(), None)]);
            come(&[step("", t.delivered(), None)]);
        }
    }
    come(&[step("", t.read(), None)]);
    steps
}
