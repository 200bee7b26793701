//! Walks: reading along an index that leads near to what is asked for, and keeping what fits.

use async_trait::async_trait;
use tokio::time::Instant;
use whatsapp_core::message::{Outcome, Status};
use whatsapp_core::port::{LogFilter, StoreError, WALK_ROWS, WALK_TIME};

use super::ask::{Ask, Plain, Point};
use super::rows::{Candidate, Named, Placed, TakenOut};

/// The rows of one batch.
const BATCH: u32 = 2_000;

/// What a database is asked for.
#[async_trait]
pub(crate) trait ReadLog: Sync {
    /// Whether one statement may read it: an index of this database leads past nothing that is not shown.
    fn leads(&self, plain: Plain) -> bool;

    /// The rows that one statement reads.
    async fn plain(&self, plain: Plain, ask: &Ask) -> Result<Vec<Placed>, StoreError>;

    /// How many rows the same statement would read.
    async fn plain_count(&self, plain: Plain, ask: &Ask) -> Result<u64, StoreError>;

    /// The next rows of a walk, in any order, each with whether the filter shows it.
    async fn candidates(&self, walk: Walk, ask: &Ask) -> Result<Vec<Candidate>, StoreError>;

    /// The rows with these ids, in any order.
    async fn rows_of(&self, ids: Vec<String>) -> Result<Vec<Placed>, StoreError>;

    /// The customers' names of the messages with these ids, in any order.
    async fn names_of(&self, ids: Vec<String>) -> Result<Vec<Named>, StoreError>;

    /// The rows that one statement reads, the newest first, as they are taken out of the log.
    async fn plain_out(
        &self,
        plain: Plain,
        ask: &Ask,
        texts: bool,
    ) -> Result<Vec<TakenOut>, StoreError>;

    /// The rows with these ids, in any order, as they are taken out of the log.
    async fn rows_out(&self, ids: Vec<String>, texts: bool) -> Result<Vec<TakenOut>, StoreError>;
}

/// What is walked along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Walk {
    /// Each customer's messages.
    Customers,
    /// Messages that are about something, in no order of age.
    About,
    /// Messages whose keys begin alike, in no order of age.
    Keys,
    /// Messages whose delivery is followed, in no order of age.
    Watched,
    /// Messages that will be tried again, in no order of age.
    Retrying,
    /// Messages that wait for something.
    Held,
    /// What a plain page is read along.
    Along(Plain),
}

impl Walk {
    /// The index that leads to the fewest messages that are not asked for.
    fn of(part: &LogFilter) -> Self {
        let sent = part.statuses.iter().eq([&Status::Sent]);
        match part {
            LogFilter { customers, .. } if !customers.is_empty() => Self::Customers,
            LogFilter { about: Some(_), .. } => Self::About,
            LogFilter { key_prefix: Some(_), .. } => Self::Keys,
            // Of what needs a person only what is silent was sent.
            LogFilter { attention: Some(_), .. } if sent => Self::Watched,
            LogFilter { attention: Some(_), .. } => Self::along(part),
            LogFilter { held_for, .. } if !held_for.is_empty() => Self::Held,
            LogFilter { outcomes, .. } if outcomes.iter().eq([&Outcome::Retrying]) => {
                Self::Retrying
            }
            _ => Self::along(part),
        }
    }

    /// What is walked along where nothing but statuses and types leads.
    fn along(part: &LogFilter) -> Self {
        let mut statuses = part.statuses.iter().copied();
        let status = statuses.next().filter(|_| statuses.next().is_none());
        match Plain::along(status, part) {
            // Most messages are sent.
            Plain::Status(Status::Sent, true) => Self::Along(Plain::Type),
            // The type is looked at in each row.
            Plain::Status(status, true) => Self::Along(Plain::Status(status, false)),
            plain => Self::Along(plain),
        }
    }

    /// Whether its rows come in no order of age: all of them are read at once.
    pub(crate) const fn gathers(self) -> bool {
        matches!(self, Self::About | Self::Keys | Self::Watched | Self::Retrying)
    }
}

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// What the filter shows, in order.
    pub(super) found: Vec<Candidate>,
    /// Where the walk ended at its bound.
    pub(super) end: Option<Point>,
}

/// Walks until `want` rows are kept, or to the end, or until the bound where there is one.
pub(super) async fn walk(
    log: &impl ReadLog,
    mut ask: Ask,
    want: u64,
    is_bounded: bool,
) -> Result<Kept, StoreError> {
    let want = usize::try_from(want).unwrap_or(usize::MAX);
    let mut along = Walk::of(&ask.filter);
    if along.gathers() {
        ask.limit = WALK_ROWS + 1;
        let mut found = log.candidates(along, &ask).await?;
        if found.len() <= WALK_ROWS as usize {
            found.retain(|candidate| candidate.keep);
            in_order(&mut found, ask.newest_first);
            found.dedup_by(|a, b| a.point == b.point);
            found.truncate(want);
            return Ok(Kept { found, end: None });
        }
        // So many that they are soon found by age.
        along = Walk::along(&ask.filter);
    }
    let (started, mut looked, mut kept) = (Instant::now(), 0, Kept::default());
    ask.limit = u32::try_from(want).unwrap_or(u32::MAX).saturating_mul(10).clamp(200, BATCH);
    loop {
        let mut batch = log.candidates(along, &ask).await?;
        in_order(&mut batch, ask.newest_first);
        let rows = u32::try_from(batch.len()).unwrap_or(u32::MAX);
        let last = batch.last().map(|candidate| candidate.point.clone());
        let end = batch.iter().rev().map(|candidate| &candidate.point).find(|it| it.is_named());
        let end = end.cloned();
        kept.found.extend(batch.into_iter().filter(|candidate| candidate.keep));
        let Some(last) = last.filter(|_| rows >= ask.limit && kept.found.len() < want) else {
            kept.found.truncate(want);
            return Ok(kept);
        };
        looked += rows;
        if is_bounded && (looked >= WALK_ROWS || started.elapsed() >= WALK_TIME) && end.is_some() {
            kept.end = end;
            return Ok(kept);
        }
        if !ask.go_on(&last) {
            // Nothing lies behind instants that cannot be read.
            return Ok(kept);
        }
        let left = if is_bounded { WALK_ROWS.saturating_sub(looked) } else { BATCH };
        ask.limit = left.clamp(1, BATCH);
    }
}

pub(super) fn in_order(candidates: &mut [Candidate], newest_first: bool) {
    candidates.sort_unstable_by(|a, b| {
        let order = a.point.cmp(&b.point);
        if newest_first { order.reverse() } else { order }
    });
}
