//! Messages that replaced a message.

use crate::id::MessageId;
use crate::message::{Facts, MessageKey};
use crate::port::{Enqueued, StoreError};
use crate::wiring::Ports;

/// Messages that replaced a message.
pub(super) struct Successors {
    /// The message that was enqueued correctly since, where the old one was refused.
    pub(super) corrected: Option<MessageId>,
    /// The messages as which the old one was sent again, the oldest first.
    resends: Vec<MessageId>,
}

impl Successors {
    pub(super) fn count(&self) -> usize {
        self.resends.len() + usize::from(self.corrected.is_some())
    }

    pub(super) fn all(self) -> Vec<MessageId> {
        self.corrected.into_iter().chain(self.resends).collect()
    }
}

/// Returns the messages that replaced a message.
pub(super) async fn successors(ports: &Ports, old: &Facts) -> Result<Successors, StoreError> {
    let store = &ports.store;
    let corrected = match corrected_key(old) {
        Some(plain) => store.find_key(&plain, &old.fingerprint).await?.map(Enqueued::id),
        None => None,
    };
    Ok(Successors { corrected, resends: store.resends_of(old.id).await? })
}

/// Returns the key of a refused message's corrected one; `None` for any other message.
pub(super) fn corrected_key(old: &Facts) -> Option<MessageKey> {
    old.key.of_corrected().and_then(|plain| MessageKey::new(plain).ok())
}
