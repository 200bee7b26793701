//! Cases for the audit: `store` and `log` are two ports of one store.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget, TargetKind};
use whatsapp_core::message::{CancelReason, NewMessage, Progress, State, StateRow};
use whatsapp_core::port::{
    AccountChange, AccountStep, Amended, Amendment, AuditCursor, AuditFilter, AuditLog, AuditPage,
    Enqueued, PauseReason, Saved, SettingsSave, Store, StoreError, TemplateSave,
};
use whatsapp_core::settings::SettingChange;
use whatsapp_core::{AccountId, AuditId, UserId};

use super::account::{HOLD, LIFT, change, event_id, events, stop};
use super::trial::Trial;
use crate::fixtures::{self, NewTemplate, START, audit_id};

const RETRIES: &str = "whatsapp_retry_max";

fn asha() -> Actor {
    Actor::Person(UserId::new("asha-1").expect("a user id"))
}

async fn all(log: &Arc<dyn AuditLog>) -> Vec<AuditEntry> {
    page(log, &AuditFilter::default(), None, 200).await.entries
}

async fn page(
    log: &Arc<dyn AuditLog>,
    filter: &AuditFilter,
    after: Option<AuditCursor>,
    limit: u32,
) -> AuditPage {
    log.audit(filter, after, limit).await.expect("audit")
}

/// An entry about a message.
fn entry(trial: &Trial, id: AuditId, act: Act) -> AuditEntry {
    AuditEntry {
        id,
        at: trial.now(),
        by: asha(),
        act,
        on: AuditTarget::Message(trial.message_id()),
        change: AuditChange::state("queued", "cancelled"),
    }
}

/// A save of one setting, over the present rows.
async fn save(trial: &Trial, value: &str, id: AuditId) -> SettingsSave {
    let rows = trial.store.load_settings().await.expect("load_settings");
    let change = SettingChange::check(&rows, RETRIES, value).expect("it can stand there");
    SettingsSave::new(change.into_iter().collect(), &asha(), trial.now(), || id)
}

/// A manager's cancel of a waiting message.
async fn cancel(trial: &Trial, seed: u64, audit: AuditEntry) -> Amendment {
    let message_id = trial.waiting(seed).await.facts.id;
    let message = trial.message(message_id).await;
    let cancelled = State::Cancelled(CancelReason::Manager);
    let state = StateRow::of(&Progress { state: cancelled, ..Progress::new(trial.now()) });
    let (at, elapsed) = (trial.now(), trial.elapsed());
    Amendment {
        message_id,
        seen: message.updated_at,
        state,
        reschedule: None,
        at,
        elapsed,
        audit: Some(audit),
    }
}

fn hand(trial: &Trial, step: AccountStep, id: AuditId) -> AccountChange {
    AccountChange { id: event_id(trial), at: trial.now(), step, by: Some((asha(), id)) }
}

/// The resend of a failed message.
fn again(trial: &Trial, seed: u64, id: AuditId) -> NewMessage {
    let message = fixtures::new_message(seed, trial.now());
    let audit = Some(Box::new(entry(trial, id, Act::MessageResent)));
    NewMessage { audit, ..message }
}

pub async fn a_saved_setting_leaves_one_entry_and_a_save_that_came_too_late_none(
    store: Arc<dyn Store>,
    log: Arc<dyn AuditLog>,
) {
    let trial = Trial::new(store);
    let (first, late) =
        (save(&trial, "2", audit_id(START)).await, save(&trial, "1", audit_id(START)).await);
    assert_eq!(trial.store.save_settings(&first).await.expect("save_settings"), Saved::Done);
    assert_eq!(trial.store.save_settings(&late).await.expect("save_settings"), Saved::Stale);
    let entries = all(&log).await;
    assert_eq!(entries, first.entries());
    let change = AuditChange::Value { before: Some("3".to_owned()), after: "2".to_owned() };
    assert_eq!((&entries[0].change, &entries[0].by), (&change, &asha()));
    assert_eq!(entries[0].on, AuditTarget::Setting(RETRIES.to_owned()));
}

pub async fn an_export_leaves_its_entry_once(store: Arc<dyn Store>, log: Arc<dyn AuditLog>) {
    let trial = Trial::new(store);
    let change = AuditChange::Exported { filter: "all messages".to_owned(), texts: true };
    let about = entry(&trial, audit_id(START), Act::Exported);
    let taken_out = AuditEntry { on: AuditTarget::Log, change, ..about };
    trial.store.note_export(&taken_out).await.expect("note_export");
    let again = trial.store.note_export(&taken_out).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
    assert_eq!(all(&log).await, [taken_out]);
}

