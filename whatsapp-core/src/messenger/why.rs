//! An explanation of a message's state.

use super::{ManageError, Messenger};
use crate::id::MessageId;
use crate::why::Now;

impl Messenger {
    /// Returns the reason why a message was sent, waits, failed or was cancelled, in one sentence,
    /// as of now. For many messages [`Message::why`](crate::message::Message::why) does the same
    /// with rows that were read.
    ///
    /// # Errors
    /// [`ManageError::Unknown`] where there is no such message; [`ManageError`] when the settings
    /// or the database do not answer.
    pub async fn why(&self, id: MessageId) -> Result<String, ManageError> {
        let ports = &self.ports;
        let message = ports.store.message(id).await?.ok_or(ManageError::Unknown)?;
        let zone = ports.settings().await?.time_zone;
        let account = ports.store.account().await?;
        let now = Now::new(ports.clock.now(), &zone).with_pause(account.pause.as_ref());
        Ok(message.why(&now))
    }
}
