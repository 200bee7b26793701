//! Cases for acts on many messages.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{BoxFuture, join_all};
use whatsapp_core::audit::{Act, Actor, AuditEntry};
use whatsapp_core::bulk::{Bulk, BulkAct, BulkAsks, BulkCounts, BulkItem, BulkOutcome, BulkState};
use whatsapp_core::port::{
    AuditFilter, AuditLog, BULK_HORIZON, BulkChange, BulkClaim, BulkResult, BulkStore, BulkWrite,
    Saved, StoreError, SystemEntropy, random,
};
use whatsapp_core::{AuditId, BulkId, LeaseToken, MessageId, UserId};

use crate::fixtures::{START, audit_id};

/// One store, as the ports that the cases of acts on many messages use.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BulkPorts {
    /// The acts.
    pub bulk: Arc<dyn BulkStore>,
    /// The audit.
    pub audit: Arc<dyn AuditLog>,
}

impl BulkPorts {
    /// Makes the ports of a store that implements both.
    pub fn of(store: Arc<impl BulkStore + AuditLog>) -> Self {
        Self { bulk: store.clone(), audit: store }
    }

    async fn add(&self, act: &Counted) {
        self.bulk.add_bulk(&act.bulk, &act.items).await.expect("add_bulk");
    }

    async fn read(&self, id: BulkId) -> Bulk {
        self.bulk.bulk(id).await.expect("bulk").expect("the act is there")
    }

    async fn items(
        &self,
        id: BulkId,
        outcome: Option<BulkOutcome>,
        after: Option<u32>,
        limit: u32,
    ) -> Vec<BulkItem> {
        self.bulk.bulk_items(id, outcome, after, limit).await.expect("bulk_items")
    }

    async fn change(&self, bulk: &Bulk, from: BulkState, to: BulkState) -> Saved {
        self.bulk.change_bulk(&change(bulk, from, to)).await.expect("change_bulk")
    }

    async fn confirm(&self, bulk: &Bulk) {
        let saved = self.change(bulk, BulkState::Counted, BulkState::Running).await;
        assert_eq!(saved, Saved::Done);
    }

    async fn claim(&self, claim: BulkClaim) -> Option<(Bulk, Vec<BulkItem>)> {
        self.bulk.claim_bulk(&claim).await.expect("claim_bulk")
    }

    async fn write(&self, write: &BulkWrite) -> bool {
        self.bulk.write_bulk(write).await.expect("write_bulk")
    }

    async fn entries(&self) -> Vec<AuditEntry> {
        self.audit.audit(&AuditFilter::default(), None, 200).await.expect("audit").entries
    }
}

/// An act and its messages, as they are added.
struct Counted {
    bulk: Bulk,
    items: Vec<BulkItem>,
}

fn manager(name: &str) -> Actor {
    Actor::Person(UserId::new(name).expect("a user id"))
}

fn second(no: i64) -> DateTime<Utc> {
    START + TimeDelta::seconds(no)
}

/// A cancel of `number` messages that was counted at `at`; every fifth is left out from the
/// beginning.
fn counted(at: DateTime<Utc>, number: u32) -> Counted {
    let item = |no: u32| {
        let is_left_out = no % 5 == 4;
        BulkItem {
            no,
            message_id: MessageId::new(at, random(&SystemEntropy)),
            seen: at - TimeDelta::minutes(i64::from(no)),
            entry: audit_id(at),
            asks: BulkAsks { arrived: no.is_multiple_of(2) && !is_left_out, hours: no == 1 },
            outcome: is_left_out.then_some(BulkOutcome::LeftOut),
            sentence: is_left_out.then(|| "It was sent already.".into()),
            fresh: None,
        }
    };
    let bulk = Bulk {
        id: BulkId::new(at, random(&SystemEntropy)),
        act: BulkAct::Cancel,
        by: manager("asha"),
        at,
        state: BulkState::Counted,
        more: number == 7,
        agreed: BulkAsks::default(),
        changed_at: at,
        counts: BulkCounts::default(),
    };
    Counted { bulk, items: (0..number).map(item).collect() }
}

