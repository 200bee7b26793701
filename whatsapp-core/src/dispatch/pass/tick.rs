//! One pass: takes what is due, works on it, and writes down the outcomes.

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tracing::{Instrument, Span};

use super::Pass;
use super::in_flight::Permits;
use super::take::{Take, Taken};
use crate::dispatch::health::trial::end_trial;
use crate::dispatch::job::{Job, Outcome};
use crate::dispatch::settle::{Done, Ended};
use crate::dispatch::{Dispatcher, TickReport};
use crate::files::{is_over, let_go};
use crate::id::MessageId;
use crate::observe::{field, spans};
use crate::port::{Claimed, StoreError};

/// Messages claimed by a pass, with their share of the in-flight limit. If it is dropped unworked,
/// the leases run out. [`Dispatcher::perform`] works on it.
#[derive(Debug)]
pub struct Work {
    claimed: Vec<Claimed>,
    pass: Option<Pass>,
    permits: Permits,
    report: TickReport,
}

impl Work {
    fn of(taken: Option<Taken>, mut permits: Permits, report: TickReport) -> Self {
        let Some((claimed, pass)) = taken else {
            permits.keep(0);
            return Self { claimed: Vec::new(), pass: None, permits, report };
        };
        Self { claimed, pass: Some(pass), permits, report }
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
        report.again_at = report.again_at.map(|at| self.shared.trial.not_behind(at, now));
        Ok(report)
    }

    /// Runs the first half of a pass: claims what is due at `now`, within the in-flight limit, the
    /// rate limit and pauses.
    ///
    /// # Errors
    /// [`StoreError`] when the database did not answer. Then nothing was claimed, or the leases run
    /// out by themselves.
    pub async fn take(&self, now: DateTime<Utc>) -> Result<Work, StoreError> {
        let span = spans::claim(self.account());
        let work = self.taken(now).instrument(span.clone()).await?;
        span.record(field::COUNT, work.report.claimed);
        self.ports.pulse.beat(now);
        Ok(work)
    }

    async fn taken(&self, now: DateTime<Utc>) -> Result<Work, StoreError> {
        let outcomes = &self.shared.outcomes;
        let mut report = TickReport::default();
        outcomes.catch_up(&mut report).await?;
        let permits = self.shared.in_flight.permits(&self.options, outcomes.unsettled());
        if self.stopping() || permits.count == 0 {
            // The pass that gives room back wakes the loop.
            return Ok(Work::of(None, permits, report));
        }
        let mark = self.ports.clock.monotonic();
        let mut take = Take { dispatcher: self, now, mark, report, permits };
        let taken = take.run().await?;
        Ok(Work::of(taken, take.permits, take.report))
    }

    /// Runs the second half of a pass: works on what was taken until all of it is settled.
    pub async fn perform(&self, work: Work) -> TickReport {
        let Work { claimed, pass, mut permits, mut report } = work;
        let Some(pass) = pass else { return report };
        let mut left = claimed.len();
        let account = self.account();
        let work = |claimed| {
            let span = spans::message(account, claimed);
            self.work_on(claimed, &pass, span.clone()).instrument(span)
        };
        let under_way: FuturesUnordered<_> = claimed.iter().map(work).collect();
        let mut under_way = under_way.ready_chunks(left.max(1));
        let mut over = Vec::new();
        while let Some(done) = under_way.next().await {
            left -= done.len();
            permits.keep(left);
            self.shared.wake.wake();
            for (id, done, claimed) in done {
                permits.over(id);
                done.count(&mut report);
                over.extend(claimed);
            }
        }
        drop(under_way);
        end_trial(&self.shared.health, &pass).await;
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

    /// Works on one message until its outcome is written down, within this span. Also returns the
    /// message when its file is no longer needed.
    async fn work_on<'a>(
        &self,
        claimed: &'a Claimed,
        pass: &Pass,
        span: Span,
    ) -> (MessageId, Done, Option<&'a Claimed>) {
        let (id, outcomes) = (claimed.lease.message_id, &self.shared.outcomes);
        let (word, done, over) = match (Job { dispatcher: self, pass, claimed }).outcome().await {
            Outcome::Settle(settlement, posts) => {
                let (is_over, ended) = (is_over(&settlement.state), Ended::of(&settlement));
                let done = outcomes.write_down(*settlement, posts).await;
                let over = is_over && done.is_written() && claimed.attachment.is_some();
                let word = if done.is_written() { ended.as_str() } else { "not_written" };
                (word, done, over.then_some(claimed))
            }
            Outcome::GiveBack => ("given_back", outcomes.give_back(claimed.lease).await, None),
            Outcome::Fenced => ("fenced", Done::FENCED, None),
            Outcome::Left => ("left", Done::LEFT, None),
        };
        span.record(field::OUTCOME, word);
        (id, done, over)
    }
}
