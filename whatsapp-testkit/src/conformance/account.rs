//! Cases for the account's changes and the events that they leave.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::message::Cause;
use whatsapp_core::port::{
    Account, AccountChange, AccountEvent, AccountEventKind, AccountStep, Changed, EventClaim,
    PauseReason, SeenPause, Store, Unclear, Verdict, random,
};
use whatsapp_core::{AccountEventId, LeaseToken};

use super::trial::{LEASE, Trial};

/// A new id for an event of the account, as of now.
pub(super) fn event_id(trial: &Trial) -> AccountEventId {
    AccountEventId::new(trial.now(), random(&trial.entropy))
}

pub(super) async fn change(trial: &Trial, step: AccountStep) -> Changed {
    let change = AccountChange { id: event_id(trial), at: trial.now(), step, by: None };
    trial.store.change_account(&change).await.expect("change_account")
}

pub(super) async fn events(trial: &Trial) -> Vec<AccountEvent> {
    trial.store.account_events(100).await.expect("account_events")
}

async fn claim_events(trial: &Trial, ids: &[AccountEventId]) -> Option<LeaseToken> {
    let token = trial.token();
    let claim = EventClaim { ids: ids.to_vec(), token, now: trial.now(), lease: LEASE };
    let claimed = trial.store.claim_account_events(&claim).await;
    claimed.expect("claim_account_events").then_some(token)
}

/// Stops the account for a minute.
pub(super) fn stop(reason: PauseReason, detail: &str) -> AccountStep {
    let detail = Some(detail.to_owned());
    AccountStep::Stop { reason, detail, rest: TimeDelta::minutes(1), trial: false }
}

/// Makes reminders wait for payments that are newer than this day.
fn stale(day: DateTime<Utc>) -> AccountStep {
    AccountStep::StalePayments { day, written: "24 Nov 2026".to_owned() }
}

/// A stop of all sending by somebody who did not look before.
pub(super) const HOLD: AccountStep = AccountStep::Hold { seen: SeenPause::Any };

pub(super) const LIFT: AccountStep = AccountStep::Lift { seen: SeenPause::Any, taken: None };

fn unclear(trial: &Trial) -> AccountStep {
    AccountStep::Unclear(Unclear {
        message_id: trial.message_id(),
        cause: Cause::Address,
        reason: PauseReason::WrongAddress,
        detail: Some("Not found".to_owned()),
        earlier: vec![trial.now() - TimeDelta::minutes(5)],
        ready: true,
        may_be_its_own: true,
        rest: TimeDelta::minutes(5),
        trial: false,
    })
}

pub async fn every_change_leaves_what_the_rule_says(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut account = Account::default();
    let message_id = trial.message_id();
    let minutes = |minutes| trial.now() + TimeDelta::minutes(minutes);
    let mut steps: Vec<AccountStep> = vec![
        unclear(&trial),
        AccountStep::Taken(message_id),
        unclear(&trial),
        unclear(&trial),
        AccountStep::LetOneThrough { until: minutes(20) },
        AccountStep::TakeBack { permit: minutes(20), until: minutes(0) },
        AccountStep::LetOneThrough { until: minutes(30) },
        AccountStep::Scout {
            since: trial.now() + TimeDelta::minutes(18),
            message_id: Some(message_id),
            until: minutes(30),
        },
        AccountStep::Lift { seen: SeenPause::Any, taken: Some(message_id) },
        AccountStep::Undelivered { alert: 2 },
        AccountStep::Undelivered { alert: 2 },
        AccountStep::Delivered,
        stale(minutes(0)),
        stale(minutes(0)),
        stale(minutes(-1)),
        stale(minutes(1)),
    ];
    steps.extend(PauseReason::ALL.iter().map(|reason| stop(*reason, "No, \"never\".")));
    steps.extend([HOLD, HOLD, stop(PauseReason::Outage, "No answer")]);
    steps.extend([AccountStep::LetOneThrough { until: minutes(90) }, unclear(&trial), LIFT]);
    // Steps that say which pause they saw: the present one, or one that is gone.
    let over = |seen| AccountStep::Hold { seen };
    let lift = |seen| AccountStep::Lift { seen, taken: None };
    let before = SeenPause::Since(minutes(0));
    steps.extend([over(before), over(SeenPause::None), lift(before), lift(SeenPause::None), LIFT]);
    steps.extend([stop(PauseReason::Outage, "No answer"), over(SeenPause::None), LIFT]);
    for step in steps {
        trial.pass(TimeDelta::minutes(6));
        let change = AccountChange { id: event_id(&trial), at: trial.now(), step, by: None };
        let (verdict, event) = change.on(&mut account);
        let changed = trial.store.change_account(&change).await.expect("change_account");
        assert_eq!(changed, Changed { verdict, event, account: account.clone() }, "{change:?}");
        assert_eq!(trial.store.account().await.expect("account"), account);
    }
}

