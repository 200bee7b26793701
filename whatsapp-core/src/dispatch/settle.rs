//! Writing down the outcomes of claimed messages, and what waits for the database.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tracing::Instrument;

use super::batch::Batcher;
use super::{TickReport, decide, locked};
use crate::id::AccountId;
use crate::message::{Status, Step};
use crate::observe::{field, meters, spans};
use crate::port::{Lease, Settled, Settlement, Store, StoreError};
use crate::wake::Wake;

/// A claimed message that is no longer in flight: its POSTs, and the number of the report that it
/// adds to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Done {
    posts: u32,
    counter: Option<Counter>,
    written: bool,
}

type Counter = fn(&mut TickReport) -> &mut u32;

impl Done {
    pub(super) const FENCED: Self =
        Self { posts: 0, counter: Some(|report| &mut report.fenced), written: false };
    pub(super) const LEFT: Self = Self { posts: 0, counter: None, written: false };

    /// Returns whether the database has the outcome.
    pub(super) const fn is_written(self) -> bool {
        self.written
    }

    pub(super) fn count(self, report: &mut TickReport) {
        report.posts += self.posts;
        if let Some(counter) = self.counter {
            *counter(report) += 1;
        }
    }
}

/// The result of a claim, by the settlement that ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The gateway took the message.
    Sent,
    /// The message failed for good.
    Failed,
    /// The attempt failed, and another one follows.
    Retrying,
    /// The message was withdrawn.
    Cancelled,
    /// The outcome is unknown, and will be looked up.
    Checking,
    /// The message still waits, or its delivery was asked for.
    Other,
}

impl Ended {
    pub(super) const fn of(settlement: &Settlement) -> Self {
        let state = &settlement.state;
        match (state.status, &state.owed) {
            (Status::Sent, _) if matches!(&settlement.attempt, Some(record) if record.outcome.is_some()) => {
                Self::Sent
            }
            (Status::Failed, None) => Self::Failed,
            (Status::Failed, Some(_)) => Self::Retrying,
            (Status::Cancelled, _) => Self::Cancelled,
            (Status::Pending, Some(owed)) if matches!(owed.step, Step::Look) => Self::Checking,
            _ => Self::Other,
        }
    }

    /// Returns the word for spans and metrics.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Retrying => "retrying",
            Self::Cancelled => "cancelled",
            Self::Checking => "checking",
            Self::Other => "other",
        }
    }

    /// Returns the number of the report that it adds to once it is written.
    fn counter(self) -> Counter {
        match self {
            Self::Sent => |report| &mut report.sent,
            Self::Failed => |report| &mut report.failed,
            Self::Retrying => |report| &mut report.retrying,
            Self::Cancelled => |report| &mut report.cancelled,
            Self::Checking => |report| &mut report.checking,
            Self::Other => |report| &mut report.other,
        }
    }
}

/// The outcomes of claimed messages, on their way into the database.
#[derive(Debug)]
pub(super) struct Outcomes {
    store: Arc<dyn Store>,
    /// The bell of all chores: a message that failed for good owes a notice.
    wake: Wake,
    settlements: Batcher<Settlement, Option<Settled>>,
    releases: Batcher<Lease, bool>,
    /// Outcomes that the database would not take yet. They go first in the next pass.
    unsettled: Mutex<VecDeque<Settlement>>,
    /// Claims that the database would not take back yet.
    unreleased: Mutex<Vec<Lease>>,
}

impl Outcomes {
    pub(super) fn new(store: Arc<dyn Store>, wake: Wake) -> Self {
        Self {
            store,
            wake,
            settlements: Batcher::default(),
            releases: Batcher::default(),
            unsettled: Mutex::default(),
            unreleased: Mutex::default(),
        }
    }

    /// Writes a settlement down, together with all others that are ready. If the database does not
    /// take it now, it waits for the next pass.
    pub(super) async fn write_down(self: &Arc<Self>, settlement: Settlement, posts: u32) -> Done {
        let counter = Ended::of(&settlement).counter();
        let settle = |outcomes: Arc<Self>, all: Vec<Settlement>| async move {
            let span = spans::settle(outcomes.account(), all.len());
            outcomes.settle(all).instrument(span).await
        };
        match self.settlements.ask(settlement, self, settle).await.flatten() {
            Some(Settled::Done) => Done { posts, counter: Some(counter), written: true },
            Some(Settled::Fenced) => Done { posts, ..Done::FENCED },
            None => Done { posts, ..Done::LEFT },
        }
    }

    /// Gives a claim back, together with all others that go back.
    pub(super) async fn give_back(self: &Arc<Self>, lease: Lease) -> Done {
        let release = |outcomes: Arc<Self>, leases: Vec<Lease>| async move {
            let span = spans::settle(outcomes.account(), leases.len());
            outcomes.release(leases).instrument(span).await
        };
        match self.releases.ask(lease, self, release).await {
            Some(true) => Done { counter: Some(|report| &mut report.released), ..Done::LEFT },
            _ => Done::LEFT,
        }
    }

    /// Gives claims back. If the database does not take them now, they wait like outcomes.
    async fn release(&self, leases: Vec<Lease>) -> Vec<bool> {
        let released = self.store.release(&leases).await;
        let answers = vec![released.is_ok(); leases.len()];
        if let Err(error) = released {
            let count = leases.len();
            tracing::warn!(error = %error, count, "claims to give back wait for the database");
            locked(&self.unreleased).extend(leases);
        }
        answers
    }

