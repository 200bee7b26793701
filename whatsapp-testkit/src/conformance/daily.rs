//! Cases for the counts of days.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use futures_util::future::{BoxFuture, join_all};
use whatsapp_core::message::{Facts, Outcome, Trigger};
use whatsapp_core::port::{DailyStore, DayCount, DayFill, LogFilter, Store};

use super::log::one_of_each;
use super::trial::{MICROSECOND, Trial, WITHDRAWN};
use crate::fixtures::{self, START};

/// One store, as the ports that the cases of days use.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DailyPorts {
    /// The storage ports.
    pub store: Arc<dyn Store>,
    /// The counts of days.
    pub daily: Arc<dyn DailyStore>,
}

impl DailyPorts {
    /// Makes the ports of a store that implements both.
    pub fn of(store: Arc<impl Store + DailyStore>) -> Self {
        Self { store: store.clone(), daily: store }
    }

    async fn fill(&self, fill: DayFill) {
        self.daily.fill_day(&fill).await.expect("fill_day");
    }

    async fn counts(&self, from: NaiveDate, until: NaiveDate) -> Vec<DayCount> {
        self.daily.days(from, until).await.expect("days")
    }

    async fn open(&self, limit: u32) -> Vec<NaiveDate> {
        self.daily.open_days(limit).await.expect("open_days")
    }
}

/// The day that begins `days` days after the 27th of January, in UTC.
fn day(days: i64) -> DayFill {
    let begin = |days| {
        let day = START.date_naive() + TimeDelta::days(days);
        day.and_time(chrono::NaiveTime::MIN).and_utc()
    };
    let (from, until) = (begin(days), begin(days + 1));
    DayFill { day: from.date_naive(), from, until }
}

/// Puts a waiting message into the log that was made at this instant.
async fn made(trial: &Trial, seed: u64, at: DateTime<Utc>) {
    trial.enqueue(&[fixtures::new_message(seed, at)]).await;
}

/// The number of messages with each outcome, and the number of these to which something is owed.
fn by_outcome(counts: &[DayCount]) -> BTreeMap<Outcome, (u64, u64)> {
    let mut sums = BTreeMap::new();
    for count in counts {
        let sum: &mut (u64, u64) = sums.entry(count.outcome).or_default();
        sum.0 += count.number;
        sum.1 += count.open;
    }
    sums
}

/// The same numbers, read from the log.
async fn in_the_log(trial: &Trial, fill: DayFill) -> BTreeMap<Outcome, (u64, u64)> {
    let mut filter = LogFilter::default();
    (filter.from, filter.until) = (Some(fill.from), Some(fill.until));
    let (ids, more) = trial.store.ids(&filter, 1_000).await.expect("ids");
    assert!(!more);
    let mut sums = BTreeMap::new();
    for (id, _) in ids {
        let state = trial.message(id).await.state;
        let sum: &mut (u64, u64) = sums.entry(Outcome::of(&state)).or_default();
        sum.0 += 1;
        sum.1 += u64::from(state.owed.is_some());
    }
    sums
}

pub async fn a_day_is_counted_as_the_log_has_it(ports: DailyPorts) {
    let trial = Trial::new(ports.store.clone());
    one_of_each(&trial).await;
    made(&trial, 30, START - TimeDelta::days(1)).await;
    let today = day(0);
    assert_eq!(ports.counts(today.day, today.day).await, [], "nothing was counted yet");
    ports.fill(today).await;
    let counts = ports.counts(today.day, today.day).await;
    let sums = by_outcome(&counts);
    assert_eq!(sums, in_the_log(&trial, today).await);
    assert_eq!(sums.len(), Outcome::ALL.len(), "each outcome is there: {sums:?}");
    assert!(counts.iter().all(|count| (count.day, count.since) == (today.day, today.from)));
    let tally = trial.store.tally(today.from, today.until, 99).await.expect("tally");
    for (outcome, (number, _)) in sums {
        assert_eq!(tally.sum(&[outcome]), number, "{outcome}");
    }
}

