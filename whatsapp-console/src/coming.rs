//! Forecast of what goes out in the next days and what is held back: made once for all visitors,
//! within limits.

mod entry;
mod kept;

use std::collections::btree_map::Entry as MapEntry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use whatsapp_core::campaigns::{CampaignError, CampaignForecast};
use whatsapp_core::message::MessageType;
use whatsapp_core::planner::{Forecast, ForecastCut, ForecastLimits, PlannerError};
use whatsapp_core::settings::Settings;
use whatsapp_core::{Campaigns, InvoiceId, Planner, Ports};

pub(crate) use entry::{About, Entry};
pub(crate) use kept::{By, Foretold};

use crate::links::schedule::{Class, Key, Place, Show, Wanted};

/// Number of days that are forecast.
pub(crate) const DAYS: u16 = 14;

/// Limits of the forecast: the first, and the wider one for whoever asks to look further.
const FIRST: ForecastLimits = ForecastLimits::each(10_000).with_messages(1_000);
const FURTHER: ForecastLimits = ForecastLimits::each(50_000).with_messages(2_000);

/// Forecast of the next days.
#[derive(Debug)]
pub(crate) struct Coming {
    /// Time of the forecast: the moment its reading began.
    pub(crate) at: DateTime<Utc>,
    pub(crate) days: Vec<Day>,
    pub(crate) cut: ForecastCut,
    pub(crate) is_further: bool,
    /// True where planned reminders are sent at all, and where none are planned.
    pub(crate) reminders_on: bool,
}

/// One of the forecast's days.
#[derive(Debug)]
pub(crate) struct Day {
    pub(crate) date: NaiveDate,
    /// Set on a day when no customer is written to, but for greetings and what somebody wanted.
    pub(crate) is_closed: bool,
    entries: BTreeMap<Key, Entry>,
    /// The places of the entries, in the order in which they are listed.
    places: BTreeSet<Place>,
}

/// A page of a day.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) entries: Vec<&'a Entry>,
    /// Number of entries before this page, and of all entries.
    pub(crate) before: u64,
    pub(crate) all: u64,
    /// The place after which the next page begins, where there is one.
    pub(crate) next: Option<Place>,
}

/// Number of messages that go out, and of those that are held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sum {
    pub(crate) out: u64,
    pub(crate) kept: u64,
}

impl Coming {
    /// Limits of the forecast: invoices, steps and messages.
    pub(crate) const fn limits(is_further: bool) -> ForecastLimits {
        if is_further { FURTHER } else { FIRST }
    }

    /// Forecasts what the planner and the campaigns will do from `now` on, and what waits.
    async fn foretell(
        ports: &Ports,
        planner: Option<&Planner>,
        campaigns: Option<&Campaigns>,
        settings: &Settings,
        now: DateTime<Utc>,
        is_further: bool,
    ) -> Result<Self, ComingError> {
        let forecast = match planner {
            Some(planner) => planner.forecast_within(DAYS, Self::limits(is_further)).await?,
            None => Forecast::of_messages(ports, DAYS, Self::limits(is_further)).await?,
        };
        let campaigns = match campaigns {
            Some(campaigns) => campaigns.forecast(DAYS).await?,
            None => Vec::new(),
        };
        let mut coming = Self::of(forecast, campaigns, settings, now, is_further);
        coming.reminders_on |= planner.is_none();
        Ok(coming)
    }

    fn of(
        forecast: Forecast,
        campaigns: Vec<CampaignForecast>,
        settings: &Settings,
        now: DateTime<Utc>,
        is_further: bool,
    ) -> Self {
        let (cut, today) = (forecast.cut, settings.time_zone.date(now));
        let days = today.iter_days().take(DAYS.into());
        let day = |date| Day::new(date, !settings.send_window.begins_on(date));
        let mut days: Vec<Day> = days.map(day).collect();
        let last = days.last().map_or(today, |day| day.date);
        for entry in entry::all(forecast, campaigns, (today, last)) {
            if let Some(day) = days.iter_mut().find(|day| day.date == entry.day) {
                day.put(entry);
            }
        }
        let reminders_on = settings.allows(MessageType::PAYMENT_REMINDER);
        Self { at: now, days, cut, is_further, reminders_on }
    }

    /// One of the days; `None` for one that is over or too far ahead.
    pub(crate) fn day(&self, date: NaiveDate) -> Option<&Day> {
        self.days.iter().find(|day| day.date == date)
    }

    /// The first reminder of these days for an invoice, sent or held back.
    pub(crate) fn of_invoice(&self, invoice: &InvoiceId) -> Option<&Entry> {
        let is_of = |entry: &&Entry| matches!(&entry.about, About::Reminder { invoice: of, .. } if of == invoice);
        self.days.iter().find_map(|day| day.entries.values().find(is_of))
    }

    /// The entry of these days with this key.
    pub(crate) fn reminder(&self, key: &Key) -> Option<&Entry> {
        self.days.iter().find_map(|day| day.entries.get(key))
    }
}

