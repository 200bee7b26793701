//! Random filters for the log.

use chrono::TimeDelta;
use whatsapp_core::message::{Delivery, HeldFor, Outcome, Status, Trigger};
use whatsapp_core::port::{Attention, AttentionFor, LogFilter};

use super::Player;
use super::messages::new_message;
use super::texts::message_type;

/// Makes a filter with a few of all possible conditions. It seldom has many at once: a filter
/// that no row fits shows no difference.
pub(super) fn filter(player: &mut Player) -> LogFilter {
    let mut filter = LogFilter::default();
    for _ in 0..player.rng.usize(0..=2) {
        narrow(player, &mut filter);
    }
    filter
}

fn narrow(player: &mut Player, filter: &mut LogFilter) {
    let many = player.rng.usize(1..=3);
    match player.rng.u8(0..11) {
        0 => {
            let statuses = player.rng.choose_multiple(Status::ALL, many);
            filter.statuses = statuses.into_iter().copied().collect();
        }
        1 => filter.message_type = Some(message_type(player)),
        2 => filter.trigger = player.rng.choice(Trigger::ALL).copied(),
        3 => {
            let deliveries = player.rng.choose_multiple(Delivery::ALL, many);
            filter.deliveries = deliveries.into_iter().copied().collect();
        }
        4 => filter.held_for = HeldFor::ALL.iter().copied().collect(),
        5 => filter.attention = Some(attention(player)),
        6 => {
            let customers = (0..many).map(|_| new_message(player).facts.customer_id);
            filter.customers = customers.collect();
        }
        7 => filter.about = new_message(player).facts.subject,
        8 => {
            let key = new_message(player).facts.key;
            let length = player.rng.usize(1..=key.as_str().len());
            filter.key_prefix = key.as_str().get(..length).map(str::to_owned);
        }
        9 => {
            let outcomes = player.rng.choose_multiple(Outcome::ALL, many);
            filter.outcomes = outcomes.into_iter().copied().collect();
        }
        _ => {
            // The instant of a row that was seen, or any instant.
            let seen = player.rng.choice(&player.page_ends).map(|end| end.created_at);
            let at = seen.unwrap_or_else(|| player.now() - TimeDelta::minutes(20));
            *if player.rng.bool() { &mut filter.from } else { &mut filter.until } = Some(at);
        }
    }
}

fn attention(player: &mut Player) -> Attention {
    let mut attention = Attention::at(player.now());
    attention.silent_before = player.now() - TimeDelta::minutes(player.rng.i64(0..60));
    attention.failed_since = player.now() - TimeDelta::minutes(player.rng.i64(0..600));
    if player.rng.bool() {
        let kind = player.rng.choice(AttentionFor::ALL).copied();
        attention = attention.only(kind.unwrap_or(AttentionFor::Failed));
    }
    attention
}
