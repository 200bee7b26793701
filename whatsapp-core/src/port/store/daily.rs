//! Outcomes of each day's messages, in numbers.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};

use super::StoreError;
use crate::message::{Outcome, Trigger, TypeName};

/// A day to be counted: its date, and the instants between which its messages were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayFill {
    /// The date, in the time zone of the business.
    pub day: NaiveDate,
    /// The first instant of the day.
    pub from: DateTime<Utc>,
    /// The first instant after the day.
    pub until: DateTime<Utc>,
}

/// The number of messages of a day that have the same type, trigger and outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCount {
    /// The day.
    pub day: NaiveDate,
    /// The first instant of the day, in the time zone in which it was counted.
    pub since: DateTime<Utc>,
    /// The type of the messages.
    pub message_type: TypeName,
    /// The trigger of the messages.
    pub trigger: Trigger,
    /// The outcome of the messages.
    pub outcome: Outcome,
    /// Number of these messages.
    pub number: u64,
    /// Number of these messages for which work is still owed, a check of their delivery too: their
    /// outcome can still change.
    pub open: u64,
}

/// The table `whatsapp_daily`: a summary of the log. The log is the authority.
///
/// # Contract
/// - A reader sees all of a day's old counts or all of its new ones. Fills wait for each other.
/// - A day without messages has no counts.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait DailyStore: Debug + Send + Sync + 'static {
    /// Counts the messages of a day, and replaces the earlier counts of that day.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn fill_day(&self, fill: &DayFill) -> Result<(), StoreError>;

    /// The counts of the days from one to another, both included, ordered by day, type, trigger and
    /// outcome. Rows that cannot be read are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn days(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<DayCount>, StoreError>;

    /// The days on which work was still owed to a message when they were counted, the oldest first
    /// and at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn open_days(&self, limit: u32) -> Result<Vec<NaiveDate>, StoreError>;

    /// Deletes all counts, for when the time zone has changed.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn clear_days(&self) -> Result<(), StoreError>;
}
