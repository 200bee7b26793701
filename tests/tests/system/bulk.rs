//! Acts on many messages: exactly the messages that were counted are acted on, each once.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::audit::{Act, Actor, AuditEntry};
use whatsapp_core::bulk::{Bulk, BulkAct, BulkAsks, BulkItem, BulkOutcome, BulkState};
use whatsapp_core::bulks::{BulkError, BulkRunner, Bulks, Chosen};
use whatsapp_core::message::{
    Cause, Class, Facts, Failure, FailureKind, NewMessage, Outcome, Progress, State, StateRow,
    Status,
};
use whatsapp_core::messenger::Resend;
use whatsapp_core::port::{AuditFilter, AuditLog, BulkStore, Customer, LogFilter, Store};
use whatsapp_core::{MessageId, Messenger, Ports, UserId};
use whatsapp_store_sqlx::{PostgresStore, SqliteStore};
use whatsapp_testdb::TestDatabase;
use whatsapp_testkit::fixtures::{START, greeting, number, save_settings};
use whatsapp_testkit::{FixedDirectory, ManualClock, MemoryStore};

use crate::shop::customer;

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
    what_was_counted_is_done_and_nothing_that_fits_later,
    what_changed_meanwhile_is_left_out_and_told,
    what_nobody_wants_any_more_is_left_out_and_told,
    what_is_put_aside_after_it_was_counted_is_left_out,
    no_act_keeps_another_one_waiting,
    what_may_have_arrived_is_sent_again_only_where_somebody_says_that_it_did_not,
    what_would_go_out_outside_the_hours_is_asked_once_for_all,
    messages_that_were_sent_again_already_are_left_out,
    a_second_confirmation_does_nothing_and_a_stop_ends_it,
    a_choice_of_nothing_is_refused,
    what_nobody_confirms_is_forgotten_after_a_day,
}

struct House {
    store: Arc<dyn Store>,
    audit: Arc<dyn AuditLog>,
    clock: ManualClock,
    bulks: Bulks,
    runner: BulkRunner,
    messenger: Messenger,
    _database: Option<TestDatabase>,
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

    fn over(
        store: impl Store + AuditLog + BulkStore + Clone,
        database: Option<TestDatabase>,
    ) -> Self {
        let clock = ManualClock::starting_at(START);
        let customers = FixedDirectory::default();
        customers.put(Customer::new(customer(1), "Asha Traders", Some(&number(1))));
        customers.put(Customer::new(customer(2), "Das Home", None));
        let (audit, bulk) = (Arc::new(store.clone()), Arc::new(store.clone()));
        let store: Arc<dyn Store> = Arc::new(store);
        let ports = Ports::new(Arc::clone(&store), Arc::new(customers))
            .with_bulk(bulk)
            .with_clock(Arc::new(clock.clone()));
        let bulks = Bulks::new(ports.clone()).unwrap();
        let runner = BulkRunner::new(ports.clone()).unwrap();
        let messenger = Messenger::new(ports);
        Self { store, audit, clock, bulks, runner, messenger, _database: database }
    }

    /// Puts a greeting to customer `no` into the log in this state.
    async fn put(&self, seed: u64, no: u32, state: State) -> MessageId {
        self.put_with(seed, no, state, |facts| facts).await
    }

    async fn put_with(
        &self,
        seed: u64,
        no: u32,
        state: State,
        change: impl FnOnce(Facts) -> Facts,
    ) -> MessageId {
        let customer_id = customer(no);
        let message = greeting(seed, START);
        let message = message.with_facts(|facts| change(Facts { customer_id, ..facts }));
        let message = NewMessage { state: StateRow::of(&Progress::ended(state)), ..message };
        let id = message.facts.id;
        self.store.enqueue(&[message]).await.unwrap();
        id
    }

    async fn status(&self, id: MessageId) -> Status {
        self.store.message(id).await.unwrap().unwrap().state.status
    }

    async fn count(&self, act: BulkAct, chosen: &Chosen) -> Bulk {
        self.bulks.count(act, chosen, &person("asha")).await.unwrap()
    }

    /// Confirms the act and lets a process do all of it.
    async fn run(&self, bulk: &Bulk, agreed: BulkAsks) -> Bulk {
        self.bulks.confirm(bulk.id, agreed, &person("ravi")).await.unwrap();
        while self.runner.tick().await.unwrap() {}
        let now = self.bulks.bulk(bulk.id).await.unwrap().unwrap();
        assert_eq!((now.state, now.counts.open), (BulkState::Done, 0));
        now
    }

    async fn items(&self, bulk: &Bulk, outcome: BulkOutcome) -> Vec<BulkItem> {
        self.bulks.items(bulk.id, Some(outcome), None, 99).await.unwrap()
    }

