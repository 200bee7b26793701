//! Acts on many messages.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::StoreError;
use super::settings::Saved;
use crate::audit::{Actor, AuditEntry};
use crate::bulk::{Bulk, BulkAsks, BulkItem, BulkOutcome, BulkState};
use crate::id::{AuditId, BulkId, LeaseToken, MessageId};
use crate::private::Private;

/// A claim of an act that ends later than this was made under a clock that was set back since, and does not
/// hold.
pub const BULK_HORIZON: TimeDelta = TimeDelta::minutes(10);

/// A new state of an act that somebody wishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkChange {
    /// The act.
    pub id: BulkId,
    /// The state that was seen.
    pub from: BulkState,
    /// The state to be.
    pub to: BulkState,
    /// Whose act it is from now on.
    pub by: Actor,
    /// What they agree to.
    pub agreed: BulkAsks,
    /// When.
    pub at: DateTime<Utc>,
    /// What the audit says of it.
    pub audit: AuditEntry,
}

/// A claim of an act that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BulkClaim {
    /// Names the claim.
    pub token: LeaseToken,
    /// When.
    pub now: DateTime<Utc>,
    /// How long it holds.
    pub until: DateTime<Utc>,
    /// How many messages, at most.
    pub limit: u32,
}

/// What came of the act on one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkResult {
    /// Its place.
    pub no: u32,
    /// What came of it.
    pub outcome: BulkOutcome,
    /// Why it was left out or failed.
    pub sentence: Option<Private>,
    /// The message that was made.
    pub fresh: Option<MessageId>,
}

/// What came of claimed messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkWrite {
    /// The act.
    pub id: BulkId,
    /// The claim, which ends with this.
    pub token: LeaseToken,
    /// When.
    pub at: DateTime<Utc>,
    /// What came of each.
    pub results: Vec<BulkResult>,
}

/// The tables `whatsapp_bulk` and `whatsapp_bulk_items`.
///
/// # Contract
/// - An act is there with all of its messages, or not at all. It is changed only from the state that was
///   seen, and its entry of the audit is written with the change.
/// - At most one claim of an act holds at a time. Who lost it writes nothing.
/// - A message that had its turn has no other one. Behind the last one's the act is done, unless it was
///   stopped.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait BulkStore: Debug + Send + Sync + 'static {
    /// Adds an act with its messages, whose places are 0, 1, 2 and so on. What its
    /// [counts](Bulk::counts) say is not written: they are those of the messages.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; [`StoreError::Conflict`] where the id is taken.
    async fn add_bulk(&self, bulk: &Bulk, items: &[BulkItem]) -> Result<(), StoreError>;

    /// The act with this id.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn bulk(&self, id: BulkId) -> Result<Option<Bulk>, StoreError>;

    /// Messages of an act that came to this, or with `None` whose turn has not come: at most `limit`, in
    /// the order of their places, behind the place `after`.
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

    /// Gives an act another state; [`Saved::Stale`] where it is not in the one that was seen.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn change_bulk(&self, change: &BulkChange) -> Result<Saved, StoreError>;

    /// Claims the oldest act that is under way and that nobody holds, with the first of its messages
    /// whose turn has not come; there may be none.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn claim_bulk(
        &self,
        claim: &BulkClaim,
    ) -> Result<Option<(Bulk, Vec<BulkItem>)>, StoreError>;

    /// Writes down what came of claimed messages, and ends the claim; `false` where it is lost, and then
    /// nothing is written.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn write_bulk(&self, write: &BulkWrite) -> Result<bool, StoreError>;

    /// Which of these entries the audit has.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn entered(&self, entries: &[AuditId]) -> Result<Vec<AuditId>, StoreError>;

    /// Forgets acts that were counted before an instant and never confirmed; tells how many.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn forget_bulk(&self, before: DateTime<Utc>) -> Result<u64, StoreError>;
}