pub async fn a_day_holds_what_was_made_from_its_first_instant_until_its_end(ports: DailyPorts) {
    let trial = Trial::new(ports.store.clone());
    let [before, today, after] = [day(-1), day(0), day(1)];
    let edges = [today.from - MICROSECOND, today.from, today.until - MICROSECOND, today.until];
    for (seed, at) in (0..).zip(edges) {
        made(&trial, seed, at).await;
    }
    for fill in [after, today, before] {
        ports.fill(fill).await;
    }
    let counts = ports.counts(before.day, after.day).await;
    let told: Vec<_> = counts.iter().map(|count| (count.day, count.since, count.number)).collect();
    let expected =
        [(before, 1), (today, 2), (after, 1)].map(|(fill, number)| (fill.day, fill.from, number));
    assert_eq!(told, expected);
    // Both ends are included.
    assert_eq!(ports.counts(today.day, today.day).await, counts[1..2]);
    assert_eq!(ports.counts(after.day + Days::new(1), after.day + Days::new(400)).await, []);
    // A day of 23 hours ends an hour earlier; that hour belongs to the next day.
    let until = today.until - TimeDelta::hours(1);
    ports.fill(DayFill { until, ..today }).await;
    ports.fill(DayFill { from: until, ..after }).await;
    let counts = ports.counts(today.day, after.day).await;
    let told: Vec<_> = counts.iter().map(|count| (count.since, count.number)).collect();
    assert_eq!(told, [(today.from, 1), (until, 2)]);
}

pub async fn a_fill_takes_the_place_of_the_one_before(ports: DailyPorts) {
    let trial = Trial::new(ports.store.clone());
    let today = day(0);
    let waiting = trial.waiting(1).await;
    trial.waiting(2).await;
    ports.fill(today).await;
    let sums = |counts: Vec<DayCount>| by_outcome(&counts);
    let first = sums(ports.counts(today.day, today.day).await);
    assert_eq!(first, [(Outcome::Waiting, (2, 2))].into());
    let claimed = trial.claim_one(waiting.facts.id).await;
    trial.settle(&claimed, &WITHDRAWN).await;
    ports.fill(today).await;
    let second = sums(ports.counts(today.day, today.day).await);
    let expected = [(Outcome::Waiting, (1, 1)), (Outcome::Cancelled, (1, 0))];
    assert_eq!(second, expected.into());
    // A new fill with other instants replaces the old counts.
    ports.fill(DayFill { from: today.until - MICROSECOND, ..today }).await;
    assert_eq!(ports.counts(today.day, today.day).await, []);
}

