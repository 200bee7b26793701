//! Questions of careless workers. Two calls among them change something: a fetch that is
//! reported, and dates that are set anew.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use whatsapp_core::port::{Fetch, Redate, Sort, Turn};

use super::super::call::Call;
use super::Player;
use super::filter::filter;
use super::messages::new_message;
use crate::fixtures;

pub(super) fn ask(player: &mut Player) -> Call {
    match player.rng.u8(0..8) {
        0..2 => return Call::NextDue,
        2 => return Call::Owed,
        3 => return Call::Unsettled((0..4).map(|_| player.any_id()).collect()),
        5 => {
            return Call::Redate(Redate {
                now: player.now() - TimeDelta::minutes(player.rng.i64(0..90)),
                elapsed: player.elapsed(),
                within: TimeDelta::minutes(30),
            });
        }
        4 => {
            let ago = TimeDelta::seconds(player.rng.i64(0..600));
            return Call::RecordFetch(Fetch {
                message_id: player.any_id(),
                at: player.now() - ago,
                bytes: player.rng.u64(0..4) * 1_000,
            });
        }
        _ => {}
    }
    let ago = TimeDelta::minutes(player.rng.i64(0..90));
    let ids = (0..player.rng.u8(0..3)).map(|_| format!("G-{}", player.rng.u64(0..20)));
    let ids: BTreeSet<_> = ids.collect();
    Call::Siblings(
        fixtures::number_key(player.rng.u64(0..3)),
        player.now() - ago,
        ids.into_iter().collect(),
    )
}

pub(super) fn any_call(player: &mut Player) -> Call {
    let most = player.rng.u64(0..12);
    match player.rng.u8(0..15) {
        0 => Call::Counts(most),
        1 => {
            let message = new_message(player);
            Call::FindKey(message.facts.key, message.facts.fingerprint)
        }
        2 => Call::Count(filter(player), most),
        3 => Call::Ids(filter(player), player.rng.u32(0..12)),
        4 => {
            let from = player.now() - TimeDelta::minutes(player.rng.i64(0..90));
            Call::Tally(from, from + TimeDelta::minutes(player.rng.i64(0..90)), most)
        }
        5 => Call::Backlog(player.now() + TimeDelta::minutes(player.rng.i64(-30..30)), most),
        6 => Call::Ending(player.now() + TimeDelta::hours(player.rng.i64(-9..90)), u64::MAX),
        7 => Call::LastTaken,
        8 => {
            let after = player.rng.choice(&player.page_ends).copied();
            Call::Export(filter(player), player.rng.bool(), after, player.rng.u32(1..8))
        }
        _ => {
            let filter = filter(player);
            let sorts = [Sort::Newest, Sort::Oldest, Sort::Status, Sort::Customer];
            let sort = player.rng.choice(sorts).unwrap_or_default();
            let end = player.rng.choice(&player.page_ends).copied();
            let turn = end.map_or(Turn::First, |end| match player.rng.u8(0..3) {
                0 => Turn::First,
                1 => Turn::After(end),
                _ => Turn::Before(end),
            });
            Call::Page(filter, sort, turn, player.rng.u32(1..8))
        }
    }
}
