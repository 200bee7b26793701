//! Counting the outcomes of each day's messages.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::chore::{Chore, Next, Turn};
use crate::port::{DailyStore, DayFill, LogFilter, Sort, StoreError, Turn as Page};
use crate::settings::SettingsError;
use crate::time::Zone;
use crate::wake::Wake;
use crate::wiring::{Ports, SettingsUnread, WiringError};

/// Interval for counting the days that change.
const EVERY: Duration = Duration::from_secs(5 * 60);

/// Pause between turns while days of the past are still to be counted.
const SOON: Duration = Duration::from_secs(1);

/// Number of days before today that are counted each time.
const RECENT: u64 = 3;

/// Number of days back that are counted anew now and then, whatever is known of them: a person may
/// have retried a message that had ended.
const LOOKED_AFTER: u64 = 31;

/// Number of open days, and of days of the past, that one turn counts.
const A_TURN: u32 = 10;

/// Counts the outcomes of each day's messages. Today and the days before it are counted every five
/// minutes, older days while something is owed to their messages, and each day without counts is
/// counted once. Days go by the clocks of the business; with another zone all are counted anew.
///
/// A [`Runner`](crate::Runner) runs it. Any number of processes may.
#[derive(Debug)]
pub struct DailyTally {
    ports: Ports,
    daily: Arc<dyn DailyStore>,
    stopping: AtomicBool,
    wake: Wake,
    round: Mutex<Round>,
}

/// This process's place in its round of the days.
#[derive(Debug, Clone, Default)]
struct Round {
    /// Days of the past that are still to be looked at, the newest first; `None` before they
    /// are known.
    past: Option<VecDeque<NaiveDate>>,
    /// Age in days of the day that was last counted without a reason.
    looked_after: u64,
}

/// Reason why counting broke off; finished counts stay.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DailyError {
    /// The database did not do what it was asked to do.
    #[error(transparent)]
    Store(StoreError),
    /// The settings cannot be used.
    #[error("the settings cannot be used")]
    Settings(#[source] SettingsError),
}

impl From<StoreError> for DailyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SettingsUnread> for DailyError {
    fn from(error: SettingsUnread) -> Self {
        match error {
            SettingsUnread::Store(error) => Self::Store(error),
            SettingsUnread::Broken(error) => Self::Settings(error),
        }
    }
}

impl DailyTally {
    /// A tally over these ports.
    ///
    /// # Errors
    /// [`WiringError::NoDaily`] where the ports keep no counts of days.
    pub fn new(ports: Ports) -> Result<Self, WiringError> {
        let daily = ports.daily.clone().ok_or(WiringError::NoDaily)?;
        // No wake is needed: a new message is counted soon enough.
        let (stopping, wake, round) = (AtomicBool::new(false), Wake::new(), Mutex::default());
        Ok(Self { ports, daily, stopping, wake, round })
    }

    /// Counts the days that may have changed, and some of those that were never counted; tells
    /// whether more of these are left.
    ///
    /// # Errors
    /// [`DailyError`] when the database does not answer, or the settings cannot be used.
    pub async fn tick(&self, now: DateTime<Utc>) -> Result<bool, DailyError> {
        let zone = self.ports.settings().await?.time_zone;
        let today = zone.date(now);
        let mut round = self.round.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if self.is_of_another_zone(today, &zone).await? {
            self.daily.clear_days().await?;
            round.past = None;
        }
        let mut past = match round.past.take() {
            Some(past) => past,
            None => self.past(today, &zone).await?,
        };
        round.looked_after = match round.looked_after {
            days if (RECENT + 1..LOOKED_AFTER).contains(&days) => days + 1,
            _ => RECENT + 1,
        };
        let mut days: Vec<_> = (0..=RECENT).filter_map(|days| before(today, days)).collect();
        days.extend(before(today, round.looked_after));
        days.extend(self.daily.open_days(A_TURN).await?);
        let old = past.drain(..past.len().min(A_TURN as usize));
        days.extend(self.uncounted(old.collect()).await?);
        let mut counted = BTreeSet::new();
        for day in days {
            if self.stopping.load(Ordering::SeqCst) {
                return Ok(false);
            }
            if counted.insert(day) {
                self.fill(day, &zone).await?;
            }
        }
        let is_left = !past.is_empty();
        round.past = Some(past);
        *self.round.lock().unwrap_or_else(PoisonError::into_inner) = round;
        Ok(is_left)
    }

    /// Returns true if one of the last days was counted by the clocks of another zone.
    async fn is_of_another_zone(&self, today: NaiveDate, zone: &Zone) -> Result<bool, DailyError> {
        let from = before(today, LOOKED_AFTER).unwrap_or(today);
        let until = today.checked_add_days(Days::new(1)).unwrap_or(today);
        let counts = self.daily.days(from, until).await?;
        Ok(counts.iter().any(|count| zone.begin_of(count.day) != Some(count.since)))
    }

    /// The days before those that each turn counts, as far back as there are messages.
    async fn past(&self, today: NaiveDate, zone: &Zone) -> Result<VecDeque<NaiveDate>, DailyError> {
        let log = self.ports.log();
        let page = log.page(&LogFilter::default(), Sort::Oldest, Page::First, 1).await?;
        let oldest = page.messages.first().map(|message| message.facts.created_at);
        let oldest = oldest.or_else(|| page.broken.first().and_then(|row| row.created_at));
        let Some(oldest) = oldest.map(|at| zone.date(at)) else { return Ok(VecDeque::new()) };
        let first = before(today, RECENT + 1);
        let days = std::iter::successors(first, NaiveDate::pred_opt);
        Ok(days.take_while(|day| *day >= oldest).collect())
    }

    /// Those of the given days that have no counts; the newest day comes first.
    async fn uncounted(&self, days: Vec<NaiveDate>) -> Result<Vec<NaiveDate>, DailyError> {
        let (Some(until), Some(from)) = (days.first(), days.last()) else { return Ok(days) };
        let counts = self.daily.days(*from, *until).await?;
        let counted: BTreeSet<_> = counts.iter().map(|count| count.day).collect();
        Ok(days.into_iter().filter(|day| !counted.contains(day)).collect())
    }

    async fn fill(&self, day: NaiveDate, zone: &Zone) -> Result<(), DailyError> {
        let next = day.checked_add_days(Days::new(1));
        let (from, until) = (zone.begin_of(day), next.and_then(|next| zone.begin_of(next)));
        if let Some((from, until)) = from.zip(until) {
            self.daily.fill_day(&DayFill { day, from, until }).await?;
        }
        Ok(())
    }
}

/// The date this number of days earlier.
fn before(today: NaiveDate, days: u64) -> Option<NaiveDate> {
    today.checked_sub_days(Days::new(days))
}

#[async_trait]
impl Chore for DailyTally {
    fn name(&self) -> &'static str {
        "daily"
    }

    fn wake(&self) -> Wake {
        self.wake.clone()
    }

    async fn turn(&self, now: DateTime<Utc>) -> Turn {
        match self.tick(now).await {
            Ok(true) => Turn::next(Next::In(SOON)),
            Ok(false) => Turn::next(Next::In(EVERY)),
            Err(error) => {
                tracing::warn!(error = %error, "days could not be counted; trying again");
                Turn::next(Next::In(EVERY))
            }
        }
    }

    fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    async fn finish(&self) {}
}
