//! One pass: takes what is due, works on it, and writes down the outcomes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::attempt::Outcome;
use super::hand::Room;
use super::host::HostSays;
use super::pass::{Pass, Trial};
use super::queue::Due;
use super::settle::Done;
use super::{Dispatcher, Pace, TickReport, decide, locked};
use crate::account::{Pause, PauseReason, Reservation, Reserve};
use crate::files::{is_over, let_go};
use crate::id::{LeaseToken, MessageId};
use crate::message::Step;
use crate::port::{Claim, Claimed, Lane, StoreError, random};
use crate::settings::{Settings, SettingsError};
use crate::time::{Elapsed, Moment};
use crate::wiring::SettingsUnread;

/// The shortest lease. A lease shorter than the longest POST and its settling would let nothing
/// begin.
const LEASE_MIN: TimeDelta = TimeDelta::seconds(60);

/// The rest after a claim that found none of the messages that seemed due.
const FRUITLESS_REST: TimeDelta = TimeDelta::seconds(1);

/// The settings are read again after this time, so a change is obeyed within it.
const SETTINGS_HOLD: Duration = Duration::from_secs(1);

/// Messages claimed by a pass, with their share of the in-flight limit. If it is dropped unworked,
/// the leases run out. [`Dispatcher::perform`] works on it.
#[derive(Debug)]
pub struct Work {
    claimed: Vec<Claimed>,
    pass: Option<Pass>,
    room: Room,
    report: TickReport,
}

impl Work {
    pub(super) fn of(claimed: Vec<Claimed>, pass: Pass, report: TickReport, room: Room) -> Self {
        Self { claimed, pass: Some(pass), room, report }
    }

    pub(super) fn nothing(report: TickReport, mut room: Room) -> Self {
        room.keep(0);
        Self { claimed: Vec::new(), pass: None, room, report }
    }

    /// Returns whether there is nothing to work on.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.claimed.is_empty()
    }

    /// Returns the time at which there may be more to take: a slot of the account's rate limit, the
    /// end of a pause, or the next message due. `None` when nothing is owed, the in-flight limit is
    /// reached, or one message alone was asked for.
    #[must_use]
    pub const fn again_at(&self) -> Option<DateTime<Utc>> {
        self.report.again_at
    }
}

impl Dispatcher {
    /// Runs one pass: takes what is due at `now`, and works on it until it is settled. It does not
    /// sleep. If the account's rate limit has no slot yet, as may be in a process's first pass,
    /// nothing is taken.
    ///
    /// Passes share transactions, so a pass that has begun must be awaited to its end or dropped:
    /// other passes wait for it meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when the database did not answer before anything was sent. Later errors are
    /// not lost: outcomes wait in memory for the next pass, and in the ledger for the next process.
    pub async fn tick(&self, now: DateTime<Utc>) -> Result<TickReport, StoreError> {
        let work = self.take(now).await?;
        let worked = !work.is_empty();
        let more = work.again_at().is_some_and(|at| at <= now);
        let looks_alone = work.pass.as_ref().is_some_and(|pass| pass.only_looks);
        let mut report = self.perform(work).await;
        // Looks that are due while a person has stopped all sending do not tell when to come back.
        if worked && !more && !looks_alone {
            report.again_at = self.ports.store.next_due().await?.earliest();
        }
        report.again_at = report.again_at.map(|at| self.not_behind_a_trial(at, now));
        Ok(report)
    }

