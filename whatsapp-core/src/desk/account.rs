//! Stopping all sending by hand, and letting it go on.

use chrono::{DateTime, TimeDelta, Utc};

use super::Desk;
use crate::account::{Account, AccountChange, AccountStep, Verdict};
use crate::audit::Actor;
use crate::id::AccountEventId;
use crate::port::{Count, StoreError, random};

/// How many messages a question counts.
const MOST: u64 = 10_000;

/// What a pause of all sending will cost, as far as it is known beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PauseOutlook {
    /// How many messages wait to be sent, now or later.
    pub waiting: Count,
    /// How many of them are withdrawn if sending is still paused in a day.
    pub ends_in_a_day: Count,
    /// When the first of these is.
    pub first_end: Option<DateTime<Utc>>,
}

impl Desk {
    /// What [`pause`](Self::pause) will cost: asked before it is done.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn before_pause(&self) -> Result<PauseOutlook, StoreError> {
        let (store, now) = (&self.ports.store, self.ports.clock.now());
        let lanes = store.backlog(now, MOST).await?;
        let of = |number| Count { number, is_exact: number < MOST };
        let waiting = lanes.iter().map(|lane| of(lane.due).and(of(lane.later)));
        let none = Count { number: 0, is_exact: true };
        let (ends_in_a_day, first_end) = store.ending(now + TimeDelta::days(1), MOST).await?;
        Ok(PauseOutlook { waiting: waiting.fold(none, Count::and), ends_in_a_day, first_end })
    }

    /// The account as it stands: whether it is paused, why, and until when.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn account(&self) -> Result<Account, StoreError> {
        self.ports.store.account().await
    }

    /// Stops all sending until [`resume`](Self::resume), over all processes; `false` where it was
    /// stopped by hand already. What is in a dispatcher's hand just now still goes out.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; nothing changed then.
    pub async fn pause(&self, by: &Actor) -> Result<bool, StoreError> {
        self.change_account(AccountStep::Hold, by).await
    }

    /// Lifts a pause of the account, whoever or whatever made it: one that a person made, or one
    /// whose cause was mended, such as a new key. `false` where there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; nothing changed then.
    pub async fn resume(&self, by: &Actor) -> Result<bool, StoreError> {
        self.change_account(AccountStep::Lift { since: None, taken: None }, by).await
    }

    async fn change_account(&self, step: AccountStep, by: &Actor) -> Result<bool, StoreError> {
        let ports = &self.ports;
        let at = ports.clock.now();
        let id = AccountEventId::new(at, random(ports.entropy.as_ref()));
        let by = Some((by.clone(), ports.audit_id()));
        let changed = ports.store.change_account(&AccountChange { id, at, step, by }).await?;
        if let Some(event) = &changed.event {
            tracing::warn!(event = event.kind.as_str(), "{} by hand", event.kind.label());
        }
        ports.wake.wake();
        Ok(changed.verdict != Verdict::Stale)
    }
}