    /// Returns the reasons for which messages were left out.
    async fn why(&self, bulk: &Bulk) -> Vec<String> {
        let items = self.items(bulk, BulkOutcome::LeftOut).await;
        items.into_iter().map(|item| item.sentence.unwrap().as_str().to_owned()).collect()
    }

    async fn entries(&self, act: Act) -> Vec<AuditEntry> {
        let filter = AuditFilter::only(act);
        self.audit.audit(&filter, None, 200).await.unwrap().entries
    }
}

fn person(name: &str) -> Actor {
    Actor::Person(UserId::new(name).unwrap())
}

fn waiting() -> State {
    State::Waiting { due: START + TimeDelta::days(1) }
}

fn failed(kind: FailureKind) -> State {
    State::Failed(Failure::new(kind, "It was not to be.").caused_by(Cause::Recipient))
}

fn coming_to(outcomes: &[Outcome]) -> Chosen {
    let mut filter = LogFilter::default();
    filter.outcomes = outcomes.iter().copied().collect();
    Chosen::All(filter)
}

async fn what_was_counted_is_done_and_nothing_that_fits_later(house: House) {
    let mut chosen = Vec::new();
    for seed in 0..60 {
        chosen.push(house.put(seed, 1, waiting()).await);
    }
    let other = house.put(70, 1, failed(FailureKind::Rejected)).await;
    let bulk = house.count(BulkAct::Cancel, &coming_to(&[Outcome::Waiting])).await;
    assert_eq!((bulk.counts.total, bulk.counts.open, bulk.more), (60, 60, false));
    // So far the act is only counted.
    assert!(!house.runner.tick().await.unwrap());
    let later = house.put(80, 1, waiting()).await;
    let done = house.run(&bulk, BulkAsks::default()).await;
    assert_eq!((done.counts.done, done.by), (60, person("ravi")));
    for id in chosen {
        assert_eq!(house.status(id).await, Status::Cancelled);
    }
    assert_eq!(house.status(later).await, Status::Pending, "it was not there when it was counted");
    assert_eq!(house.status(other).await, Status::Failed, "the filter does not show it");
    let cancels = house.entries(Act::MessageCancelled).await;
    assert_eq!(cancels.len(), 60);
    assert!(cancels.iter().all(|entry| entry.by == person("ravi")));
    assert_eq!(house.entries(Act::BulkConfirmed).await.len(), 1);
}

async fn what_changed_meanwhile_is_left_out_and_told(house: House) {
    let [mine, theirs] = [house.put(1, 1, waiting()).await, house.put(2, 1, waiting()).await];
    let gone = house.put(3, 1, failed(FailureKind::Rejected)).await;
    let bulk =
        house.count(BulkAct::Cancel, &Chosen::Messages(vec![mine, theirs, gone, mine])).await;
    assert_eq!((bulk.counts.total, bulk.counts.open), (3, 2), "each once");
    house.clock.advance(TimeDelta::seconds(1));
    house.messenger.cancel(theirs, &person("meena")).await.unwrap();
    let done = house.run(&bulk, BulkAsks::default()).await;
    assert_eq!((done.counts.done, done.counts.left_out), (1, 2));
    let why = house.why(&bulk).await;
    assert!(why.contains(&"Somebody changed the message after it was counted.".to_owned()));
    let by = house.entries(Act::MessageCancelled).await;
    assert_eq!(by.iter().filter(|entry| entry.by == person("ravi")).count(), 1, "{by:?}");
}

async fn what_nobody_wants_any_more_is_left_out_and_told(house: House) {
    let rejected = || failed(FailureKind::Rejected);
    let good = house.put(1, 1, rejected()).await;
    let expires_at = Some(START + TimeDelta::minutes(1));
    house.put_with(2, 1, rejected(), |facts| Facts { expires_at, ..facts }).await;
    let created_at = START - TimeDelta::days(40);
    house.put_with(3, 1, rejected(), |facts| Facts { created_at, ..facts }).await;
    let aside = house.put(4, 1, rejected()).await;
    house.messenger.put_aside(aside, &person("meena")).await.unwrap();
    house.clock.advance(TimeDelta::minutes(2));
    let bulk = house.count(BulkAct::Resend, &coming_to(Outcome::FAILED)).await;
    assert_eq!((bulk.counts.open, bulk.counts.left_out), (1, 3));
    let mut why = house.why(&bulk).await;
    why.sort();
    let told = [
        "It was for a day that has passed.",
        "It was put aside: somebody settled it in another way.",
        "It was to go out before a time that has passed.",
    ];
    assert_eq!(why, told);
    let done = house.run(&bulk, BulkAsks::default()).await;
    assert_eq!((done.counts.done, done.counts.left_out), (1, 3));
    assert_eq!(house.store.resends_of(good).await.unwrap().len(), 1);
    assert_eq!(house.store.resends_of(aside).await.unwrap(), []);
}

