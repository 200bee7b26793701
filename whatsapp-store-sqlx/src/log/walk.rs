//! Walks: reading along an index that leads near to the wanted rows, and keeping the rows that
//! match.

use async_trait::async_trait;
use tokio::time::Instant;
use whatsapp_core::message::{Outcome, Status};
use whatsapp_core::port::{LogFilter, StoreError, WALK_ROWS, WALK_TIME};

use super::ask::{Ask, Plain, Point};
use super::rows::{Candidate, Named, Placed, TakenOut};

/// Number of rows in one batch.
const BATCH: u32 = 2_000;

/// The queries of a database.
#[async_trait]
pub(crate) trait ReadLog: Sync {
    /// Returns true if one statement may read this: an index of this database leads to shown rows
    /// only.
    fn leads(&self, plain: Plain) -> bool;

    /// Returns the rows that one statement reads.
    async fn plain(&self, plain: Plain, ask: &Ask) -> Result<Vec<Placed>, StoreError>;

    /// Returns the number of rows that the same statement would read.
    async fn plain_count(&self, plain: Plain, ask: &Ask) -> Result<u64, StoreError>;

    /// Returns the next rows of a walk, in any order, each with whether the filter shows it.
    async fn candidates(&self, walk: PagePlan, ask: &Ask) -> Result<Vec<Candidate>, StoreError>;

    /// Returns the rows with these ids, in any order.
    async fn rows_of(&self, ids: Vec<String>) -> Result<Vec<Placed>, StoreError>;

    /// Returns the customers' names of the messages with these ids, in any order.
    async fn names_of(&self, ids: Vec<String>) -> Result<Vec<Named>, StoreError>;

    /// Returns the rows that one statement reads, the newest first, in the form of an export.
    async fn plain_out(
        &self,
        plain: Plain,
        ask: &Ask,
        texts: bool,
    ) -> Result<Vec<TakenOut>, StoreError>;

    /// Returns the rows with these ids, in any order, in the form of an export.
    async fn rows_out(&self, ids: Vec<String>, texts: bool) -> Result<Vec<TakenOut>, StoreError>;
}

/// The index of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PagePlan {
    /// Each customer's messages.
    Customers,
    /// Messages about a subject, not ordered by age.
    About,
    /// Messages whose keys begin alike, not ordered by age.
    Keys,
    /// Messages whose delivery is followed, not ordered by age.
    Watched,
    /// Messages that will be retried, not ordered by age.
    Retrying,
    /// Messages that wait for something.
    Held,
    /// The index of a plain page.
    Along(Plain),
}

impl PagePlan {
    /// Returns the index that leads to the fewest unwanted messages.
    fn of(part: &LogFilter) -> Self {
        let sent = part.statuses.iter().eq([&Status::Sent]);
        match part {
            LogFilter { customers, .. } if !customers.is_empty() => Self::Customers,
            LogFilter { about: Some(_), .. } => Self::About,
            LogFilter { key_prefix: Some(_), .. } => Self::Keys,
            // Of the messages that need a person, only the silent ones were sent.
            LogFilter { attention: Some(_), .. } if sent => Self::Watched,
            LogFilter { attention: Some(_), .. } => Self::along(part),
            LogFilter { held_for, .. } if !held_for.is_empty() => Self::Held,
            LogFilter { outcomes, .. } if outcomes.iter().eq([&Outcome::Retrying]) => {
                Self::Retrying
            }
            _ => Self::along(part),
        }
    }

    /// Returns the index if only statuses and types lead.
    fn along(part: &LogFilter) -> Self {
        let mut statuses = part.statuses.iter().copied();
        let status = statuses.next().filter(|_| statuses.next().is_none());
        match Plain::along(status, part) {
            // Most messages are sent.
            Plain::Status(Status::Sent, true) => Self::Along(Plain::Type),
            // The messages that wait are few, and the type is checked in each row.
            Plain::Status(Status::Pending, true) => {
                Self::Along(Plain::Status(Status::Pending, false))
            }
            plain => Self::Along(plain),
        }
    }

    /// Returns true if the rows are not ordered by age: all of them are read at once.
    pub(crate) const fn gathers(self) -> bool {
        matches!(self, Self::About | Self::Keys | Self::Watched | Self::Retrying)
    }
}