    /// Runs the first half of a pass: claims what is due at `now`, within the in-flight limit, the
    /// rate limit and pauses.
    ///
    /// # Errors
    /// [`StoreError`] when the database did not answer. Then nothing was claimed, or the leases run
    /// out by themselves.
    pub async fn take(&self, now: DateTime<Utc>) -> Result<Work, StoreError> {
        let mut report = TickReport::default();
        self.catch_up(&mut report).await?;
        let mut room = self.room();
        if self.stopping() || room.count == 0 {
            // The pass that gives room back wakes the loop.
            return Ok(Work::nothing(report, room));
        }
        let mark = self.ports.clock.monotonic();
        self.heed_the_wall_clock(mark).await?;
        self.heed_trial(now, mark).await?;
        let due = self.due(now, mark, &mut report).await?;
        if due.is_empty() {
            return Ok(Work::nothing(report, room));
        }
        let settings = match self.settings(mark).await? {
            Ok(settings) => settings,
            Err(error) => {
                tracing::error!(error = %error, "nothing is sent until the settings are mended");
                report.blocked = Some(error.to_string());
                report.again_at = Some(now + TimeDelta::minutes(1));
                return Ok(Work::nothing(report, room));
            }
        };
        if let Err(error) = self.heed_address(&settings.api_url, mark).await {
            report.blocked = Some(format!("setting whatsapp_api_url: {error}"));
            report.again_at = Some(now + TimeDelta::minutes(1));
            return Ok(Work::nothing(report, room));
        }
        let pauses = self.shared.pauses.load(Ordering::SeqCst);
        let (interval, jitter) = self.interval(&settings);
        let (elapsed, seen) = (self.ports.clock.elapsed(), *locked(&self.shared.seen_slot));
        let reserve = Reserve { now, elapsed, seen, want: room.count, interval, jitter };
        if let Some(ahead) = self.before_the_slot(elapsed) {
            report.again_at = Some(now + ahead);
            return Ok(Work::nothing(report, room));
        }
        let reservation = self.reservation(&reserve).await?;
        let granted = reservation.granted;
        if granted == 0 {
            report.again_at = Some(reservation.again_at);
        }
        let mut pass =
            Pass::new(Arc::clone(&settings), self.ports.clock.elapsed() + self.lease(), pauses);
        pass.in_doubt = reservation.in_doubt;
        if let Some(pause) = reservation.pause {
            let has_slot = granted > 0;
            let let_through =
                self.paused(&pause, has_slot, now, mark, &settings, &mut report).await?;
            if let Some((trial, claimed)) = let_through {
                pass.trial = Some(trial);
                let leased_until = self.ports.clock.elapsed() + self.lease();
                room.take(std::slice::from_ref(&claimed), leased_until);
                report.claimed = 1;
                return Ok(Work::of(vec![claimed], pass, report, room));
            }
            if pause.reason != PauseReason::Held {
                return Ok(Work::nothing(report, room));
            }
            let next_slot = reservation.again_at;
            return self.look_on(pass, now, granted, next_slot, report, room).await;
        }
        if granted == 0 {
            return Ok(Work::nothing(report, room));
        }
        let elapsed = self.ports.clock.elapsed();
        let at = Moment::new(now, elapsed);
        let wanted = room.count;
        let (claimed, more) = self.claim(at, mark, due, granted).await?;
        let leased_until = elapsed + self.lease();
        room.take(&claimed, leased_until);
        report.claimed = u32::try_from(claimed.len()).unwrap_or(u32::MAX);
        locked(&self.shared.queue).remember(report.claimed >= wanted, more);
        report.again_at = if report.claimed >= granted {
            // There may be more: come back as soon as the rate limit allows.
            Some(now)
        } else {
            let next = self.ports.store.next_due().await?.earliest();
            // A message seems due and could not be claimed: its lease has run out by the wall clock
            // alone, or another process is about to take it.
            let fruitless = claimed.is_empty();
            next.map(|at| if fruitless && at <= now { now + FRUITLESS_REST } else { at })
        };
        Ok(Work::of(claimed, pass, report, room))
    }

    /// Returns the lanes in which a claim may find something. Under a backlog they are known.
    /// Otherwise the database is asked, which also tells when to come back.
    async fn due(
        &self,
        now: DateTime<Utc>,
        mark: Duration,
        report: &mut TickReport,
    ) -> Result<Due, StoreError> {
        if let Some(known) = locked(&self.shared.queue).known(mark) {
            return Ok(known);
        }
        let next = self.ports.store.next_due().await?;
        report.again_at = next.earliest();
        let mut queue = locked(&self.shared.queue);
        let mut due = Due { asked: mark, ..Due::default() };
        for &lane in Lane::ALL {
            match next.in_lane(lane) {
                Some(at) if at <= now => due.lanes.push(lane),
                Some(_) if queue.lane(lane).must_sweep(mark) => due.swept.push(lane),
                Some(_) | None => {}
            }
        }
        Ok(due)
    }

