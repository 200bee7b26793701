//! The first half of a pass: what may be taken, and the claim.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::in_flight::Permits;
use super::queue::Due;
use super::rate::interval;
use super::{Pass, Trial};
use crate::account::{Pause, PauseReason, Reserve};
use crate::dispatch::health::trial::LettingThrough;
use crate::dispatch::{Dispatcher, TickReport};
use crate::port::{Claimed, StoreError};
use crate::settings::Settings;

/// The rest after a claim that found none of the messages that seemed due.
const FRUITLESS_REST: TimeDelta = TimeDelta::seconds(1);

/// The time after which settings that cannot be used are read again.
const SETTINGS_REST: TimeDelta = TimeDelta::minutes(1);

/// A pass that is about to claim.
#[derive(Debug)]
pub(crate) struct Take<'a> {
    pub(crate) dispatcher: &'a Dispatcher,
    pub(crate) now: DateTime<Utc>,
    /// The same time by the monotonic clock.
    pub(crate) mark: Duration,
    pub(crate) report: TickReport,
    pub(crate) permits: Permits,
}

/// The messages that a pass claimed, and its state.
pub(crate) type Taken = (Vec<Claimed>, Pass);

impl Take<'_> {
    /// Claims what is due, within the in-flight limit, the rate limit and pauses; `None` if there
    /// is nothing to claim.
    pub(crate) async fn run(&mut self) -> Result<Option<Taken>, StoreError> {
        let Dispatcher { ports, shared, .. } = self.dispatcher;
        let (now, mark) = (self.now, self.mark);
        shared.times.heed_the_wall_clock(ports, &shared.settings, mark).await?;
        shared.trial.heed(ports, &shared.settings, now, mark).await?;
        let due = shared.claims.due(now, mark, &mut self.report).await?;
        if due.is_empty() {
            return Ok(None);
        }
        let Some(settings) = self.settings().await? else { return Ok(None) };
        let pauses = shared.health.pauses();
        let reserve = self.reserve(&settings);
        if let Some(ahead) = shared.rate.ahead(reserve.elapsed) {
            self.report.again_at = Some(now + ahead);
            return Ok(None);
        }
        let reservation = shared.rate.reserve(ports, &reserve).await?;
        let granted = reservation.granted;
        if granted == 0 {
            self.report.again_at = Some(reservation.again_at);
        }
        let mut pass = Pass::new(settings, self.dispatcher.leased_until(), pauses);
        pass.in_doubt = reservation.in_doubt;
        match reservation.pause {
            Some(pause) => self.paused(&pause, granted, reservation.again_at, pass).await,
            None if granted == 0 => Ok(None),
            None => self.claim(due, granted, pass).await.map(Some),
        }
    }

    /// Returns the settings, if messages can be sent by them. Otherwise the report says why not.
    async fn settings(&mut self) -> Result<Option<Arc<Settings>>, StoreError> {
        let Dispatcher { ports, shared, .. } = self.dispatcher;
        let settings = match shared.settings.at(ports, self.mark).await? {
            Ok(settings) => settings,
            Err(error) => {
                tracing::error!(error = %error, "nothing is sent until the settings are mended");
                self.blocked(error.to_string());
                return Ok(None);
            }
        };
        let gateway = ports.address.as_ref();
        if let Err(error) = shared.address.heed(gateway, &settings.api_url, self.mark).await {
            self.blocked(format!("setting whatsapp_api_url: {error}"));
            return Ok(None);
        }
        Ok(Some(settings))
    }

    fn blocked(&mut self, why: String) {
        self.report.blocked = Some(why);
        self.report.again_at = Some(self.now + SETTINGS_REST);
    }

    /// Returns the question for slots of the rate limit: for as many as there is room.
    fn reserve(&self, settings: &Settings) -> Reserve {
        let Dispatcher { ports, options, shared, .. } = self.dispatcher;
        let (interval, jitter) = interval(options.rate_limit, settings, ports.entropy.as_ref());
        let (elapsed, seen) = (ports.clock.elapsed(), shared.rate.seen());
        Reserve { now: self.now, elapsed, seen, want: self.permits.count, interval, jitter }
    }

    /// Claims as many messages as were granted.
    async fn claim(&mut self, due: Due, granted: u32, pass: Pass) -> Result<Taken, StoreError> {
        let Dispatcher { ports, shared, .. } = self.dispatcher;
        let (now, lease) = (self.now, self.dispatcher.lease());
        let elapsed = ports.clock.elapsed();
        let wanted = self.permits.count;
        let times = (now, elapsed, self.mark);
        let (claimed, more) = shared.claims.granted(times, due, granted, lease).await?;
        self.permits.take(&claimed, elapsed + lease);
        self.report.claimed = u32::try_from(claimed.len()).unwrap_or(u32::MAX);
        shared.claims.remember(self.report.claimed >= wanted, more);
        self.report.again_at = if self.report.claimed >= granted {
            // There may be more: come back as soon as the rate limit allows.
            Some(now)
        } else {
            let next = ports.store.next_due().await?.earliest();
            // A message seems due and could not be claimed: its lease has run out by the wall clock
            // alone, or another process is about to take it.
            let fruitless = claimed.is_empty();
            next.map(|at| if fruitless && at <= now { now + FRUITLESS_REST } else { at })
        };
        Ok((claimed, pass))
    }

    /// Does the work of a pass while the account is paused. If a person made the pause, messages
    /// that went out are looked up and followed all the same.
    async fn paused(
        &mut self,
        pause: &Pause,
        granted: u32,
        next_slot: DateTime<Utc>,
        mut pass: Pass,
    ) -> Result<Option<Taken>, StoreError> {
        if let Some((trial, claimed)) = self.let_through(pause, granted > 0, &pass.settings).await?
        {
            pass.trial = Some(trial);
            let leased_until = self.dispatcher.leased_until();
            self.permits.take(std::slice::from_ref(&claimed), leased_until);
            self.report.claimed = 1;
            return Ok(Some((vec![claimed], pass)));
        }
        if pause.reason != PauseReason::Held {
            return Ok(None);
        }
        let claimed = self.looks(granted, next_slot).await?;
        pass.only_looks = true;
        Ok((!claimed.is_empty()).then_some((claimed, pass)))
    }

    /// Ends messages whose time has passed, and lets one message through once the pause has run
    /// out. A pause that a person made never runs out.
    async fn let_through(
        &mut self,
        pause: &Pause,
        has_slot: bool,
        settings: &Settings,
    ) -> Result<Option<(Trial, Claimed)>, StoreError> {
        self.end_overdue(pause, settings).await?;
        let (now, shared) = (self.now, &self.dispatcher.shared);
        if pause.until <= now && !has_slot {
            // The message that is let through keeps to the rate limit too: the answer told when to
            // ask again.
            self.report.pause = Some(pause.clone());
            return Ok(None);
        }
        let letting = LettingThrough {
            health: &shared.health,
            claims: &shared.claims,
            pause,
            now,
            lease: self.dispatcher.lease(),
        };
        let over = pause.until <= now || letting.waits_no_longer().await;
        let found = if over { letting.one().await? } else { None };
        let account = self.dispatcher.ports.store.account().await?;
        let minute = now + TimeDelta::minutes(1);
        // The end of the pause, or the next part of the queue; at once if the pause was just
        // lifted.
        self.report.again_at = Some(account.pause.as_ref().map_or(now, |p| p.until.min(minute)));
        self.report.pause = account.pause;
        Ok(found)
    }

    /// Claims messages that wait for a look, then messages that are watched, as far as the rate
    /// limit has granted.
    async fn looks(
        &mut self,
        granted: u32,
        next_slot: DateTime<Utc>,
    ) -> Result<Vec<Claimed>, StoreError> {
        let dispatcher = self.dispatcher;
        let looks = dispatcher.shared.claims.looks(self.now, granted, dispatcher.lease());
        let claimed = looks.await?;
        self.report.claimed = u32::try_from(claimed.len()).unwrap_or(u32::MAX);
        if self.report.claimed >= granted {
            // There may be more, or the slot was not free yet.
            self.report.again_at = self.report.again_at.min(Some(next_slot));
        }
        if !claimed.is_empty() {
            self.permits.take(&claimed, dispatcher.leased_until());
        }
        Ok(claimed)
    }
}
