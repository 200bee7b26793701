//! Counts of days.

use async_trait::async_trait;
use chrono::NaiveDate;
use whatsapp_core::message::{Outcome, Trigger, TypeName};
use whatsapp_core::port::{DailyStore, DayCount, DayFill, StoreError};

use super::MemoryStore;
use super::table::Table;

/// The counts, one for each `Place`.
pub(super) type Counts = Table<Place, DayCount>;

type Place = (NaiveDate, TypeName, Trigger, Outcome);

#[async_trait]
impl DailyStore for MemoryStore {
    async fn fill_day(&self, fill: &DayFill) -> Result<(), StoreError> {
        let DayFill { day, from, until } = *fill;
        self.transaction(|data| {
            clear(&mut data.daily, |count| count.day == day);
            for record in data.records.made(from, until) {
                let (facts, state) = (&record.message.facts, &record.message.state);
                let fresh = DayCount {
                    day,
                    since: from,
                    message_type: facts.message_type,
                    trigger: facts.trigger,
                    outcome: Outcome::of(state),
                    number: 0,
                    open: 0,
                };
                let count = data.daily.get_or_insert_with(place(&fresh), || fresh);
                count.number += 1;
                count.open += u64::from(state.owed.is_some());
            }
            Ok(())
        })
    }

    async fn days(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<DayCount>, StoreError> {
        let data = self.lock();
        let counts = data.daily.values().filter(|count| (from..=until).contains(&count.day));
        Ok(counts.copied().collect())
    }

    async fn open_days(&self, limit: u32) -> Result<Vec<NaiveDate>, StoreError> {
        let data = self.lock();
        let open = data.daily.values().filter(|count| count.open > 0);
        let mut days: Vec<_> = open.map(|count| count.day).collect();
        days.dedup();
        days.truncate(limit as usize);
        Ok(days)
    }

    async fn clear_days(&self) -> Result<(), StoreError> {
        self.transaction(|data| {
            clear(&mut data.daily, |_| true);
            Ok(())
        })
    }
}

/// Removes the counts that `is_gone` picks.
fn clear(counts: &mut Counts, is_gone: impl Fn(&DayCount) -> bool) {
    let gone = counts.iter().filter(|(_, count)| is_gone(count));
    let gone: Vec<Place> = gone.map(|(place, _)| *place).collect();
    for place in gone {
        counts.remove(&place);
    }
}

/// The place of a count: day, message type, trigger and outcome.
const fn place(count: &DayCount) -> Place {
    (count.day, count.message_type, count.trigger, count.outcome)
}