async fn what_is_put_aside_after_it_was_counted_is_left_out(house: House) {
    let expires_at = Some(START + TimeDelta::hours(1));
    let rejected = failed(FailureKind::Rejected);
    let change = |facts| Facts { expires_at, ..facts };
    let late = house.put_with(1, 1, rejected.clone(), change).await;
    let aside = house.put(2, 1, rejected.clone()).await;
    let good = house.put_with(3, 1, rejected, change).await;
    let all = coming_to(Outcome::FAILED);
    let (first, second) =
        (house.count(BulkAct::Resend, &all).await, house.count(BulkAct::Resend, &all).await);
    assert_eq!((first.counts.open, second.counts.open), (3, 3));
    house.messenger.put_aside(aside, &person("meena")).await.unwrap();
    let chosen = Chosen::Messages(vec![good]);
    let alone = house.count(BulkAct::Resend, &chosen).await;
    assert_eq!(house.run(&alone, BulkAsks::default()).await.counts.done, 1);
    // The new message expires no later than the failed one.
    let fresh = house.store.resends_of(good).await.unwrap()[0];
    let fresh = house.store.message(fresh).await.unwrap().unwrap();
    assert_eq!(fresh.facts.expires_at, expires_at);
    house.clock.advance(TimeDelta::hours(2));
    let done = house.run(&first, BulkAsks::default()).await;
    assert_eq!((done.counts.done, done.counts.left_out), (0, 3));
    let why = house.why(&first).await;
    for told in [
        "It was sent again already.",
        "It was to go out before a time that has passed.",
        "Somebody changed the message after it was counted.",
    ] {
        assert!(why.contains(&told.to_owned()), "{why:?}");
    }
    for id in [late, aside] {
        assert_eq!(house.store.resends_of(id).await.unwrap(), []);
    }
}

async fn no_act_keeps_another_one_waiting(house: House) {
    let asks = BulkAsks::default();
    let mut begun = Vec::new();
    for seeds in [0..60, 60..120] {
        let mut chosen = Vec::new();
        for seed in seeds {
            chosen.push(house.put(seed, 1, waiting()).await);
        }
        let bulk = house.count(BulkAct::Cancel, &Chosen::Messages(chosen)).await;
        house.bulks.confirm(bulk.id, asks, &person("asha")).await.unwrap();
        house.clock.advance(TimeDelta::seconds(1));
        begun.push(bulk.id);
    }
    for _ in 0..2 {
        assert!(house.runner.tick().await.unwrap());
        house.clock.advance(TimeDelta::seconds(1));
    }
    for id in begun {
        let now = house.bulks.bulk(id).await.unwrap().unwrap();
        assert!(now.counts.done > 0 && now.counts.open > 0, "{:?}", now.counts);
    }
}

async fn what_may_have_arrived_is_sent_again_only_where_somebody_says_that_it_did_not(
    house: House,
) {
    let refused = house.put(1, 1, failed(FailureKind::Rejected)).await;
    let unknown = house.put(2, 1, failed(FailureKind::UnknownOutcome)).await;
    let nowhere = house.put(3, 2, failed(FailureKind::Invalid)).await;
    let all = coming_to(Outcome::FAILED);
    let bulk = house.count(BulkAct::Resend, &all).await;
    assert_eq!((bulk.counts.open, bulk.counts.arrived, bulk.counts.left_out), (2, 1, 1));
    let [left_out] = &house.items(&bulk, BulkOutcome::LeftOut).await[..] else { panic!("one") };
    assert_eq!(left_out.message_id, nowhere, "it has no number");
    let done = house.run(&bulk, BulkAsks::default()).await;
    assert_eq!((done.counts.done, done.counts.left_out, done.counts.failed), (1, 2, 0));
    let told = "It may have arrived, and nobody confirmed that it did not.".to_owned();
    assert!(house.why(&bulk).await.contains(&told));
    let sent = house.items(&bulk, BulkOutcome::Done).await;
    let fresh = house.store.message(sent[0].fresh.unwrap()).await.unwrap().unwrap();
    assert_eq!(fresh.facts.resend_of, Some(refused));
    // Many messages at once do not hold up the messages that a customer waits for.
    assert_eq!(fresh.state.owed.unwrap().class, Class::Greeting);
    assert_eq!(house.entries(Act::MessageResent).await.len(), 1);

    let again = house.count(BulkAct::Resend, &Chosen::Messages(vec![unknown])).await;
    let agreed = BulkAsks { arrived: true, hours: false };
    assert_eq!(house.run(&again, agreed).await.counts.done, 1);
    assert_eq!(house.store.resends_of(unknown).await.unwrap().len(), 1);
}

