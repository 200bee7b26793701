//! Stores that break one promise about the counts of days each.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{Days, NaiveDate, TimeDelta};
use whatsapp_core::port::{DailyStore, DayCount, DayFill, StoreError};
use whatsapp_testkit::MemoryStore;
use whatsapp_testkit::conformance::daily::{DAILY_CASES, DailyPorts};

/// The promise that a mutant breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    FillTakesTheNextDaysFirst,
    FillAddsToWhatWas,
    DaysLeaveOutTheLast,
    OpenDaysComeTheNewestFirst,
    ClearKeepsOldDays,
}

const FLAWS: [Flaw; 5] = [
    Flaw::FillTakesTheNextDaysFirst,
    Flaw::FillAddsToWhatWas,
    Flaw::DaysLeaveOutTheLast,
    Flaw::OpenDaysComeTheNewestFirst,
    Flaw::ClearKeepsOldDays,
];

/// The in-memory store with a flaw in front of it.
#[derive(Debug)]
struct Mutant {
    store: MemoryStore,
    flaw: Flaw,
}

impl Mutant {
    fn ports(flaw: Flaw) -> DailyPorts {
        let store = MemoryStore::new();
        let mut ports = DailyPorts::of(Arc::new(store.clone()));
        ports.daily = Arc::new(Self { store, flaw });
        ports
    }
}

#[async_trait]
impl DailyStore for Mutant {
    async fn fill_day(&self, fill: &DayFill) -> Result<(), StoreError> {
        let mut fill = *fill;
        if self.flaw == Flaw::FillTakesTheNextDaysFirst {
            fill.until += TimeDelta::microseconds(1);
        }
        let is_there = !self.store.days(fill.day, fill.day).await?.is_empty();
        if self.flaw == Flaw::FillAddsToWhatWas && is_there {
            return Ok(());
        }
        self.store.fill_day(&fill).await
    }

    async fn days(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<DayCount>, StoreError> {
        let last = self.flaw == Flaw::DaysLeaveOutTheLast;
        self.store.days(from, until - Days::new(u64::from(last))).await
    }

    async fn open_days(&self, limit: u32) -> Result<Vec<NaiveDate>, StoreError> {
        let mut days = self.store.open_days(limit).await?;
        if self.flaw == Flaw::OpenDaysComeTheNewestFirst {
            days.reverse();
        }
        Ok(days)
    }

    async fn clear_days(&self) -> Result<(), StoreError> {
        let old = self.store.days(NaiveDate::MIN, NaiveDate::MAX).await?;
        self.store.clear_days().await?;
        match old.first().filter(|_| self.flaw == Flaw::ClearKeepsOldDays) {
            Some(count) => {
                let until = count.since + TimeDelta::days(1);
                let fill = DayFill { day: count.day, from: count.since, until };
                self.store.fill_day(&fill).await
            }
            None => Ok(()),
        }
    }
}

/// The cases that fail on a store with this flaw.
async fn red(flaw: Flaw) -> Vec<&'static str> {
    let mut red = Vec::new();
    for case in DAILY_CASES {
        if tokio::spawn((case.run)(Mutant::ports(flaw))).await.is_err() {
            red.push(case.name);
        }
    }
    red
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_without_a_flaw_pass_every_case() {
    assert!(red(Flaw::None).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_flaw_of_days_turns_a_case_red() {
    for flaw in FLAWS {
        let red = red(flaw).await;
        println!("{flaw:?}: {red:?}");
        assert!(!red.is_empty(), "{flaw:?} passes all cases");
    }
}
