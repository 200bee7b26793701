//! What careless workers do under their leases: claim, begin and settle.

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::{
    AttemptOutcome, CancelReason, Delivery, Event, HeldFor, MessageValues, Reported, State, Status,
    Via,
};
use whatsapp_core::port::{
    Begin, Claim, ClaimOf, Claimed, Lane, MediaLink, QueuePoint, Revision, Settlement,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::time::Moment;

use super::super::call::Call;
use super::Player;
use crate::conformance::trial::{LEASE, record, refused, settlement};
use crate::fixtures;

pub(super) fn claim(player: &mut Player) -> Call {
    let any = Lane::ALL[player.rng.usize(..Lane::ALL.len())];
    let lane = if player.one_in(2) { any } else { Lane::Transactional };
    let of = match player.rng.u8(0..6) {
        0 => ClaimOf::Looks,
        1 => ClaimOf::Sends,
        _ => ClaimOf::All,
    };
    let only = player.one_in(5).then(|| player.any_id());
    let after = if player.one_in(3) { point(player) } else { None };
    let elapsed = player.elapsed();
    let excluding =
        if player.one_in(6) { vec![player.any_id(), player.any_id()] } else { Vec::new() };
    Call::Claim(Claim {
        lane,
        of,
        only,
        after,
        token: player.token(),
        now: player.now(),
        elapsed,
        lease: LEASE,
        limit: player.rng.u32(1..6),
        excluding,
    })
}

/// The place of a message in the order, either when it was claimed or as it was made.
fn point(player: &mut Player) -> Option<QueuePoint> {
    if player.rng.bool() {
        return player.rng.choice(&player.held).map(Claimed::point);
    }
    let message = player.rng.choice(&player.offered)?;
    let due_at = message.state.owed?.due_at;
    Some(QueuePoint { due_at, message_id: message.facts.id })
}

pub(super) fn begin(player: &mut Player) -> Call {
    let now = player.now();
    let elapsed = player.elapsed();
    // Mostly begins what may begin; a message under way already must be fenced. Nothing begins
    // a sent message: that rule is not the store's.
    let careless = player.one_in(4);
    let held = player.some_held(|state| match state {
        State::Sending { .. } => careless,
        State::Sent { .. } => false,
        _ => true,
    });
    let begins = held.into_iter().map(|claimed| {
        let posts = claimed.progress.posts;
        let looked_up = matches!(claimed.progress.state, State::Checking { .. });
        let close = looked_up && !player.one_in(5);
        let mut begin = Begin {
            lease: claimed.lease,
            no: posts + 1,
            part: claimed.progress.part,
            number_key: fixtures::key_of(claimed.whatsapp_number.as_str()),
            number: claimed.whatsapp_number.clone(),
            text: fixtures::sent_text(&claimed),
            via: via(player),
            at: now,
            elapsed,
            lease_needed: TimeDelta::seconds(40),
            close: close.then(|| record(posts, Some(AttemptOutcome::NotAccepted), now)),
            revision: None,
        };
        match player.rng.u8(0..24) {
            0 => begin.no = posts,
            1 => begin.no = posts + 2,
            2 => begin.lease.token = player.token(),
            3 => begin.lease_needed = LEASE * 2,
            4..8 => {
                let revision = revision(player, &claimed, now);
                begin.number_key = fixtures::key_of(revision.number.as_str());
                begin.number = revision.number.clone();
                begin.text = fixtures::sent_text(&revision.apply(&claimed));
                begin.revision = Some(revision);
            }
            _ => {}
        }
        begin
    });
    Call::Begin(begins.collect())
}

/// A way out of a few, mostly by one gateway, so that its ids collide.
fn via(player: &mut Player) -> Option<Via> {
    let host = if player.one_in(16) { "other.example" } else { "one.example" };
    let key = if player.rng.bool() { "other" } else { "one" };
    (!player.one_in(16)).then(|| fixtures::via(host, key))
}

fn revision(player: &mut Player, claimed: &Claimed, now: DateTime<Utc>) -> Revision {
    let url = format!("https://media.example/{}/file.pdf", player.rng.u64(..));
    let until = now + TimeDelta::hours(player.rng.i64(1..48));
    let number = fixtures::number(player.rng.u64(..8));
    Revision {
        number: if player.rng.bool() { number.into() } else { claimed.whatsapp_number.clone() },
        text: format!("Your invoice: {url}").into(),
        values: player.rng.bool().then(|| MessageValues::new([("invoiceLink", url.as_str())])),
        template_version: player.rng.bool().then(|| player.rng.u32(1..9)),
        link: player.rng.bool().then_some(MediaLink::new(url, until)),
        ..Revision::of(claimed)
    }
}

pub(super) fn settle(player: &mut Player) -> Call {
    let held = player.some_held(|_| true);
    let items = held.iter().filter_map(|claimed| result(player, claimed));
    Call::Settle(items.collect())
}

/// A result that a claimed message may have had.
fn result(player: &mut Player, claimed: &Claimed) -> Option<Settlement> {
    let now = player.now();
    let at = Moment::new(now, player.elapsed());
    let mut events = vec![
        Event::Accepted,
        Event::Accepted,
        Event::Accepted,
        Event::OutcomeUnknown,
        Event::Absent,
        Event::LookUnavailable,
        refused(Disposition::Transient),
        refused(Disposition::Permanent),
        refused(Disposition::Account),
        Event::Postponed { until: now + TimeDelta::minutes(1) },
        Event::Withdrawn(CancelReason::ALL[player.rng.usize(..CancelReason::ALL.len())]),
        Event::Reported(Reported::Nothing),
        Event::Reported(Reported::NotOnWhatsApp),
        Event::Reported(Reported::Unreadable("MOON".to_owned())),
    ];
    events.extend(Delivery::ALL.iter().map(|d| Event::Reported(Reported::Reached(*d))));
    player.rng.shuffle(&mut events);
    let mut item = events.iter().find_map(|event| settlement(claimed, event, at))?;
    if player.one_in(4) {
        let held_for = player.rng.choice(HeldFor::ALL).copied();
        item.state = item.state.explained(held_for, Some("\"INV-7\" is disputed.".into()));
    }
    let accepted = item.state.status == Status::Sent;
    if let Some(attempt) = &mut item.attempt {
        if accepted && !player.one_in(4) {
            // Some ids are soon taken, most never.
            let ids = if player.rng.bool() { 3 } else { u64::MAX };
            let gateway_id = format!("G-{}", player.rng.u64(0..ids));
            item.gateway_id = Some(gateway_id.clone());
            attempt.gateway_id = Some(gateway_id);
        }
        attempt.http_status = player.rng.bool().then_some(200);
        attempt.detail = player.rng.bool().then(|| "in plain words".to_owned());
    }
    if player.rng.bool() {
        item.api_response = Some(serde_json::json!({"step": player.rng.u32(..)}));
    }
    if player.one_in(12) {
        item.lease.token = player.token();
    }
    Some(item)
}