    /// Claims as many messages as were granted, lane after lane, with turns for the lower lanes.
    /// Also returns the lanes in which there may be more.
    async fn claim(
        &self,
        at: Moment,
        mark: Duration,
        mut due: Due,
        granted: u32,
    ) -> Result<(Vec<Claimed>, Due), StoreError> {
        let mut claimed = Vec::new();
        let Moment { now, elapsed: Some(elapsed), .. } = at else { return Ok((claimed, due)) };
        let token = LeaseToken::new(now, random(self.ports.entropy.as_ref()));
        let lease = self.lease();
        let in_hand = locked(&self.shared.hand).run_out(elapsed);
        let shares = locked(&self.shared.queue).turns.share(&due.lanes, granted);
        let swept: Vec<_> = due.swept.drain(..).map(|lane| (lane, granted)).collect();
        let mut spent = BTreeSet::new();
        for (lane, share) in swept.into_iter().chain(shares) {
            let left = granted.saturating_sub(u32::try_from(claimed.len()).unwrap_or(granted));
            let limit = left.min(share);
            if limit == 0 || spent.contains(&lane) {
                continue;
            }
            let after = locked(&self.shared.queue).lane(lane).start(mark);
            let (only, excluding) = (None, in_hand.clone());
            let claim = Claim { lane, only, after, token, now, elapsed, lease, limit, excluding };
            let found = self.ports.store.claim(&claim).await?;
            locked(&self.shared.queue).lane(lane).claimed(after, mark, &found, limit);
            if found.len() < limit as usize {
                spent.insert(lane);
            }
            claimed.extend(found);
        }
        due.lanes.retain(|lane| !spent.contains(lane));
        Ok((claimed, due))
    }

    pub(super) fn lease(&self) -> TimeDelta {
        self.options.lease.max(LEASE_MIN)
    }

    /// Returns the settings, read at most once a second: under a backlog, passes come much faster.
    pub(super) async fn settings(
        &self,
        mark: Duration,
    ) -> Result<Result<Arc<Settings>, SettingsError>, StoreError> {
        if let Some((read, settings)) = &*locked(&self.shared.settings)
            && mark.saturating_sub(*read) < SETTINGS_HOLD
        {
            return Ok(Ok(Arc::clone(settings)));
        }
        let settings = match self.ports.settings().await {
            Ok(settings) => Arc::new(settings),
            Err(SettingsUnread::Broken(error)) => return Ok(Err(error)),
            Err(SettingsUnread::Store(error)) => return Err(error),
        };
        if !self.shared.noted.swap(true, Ordering::SeqCst) {
            let idle = settings.idle_switches(&self.ports.types);
            for note in settings.notes.iter().chain(&idle) {
                tracing::warn!(note = %note, "a setting has no effect");
            }
        }
        *locked(&self.shared.settings) = Some((mark, Arc::clone(&settings)));
        Ok(Ok(settings))
    }

    /// Does the work of a pass while the account is paused. Messages whose time has passed end, and
    /// once the pause has run out one message is let through. A pause that a person made never runs
    /// out.
    async fn paused(
        &self,
        pause: &Pause,
        has_slot: bool,
        now: DateTime<Utc>,
        mark: Duration,
        settings: &Settings,
        report: &mut TickReport,
    ) -> Result<Option<(Trial, Claimed)>, StoreError> {
        self.end_overdue(pause, now, mark, settings, report).await?;
        if pause.until <= now && !has_slot {
            // The message that is let through keeps to the rate limit too: the answer told when to
            // ask again.
            report.pause = Some(pause.clone());
            return Ok(None);
        }
        let over = pause.until <= now || self.waits_no_longer(pause, now).await;
        let found = if over { self.let_one_through(pause, now).await? } else { None };
        let account = self.ports.store.account().await?;
        let minute = now + TimeDelta::minutes(1);
        // The end of the pause, or the next part of the queue; at once if the pause was just
        // lifted.
        report.again_at = Some(account.pause.as_ref().map_or(now, |p| p.until.min(minute)));
        report.pause = account.pause;
        Ok(found)
    }

    /// Reserves slots of the rate limit. Without a rate limit there is nothing to reserve: a read
    /// tells whether the account is paused.
    async fn reservation(&self, reserve: &Reserve) -> Result<Reservation, StoreError> {
        if reserve.interval.is_zero() {
            return Ok(self.ports.store.account().await?.reserve(reserve));
        }
        let mut reservation = self.ports.store.reserve(reserve).await?;
        let seen = reservation.heard(reserve, self.ports.clock.elapsed());
        *locked(&self.shared.seen_slot) = seen;
        let is_slot = reservation.pause.is_none() && reservation.foreign.is_none();
        let next_slot = is_slot.then(|| reserve.elapsed + (reservation.again_at - reserve.now));
        *locked(&self.shared.next_slot) = next_slot;
        Ok(reservation)
    }

    /// Returns how far ahead the account's next slot is, where that is known. Other processes may
    /// move it further ahead meanwhile, and never back. A pause is seen when the slot comes, before
    /// anything is sent.
    fn before_the_slot(&self, elapsed: Elapsed) -> Option<TimeDelta> {
        let ahead = locked(&self.shared.next_slot).and_then(|slot| slot.since(elapsed));
        ahead.filter(|ahead| *ahead > TimeDelta::zero())
    }

