//! Counts of days.

use async_trait::async_trait;
use chrono::NaiveDate;
use whatsapp_core::message::{Outcome, Trigger, TypeName};
use whatsapp_core::port::{DailyStore, DayCount, DayFill, StoreError};

use super::MemoryStore;

#[async_trait]
impl DailyStore for MemoryStore {
    async fn fill_day(&self, fill: &DayFill) -> Result<(), StoreError> {
        let DayFill { day, from, until } = *fill;
        self.transaction(|data| {
            data.daily.retain(|count| count.day != day);
            let mut counts: Vec<DayCount> = Vec::new();
            for record in data.records.values() {
                let (facts, state) = (&record.message.facts, &record.message.state);
                if !(from..until).contains(&facts.created_at) {
                    continue;
                }
                let fresh = DayCount {
                    day,
                    since: from,
                    message_type: facts.message_type,
                    trigger: facts.trigger,
                    outcome: Outcome::of(state),
                    number: 1,
                    open: u64::from(state.owed.is_some()),
                };
                match counts.iter_mut().find(|count| place(count) == place(&fresh)) {
                    Some(count) => {
                        count.number += 1;
                        count.open += fresh.open;
                    }
                    None => counts.push(fresh),
                }
            }
            data.daily.extend(counts);
            data.daily.sort_by_key(place);
            Ok(())
        })
    }

    async fn days(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<DayCount>, StoreError> {
        let data = self.lock();
        let counts = data.daily.iter().filter(|count| (from..=until).contains(&count.day));
        Ok(counts.copied().collect())
    }

    async fn open_days(&self, limit: u32) -> Result<Vec<NaiveDate>, StoreError> {
        let data = self.lock();
        let open = data.daily.iter().filter(|count| count.open > 0);
        let mut days: Vec<_> = open.map(|count| count.day).collect();
        days.dedup();
        days.truncate(limit as usize);
        Ok(days)
    }

    async fn clear_days(&self) -> Result<(), StoreError> {
        self.transaction(|data| {
            data.daily.clear();
            Ok(())
        })
    }
}

/// What there is one count of.
const fn place(count: &DayCount) -> (NaiveDate, TypeName, Trigger, Outcome) {
    (count.day, count.message_type, count.trigger, count.outcome)
}