pub async fn a_stop_and_what_follows_on_it_are_events_in_their_order(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    assert_eq!(events(&trial).await, []);
    let stopped = change(&trial, stop(PauseReason::KeyRefused, "Invalid key")).await.event;
    trial.pass(TimeDelta::minutes(1));
    let again = change(&trial, stop(PauseReason::KeyRefused, "Invalid key")).await;
    assert_eq!((again.verdict, again.event), (Verdict::Paused, None), "one stop and not many");
    trial.pass(TimeDelta::minutes(1));
    let resumed = change(&trial, LIFT).await.event;
    let events = events(&trial).await;
    assert_eq!(events.iter().cloned().map(Some).collect::<Vec<_>>(), [stopped, resumed]);
    assert_eq!(events[0].detail.as_deref(), Some("Invalid key"));
    assert_eq!(events[0].reason, Some(PauseReason::KeyRefused));
    assert_eq!(events[1].kind, AccountEventKind::Resumed);
    let newest = trial.store.account_events(1).await.expect("account_events");
    assert_eq!(newest, events[1..]);
}

pub async fn a_pause_for_another_reason_than_was_seen_goes_on(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let began = trial.now();
    change(&trial, stop(PauseReason::Outage, "No answer")).await;
    trial.pass(TimeDelta::minutes(1));
    change(&trial, stop(PauseReason::KeyRefused, "Invalid key")).await;
    let account = trial.store.account().await.expect("account");
    assert_eq!(SeenPause::of(&account), SeenPause::For(began, PauseReason::KeyRefused));
    let lift = |seen| AccountStep::Lift { seen, taken: None };
    let outage = SeenPause::For(began, PauseReason::Outage);
    for step in [lift(outage), AccountStep::Hold { seen: outage }] {
        let event = None;
        let stale = Changed { verdict: Verdict::Stale, event, account: account.clone() };
        assert_eq!(change(&trial, step).await, stale);
    }
    // A message that got through the pause lifts it, whatever other trouble came meanwhile.
    assert_eq!(change(&trial, lift(SeenPause::Since(began))).await.account.pause, None);
}

pub async fn of_concurrent_stops_one_is_an_event(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let stops: Vec<_> = (0..16)
        .map(|_| {
            let trial = trial.clone();
            tokio::spawn(
                async move { change(&trial, stop(PauseReason::Outage, "No answer")).await },
            )
        })
        .collect();
    for stop in stops {
        assert_eq!(stop.await.expect("no panic").verdict, Verdict::Paused);
    }
    assert_eq!(events(&trial).await.len(), 1);
}

pub async fn of_concurrent_processes_one_lets_a_message_through(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    change(&trial, stop(PauseReason::Outage, "No answer")).await;
    let until = trial.now() + TimeDelta::minutes(3);
    let early = change(&trial, AccountStep::LetOneThrough { until }).await;
    assert_eq!(early.verdict, Verdict::Stale, "the pause has not run out");
    trial.pass(TimeDelta::minutes(1));
    let asks: Vec<_> = (0..16)
        .map(|_| {
            let trial = trial.clone();
            tokio::spawn(async move { change(&trial, AccountStep::LetOneThrough { until }).await })
        })
        .collect();
    let mut granted = 0;
    for ask in asks {
        granted += u32::from(ask.await.expect("no panic").verdict == Verdict::Done);
    }
    assert_eq!(granted, 1);
}

pub async fn events_are_claimed_by_one_and_told_once(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    change(&trial, stop(PauseReason::Between, "A web page came back")).await;
    trial.pass(TimeDelta::minutes(1));
    change(&trial, LIFT).await;
    let ids: Vec<_> = events(&trial).await.iter().map(|event| event.id).collect();
    let first = claim_events(&trial, &ids[..1]).await.expect("it is free");
    assert_eq!(claim_events(&trial, &ids).await, None, "all of them or none");
    trial.store.account_events_told(trial.token(), trial.now()).await.expect("told");
    assert!(events(&trial).await.iter().all(|event| event.told_at.is_none()), "another's claim");
    trial.pass(LEASE);
    let second = claim_events(&trial, &ids).await.expect("the lease has run out");
    trial.store.account_events_told(first, trial.now()).await.expect("told");
    assert!(events(&trial).await.iter().all(|event| event.told_at.is_none()), "it is too late");
    let at = trial.now();
    trial.store.account_events_told(second, at).await.expect("told");
    assert!(events(&trial).await.iter().all(|event| event.told_at == Some(at)));
    assert_eq!(claim_events(&trial, &ids).await, None, "they were told");
}

pub async fn a_taken_event_id_changes_nothing(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = event_id(&trial);
    let change = |step| AccountChange { id, at: trial.now(), step, by: None };
    let step = stop(PauseReason::Outage, "No answer");
    trial.store.change_account(&change(step)).await.expect("change_account");
    let before = trial.store.account().await.expect("account");
    trial.store.change_account(&change(LIFT)).await.expect_err("the id is taken");
    assert_eq!(trial.store.account().await.expect("account"), before);
}
