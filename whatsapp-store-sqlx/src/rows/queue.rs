//! Counts and due times of the outbox.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use whatsapp_core::port::{Count, Lane, LaneQueue, NextDue, Owed, StoreError};

use crate::codec::{Columns, Reader};

pub(crate) fn owed(row: &impl Columns) -> Result<Owed, StoreError> {
    let row = &Reader::new(row, "outbox row");
    Ok(Owed {
        waiting: row.number("waiting")?,
        in_doubt: row.number("in_doubt")?,
        watched: row.number("watched")?,
    })
}

/// The first due time of each lane; a lane without a row is empty.
pub(crate) fn next_due<R: Columns>(rows: &[R]) -> Result<NextDue, StoreError> {
    let mut first = BTreeMap::new();
    for row in rows {
        let row = Reader::new(row, "outbox row");
        let lane: Lane = row.parsed("lane")?;
        first.extend(row.instant_or_null("at")?.map(|at| (lane, at)));
    }
    Ok(NextDue::of(|lane| first.get(&lane).copied()))
}

pub(crate) fn lane_queue(row: &impl Columns) -> Result<LaneQueue, StoreError> {
    let row = &Reader::new(row, "outbox row");
    Ok(LaneQueue {
        lane: row.parsed("lane")?,
        due: row.number("due")?,
        later: row.number("later")?,
    })
}

pub(crate) fn in_order_of_lanes(mut queues: Vec<LaneQueue>) -> Vec<LaneQueue> {
    queues.sort_unstable_by_key(|queue| queue.lane);
    queues
}

/// The number of ending messages among those that were checked; it is exact if fewer than `most`
/// were checked.
pub(crate) fn ending(
    row: &impl Columns,
    most: u64,
) -> Result<(Count, Option<DateTime<Utc>>), StoreError> {
    let row = &Reader::new(row, "outbox row");
    let looked: u64 = row.number("looked")?;
    let number = Count { number: row.number("number")?, is_exact: looked < most };
    Ok((number, row.instant_or_null("first")?))
}
