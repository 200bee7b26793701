//! One pass: take what is due, work on it, write down what became of it.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{BoxFuture, Either, select};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};

use super::attempt::{OUTAGE_MAX, OUTAGE_REST, Outcome, Pass, REFUSED_REST, out_of_order};
use super::{Dispatcher, Pace, Slots, TickReport, decide, locked};
use crate::id::{LeaseToken, MessageId};
use crate::message::{Status, Step};
use crate::port::{
    Begun, Claim, Claimed, Lane, Pause, PauseReason, Probe, Reserve, Settled, Settlement,
    StoreError,
};
use crate::settings::{Settings, SettingsError};

/// A lease shorter than the longest POST and its settling would let nothing begin.
const LEASE_MIN: TimeDelta = TimeDelta::seconds(60);

/// How long the settings hold before they are read again: a change is obeyed within this time.
const SETTINGS_HOLD: Duration = Duration::from_secs(1);

/// Messages claimed by a pass, with the slots that they use. Dropping it unworked leaves the leases
/// to run out; [`Dispatcher::perform`] works on it.
#[derive(Debug)]
pub struct Work {
    claimed: Vec<Claimed>,
    pass: Option<Pass>,
    slots: Slots,
    report: TickReport,
}

impl Work {
    fn of(claimed: Vec<Claimed>, pass: Pass, report: TickReport, mut slots: Slots) -> Self {
        slots.keep(claimed.len());
        Self { claimed, pass: Some(pass), slots, report }
    }

    fn nothing(report: TickReport, mut slots: Slots) -> Self {
        slots.keep(0);
        Self { claimed: Vec::new(), pass: None, slots, report }
    }

    /// Whether there is nothing to work on.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.claimed.is_empty()
    }

    /// When there may be more to take: a slot of the account's pace, the end of a pause, the next
    /// message due. `None` when nothing is owed, no slot is free, or one message alone was asked for.
    #[must_use]
    pub const fn again_at(&self) -> Option<DateTime<Utc>> {
        self.report.again_at
    }
}

impl Dispatcher {
    /// One pass: takes what is due at `now` and works on it until it is settled. No sleeping.
    ///
    /// # Errors
    /// [`StoreError`] when the database did not answer before anything was sent. Later errors are
    /// not lost: outcomes wait in memory for the next pass, and in the ledger for the next process.
    pub async fn tick(&self, now: DateTime<Utc>) -> Result<TickReport, StoreError> {
        let work = self.take(now, None).await?;
        let worked = !work.is_empty();
        let more = work.again_at().is_some_and(|at| at <= now);
        let mut report = self.perform(work).await;
        if worked && !more {
            report.again_at = self.ports.store.next_due().await?.earliest();
        }
        Ok(report)
    }

    /// The first half of a pass: claims what is due at `now`, as far as slots, pace and pauses
    /// allow; with `only`, that message alone.
    ///
    /// # Errors
    /// [`StoreError`] when the database did not answer; nothing was claimed then, or the leases run
    /// out by themselves.
    pub async fn take(
        &self,
        now: DateTime<Utc>,
        only: Option<MessageId>,
    ) -> Result<Work, StoreError> {
        let mut report = TickReport::default();
        self.write_unsettled(&mut report).await?;
        let slots = self.take_slots(only.map_or(u32::MAX, |_| 1));
        if self.stopping() || slots.count == 0 {
            // Whoever gives a slot back wakes the loop.
            return Ok(Work::nothing(report, slots));
        }
        let mark = self.ports.clock.monotonic();
        let lanes = self.lanes(now, mark, only, &mut report).await?;
        if lanes.is_empty() {
            return Ok(Work::nothing(report, slots));
        }
        let settings = match self.settings(mark).await? {
            Ok(settings) => settings,
            Err(error) => {
                tracing::error!(error = %error, "nothing is sent until the settings are mended");
                report.blocked = Some(error.to_string());
                report.again_at = Some(now + TimeDelta::minutes(1));
                return Ok(Work::nothing(report, slots));
            }
        };
        let granted = self.reserve(now, slots.count, &settings, &mut report).await?;
        if granted == 0 {
            return Ok(Work::nothing(report, slots));
        }
        let claimed = self.claim(now, mark, only, &lanes, granted).await?;
        report.claimed = u32::try_from(claimed.len()).unwrap_or(u32::MAX);
        if only.is_none() {
            locked(&self.shared.queue).backlog = report.claimed >= slots.count;
            report.again_at = if report.claimed >= granted {
                // There may be more: come back as soon as the pace allows.
                Some(now)
            } else {
                self.ports.store.next_due().await?.earliest()
            };
        }
        Ok(Work::of(claimed, Pass::new(settings), report, slots))
    }

