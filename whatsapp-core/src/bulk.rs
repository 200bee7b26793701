//! An act on many messages at once: what is to be done, to which of them, and what came of each.

use chrono::{DateTime, Utc};

use crate::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use crate::id::{AuditId, BulkId, MessageId};
use crate::private::Private;
use crate::word::words;

/// The most messages of one act.
pub const BULK_MAX: u32 = 10_000;

words!(
    /// What is done to each of many messages.
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
    /// Where an act on many messages stands.
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
    /// What came of an act on one of many messages.
    BulkOutcome, "outcome", "done, left_out, failed",
    {
        /// It was done.
        Done => "done", "Done";
        /// It was not: the message did not allow it, or was changed by somebody else.
        LeftOut => "left_out", "Left out";
        /// It was tried and could not be done.
        Failed => "failed", "Not possible";
    }
);

/// What a person agrees to for all of the messages that ask for it; or what one message asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BulkAsks {
    /// The customers did not get what may have arrived.
    pub arrived: bool,
    /// Messages go out outside the hours too.
    pub hours: bool,
}

/// How many messages there are of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BulkCounts {
    /// All.
    pub total: u32,
    /// Those whose turn has not come.
    pub open: u32,
    /// Those of [`open`](Self::open) that a person has to say of that they did not arrive.
    pub arrived: u32,
    /// Those of [`open`](Self::open) that would go out outside the hours.
    pub hours: u32,
    /// Those to which it was done.
    pub done: u32,
    /// Those that were left out, also before it began.
    pub left_out: u32,
    /// Those to which it could not be done.
    pub failed: u32,
}

/// An act on many messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk {
    /// Names it.
    pub id: BulkId,
    /// What is done.
    pub act: BulkAct,
    /// Who counted it, and then who confirmed it.
    pub by: Actor,
    /// When it was counted.
    pub at: DateTime<Utc>,
    /// Where it stands.
    pub state: BulkState,
    /// Whether more messages fitted than it has: it has the newest [`BULK_MAX`].
    pub more: bool,
    /// What whoever confirmed it agreed to.
    pub agreed: BulkAsks,
    /// When it changed last, its messages too.
    pub changed_at: DateTime<Utc>,
    /// Its messages in numbers.
    pub counts: BulkCounts,
}

impl Bulk {
    /// Whether nothing more comes of it.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self.state, BulkState::Stopped | BulkState::Done)
    }

    /// What the audit says of its next state.
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
    /// Its place.
    pub no: u32,
    /// The message.
    pub message_id: MessageId,
    /// When the message had changed last: the act is done to it as it was seen, or not at all.
    pub seen: DateTime<Utc>,
    /// The id of the entry that the act leaves in the audit, by which it is done once.
    pub entry: AuditId,
    /// What has to be agreed to first.
    pub asks: BulkAsks,
    /// What came of it; `None` before its turn.
    pub outcome: Option<BulkOutcome>,
    /// Why it was left out or failed.
    pub sentence: Option<Private>,
    /// The message that was made.
    pub fresh: Option<MessageId>,
}
