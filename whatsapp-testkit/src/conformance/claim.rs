//! Cases for claiming and releasing.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::MessageId;
use whatsapp_core::message::{Class, Event, NewMessage, Progress, StateRow, Step};
use whatsapp_core::port::{Claim, Claimed, LEASE_HORIZON, Lane, Lease, QueuePoint, Settled, Store};
use whatsapp_core::retry::Disposition;

use super::trial::{LEASE, MICROSECOND, Trial, refused};
use crate::fixtures::{self, START};

pub async fn a_claim_gives_all_that_sending_needs(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let messages = [
        fixtures::new_message(1, START),
        NewMessage {
            state: StateRow::of(&Progress::new(START)),
            ..fixtures::full_message(2, START)
        },
        NewMessage { state: StateRow::of(&Progress::new(START)), ..fixtures::greeting(3, START) },
    ];
    trial.enqueue(&messages).await;
    let claim = trial.claim_of(Lane::Transactional);
    let mut claimed = trial.claim_with(claim.clone()).await;
    claimed.sort_by_key(|claimed| claimed.lease.message_id);
    let mut expected: Vec<_> = messages
        .into_iter()
        .map(|new| Claimed {
            lease: Lease { message_id: new.facts.id, token: claim.token },
            step: Step::Send,
            due_at: START,
            progress: Progress::new(START),
            expired_leases: 0,
            key: new.facts.key,
            message_type: new.facts.message_type,
            customer_id: new.facts.customer_id,
            whatsapp_number: new.facts.whatsapp_number,
            text: new.facts.text,
            values: new.facts.values,
            template_id: new.facts.template_id,
            template_version: new.facts.template_version,
            attachment: new.facts.attachment,
            invoice_id: new.facts.invoice_id,
            created_at: new.facts.created_at,
            scheduled_for: new.facts.scheduled_for,
            expires_at: new.facts.expires_at,
            max_retries: new.facts.max_retries,
            gateway_id: None,
        })
        .collect();
    expected.sort_by_key(|claimed| claimed.lease.message_id);
    assert_eq!(claimed, expected);
}

pub async fn the_longest_due_comes_first_and_equals_follow_by_id(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let due = |seed, seconds| NewMessage {
        state: StateRow::of(&Progress::new(START - TimeDelta::seconds(seconds))),
        ..fixtures::new_message(seed, START)
    };
    let mut equal = [due(1, 5), due(2, 5), due(3, 5)];
    trial.enqueue(&equal).await;
    let (late, early) = (due(4, 1), due(5, 9));
    trial.enqueue(&[late.clone(), early.clone()]).await;
    equal.sort_by_key(|message| message.facts.id);
    let [one, two, three] = equal.map(|message| message.facts.id);
    assert_eq!(trial.claim_ids().await, [early.facts.id, one, two, three, late.facts.id]);
}

pub async fn the_limit_takes_the_longest_due_and_leaves_the_rest(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut ids = Vec::new();
    for seed in 0..5 {
        ids.push(trial.waiting(seed).await.facts.id);
        trial.pass(TimeDelta::seconds(1));
    }
    for expected in [&ids[..2], &ids[2..4], &ids[4..], &[]] {
        let claim = Claim { limit: 2, ..trial.claim_of(Lane::Transactional) };
        let claimed = trial.claim_with(claim).await;
        let claimed: Vec<_> = claimed.iter().map(|c| c.lease.message_id).collect();
        assert_eq!(claimed, expected);
    }
}