    /// The lanes in which a claim may find something. Under a backlog that is known; else the
    /// database is asked, which also tells when to come back.
    async fn lanes(
        &self,
        now: DateTime<Utc>,
        mark: Duration,
        only: Option<MessageId>,
        report: &mut TickReport,
    ) -> Result<Vec<Lane>, StoreError> {
        if only.is_some() {
            return Ok(vec![Lane::Owed]);
        }
        if locked(&self.shared.queue).backlog {
            return Ok(Lane::ALL.to_vec());
        }
        let next = self.ports.store.next_due().await?;
        report.again_at = next.earliest();
        let mut queue = locked(&self.shared.queue);
        let mut worth_a_claim = |lane| {
            next.in_lane(lane).is_some_and(|at| at <= now) || queue.lane(lane).must_sweep(mark)
        };
        Ok(Lane::ALL.iter().copied().filter(|lane| worth_a_claim(*lane)).collect())
    }

    /// Claims as many messages as were granted, lane after lane.
    async fn claim(
        &self,
        now: DateTime<Utc>,
        mark: Duration,
        only: Option<MessageId>,
        lanes: &[Lane],
        granted: u32,
    ) -> Result<Vec<Claimed>, StoreError> {
        let token = LeaseToken::new(now, self.ports.entropy.as_ref());
        let lease = self.options.lease.max(LEASE_MIN);
        let mut claimed = Vec::new();
        for &lane in lanes {
            let limit = granted.saturating_sub(u32::try_from(claimed.len()).unwrap_or(granted));
            if limit == 0 {
                break;
            }
            let after = match only {
                Some(_) => None,
                None => locked(&self.shared.queue).lane(lane).start(mark),
            };
            let claim = Claim { lane, only, after, token, now, lease, limit };
            let found = self.ports.store.claim(&claim).await?;
            if only.is_none() {
                locked(&self.shared.queue).lane(lane).claimed(after, mark, &found, limit);
            }
            claimed.extend(found);
        }
        Ok(claimed)
    }

    /// The settings, read at most once a second: under a backlog passes come much faster.
    async fn settings(
        &self,
        mark: Duration,
    ) -> Result<Result<Arc<Settings>, SettingsError>, StoreError> {
        if let Some((read, settings)) = &*locked(&self.shared.settings)
            && mark.saturating_sub(*read) < SETTINGS_HOLD
        {
            return Ok(Ok(Arc::clone(settings)));
        }
        let settings = match Settings::read(&self.ports.store.load_settings().await?) {
            Ok(settings) => Arc::new(settings),
            Err(error) => return Ok(Err(error)),
        };
        *locked(&self.shared.settings) = Some((mark, Arc::clone(&settings)));
        Ok(Ok(settings))
    }

    /// How many requests may be made now. A pause whose end has come is lifted, or prolonged when
    /// the gateway still refuses or does not answer.
    async fn reserve(
        &self,
        now: DateTime<Utc>,
        want: u32,
        settings: &Settings,
        report: &mut TickReport,
    ) -> Result<u32, StoreError> {
        let interval = self.interval(settings);
        let reserve = Reserve { now, want, interval };
        let mut reservation = self.ports.store.reserve(&reserve).await?;
        if let Some(pause) = reservation.pause
            && pause.until <= now
        {
            let pause = self.probe_pause(pause, now).await;
            self.ports.store.set_pause(pause).await?;
            reservation = self.ports.store.reserve(&reserve).await?;
        }
        report.pause = reservation.pause;
        if reservation.granted == 0 {
            report.again_at = Some(reservation.again_at);
        }
        Ok(reservation.granted)
    }

