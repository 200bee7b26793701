//! The counts of days: they are the log's, by the business's clocks, and stay so.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{
    Delivery, Failure, FailureKind, NewMessage, Outcome, Progress, State, StateRow,
};
use whatsapp_core::messenger::Consent;
use whatsapp_core::overview::{DAYS, OverviewNow};
use whatsapp_core::port::{Clock as _, DailyStore as _, LogFilter, MessageLog as _, Outbox as _};
use whatsapp_core::time::Zone;
use whatsapp_core::{DailyTally, Messenger, Ports, WiringError};
use whatsapp_testkit::fixtures::{START, greeting};
use whatsapp_testkit::{FixedDirectory, ManualClock, MemoryStore, SeededEntropy};

struct House {
    store: MemoryStore,
    clock: ManualClock,
    ports: Ports,
}

impl House {
    fn new() -> Self {
        let (store, clock) = (MemoryStore::new(), ManualClock::starting_at(START));
        let ports = Ports::new(Arc::new(store.clone()), Arc::new(FixedDirectory::default()))
            .with_daily(Arc::new(store.clone()))
            .with_entropy(Arc::new(SeededEntropy::new(1)))
            .with_clock(Arc::new(clock.clone()));
        Self { store, clock, ports }
    }

    async fn put(&self, seed: u64, at: DateTime<Utc>, state: State) {
        let message = greeting(seed, at);
        let state = StateRow::of(&Progress::ended(state));
        self.store.enqueue(&[NewMessage { state, ..message }]).await.unwrap();
    }

    /// Lets a process count until nothing is left.
    async fn count(&self) -> DailyTally {
        let tally = DailyTally::new(self.ports.clone()).unwrap();
        let mut turns = 0;
        while tally.tick(self.clock.now()).await.unwrap() {
            turns += 1;
            assert!(turns < 99, "it never ends");
        }
        tally
    }

    /// Number of messages of each day and outcome, as counted.
    async fn counted(&self) -> BTreeMap<(NaiveDate, Outcome), u64> {
        let counts = self.store.days(NaiveDate::MIN, NaiveDate::MAX).await.unwrap();
        let mut days = BTreeMap::new();
        for count in counts {
            *days.entry((count.day, count.outcome)).or_default() += count.number;
        }
        days
    }

    /// Number of messages of each day and outcome, as the log has it.
    fn in_the_log(&self, zone: &Zone) -> BTreeMap<(NaiveDate, Outcome), u64> {
        let mut days = BTreeMap::new();
        for message in self.store.messages() {
            let place = (zone.date(message.facts.created_at), Outcome::of(&message.state));
            *days.entry(place).or_default() += 1;
        }
        days
    }
}

fn state(no: u64, at: DateTime<Utc>) -> State {
    let failed = |kind| Failure::new(kind, "It was not to be.");
    match no % 6 {
        0 => State::Waiting { due: at + TimeDelta::days(90) },
        1 => State::Failed(failed(FailureKind::Rejected)),
        2 => State::Failed(failed(FailureKind::Undelivered)),
        3 => {
            State::Retrying { at: at + TimeDelta::minutes(5), why: failed(FailureKind::Exhausted) }
        }
        4 => State::Sent { at, delivery: Delivery::Accepted, watch: None },
        _ => State::Sent { at, delivery: Delivery::Read, watch: None },
    }
}

#[tokio::test]
async fn every_day_is_counted_as_the_log_has_it() {
    let house = House::new();
    for seed in 0..300_u64 {
        // Quarters of the hours of 60 days, so that the edges of days are met.
        let quarters = seed.wrapping_mul(2_654_435_761) % (60 * 24 * 4);
        let at = START - TimeDelta::minutes(15 * quarters.cast_signed());
        house.put(seed, at, state(seed, at)).await;
    }
    let zone: Zone = "Asia/Kolkata".parse().unwrap();
    house.count().await;
    assert_eq!(house.counted().await, house.in_the_log(&zone));
    // Another place's clocks give other days: nothing of the old ones is left.
    house.store.put_setting("whatsapp_time_zone", "America/New_York");
    let zone: Zone = "America/New_York".parse().unwrap();
    house.count().await;
    assert_eq!(house.counted().await, house.in_the_log(&zone));
    let counts = house.store.days(NaiveDate::MIN, NaiveDate::MAX).await.unwrap();
    assert!(counts.iter().all(|count| zone.begin_of(count.day) == Some(count.since)));
}

