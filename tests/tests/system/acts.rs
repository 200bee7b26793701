//! Acts of people who look at the same message. Each act is done once, over what the person saw.

mod gate;
mod held;
mod races;

use std::fmt;
use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use whatsapp_core::message::{CancelReason, Cause, Message, Phase};
use whatsapp_core::messenger::{Consent, ManageError, Resend, Wish};
use whatsapp_core::port::{
    AuditFilter, AuditLog, Clock as _, Customer, Store, StoreError, TransportError, random,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{AuditId, Dispatcher, MessageId, Messenger, Ports, UserId};
use whatsapp_store_sqlx::{PostgresStore, SqliteStore};
use whatsapp_testdb::TestDatabase;
use whatsapp_testkit::fixtures::{START, number};
use whatsapp_testkit::{
    FixedDirectory, ManualClock, MemoryStore, ScriptedTransport, SeededEntropy,
};

use crate::shop::{customer, order, unhurried};
use gate::Gate;
use held::what_went_out_is_looked_up_and_followed_while_a_person_has_paused_sending;
use races::{
    a_message_that_was_sent_again_is_not_tried_again_by_whoever_has_not_seen_that,
    a_refused_message_that_is_enqueued_correctly_meanwhile_is_not_sent_again,
    of_a_resend_that_fetches_its_file_and_another_act_meanwhile_one_is_done,
    what_is_sent_again_together_gives_way_to_a_retry,
};

macro_rules! on_all {
    ($($case:ident,)+) => {
        mod memory {
            $(#[tokio::test]
            async fn $case() {
                super::$case(super::House::in_memory()).await;
            })+
        }

        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                super::$case(super::House::on_sqlite().await).await;
            })+
        }

        mod postgres {
            $(#[tokio::test]
            async fn $case() {
                super::$case(super::House::on_postgres().await).await;
            })+
        }
    };
}

on_all! {
    an_act_over_an_older_row_writes_nothing,
    of_two_who_saw_the_same_a_single_one_acts,
    an_act_whose_entry_is_there_already_is_not_done_again,
    whoever_saw_as_many_resends_makes_the_same_message,
    a_resend_to_another_number_leaves_the_customers_own_alone,
    whoever_saw_the_same_and_wants_another_number_is_told,
    of_a_resend_that_fetches_its_file_and_another_act_meanwhile_one_is_done,
    a_message_that_was_sent_again_is_not_tried_again_by_whoever_has_not_seen_that,
    a_refused_message_that_is_enqueued_correctly_meanwhile_is_not_sent_again,
    what_is_sent_again_together_gives_way_to_a_retry,
    what_went_out_is_looked_up_and_followed_while_a_person_has_paused_sending,
}

struct House {
    store: Arc<dyn Store>,
    audit: Arc<dyn AuditLog>,
    gateway: ScriptedTransport,
    customers: FixedDirectory,
    files: Gate,
    clock: ManualClock,
    ports: Ports,
    messenger: Messenger,
    _database: Option<TestDatabase>,
}

impl fmt::Debug for House {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(f)
    }
}

impl House {
    fn in_memory() -> Self {
        Self::over(MemoryStore::new(), None)
    }

    async fn on_sqlite() -> Self {
        Self::over(SqliteStore::in_memory().await.unwrap(), None)
    }

    async fn on_postgres() -> Self {
        let database = TestDatabase::create().await;
        Self::over(PostgresStore::open(database.url()).await.unwrap(), Some(database))
    }

    fn over(store: impl Store + AuditLog + Clone, database: Option<TestDatabase>) -> Self {
        let (gateway, clock) = (ScriptedTransport::new(), ManualClock::starting_at(START));
        let customers = FixedDirectory::default();
        customers.put(Customer::new(customer(1), "Asha Traders", Some(&number(1))));
        customers.put(Customer::new(customer(2), "Das Home", None));
        let (audit, store): (Arc<dyn AuditLog>, Arc<dyn Store>) =
            (Arc::new(store.clone()), Arc::new(store));
        let files = Gate::new();
        let ports = Ports::new(Arc::clone(&store), Arc::new(customers.clone()))
            .with_media(Arc::new(files.clone()))
            .with_transport(Arc::new(gateway.clone()))
            .with_deliveries(Arc::new(gateway.clone()))
            .with_clock(Arc::new(clock.clone()));
        let messenger = Messenger::new(ports.clone());
        Self {
            store,
            audit,
            gateway,
            customers,
            files,
            clock,
            ports,
            messenger,
            _database: database,
        }
    }