pub async fn an_amendment_leaves_its_entry_and_a_stale_one_none(
    store: Arc<dyn Store>,
    log: Arc<dyn AuditLog>,
) {
    let trial = Trial::new(store);
    let done = entry(&trial, audit_id(START), Act::MessageCancelled);
    let amendment = cancel(&trial, 1, done.clone()).await;
    assert_eq!(trial.store.amend(&amendment).await.expect("amend"), Amended::Done);
    let late = entry(&trial, audit_id(START), Act::MessageCancelled);
    let amendment = Amendment { audit: Some(late), ..amendment };
    assert_eq!(trial.store.amend(&amendment).await.expect("amend"), Amended::Stale);
    assert_eq!(all(&log).await, [done]);
}

pub async fn a_message_that_is_sent_again_leaves_one_entry_however_often_it_is_asked_for(
    store: Arc<dyn Store>,
    log: Arc<dyn AuditLog>,
) {
    let trial = Trial::new(store);
    let message = again(&trial, 1, audit_id(START));
    let beside = fixtures::new_message(2, START);
    let twice = NewMessage {
        audit: Some(Box::new(entry(&trial, audit_id(START), Act::MessageResent))),
        ..message
            .clone()
            .with_facts(|facts| whatsapp_core::message::Facts { id: trial.message_id(), ..facts })
    };
    let answers = trial.store.enqueue(&[message.clone(), beside, twice.clone()]).await;
    let answers = answers.expect("enqueue");
    assert_eq!(answers[2], Enqueued::AlreadyPresent(message.facts.id));
    trial.store.enqueue(&[twice]).await.expect("enqueue");
    let expected = message.audit.map(|entry| *entry);
    assert_eq!(all(&log).await, Vec::from_iter(expected));
}

pub async fn a_pause_by_hand_leaves_an_entry_and_one_that_changes_nothing_none(
    store: Arc<dyn Store>,
    log: Arc<dyn AuditLog>,
) {
    let trial = Trial::new(store);
    let mut expected = Vec::new();
    change(&trial, stop(PauseReason::Outage, "No answer")).await;
    for (step, before, after) in [
        (HOLD, "outage", Some("held")),
        (HOLD, "held", None),
        (LIFT, "held", Some("running")),
        (LIFT, "running", None),
    ] {
        trial.pass(TimeDelta::minutes(1));
        let change = hand(&trial, step, audit_id(trial.now()));
        trial.store.change_account(&change).await.expect("change_account");
        expected.extend(after.map(|after| AuditChange::state(before, after)));
    }
    let entries = all(&log).await;
    let changes: Vec<_> = entries.iter().rev().map(|entry| entry.change.clone()).collect();
    assert_eq!(changes, expected);
    assert_eq!(entries[0].act, Act::AccountResumed);
    assert_eq!(entries[1].act, Act::AccountPaused);
    assert_eq!(entries[0].on, AuditTarget::Account(AccountId::DEFAULT));
}

pub async fn an_act_whose_entry_cannot_be_written_is_not_done(
    store: Arc<dyn Store>,
    log: Arc<dyn AuditLog>,
) {
    let trial = Trial::new(store);
    let taken = audit_id(START);
    let first = save(&trial, "2", taken).await;
    trial.store.save_settings(&first).await.expect("save_settings");
    let refused = |answer: Result<(), StoreError>| {
        assert!(matches!(answer, Err(StoreError::Conflict { .. })), "{answer:?}");
    };

    let settings = trial.store.load_settings().await.expect("load_settings");
    let late = save(&trial, "1", taken).await;
    refused(trial.store.save_settings(&late).await.map(drop));
    assert_eq!(trial.store.load_settings().await.expect("load_settings"), settings);

    let amendment = cancel(&trial, 1, entry(&trial, taken, Act::MessageCancelled)).await;
    let before = trial.message(amendment.message_id).await;
    refused(trial.store.amend(&amendment).await.map(drop));
    assert_eq!(trial.message(amendment.message_id).await, before);

    let message = again(&trial, 2, taken);
    refused(
        trial.store.enqueue(&[message.clone(), fixtures::new_message(3, START)]).await.map(drop),
    );
    assert_eq!(trial.store.message(message.facts.id).await.expect("message"), None);

    let template = fixtures::template(1, START);
    let id = template.id;
    let draft = template.save().draft().clone();
    let save = TemplateSave::new(id, None, draft, Act::TemplateSaved, asha(), START, taken);
    refused(trial.store.save_template(&save).await.map(drop));
    assert_eq!(trial.store.template(id).await.expect("template"), None);
    let versions = trial.store.template_versions(id, None, 9).await.expect("template_versions");
    assert_eq!(versions.versions, []);

    let change = hand(&trial, HOLD, taken);
    refused(trial.store.change_account(&change).await.map(drop));
    assert_eq!(trial.store.account().await.expect("account").pause, None);
    assert_eq!(events(&trial).await, []);
    assert_eq!(all(&log).await, first.entries());
}

