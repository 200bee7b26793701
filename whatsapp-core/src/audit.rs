//! The audit: who did what, when, to what, and what it was before and after.
//!
//! Every act of a person or of the host's code leaves an entry, written in the act's transaction.
//! Acts of the library itself leave none: the message's row, its ledger and the account's events
//! record them.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{
    AccountId, AuditId, BulkId, CampaignId, InvoiceId, MessageId, MuteId, TemplateId, UserId,
};
use crate::schedule::StepName;
use crate::word::words;

words!(
    /// An act that the audit records.
    #[non_exhaustive]
    Act, "act",
    "setting_saved, template_saved, template_rolled_back, template_switched, changed_outside, \
     message_sent, message_retried, message_cancelled, message_resent, message_rescheduled, message_put_aside, \
     message_taken_up, account_paused, \
     account_resumed, reminder_approved, reminder_dropped, reminder_skipped, reminder_held, \
     reminded_now, muted, unmuted, campaign_saved, campaign_armed, campaign_tried, campaign_paused, \
     campaign_resumed, campaign_cancelled, campaign_confirmed, exported, bulk_confirmed, \
     bulk_stopped",
    {
        /// A setting was changed.
        SettingSaved => "setting_saved", "Setting changed";
        /// A template was made or changed.
        TemplateSaved => "template_saved", "Template saved";
        /// An earlier version of a template became its newest.
        TemplateRolledBack => "template_rolled_back", "Template rolled back";
        /// A template was switched on or off.
        TemplateSwitched => "template_switched", "Template switched on or off";
        /// Something else than the library changed a template.
        ChangedOutside => "changed_outside", "Changed outside";
        /// A message was written and sent by hand.
        MessageSent => "message_sent", "Message sent by hand";
        /// A message was tried again at once.
        MessageRetried => "message_retried", "Message retried";
        /// A message was withdrawn.
        MessageCancelled => "message_cancelled", "Message cancelled";
        /// A failed message was sent again as a new one.
        MessageResent => "message_resent", "Message sent again";
        /// A message that waits got another instant.
        MessageRescheduled => "message_rescheduled", "Message moved to another time";
        /// A failed message was settled in another way, and needs nobody any more.
        MessagePutAside => "message_put_aside", "Message put aside";
        /// A message that was put aside needs somebody again.
        MessageTakenUp => "message_taken_up", "Message taken up again";
        /// Sending was stopped by hand.
        AccountPaused => "account_paused", "Sending paused";
        /// A pause was lifted by hand.
        AccountResumed => "account_resumed", "Sending resumed";
        /// A reminder that waited was let go.
        ReminderApproved => "reminder_approved", "Reminder approved";
        /// A reminder that waited was dropped.
        ReminderDropped => "reminder_dropped", "Reminder left out at approval";
        /// A reminder was left out.
        ReminderSkipped => "reminder_skipped", "Reminder left out";
        /// A reminder was stopped until somebody approves it.
        ReminderHeld => "reminder_held", "Reminder held";
        /// A customer was reminded at once.
        RemindedNow => "reminded_now", "Reminded by hand";
        /// A customer, a number or an invoice was muted.
        Muted => "muted", "Muted";
        /// A mute was ended.
        Unmuted => "unmuted", "Mute ended";
        /// A campaign was made or changed.
        CampaignSaved => "campaign_saved", "Festival message saved";
        /// A campaign was armed.
        CampaignArmed => "campaign_armed", "Festival message armed";
        /// A campaign's message was sent to the person who tries it out.
        CampaignTried => "campaign_tried", "Festival message tried out";
        /// A campaign was stopped for a while.
        CampaignPaused => "campaign_paused", "Festival message paused";
        /// A campaign goes on.
        CampaignResumed => "campaign_resumed", "Festival message resumed";
        /// A campaign was stopped for good.
        CampaignCancelled => "campaign_cancelled", "Festival message cancelled";
        /// The estimated date of a campaign was confirmed.
        CampaignConfirmed => "campaign_confirmed", "Festival message's date confirmed";
        /// Messages, or entries of the audit, were taken out as a file.
        Exported => "exported", "Saved as a file";
        /// An act on many messages was confirmed.
        BulkConfirmed => "bulk_confirmed", "Act on many messages confirmed";
        /// An act on many messages was stopped.
        BulkStopped => "bulk_stopped", "Act on many messages stopped";
    }
);

