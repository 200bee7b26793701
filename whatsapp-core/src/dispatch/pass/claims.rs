//! Claims: which lanes a pass claims from, and the messages that it gets.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::in_flight::InFlight;
use super::queue::{Due, Queue};
use crate::dispatch::{TickReport, locked};
use crate::id::{LeaseToken, MessageId};
use crate::port::{
    Claim, ClaimOf, Claimed, Clock, Entropy, Lane, QueuePoint, Store, StoreError, random,
};
use crate::time::Elapsed;
use crate::wiring::Ports;

/// The claims of one dispatcher, and its knowledge about the queue.
#[derive(Debug)]
pub(crate) struct Claims {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    in_flight: Arc<InFlight>,
    queue: Mutex<Queue>,
}

impl Claims {
    pub(crate) fn new(ports: &Ports, in_flight: Arc<InFlight>) -> Self {
        Self {
            store: Arc::clone(&ports.store),
            clock: Arc::clone(&ports.clock),
            entropy: Arc::clone(&ports.entropy),
            in_flight,
            queue: Mutex::default(),
        }
    }

    /// Returns the lanes in which a claim may find something. Under a backlog they are known.
    /// Otherwise the database is asked, which also tells when to come back.
    pub(crate) async fn due(
        &self,
        now: DateTime<Utc>,
        mark: Duration,
        report: &mut TickReport,
    ) -> Result<Due, StoreError> {
        if let Some(known) = locked(&self.queue).known(mark) {
            return Ok(known);
        }
        let next = self.store.next_due().await?;
        report.again_at = next.earliest();
        let mut queue = locked(&self.queue);
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
    pub(crate) async fn granted(
        &self,
        (now, elapsed, mark): (DateTime<Utc>, Elapsed, Duration),
        mut due: Due,
        granted: u32,
        lease: TimeDelta,
    ) -> Result<(Vec<Claimed>, Due), StoreError> {
        let mut claimed = Vec::new();
        let any = self.any(now, elapsed, lease);
        let shares = locked(&self.queue).turns.share(&due.lanes, granted);
        let swept: Vec<_> = due.swept.drain(..).map(|lane| (lane, granted)).collect();
        let mut spent = BTreeSet::new();
        for (lane, share) in swept.into_iter().chain(shares) {
            let limit = left(granted, &claimed).min(share);
            if limit == 0 || spent.contains(&lane) {
                continue;
            }
            let after = locked(&self.queue).lane(lane).start(mark);
            let claim = Claim { lane, after, limit, ..any.clone() };
            let found = self.store.claim(&claim).await?;
            locked(&self.queue).lane(lane).claimed(after, mark, &found, limit);
            if found.len() < limit as usize {
                spent.insert(lane);
            }
            claimed.extend(found);
        }
        due.lanes.retain(|lane| !spent.contains(lane));
        Ok((claimed, due))
    }

    /// Remembers the lanes in which more is due, if the claims filled all the room there was.
    pub(crate) fn remember(&self, filled: bool, due: Due) {
        locked(&self.queue).remember(filled, due);
    }

    /// Claims messages that wait for a look, then messages that are watched, as many as were
    /// granted.
    pub(crate) async fn looks(
        &self,
        now: DateTime<Utc>,
        granted: u32,
        lease: TimeDelta,
    ) -> Result<Vec<Claimed>, StoreError> {
        let any = self.any(now, self.clock.elapsed(), lease);
        let mut claimed = Vec::new();
        for &lane in Lane::ALL {
            let limit = left(granted, &claimed);
            if limit == 0 {
                break;
            }
            let of = if lane == Lane::Watch { ClaimOf::All } else { ClaimOf::Looks };
            claimed.extend(self.store.claim(&Claim { lane, of, limit, ..any.clone() }).await?);
        }
        Ok(claimed)
    }

    /// Claims up to `limit` messages of a lane that wait after this point of it.
    pub(crate) async fn after(
        &self,
        (lane, after): (Lane, Option<QueuePoint>),
        limit: u32,
        now: DateTime<Utc>,
        lease: TimeDelta,
    ) -> Result<Vec<Claimed>, StoreError> {
        let any = self.any(now, self.clock.elapsed(), lease);
        self.store.claim(&Claim { lane, after, limit, ..any }).await
    }

    /// Claims the most urgent message that is to be sent and has no attempt open: the oldest of its
    /// lane, or only this one.
    pub(crate) async fn one_to_send(
        &self,
        only: Option<MessageId>,
        now: DateTime<Utc>,
        lease: TimeDelta,
    ) -> Result<Option<Claimed>, StoreError> {
        for &lane in Lane::OWED {
            let any = self.any(now, self.clock.elapsed(), lease);
            let claim = Claim { lane, of: ClaimOf::Sends, only, limit: 1, ..any };
            if let Some(found) = self.store.claim(&claim).await?.pop() {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Returns a claim of no message, with a token of its own. It leaves out what is in flight.
    fn any(&self, now: DateTime<Utc>, elapsed: Elapsed, lease: TimeDelta) -> Claim {
        Claim {
            lane: Lane::Transactional,
            of: ClaimOf::All,
            only: None,
            after: None,
            token: LeaseToken::new(now, random(self.entropy.as_ref())),
            now,
            elapsed,
            lease,
            limit: 0,
            excluding: self.in_flight.run_out(elapsed),
        }
    }
}

/// Returns the number of messages that are still granted.
fn left(granted: u32, claimed: &[Claimed]) -> u32 {
    granted.saturating_sub(u32::try_from(claimed.len()).unwrap_or(granted))
}