pub async fn a_saved_template_leaves_one_entry_and_a_save_that_came_too_late_none(
    store: Arc<dyn Store>,
    log: Arc<dyn AuditLog>,
) {
    let trial = Trial::new(store);
    let template = fixtures::template(1, START);
    let second = NewTemplate { over: Some(1), at: START + TimeDelta::hours(1), ..template.clone() };
    let [first, second, late] = [&template, &second, &second].map(NewTemplate::save);
    for (save, expected) in [(&first, Saved::Done), (&second, Saved::Done), (&late, Saved::Stale)] {
        assert_eq!(trial.store.save_template(save).await.expect("save_template"), expected);
    }
    assert_eq!(all(&log).await, [second.entry().clone(), first.entry().clone()]);
    assert_eq!(second.entry().change, AuditChange::Version { before: Some(1), after: 2 });
    assert_eq!(first.entry().change, AuditChange::Version { before: None, after: 1 });
}

pub async fn what_the_library_does_by_itself_leaves_no_entry(
    store: Arc<dyn Store>,
    log: Arc<dyn AuditLog>,
) {
    let trial = Trial::new(store);
    change(&trial, stop(PauseReason::KeyRefused, "No")).await;
    change(&trial, LIFT).await;
    trial.failed(1).await;
    trial.waiting(2).await;
    assert_eq!(all(&log).await, []);
}

/// Five pauses by hand and the lift of each, of which three are of one instant.
async fn ten_acts(trial: &Trial) -> Vec<AuditEntry> {
    let mut entries = Vec::new();
    for no in 0..10_u8 {
        if no > 2 {
            trial.pass(TimeDelta::seconds(1));
        }
        let step = if no % 2 == 0 { HOLD } else { LIFT };
        let mut change = hand(trial, step, audit_id(trial.now()));
        if no > 7 {
            change.by = Some((Actor::Host, audit_id(trial.now())));
        }
        let before = trial.store.account().await.expect("account");
        let changed = trial.store.change_account(&change).await.expect("change_account");
        entries.extend(change.audited(&before, &changed.account, AccountId::DEFAULT));
    }
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.id)));
    entries
}