fn change(bulk: &Bulk, from: BulkState, to: BulkState) -> BulkChange {
    let (at, by) = (bulk.at + TimeDelta::minutes(1), manager("ravi"));
    let audit = bulk.entry(audit_id(at), &by, at, to);
    let agreed = BulkAsks { arrived: true, hours: false };
    BulkChange { id: bulk.id, from, to, by, agreed, at, audit }
}

fn claim(now: DateTime<Utc>, limit: u32) -> BulkClaim {
    let token = LeaseToken::new(now, random(&SystemEntropy));
    BulkClaim { token, now, until: now + TimeDelta::minutes(2), limit }
}

/// The write after these messages were done.
fn done(bulk: &Bulk, claim: &BulkClaim, items: &[BulkItem]) -> BulkWrite {
    let result = |item: &BulkItem| BulkResult {
        no: item.no,
        outcome: BulkOutcome::Done,
        sentence: None,
        fresh: Some(item.message_id),
    };
    let results = items.iter().map(result).collect();
    BulkWrite { id: bulk.id, token: claim.token, at: claim.now, results }
}

fn places(items: &[BulkItem]) -> Vec<u32> {
    items.iter().map(|item| item.no).collect()
}

pub async fn an_act_reads_back_with_its_messages_and_their_numbers(ports: BulkPorts) {
    let act = counted(START, 7);
    ports.add(&act).await;
    // The messages of another act are not mixed in.
    ports.add(&counted(second(1), 3)).await;
    let counts =
        BulkCounts { total: 7, open: 6, arrived: 3, hours: 1, left_out: 1, ..Default::default() };
    assert_eq!(ports.read(act.bulk.id).await, Bulk { counts, ..act.bulk.clone() });
    let open: Vec<_> = act.items.iter().filter(|it| it.outcome.is_none()).cloned().collect();
    assert_eq!(ports.items(act.bulk.id, None, None, 99).await, open);
    assert_eq!(ports.items(act.bulk.id, None, Some(1), 3).await, open[2..5]);
    let left_out = ports.items(act.bulk.id, Some(BulkOutcome::LeftOut), None, 99).await;
    assert_eq!(left_out, [act.items[4].clone()]);
    assert_eq!(ports.items(act.bulk.id, Some(BulkOutcome::Done), None, 99).await, []);
    let unknown = BulkId::new(START, random(&SystemEntropy));
    assert_eq!(ports.bulk.bulk(unknown).await.expect("bulk"), None);
    assert_eq!(ports.items(unknown, None, None, 9).await, []);
    let again = ports.bulk.add_bulk(&act.bulk, &act.items).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
}

pub async fn an_act_changes_only_from_the_state_that_was_seen_and_leaves_its_entry(
    ports: BulkPorts,
) {
    let act = counted(START, 3);
    ports.add(&act).await;
    assert_eq!(ports.change(&act.bulk, BulkState::Running, BulkState::Stopped).await, Saved::Stale);
    ports.confirm(&act.bulk).await;
    let running = ports.read(act.bulk.id).await;
    let agreed = BulkAsks { arrived: true, hours: false };
    assert_eq!(
        (running.state, &running.by, running.agreed, running.changed_at),
        (BulkState::Running, &manager("ravi"), agreed, START + TimeDelta::minutes(1))
    );
    assert_eq!(running.at, START, "when it was counted stays");
    // A second click finds the act under way.
    assert_eq!(ports.change(&act.bulk, BulkState::Counted, BulkState::Running).await, Saved::Stale);
    let stopped = ports.change(&running, BulkState::Running, BulkState::Stopped).await;
    assert_eq!(stopped, Saved::Done);
    let acts: Vec<_> = ports.entries().await.iter().map(|entry| entry.act).collect();
    assert_eq!(acts.len(), 2);
    assert!(acts.contains(&Act::BulkConfirmed) && acts.contains(&Act::BulkStopped));
}