#[tokio::test]
async fn days_on_which_the_clocks_are_set_are_counted_whole() {
    let house = House::new();
    house.store.put_setting("whatsapp_time_zone", "Europe/Berlin");
    let zone: Zone = "Europe/Berlin".parse().unwrap();
    let mut seed = 0;
    for day in ["2026-03-29", "2026-10-25"] {
        let day: NaiveDate = day.parse().unwrap();
        let begin = zone.begin_of(day).unwrap();
        let end = zone.begin_of(day + Days::new(1)).unwrap();
        let moment = TimeDelta::microseconds(1);
        for at in [begin - moment, begin, end - moment, end] {
            seed += 1;
            house.put(seed, at, state(5, at)).await;
        }
        house.clock.advance_to(end + TimeDelta::hours(1));
    }
    house.count().await;
    assert_eq!(house.counted().await, house.in_the_log(&zone));
    assert_eq!(house.counted().await.values().filter(|number| **number == 2).count(), 2);
}

#[tokio::test]
async fn a_message_that_a_person_retries_weeks_later_is_counted_anew() {
    let house = House::new();
    let at = START - TimeDelta::days(20);
    let why = Failure::new(FailureKind::Exhausted, "The gateway cannot be reached.");
    house.put(1, at, State::Failed(why)).await;
    let tally = house.count().await;
    let (ids, _) = house.store.ids(&LogFilter::default(), 9).await.unwrap();
    let messenger = Messenger::new(house.ports.clone());
    messenger.retry(ids[0].0, Consent::Given, &Actor::Host).await.unwrap();
    let zone: Zone = "Asia/Kolkata".parse().unwrap();
    assert_ne!(house.counted().await, house.in_the_log(&zone));
    // One of the last 31 days has its turn each time, whatever is known about it.
    for _ in 0..31 {
        tally.tick(house.clock.now()).await.unwrap();
    }
    assert_eq!(house.counted().await, house.in_the_log(&zone));
}

#[tokio::test]
async fn a_day_is_counted_anew_while_something_is_owed_to_its_messages() {
    let house = House::new();
    let at = START - TimeDelta::days(200);
    house.put(1, at, state(0, at)).await;
    let tally = house.count().await;
    let (ids, _) = house.store.ids(&LogFilter::default(), 9).await.unwrap();
    Messenger::new(house.ports.clone()).cancel(ids[0].0, &Actor::Host).await.unwrap();
    assert!(!tally.tick(house.clock.now()).await.unwrap());
    let zone: Zone = "Asia/Kolkata".parse().unwrap();
    assert_eq!(house.counted().await, house.in_the_log(&zone));
    assert_eq!(house.store.open_days(9).await.unwrap(), []);
}

#[tokio::test]
async fn the_first_page_has_the_last_days_and_today_as_it_stands() {
    let house = House::new();
    let read = async || OverviewNow::read(&house.ports).await.unwrap().days;
    assert_eq!(read().await, [], "nothing was counted yet");
    for (seed, days) in [(1, 0), (2, 1), (3, 13), (4, 14)] {
        let at = START - TimeDelta::days(days);
        house.put(seed, at, state(5, at)).await;
    }
    house.count().await;
    house.put(9, START, state(1, START)).await;
    let days = read().await;
    assert_eq!(days.len() as u64, DAYS);
    let today: NaiveDate = "2026-01-27".parse().unwrap();
    let told: Vec<_> = days
        .iter()
        .filter(|day| day.tally.made() > 0)
        .map(|day| (day.day, day.tally.made()))
        .collect();
    assert_eq!(told, [(today - Days::new(13), 1), (today - Days::new(1), 1), (today, 2)]);
    let without = Ports::new(Arc::new(house.store.clone()), Arc::new(FixedDirectory::default()));
    assert_eq!(OverviewNow::read(&without).await.unwrap().days, []);
}

#[tokio::test]
async fn a_tally_needs_a_place_for_its_counts() {
    let store = Arc::new(MemoryStore::new());
    let ports = Ports::new(store, Arc::new(FixedDirectory::default()));
    assert_eq!(DailyTally::new(ports).unwrap_err(), WiringError::NoDaily);
}