    /// Returns the least time between two requests, and a random part of up to a twentieth of it.
    /// So requests are never as regular as a machine's, and hardly slower than the setting.
    fn interval(&self, settings: &Settings) -> (TimeDelta, TimeDelta) {
        match self.options.pace {
            Pace::Unlimited => (TimeDelta::zero(), TimeDelta::zero()),
            Pace::FromSettings => {
                let mut random = [0_u8; 2];
                self.ports.entropy.fill(&mut random);
                let seconds = 1.0 / settings.requests_per_second;
                let part = f64::from(u16::from_be_bytes(random)) / f64::from(u16::MAX);
                (microseconds(seconds), microseconds(seconds * part / 20.0))
            }
        }
    }

    /// Runs the second half of a pass: works on what was taken until all of it is settled.
    pub async fn perform(&self, work: Work) -> TickReport {
        let Work { claimed, pass, mut room, mut report } = work;
        let Some(pass) = pass else { return report };
        let mut left = claimed.len();
        let under_way: FuturesUnordered<_> =
            claimed.iter().map(|claimed| self.work_on(claimed, &pass)).collect();
        let mut under_way = under_way.ready_chunks(left.max(1));
        let mut over = Vec::new();
        while let Some(done) = under_way.next().await {
            left -= done.len();
            room.keep(left);
            self.shared.wake.wake();
            for (id, done, claimed) in done {
                room.over(id);
                done.count(&mut report);
                over.extend(claimed);
            }
        }
        drop(under_way);
        self.end_trial(&pass).await;
        // Nobody waits for this, because the room is free already. Work that a stop leaves undone
        // is done by the sweep.
        for claimed in over {
            if !self.stopping() {
                let (media, id) = (self.ports.media.as_deref(), claimed.lease.message_id);
                let_go(media, id, claimed.attachment.as_ref(), claimed.text.as_str()).await;
            }
        }
        report
    }

    /// Works on one message until its outcome is written down. Also returns the message when its
    /// file is no longer needed.
    async fn work_on<'a>(
        &self,
        claimed: &'a Claimed,
        pass: &Pass,
    ) -> (MessageId, Done, Option<&'a Claimed>) {
        let id = claimed.lease.message_id;
        let outcome =
            if self.stopping() { Outcome::GiveBack } else { self.outcome_of(claimed, pass).await };
        match outcome {
            Outcome::Settle(settlement, posts) => {
                let is_over = is_over(&settlement.state);
                let done = self.write_down(*settlement, posts).await;
                let over = is_over && done.is_written() && claimed.attachment.is_some();
                (id, done, over.then_some(claimed))
            }
            Outcome::GiveBack => (id, self.give_back(claimed.lease).await, None),
            Outcome::Fenced => (id, Done::FENCED, None),
            Outcome::Left => (id, Done::LEFT, None),
        }
    }

    /// Decides what a claimed message needs.
    pub(super) fn plan(&self, claimed: &Claimed, pass: &Pass, now: DateTime<Utc>) -> decide::Plan {
        let types = &self.ports.types;
        if types.get(claimed.message_type).is_none() && claimed.step == Step::Send {
            tracing::warn!(
                message.id = %claimed.lease.message_id,
                message.r#type = %claimed.message_type,
                "the message type is not known here, so the message is not sent: add the type to \
                 Ports::with_types"
            );
        }
        decide::plan(claimed, types, &pass.settings, now)
    }

    /// Does what a claimed message needs.
    async fn outcome_of(&self, claimed: &Claimed, pass: &Pass) -> Outcome {
        let now = self.ports.clock.now();
        match self.plan(claimed, pass, now) {
            decide::Plan::Send(_) if pass.only_looks => Outcome::GiveBack,
            decide::Plan::Send(of) => {
                match self.host_says(claimed, of, &pass.settings, now).await {
                    HostSays::Send(today) => {
                        let attempt = self.attempt(claimed, &claimed.progress, None, today, pass);
                        attempt.await.unwrap_or(Outcome::GiveBack)
                    }
                    HostSays::Settle(event, why) => self.settle_for(claimed, &event, why, pass),
                }
            }
            decide::Plan::Look { started } => Box::pin(self.look(claimed, started, pass)).await,
            decide::Plan::Watch => self.watch(claimed, pass).await,
            decide::Plan::Settle(event, why) => self.settle_for(claimed, &event, why, pass),
        }
    }
}

/// Returns these seconds in whole microseconds, rounded up.
fn microseconds(seconds: f64) -> TimeDelta {
    #[expect(clippy::cast_possible_truncation, reason = "at most 10 seconds")]
    let micros = (seconds * 1_000_000.0).ceil() as i64;
    TimeDelta::microseconds(micros)
}
