//! Begins: attempts that are opened before their POSTs.

use chrono::{DateTime, TimeDelta, Utc};

use super::claim::{Claimed, Lease};
use crate::attachment::MediaLink;
use crate::id::TemplateId;
use crate::message::{AttachmentRef, AttemptRecord, MessageValues, Part, SentText, Via};
use crate::private::Private;
use crate::time::Elapsed;

/// An attempt that is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begin {
    /// The lease of the message.
    pub lease: Lease,
    /// The attempt's number: one more than the POSTs so far.
    pub no: u32,
    /// The part of the message that the attempt sends.
    pub part: Part,
    /// The key that all variants of the recipient's number share:
    /// [`WhatsAppNumber::variant_key`](crate::WhatsAppNumber::variant_key).
    pub number_key: String,
    /// The number that the attempt is sent to.
    pub number: Private,
    /// The text that the attempt sends: the message's, or the name of a file that is sent ahead of
    /// its text.
    pub text: SentText,
    /// The gateway and the key that the attempt uses; `None` where the gateway's host and key never
    /// change.
    pub via: Option<Via>,
    /// Time at which the attempt begins.
    pub at: DateTime<Utc>,
    /// Elapsed time of the begin: the attempt's mark.
    pub elapsed: Elapsed,
    /// Time for which the lease must still hold by elapsed time: long enough for the POST and its
    /// settlement.
    pub lease_needed: TimeDelta,
    /// The previous attempt, whose outcome was unknown until a lookup closed it just now.
    pub close: Option<AttemptRecord>,
    /// The changes to the message before the POST, so that a lookup knows the text that was sent.
    pub revision: Option<Revision>,
}

impl Begin {
    /// Returns the number of the open attempt that this begin closes. If there is none, no attempt
    /// may be open.
    #[must_use]
    pub fn closes(&self) -> Option<u32> {
        self.close.as_ref().filter(|record| record.outcome.is_some()).map(|record| record.no)
    }
}

/// A message as it is sent, where it differs from the enqueued one: all fields that may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The number.
    pub number: Private,
    /// The text.
    pub text: Private,
    /// The values in the text, by placeholder.
    pub values: Option<MessageValues>,
    /// The stored template that the text was made from.
    pub template_id: Option<TemplateId>,
    /// The version of that template.
    pub template_version: Option<u32>,
    /// The new link of the message's file; `None` keeps the file as it is.
    pub link: Option<MediaLink>,
}

impl Revision {
    /// A claimed message as it is, with nothing changed.
    #[must_use]
    pub fn of(claimed: &Claimed) -> Self {
        Self {
            number: claimed.whatsapp_number.clone(),
            text: claimed.text.clone(),
            values: claimed.values.clone(),
            template_id: claimed.template_id,
            template_version: claimed.template_version,
            link: None,
        }
    }

    /// The same revision with the new link of `file`, which replaces the old link wherever the text
    /// or the values contain it.
    #[must_use]
    pub fn behind(mut self, file: &AttachmentRef, link: MediaLink) -> Self {
        self.text = self.text.as_str().replace(&file.url, &link.url).into();
        self.values = self.values.map(|values| values.replaced(&file.url, &link.url));
        self.link = Some(link);
        self
    }

    /// Returns the claimed message as it is sent.
    #[must_use]
    pub fn apply(&self, claimed: &Claimed) -> Claimed {
        let file = claimed.attachment.clone();
        Claimed {
            whatsapp_number: self.number.clone(),
            text: self.text.clone(),
            values: self.values.clone(),
            template_id: self.template_id,
            template_version: self.template_version,
            attachment: match (file, &self.link) {
                (Some(file), Some(link)) => Some(file.behind(link.clone())),
                (file, _) => file,
            },
            ..claimed.clone()
        }
    }
}

/// Result of a begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// The attempt is in the ledger: now, and only now, the POST may follow.
    Open,
    /// The lease is lost or too short, or an attempt is open: nothing may be sent.
    Fenced,
}
