//! The time of a scene: every chore has its turns, and the clock leaps from one to the next.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use tokio::sync::Mutex;
use whatsapp_core::port::{Clock as _, Lane, PauseReason, Store, StoreError};
use whatsapp_core::settings::Settings;
use whatsapp_core::{Rings, Wake};

use super::entry::Entry;
use crate::ManualClock;

/// A message that is to be sent or looked up within this time keeps a scene from being idle: a
/// reminder on a Saturday evening goes out on Monday.
const SENT_WITHIN: TimeDelta = TimeDelta::days(3);

/// A delivery that is to be asked for within this time keeps a scene from being idle. The gateway
/// is asked 1, 5 and 30 minutes after a message, and then after hours.
const WATCHED_WITHIN: TimeDelta = TimeDelta::hours(1);

/// The longest time until a scene is idle. The library gives no message more than a week.
pub(super) const IDLE_WITHIN: TimeDelta = TimeDelta::days(14);

/// Chores keep their own rhythm for this time after the bell was rung.
const LIVELY_FOR: TimeDelta = TimeDelta::minutes(30);

/// The most turns while no time passes.
const TURNS_AT_ONCE: u32 = 10_000;

/// The reason why the time of a scene does not go on.
#[derive(Debug)]
pub(super) enum Stuck {
    /// The scene is not idle after [`IDLE_WITHIN`]: the chores that want to come back at once, and
    /// the number of failures that no mail has told of.
    Busy(Vec<&'static str>, u64),
    /// The chores wake each other, or themselves, without an end.
    Spinning(&'static str),
    /// The store does not answer.
    Store(StoreError),
}

/// The clock of a scene, and its chores.
pub(super) struct Engine {
    clock: ManualClock,
    store: Arc<dyn Store>,
    /// Held while time passes.
    schedule: Mutex<Schedule>,
}

/// The chores, and what they know of each other.
struct Schedule {
    entries: Vec<Entry>,
    /// The bell of the ports.
    wake: Wake,
    heard: Rings,
    quiet_from: DateTime<Utc>,
}

impl Engine {
    pub(super) fn new(
        clock: ManualClock,
        store: Arc<dyn Store>,
        wake: Wake,
        entries: Vec<Entry>,
    ) -> Self {
        let (heard, quiet_from) = (wake.rings(), clock.now());
        let schedule = Mutex::new(Schedule { entries, wake, heard, quiet_from });
        Self { clock, store, schedule }
    }

    /// Lets time pass until this instant, which has its turns too. An instant that is past changes
    /// nothing.
    pub(super) async fn run_until(&self, end: DateTime<Utc>) -> Result<(), Stuck> {
        let end = end.trunc_subsecs(6);
        let mut schedule = self.schedule.lock().await;
        // Somebody else may have let the time pass meanwhile.
        if self.clock.now() > end {
            return Ok(());
        }
        schedule.begin(self.clock.now()).await;
        loop {
            let now = self.clock.now();
            let next = schedule.catch_up(now).await?;
            if now >= end {
                return Ok(());
            }
            self.clock.advance_to(next.min(end));
        }
    }

    /// Lets time pass until nothing is left to do.
    pub(super) async fn run_until_idle(&self) -> Result<(), Stuck> {
        let mut schedule = self.schedule.lock().await;
        let began = self.clock.now();
        schedule.begin(began).await;
        loop {
            let now = self.clock.now();
            let next = schedule.catch_up(now).await?;
            let more = schedule.more();
            if more.is_empty() && self.is_idle(now).await.map_err(Stuck::Store)? {
                return Ok(());
            }
            if now - began >= IDLE_WITHIN {
                let untold = self.store.notices_owed().await.map_err(Stuck::Store)?;
                return Err(Stuck::Busy(more, untold));
            }
            self.clock.advance_to(next);
        }
    }

    /// Tells whether nothing is owed soon: no message, no question for a delivery, and no mail.
    async fn is_idle(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let next = self.store.next_due().await?;
        let is_within = |due: Option<DateTime<Utc>>, time| due.is_some_and(|due| due - now <= time);
        if is_within(next.in_lane(Lane::Watch), WATCHED_WITHIN) {
            return Ok(false);
        }
        if is_within(next.earliest_of(Lane::OWED), SENT_WITHIN) && !self.is_held().await? {
            return Ok(false);
        }
        if self.store.notices_owed().await? == 0 {
            return Ok(true);
        }
        let rows = self.store.load_settings().await?;
        Ok(!matches!(Settings::failure_email_in(&rows), Ok(Some(_))))
    }

    /// Tells whether a person has paused sending, and nothing else is to be done meanwhile than to
    /// wait for the end of the pause.
    async fn is_held(&self) -> Result<bool, StoreError> {
        let pause = self.store.account().await?.pause;
        let is_held = pause.is_some_and(|pause| pause.reason == PauseReason::Held);
        Ok(is_held && self.store.owed().await?.in_doubt == 0)
    }
}

impl Schedule {
    /// Gives every chore a turn, whatever its rhythm: something may have changed without a ring.
    async fn begin(&mut self, now: DateTime<Utc>) {
        for entry in &mut self.entries {
            entry.turn(now).await;
        }
    }

    /// Gives all turns that are due by `now`; returns the time of the next one.
    async fn catch_up(&mut self, now: DateTime<Utc>) -> Result<DateTime<Utc>, Stuck> {
        let mut last = "";
        for _ in 0..TURNS_AT_ONCE {
            let is_quiet = self.is_quiet(now);
            let Some(entry) = self.entries.iter_mut().find(|it| it.next_turn(is_quiet) <= now)
            else {
                let next = self.entries.iter().map(|entry| entry.next_turn(is_quiet)).min();
                return Ok(next.unwrap_or(DateTime::<Utc>::MAX_UTC));
            };
            entry.turn(now).await;
            last = entry.name();
        }
        Err(Stuck::Spinning(last))
    }

    /// Tells whether the bell was not rung for a while.
    fn is_quiet(&mut self, now: DateTime<Utc>) -> bool {
        let rings = self.wake.rings();
        if rings != self.heard {
            self.heard = rings;
            self.quiet_from = now + LIVELY_FOR;
        }
        now >= self.quiet_from
    }

    /// The chores that want to come back at once.
    fn more(&self) -> Vec<&'static str> {
        self.entries.iter().filter(|entry| entry.has_more()).map(Entry::name).collect()
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("now", &self.clock.now()).finish_non_exhaustive()
    }
}