pub async fn a_claim_behind_a_point_gives_what_follows_it(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut messages: Vec<_> = (0..3).map(|seed| fixtures::new_message(seed, START)).collect();
    trial.enqueue(&messages).await;
    messages.sort_by_key(|message| message.facts.id);
    for seed in 3..6 {
        trial.pass(TimeDelta::seconds(1));
        messages.push(trial.waiting(seed).await);
    }
    let ids: Vec<_> = messages.iter().map(|message| message.facts.id).collect();
    let mut after = None;
    for expected in ids.chunks(2) {
        let claim = Claim { after, limit: 2, ..trial.claim_of(Lane::Transactional) };
        let claimed = trial.claim_with(claim).await;
        let given: Vec<_> = claimed.iter().map(|c| c.lease.message_id).collect();
        assert_eq!(given, expected);
        // Released again, they stand before the point.
        let leases: Vec<_> = claimed.iter().map(|claimed| claimed.lease).collect();
        trial.store.release(&leases).await.expect("release");
        after = claimed.last().map(Claimed::point);
    }
    let last = QueuePoint { due_at: trial.now(), message_id: ids[5] };
    assert_eq!(after, Some(last));
    for after in [last, QueuePoint { due_at: last.due_at + MICROSECOND, message_id: ids[0] }] {
        let claim = Claim { after: Some(after), ..trial.claim_of(Lane::Transactional) };
        assert_eq!(trial.claim_with(claim).await, []);
    }
    assert_eq!(trial.claim_ids().await, ids, "the front is where it was");
}

pub async fn a_point_need_not_be_a_message_that_is_there(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    let lowest = MessageId::from_bytes([0; 16]);
    let highest = MessageId::from_bytes([0xFF; 16]);
    let point = |due_at, message_id| Some(QueuePoint { due_at, message_id });
    for (after, found) in [
        (point(START - MICROSECOND, highest), true),
        (point(START, lowest), true),
        (point(START, highest), false),
        (point(START + MICROSECOND, lowest), false),
    ] {
        let claim = Claim { after, ..trial.claim_of(Lane::Transactional) };
        let claimed = trial.claim_with(claim).await;
        let given: Vec<_> = claimed.iter().map(|c| c.lease.message_id).collect();
        assert_eq!(given, if found { vec![id] } else { vec![] }, "{after:?}");
        let leases: Vec<_> = claimed.iter().map(|claimed| claimed.lease).collect();
        trial.store.release(&leases).await.expect("release");
    }
}

pub async fn a_lease_that_ran_out_behind_a_point_is_claimable_there(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let first = trial.waiting(1).await.facts.id;
    trial.pass(TimeDelta::seconds(1));
    let second = trial.waiting(2).await.facts.id;
    let claimed = trial.claim().await;
    trial.pass(LEASE);
    let after = Some(claimed[0].point());
    let claimed = trial.claim_with(Claim { after, ..trial.claim_of(Lane::Transactional) }).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!((claimed[0].lease.message_id, claimed[0].expired_leases), (second, 1));
    assert_eq!(trial.claim_ids().await, [first], "a claim from the front finds it");
}

pub async fn only_the_named_message_is_claimed_and_only_if_due(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let other = trial.waiting(1).await;
    let named = trial.waiting(2).await;
    let later = fixtures::full_message(3, START);
    trial.enqueue(std::slice::from_ref(&later)).await;
    trial.claim_one(named.facts.id).await;
    for id in [named.facts.id, later.facts.id, trial.message_id()] {
        let claim = Claim { only: Some(id), ..trial.claim_of(Lane::Transactional) };
        assert_eq!(trial.claim_with(claim).await, []);
    }
    assert_eq!(trial.claim_ids().await, [other.facts.id]);
}

pub async fn nothing_is_claimed_before_it_is_due(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = NewMessage {
        state: StateRow::of(&Progress::new(START + MICROSECOND)),
        ..fixtures::new_message(1, START)
    };
    trial.enqueue(std::slice::from_ref(&message)).await;
    assert_eq!(trial.claim_ids().await, []);
    trial.pass(MICROSECOND);
    assert_eq!(trial.claim_ids().await, [message.facts.id]);
}

pub async fn a_live_lease_hides_its_message(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    trial.waiting(1).await;
    assert_eq!(trial.claim().await.len(), 1);
    assert_eq!(trial.claim().await, []);
    trial.pass(LEASE - MICROSECOND);
    assert_eq!(trial.claim().await, []);
}

pub async fn an_expired_lease_is_claimable_again_and_counted(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    let mut tokens = BTreeSet::new();
    for expired_leases in 0..4 {
        let claimed = trial.claim_one(id).await;
        assert_eq!(claimed.expired_leases, expired_leases);
        tokens.insert(claimed.lease.token);
        trial.pass(LEASE);
    }
    assert_eq!(tokens.len(), 4);
}

