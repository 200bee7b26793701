//! A campaign's write as every store understands it: what it refuses, and the rows that it becomes.

use std::collections::BTreeSet;

use super::super::StoreError;
use super::super::outbox::Enqueued;
use super::{CampaignChange, CampaignWrite};
use crate::campaign::{Campaign, Recipient};

impl CampaignWrite {
    /// Checks what no store takes: a recipient that stands in it twice, or that names a message which is
    /// not in it; one that is queued or sent without a message; a campaign that is changed and must stand
    /// as it was.
    ///
    /// # Errors
    /// [`StoreError::Other`], which says what it is.
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

    /// The rows of its recipients, when `enqueued` became of its messages: with their messages' ids, at
    /// the revision after that which was seen.
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
    /// The row that it writes: a new one at revision 0, any other at the revision after that which was
    /// seen.
    #[must_use]
    pub fn row(&self) -> Campaign {
        let revision = self.seen.map_or(0, |seen| seen.saturating_add(1));
        Campaign { revision, ..self.campaign.clone() }
    }
}