pub async fn a_change_whose_entry_cannot_be_written_is_not_done(ports: BulkPorts) {
    let [one, other] = [counted(START, 1), counted(second(1), 1)];
    ports.add(&one).await;
    ports.add(&other).await;
    let first = change(&one.bulk, BulkState::Counted, BulkState::Running);
    assert_eq!(ports.bulk.change_bulk(&first).await.expect("change_bulk"), Saved::Done);
    let second = change(&other.bulk, BulkState::Counted, BulkState::Running);
    let audit = AuditEntry { id: first.audit.id, ..second.audit };
    let refused = ports.bulk.change_bulk(&BulkChange { audit, ..second }).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    assert_eq!(ports.read(other.bulk.id).await.state, BulkState::Counted);
}

pub async fn messages_come_once_and_in_order_whoever_claims_them(ports: BulkPorts) {
    let act = counted(START, 20);
    ports.add(&act).await;
    assert!(ports.claim(claim(second(1), 9)).await.is_none(), "nobody has confirmed it");
    ports.confirm(&act.bulk).await;
    let mut had = Vec::new();
    for turn in 0_u32.. {
        assert!(turn < 99, "it never ends");
        let claim = claim(second(100 + i64::from(turn)), 1 + turn % 4);
        let Some((bulk, items)) = ports.claim(claim).await else { break };
        assert!(items.len() <= claim.limit as usize);
        assert!(items.iter().all(|item| act.items[item.no as usize] == *item));
        had.extend(places(&items));
        assert!(ports.write(&done(&bulk, &claim, &items)).await);
    }
    let expected: Vec<_> = (0..20).filter(|no| no % 5 != 4).collect();
    assert_eq!(had, expected);
    let over = ports.read(act.bulk.id).await;
    let counts = BulkCounts { total: 20, done: 16, left_out: 4, ..Default::default() };
    assert_eq!((over.state, over.counts), (BulkState::Done, counts));
    let items = ports.items(act.bulk.id, Some(BulkOutcome::Done), None, 99).await;
    assert_eq!(places(&items), expected);
    assert!(items.iter().all(|item| item.fresh == Some(item.message_id)));
}

pub async fn of_several_claims_at_once_one_holds(ports: BulkPorts) {
    let act = counted(START, 9);
    ports.add(&act).await;
    ports.confirm(&act.bulk).await;
    let claims = join_all((0..8).map(|_| ports.claim(claim(second(100), 3)))).await;
    assert_eq!(claims.iter().flatten().count(), 1);
}

pub async fn a_claim_holds_until_it_ends_and_one_of_a_clock_that_was_set_back_does_not(
    ports: BulkPorts,
) {
    let act = counted(START, 9);
    ports.add(&act).await;
    ports.confirm(&act.bulk).await;
    let first = claim(second(100), 2);
    assert!(ports.claim(first).await.is_some());
    assert!(ports.claim(claim(first.until - TimeDelta::microseconds(1), 2)).await.is_none());
    // The process that had the claim died: the same messages have their turn again.
    let second = claim(first.until, 2);
    let (_, items) = ports.claim(second).await.expect("the first one ended");
    assert_eq!(places(&items), [0, 1]);
    let early = second.until - BULK_HORIZON - TimeDelta::seconds(1);
    assert!(ports.claim(claim(early, 2)).await.is_some());
}

pub async fn who_lost_a_claim_writes_nothing(ports: BulkPorts) {
    let act = counted(START, 3);
    ports.add(&act).await;
    ports.confirm(&act.bulk).await;
    let first = claim(second(100), 2);
    let (bulk, items) = ports.claim(first).await.expect("it is free");
    let second = claim(first.until, 2);
    ports.claim(second).await.expect("the first one ended");
    assert!(!ports.write(&done(&bulk, &first, &items)).await);
    assert_eq!(ports.read(act.bulk.id).await.counts.done, 0);
    assert!(ports.write(&done(&bulk, &second, &items)).await);
    // A claim ends with its write.
    assert!(!ports.write(&done(&bulk, &second, &items)).await);
    assert_eq!(ports.read(act.bulk.id).await.counts.done, 2);
}

