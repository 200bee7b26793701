//! Muting customers, numbers and invoices, and lifting that.

use std::sync::Arc;

use super::Desk;
use crate::audit::Actor;
use crate::id::MuteId;
use crate::mute::{Mute, MuteOf, MuteOn};
use crate::port::{MuteCursor, MuteEnd, MuteFilter, MuteQuestion, MuteStore, StoreError, random};
use crate::wiring::{Ports, audit_id, mutes_for};

impl Desk {
    /// Keeps messages back from now on: those of a category to a customer, to a number or about an
    /// invoice. Where the same mute holds already, nothing changes and that mute is returned.
    ///
    /// Messages that wait to be sent are cancelled when their turn comes; a message that is being
    /// sent just now still goes out.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer, or nothing keeps mutes (see
    /// [`Ports::with_mutes`](crate::Ports::with_mutes)); nothing changed then.
    pub async fn mute(&self, on: MuteOn, of: MuteOf, by: &Actor) -> Result<Mute, StoreError> {
        let at = self.ports.clock.now();
        let id = MuteId::new(at, random(self.ports.entropy.as_ref()));
        let mute = Mute { id, on, of, by: by.clone(), at, ended: None };
        keeper(&self.ports)?.add_mute(&mute, audit_id(&self.ports)).await
    }

    /// Ends a mute, and returns it as it is then; `None` where no mute of this id holds. Messages
    /// that it cancelled stay cancelled.
    ///
    /// # Errors
    /// As [`mute`](Self::mute).
    pub async fn unmute(&self, id: MuteId, by: &Actor) -> Result<Option<Mute>, StoreError> {
        let (at, audit) = (self.ports.clock.now(), audit_id(&self.ports));
        keeper(&self.ports)?.end_mute(&MuteEnd { id, by: by.clone(), at, audit }).await
    }

    /// A page of at most `limit` mutes after the mute `after`, the newest first.
    ///
    /// # Errors
    /// As [`mute`](Self::mute).
    pub async fn mutes(
        &self,
        filter: &MuteFilter,
        after: Option<MuteCursor>,
        limit: u32,
    ) -> Result<Vec<Mute>, StoreError> {
        keeper(&self.ports)?.mutes(filter, after, limit).await
    }

    /// The mutes that hold for each of these messages, as the sender of the messages asks. Empty
    /// for each message where nothing keeps mutes.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn mutes_for(&self, asked: &[MuteQuestion]) -> Result<Vec<Vec<Mute>>, StoreError> {
        mutes_for(&self.ports, asked).await
    }
}

/// Returns where mutes are kept; an error where nothing keeps them.
fn keeper(ports: &Ports) -> Result<&Arc<dyn MuteStore>, StoreError> {
    let missing =
        || "nothing keeps mutes: make the ports by `Ports::over`, or add `with_mutes`".to_owned();
    ports.mutes.as_ref().ok_or_else(|| StoreError::Other { reason: missing() })
}