pub async fn types_and_triggers_are_counted_apart_and_in_order(ports: DailyPorts) {
    let trial = Trial::new(ports.store.clone());
    let of = |seed: u64, name: &str, trigger| {
        let message_type = fixtures::type_name(name);
        fixtures::new_message(seed, START).with_facts(|facts| Facts {
            message_type,
            trigger,
            ..facts
        })
    };
    let messages = [
        of(1, "quotation", Trigger::Manual),
        of(2, "quotation", Trigger::Auto),
        of(3, "answer", Trigger::Scheduled),
        of(4, "quotation", Trigger::Manual),
    ];
    trial.enqueue(&messages).await;
    ports.fill(day(0)).await;
    let counts = ports.counts(day(0).day, day(0).day).await;
    let told = counts.iter().map(|count| {
        (count.message_type.to_string(), count.trigger, count.outcome, count.number, count.open)
    });
    let expected = [
        ("answer".to_owned(), Trigger::Scheduled, Outcome::Waiting, 1, 1),
        ("quotation".to_owned(), Trigger::Auto, Outcome::Waiting, 1, 1),
        ("quotation".to_owned(), Trigger::Manual, Outcome::Waiting, 2, 2),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

pub async fn days_with_something_owed_are_open_the_oldest_first(ports: DailyPorts) {
    let trial = Trial::new(ports.store.clone());
    for (seed, days) in [(1, -9), (2, -9), (3, 0), (4, -2)] {
        made(&trial, seed, START + TimeDelta::days(days)).await;
    }
    for days in [-9, -5, -2, 0] {
        ports.fill(day(days)).await;
    }
    let [oldest, between, today] = [-9, -2, 0].map(|days| day(days).day);
    assert_eq!(ports.open(9).await, [oldest, between, today]);
    assert_eq!(ports.open(2).await, [oldest, between]);
    // A sent message whose delivery is followed keeps its day open; one that ended does not.
    let sent = trial.sent(5).await;
    assert!(trial.message(sent).await.state.owed.is_some());
    for claimed in trial.claim().await {
        trial.settle(&claimed, &WITHDRAWN).await;
    }
    for days in [-9, -5, -2, 0] {
        ports.fill(day(days)).await;
    }
    assert_eq!(ports.open(9).await, [today]);
}

pub async fn of_several_fills_at_once_each_leaves_whole_counts(ports: DailyPorts) {
    let trial = Trial::new(ports.store.clone());
    for seed in 0..20 {
        made(&trial, seed, START + TimeDelta::days(i64::from(seed % 2 == 0))).await;
    }
    let fills = (0..12).map(|no| {
        let ports = ports.clone();
        async move { ports.fill(day(no % 2)).await }
    });
    join_all(fills).await;
    let counts = ports.counts(day(0).day, day(1).day).await;
    let told: Vec<_> = counts.iter().map(|count| (count.day, count.number)).collect();
    assert_eq!(told, [(day(0).day, 10), (day(1).day, 10)]);
}

pub async fn counts_that_were_cleared_are_gone(ports: DailyPorts) {
    let trial = Trial::new(ports.store.clone());
    for days in [-40_i64, 0] {
        made(&trial, days.unsigned_abs(), START + TimeDelta::days(days)).await;
        ports.fill(day(days)).await;
    }
    let all = async || ports.counts(day(-99).day, day(9).day).await.len();
    assert_eq!(all().await, 2);
    ports.daily.clear_days().await.expect("clear_days");
    assert_eq!((all().await, ports.open(9).await), (0, vec![]));
    ports.fill(day(0)).await;
    assert_eq!(all().await, 1, "the log is as it was");
}

/// The cases, in one place. Passes them to the macro that is named first.
#[doc(hidden)]
#[macro_export]
macro_rules! __daily_cases {
    ($with:ident $($args:tt)*) => {
        $crate::$with! {
            [$($args)*]
            a_day_is_counted_as_the_log_has_it,
            a_day_holds_what_was_made_from_its_first_instant_until_its_end,
            a_fill_takes_the_place_of_the_one_before,
            types_and_triggers_are_counted_apart_and_in_order,
            days_with_something_owed_are_open_the_oldest_first,
            of_several_fills_at_once_each_leaves_whole_counts,
            counts_that_were_cleared_are_gone,
        }
    };
}

/// Tests the counts of days, with a test for each case. `open` returns [`DailyPorts`] of a fresh
/// store and a guard that is dropped after the case.
#[macro_export]
macro_rules! daily_conformance {
    (open = $open:path) => {
        $crate::__daily_cases! { __daily_tests $open }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __daily_tests {
    ([$open:path] $($case:ident,)+) => {
        $(#[::tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $case() {
            let (ports, guard) = $open().await;
            $crate::conformance::daily::$case(ports).await;
            drop(guard);
        })+
    };
}

/// A case of days as a value, for harnesses that run the suite themselves.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct DailyCase {
    /// Name of the case.
    pub name: &'static str,
    /// Runs the case on a fresh store; it panics when the promise is broken.
    pub run: fn(DailyPorts) -> BoxFuture<'static, ()>,
}

#[doc(hidden)]
#[macro_export]
macro_rules! __daily_case_values {
    ([] $($case:ident,)+) => {
        &[$($crate::conformance::daily::DailyCase {
            name: stringify!($case),
            run: |ports| Box::pin($crate::conformance::daily::$case(ports)),
        },)+]
    };
}

/// Every case of days.
pub const DAILY_CASES: &[DailyCase] = crate::__daily_cases!(__daily_case_values);

#[cfg(test)]
mod tests {
    use super::DAILY_CASES;
    use crate::conformance::cases::tests::cases_in;

    /// A case that is written but not listed would run on no adapter.
    #[test]
    fn every_case_is_listed() {
        let listed: Vec<_> = DAILY_CASES.iter().map(|case| case.name).collect();
        assert_eq!(listed, cases_in(include_str!("daily.rs")));
    }
}
