//! What happens to the account, and what is told of it.

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::port::{
    AccountChange, AccountStep, Collect, EventClaim, PauseReason, Reserve, SeenPause, Unclear,
    random,
};
use whatsapp_core::{AccountEventId, DigestId};

use super::super::call::Call;
use super::Player;
use crate::conformance::trial::LEASE;

pub(super) fn any_call(player: &mut Player) -> Call {
    let now = player.now();
    let id = AccountEventId::new(now, random(&player.entropy));
    match player.rng.u8(0..12) {
        0..5 => {
            Call::ChangeAccount(AccountChange { id, at: now, step: step(player, now), by: None })
        }
        5 => Call::Account,
        6 => Call::AccountEvents(player.rng.u32(1..20)),
        7 => {
            let ids = player.events.iter().map(|event| event.id);
            let (token, count) = (player.token(), player.rng.usize(1..=2));
            player.event_token = token;
            let ids = player.rng.choose_multiple(ids, count);
            Call::ClaimEvents(EventClaim { ids, token, now, lease: LEASE })
        }
        8 => Call::EventsTold(player.event_token, now),
        _ => Call::Reserve(Reserve {
            now,
            elapsed: player.elapsed(),
            seen: player.seen_slot,
            want: player.rng.u32(0..4),
            interval: TimeDelta::milliseconds(player.rng.i64(0..2_000)),
            jitter: TimeDelta::milliseconds(player.rng.i64(0..100)),
        }),
    }
}

/// Something that may happen to the account.
fn step(player: &mut Player, now: DateTime<Utc>) -> AccountStep {
    let reason = PauseReason::ALL[player.rng.usize(0..PauseReason::ALL.len())];
    let until = now + TimeDelta::seconds(player.rng.i64(0..600));
    let trial = player.rng.bool();
    let detail = player.rng.bool().then(|| "in plain words".to_owned());
    match player.rng.u8(0..11) {
        0 => AccountStep::Stop { reason, detail, rest: until - now, trial },
        1..3 => AccountStep::Unclear(Unclear {
            message_id: player.any_id(),
            cause: reason.cause(),
            reason,
            detail,
            earlier: vec![now - TimeDelta::minutes(player.rng.i64(1..30)); player.rng.usize(0..4)],
            ready: player.rng.bool(),
            may_be_its_own: player.rng.bool(),
            rest: until - now,
            trial,
        }),
        3 => AccountStep::LetOneThrough { until },
        4 => AccountStep::Taken(player.any_id()),
        5 => AccountStep::Undelivered { alert: player.rng.u32(0..4) },
        6 => AccountStep::Delivered,
        7 => AccountStep::Hold { seen: SeenPause::Any },
        8 => {
            let day = now - TimeDelta::days(player.rng.i64(0..3));
            AccountStep::StalePayments { day, written: "24 Nov 2026".to_owned() }
        }
        _ => AccountStep::Lift { seen: SeenPause::Any, taken: trial.then(|| player.any_id()) },
    }
}

pub(super) fn notices(player: &mut Player) -> Call {
    match player.rng.u8(0..5) {
        0 => Call::NoticesOwed,
        1 => Call::Digests(player.rng.u32(1..5)),
        2 if !player.collected.is_empty() => {
            let nth = player.rng.usize(0..player.collected.len());
            let collected = player.collected.swap_remove(nth);
            let (id, token) = (collected.digest.id, collected.token);
            if player.one_in(2) {
                let mut told = collected.digest.told;
                told.push(format!("manager-{}@example.com", told.len()).into());
                let rest = TimeDelta::minutes(player.rng.i64(1..40));
                Call::MarkTold(id, token, told, player.now() + rest)
            } else {
                Call::MarkSent(id, token, player.now())
            }
        }
        _ => Call::Collect(Collect {
            id: DigestId::new(player.now(), random(&player.entropy)),
            token: player.token(),
            now: player.now(),
            lease: LEASE,
            newest_known: player.newest_digest.filter(|_| !player.one_in(5)),
            may_start: !player.one_in(5),
        }),
    }
}