    async fn message(&self, id: MessageId) -> Message {
        self.store.message(id).await.unwrap().unwrap()
    }

    async fn phase(&self, id: MessageId) -> Phase {
        self.message(id).await.phase(self.clock.now())
    }

    /// Enqueues a message that waits for its time.
    async fn scheduled(&self, no: u32) -> MessageId {
        let later = START + TimeDelta::hours(9);
        let request = order(1, no).with_schedule(later);
        let id = self.messenger.enqueue(request).await.unwrap().message_id;
        self.clock.advance(TimeDelta::seconds(1));
        id
    }

    async fn tick(&self) {
        let dispatcher = Dispatcher::new(self.ports.clone()).unwrap().with_options(unhurried());
        dispatcher.tick(self.clock.now()).await.unwrap();
        self.clock.advance(TimeDelta::seconds(1));
    }

    /// Makes a message that failed for good.
    async fn failed(&self, no: u32) -> MessageId {
        let no_more = TransportError::new(Disposition::Permanent, "The number is not on WhatsApp.");
        self.gateway.next_send(Err(no_more.with_cause(Cause::Recipient)));
        let id = self.messenger.enqueue(order(1, no)).await.unwrap().message_id;
        self.tick().await;
        assert!(matches!(self.phase(id).await, Phase::Failed(_)));
        id
    }

    /// Returns the audit, the newest entry first.
    async fn entries(&self) -> Vec<AuditEntry> {
        self.audit.audit(&AuditFilter::default(), None, 200).await.unwrap().entries
    }
}

fn person(name: &str) -> Actor {
    Actor::Person(UserId::new(name).unwrap())
}

/// Makes a resend of a message by somebody who saw this number of resends.
fn resend(id: MessageId, resends: usize, by: &str) -> Resend {
    Resend::new(id, person(by)).with_resends(resends)
}

async fn an_act_over_an_older_row_writes_nothing(house: House) {
    let asha = person("asha");
    let (noon, three) = (START + TimeDelta::hours(5), START + TimeDelta::hours(8));
    let id = house.scheduled(1).await;
    let seen = house.message(id).await.updated_at;
    let wish = || Wish::of(&asha).over(seen);
    house.messenger.reschedule(id, noon, Consent::Given, wish()).await.unwrap();
    house.clock.advance(TimeDelta::seconds(1));
    let moved = house.message(id).await;
    assert!(moved.updated_at > seen);
    assert_eq!(house.phase(id).await, Phase::Scheduled { at: noon });

    let again = house.messenger.reschedule(id, three, Consent::Given, wish()).await.map(|_| ());
    let retried = house.messenger.send_now(id, Consent::Given, wish()).await;
    let cancelled = house.messenger.cancel(id, wish()).await;
    for late in [again, retried, cancelled] {
        assert!(matches!(late, Err(ManageError::Changed)), "{late:?}");
    }
    assert_eq!(house.message(id).await, moved);
    assert_eq!(house.entries().await.len(), 1);

    // Over the current row, the act is done.
    house.messenger.cancel(id, Wish::of(&asha).over(moved.updated_at)).await.unwrap();
    assert_eq!(house.phase(id).await, Phase::Cancelled(CancelReason::Manager));
    assert_eq!(house.entries().await.len(), 2);
}

async fn of_two_who_saw_the_same_a_single_one_acts(house: House) {
    let id = house.scheduled(1).await;
    let seen = house.message(id).await.updated_at;
    let (asha, ravi) = (person("asha"), person("ravi"));
    let wish = |by| Wish::of(by).over(seen);
    let (first, second) = tokio::join!(
        house.messenger.cancel(id, wish(&asha)),
        house.messenger.cancel(id, wish(&ravi)),
    );
    assert_eq!([&first, &second].iter().filter(|done| done.is_ok()).count(), 1);
    let late = first.and(second).unwrap_err();
    assert!(matches!(late, ManageError::Changed), "{late}");
    assert_eq!(house.phase(id).await, Phase::Cancelled(CancelReason::Manager));
    assert_eq!(house.entries().await.len(), 1);
}