    /// Settles messages together; `None` for each message that waits for the database.
    async fn settle(&self, settlements: Vec<Settlement>) -> Vec<Option<Settled>> {
        match self.store.settle(&settlements).await {
            Ok(settled) => {
                for (settlement, settled) in settlements.iter().zip(&settled) {
                    self.settled(settlement, *settled);
                }
                settled.into_iter().map(Some).collect()
            }
            Err(StoreError::Conflict { .. }) => {
                let mut settled = Vec::with_capacity(settlements.len());
                for settlement in settlements {
                    settled.push(self.settle_alone(settlement).await);
                }
                settled
            }
            Err(error) => {
                let count = settlements.len();
                tracing::error!(error = %error, count, "outcomes wait for the database");
                locked(&self.unsettled).extend(settlements);
                vec![None; count]
            }
        }
    }

    /// Settles a message whose gateway id another message may have. Then the outcome counts, and
    /// the id stays with the first message. An outcome that rests on the row with that id does not
    /// count. The row was another attempt's, and once the lease has run out, this one is looked up
    /// again.
    async fn settle_alone(&self, mut settlement: Settlement) -> Option<Settled> {
        let mut settled = self.store.settle(std::slice::from_ref(&settlement)).await;
        if matches!(settled, Err(StoreError::Conflict { .. })) {
            tracing::warn!(
                message.id = %settlement.lease.message_id,
                "the gateway gave an id that another message has"
            );
            if decide::rests_on_the_list(&settlement) {
                return None;
            }
            settlement = settlement.without_id();
            settled = self.store.settle(std::slice::from_ref(&settlement)).await;
        }
        match settled {
            Ok(settled) => {
                let settled = settled.first().copied();
                if let Some(settled) = settled {
                    self.settled(&settlement, settled);
                }
                settled
            }
            Err(error) => {
                tracing::error!(error = %error, count = 1, "outcomes wait for the database");
                locked(&self.unsettled).push_back(settlement);
                None
            }
        }
    }

    /// Writes the outcomes and gives back the claims that the database would not take before.
    pub(super) async fn catch_up(&self, report: &mut TickReport) -> Result<(), StoreError> {
        self.write_unsettled(report).await?;
        let leases = locked(&self.unreleased).clone();
        if !leases.is_empty() {
            self.store.release(&leases).await?;
            locked(&self.unreleased).retain(|lease| !leases.contains(lease));
        }
        Ok(())
    }

    /// Returns whether anything waits for the database.
    pub(super) fn is_behind(&self) -> bool {
        !locked(&self.unsettled).is_empty() || !locked(&self.unreleased).is_empty()
    }

    /// Returns the number of outcomes that wait for the database.
    pub(super) fn unsettled(&self) -> usize {
        locked(&self.unsettled).len()
    }

    async fn write_unsettled(&self, report: &mut TickReport) -> Result<(), StoreError> {
        loop {
            let Some(settlement) = locked(&self.unsettled).front().cloned() else {
                return Ok(());
            };
            let settled = match self.store.settle(std::slice::from_ref(&settlement)).await {
                Ok(settled) => settled,
                Err(StoreError::Conflict { .. })
                    if settlement.gateway_id.is_some()
                        && !decide::rests_on_the_list(&settlement) =>
                {
                    // Another message has that id. The outcome counts; the id stays with the first
                    // message.
                    let mut unsettled = locked(&self.unsettled);
                    if let Some(front) = unsettled.front_mut().filter(|front| **front == settlement)
                    {
                        *front = settlement.without_id();
                    }
                    continue;
                }
                // It can never be written: its lease runs out, and the attempt in the ledger is
                // looked up.
                Err(StoreError::Conflict { .. } | StoreError::Other { .. }) => Vec::new(),
                Err(error) => return Err(error),
            };
            let mut unsettled = locked(&self.unsettled);
            if unsettled.front() != Some(&settlement) {
                continue;
            }
            unsettled.pop_front();
            for settled in settled {
                self.settled(&settlement, settled);
                let done = match settled {
                    Settled::Done => {
                        let counter = Some(Ended::of(&settlement).counter());
                        Done { counter, written: true, ..Done::LEFT }
                    }
                    Settled::Fenced => Done::FENCED,
                };
                done.count(report);
            }
        }
    }

    fn account(&self) -> AccountId {
        self.store.account_id()
    }

    /// Does what follows on a settlement that the database has answered.
    fn settled(&self, settlement: &Settlement, settled: Settled) {
        if settled == Settled::Done {
            let outcome = Ended::of(settlement).as_str();
            tracing::debug!(
                { field::MESSAGE_ID } = %settlement.lease.message_id,
                { field::OUTCOME } = outcome,
                "an outcome is written down"
            );
            meters::settled(self.account(), outcome);
        }
        if settlement.state.failed_for_good().is_some() {
            // The notices are a chore of this process too.
            self.wake.wake();
        }
        if settled == Settled::Fenced {
            tracing::warn!(
                message.id = %settlement.lease.message_id,
                "an outcome came too late: another worker has the message"
            );
        }
    }
}