async fn what_would_go_out_outside_the_hours_is_asked_once_for_all(house: House) {
    let hours = [("whatsapp_send_from", "09:00"), ("whatsapp_send_until", "18:00")];
    save_settings(house.store.as_ref(), &hours, START).await;
    for seed in 1..=3 {
        house.put(seed, 1, failed(FailureKind::Rejected)).await;
    }
    // It is ten at night in Kolkata.
    house.clock.advance(TimeDelta::hours(12));
    let all = coming_to(Outcome::FAILED);
    let bulk = house.count(BulkAct::Resend, &all).await;
    assert_eq!((bulk.counts.open, bulk.counts.hours), (3, 3));
    let done = house.run(&bulk, BulkAsks::default()).await;
    assert_eq!((done.counts.done, done.counts.left_out), (0, 3));
    let bulk = house.count(BulkAct::Resend, &all).await;
    let agreed = BulkAsks { arrived: false, hours: true };
    assert_eq!(house.run(&bulk, agreed).await.counts.done, 3);
}

async fn messages_that_were_sent_again_already_are_left_out(house: House) {
    let [before, meanwhile] = [
        house.put(1, 1, failed(FailureKind::Rejected)).await,
        house.put(2, 1, failed(FailureKind::Rejected)).await,
    ];
    house.messenger.resend(&Resend::new(before, person("meena"))).await.unwrap();
    let both = Chosen::Messages(vec![before, meanwhile]);
    let bulk = house.count(BulkAct::Resend, &both).await;
    assert_eq!((bulk.counts.open, bulk.counts.left_out), (1, 1));
    house.messenger.resend(&Resend::new(meanwhile, person("meena"))).await.unwrap();
    let done = house.run(&bulk, BulkAsks::default()).await;
    assert_eq!((done.counts.done, done.counts.left_out), (0, 2));
    let told = "It was sent again already.".to_owned();
    assert_eq!(house.why(&bulk).await, [told.clone(), told]);
    for id in [before, meanwhile] {
        assert_eq!(house.store.resends_of(id).await.unwrap().len(), 1);
    }
}

async fn a_second_confirmation_does_nothing_and_a_stop_ends_it(house: House) {
    for seed in 0..40 {
        house.put(seed, 1, waiting()).await;
    }
    let bulk = house.count(BulkAct::Cancel, &coming_to(Outcome::WAITING)).await;
    let asks = BulkAsks::default();
    let early = house.bulks.stop(bulk.id, &person("ravi")).await;
    assert!(matches!(early, Err(BulkError::Changed(BulkState::Counted))), "{early:?}");
    house.bulks.confirm(bulk.id, asks, &person("asha")).await.unwrap();
    let again = house.bulks.confirm(bulk.id, asks, &person("ravi")).await;
    assert!(matches!(again, Err(BulkError::Changed(BulkState::Running))), "{again:?}");
    assert!(house.runner.tick().await.unwrap());
    house.bulks.stop(bulk.id, &person("ravi")).await.unwrap();
    assert!(!house.runner.tick().await.unwrap());
    let now = house.bulks.bulk(bulk.id).await.unwrap().unwrap();
    assert_eq!((now.state, &now.by), (BulkState::Stopped, &person("asha")));
    assert_eq!(now.counts.done + now.counts.open, 40);
    assert!(now.counts.done > 0 && now.counts.open > 0, "{:?}", now.counts);
    let stops = house.entries(Act::BulkStopped).await;
    assert_eq!((stops.len(), &stops[0].by), (1, &person("ravi")));
}

async fn a_choice_of_nothing_is_refused(house: House) {
    for chosen in [Chosen::Messages(vec![]), coming_to(&[Outcome::Read])] {
        let counted = house.bulks.count(BulkAct::Retry, &chosen, &person("asha")).await;
        assert!(matches!(counted, Err(BulkError::Nothing)), "{counted:?}");
    }
}

async fn what_nobody_confirms_is_forgotten_after_a_day(house: House) {
    house.put(1, 1, waiting()).await;
    let bulk = house.count(BulkAct::Cancel, &coming_to(Outcome::WAITING)).await;
    house.clock.advance(TimeDelta::days(1));
    assert!(!house.runner.tick().await.unwrap());
    assert!(house.bulks.bulk(bulk.id).await.unwrap().is_some());
    house.clock.advance(TimeDelta::microseconds(1));
    assert!(!house.runner.tick().await.unwrap());
    assert_eq!(house.bulks.bulk(bulk.id).await.unwrap(), None);
    let late = house.bulks.confirm(bulk.id, BulkAsks::default(), &person("asha")).await;
    assert!(matches!(late, Err(BulkError::Unknown)), "{late:?}");
}
