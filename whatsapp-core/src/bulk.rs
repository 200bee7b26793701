//! Bulk acts: an act on many messages at once, the messages, and the outcome for each.

use chrono::{DateTime, Utc};

use crate::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use crate::id::{AuditId, BulkId, MessageId};
use crate::private::Private;
use crate::word::words;

/// The largest number of messages in one act.
pub const BULK_MAX: u32 = 10_000;

words!(
    /// The act that is done to each of many messages.
    BulkAct, "act on many messages", "retry, resend, cancel",
    {
        /// Another attempt at once.
        Retry => "retry", "Try again";
        /// Another message in its place.
        Resend => "resend", "Send again";
        /// Withdrawing it.
        Cancel => "cancel", "Cancel";
    }
);

words!(
    /// State of an act on many messages.
    BulkState, "state of an act on many messages", "counted, running, stopped, done",
    {
        /// Its messages are known, and nobody has confirmed it yet.
        Counted => "counted", "Not confirmed";
        /// It was confirmed, and its messages have their turns.
        Running => "running", "Under way";
        /// A person stopped it; what was done until then is done.
        Stopped => "stopped", "Stopped";
        /// All of its messages had their turn.
        Done => "done", "Done";
    }
);

words!(
    /// Outcome of an act for one of many messages.
    BulkOutcome, "outcome", "done, left_out, failed",
    {
        /// The act was done.
        Done => "done", "Done";
        /// The act was not done: the message did not allow it, or was changed by somebody else.
        LeftOut => "left_out", "Left out";
        /// The act was tried and could not be done.
        Failed => "failed", "Not possible";
    }
);

/// Consent that one message asks for, or that a person gives for all messages that ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BulkAsks {
    /// Confirmation that the customers did not get messages that may have arrived.
    pub arrived: bool,
    /// Consent to messages outside the hours.
    pub hours: bool,
}

/// Numbers of messages of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BulkCounts {
    /// All messages.
    pub total: u32,
    /// Messages whose turn has not come.
    pub open: u32,
    /// Messages of [`open`](Self::open) for which a person has to say that they did not arrive.
    pub arrived: u32,
    /// Messages of [`open`](Self::open) that would go out outside the hours.
    pub hours: u32,
    /// Messages to which the act was done.
    pub done: u32,
    /// Messages that were left out, also before the act began.
    pub left_out: u32,
    /// Messages to which the act could not be done.
    pub failed: u32,
}

/// An act on many messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk {
    /// Identifies the act.
    pub id: BulkId,
    /// The kind of act.
    pub act: BulkAct,
    /// The person or code that counted it; once confirmed, the one that confirmed it.
    pub by: Actor,
    /// Time of the count.
    pub at: DateTime<Utc>,
    /// The act's state.
    pub state: BulkState,
    /// True if more messages fitted than the act has: it has the newest [`BULK_MAX`].
    pub more: bool,
    /// The consent given with the confirmation.
    pub agreed: BulkAsks,
    /// Time of the last change, to the act or to its messages.
    pub changed_at: DateTime<Utc>,
    /// Numbers of its messages.
    pub counts: BulkCounts,
}

impl Bulk {
    /// Returns true once the act is over: nothing more comes of it.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self.state, BulkState::Stopped | BulkState::Done)
    }

    /// The audit's entry about the act's next state.
    #[must_use]
    pub fn entry(&self, id: AuditId, by: &Actor, at: DateTime<Utc>, to: BulkState) -> AuditEntry {
        let act = match to {
            BulkState::Stopped => Act::BulkStopped,
            BulkState::Counted | BulkState::Running | BulkState::Done => Act::BulkConfirmed,
        };
        let change = AuditChange::Bulk {
            act: self.act.to_string(),
            messages: self.counts.open,
            state: to.to_string(),
        };
        AuditEntry { id, at, by: by.clone(), act, on: AuditTarget::Bulk(self.id), change }
    }
}

/// One of the messages of an act, as it stood when it was counted, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkItem {
    /// The item's place in the act.
    pub no: u32,
    /// The message.
    pub message_id: MessageId,
    /// Time of the message's last change, as counted: the act is done to the message as it was
    /// seen, or not at all.
    pub seen: DateTime<Utc>,
    /// Id of the entry that the act leaves in the audit. By this id the act is done only once.
    pub entry: AuditId,
    /// The consent that is needed first.
    pub asks: BulkAsks,
    /// The outcome; `None` before the message's turn.
    pub outcome: Option<BulkOutcome>,
    /// Reason why the message was left out or failed.
    pub sentence: Option<Private>,
    /// The new message, if the act made one.
    pub fresh: Option<MessageId>,
}