/// Result of a walk.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// The rows that the filter shows, in order.
    pub(super) found: Vec<Candidate>,
    /// The place where the walk stopped at its limit.
    pub(super) end: Option<Point>,
}

/// The remaining cost that the walks of one answer may have together.
#[derive(Debug)]
pub(super) struct Budget {
    rows: u32,
    until: Instant,
}

impl Budget {
    /// Returns this fraction of the cost of a page.
    pub(super) fn one_in(part: u32) -> Self {
        Self { rows: WALK_ROWS / part, until: Instant::now() + WALK_TIME / part }
    }

    /// Returns the share of the next walk, of this number of walks. Each walk begins, whatever is
    /// left.
    fn share(&self, walks: u32) -> Self {
        let (now, walks) = (Instant::now(), walks.max(1));
        let time = self.until.saturating_duration_since(now) / walks;
        Self { rows: self.rows / walks, until: now + time }
    }

    /// Records that rows were searched, and tells whether nothing is left.
    fn spend(&mut self, rows: u32) -> bool {
        self.rows = self.rows.saturating_sub(rows);
        self.rows == 0 || Instant::now() >= self.until
    }
}

/// Limits of a walk.
#[derive(Debug)]
pub(super) struct Reach<'a> {
    /// The rows that are wanted.
    pub(super) want: u64,
    /// Rows after this point are not wanted.
    pub(super) behind: Option<Point>,
    /// The budget, and the number of walks that share it; `None` for a walk to the end.
    pub(super) budget: Option<(&'a mut Budget, u32)>,
}

/// Walks until enough rows are kept, or to the end, or to the limits of its reach.
pub(super) async fn walk(
    log: &impl ReadLog,
    mut ask: Ask,
    reach: Reach<'_>,
) -> Result<Kept, StoreError> {
    let Reach { want, behind, mut budget } = reach;
    let want = usize::try_from(want).unwrap_or(usize::MAX);
    let mut along = PagePlan::of(&ask.filter);
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
        // There are so many that they are soon found by age.
        along = PagePlan::along(&ask.filter);
    }
    let mut share = budget.as_ref().map(|(all, walks)| all.share(*walks));
    let mut kept = Kept::default();
    let most = |share: &Option<Budget>| share.as_ref().map_or(BATCH, |it| it.rows.clamp(1, BATCH));
    // If most of the rows passed are shown, one batch is enough.
    let first = want.saturating_add(want / 4).clamp(200, BATCH as usize);
    ask.limit = u32::try_from(first).unwrap_or(BATCH).min(most(&share));
    loop {
        let mut batch = log.candidates(along, &ask).await?;
        in_order(&mut batch, ask.newest_first);
        let rows = u32::try_from(batch.len()).unwrap_or(u32::MAX);
        let last = batch.last().map(|candidate| candidate.point.clone());
        let end = batch.iter().rev().map(|candidate| &candidate.point).find(|it| it.is_named());
        let end = end.cloned();
        kept.found.extend(batch.into_iter().filter(|candidate| candidate.keep));
        if let Some((all, _)) = &mut budget {
            all.spend(rows);
        }
        let is_spent = share.as_mut().is_some_and(|share| share.spend(rows));
        let is_far = |last: &Point| {
            behind.as_ref().is_some_and(|behind| is_behind(last, behind, ask.newest_first))
        };
        let goes_on = rows >= ask.limit && kept.found.len() < want;
        let Some(last) = last.filter(|last| goes_on && !is_far(last)) else {
            kept.found.truncate(want);
            return Ok(kept);
        };
        if is_spent && end.is_some() {
            kept.end = end;
            return Ok(kept);
        }
        if !ask.go_on(&last) {
            // Nothing comes after instants that cannot be read.
            return Ok(kept);
        }
        ask.limit = most(&share);
    }
}

/// Returns true if a point comes after another one.
fn is_behind(point: &Point, other: &Point, newest_first: bool) -> bool {
    if newest_first { point < other } else { point > other }
}

