//! A message's row in the log, and the phase that people see.

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

/// An attachment as the log keeps it: the link for the gateway, and the checked facts.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttachmentRef {
    /// The URL at which the gateway fetches the file. It may hold a secret path, so `Debug` does
    /// not show it.
    pub url: String,
    /// The kind of the file.
    pub kind: AttachmentKind,
    /// The file's name, as the recipient sees it.
    pub name: String,
    /// The file's size in bytes, when the bytes were read.
    pub size: Option<u64>,
    /// The SHA-256 of the file's bytes in hexadecimal, when they were read.
    pub sha256: Option<String>,
    /// End of the link, if a [`MediaHost`](crate::port::MediaHost) made it; `None` for a public
    /// link of the host's own, which is passed on as it is.
    pub until: Option<DateTime<Utc>>,
}

impl AttachmentRef {
    /// A file at `url` of which nothing more is known.
    #[must_use]
    pub fn new(url: impl Into<String>, kind: AttachmentKind, name: impl Into<String>) -> Self {
        Self { url: url.into(), kind, name: name.into(), size: None, sha256: None, until: None }
    }

    /// The same file with the facts from its bytes.
    #[must_use]
    pub fn with_bytes(mut self, size: u64, sha256: impl Into<String>) -> Self {
        self.size = Some(size);
        self.sha256 = Some(sha256.into());
        self
    }

    /// The same file with a link that ends.
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

/// All facts about a message that are known when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The message's id.
    pub id: MessageId,
    /// The message's idempotency key.
    pub key: MessageKey,
    /// The message's content, as a hash.
    pub fingerprint: Fingerprint,
    /// The customer.
    pub customer_id: CustomerId,
    /// The customer's name at the time; at most 255 characters.
    pub customer_name: Private,
    /// The number, with `+`. For a refused message it is the text that the host gave, at most 20
    /// characters, of which the last is `…` where it was cut.
    pub whatsapp_number: Private,
    /// The message type.
    pub message_type: TypeName,
    /// The trigger of the message.
    pub trigger: Trigger,
    /// The most retries that the message may have.
    pub max_retries: u32,
    /// The finished text.
    pub text: Private,
    /// The values of the placeholders; `None` for a text that a person wrote. A message that was
    /// refused before it had a text keeps the values that were known then.
    pub values: Option<MessageValues>,
    /// The stored template that the text was made from; `None` for built-in and custom texts.
    pub template_id: Option<TemplateId>,
    /// The version of that template.
    pub template_version: Option<u32>,
    /// The file that is sent with the message.
    pub attachment: Option<AttachmentRef>,
    /// The invoice to ask the ledger about right before the message is sent.
    pub invoice_id: Option<InvoiceId>,
    /// The subject, as people know it: the number of the invoice, order or entry; at most
    /// [`SUBJECT_MAX`] characters.
    pub subject: Option<String>,
    /// Time at which the host wanted the message to be sent.
    pub scheduled_for: Option<DateTime<Utc>>,
    /// Time after which the message is cancelled instead of sent.
    pub expires_at: Option<DateTime<Utc>>,
    /// A warning for the manager: placeholders that were left as they were, a file that was
    /// trimmed, an amount of zero.
    pub warning: Option<String>,
    /// The message that this one sends again.
    pub resend_of: Option<MessageId>,
    /// The manager who made the message.
    pub created_by: Option<UserId>,
    /// Time at which the message was made.
    pub created_at: DateTime<Utc>,
}

impl Facts {
    /// Returns true if the part that is still owed is too late to be sent at `at`. Once the
    /// customer has the file, its text follows, however late.
    #[must_use]
    pub fn is_too_late(&self, part: Part, at: DateTime<Utc>) -> bool {
        part != Part::Text && self.expires_at.is_some_and(|end| end <= at)
    }
}

/// A message that is to be put into the log and the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// The content and the recipient of the message.
    pub facts: Facts,
    /// The first state: waiting, or failed at once because the message could never be sent; then a
    /// notice is owed.
    pub state: StateRow,
    /// The audit entry, where somebody sends a failed message again.
    pub audit: Option<Box<AuditEntry>>,
}

impl NewMessage {
    /// A message without an audit entry.
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
    /// All facts that were known when the message was made.
    pub facts: Facts,
    /// The current state of the message.
    pub state: StateRow,
    /// The gateway's id of the message, once the gateway accepted it.
    pub gateway_id: Option<String>,
    /// The gateway's last reply, without number, text and key.
    pub api_response: Option<serde_json::Value>,
    /// Time of the row's last change.
    pub updated_at: DateTime<Utc>,
}

impl Message {
    /// The parts of a message whose text follows its file, each with its phase; none for a message
    /// that is sent as a whole.
    #[must_use]
    pub fn parts(&self, now: DateTime<Utc>) -> Vec<(Part, Phase)> {
        let phase = self.phase(now);
        match (self.state.part, &phase) {
            (Part::Whole, _) => Vec::new(),
            // Without the file the text does not follow; a report of delivery holds for both.
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

    /// The phase of the message, in the words that people read, while the account sends.
    #[must_use]
    pub fn phase(&self, now: DateTime<Utc>) -> Phase {
        self.phase_while(now, None)
    }

    /// The phase of the message while the account is paused until an instant: due messages wait for
    /// it.
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
    /// The message is sent as soon as the in-flight limit allows.
    Queued,
    /// The message is sent at a set time.
    Scheduled {
        /// Time at which the message is sent.
        at: DateTime<Utc>,
    },
    /// The message was due, and waits for the host's books, the records or business hours.
    Held {
        /// Reason for the wait.
        by: HeldFor,
        /// Time at which the wait ends; the message is checked again then.
        until: DateTime<Utc>,
    },
    /// The message is due, and waits for the account, which is paused.
    Paused {
        /// End of the pause, which may last longer.
        until: DateTime<Utc>,
    },
    /// The message is being sent.
    Sending,
    /// Nobody knows whether the gateway accepted the message; the gateway is being asked.
    Checking,
    /// The last attempt failed, another one follows.
    Retrying {
        /// Time of the next attempt.
        at: DateTime<Utc>,
    },
    /// The gateway accepted the message.
    Sent,
    /// The message reached the handset.
    Delivered,
    /// The message was read.
    Read,
    /// The message failed for good.
    Failed(Failure),
    /// The message was withdrawn.
    Cancelled(CancelReason),
}

impl Phase {
    /// Returns the phase as one word, for filters and machines.
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
