//! A message's row in the log, and the phase that people read off it.

use std::fmt;

use chrono::{DateTime, Utc};

use super::failure::Failure;
use super::key::{Fingerprint, MessageKey};
use super::kind::{CancelReason, Delivery, FailureKind, HeldFor, Step, Trigger};
use super::part::Part;
use super::row::StateRow;
use super::values::MessageValues;
use crate::attachment::{AttachmentKind, MediaLink};
use crate::audit::AuditEntry;
use crate::id::{CustomerId, InvoiceId, MessageId, TemplateId, UserId};
use crate::private::Private;
use crate::types::TypeName;

/// The longest customer name that is kept, in characters; longer ones are cut (specification 4.1).
pub const CUSTOMER_NAME_MAX: usize = 255;

/// The longest subject that is kept, in characters; longer ones are cut.
pub const SUBJECT_MAX: usize = 100;

/// An attachment as the log keeps it: where the gateway fetches it, and what was checked.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttachmentRef {
    /// Where the gateway fetches the file. May hold a secret path: not shown by `Debug`.
    pub url: String,
    /// What kind of file it is.
    pub kind: AttachmentKind,
    /// Its name, as the recipient sees it.
    pub name: String,
    /// Its size in bytes, when the bytes were seen.
    pub size: Option<u64>,
    /// The SHA-256 of its bytes in hexadecimal, when they were seen.
    pub sha256: Option<String>,
    /// When the link ends, if a [`MediaHost`](crate::port::MediaHost) made it; `None` for a public
    /// link of the host's own, which is passed on as it is.
    pub until: Option<DateTime<Utc>>,
}

impl AttachmentRef {
    /// A file at `url` of which nothing more is known.
    #[must_use]
    pub fn new(url: impl Into<String>, kind: AttachmentKind, name: impl Into<String>) -> Self {
        Self { url: url.into(), kind, name: name.into(), size: None, sha256: None, until: None }
    }

    /// The same file with what was learnt from its bytes.
    #[must_use]
    pub fn with_bytes(mut self, size: u64, sha256: impl Into<String>) -> Self {
        self.size = Some(size);
        self.sha256 = Some(sha256.into());
        self
    }

    /// The same file behind a link that ends.
    #[must_use]
    pub fn behind(mut self, link: MediaLink) -> Self {
        self.url = link.url;
        self.until = Some(link.until);
        self
    }
}

impl fmt::Debug for AttachmentRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttachmentRef")
            .field("kind", &self.kind)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// All that is known of a message when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its id.
    pub id: MessageId,
    /// Its idempotency key.
    pub key: MessageKey,
    /// What it says, as a hash.
    pub fingerprint: Fingerprint,
    /// Whom it is for.
    pub customer_id: CustomerId,
    /// The customer's name at the time; at most 255 characters.
    pub customer_name: Private,
    /// The number, with `+`; for a refused message what the host gave, at most 20 characters,
    /// of which the last is `…` where it was cut.
    pub whatsapp_number: Private,
    /// What it is.
    pub message_type: TypeName,
    /// What set it off.
    pub trigger: Trigger,
    /// How many retries it may have.
    pub max_retries: u32,
    /// The finished text.
    pub text: Private,
    /// The values of its placeholders; `None` for a text that a person wrote. A message that was
    /// refused before it had a text keeps the values that were known then.
    pub values: Option<MessageValues>,
    /// The stored template it was made from; `None` for built-in and custom texts.
    pub template_id: Option<TemplateId>,
    /// The version of that template.
    pub template_version: Option<u32>,
    /// The file that goes with it.
    pub attachment: Option<AttachmentRef>,
    /// The invoice to ask about right before it is sent.
    pub invoice_id: Option<InvoiceId>,
    /// What it is about, as people know it: the number of the invoice, order or entry; at most
    /// [`SUBJECT_MAX`] characters.
    pub subject: Option<String>,
    /// When the host wanted it to go out.
    pub scheduled_for: Option<DateTime<Utc>>,
    /// After this it is cancelled instead of sent.
    pub expires_at: Option<DateTime<Utc>>,
    /// What the manager should know about it: placeholders that were left as they stood, a file
    /// that was trimmed, an amount of zero.
    pub warning: Option<String>,
    /// The message that this one sends again.
    pub resend_of: Option<MessageId>,
    /// The manager who made it.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl Facts {
    /// Whether what is still owed of the message is not sent at `at` any more. Once the file is with the
    /// customer its text follows, however late.
    #[must_use]
    pub fn is_too_late(&self, part: Part, at: DateTime<Utc>) -> bool {
        part != Part::Text && self.expires_at.is_some_and(|end| end <= at)
    }
}

/// A message that is to be put into the log and the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// What it says, and to whom.
    pub facts: Facts,
    /// Waiting, or failed at once because it could never be sent; then a notice is owed.
    pub state: StateRow,
    /// What the audit says of it, where somebody sends a failed message again.
    pub audit: Option<Box<AuditEntry>>,
}

