//! What careless workers do to messages that nobody holds: enqueue, look, amend.

use chrono::TimeDelta;
use whatsapp_core::MessageId;
use whatsapp_core::message::{
    CancelReason, Change, Class, Event, Fingerprint, Message, NewMessage, Progress, StateRow,
};
use whatsapp_core::port::{Amendment, Clock as _, Reschedule, random};
use whatsapp_core::retry::RetryPolicy;

use super::super::call::Call;
use super::{POOL, Player};
use crate::fixtures;

pub(super) fn enqueue(player: &mut Player) -> Call {
    let count = player.rng.u8(1..=3);
    let messages: Vec<_> = (0..count).map(|_| new_message(player)).collect();
    player.offered.extend(messages.clone());
    Call::Enqueue(messages)
}

pub(super) fn new_message(player: &mut Player) -> NewMessage {
    let (seed, now) = (player.rng.u64(0..POOL), player.now());
    let mut message = match player.rng.u8(0..8) {
        0 => fixtures::refused_message(seed, now),
        1 => fixtures::full_message(seed, now),
        2 => fixtures::greeting(seed, now),
        3..5 => fixtures::message_in_parts(seed, now),
        _ => fixtures::new_message(seed, now),
    };
    message.facts.id = if player.one_in(40) {
        player.any_id()
    } else {
        MessageId::new(now, random(&player.entropy))
    };
    message.facts.whatsapp_number = fixtures::number(seed % 3).into();
    if let Some(owed) = &mut message.state.owed {
        owed.due_at += TimeDelta::seconds(player.rng.i64(0..120));
        if player.one_in(4) {
            owed.class = Class::ALL[player.rng.usize(..Class::ALL.len())];
        }
    }
    if player.one_in(6) {
        message.facts.resend_of = Some(player.any_id());
    }
    if player.one_in(6) {
        message.facts.fingerprint = Fingerprint::of(&[("text", "something else")]);
    }
    message
}

/// Reads a message, or amends the one that was read before.
pub(super) fn amend(player: &mut Player) -> Call {
    let read = Call::Message(player.any_id());
    let Some((message, count)) = player.seen.clone() else {
        return read;
    };
    if player.rng.bool() {
        return read;
    }
    let state = &message.state;
    let Ok(progress) = state.progress(count) else {
        return read;
    };
    let event = match player.rng.u8(0..3) {
        0 => Event::Withdrawn(CancelReason::Manager),
        1 => Event::RetryRequested,
        _ => Event::Postponed { until: player.now() + TimeDelta::minutes(1) },
    };
    let reschedule = match &event {
        Event::Postponed { until } => {
            let warning = player.rng.bool().then(|| "It waits.".to_owned());
            Some(Reschedule { scheduled_for: *until, warning })
        }
        _ => None,
    };
    let policy = RetryPolicy::new(message.facts.max_retries, TimeDelta::minutes(30));
    match progress.on(&event, player.now(), &policy) {
        Change::To(progress) => {
            let amendment = amendment(player, &message, &progress);
            Call::Amend(Amendment { reschedule, ..amendment })
        }
        _ => read,
    }
}

fn amendment(player: &Player, seen: &Message, progress: &Progress) -> Amendment {
    Amendment {
        message_id: seen.facts.id,
        seen: seen.updated_at,
        state: StateRow::of(progress),
        reschedule: None,
        at: player.now(),
        elapsed: player.clock.elapsed(),
        audit: None,
    }
}
