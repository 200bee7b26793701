//! Rows made unreadable by another program: they end as failed with a notice, a page shows them as
//! broken, and nothing else suffers.

mod campaigns;
mod instants;
mod ledger;
mod mutes;
mod planner;
mod records;

use std::path::Path;
use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{Cause, FailureKind, NewMessage, Part, SentText};
use whatsapp_core::port::{
    AuditLog, Begin, Begun, Claimed, Collect, LogFilter, Notice, Sort, Store, StoreError, random,
};
use whatsapp_core::{DigestId, LeaseToken, Messenger};
use whatsapp_store_sqlx::PostgresStore;
use whatsapp_testdb::TestDatabase;
use whatsapp_testkit::conformance::planner::PlannerPorts;
use whatsapp_testkit::fixtures::{START, new_message};
use whatsapp_testkit::{FixedDirectory, ManualClock, SeededEntropy};

/// A change that leaves an unreadable row.
#[derive(Debug, Clone, Copy)]
struct Change {
    table: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
    /// The column named in the error.
    column: &'static str,
}

const fn change(
    table: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
    column: &'static str,
) -> Change {
    Change { table, sqlite, postgres, column }
}

const LOG: &str = "whatsapp_message_logs";
const OUTBOX: &str = "whatsapp_outbox";

const CHANGES: &[Change] = &[
    change(LOG, "customer_id = 'Asha Traders'", "customer_key = 'Asha Traders'", "customer_id"),
    change(LOG, "invoice_id = 'INV 7'", "invoice_id = 'INV 7'", "invoice_id"),
    change(OUTBOX, "step = 'look'", "step = 'look'", "step"),
];

/// A store, and another program's access to its tables.
enum Shop {
    Sqlite(PlannerPorts, TempDir),
    Postgres(PlannerPorts, Box<TestDatabase>),
}

impl Shop {
    async fn both() -> [Self; 2] {
        let (store, folder) = crate::on_file().await;
        let database = TestDatabase::create().await;
        let postgres = PostgresStore::open(database.url()).await.unwrap();
        let postgres = PlannerPorts::of(Arc::new(postgres));
        [
            Self::Sqlite(PlannerPorts::of(store), folder),
            Self::Postgres(postgres, Box::new(database)),
        ]
    }

    fn ports(&self) -> &PlannerPorts {
        let (Self::Sqlite(ports, _) | Self::Postgres(ports, _)) = self;
        ports
    }

    fn store(&self) -> &Arc<dyn Store> {
        &self.ports().store
    }

    fn audit(&self) -> &Arc<dyn AuditLog> {
        &self.ports().audit
    }

    /// Changes the rows of this message as another program would.
    async fn change(&self, change: &Change, message: &NewMessage) {
        let (table, set) = (
            change.table,
            match self {
                Self::Sqlite(..) => change.sqlite,
                Self::Postgres(..) => change.postgres,
            },
        );
        let id = if table == "whatsapp_outbox" { "message_id" } else { "id" };
        self.run(format!("UPDATE {table} SET {set} WHERE {id} = '{}'", message.facts.id))
            .await
            .unwrap();
    }

    /// Runs a statement as another program.
    async fn run(&self, sql: String) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(_, folder) => {
                let mut host = crate::stranger(Path::new(folder.path())).await;
                sqlx::query(AssertSqlSafe(sql)).execute(&mut host).await?;
            }
            Self::Postgres(_, database) => {
                let mut host = PgConnection::connect(database.url()).await.unwrap();
                sqlx::query(AssertSqlSafe(sql)).execute(&mut host).await?;
            }
        }
        Ok(())
    }
}

async fn collected(store: &Arc<dyn Store>) -> Vec<Notice> {
    let entropy = SeededEntropy::new(5);
    let collect = Collect {
        id: DigestId::new(START, random(&entropy)),
        token: LeaseToken::new(START, random(&entropy)),
        now: START,
        lease: chrono::TimeDelta::minutes(2),
        newest_known: None,
        may_start: true,
    };
    store.collect(&collect).await.unwrap().map_or_else(Vec::new, |found| found.digest.notices)
}

/// Claims all messages that are due at the start.
async fn claim(store: &Arc<dyn Store>) -> Vec<Claimed> {
    store.claim(&crate::claim(&SeededEntropy::new(1), 9)).await.unwrap()
}