pub async fn a_message_that_had_its_turn_keeps_what_came_of_it(ports: BulkPorts) {
    let act = counted(START, 3);
    ports.add(&act).await;
    ports.confirm(&act.bulk).await;
    let claimed = claim(second(100), 3);
    let (bulk, items) = ports.claim(claimed).await.expect("it is free");
    let mut write = done(&bulk, &claimed, &items[..1]);
    let why = Some("The file is gone.".into());
    let failed = BulkResult { no: 0, outcome: BulkOutcome::Failed, sentence: why, fresh: None };
    write.results[0] = failed.clone();
    // A result for a message that is not there.
    write.results.push(BulkResult { no: 99, ..failed.clone() });
    assert!(ports.write(&write).await);
    let again = claim(second(300), 3);
    let (bulk, left) = ports.claim(again).await.expect("it goes on");
    assert_eq!(places(&left), [1, 2]);
    assert!(ports.write(&done(&bulk, &again, &items)).await);
    let first = ports.items(act.bulk.id, Some(BulkOutcome::Failed), None, 9).await;
    assert_eq!(first[0].sentence, failed.sentence);
    assert_eq!((first.len(), first[0].fresh), (1, None));
}

pub async fn an_act_without_open_messages_is_done_with_its_first_turn(ports: BulkPorts) {
    let mut act = counted(START, 2);
    for item in &mut act.items {
        item.outcome = Some(BulkOutcome::LeftOut);
    }
    ports.add(&act).await;
    ports.confirm(&act.bulk).await;
    let claimed = claim(second(100), 9);
    let (bulk, items) = ports.claim(claimed).await.expect("it is under way");
    assert_eq!(items, []);
    assert!(ports.write(&done(&bulk, &claimed, &items)).await);
    assert_eq!(ports.read(act.bulk.id).await.state, BulkState::Done);
}

pub async fn a_stopped_act_has_no_more_turns_and_keeps_what_was_in_hand(ports: BulkPorts) {
    let act = counted(START, 9);
    ports.add(&act).await;
    ports.confirm(&act.bulk).await;
    let claimed = claim(second(100), 2);
    let (bulk, items) = ports.claim(claimed).await.expect("it is free");
    let stopped = ports.change(&bulk, BulkState::Running, BulkState::Stopped).await;
    assert_eq!(stopped, Saved::Done);
    assert!(ports.write(&done(&bulk, &claimed, &items)).await);
    let now = ports.read(act.bulk.id).await;
    assert_eq!((now.state, now.counts.done), (BulkState::Stopped, 2));
    assert!(ports.claim(claim(second(900), 9)).await.is_none());
}

pub async fn the_oldest_act_comes_first_and_another_one_beside_it(ports: BulkPorts) {
    let [late, early] = [counted(second(5), 2), counted(second(1), 2)];
    for act in [&late, &early] {
        ports.add(act).await;
        ports.confirm(&act.bulk).await;
    }
    let first = ports.claim(claim(second(100), 9)).await.expect("one");
    let second = ports.claim(claim(second(100), 9)).await.expect("the other one");
    assert_eq!((first.0.id, second.0.id), (early.bulk.id, late.bulk.id));
}

pub async fn only_what_was_never_confirmed_is_forgotten(ports: BulkPorts) {
    let [old, edge, confirmed] = [counted(START, 2), counted(second(9), 2), counted(START, 2)];
    for act in [&old, &edge, &confirmed] {
        ports.add(act).await;
    }
    ports.confirm(&confirmed.bulk).await;
    let forget = async |before| ports.bulk.forget_bulk(before).await.expect("forget_bulk");
    assert_eq!(forget(START).await, 0);
    assert_eq!(forget(second(9)).await, 1);
    assert_eq!(ports.bulk.bulk(old.bulk.id).await.expect("bulk"), None);
    assert_eq!(ports.items(old.bulk.id, None, None, 9).await, []);
    for act in [&edge, &confirmed] {
        assert_eq!(ports.read(act.bulk.id).await.counts.total, 2);
    }
}