pub async fn a_settlement_ends_the_count_of_expired_leases(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    trial.claim_one(id).await;
    trial.pass(LEASE);
    let claimed = trial.claim_one(id).await;
    assert_eq!(claimed.expired_leases, 1);
    let claimed = trial.begun(claimed).await;
    let event = refused(Disposition::Account);
    trial.settle(&claimed, &event).await;
    assert_eq!(trial.claim_one(id).await.expired_leases, 0);
}

pub async fn concurrent_claims_never_share_a_message(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let messages: Vec<_> = (0..60).map(|seed| fixtures::new_message(seed, START)).collect();
    trial.enqueue(&messages).await;
    let workers: Vec<_> = (0..12)
        .map(|_| {
            let trial = trial.clone();
            tokio::spawn(async move {
                let mut taken = Vec::new();
                // More rounds than messages would mean that messages were claimed twice.
                for _ in 0..=60 {
                    let claim = Claim { limit: 3, ..trial.claim_of(Lane::Transactional) };
                    let claimed = trial.claim_with(claim).await;
                    if claimed.is_empty() {
                        break;
                    }
                    taken.extend(claimed);
                }
                taken
            })
        })
        .collect();
    let mut taken = Vec::new();
    for worker in workers {
        taken.extend(worker.await.expect("no panic"));
    }
    // An empty answer may also mean that other workers were just taking the rest.
    taken.extend(trial.claim().await);
    assert!(taken.iter().all(|claimed| claimed.expired_leases == 0));
    let mut ids: Vec<_> = taken.iter().map(|c| c.lease.message_id).collect();
    ids.sort_unstable();
    let mut expected: Vec<_> = messages.iter().map(|message| message.facts.id).collect();
    expected.sort_unstable();
    assert_eq!(ids, expected, "each message is claimed exactly once");
}

pub async fn a_released_message_is_due_as_before(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = trial.waiting(1).await;
    let other = trial.waiting(2).await;
    let before = trial.message(message.facts.id).await;
    trial.pass(TimeDelta::seconds(1));
    let claimed = trial.claim_one(message.facts.id).await;
    let held = trial.claim_one(other.facts.id).await;
    trial.store.release(&[claimed.lease]).await.expect("release");
    assert_eq!(trial.next_due(Lane::Transactional).await, Some(START));
    assert_eq!(trial.message(message.facts.id).await, before);
    let again = trial.claim().await;
    assert_eq!(again.len(), 1, "the other one is still held");
    let expected = Claimed { lease: again[0].lease, ..claimed.clone() };
    assert_eq!(again[0], expected);
    assert_ne!(again[0].lease, claimed.lease);
    assert_ne!(again[0].lease.message_id, held.lease.message_id);
}

pub async fn a_release_neither_adds_nor_forgets_expired_leases(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    trial.claim_one(id).await;
    trial.pass(LEASE);
    for _ in 0..3 {
        let claimed = trial.claim_one(id).await;
        assert_eq!(claimed.expired_leases, 1, "one claim ran out, the others were given back");
        trial.store.release(&[claimed.lease]).await.expect("release");
    }
}

pub async fn a_release_with_an_old_token_changes_nothing(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    let old = trial.claim_one(id).await;
    trial.pass(LEASE);
    let new = trial.claim_one(id).await;
    trial.store.release(&[old.lease]).await.expect("release");
    assert_eq!(trial.claim().await, []);
    trial.begun(new).await;
}