async fn an_act_whose_entry_is_there_already_is_not_done_again(house: House) {
    let (first, second) = (house.scheduled(1).await, house.scheduled(2).await);
    let entry = AuditId::new(house.clock.now(), random(&SeededEntropy::new(7)));
    let asha = person("asha");
    let wish = || Wish::of(&asha).as_entry(entry);
    house.messenger.cancel(first, wish()).await.unwrap();
    house.clock.advance(TimeDelta::seconds(1));
    let before = house.message(second).await;
    let at = START + TimeDelta::hours(5);
    let cancelled = house.messenger.cancel(second, wish()).await;
    let moved = house.messenger.reschedule(second, at, Consent::Given, wish()).await.map(|_| ());
    let retried = house.messenger.send_now(second, Consent::Given, wish()).await;
    for again in [cancelled, moved, retried] {
        let conflict = matches!(again, Err(ManageError::Store(StoreError::Conflict { .. })));
        assert!(conflict, "{again:?}");
    }
    assert_eq!(house.message(second).await, before);
    let entries = house.entries().await;
    let told: Vec<_> = entries.iter().map(|it| (it.id, it.act, it.on.clone())).collect();
    assert_eq!(told, [(entry, Act::MessageCancelled, AuditTarget::Message(first))]);
}

async fn whoever_saw_as_many_resends_makes_the_same_message(house: House) {
    let id = house.failed(1).await;
    assert_eq!(house.messenger.resends(id).await.unwrap(), []);
    let (by_asha, by_ravi) = (resend(id, 0, "asha"), resend(id, 0, "ravi"));
    let (first, second) =
        tokio::join!(house.messenger.resend(&by_asha), house.messenger.resend(&by_ravi));
    let fresh = first.unwrap();
    assert_eq!(second.unwrap(), fresh);
    assert_eq!(house.messenger.resend(&by_asha).await.unwrap(), fresh, "the page is loaded again");
    assert_eq!(house.entries().await.len(), 1);
    assert_eq!(house.messenger.resends(id).await.unwrap(), [fresh]);

    house.clock.advance(TimeDelta::seconds(1));
    let other = house.messenger.resend(&resend(id, 1, "asha")).await.unwrap();
    assert_ne!(other, fresh);
    assert_eq!(house.messenger.resends(id).await.unwrap(), [fresh, other]);
    assert_eq!(house.messenger.resends(fresh).await.unwrap(), []);
    assert_eq!(house.entries().await.len(), 2);
}

async fn a_resend_to_another_number_leaves_the_customers_own_alone(house: House) {
    let id = house.failed(1).await;
    let given = resend(id, 0, "asha").with_number(number(8));
    let fresh = house.messenger.resend(&given).await.unwrap();
    assert_eq!(house.messenger.resend(&given).await.unwrap(), fresh);
    house.tick().await;
    assert_eq!(house.phase(fresh).await, Phase::Sent);
    assert_eq!(house.gateway.sent()[1].number.as_str(), number(8));
    assert_eq!(house.message(fresh).await.facts.whatsapp_number.as_str(), number(8));

    let [entry] = &house.entries().await[..] else { panic!("one entry") };
    assert_eq!((entry.act, &entry.on), (Act::MessageResent, &AuditTarget::Message(id)));
    assert_eq!(entry.change, AuditChange::Resent { message: fresh, other_number: true });
    // The next message goes to the customer's number again.
    let next = house.messenger.enqueue(order(1, 2)).await.unwrap().message_id;
    assert_eq!(house.message(next).await.facts.whatsapp_number.as_str(), number(1));
}

async fn whoever_saw_the_same_and_wants_another_number_is_told(house: House) {
    let id = house.failed(1).await;
    let fresh = house.messenger.resend(&resend(id, 0, "asha")).await.unwrap();
    for other in [8, 9] {
        let given = resend(id, 0, "ravi").with_number(number(other));
        let late = house.messenger.resend(&given).await.unwrap_err();
        assert!(matches!(late, ManageError::Changed), "{late}");
    }
    assert_eq!(house.messenger.resends(id).await.unwrap(), [fresh]);
    assert_eq!(house.entries().await.len(), 1);
}
