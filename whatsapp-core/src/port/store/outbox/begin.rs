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
    /// The right to do so.
    pub lease: Lease,
    /// The attempt's number: one more than the POSTs so far.
    pub no: u32,
    /// The part of the message that it sends.
    pub part: Part,
    /// What all variants of the number that it goes to have in common:
    /// [`WhatsAppNumber::variant_key`](crate::WhatsAppNumber::variant_key).
    pub number_key: String,
    /// The number that it goes to.
    pub number: Private,
    /// The text that it sends: the message's, or the name of a file that goes ahead of its text.
    pub text: SentText,
    /// Which gateway it goes to, and by which key; `None` where the gateway has only one way.
    pub via: Option<Via>,
    /// When it begins.
    pub at: DateTime<Utc>,
    /// The same by elapsed time: the attempt's mark.
    pub elapsed: Elapsed,
    /// How much longer the lease must hold by elapsed time: long enough for the POST and its settling.
    pub lease_needed: TimeDelta,
    /// The attempt before it, whose outcome was unknown until a look closed it just now.
    pub close: Option<AttemptRecord>,
    /// What changes in the message before the POST, so that a look knows what was sent.
    pub revision: Option<Revision>,
}

impl Begin {
    /// The number of the open attempt that this begin closes. Without it no attempt may be open.
    #[must_use]
    pub fn closes(&self) -> Option<u32> {
        self.close.as_ref().filter(|record| record.outcome.is_some()).map(|record| record.no)
    }
}

/// A message as it goes out, where that is not as it was enqueued: all of it that may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The number.
    pub number: Private,
    /// The text.
    pub text: Private,
    /// The values that stand in it.
    pub values: Option<MessageValues>,
    /// The stored template that it was made from.
    pub template_id: Option<TemplateId>,
    /// The version of that template.
    pub template_version: Option<u32>,
    /// The new link of its file; `None` keeps the file as it is.
    pub link: Option<MediaLink>,
}

impl Revision {
    /// A claimed message as it stands, with nothing changed.
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

    /// The same behind the new link of `file`, which takes the old one's place wherever that stands.
    #[must_use]
    pub fn behind(mut self, file: &AttachmentRef, link: MediaLink) -> Self {
        self.text = self.text.as_str().replace(&file.url, &link.url).into();
        self.values = self.values.map(|values| values.replaced(&file.url, &link.url));
        self.link = Some(link);
        self
    }

    /// The claimed message as it goes out.
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

/// Whether an attempt was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// It is in the ledger: now, and only now, the POST may follow.
    Open,
    /// The lease is lost or too short, or an attempt is open: nothing may be sent.
    Fenced,
}
