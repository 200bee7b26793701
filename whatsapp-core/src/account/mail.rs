//! The mail about the account that is due: a pure function over its events.

use chrono::{DateTime, TimeDelta, Utc};

use super::{AccountEvent, AccountEventKind as Kind, PauseReason};
use crate::id::AccountEventId;

/// At most one mail about stops is sent within this time.
const BETWEEN_STOPS: TimeDelta = TimeDelta::hours(1);

/// A stop that passes by itself is told once it has lasted this long.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// This many stops that passed by themselves are told, even if none of them lasted.
const FLAPS: usize = 3;

/// Stops that are over are no longer news after this time.
const NEWS: TimeDelta = TimeDelta::hours(24);

/// A mail about the account. Its id shows when the same mail is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountMail {
    /// The id of the mail: that of its newest event.
    pub id: AccountEventId,
    /// The kind of the newest event: a stop, its end, missing deliveries, or news of reminders or
    /// campaigns.
    pub kind: Kind,
    /// The reason why the account stopped.
    pub reason: Option<PauseReason>,
    /// Details of the kind of event: the gateway's words, the number of undelivered messages, the
    /// last day with known payments, or the number of reminders that wait. For campaigns: the
    /// festival and its date, or the campaign with the number of recipients left out and the
    /// reasons.
    pub detail: Option<String>,
    /// Time of the newest event.
    pub at: DateTime<Utc>,
    /// Number of stops since the last mail.
    pub stops: u32,
    /// Time of the first of these stops.
    pub first_stop: Option<DateTime<Utc>>,
    /// Number of messages that wait: pending and retrying ones, each counted up to 100,000.
    pub waiting: Option<u64>,
}

impl AccountMail {
    /// A mail that has only these values.
    #[must_use]
    pub const fn new(id: AccountEventId, kind: Kind, at: DateTime<Utc>) -> Self {
        Self { id, kind, reason: None, detail: None, at, stops: 0, first_stop: None, waiting: None }
    }
}

/// The news that is to be told now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Due {
    /// The mail.
    pub(crate) mail: Option<AccountMail>,
    /// The events that the mail tells of; without a mail, the events that are not worth a mail.
    pub(crate) events: Vec<AccountEventId>,
}

/// Returns the mail that is due at `now`, from the account's events, the oldest first.
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
        // People who were told of the stop are told that sending goes on.
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

/// Returns whether a stop that is over deserved a mail: it needed somebody, or it lasted.
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
