//! Bulk actions: one action on many messages.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::StoreError;
use super::settings::Saved;
use crate::audit::{Actor, AuditEntry};
use crate::bulk::{Bulk, BulkAsks, BulkItem, BulkOutcome, BulkState};
use crate::id::{AuditId, BulkId, LeaseToken, MessageId};
use crate::private::Private;

/// The longest time ahead at which a claim of a bulk action may end. A claim that ends later was
/// made before a clock was set back, and does not hold.
pub const BULK_HORIZON: TimeDelta = TimeDelta::minutes(10);

/// A requested change of the state of a bulk action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkChange {
    /// The bulk action.
    pub id: BulkId,
    /// The state that was read.
    pub from: BulkState,
    /// The new state.
    pub to: BulkState,
    /// The actor to whom the bulk action belongs from now on.
    pub by: Actor,
    /// The confirmations that they give.
    pub agreed: BulkAsks,
    /// Time of the change.
    pub at: DateTime<Utc>,
    /// The audit entry for the change.
    pub audit: AuditEntry,
}

/// A claim of a bulk action that is running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkClaim {
    /// Token of the claim.
    pub token: LeaseToken,
    /// The current time.
    pub now: DateTime<Utc>,
    /// End of the claim.
    pub until: DateTime<Utc>,
    /// The most messages to claim.
    pub limit: u32,
}

/// Result of a bulk action for one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkResult {
    /// The message's place in the bulk action.
    pub no: u32,
    /// The outcome for this message.
    pub outcome: BulkOutcome,
    /// Reason why the message was left out or failed.
    pub sentence: Option<Private>,
    /// The new message, where one was made.
    pub fresh: Option<MessageId>,
}

/// Results for the claimed messages of a bulk action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkWrite {
    /// The bulk action.
    pub id: BulkId,
    /// The claim, which ends with this write.
    pub token: LeaseToken,
    /// Time of the write.
    pub at: DateTime<Utc>,
    /// The result for each message.
    pub results: Vec<BulkResult>,
}

/// The tables `whatsapp_bulk` and `whatsapp_bulk_items`.
///
/// # Contract
/// - A bulk action is stored with all of its messages, or not at all. It is changed only from the
///   state that was read, and its audit entry is written with the change.
/// - At most one claim of a bulk action holds at a time. A process that lost its claim writes
///   nothing.
/// - A message that was processed is not processed again. After the last one the bulk action is
///   done, unless it was stopped.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait BulkStore: Debug + Send + Sync + 'static {
    /// Adds a bulk action with its messages, whose places are 0, 1, 2 and so on. Its
    /// [counts](Bulk::counts) are not written: they follow from the messages.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; [`StoreError::Conflict`] where the id is
    /// taken.
    async fn add_bulk(&self, bulk: &Bulk, items: &[BulkItem]) -> Result<(), StoreError>;

    /// The bulk action with this id.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn bulk(&self, id: BulkId) -> Result<Option<Bulk>, StoreError>;

    /// Messages of a bulk action with this outcome, or with `None` those not yet processed: at most
    /// `limit`, in the order of their places, after the place `after`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn bulk_items(
        &self,
        id: BulkId,
        outcome: Option<BulkOutcome>,
        after: Option<u32>,
        limit: u32,
    ) -> Result<Vec<BulkItem>, StoreError>;

    /// Changes the state of a bulk action; [`Saved::Stale`] where it is not in the state that was
    /// read.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn change_bulk(&self, change: &BulkChange) -> Result<Saved, StoreError>;

    /// Claims the oldest running bulk action that nobody holds, with the first of its messages that
    /// are not yet processed; there may be no such message.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn claim_bulk(
        &self,
        claim: &BulkClaim,
    ) -> Result<Option<(Bulk, Vec<BulkItem>)>, StoreError>;

    /// Writes the results of claimed messages and ends the claim. `false` where the claim is lost,
    /// and then nothing is written.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn write_bulk(&self, write: &BulkWrite) -> Result<bool, StoreError>;

    /// Returns those of the given entries that are in the audit.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn entered(&self, entries: &[AuditId]) -> Result<Vec<AuditId>, StoreError>;

    /// Deletes bulk actions that were counted before an instant and never confirmed; returns their
    /// number.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn forget_bulk(&self, before: DateTime<Utc>) -> Result<u64, StoreError>;
}