    /// What follows on a pause that has run out: `None` lifts it.
    async fn probe_pause(&self, pause: Pause, now: DateTime<Utc>) -> Option<Pause> {
        if pause.reason == PauseReason::RateLimited {
            return None;
        }
        let rest = if pause.reason == PauseReason::KeyRefused { REFUSED_REST } else { OUTAGE_REST };
        let prolonged = Some(Pause { until: now + rest, ..pause });
        match self.ports.transport.probe().await {
            Ok(Probe::Ready) => None,
            Ok(Probe::Refused) => Some(Pause {
                reason: PauseReason::KeyRefused,
                since: pause.since,
                until: now + rest,
            }),
            // An answer that is neither yes nor no: the gateway is there, but has nothing to probe.
            Err(error) if error.reached() && !out_of_order(&error) => {
                error.http_status().map_or(prolonged, |_| None)
            }
            Err(_) if pause.reason == PauseReason::Outage && now - pause.since >= OUTAGE_MAX => {
                None
            }
            Err(_) => prolonged,
        }
    }

    /// The time between two requests, longer by up to a half at random, so that the pace never
    /// beats like a machine's and never exceeds the setting.
    fn interval(&self, settings: &Settings) -> TimeDelta {
        match self.options.pace {
            Pace::Unlimited => TimeDelta::zero(),
            Pace::FromSettings => {
                let mut random = [0_u8; 2];
                self.ports.entropy.fill(&mut random);
                let jitter = 1.0 + f64::from(u16::from_be_bytes(random)) / 131_072.0;
                #[expect(clippy::cast_possible_truncation, reason = "at most 15 million")]
                let micros = (1_000_000.0 / settings.requests_per_second * jitter) as i64;
                TimeDelta::microseconds(micros)
            }
        }
    }

    /// The second half of a pass: works on what was taken until all of it is settled.
    pub async fn perform(&self, work: Work) -> TickReport {
        let Work { claimed, pass, mut slots, mut report } = work;
        let Some(pass) = pass else { return report };
        if self.stopping() {
            let leases: Vec<_> = claimed.iter().map(|claimed| claimed.lease).collect();
            if let Err(error) = self.ports.store.release(&leases).await {
                tracing::warn!(error = %error, "claims could not be given back; they run out");
            }
            report.released = report.claimed;
            return report;
        }
        let mut under_way = FuturesUnordered::new();
        self.set_off(&claimed, &pass, &mut under_way, &mut report).await;
        let mut left = under_way.len();
        let mut ready = under_way.ready_chunks(left.max(1));
        let mut outcomes = Vec::new();
        loop {
            if outcomes.is_empty() {
                let Some(more) = ready.next().await else { break };
                outcomes = more;
            }
            left -= outcomes.len();
            let settlements = settlements(std::mem::take(&mut outcomes), &mut report);
            let mut settling = pin!(self.settle(settlements, &mut report));
            // The others go on meanwhile: one of them may hold the connection to the database that
            // the settling waits for.
            loop {
                match select(settling, ready.next()).await {
                    Either::Left(((), _)) => break,
                    Either::Right((Some(more), rest)) => {
                        outcomes.extend(more);
                        settling = rest;
                    }
                    Either::Right((None, rest)) => {
                        rest.await;
                        break;
                    }
                }
            }
            slots.keep(left);
            self.shared.go_on();
        }
        report
    }

