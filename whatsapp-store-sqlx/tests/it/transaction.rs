//! Enqueuing in a transaction of the host, beside a table of the host's own: the same cases on each
//! database.

#![expect(clippy::future_not_send, reason = "each case stays in the task of its test")]

pub(crate) mod host;

use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{join_all, poll_immediate};
use sqlx::Connection as _;
use whatsapp_core::dispatch::{DispatchOptions, Dispatcher, RateLimit};
use whatsapp_core::message::{Facts, Fingerprint};
use whatsapp_core::port::{Enqueued, StoreError, random};
use whatsapp_core::{MessageId, Ports};
use whatsapp_testkit::fixtures::{START, as_new, new_message, refused_message};
use whatsapp_testkit::{FixedDirectory, ManualClock, ScriptedTransport, SeededEntropy};

use host::{Host, LOG, ORDERS, OUTBOX, OnSqlite};

macro_rules! cases {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                super::$case::<super::host::OnSqlite>().await;
            })+
        }

        mod postgres {
            $(#[tokio::test]
            async fn $case() {
                super::$case::<super::host::OnPostgres>().await;
            })+
        }
    };
}

cases! {
    what_is_committed_is_sent_once,
    what_is_rolled_back_was_never_there,
    a_transaction_that_is_dropped_leaves_nothing,
    a_message_that_is_there_already_is_told,
    a_hundred_transactions_with_one_key_make_one_message,
    a_thousand_messages_go_in_at_once,
    a_refused_message_brings_its_notice,
    a_failure_leaves_the_hosts_own_rows,
    a_call_that_is_dropped_leaves_all_or_nothing,
    without_a_transaction_messages_are_there_at_once,
}

/// Sends all due messages, and returns the number of messages that the gateway got.
async fn sent(host: &impl Host) -> usize {
    let gateway = ScriptedTransport::new();
    let ports = Ports::new(host.store(), Arc::new(FixedDirectory::new([])))
        .with_transport(Arc::new(gateway.clone()))
        .with_clock(Arc::new(ManualClock::starting_at(START)));
    let options = DispatchOptions::default().with_rate_limit(RateLimit::Unlimited);
    Dispatcher::new(ports).unwrap().with_options(options).tick(START).await.unwrap();
    gateway.sent().len()
}

/// Returns the numbers of rows of the host's orders, the log and the outbox.
async fn rows<H: Host>(host: &H) -> [i64; 3] {
    let mut connection = host.pool().acquire().await.unwrap();
    [
        H::count(&mut connection, ORDERS).await,
        H::count(&mut connection, LOG).await,
        H::count(&mut connection, OUTBOX).await,
    ]
}

async fn what_is_committed_is_sent_once<H: Host>() {
    let host = H::open().await;
    let message = new_message(1, START);
    let mut transaction = host.begin().await;
    H::add_order(&mut transaction).await;
    let messages = std::slice::from_ref(&message);
    let enqueued = H::enqueue_in(&mut transaction, messages).await.unwrap();
    assert_eq!(enqueued, [Enqueued::New(message.facts.id)]);
    assert_eq!(host.store().message(message.facts.id).await.unwrap(), None, "not committed yet");

    transaction.commit().await.unwrap();
    assert_eq!(rows(&host).await, [1, 1, 1]);
    let read = host.store().message(message.facts.id).await.unwrap().unwrap();
    assert_eq!(as_new(read), message);
    assert_eq!(sent(&host).await, 1);
    assert_eq!(sent(&host).await, 0);
}

async fn what_is_rolled_back_was_never_there<H: Host>() {
    let host = H::open().await;
    let message = new_message(1, START);
    let mut transaction = host.begin().await;
    H::add_order(&mut transaction).await;
    H::enqueue_in(&mut transaction, std::slice::from_ref(&message)).await.unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(rows(&host).await, [0, 0, 0]);
    assert_eq!(sent(&host).await, 0);

    // The key is free as well.
    let mut transaction = host.begin().await;
    let again = H::enqueue_in(&mut transaction, std::slice::from_ref(&message)).await.unwrap();
    assert_eq!(again, [Enqueued::New(message.facts.id)]);
}

async fn a_transaction_that_is_dropped_leaves_nothing<H: Host>() {
    let host = H::open().await;
    let mut transaction = host.begin().await;
    H::add_order(&mut transaction).await;
    H::enqueue_in(&mut transaction, &[new_message(1, START)]).await.unwrap();
    drop(transaction);
    assert_eq!(rows(&host).await, [0, 0, 0]);
    assert_eq!(sent(&host).await, 0);
}