/// The person or code that did it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Actor {
    /// A person whom the host knows.
    Person(UserId),
    /// The host's own code.
    Host,
    /// Somebody who wrote to the tables past the library. Nobody knows who.
    Outside,
}

impl Actor {
    /// The word that databases use.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Host => "host",
            Self::Outside => "outside",
        }
    }

    /// The person.
    #[must_use]
    pub const fn user(&self) -> Option<&UserId> {
        match self {
            Self::Person(user) => Some(user),
            Self::Host | Self::Outside => None,
        }
    }

    /// The actor of a row.
    #[must_use]
    pub fn read(word: &str, user: Option<UserId>) -> Option<Self> {
        match (word, user) {
            ("person", Some(user)) => Some(Self::Person(user)),
            ("host", None) => Some(Self::Host),
            ("outside", None) => Some(Self::Outside),
            _ => None,
        }
    }
}

impl From<UserId> for Actor {
    fn from(user: UserId) -> Self {
        Self::Person(user)
    }
}

words!(
    /// The kind of thing that was acted on.
    #[non_exhaustive]
    TargetKind, "kind of target",
    "setting, template, message, account, reminder, mute, campaign, log, bulk, audit",
    {
        /// A setting.
        Setting => "setting", "A setting";
        /// A template.
        Template => "template", "A template";
        /// A message.
        Message => "message", "A message";
        /// An account at the gateway.
        Account => "account", "Sending as a whole";
        /// A reminder step of an invoice.
        Reminder => "reminder", "A reminder";
        /// A mute.
        Mute => "mute", "Messages kept back";
        /// A campaign.
        Campaign => "campaign", "A festival message";
        /// The log of messages.
        Log => "log", "The list of messages";
        /// An act on many messages.
        Bulk => "bulk", "An act on many messages";
        /// The audit.
        Audit => "audit", "This list";
    }
);

/// The thing that was acted on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuditTarget {
    /// The setting with this key.
    Setting(String),
    /// A template.
    Template(TemplateId),
    /// A message.
    Message(MessageId),
    /// An account at the gateway.
    Account(AccountId),
    /// A reminder step of an invoice.
    Reminder(StepName, InvoiceId),
    /// A mute.
    Mute(MuteId),
    /// A campaign.
    Campaign(CampaignId),
    /// The log of messages as a whole.
    Log,
    /// An act on many messages.
    Bulk(BulkId),
    /// The audit as a whole.
    Audit,
}

impl AuditTarget {
    /// The word of the target's kind, as databases use it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.is_a().as_str()
    }

    /// The target's kind.
    #[must_use]
    pub const fn is_a(&self) -> TargetKind {
        match self {
            Self::Setting(_) => TargetKind::Setting,
            Self::Template(_) => TargetKind::Template,
            Self::Message(_) => TargetKind::Message,
            Self::Account(_) => TargetKind::Account,
            Self::Reminder(..) => TargetKind::Reminder,
            Self::Mute(_) => TargetKind::Mute,
            Self::Campaign(_) => TargetKind::Campaign,
            Self::Log => TargetKind::Log,
            Self::Bulk(_) => TargetKind::Bulk,
            Self::Audit => TargetKind::Audit,
        }
    }

    /// The target's key or id.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Setting(key) => key.clone(),
            Self::Template(id) => id.to_string(),
            Self::Message(id) => id.to_string(),
            Self::Account(id) => id.get().to_string(),
            Self::Reminder(step, invoice) => format!("{step} {invoice}"),
            Self::Mute(id) => id.to_string(),
            Self::Campaign(id) => id.to_string(),
            Self::Log => "messages".to_owned(),
            Self::Bulk(id) => id.to_string(),
            Self::Audit => "entries".to_owned(),
        }
    }

    /// The target of a row.
    #[must_use]
    pub fn read(kind: &str, id: &str) -> Option<Self> {
        match kind.parse().ok()? {
            TargetKind::Setting => Some(Self::Setting(id.to_owned())),
            TargetKind::Template => id.parse().ok().map(Self::Template),
            TargetKind::Message => id.parse().ok().map(Self::Message),
            TargetKind::Account => id.parse().ok().map(|id| Self::Account(AccountId::new(id))),
            TargetKind::Mute => id.parse().ok().map(Self::Mute),
            TargetKind::Campaign => id.parse().ok().map(Self::Campaign),
            TargetKind::Log => (id == "messages").then_some(Self::Log),
            TargetKind::Bulk => id.parse().ok().map(Self::Bulk),
            TargetKind::Audit => (id == "entries").then_some(Self::Audit),
            TargetKind::Reminder => {
                let (step, invoice) = id.split_once(' ')?;
                Some(Self::Reminder(step.parse().ok()?, InvoiceId::new(invoice).ok()?))
            }
        }
    }
}