#[tokio::test]
async fn a_message_that_cannot_be_read_fails_with_a_notice_and_holds_up_no_other() {
    for change in CHANGES {
        for shop in Shop::both().await {
            let store = shop.store();
            let messages: Vec<_> = (1..=3).map(|n| new_message(n, START)).collect();
            store.enqueue(&messages).await.unwrap();
            let broken = messages.iter().min_by_key(|message| message.facts.id).unwrap();
            shop.change(change, broken).await;

            let claimed = claim(store).await;
            assert_eq!(claimed.len(), 2, "{change:?}");
            let notices = collected(store).await;
            assert_eq!(notices.len(), 1, "{change:?}");
            assert_eq!(notices[0].message_id, broken.facts.id);
            let read = notices[0].customer_id.as_ref();
            assert!(read.is_none_or(|id| *id == broken.facts.customer_id), "{change:?}");
            let failure = &notices[0].failure;
            assert_eq!((failure.kind, failure.cause), (FailureKind::Invalid, Cause::Host));
            assert!(failure.reason.contains(change.column), "{change:?}: {}", failure.reason);
            assert!(!failure.reason.contains("Asha"), "a value is shown");
            assert_eq!(store.counts(u64::MAX).await.unwrap().failed, 1, "{change:?}");
            assert_eq!(store.unsettled(&[broken.facts.id]).await.unwrap(), [], "nothing is owed");
        }
    }
}