async fn a_message_that_is_there_already_is_told<H: Host>() {
    let host = H::open().await;
    let message = new_message(1, START);
    let same = message.clone().with_facts(|facts| Facts {
        id: MessageId::new(START, random(&SeededEntropy::new(2))),
        ..facts
    });
    let other = message.clone().with_facts(|facts| Facts {
        id: MessageId::new(START, random(&SeededEntropy::new(3))),
        fingerprint: Fingerprint::of(&[("text", "another")]),
        ..facts
    });
    let all = [message.clone(), same.clone(), other.clone()];
    let mut transaction = host.begin().await;
    let expected = [
        Enqueued::New(message.facts.id),
        Enqueued::AlreadyPresent(message.facts.id),
        Enqueued::Conflict(message.facts.id),
    ];
    assert_eq!(H::enqueue_in(&mut transaction, &all).await.unwrap(), expected);
    transaction.commit().await.unwrap();

    // In a later transaction, and with a new message among them.
    let fresh = new_message(4, START);
    let mut transaction = host.begin().await;
    let enqueued = H::enqueue_in(&mut transaction, &[other, fresh.clone(), same]).await.unwrap();
    let expected = [
        Enqueued::Conflict(message.facts.id),
        Enqueued::New(fresh.facts.id),
        Enqueued::AlreadyPresent(message.facts.id),
    ];
    assert_eq!(enqueued, expected);
    assert_eq!(H::enqueue_in(&mut transaction, &[]).await.unwrap(), []);
    transaction.commit().await.unwrap();
    assert_eq!(rows(&host).await, [0, 2, 2]);
    assert_eq!(sent(&host).await, 2);
}

async fn a_hundred_transactions_with_one_key_make_one_message<H: Host>() {
    let host = H::open().await;
    let message = new_message(1, START);
    let answers = join_all((0..100).map(async |seed| {
        let id = MessageId::new(START, random(&SeededEntropy::new(1_000 + seed)));
        let mut transaction = host.begin().await;
        H::add_order(&mut transaction).await;
        let message = message.clone().with_facts(|facts| Facts { id, ..facts });
        let enqueued = H::enqueue_in(&mut transaction, &[message]).await.unwrap();
        transaction.commit().await.unwrap();
        enqueued[0]
    }))
    .await;
    let new = answers.iter().filter(|answer| matches!(answer, Enqueued::New(_))).count();
    let there = answers.iter().filter(|answer| matches!(answer, Enqueued::AlreadyPresent(_)));
    assert_eq!((new, there.count()), (1, 99));
    assert_eq!(rows(&host).await, [100, 1, 1]);
}

async fn a_thousand_messages_go_in_at_once<H: Host>() {
    let host = H::open().await;
    let messages: Vec<_> = (0..1_000).map(|seed| new_message(seed, START)).collect();
    let mut transaction = host.begin().await;
    let enqueued = H::enqueue_in(&mut transaction, &messages).await.unwrap();
    assert!(enqueued.iter().copied().eq(messages.iter().map(|m| Enqueued::New(m.facts.id))));
    transaction.commit().await.unwrap();
    assert_eq!(rows(&host).await, [0, 1_000, 1_000]);
    let last = messages.last().unwrap();
    assert_eq!(&as_new(host.store().message(last.facts.id).await.unwrap().unwrap()), last);
}

async fn a_refused_message_brings_its_notice<H: Host>() {
    let host = H::open().await;
    let messages = [new_message(1, START), refused_message(2, START)];
    let mut transaction = host.begin().await;
    H::enqueue_in(&mut transaction, &messages).await.unwrap();
    assert_eq!(host.store().notices_owed().await.unwrap(), 0, "not committed yet");
    transaction.commit().await.unwrap();
    assert_eq!(rows(&host).await, [0, 2, 1]);
    assert_eq!(host.store().notices_owed().await.unwrap(), 1);
}

/// The host goes back to a savepoint of its own and commits.
async fn a_failure_leaves_the_hosts_own_rows<H: Host>() {
    let host = H::open().await;
    let message = new_message(1, START);
    let taken = new_message(2, START).with_facts(|facts| Facts { id: message.facts.id, ..facts });
    let mut transaction = host.begin().await;
    H::add_order(&mut transaction).await;
    let mut savepoint = transaction.begin().await.unwrap();
    let refused = H::enqueue_in(&mut savepoint, &[message.clone(), taken]).await;
    assert!(matches!(refused, Err(StoreError::Conflict { entity: "message" })), "{refused:?}");
    savepoint.rollback().await.unwrap();

    // The call fails when half of it is done.
    let mut savepoint = transaction.begin().await.unwrap();
    H::refuse_outbox_rows(&mut savepoint).await;
    H::enqueue_in(&mut savepoint, std::slice::from_ref(&message)).await.unwrap_err();
    savepoint.rollback().await.unwrap();
    H::add_order(&mut transaction).await;
    let other = new_message(3, START);
    H::enqueue_in(&mut transaction, std::slice::from_ref(&other)).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(rows(&host).await, [2, 1, 1]);
    assert!(host.store().message(other.facts.id).await.unwrap().is_some());
}