/// The state before and after an act: never a key, a number or a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuditChange {
    /// The values of a setting.
    Value {
        /// The value before; `None` where there was none, or none that could be used.
        before: Option<String>,
        /// The value after.
        after: String,
    },
    /// Numbers of changed values of a private setting.
    Private {
        /// Number of new values.
        added: u32,
        /// Number of removed values.
        removed: u32,
    },
    /// The versions of a template.
    Version {
        /// The version before; `None` for a new template.
        before: Option<u32>,
        /// The version after.
        after: u32,
    },
    /// The words of a state.
    State {
        /// The state before.
        before: String,
        /// The state after.
        after: String,
    },
    /// Time at which a message is due.
    Due {
        /// The time before.
        before: DateTime<Utc>,
        /// The time after.
        after: DateTime<Utc>,
    },
    /// The new message that sends a failed one again.
    Resent {
        /// The new message's id.
        message: MessageId,
        /// True if it went to a number that was given for this message alone.
        other_number: bool,
    },
    /// Messages taken out of the log, or entries taken out of the audit.
    Exported {
        /// The filter in words, without numbers and names.
        filter: String,
        /// True if the texts were included.
        texts: bool,
    },
    /// An act on many messages.
    Bulk {
        /// The word of the act.
        act: String,
        /// Number of messages.
        messages: u32,
        /// The word of the act's state.
        state: String,
    },
}

impl AuditChange {
    /// A state before and after.
    pub fn state(before: impl fmt::Display, after: impl fmt::Display) -> Self {
        Self::State { before: before.to_string(), after: after.to_string() }
    }

    /// The change as JSON, which is how databases keep it.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// Reads the JSON of a database; `None` for anything else.
    #[must_use]
    pub fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }
}

/// An entry of the audit.
///
/// ```
/// use whatsapp_core::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
/// use whatsapp_core::port::{Clock, SystemClock, SystemEntropy, random};
/// use whatsapp_core::{AccountId, AuditId, UserId};
///
/// let now = SystemClock::new().now();
/// let entry = AuditEntry {
///     id: AuditId::new(now, random(&SystemEntropy)),
///     at: now,
///     by: Actor::Person(UserId::new("manager-1")?),
///     act: Act::AccountPaused,
///     on: AuditTarget::Account(AccountId::DEFAULT),
///     change: AuditChange::state("running", "held"),
/// };
/// assert_eq!(AuditChange::from_json(&entry.change.to_json()), Some(entry.change));
/// # Ok::<(), whatsapp_core::InvalidHostKey>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Identifies the entry.
    pub id: AuditId,
    /// Time of the act.
    pub at: DateTime<Utc>,
    /// The person or code that did it.
    pub by: Actor,
    /// The act.
    pub act: Act,
    /// The thing that was acted on.
    pub on: AuditTarget,
    /// The state before and after.
    pub change: AuditChange,
}