#[tokio::test]
async fn a_page_shows_a_row_that_cannot_be_read_as_broken_and_the_others() {
    for shop in Shop::both().await {
        let store = shop.store();
        let messages: Vec<_> = (1..=5)
            .map(|n| new_message(n, START + chrono::TimeDelta::seconds(i64::try_from(n).unwrap())))
            .collect();
        store.enqueue(&messages).await.unwrap();
        shop.change(&CHANGES[0], &messages[1]).await;
        shop.change(&CHANGES[1], &messages[3]).await;
        for sort in [Sort::Newest, Sort::Oldest] {
            let (mut read, mut broken, mut after) = (Vec::new(), Vec::new(), None);
            loop {
                let page = store.page(&LogFilter::default(), sort, after.into(), 2).await.unwrap();
                assert!(page.messages.len() + page.broken.len() <= 2);
                read.extend(page.messages.into_iter().map(|message| message.facts.id));
                broken.extend(page.broken);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            let mut expected: Vec<_> =
                [0, 2, 4].iter().map(|n: &usize| messages[*n].facts.id).collect();
            let mut ends =
                [1, 3].map(|n: usize| (messages[n].facts.id.to_string(), CHANGES[n / 2].column));
            if sort == Sort::Newest {
                expected.reverse();
                ends.reverse();
            }
            assert_eq!(read, expected);
            let shown: Vec<_> = broken.iter().map(|row| (row.id.clone(), row.column)).collect();
            assert_eq!(shown, ends);
            assert!(broken.iter().all(|row| row.created_at.is_some()));
        }
        let error = store.message(messages[1].facts.id).await.unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { column: "customer_id", .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("Asha"));
    }
}

/// Postgres accepts neither an invalid id nor such an instant.
#[tokio::test]
async fn pages_go_on_behind_rows_that_no_cursor_can_name() {
    for spoil in [
        "PRAGMA foreign_keys = OFF; UPDATE whatsapp_message_logs SET id = 'x' || message_key",
        "PRAGMA ignore_check_constraints = ON; \
         UPDATE whatsapp_message_logs SET created_at = 9000000000000000000",
    ] {
        let [shop, _] = Shop::both().await;
        let store = shop.store();
        let messages: Vec<_> = (1..=9)
            .map(|n| new_message(n, START + chrono::TimeDelta::seconds(i64::try_from(n).unwrap())))
            .collect();
        store.enqueue(&messages).await.unwrap();
        let ids = messages[1..8].iter().map(|one| format!("'{}'", one.facts.id));
        let ids = ids.collect::<Vec<_>>().join(", ");
        shop.run(format!("{spoil} WHERE id IN ({ids})")).await.unwrap();
        let mut pending = LogFilter::default();
        pending.statuses = [whatsapp_core::message::Status::Pending].into();
        for filter in [LogFilter::default(), pending] {
            for (sort, limit) in
                [(Sort::Newest, 2), (Sort::Oldest, 2), (Sort::Customer, 2), (Sort::Newest, 20)]
            {
                let (mut read, mut broken, mut after) = (Vec::new(), Vec::new(), None);
                for _ in 0..9 {
                    let page = store.page(&filter, sort, after.into(), limit).await.unwrap();
                    read.extend(page.messages.into_iter().map(|message| message.facts.id));
                    broken.extend(page.broken.into_iter().map(|row| row.id));
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
                assert_eq!(after, None, "{spoil} {sort:?}");
                read.sort_unstable();
                let mut whole = [0, 8].map(|no: usize| messages[no].facts.id).to_vec();
                whole.sort_unstable();
                assert_eq!(read, whole, "{spoil} {sort:?}");
                broken.sort_unstable();
                broken.dedup();
                assert_eq!(broken.len(), 7, "{spoil} {sort:?}");
            }
            for limit in [2, 20] {
                let (mut read, mut broken, mut after) = (0, 0, None);
                for _ in 0..9 {
                    let part = store.export(&filter, false, after, limit).await.unwrap();
                    read += part.rows.len();
                    broken += part.broken;
                    after = part.next;
                    if after.is_none() {
                        break;
                    }
                }
                assert_eq!((after, read, broken), (None, 2, 7), "{spoil} {limit}");
            }
        }
    }
}

#[tokio::test]
async fn one_with_an_open_attempt_may_have_been_delivered() {
    for shop in Shop::both().await {
        let store = shop.store();
        let message = new_message(1, START);
        store.enqueue(std::slice::from_ref(&message)).await.unwrap();
        let claimed = claim(store).await;
        let begin = Begin {
            lease: claimed[0].lease,
            no: 1,
            part: Part::Whole,
            number_key: "91-12345670".to_owned(),
            number: claimed[0].whatsapp_number.clone(),
            text: SentText::of(claimed[0].text.as_str()),
            via: None,
            at: START,
            elapsed: whatsapp_testkit::fixtures::elapsed(START),
            lease_needed: chrono::TimeDelta::seconds(40),
            close: None,
            revision: None,
        };
        assert_eq!(store.begin(&[begin]).await.unwrap(), [Begun::Open]);
        shop.change(&CHANGES[1], &message).await;
        let mut late = crate::claim(&SeededEntropy::new(2), 9);
        late.now = START + chrono::TimeDelta::minutes(3);
        late.elapsed = whatsapp_testkit::fixtures::elapsed(late.now);
        assert_eq!(store.claim(&late).await.unwrap(), []);
        let notices = collected(store).await;
        assert_eq!(notices[0].failure.kind, FailureKind::UnknownOutcome);
        assert!(notices[0].failure.reason.contains("may have been delivered"));
        let attempts = store.attempts(message.facts.id).await.unwrap();
        assert!(attempts.iter().all(|attempt| attempt.outcome.is_some()), "none is open");
    }
}

#[tokio::test]
async fn a_manager_can_cancel_what_cannot_be_read() {
    for shop in Shop::both().await {
        let store = shop.store();
        let message = new_message(1, START);
        store.enqueue(std::slice::from_ref(&message)).await.unwrap();
        shop.change(&CHANGES[0], &message).await;
        let transport = Arc::new(whatsapp_testkit::ScriptedTransport::default());
        let ports = whatsapp_core::Ports::new(store.clone(), Arc::new(FixedDirectory::default()))
            .with_transport(transport)
            .with_clock(Arc::new(ManualClock::starting_at(START)));
        let messenger = Messenger::new(ports);
        messenger.cancel(message.facts.id, &Actor::Host).await.unwrap();
        assert_eq!(claim(store).await, [], "it is not sent");
        assert_eq!(collected(store).await.len(), 1);
        assert!(messenger.cancel(message.facts.id, &Actor::Host).await.is_err(), "it has ended");
    }
}

#[tokio::test]
async fn what_was_sent_and_cannot_be_read_is_not_said_to_be_cancelled() {
    for shop in Shop::both().await {
        let store = shop.store();
        let message = new_message(1, START);
        store.enqueue(std::slice::from_ref(&message)).await.unwrap();
        let (sent, watched) = ("status = 'sent', invoice_id = 'INV 7'", "step = 'watch'");
        shop.change(&change(LOG, sent, sent, "invoice_id"), &message).await;
        shop.change(&change(OUTBOX, watched, watched, "step"), &message).await;
        let ports = whatsapp_core::Ports::new(store.clone(), Arc::new(FixedDirectory::default()))
            .with_clock(Arc::new(ManualClock::starting_at(START)));
        let cancelled = Messenger::new(ports).cancel(message.facts.id, &Actor::Host).await;
        assert!(cancelled.is_err(), "it stays sent");
        assert_eq!(collected(store).await, [], "and nobody is told that it failed");
    }
}