    /// Begins the attempts of a pass together, then sets off every message's own work.
    async fn set_off<'a>(
        &'a self,
        claimed: &'a [Claimed],
        pass: &'a Pass,
        under_way: &mut FuturesUnordered<BoxFuture<'a, Outcome>>,
        report: &mut TickReport,
    ) {
        let now = self.ports.clock.now();
        let mut sends = Vec::new();
        for claimed in claimed {
            match decide::plan(claimed, &pass.settings, now) {
                decide::Plan::Send => match self.host_says_no(claimed, now).await {
                    None => sends.push(claimed),
                    Some(event) => {
                        let outcome = self.settle_by(claimed, &event, pass);
                        under_way.push(async move { outcome }.boxed());
                    }
                },
                decide::Plan::Look { started } => {
                    under_way.push(self.look(claimed, started, pass).boxed());
                }
                decide::Plan::Watch => under_way.push(self.watch(claimed, pass).boxed()),
                decide::Plan::Settle(event) => {
                    let outcome = self.settle_by(claimed, &event, pass);
                    under_way.push(async move { outcome }.boxed());
                }
            }
        }
        if sends.is_empty() {
            return;
        }
        let mark = self.ports.clock.monotonic();
        let begun_at = self.ports.clock.now();
        let begins: Vec<_> = sends
            .iter()
            .map(|claimed| Self::begin_of(claimed, &claimed.progress, None, begun_at))
            .collect();
        let begun = match self.ports.store.begin(&begins).await {
            Ok(begun) => begun,
            Err(error) => {
                tracing::warn!(error = %error, "attempts could not be begun; nothing was sent");
                return;
            }
        };
        for (claimed, begun) in sends.into_iter().zip(begun) {
            match begun {
                Begun::Open => under_way
                    .push(self.post(claimed, &claimed.progress, begun_at, mark, pass).boxed()),
                Begun::Fenced => report.fenced += 1,
            }
        }
    }

    /// Writes settlements down. What the database does not take now waits for the next pass.
    async fn settle(&self, settlements: Vec<Settlement>, report: &mut TickReport) {
        if settlements.is_empty() {
            return;
        }
        match self.ports.store.settle(&settlements).await {
            Ok(settled) => {
                for (settlement, settled) in settlements.iter().zip(settled) {
                    self.count(settlement, settled, report);
                }
            }
            Err(StoreError::Conflict { .. }) if settlements.len() > 1 => {
                for settlement in settlements {
                    Box::pin(self.settle(vec![settlement], report)).await;
                }
            }
            Err(StoreError::Conflict { .. }) => {
                // The gateway gave one id twice. The outcome counts; the id stays with the first.
                for mut settlement in settlements {
                    tracing::warn!(
                        message.id = %settlement.lease.message_id,
                        "the gateway gave an id that another message has"
                    );
                    settlement.gateway_id = None;
                    if let Some(record) = &mut settlement.attempt {
                        record.gateway_id = None;
                    }
                    locked(&self.shared.unsettled).push_back(settlement);
                }
                if let Err(error) = Box::pin(self.write_unsettled(report)).await {
                    tracing::warn!(error = %error, "an outcome waits for the database");
                }
            }
            Err(error) => {
                tracing::error!(
                    error = %error,
                    count = settlements.len(),
                    "outcomes wait for the database"
                );
                locked(&self.shared.unsettled).extend(settlements);
            }
        }
    }

    /// Writes the outcomes that an earlier pass could not.
    async fn write_unsettled(&self, report: &mut TickReport) -> Result<(), StoreError> {
        loop {
            let Some(settlement) = locked(&self.shared.unsettled).front().cloned() else {
                return Ok(());
            };
            let settled = match self.ports.store.settle(std::slice::from_ref(&settlement)).await {
                Ok(settled) => settled,
                // It can never be written: its lease runs out and the ledger is looked up.
                Err(StoreError::Conflict { .. } | StoreError::Other { .. }) => Vec::new(),
                Err(error) => return Err(error),
            };
            let mut unsettled = locked(&self.shared.unsettled);
            if unsettled.front() == Some(&settlement) {
                unsettled.pop_front();
                for settled in settled {
                    self.count(&settlement, settled, report);
                }
            }
        }
    }

    fn count(&self, settlement: &Settlement, settled: Settled, report: &mut TickReport) {
        let state = &settlement.state;
        let counter = match (settled, state.status, state.owed.map(|owed| owed.step)) {
            (Settled::Fenced, ..) => &mut report.fenced,
            (Settled::Done, Status::Sent, _) if settlement.attempt.is_some() => &mut report.sent,
            (Settled::Done, Status::Failed, None) => &mut report.failed,
            (Settled::Done, Status::Failed, Some(_)) => &mut report.retrying,
            (Settled::Done, Status::Cancelled, _) => &mut report.cancelled,
            (Settled::Done, Status::Pending, Some(Step::Look)) => &mut report.checking,
            (Settled::Done, ..) => &mut report.other,
        };
        *counter += 1;
        if settlement.notice {
            self.shared.may_owe_notice.store(true, Ordering::SeqCst);
        }
        if settled == Settled::Fenced {
            tracing::warn!(
                message.id = %settlement.lease.message_id,
                "an outcome came too late: another worker has the message"
            );
        }
    }
}

/// What is to be written down of these outcomes; the rest is only counted.
fn settlements(outcomes: Vec<Outcome>, report: &mut TickReport) -> Vec<Settlement> {
    let mut settlements = Vec::with_capacity(outcomes.len());
    for outcome in outcomes {
        match outcome {
            Outcome::Settle(settlement, posts) => {
                report.posts += posts;
                settlements.push(*settlement);
            }
            Outcome::Fenced => report.fenced += 1,
            Outcome::Left => {}
        }
    }
    settlements
}
