//! The account's shared state, and the events about it.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use super::StoreError;
use crate::account::{Account, AccountChange, AccountEvent, Changed, Reservation, Reserve};
use crate::id::{AccountEventId, AccountId, LeaseToken};

/// The right to report account events, until it runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventClaim {
    /// The events to claim: either all of them are claimed, or none.
    pub ids: Vec<AccountEventId>,
    /// Proof of the claim.
    pub token: LeaseToken,
    /// The current time.
    pub now: DateTime<Utc>,
    /// Duration of the claim.
    pub lease: TimeDelta,
}

/// The account's shared state: its rate limit, its pause, its changes and the events that
/// they leave.
///
/// # Contract
/// - [`reserve`](Self::reserve) is one transaction. When several processes reserve at once, each
///   sees the state that the one before it left.
/// - [`change_account`](Self::change_account) is one transaction: it reads the account, applies
///   [`AccountChange::on`], and writes the account and the event. Of several changes at once each
///   sees the state that the one before it left, whatever the number of processes.
/// - An event is written once, and its words do not change.
/// - [`account_id`](Self::account_id) is the account of all other answers, and stays the same.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AccountStore: Debug + Send + Sync + 'static {
    /// The account that this store works for. The answer asks the database nothing.
    fn account_id(&self) -> AccountId;

    /// The account's shared state, without reserving anything.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn account(&self) -> Result<Account, StoreError>;

    /// Reserves requests for the account, across all processes: [`Account::reserve`].
    ///
    /// # Errors
    /// [`StoreError`]: then none was reserved.
    async fn reserve(&self, reserve: &Reserve) -> Result<Reservation, StoreError>;

    /// Changes the account by the pure rule [`AccountChange::on`].
    ///
    /// # Errors
    /// [`StoreError`]: then nothing changed.
    async fn change_account(&self, change: &AccountChange) -> Result<Changed, StoreError>;

    /// The newest events, at most `limit`, the oldest of them first.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn account_events(&self, limit: u32) -> Result<Vec<AccountEvent>, StoreError>;

    /// Claims events in order to report them. `false`, and nothing is claimed, when one of them was
    /// reported already or is claimed by another process.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing is claimed.
    async fn claim_account_events(&self, claim: &EventClaim) -> Result<bool, StoreError>;

    /// Records that the claimed events were reported; those of another claim stay as they are.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn account_events_told(
        &self,
        token: LeaseToken,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError>;
}