/// The host stops waiting for the call at any moment and commits nevertheless.
async fn a_call_that_is_dropped_leaves_all_or_nothing<H: Host>() {
    let host = H::open().await;
    let mut finished = 0;
    let mut dropped = 0;
    for seed in 1.. {
        let messages = [new_message(2 * seed, START), new_message(2 * seed + 1, START)];
        let mut transaction = host.begin().await;
        H::add_order(&mut transaction).await;
        let done = {
            let mut call = pin!(H::enqueue_in(&mut transaction, &messages));
            let mut done = false;
            for _ in 0..=seed * seed / 16 {
                done = poll_immediate(&mut call).await.is_some();
                if done {
                    break;
                }
                tokio::task::yield_now().await;
            }
            done
        };
        transaction.commit().await.unwrap();
        let [orders, log, outbox] = rows(&host).await;
        assert_eq!(u64::try_from(orders).unwrap(), seed);
        assert_eq!((log, log % 2), (outbox, 0));
        dropped += i64::from(!done);
        finished += i64::from(done);
        assert!(log >= 2 * finished, "what was answered is there");
        if dropped >= 8 && finished >= 5 {
            break;
        }
    }
}

async fn without_a_transaction_messages_are_there_at_once<H: Host>() {
    let host = H::open().await;
    let message = new_message(1, START);
    let taken = new_message(2, START).with_facts(|facts| Facts { id: message.facts.id, ..facts });
    let mut connection = host.pool().acquire().await.unwrap();
    let refused = H::enqueue_in(&mut connection, &[message.clone(), taken]).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    H::refuse_outbox_rows(&mut connection).await;
    let messages = std::slice::from_ref(&message);
    H::enqueue_in(&mut connection, messages).await.unwrap_err();
    assert_eq!(rows(&host).await, [0, 0, 0]);
    H::allow_outbox_rows(&mut connection).await;
    assert_eq!(
        H::enqueue_in(&mut connection, messages).await.unwrap(),
        [Enqueued::New(message.facts.id)]
    );
    assert_eq!(rows(&host).await, [0, 1, 1]);
    assert_eq!(sent(&host).await, 1);
}

/// SQLite needs no savepoint of the host: the call is one.
#[tokio::test]
async fn on_sqlite_a_failure_leaves_the_hosts_own_rows_as_they_are() {
    let host = OnSqlite::open().await;
    let messages = [new_message(1, START)];
    let mut transaction = host.begin().await;
    OnSqlite::add_order(&mut transaction).await;
    OnSqlite::refuse_outbox_rows(&mut transaction).await;
    OnSqlite::enqueue_in(&mut transaction, &messages).await.unwrap_err();
    OnSqlite::allow_outbox_rows(&mut transaction).await;
    OnSqlite::add_order(&mut transaction).await;
    transaction.commit().await.unwrap();
    assert_eq!(rows(&host).await, [2, 0, 0]);

    let mut transaction = host.begin().await;
    OnSqlite::enqueue_in(&mut transaction, &messages).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(rows(&host).await, [2, 1, 1]);
}

/// A transaction unknown to sqlx cannot be undone when a call in it is dropped.
#[tokio::test]
async fn on_sqlite_a_transaction_that_a_statement_began_is_refused_and_goes_on() {
    let host = OnSqlite::open().await;
    let mut connection = host.pool().acquire().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await.unwrap();
    OnSqlite::add_order(&mut connection).await;
    let refused = OnSqlite::enqueue_in(&mut connection, &[new_message(1, START)]).await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "the database refused the operation: the host's transaction was not begun with sqlx's \
         `begin` or `begin_with`"
    );
    sqlx::query("COMMIT").execute(&mut *connection).await.unwrap();
    assert_eq!(rows(&host).await, [1, 0, 0]);
}

/// Web frameworks require that the futures of their handlers are `Send`.
#[tokio::test]
async fn on_sqlite_the_call_may_move_between_threads() {
    let host = OnSqlite::open().await;
    let pool = host.pool().clone();
    let task = tokio::spawn(async move {
        let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let messages = [new_message(1, START)];
        let enqueued =
            whatsapp_store_sqlx::SqliteStore::enqueue_in(&mut transaction, &messages).await;
        transaction.commit().await.unwrap();
        enqueued
    });
    assert_eq!(task.await.unwrap().unwrap().len(), 1);
}
