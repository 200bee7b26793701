//! The current state: things that need a person, the outcomes of today's messages, and the backlog.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use crate::port::{
    Account, Attention, AttentionFor, Count, LaneQueue, LogFilter, StoreError, Tally,
};
use crate::settings::{SettingProblem, Settings};
use crate::time::Zone;
use crate::wiring::Ports;

/// Limit of each count.
const MOST: u64 = 10_000;

/// The state at an instant: the figures of a first page, each counted up to 10,000.
///
/// ```
/// use std::sync::Arc;
/// use whatsapp_core::Ports;
/// use whatsapp_core::overview::OverviewNow;
/// use whatsapp_testkit::{FixedDirectory, MemoryStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), whatsapp_core::port::StoreError> {
/// let ports = Ports::new(Arc::new(MemoryStore::new()), Arc::new(FixedDirectory::default()));
/// let now = OverviewNow::read(&ports).await?;
/// assert_eq!((now.today.made(), now.needs()), (0, vec![]));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct OverviewNow {
    /// The instant.
    pub at: DateTime<Utc>,
    /// Outcomes of the messages that were made today, by the clocks of the business.
    pub today: Tally,
    /// Outcomes of the messages of today and the six days before.
    pub week: Tally,
    /// Messages that failed for good.
    pub failed: Count,
    /// Messages with an unknown outcome: nobody knows whether they arrived.
    pub unknown: Count,
    /// Messages that were taken more than an hour ago, without a report of delivery.
    pub silent: Count,
    /// Reminders that wait for approval; `None` where the ports keep no reminders.
    pub held: Option<Count>,
    /// Settings that cannot be used: nothing is sent until they are mended.
    pub broken_settings: Vec<SettingProblem>,
    /// Number of failures that nobody is told of, because no address is set or it cannot be used.
    pub notices_without_address: u64,
    /// The account.
    pub account: Account,
    /// Time at which the gateway last took a message, where that is known.
    pub last_taken: Option<DateTime<Utc>>,
    /// The backlog by lane: messages that wait to be sent or looked up.
    pub lanes: Vec<LaneQueue>,
    /// Time at which all due messages will be sent, at the account's rate limit. `None`
    /// while nothing is sent, or where more is due than was counted.
    pub empty_at: Option<DateTime<Utc>>,
    /// The last [`DAYS`] days, the oldest first and today last. Empty where nothing counts days, or
    /// counting has not begun.
    pub days: Vec<DayNow>,
}

/// Number of days that a first page shows.
pub const DAYS: u64 = 14;

/// Outcomes of the messages of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DayNow {
    /// The day.
    pub day: NaiveDate,
    /// The outcomes of its messages.
    pub tally: Tally,
}

/// A thing that needs a person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Need {
    /// Messages that need attention, and the kind of attention.
    Messages(AttentionFor, Count),
    /// Reminders that wait for approval.
    Held(Count),
    /// Settings that cannot be used.
    BrokenSettings(Vec<SettingProblem>),
    /// Failures that nobody is told of.
    NoticesWithoutAddress(u64),
}

impl OverviewNow {
    /// Reads the current state. The counts are read one after the other.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn read(ports: &Ports) -> Result<Self, StoreError> {
        let (store, at) = (&ports.store, ports.clock.now());
        let rows = store.load_settings().await?;
        let (settings, broken_settings) = match Settings::read(&rows) {
            Ok(settings) => (settings, Vec::new()),
            Err(error) => (Settings::default(), error.problems),
        };
        let zone = &settings.time_zone;
        let [today, week] = [day_begins(zone, at, 0), day_begins(zone, at, 6)];
        // Messages that are made just now are counted too.
        let until = at + TimeDelta::minutes(1);
        let count = async |kind| {
            let attention = Some(Attention::at(at).only(kind));
            store.count(&LogFilter { attention, ..LogFilter::default() }, MOST).await
        };
        let held = match &ports.plans {
            Some(plans) => Some(plans.held_steps(MOST).await?),
            None => None,
        };
        let has_address = matches!(Settings::failure_email_in(&rows), Ok(Some(_)));
        let notices_without_address = if has_address { 0 } else { store.notices_owed().await? };
        let mut now = Self {
            at,
            today: store.tally(today, until, MOST).await?,
            week: store.tally(week, until, MOST).await?,
            failed: count(AttentionFor::Failed).await?,
            unknown: count(AttentionFor::Unknown).await?,
            silent: count(AttentionFor::Silent).await?,
            held,
            broken_settings,
            notices_without_address,
            account: store.account().await?,
            last_taken: store.last_taken().await?,
            lanes: store.backlog(at, MOST).await?,
            empty_at: None,
            days: Vec::new(),
        };
        now.days = days(ports, zone.date(at), now.today).await?;
        now.empty_at = now.empty_at(settings.requests_per_second);
        Ok(now)
    }

    /// The complete list of things that need a person, in the order in which they are shown.
    #[must_use]
    pub fn needs(&self) -> Vec<Need> {
        let mut needs = Vec::new();
        if !self.broken_settings.is_empty() {
            needs.push(Need::BrokenSettings(self.broken_settings.clone()));
        }
        let messages = [
            (AttentionFor::Failed, self.failed),
            (AttentionFor::Unknown, self.unknown),
            (AttentionFor::Silent, self.silent),
        ];
        for (kind, count) in messages {
            needs.extend(is_some(count).then_some(Need::Messages(kind, count)));
        }
        needs.extend(self.held.filter(|count| is_some(*count)).map(Need::Held));
        let notices = self.notices_without_address;
        needs.extend((notices > 0).then_some(Need::NoticesWithoutAddress(notices)));
        needs
    }

    fn empty_at(&self, requests_per_second: f64) -> Option<DateTime<Utc>> {
        let is_exact = self.lanes.iter().all(|lane| lane.due < MOST);
        if self.account.pause.is_some() || !self.broken_settings.is_empty() || !is_exact {
            return None;
        }
        let due = self.lanes.iter().map(|lane| lane.due).sum::<u64>();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "a few days"
        )]
        let seconds = (due as f64 / requests_per_second).ceil() as i64;
        self.at.checked_add_signed(TimeDelta::try_seconds(seconds)?)
    }
}

/// Returns true if the count is above zero, or may be.
const fn is_some(count: Count) -> bool {
    count.number > 0 || !count.is_exact
}

/// The beginning of the day this number of days ago.
fn day_begins(zone: &Zone, at: DateTime<Utc>, days_ago: u64) -> DateTime<Utc> {
    let day = zone.date(at).checked_sub_days(Days::new(days_ago));
    day.and_then(|day| zone.begin_of(day)).unwrap_or(at)
}

/// The last days with their stored counts, and today with its current ones.
async fn days(ports: &Ports, today: NaiveDate, tally: Tally) -> Result<Vec<DayNow>, StoreError> {
    let Some(daily) = &ports.daily else { return Ok(Vec::new()) };
    let from = today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today);
    let counts = daily.days(from, today).await?;
    if counts.is_empty() {
        return Ok(Vec::new());
    }
    let dates = from.iter_days().take_while(|day| *day < today);
    let nothing = Tally { is_exact: true, ..Tally::default() };
    let mut days: Vec<_> = dates.map(|day| DayNow { day, tally: nothing }).collect();
    for count in counts {
        if let Some(day) = days.iter_mut().find(|one| one.day == count.day) {
            day.tally.add(count.outcome, count.number);
        }
    }
    days.push(DayNow { day: today, tally });
    Ok(days)
}