impl NewMessage {
    /// A message that the audit says nothing of.
    #[must_use]
    pub const fn new(facts: Facts, state: StateRow) -> Self {
        Self { facts, state, audit: None }
    }

    /// The same message with other facts.
    #[must_use]
    pub fn with_facts(self, change: impl FnOnce(Facts) -> Facts) -> Self {
        Self { facts: change(self.facts), ..self }
    }
}

/// A row of `whatsapp_message_logs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// All that was known when it was made.
    pub facts: Facts,
    /// Where it stands now.
    pub state: StateRow,
    /// The gateway's id, once it accepted the message.
    pub gateway_id: Option<String>,
    /// The gateway's last reply, without number, text and key.
    pub api_response: Option<serde_json::Value>,
    /// When the row last changed.
    pub updated_at: DateTime<Utc>,
}

impl Message {
    /// The parts of a message whose text follows its file, and where each stands; none for a
    /// message that is sent as a whole.
    #[must_use]
    pub fn parts(&self, now: DateTime<Utc>) -> Vec<(Part, Phase)> {
        let phase = self.phase(now);
        match (self.state.part, &phase) {
            (Part::Whole, _) => Vec::new(),
            // Without the file the text does not follow; what is said of delivery is said of both.
            (Part::File, Phase::Failed(_) | Phase::Cancelled(_))
            | (
                Part::Text,
                Phase::Delivered
                | Phase::Read
                | Phase::Failed(Failure { kind: FailureKind::Undelivered, .. }),
            ) => {
                vec![(Part::File, phase.clone()), (Part::Text, phase)]
            }
            (Part::File, _) => vec![(Part::File, phase), (Part::Text, Phase::Queued)],
            (Part::Text, _) => vec![(Part::File, Phase::Sent), (Part::Text, phase)],
        }
    }

    /// Where the message stands, in the words that people read, while the account sends.
    #[must_use]
    pub fn phase(&self, now: DateTime<Utc>) -> Phase {
        self.phase_while(now, None)
    }

    /// The same while the account is paused until an instant: what is due waits for it.
    #[must_use]
    pub fn phase_while(&self, now: DateTime<Utc>, paused_until: Option<DateTime<Utc>>) -> Phase {
        let state = &self.state;
        if let Some(owed) = &state.owed {
            match (owed.open_since, owed.step) {
                (Some(_), Step::Look) => return Phase::Checking,
                (Some(_), _) => return Phase::Sending,
                (None, Step::Send) => {
                    return match (state.held_for, paused_until, state.next_attempt_at) {
                        (Some(by), _, _) => Phase::Held { by, until: owed.due_at },
                        (None, Some(until), _) if owed.due_at <= now => Phase::Paused { until },
                        (None, _, Some(at)) => Phase::Retrying { at },
                        (None, _, None) if owed.due_at > now => {
                            Phase::Scheduled { at: owed.due_at }
                        }
                        (None, _, None) => Phase::Queued,
                    };
                }
                (None, Step::Look | Step::Watch) => {}
            }
        }
        match (&state.failure, state.cancel_reason, state.delivery) {
            (Some(why), _, _) => Phase::Failed(why.clone()),
            (None, Some(reason), _) => Phase::Cancelled(reason),
            (None, None, Some(Delivery::Delivered)) => Phase::Delivered,
            (None, None, Some(Delivery::Read)) => Phase::Read,
            (None, None, Some(Delivery::Accepted | Delivery::Undelivered)) => Phase::Sent,
            (None, None, None) => Phase::Queued,
        }
    }
}

/// A message's state in the words that people read, derived and never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// It goes out as soon as there is room.
    Queued,
    /// It goes out at a set time.
    Scheduled {
        /// When.
        at: DateTime<Utc>,
    },
    /// It was due, and waits for the host's books, the records or business hours.
    Held {
        /// For what.
        by: HeldFor,
        /// Until when; it is looked at again then.
        until: DateTime<Utc>,
    },
    /// It is due, and waits for the account, which is paused.
    Paused {
        /// Until when, or longer.
        until: DateTime<Utc>,
    },
    /// It is being sent.
    Sending,
    /// It is not known whether the gateway took it; the gateway is being asked.
    Checking,
    /// The last attempt failed, another one follows.
    Retrying {
        /// When.
        at: DateTime<Utc>,
    },
    /// The gateway took it.
    Sent,
    /// The handset has it.
    Delivered,
    /// It was read.
    Read,
    /// It failed for good.
    Failed(Failure),
    /// It was withdrawn.
    Cancelled(CancelReason),
}

impl Phase {
    /// The phase as one word, for filters and machines.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Scheduled { .. } => "scheduled",
            Self::Held { .. } => "held",
            Self::Paused { .. } => "paused",
            Self::Sending => "sending",
            Self::Checking => "checking",
            Self::Retrying { .. } => "retrying",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed(_) => "failed",
            Self::Cancelled(_) => "cancelled",
        }
    }
}
