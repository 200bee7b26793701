//! One pass: take what is due, work on it, write down what became of it.

use std::pin::pin;
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
use crate::settings::Settings;

/// A lease shorter than the longest POST and its settling would let nothing begin.
const LEASE_MIN: TimeDelta = TimeDelta::seconds(60);

/// How often a claim is made although nothing seems due.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

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
    /// Whether there is nothing to work on.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.claimed.is_empty()
    }

    /// When there may be more to take: a slot of the account's pace, the end of a pause, the next
    /// message due. `None` when nothing is owed.
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
            report.again_at = self.next_due().await?;
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
        let mut slots = self.take_slots(u32::MAX);
        let work = |claimed: Vec<Claimed>, pass, report: TickReport, mut slots: Slots| {
            slots.keep(claimed.len());
            Work { claimed, pass, slots, report }
        };
        let store = &self.ports.store;
        let owed = store.next_due(Lane::Owed).await?;
        let watched = store.next_due(Lane::Watch).await?;
        report.again_at = earliest(owed, watched);
        let due = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= now);
        if slots.count == 0 {
            // Whoever gives a slot back wakes the loop.
            report.again_at = None;
        }
        let worth_a_claim = self.must_sweep() || due(owed) || due(watched);
        if self.stopping() || slots.count == 0 || !worth_a_claim {
            return Ok(work(Vec::new(), None, report, slots));
        }
        let settings = match Settings::read(&store.load_settings().await?) {
            Ok(settings) => settings,
            Err(error) => {
                tracing::error!(error = %error, "nothing is sent until the settings are mended");
                report.blocked = Some(error.to_string());
                report.again_at = Some(now + TimeDelta::minutes(1));
                return Ok(work(Vec::new(), None, report, slots));
            }
        };
        if only.is_some() {
            slots.keep(1);
        }
        let granted = self.reserve(now, slots.count, &settings, &mut report).await?;
        if granted == 0 {
            return Ok(work(Vec::new(), None, report, slots));
        }
        let mut claim = Claim {
            lane: Lane::Owed,
            only,
            token: LeaseToken::new(now, self.ports.entropy.as_ref()),
            now,
            lease: self.options.lease.max(LEASE_MIN),
            limit: granted,
        };
        let mut claimed = store.claim(&claim).await?;
        let left = granted.saturating_sub(u32::try_from(claimed.len()).unwrap_or(granted));
        if left > 0 && due(watched) && only.is_none() {
            claim.lane = Lane::Watch;
            claim.limit = left;
            claimed.extend(store.claim(&claim).await?);
        }
        report.claimed = u32::try_from(claimed.len()).unwrap_or(u32::MAX);
        report.again_at = if report.claimed == granted {
            // There may be more: come back as soon as the pace allows.
            Some(now)
        } else {
            earliest(store.next_due(Lane::Owed).await?, store.next_due(Lane::Watch).await?)
        };
        Ok(work(claimed, Some(Pass::new(settings)), report, slots))
    }

    /// Whether it is time for a claim that trusts no due time: at the start, then every minute. A
    /// lease that was given before the clock was set back looks as if it held for hours; only the
    /// claim itself tells that it does not.
    fn must_sweep(&self) -> bool {
        let mark = self.ports.clock.monotonic();
        let mut swept = locked(&self.shared.swept);
        let must = swept.is_none_or(|last| mark.saturating_sub(last) >= SWEEP_EVERY);
        if must {
            *swept = Some(mark);
        }
        must
    }

    async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let store = &self.ports.store;
        Ok(earliest(store.next_due(Lane::Owed).await?, store.next_due(Lane::Watch).await?))
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
            self.wake();
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
                    count(settlement, settled, report);
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
                    count(&settlement, settled, report);
                }
            }
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

fn earliest(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn count(settlement: &Settlement, settled: Settled, report: &mut TickReport) {
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
    if settled == Settled::Fenced {
        tracing::warn!(
            message.id = %settlement.lease.message_id,
            "an outcome came too late: another worker has the message"
        );
    }
}
