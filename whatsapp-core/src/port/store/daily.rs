//! What became of the messages of each day, in numbers.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};

use super::StoreError;
use crate::message::{Outcome, Trigger, TypeName};

/// A day to be counted: its date, and the instants between which its messages were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayFill {
    /// The date, by the clocks of the business.
    pub day: NaiveDate,
    /// Its first instant.
    pub from: DateTime<Utc>,
    /// The first instant behind it.
    pub until: DateTime<Utc>,
}

/// How many messages of a day, of one type and with one trigger, came to one outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCount {
    /// The day.
    pub day: NaiveDate,
    /// Its first instant, by the zone in which it was counted.
    pub since: DateTime<Utc>,
    /// The type.
    pub message_type: TypeName,
    /// What made them.
    pub trigger: Trigger,
    /// What they came to.
    pub outcome: Outcome,
    /// How many they are.
    pub number: u64,
    /// To how many of them something is owed, a look at their delivery too: what they came to changes still.
    pub open: u64,
}

/// The table `whatsapp_daily`: a roll-up of the log, which is what counts.
///
/// # Contract
/// - Whoever reads sees all of a day's old counts or all of its new ones. Fills wait for each other.
/// - A day without messages has no counts.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait DailyStore: Debug + Send + Sync + 'static {
    /// Counts the messages of a day, instead of what was counted of it before.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn fill_day(&self, fill: &DayFill) -> Result<(), StoreError>;

    /// The counts of the days from one to another, both included, ordered by day, type, trigger and
    /// outcome. What cannot be read is left out.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn days(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<DayCount>, StoreError>;

    /// The days on which something was owed to a message when they were counted, the oldest first and at
    /// most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn open_days(&self, limit: u32) -> Result<Vec<NaiveDate>, StoreError>;

    /// Forgets all counts: they were made by another zone's clocks.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn clear_days(&self) -> Result<(), StoreError>;
}
