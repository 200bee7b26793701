//! Rules for a campaign's write that all stores share: the writes that are refused, and the rows to
//! store.

use std::collections::BTreeSet;

use super::super::StoreError;
use super::super::outbox::Enqueued;
use super::{CampaignChange, CampaignWrite};
use crate::campaign::{Campaign, Recipient};

impl CampaignWrite {
    /// Refuses writes that no store accepts:
    /// - a recipient that occurs twice, or that names a message which is not in the write;
    /// - a recipient that is queued or sent without a message;
    /// - a campaign that is changed and must stay as it was read.
    ///
    /// # Errors
    /// [`StoreError::Other`], which gives the reason.
    pub fn check(&self) -> Result<(), StoreError> {
        let wrong = |reason: &str| Err(StoreError::Other { reason: reason.to_owned() });
        let changed = self.change.as_ref().map(|change| change.campaign.id);
        if self.over.is_some_and(|over| Some(over.id) == changed) {
            return wrong("a campaign is changed that must stand as it was");
        }
        let mut numbers = BTreeSet::new();
        for write in &self.recipients {
            let recipient = &write.recipient;
            if !numbers.insert((recipient.campaign, &recipient.number)) {
                return wrong("a recipient stands twice in one write");
            }
            if write.message.is_some_and(|place| place >= self.messages.len()) {
                return wrong("a recipient names a message that its write does not have");
            }
            let has_message = write.message.is_some() || recipient.message_id.is_some();
            if recipient.state.is_greeted() && !has_message {
                return wrong("a recipient that is on its way or sent needs its message");
            }
        }
        Ok(())
    }

    /// Returns the rows of the recipients, when `enqueued` is the result for the messages: with
    /// their messages' ids, and with the revision after the one that was read.
    #[must_use]
    pub fn rows(&self, enqueued: &[Enqueued]) -> Vec<Recipient> {
        let row = |write: &super::RecipientWrite| {
            let message = write.message.and_then(|place| enqueued.get(place));
            Recipient {
                message_id: message.map(|enqueued| enqueued.id()).or(write.recipient.message_id),
                revision: write.recipient.revision.saturating_add(1),
                ..write.recipient.clone()
            }
        };
        self.recipients.iter().map(row).collect()
    }
}

impl CampaignChange {
    /// Returns the row to store: a new campaign at revision 0, any other at the revision after the
    /// one that was read.
    #[must_use]
    pub fn row(&self) -> Campaign {
        let revision = self.seen.map_or(0, |seen| seen.saturating_add(1));
        Campaign { revision, ..self.campaign.clone() }
    }
}
