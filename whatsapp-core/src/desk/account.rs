//! Stopping all sending by hand, and letting it go on.

use super::Desk;
use crate::account::{Account, AccountChange, AccountStep, Verdict};
use crate::audit::Actor;
use crate::id::AccountEventId;
use crate::port::{StoreError, random};

impl Desk {
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
