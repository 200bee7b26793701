//! A transaction is all or nothing, and the indexes follow the rows.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{SentText, Via};
use whatsapp_core::mute::{Mute, MuteOf, MuteOn};
use whatsapp_core::port::{
    Begin, Claim, ClaimOf, Claimed, Collect, Enqueued, Lane, MuteEnd, MuteQuestion, MuteStore,
    NoticeQueue, Outbox, random,
};
use whatsapp_core::{CustomerId, DigestId, MuteId};

use super::records::Records;
use super::*;
use crate::SeededEntropy;
use crate::conformance::differential;
use crate::fixtures::{self, START};

/// All data of the store, in words.
fn everything(store: &MemoryStore) -> (String, Vec<Message>) {
    (format!("{:?}", *store.lock()), store.messages())
}

fn token(seed: u64) -> LeaseToken {
    LeaseToken::new(START, random(&SeededEntropy::new(seed)))
}

fn claim(seed: u64) -> Claim {
    Claim {
        lane: Lane::Transactional,
        of: ClaimOf::All,
        only: None,
        after: None,
        token: token(seed),
        now: START,
        elapsed: fixtures::elapsed(START),
        lease: TimeDelta::minutes(2),
        limit: 100,
        excluding: Vec::new(),
    }
}

fn begin(claimed: &Claimed) -> Begin {
    Begin {
        lease: claimed.lease,
        no: claimed.progress.posts + 1,
        part: claimed.progress.part,
        via: None::<Via>,
        at: START,
        elapsed: fixtures::elapsed(START),
        lease_needed: TimeDelta::seconds(1),
        number_key: fixtures::number_key(1),
        number: claimed.whatsapp_number.clone(),
        text: SentText::of(claimed.text.as_str()),
        revision: None,
        close: None,
    }
}

fn collect(seed: u64, lease: TimeDelta) -> Collect {
    Collect {
        id: DigestId::new(START, random(&SeededEntropy::new(seed))),
        token: token(seed),
        now: START,
        lease,
        newest_known: None,
        may_start: true,
    }
}

/// A store on which many calls were played already.
async fn busy() -> MemoryStore {
    let store = MemoryStore::new();
    differential(3, &[("the store", &store)], 300).await;
    store
}

/// Adds messages, claims them and begins their attempts, as one transaction of many steps may.
fn much(data: &mut Data) -> Result<(), StoreError> {
    let account = AccountId::DEFAULT;
    for seed in 9_000..9_010 {
        let message = fixtures::new_message(seed, START);
        let enqueued = outbox::enqueue(data, &message, account)?;
        assert_eq!(enqueued, Enqueued::New(message.facts.id));
    }
    let claimed = claims::claim(&mut data.records, &claim(1), account)?;
    assert!(claimed.len() >= 10);
    for claimed in &claimed {
        claims::begin(&mut data.records, &begin(claimed))?;
    }
    data.templates.insert(TemplateId::from_bytes([1; 16]), template());
    data.settings.rows.insert("any".to_owned(), "value".to_owned());
    data.accounts.get_or_insert_with(AccountId::new(9), Account::default);
    Ok(())
}

fn template() -> StoredTemplate {
    StoredTemplate {
        id: TemplateId::from_bytes([1; 16]),
        name: "Any".to_owned(),
        message_type: fixtures::type_name("invoice"),
        content: "Any".to_owned(),
        placeholders: Vec::new(),
        is_active: true,
        version: 1,
        is_recorded: true,
        created_at: START,
        updated_at: START,
        created_by: None,
    }
}

#[tokio::test]
async fn an_error_in_the_middle_leaves_no_trace() {
    let store = busy().await;
    let before = everything(&store);

    let ended = store.transaction(|data| {
        much(data)?;
        Err::<(), _>(StoreError::Conflict { entity: "test" })
    });

    assert!(matches!(ended, Err(StoreError::Conflict { entity: "test" })), "{ended:?}");
    assert_eq!(everything(&store), before);
    store.transaction(much).expect("what was put back can be done");
    assert_ne!(everything(&store), before);
}

#[tokio::test]
async fn a_panic_in_the_middle_leaves_no_trace() {
    let store = busy().await;
    let before = everything(&store);

    let panics = || {
        store.transaction(|data| {
            much(data)?;
            panic!("in the middle of a transaction");
            #[expect(unreachable_code, reason = "the closure needs an answer")]
            Ok(())
        })
    };
    std::panic::catch_unwind(AssertUnwindSafe(panics)).expect_err("it panics");

    assert_eq!(everything(&store), before);
    store.transaction(much).expect("what was put back can be done");
    assert_ne!(everything(&store), before);
}

#[tokio::test]
async fn a_claim_that_panics_claims_nothing() {
    let store = MemoryStore::new();
    let messages: Vec<_> = (0..3).map(|seed| fixtures::new_message(seed, START)).collect();
    store.enqueue(&messages).await.expect("enqueue");
    let before = everything(&store);

    let endless = Claim { lease: TimeDelta::MAX, ..claim(1) };
    let panicked = AssertUnwindSafe(store.claim(&endless)).catch_unwind().await;
    panicked.expect_err("no lease ends so late");

    assert_eq!(everything(&store), before);
    assert_eq!(store.claim(&claim(2)).await.expect("claim").len(), 3);
}

#[tokio::test]
async fn a_digest_whose_claim_panics_is_not_put_together() {
    let store = MemoryStore::new();
    store.enqueue(&[fixtures::refused_message(1, START)]).await.expect("enqueue");
    let before = everything(&store);

    let endless = collect(1, TimeDelta::MAX);
    let panicked = AssertUnwindSafe(store.collect(&endless)).catch_unwind().await;
    panicked.expect_err("no lease ends so late");

    assert_eq!(everything(&store), before);
    let collected = store.collect(&collect(2, TimeDelta::minutes(2))).await.expect("collect");
    assert_eq!(collected.expect("a notice is owed").digest.notices.len(), 1);
}

#[tokio::test]
async fn a_mute_whose_end_cannot_be_entered_holds() {
    let store = MemoryStore::new();
    let customer = CustomerId::new("C-1").expect("an id");
    let mute = Mute {
        id: MuteId::from_bytes([1; 16]),
        on: MuteOn::Customer(customer.clone()),
        of: MuteOf::All,
        by: Actor::Host,
        at: START,
        ended: None,
    };
    let audit = fixtures::audit_id(START);
    store.add_mute(&mute, audit).await.expect("add_mute");

    let end = MuteEnd { id: mute.id, by: Actor::Host, at: START, audit };
    let ended = store.end_mute(&end).await;

    assert!(matches!(ended, Err(StoreError::Conflict { entity: "audit entry" })), "{ended:?}");
    let question = MuteQuestion { customer, number_key: None, invoice: None };
    let muted = store.muted(&[question]).await.expect("muted");
    assert_eq!(muted, [vec![mute]]);
}

#[tokio::test]
async fn the_indexes_say_what_the_rows_say() {
    let mut attempted_again = 0;
    for seed in 0..20 {
        let store = MemoryStore::new();
        differential(seed, &[("the store", &store)], 400).await;
        let data = store.lock();
        let mut fresh = Records::default();
        for record in data.records.values() {
            fresh.add(record.as_ref().clone());
        }
        fresh.keep();
        assert_eq!(format!("{:?}", data.records.by), format!("{:?}", fresh.by), "seed {seed}");
        let again = data.records.values().filter(|record| record.attempts.len() > 1);
        attempted_again += again.count();
    }
    assert!(attempted_again > 10, "{attempted_again} messages were attempted again");
}