pub async fn groups_that_release_the_same_messages_in_any_order_all_end(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let messages: Vec<_> = (0..30).map(|seed| fixtures::new_message(seed, START)).collect();
    trial.enqueue(&messages).await;
    let leases: Vec<_> = trial.claim().await.iter().map(|claimed| claimed.lease).collect();
    let calls: Vec<_> = (0..6)
        .map(|call| {
            // Each message twice in every call.
            let mut group = [leases.clone(), leases.clone()].concat();
            if call % 2 == 0 {
                group.reverse();
            }
            let store = Arc::clone(&trial.store);
            tokio::spawn(async move { store.release(&group).await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("release");
    }
    let claimed = trial.claim().await;
    assert_eq!(claimed.len(), messages.len());
    assert!(claimed.iter().all(|claimed| claimed.expired_leases == 0));
}

pub async fn a_released_lease_no_longer_holds(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    let claimed = trial.claim_one(id).await;
    trial.store.release(&[claimed.lease]).await.expect("release");
    let settlement = trial.settlement(&claimed, &super::trial::WITHDRAWN);
    assert_eq!(trial.settle_as(&settlement).await, Settled::Fenced);
}

pub async fn a_lease_from_a_clock_that_was_set_back_counts_as_run_out(store: Arc<dyn Store>) {
    // Whatever the wall clock says: by the base that gave it, no lease can end so late.
    let trial = Trial::new(store);
    let id = trial.waiting(1).await.facts.id;
    let longer = LEASE + LEASE_HORIZON;
    let claim = Claim { lease: longer, only: Some(id), ..trial.claim_of(Lane::Transactional) };
    assert_eq!(trial.claim_with(claim).await.len(), 1);
    assert_eq!(trial.claim().await, [], "ten minutes may be a slow clock");

    let id = trial.waiting(2).await.facts.id;
    let claim = Claim {
        lease: longer + MICROSECOND,
        only: Some(id),
        ..trial.claim_of(Lane::Transactional)
    };
    assert_eq!(trial.claim_with(claim).await.len(), 1);
    assert_eq!(trial.claim_one(id).await.expired_leases, 1);
}

pub async fn a_claim_does_not_touch_the_message_row(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let message = trial.waiting(1).await;
    let before = trial.message(message.facts.id).await;
    trial.pass(TimeDelta::seconds(1));
    trial.claim_one(message.facts.id).await;
    assert_eq!(trial.message(message.facts.id).await, before);
}

pub async fn sending_and_watching_are_claimed_apart(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let sent = trial.sent(1).await;
    trial.pass(TimeDelta::minutes(1));
    let waiting = trial.waiting(2).await;
    let watch = trial.claim_with(trial.claim_of(Lane::Watch)).await;
    assert_eq!(watch.len(), 1);
    assert_eq!(watch[0].lease.message_id, sent);
    assert_eq!(watch[0].step, Step::Watch);
    assert_eq!(watch[0].gateway_id.as_deref(), Some("G-1"));
    assert_eq!(trial.claim_ids().await, [waiting.facts.id]);
}

/// Message `seed` of this class, due now.
async fn of_class(trial: &Trial, seed: u64, class: Class) -> MessageId {
    let progress = Progress::new(trial.now()).with_class(class);
    let message =
        NewMessage { state: StateRow::of(&progress), ..fixtures::new_message(seed, trial.now()) };
    trial.enqueue(std::slice::from_ref(&message)).await;
    message.facts.id
}

pub async fn each_class_is_claimed_in_a_lane_of_its_own(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let mut waiting = Vec::new();
    for (seed, class) in (1..).zip(Class::ALL) {
        waiting.push((*class, of_class(&trial, seed, *class).await));
    }
    for (class, id) in waiting {
        let lane = Lane::of(Step::Send, class);
        assert_eq!(trial.next_due(lane).await, Some(START));
        let claimed = trial.claim_with(trial.claim_of(lane)).await;
        assert_eq!(claimed.len(), 1, "{lane}");
        assert_eq!((claimed[0].lease.message_id, claimed[0].progress.class), (id, class));
    }
}

pub async fn a_message_keeps_its_lane_until_it_is_only_watched(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let id = of_class(&trial, 1, Class::Greeting).await;
    let claimed = trial.claim_one_in(Lane::Greeting, id).await;
    let claimed = trial.begun(claimed).await;
    trial.settle(&claimed, &Event::OutcomeUnknown).await;
    trial.pass(TimeDelta::minutes(1));
    assert_eq!(trial.claim().await, [], "a look does not change lanes");
    let claimed = trial.claim_one_in(Lane::Greeting, id).await;
    assert_eq!((claimed.step, claimed.progress.class), (Step::Look, Class::Greeting));
    trial.settle(&claimed, &Event::Accepted).await;
    trial.pass(TimeDelta::minutes(1));
    let claimed = trial.claim_one_in(Lane::Watch, id).await;
    assert_eq!((claimed.step, claimed.progress.class), (Step::Watch, Class::Greeting));
}