impl Day {
    /// An empty day.
    const fn new(date: NaiveDate, is_closed: bool) -> Self {
        Self { date, is_closed, entries: BTreeMap::new(), places: BTreeSet::new() }
    }

    /// Adds an entry, unless its key is there already.
    fn put(&mut self, entry: Entry) {
        if let MapEntry::Vacant(free) = self.entries.entry(entry.key()) {
            self.places.insert(entry.place());
            free.insert(entry);
        }
    }

    /// Counts the messages of one kind.
    pub(crate) fn sum(&self, class: Class) -> Sum {
        self.entries.values().filter(|entry| entry.class() == class).fold(Sum::default(), add)
    }

    /// Counts the messages of all kinds.
    pub(crate) fn all(&self) -> Sum {
        self.entries.values().fold(Sum::default(), add)
    }

    /// Lists the reasons for holding back, in a few words each, with their numbers of messages: the
    /// most frequent first.
    pub(crate) fn reasons(&self) -> Vec<(&str, u64)> {
        let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
        for entry in self.entries.values().filter(|entry| !entry.goes_out()) {
            *reasons.entry(&entry.reason).or_default() += entry.number();
        }
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
        reasons
    }

    /// A page of the entries that are wanted.
    pub(crate) fn page(&self, wanted: &Wanted, rows: usize) -> Page<'_> {
        let behind = wanted.after.clone().map_or(Bound::Unbounded, Bound::Excluded);
        let fits = |entry: &&Entry| {
            wanted.class.is_none_or(|class| entry.class() == class)
                && match wanted.show {
                    Show::All => true,
                    Show::Out => entry.goes_out(),
                    Show::Kept => !entry.goes_out(),
                }
        };
        let entry = |place: &Place| self.entries.get(place.key());
        let found = self.places.range((behind, Bound::Unbounded)).filter_map(entry);
        let mut entries: Vec<&Entry> = found.filter(fits).collect();
        let all = self.places.iter().filter_map(entry).filter(fits).count();
        let before = all.saturating_sub(entries.len());
        let is_more = entries.len() > rows;
        entries.truncate(rows);
        let next = entries.last().filter(|_| is_more).map(|entry| entry.place());
        Page { entries, before: before as u64, all: all as u64, next }
    }
}

fn add(sum: Sum, entry: &Entry) -> Sum {
    let number = entry.number();
    if entry.goes_out() {
        Sum { out: sum.out + number, ..sum }
    } else {
        Sum { kept: sum.kept + number, ..sum }
    }
}

/// Reason why there is no forecast.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ComingError {
    #[error(transparent)]
    Planner(#[from] PlannerError),
    #[error(transparent)]
    Campaigns(#[from] CampaignError),
}

/// A forecast that all visitors share.
pub(crate) type Shared = Arc<Coming>;

#[cfg(test)]
mod tests {
    use whatsapp_core::CampaignId;

    use super::*;

    #[test]
    fn a_campaign_that_is_held_back_counts_for_all_its_messages() {
        let date: NaiveDate = "2026-11-30".parse().unwrap();
        let id = CampaignId::new(DateTime::UNIX_EPOCH, [7; 10]);
        let entry = Entry {
            day: date,
            at: None,
            about: About::Campaign { id, of: MessageType::FESTIVAL, number: 500, until: None },
            subject: "Diwali".to_owned(),
            customer: None,
            customer_name: None,
            kept: Some("Somebody paused it.".to_owned()),
            reason: "Somebody paused it".to_owned(),
        };
        let mut day = Day::new(date, false);
        day.put(entry);
        assert_eq!(day.all(), Sum { out: 0, kept: 500 });
        assert_eq!(day.reasons(), [("Somebody paused it", 500)]);
    }

    #[test]
    fn a_day_lists_what_goes_out_by_its_moments_and_then_what_has_none() {
        let date: NaiveDate = "2026-11-30".parse().unwrap();
        let start = DateTime::UNIX_EPOCH;
        let entry = |seed: u8, minutes: Option<i64>| Entry {
            day: date,
            at: minutes.map(|minutes| start + chrono::TimeDelta::minutes(minutes)),
            about: About::Message {
                id: whatsapp_core::MessageId::new(start, [seed; 10]),
                of: MessageType::FESTIVAL.name(),
            },
            subject: seed.to_string(),
            customer: None,
            customer_name: None,
            kept: None,
            reason: String::new(),
        };
        let mut day = Day::new(date, false);
        for (seed, minutes) in [(1, Some(60)), (2, None), (3, Some(30)), (4, Some(60))] {
            day.put(entry(seed, minutes));
        }
        let (mut seen, mut wanted) = (Vec::new(), Wanted::of(Some(date), false));
        loop {
            let page = day.page(&wanted, 1);
            seen.extend(page.entries.iter().map(|entry| entry.subject.clone()));
            let Some(after) = page.next else { break };
            wanted.after = Some(after);
        }
        assert_eq!(seen, ["3", "1", "4", "2"]);
    }
}
