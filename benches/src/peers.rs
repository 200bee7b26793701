//! The peers, each as a user would have to set it up for this job. Each has a queue, and beside it
//! the message log that the business needs, which the handler keeps up to date.

pub mod apalis_postgres;
pub mod apalis_sqlite;
pub mod graphile;
pub mod log;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ours;

/// The job that a user puts into the queue: all that is needed to send one message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    /// The message's row in the log.
    pub id: Uuid,
    /// Number that the message goes to.
    pub number: String,
    /// Text of the message.
    pub text: String,
}

/// Jobs of one run, with the same texts and numbers as our own messages.
#[must_use]
pub fn jobs(numbers: std::ops::Range<u32>) -> Vec<Job> {
    let now = ours::now();
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    let id = || {
        let random: [u8; 10] = std::array::from_fn(|_| fastrand::u8(..));
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    };
    numbers.map(|n| Job { id: id(), number: ours::number(n), text: ours::text(n) }).collect()
}

/// Counts what the handlers have done.
#[derive(Debug, Clone)]
pub struct Tally {
    done: Arc<AtomicU32>,
    rows: u32,
}

impl Tally {
    /// Makes a tally that counts up to this number.
    #[must_use]
    pub fn up_to(rows: u32) -> Self {
        Self { done: Arc::default(), rows }
    }

    /// Counts a finished job; returns true if it was the last.
    #[must_use]
    pub fn one_more(&self) -> bool {
        self.done.fetch_add(1, Ordering::Relaxed) + 1 == self.rows
    }
}