pub async fn pages_show_each_entry_once_the_newest_first(
    store: Arc<dyn Store>,
    log: Arc<dyn AuditLog>,
) {
    let trial = Trial::new(store);
    let entries = ten_acts(&trial).await;
    assert_eq!(entries.len(), 10);
    let (mut shown, mut after, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = page(&log, &AuditFilter::default(), after, 3).await;
        assert!(page.entries.len() <= 3);
        shown.extend(page.entries);
        pages += 1;
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!((shown, pages), (entries, 4));
}

pub async fn each_filter_shows_exactly_what_it_says(store: Arc<dyn Store>, log: Arc<dyn AuditLog>) {
    let trial = Trial::new(store);
    let mut entries = ten_acts(&trial).await;
    trial.pass(TimeDelta::seconds(1));
    let saved = save(&trial, "2", audit_id(trial.now())).await;
    trial.store.save_settings(&saved).await.expect("save_settings");
    entries.insert(0, saved.entries()[0].clone());
    let stranger = Actor::Person(UserId::new("asha").expect("a user id"));
    let by = |mut filter: AuditFilter, by| {
        filter.by = Some(by);
        filter
    };
    let from = |mut filter: AuditFilter, from| {
        filter.from = Some(START + TimeDelta::seconds(from));
        filter
    };
    let until = |mut filter: AuditFilter, until| {
        filter.until = Some(START + TimeDelta::seconds(until));
        filter
    };
    let kind = |mut filter: AuditFilter, kind| {
        filter.kind = Some(kind);
        filter
    };
    let any = AuditFilter::default;
    let setting = |key: &str| AuditFilter::about(AuditTarget::Setting(key.to_owned()));
    let account = || AuditFilter::about(AuditTarget::Account(AccountId::DEFAULT));
    let filters = [
        by(any(), asha()),
        by(any(), Actor::Host),
        by(any(), stranger),
        AuditFilter::only(Act::AccountPaused),
        AuditFilter::only(Act::TemplateSaved),
        account(),
        setting(RETRIES),
        setting("whatsapp_enabled"),
        by(AuditFilter::only(Act::AccountResumed), asha()),
        by(account(), Actor::Host),
        // Three entries are of the first instant, and one of each second of the next eight.
        from(any(), 0),
        from(any(), 2),
        from(any(), 9),
        until(any(), 0),
        until(any(), 1),
        until(any(), 2),
        until(from(any(), 1), 3),
        until(from(account(), 1), 3),
        kind(any(), TargetKind::Account),
        kind(any(), TargetKind::Setting),
        kind(any(), TargetKind::Audit),
        kind(setting(RETRIES), TargetKind::Account),
    ];
    let mut sizes = Vec::new();
    for filter in filters {
        let expected: Vec<_> = entries
            .iter()
            .filter(|entry| filter.by.as_ref().is_none_or(|by| *by == entry.by))
            .filter(|entry| filter.act.is_none_or(|act| act == entry.act))
            .filter(|entry| filter.on.as_ref().is_none_or(|on| *on == entry.on))
            .filter(|entry| filter.kind.is_none_or(|kind| kind.as_str() == entry.on.kind()))
            .filter(|entry| filter.from.is_none_or(|from| from <= entry.at))
            .filter(|entry| filter.until.is_none_or(|until| entry.at < until))
            .cloned()
            .collect();
        sizes.push(expected.len());
        assert_eq!(page(&log, &filter, None, 200).await.entries, expected, "{filter:?}");
    }
    assert_eq!(sizes, [9, 2, 0, 5, 0, 10, 1, 0, 4, 2, 11, 7, 0, 0, 3, 4, 2, 2, 10, 1, 0, 0]);
}

pub async fn pages_of_some_days_end_where_the_days_do(
    store: Arc<dyn Store>,
    log: Arc<dyn AuditLog>,
) {
    let trial = Trial::new(store);
    let entries = ten_acts(&trial).await;
    let (from, until) = (START, START + TimeDelta::seconds(4));
    let mut filter = AuditFilter::default();
    (filter.from, filter.until) = (Some(from), Some(until));
    let expected: Vec<_> = entries.into_iter().filter(|entry| entry.at < until).collect();
    let (mut shown, mut after) = (Vec::new(), None);
    loop {
        let page = page(&log, &filter, after, 2).await;
        shown.extend(page.entries);
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!((shown.len(), shown), (6, expected));
    // A place after the end stands for the end.
    let later = AuditCursor { at: until + TimeDelta::hours(1), id: audit_id(until) };
    assert_eq!(page(&log, &filter, Some(later), 200).await.entries.len(), 6);
}

/// Tests a store's audit, with a test for each case. `open` returns the store as both its ports,
/// and a value that must live as long.
///
/// ```
/// use std::sync::Arc;
/// use whatsapp_core::port::{AuditLog, Store};
/// use whatsapp_testkit::MemoryStore;
///
/// async fn open() -> (Arc<dyn Store>, Arc<dyn AuditLog>, ()) {
///     let store = MemoryStore::new();
///     (Arc::new(store.clone()), Arc::new(store), ())
/// }
///
/// whatsapp_testkit::audit_conformance! { open = open }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! audit_conformance {
    (open = $open:path) => {
        $crate::audit_conformance! {
            [$open]
            a_saved_setting_leaves_one_entry_and_a_save_that_came_too_late_none,
            an_export_leaves_its_entry_once,
            an_amendment_leaves_its_entry_and_a_stale_one_none,
            a_message_that_is_sent_again_leaves_one_entry_however_often_it_is_asked_for,
            a_pause_by_hand_leaves_an_entry_and_one_that_changes_nothing_none,
            an_act_whose_entry_cannot_be_written_is_not_done,
            a_saved_template_leaves_one_entry_and_a_save_that_came_too_late_none,
            what_the_library_does_by_itself_leaves_no_entry,
            pages_show_each_entry_once_the_newest_first,
            each_filter_shows_exactly_what_it_says,
            pages_of_some_days_end_where_the_days_do,
        }
    };
    ([$open:path] $($case:ident,)+) => {
        $(#[::tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            let (store, audit, guard) = $open().await;
            $crate::conformance::audit::$case(store, audit).await;
            drop(guard);
        })+
    };
}
