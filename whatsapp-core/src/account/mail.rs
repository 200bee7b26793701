//! Which mail about the account is due: a pure function over its events.

use chrono::{DateTime, TimeDelta, Utc};

use super::{AccountEvent, AccountEventKind as Kind, PauseReason};
use crate::id::AccountEventId;

/// At most one mail that the account stopped within this time.
const BETWEEN_STOPS: TimeDelta = TimeDelta::hours(1);

/// What passes by itself is told once it has lasted so long.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// How many stops that passed by themselves are told, although none of them lasted.
const FLAPS: usize = 3;

/// Stops that are over are no news any more after so long.
const NEWS: TimeDelta = TimeDelta::hours(24);

/// A mail about the account. The same mail is recognisable as the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountMail {
    /// Names the mail: its newest event.
    pub id: AccountEventId,
    /// Whether the account is stopped, goes on, or delivers nothing, or what became of reminders or greetings.
    pub kind: Kind,
    /// Why it stopped.
    pub reason: Option<PauseReason>,
    /// What the gateway said, in its own words; how many messages were not delivered; the last day
    /// whose payments are known; how many reminders wait for approval; a festival and its date; a campaign,
    /// with how many it left out, and why.
    pub detail: Option<String>,
    /// When the newest event happened.
    pub at: DateTime<Utc>,
    /// How often the account stopped since the last mail.
    pub stops: u32,
    /// When it first did.
    pub first_stop: Option<DateTime<Utc>>,
    /// How many messages wait, and whether there are more.
    pub waiting: Option<u64>,
}

impl AccountMail {
    /// A mail of which only this is known.
    #[must_use]
    pub const fn new(id: AccountEventId, kind: Kind, at: DateTime<Utc>) -> Self {
        Self { id, kind, reason: None, detail: None, at, stops: 0, first_stop: None, waiting: None }
    }
}

/// What is to be told now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Due {
    /// The mail.
    pub(crate) mail: Option<AccountMail>,
    /// The events that it tells of; without a mail those that are not worth one.
    pub(crate) events: Vec<AccountEventId>,
}

/// Which mail is due at `now`, from the account's events, the oldest first.
pub(crate) fn due(events: &[AccountEvent], now: DateTime<Utc>) -> Due {
    let untold = |event: &&AccountEvent| event.told_at.is_none();
    if let Some(event) = events.iter().find(|e| !e.kind.is_turn() && e.told_at.is_none()) {
        return Due { mail: Some(mail(event, &[])), events: vec![event.id] };
    }
    let turns: Vec<&AccountEvent> = events.iter().filter(|e| e.kind.is_turn()).collect();
    let Some(newest) = turns.last() else { return Due::default() };
    let news: Vec<&AccountEvent> = turns.iter().copied().filter(untold).collect();
    if news.is_empty() {
        return Due::default();
    }
    let ids = |of: &[&AccountEvent]| of.iter().map(|event| event.id).collect::<Vec<_>>();
    let stops: Vec<&AccountEvent> =
        news.iter().copied().filter(|e| e.kind == Kind::Stopped).collect();
    let told = turns.iter().filter(|event| event.told_at.is_some());
    let promised = told.clone().next_back().is_some_and(|event| event.kind == Kind::Stopped);
    let last_stop_mail = told.filter(|e| e.kind == Kind::Stopped).filter_map(|e| e.told_at).max();
    let may_stop = last_stop_mail.is_none_or(|at| at > now || at + BETWEEN_STOPS <= now);

    match newest.kind {
        Kind::Stopped => {
            let passes = newest.reason.is_some_and(PauseReason::passes) && stops.len() < FLAPS;
            let lasted = !passes || now >= newest.at + PATIENCE;
            if newest.told_at.is_none() && may_stop && lasted {
                return Due { mail: Some(mail(newest, &stops)), events: ids(&news) };
            }
        }
        // Whoever was told that it stopped is told that it goes on.
        Kind::Resumed if promised => {
            return Due { mail: Some(mail(newest, &stops)), events: ids(&news) };
        }
        Kind::Resumed
        | Kind::Undelivered
        | Kind::StalePayments
        | Kind::Approvals
        | Kind::Unconfirmed
        | Kind::NotGreeted
        | Kind::LeftOut => {
            let worth = stops.len() >= FLAPS || stops.iter().any(|s| worth_telling(s, &turns));
            if worth && may_stop && now < newest.at + NEWS {
                return Due { mail: Some(mail(newest, &stops)), events: ids(&news) };
            }
            // Until then more stops may follow, which together are worth a mail.
            let old = if worth { NEWS } else { BETWEEN_STOPS };
            if now >= newest.at + old {
                return Due { mail: None, events: ids(&news) };
            }
        }
    }
    Due::default()
}

/// Whether a stop that is over would have been told: it needed somebody, or it lasted.
fn worth_telling(stop: &AccountEvent, turns: &[&AccountEvent]) -> bool {
    let end = turns.iter().find(|event| event.kind == Kind::Resumed && event.at >= stop.at);
    let lasted = end.is_none_or(|end| end.at >= stop.at + PATIENCE);
    lasted || !stop.reason.is_some_and(PauseReason::passes)
}

fn mail(newest: &AccountEvent, stops: &[&AccountEvent]) -> AccountMail {
    AccountMail {
        reason: newest.reason,
        detail: newest.detail.clone(),
        stops: u32::try_from(stops.len()).unwrap_or(u32::MAX),
        first_stop: stops.first().map(|stop| stop.at),
        ..AccountMail::new(newest.id, newest.kind, newest.at)
    }
}