pub(super) fn in_order(candidates: &mut [Candidate], newest_first: bool) {
    candidates.sort_unstable_by(|a, b| {
        let order = a.point.cmp(&b.point);
        if newest_first { order.reverse() } else { order }
    });
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use chrono::{DateTime, TimeDelta};
    use whatsapp_core::message::Delivery;

    use super::super::read;
    use super::*;

    /// A log in which no row matches: this number of rows of each status, one a second.
    struct Barren {
        rows: u32,
        looked: AtomicU32,
    }

    impl Barren {
        fn new(rows: u32) -> Self {
            Self { rows, looked: AtomicU32::new(0) }
        }

        fn looked(&self) -> u32 {
            self.looked.load(Ordering::SeqCst)
        }
    }

    fn point(no: u32) -> Point {
        let id = format!("0198c0de-0000-7000-8000-{no:012x}");
        Point { at: DateTime::UNIX_EPOCH + TimeDelta::seconds(no.into()), id }
    }

    #[async_trait]
    impl ReadLog for Barren {
        fn leads(&self, _: Plain) -> bool {
            false
        }

        async fn plain(&self, _: Plain, _: &Ask) -> Result<Vec<Placed>, StoreError> {
            Ok(Vec::new())
        }

        async fn plain_count(&self, _: Plain, _: &Ask) -> Result<u64, StoreError> {
            Ok(0)
        }

        async fn candidates(&self, _: PagePlan, ask: &Ask) -> Result<Vec<Candidate>, StoreError> {
            let second = |high: &Point| u32::try_from(high.at.timestamp()).unwrap();
            let newest = ask.high.as_ref().map_or(self.rows, second);
            let updated_at = DateTime::UNIX_EPOCH;
            let batch: Vec<_> = (0..newest)
                .rev()
                .take(ask.limit as usize)
                .map(|no| Candidate { point: point(no), updated_at, keep: false })
                .collect();
            self.looked.fetch_add(u32::try_from(batch.len()).unwrap(), Ordering::SeqCst);
            Ok(batch)
        }

        async fn rows_of(&self, _: Vec<String>) -> Result<Vec<Placed>, StoreError> {
            Ok(Vec::new())
        }

        async fn names_of(&self, _: Vec<String>) -> Result<Vec<Named>, StoreError> {
            Ok(Vec::new())
        }

        async fn plain_out(&self, _: Plain, _: &Ask, _: bool) -> Result<Vec<TakenOut>, StoreError> {
            Ok(Vec::new())
        }

        async fn rows_out(&self, _: Vec<String>, _: bool) -> Result<Vec<TakenOut>, StoreError> {
            Ok(Vec::new())
        }
    }

    /// A filter that is read in one part for each of these statuses, by no suitable index.
    fn in_parts(statuses: &[Status]) -> LogFilter {
        let mut filter = LogFilter::default();
        filter.statuses = statuses.iter().copied().collect();
        filter.deliveries = [Delivery::Read].into();
        filter
    }

    #[tokio::test]
    async fn all_parts_of_a_page_share_what_it_may_cost() {
        use whatsapp_core::port::{Sort, Turn};
        for (statuses, sort) in [
            (&[Status::Sent][..], Sort::Newest),
            (&[Status::Sent, Status::Failed], Sort::Newest),
            (&[Status::Sent, Status::Failed, Status::Cancelled], Sort::Status),
        ] {
            let log = Barren::new(WALK_ROWS * 2);
            let page = read::page(&log, &in_parts(statuses), sort, Turn::First, 20).await.unwrap();
            assert!(page.further.is_some(), "{statuses:?}");
            assert!(log.looked() <= WALK_ROWS, "{statuses:?}: {}", log.looked());
            let log = Barren::new(WALK_ROWS * 2);
            let count = read::count(&log, &in_parts(statuses), 1_000).await.unwrap();
            assert!(!count.is_exact, "{statuses:?}");
            assert!(log.looked() <= WALK_ROWS / 2, "{statuses:?}: {}", log.looked());
        }
    }

    #[tokio::test]
    async fn a_walk_goes_no_further_than_what_is_wanted() {
        let log = Barren::new(WALK_ROWS);
        let ask = Ask::new(in_parts(&[Status::Sent]), true, None, 0);
        let behind = Some(point(WALK_ROWS - 300));
        let reach = Reach { want: 20, behind, budget: None };
        let kept = walk(&log, ask, reach).await.unwrap();
        assert_eq!(kept.end, None, "everything before that was looked at");
        assert!((300..=300 + BATCH).contains(&log.looked()), "{}", log.looked());
    }
}