pub async fn entries_of_the_audit_are_known_by_their_ids(ports: BulkPorts) {
    let act = counted(START, 1);
    ports.add(&act).await;
    let confirmed = change(&act.bulk, BulkState::Counted, BulkState::Running);
    assert_eq!(ports.bulk.change_bulk(&confirmed).await.expect("change_bulk"), Saved::Done);
    let unknown = audit_id(START);
    let entered = async |ids: &[AuditId]| ports.bulk.entered(ids).await.expect("entered");
    assert_eq!(entered(&[unknown, confirmed.audit.id]).await, [confirmed.audit.id]);
    assert_eq!(entered(&[unknown]).await, []);
    assert_eq!(entered(&[]).await, []);
}

pub async fn ten_thousand_messages_are_one_act(ports: BulkPorts) {
    let act = counted(START, 10_000);
    ports.add(&act).await;
    assert_eq!(ports.read(act.bulk.id).await.counts.total, 10_000);
    let last = ports.items(act.bulk.id, None, Some(9_997), 9).await;
    assert_eq!(places(&last), [9_998]);
}

/// The cases, in one place. Passes them to the macro that is named first.
#[doc(hidden)]
#[macro_export]
macro_rules! __bulk_cases {
    ($with:ident $($args:tt)*) => {
        $crate::$with! {
            [$($args)*]
            an_act_reads_back_with_its_messages_and_their_numbers,
            an_act_changes_only_from_the_state_that_was_seen_and_leaves_its_entry,
            a_change_whose_entry_cannot_be_written_is_not_done,
            messages_come_once_and_in_order_whoever_claims_them,
            of_several_claims_at_once_one_holds,
            a_claim_holds_until_it_ends_and_one_of_a_clock_that_was_set_back_does_not,
            who_lost_a_claim_writes_nothing,
            a_message_that_had_its_turn_keeps_what_came_of_it,
            an_act_without_open_messages_is_done_with_its_first_turn,
            a_stopped_act_has_no_more_turns_and_keeps_what_was_in_hand,
            the_oldest_act_comes_first_and_another_one_beside_it,
            only_what_was_never_confirmed_is_forgotten,
            entries_of_the_audit_are_known_by_their_ids,
            ten_thousand_messages_are_one_act,
        }
    };
}

/// Tests acts on many messages, with a test for each case. `open` returns [`BulkPorts`] of a fresh
/// store and a guard that is dropped after the case.
#[macro_export]
macro_rules! bulk_conformance {
    (open = $open:path) => {
        $crate::__bulk_cases! { __bulk_tests $open }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __bulk_tests {
    ([$open:path] $($case:ident,)+) => {
        $(#[::tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            let (ports, guard) = $open().await;
            $crate::conformance::bulk::$case(ports).await;
            drop(guard);
        })+
    };
}

/// A case of acts on many messages as a value, for harnesses that run the suite themselves.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct BulkCase {
    /// Name of the case.
    pub name: &'static str,
    /// Runs the case on a fresh store; it panics when the promise is broken.
    pub run: fn(BulkPorts) -> BoxFuture<'static, ()>,
}

#[doc(hidden)]
#[macro_export]
macro_rules! __bulk_case_values {
    ([] $($case:ident,)+) => {
        &[$($crate::conformance::bulk::BulkCase {
            name: stringify!($case),
            run: |ports| Box::pin($crate::conformance::bulk::$case(ports)),
        },)+]
    };
}

/// Every case of acts on many messages.
pub const BULK_CASES: &[BulkCase] = crate::__bulk_cases!(__bulk_case_values);

#[cfg(test)]
mod tests {
    use super::BULK_CASES;
    use crate::conformance::cases::tests::cases_in;

    /// A case that is written but not listed would run on no adapter.
    #[test]
    fn every_case_is_listed() {
        let listed: Vec<_> = BULK_CASES.iter().map(|case| case.name).collect();
        assert_eq!(listed, cases_in(include_str!("bulk.rs")));
    }
}
