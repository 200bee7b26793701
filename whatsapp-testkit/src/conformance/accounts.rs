//! Cases for two accounts over one database: `one` and `other` are the same store for each.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::message::Event;
use whatsapp_core::port::{EventClaim, Lane, NextDue, Owed, PauseReason, Reserve, Settled, Store};

use super::account::{LIFT, change, events, stop};
use super::trial::{LEASE, Trial};
use crate::fixtures::{self, START};

/// Both accounts under one clock, with ids that the two never share.
fn both(one: Arc<dyn Store>, other: Arc<dyn Store>) -> (Trial, Trial) {
    let one = Trial::new(one);
    let other = Trial { store: other, ..one.clone() };
    (one, other)
}

/// Number of requests that an account is granted now.
async fn granted(trial: &Trial) -> u32 {
    let (interval, jitter) = (TimeDelta::milliseconds(250), TimeDelta::zero());
    let (now, elapsed, seen) = (trial.now(), trial.elapsed(), None);
    let reserve = Reserve { now, elapsed, seen, want: 1, interval, jitter };
    trial.store.reserve(&reserve).await.expect("reserve").granted
}

pub async fn each_store_names_its_own_account(one: Arc<dyn Store>, other: Arc<dyn Store>) {
    let accounts = [one.account_id(), other.account_id()];
    assert_ne!(accounts[0], accounts[1]);
    // What happens to an account changes nothing about its name.
    let (one, other) = both(one, other);
    change(&one, stop(PauseReason::KeyRefused, "No")).await;
    assert_eq!([one.store.account_id(), other.store.account_id()], accounts);
}

pub async fn a_pause_of_one_account_leaves_the_other_alone(
    one: Arc<dyn Store>,
    other: Arc<dyn Store>,
) {
    let (one, other) = both(one, other);
    let paused = change(&one, stop(PauseReason::KeyRefused, "No")).await.account;
    assert!(paused.pause.is_some());
    assert_eq!(other.store.account().await.expect("account").pause, None);
    assert_eq!((granted(&one).await, granted(&other).await), (0, 1));
    change(&other, LIFT).await;
    assert_eq!(one.store.account().await.expect("account"), paused);

    let stopped = events(&one).await;
    assert_eq!(stopped.len(), 1);
    assert_eq!(events(&other).await, []);
    let ids = vec![stopped[0].id];
    let claim = EventClaim { ids, token: other.token(), now: START, lease: LEASE };
    let claimed = other.store.claim_account_events(&claim).await;
    assert!(!claimed.expect("claim_account_events"), "it is told by its own account");
}

pub async fn each_account_has_a_rate_of_its_own(one: Arc<dyn Store>, other: Arc<dyn Store>) {
    let (one, other) = both(one, other);
    for _ in 0..3 {
        assert_eq!((granted(&one).await, granted(&one).await), (1, 0));
        assert_eq!((granted(&other).await, granted(&other).await), (1, 0));
        one.pass(TimeDelta::milliseconds(250));
    }
}

pub async fn what_is_owed_is_claimed_by_its_own_account(
    one: Arc<dyn Store>,
    other: Arc<dyn Store>,
) {
    let (one, other) = both(one, other);
    let id = one.waiting(1).await.facts.id;
    assert_eq!(other.claim().await, []);
    assert_eq!(other.store.next_due().await.expect("next_due"), NextDue::default());
    assert_eq!(one.next_due(Lane::Transactional).await, Some(START));
    assert_eq!(other.store.owed().await.expect("owed"), Owed::default());
    assert_eq!(one.store.owed().await.expect("owed").waiting, 1);
    assert_eq!(one.claim_ids().await, [id]);
}

pub async fn gateway_ids_of_two_accounts_do_not_meet(one: Arc<dyn Store>, other: Arc<dyn Store>) {
    let (one, other) = both(one, other);
    for (trial, seed) in [(&one, 1), (&other, 2)] {
        let claimed = trial.sending(seed).await;
        let settled = trial.settle_as(&trial.accepted(&claimed, "G-1")).await;
        assert_eq!(settled, Settled::Done);
    }
    for (trial, seed) in [(&one, 1), (&other, 2)] {
        let ids = ["G-1".to_owned()];
        let owners = trial.store.siblings("nobody", START, &ids).await.expect("siblings");
        let ids: Vec<_> = owners.iter().map(|owner| owner.message_id).collect();
        assert_eq!(ids, [fixtures::new_message(seed, START).facts.id]);
        let claimed = trial.sending(seed + 2).await;
        let taken = trial.store.settle(&[trial.accepted(&claimed, "G-1")]).await;
        assert!(taken.is_err(), "of one account an id is still taken");
        trial.settle(&claimed, &Event::OutcomeUnknown).await;
    }
    // A message that another account sent to the number is in no list of this account's.
    let key = fixtures::number_key(1);
    assert_eq!(other.store.siblings(&key, START, &[]).await.expect("siblings"), []);
    assert_eq!(one.store.siblings(&key, START, &[]).await.expect("siblings").len(), 1);
}

/// Tests two accounts over one database, with a test for each case. `open` returns one store for
/// each of two accounts, and a value that must live as long.
///
/// ```
/// use std::sync::Arc;
/// use whatsapp_core::AccountId;
/// use whatsapp_core::port::Store;
/// use whatsapp_testkit::MemoryStore;
///
/// async fn open() -> (Arc<dyn Store>, Arc<dyn Store>, ()) {
///     let store = MemoryStore::new();
///     (Arc::new(store.with_account(AccountId::new(2))), Arc::new(store), ())
/// }
///
/// whatsapp_testkit::accounts_conformance! { open = open }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! accounts_conformance {
    (open = $open:path) => {
        $crate::accounts_conformance! {
            [$open]
            each_store_names_its_own_account,
            a_pause_of_one_account_leaves_the_other_alone,
            each_account_has_a_rate_of_its_own,
            what_is_owed_is_claimed_by_its_own_account,
            gateway_ids_of_two_accounts_do_not_meet,
        }
    };
    ([$open:path] $($case:ident,)+) => {
        $(#[::tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            let (one, other, guard) = $open().await;
            $crate::conformance::accounts::$case(one, other).await;
            drop(guard);
        })+
    };
}
