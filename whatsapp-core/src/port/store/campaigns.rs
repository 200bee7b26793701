//! Campaigns and their recipients.

mod write;

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};

use super::StoreError;
use super::outbox::Enqueued;
use super::planner::StepMessage;
use crate::account::AccountChange;
use crate::audit::AuditEntry;
use crate::campaign::{Campaign, LeftOut, Recipient, RecipientCounts, RecipientState};
use crate::id::{CampaignId, MessageId};
use crate::message::NewMessage;
use crate::private::Private;

/// A place in the list of campaigns, which is ordered by date, the latest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CampaignCursor {
    /// The date.
    pub date: NaiveDate,
    /// The campaign.
    pub id: CampaignId,
}

impl CampaignCursor {
    /// The place of a campaign.
    #[must_use]
    pub const fn of(campaign: &Campaign) -> Self {
        Self { date: campaign.plan.date, id: campaign.id }
    }
}

/// A place in the order of recipients, by campaign and number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecipientPoint {
    /// The campaign.
    pub campaign: CampaignId,
    /// The number, as the recipient has it.
    pub number: Private,
}

impl RecipientPoint {
    /// The place of a recipient.
    #[must_use]
    pub fn of(recipient: &Recipient) -> Self {
        Self { campaign: recipient.campaign, number: recipient.number.clone() }
    }
}

/// A new version of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignChange {
    /// The campaign. The store raises its revision; its [`freeze`](Campaign::freeze) must be that
    /// of the row.
    pub campaign: Campaign,
    /// The revision that was read; `None` for a new campaign.
    pub seen: Option<u32>,
}

/// A campaign at the revision that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenCampaign {
    /// The campaign.
    pub id: CampaignId,
    /// The revision that was read.
    pub revision: u32,
}

/// A new version of a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientWrite {
    /// The recipient, with the revision that was read. The store raises the revision.
    pub recipient: Recipient,
    /// Index of the recipient's message in the write: the recipient gets that message's id.
    pub message: Option<usize>,
}

/// A write about a campaign, all in one transaction.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CampaignWrite {
    /// The new version of the campaign.
    pub change: Option<CampaignChange>,
    /// A campaign that must still have the revision that was read, and is not changed.
    pub over: Option<SeenCampaign>,
    /// The revision of the [slots](SlotsTaken) that were read, where new ones are given.
    pub slots: Option<u32>,
    /// The new versions of recipients.
    pub recipients: Vec<RecipientWrite>,
    /// New messages, as [`Outbox::enqueue`](super::Outbox::enqueue) takes them.
    pub messages: Vec<NewMessage>,
    /// The event for managers.
    pub event: Option<AccountChange>,
    /// The audit entry, where a person or the host's code asked for the write.
    pub audit: Option<AuditEntry>,
}

/// Result of a [`CampaignWrite`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CampaignWritten {
    /// The write was done; holds the result for each message, in their order.
    Done(Vec<Enqueued>),
    /// Something was changed meanwhile; nothing was written.
    Stale,
}

/// The send slots that were given to messages of campaigns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SlotsTaken {
    /// The slots, in no order.
    pub slots: Vec<DateTime<Utc>>,
    /// Number of times that slots were given.
    pub revision: u32,
}

/// A message and the recipient that it belongs to.
#[derive(Debug)]
pub struct OfMessage {
    /// The message.
    pub message: MessageId,
    /// The recipient and its campaign, which is `None` where it no longer exists.
    /// [`StoreError::Corrupt`] where a row of either cannot be read.
    pub of: Result<(Option<Campaign>, Recipient), StoreError>,
}

/// A recipient and the final result of its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedRecipient {
    /// The recipient, which is queued.
    pub recipient: Recipient,
    /// Final result of its message.
    pub ended: StepMessage,
}

/// Campaigns and their recipients.
///
/// # Contract
/// - A campaign's id is unique, and so is (campaign, number) of a recipient.
/// - Each method is one transaction. [`write_campaign`](Self::write_campaign) writes the whole
///   write or nothing.
/// - No method reads a clock.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CampaignStore: Debug + Send + Sync + 'static {
    /// The campaign with this id.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; [`StoreError::Corrupt`] for a row that
    /// cannot be read.
    async fn campaign(&self, id: CampaignId) -> Result<Option<Campaign>, StoreError>;

    /// Campaigns after `after`, those of the latest dates first, at most `limit`.
    ///
    /// # Errors
    /// As [`campaign`](Self::campaign).
    async fn campaigns(
        &self,
        after: Option<CampaignCursor>,
        limit: u32,
    ) -> Result<Vec<Campaign>, StoreError>;

    /// All campaigns that are armed, running or paused, by their dates and ids, the earliest first.
    /// A campaign that cannot be read is left out, and logged: it stops no other.
    ///
    /// # Errors
    /// As [`campaign`](Self::campaign).
    async fn open_campaigns(&self) -> Result<Vec<Campaign>, StoreError>;

    /// All campaigns that are finished or cancelled, by their dates and ids, the earliest first.
    /// Those whose [end was reported](crate::campaign::CampaignTold::End) are left out. A campaign
    /// that cannot be read is left out, and logged.
    ///
    /// # Errors
    /// As [`campaign`](Self::campaign).
    async fn ending_campaigns(&self) -> Result<Vec<Campaign>, StoreError>;

    /// Writes a campaign, recipients and messages, where all are still as they were read. A new
    /// campaign has revision 0, and every change raises a revision by one. A write that gives slots
    /// raises the revision of the slots.
    ///
    /// A message whose key is taken is not added, and its recipient gets the id of the message that
    /// has the key.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was written. [`StoreError::Other`] also for a write that
    /// [`CampaignWrite::check`] refuses.
    async fn write_campaign(&self, write: &CampaignWrite) -> Result<CampaignWritten, StoreError>;

    /// Begins to collect the recipients of a draft; returns the number of this collection. `None`
    /// where it is no longer a draft of this revision. Recipients that were collected before stay
    /// until they are [removed](Self::thaw).
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was changed.
    async fn begin_freeze(&self, draft: SeenCampaign) -> Result<Option<u32>, StoreError>;

    /// Removes recipients of a draft that were collected before, at most `limit`; returns their
    /// number, which is less than `limit` only where none is left. `None` where it is no longer a
    /// draft of this revision, or a new collection has begun.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was changed.
    async fn thaw(
        &self,
        draft: SeenCampaign,
        freeze: u32,
        limit: u32,
    ) -> Result<Option<u64>, StoreError>;

    /// Adds waiting recipients, except those whose number the campaign has already; returns the
    /// number added. `None` where it is no longer a draft of this revision, or a new collection has
    /// begun.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was added.
    async fn freeze(
        &self,
        draft: SeenCampaign,
        freeze: u32,
        recipients: &[Recipient],
    ) -> Result<Option<u64>, StoreError>;

    /// Recipients of a campaign, in this state or in any, by the bytes of their numbers, after
    /// `after`, at most `limit`.
    ///
    /// # Errors
    /// As [`campaign`](Self::campaign).
    async fn recipients(
        &self,
        campaign: CampaignId,
        state: Option<RecipientState>,
        after: Option<Private>,
        limit: u32,
    ) -> Result<Vec<Recipient>, StoreError>;

    /// Number of recipients of a campaign in each state.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn recipient_counts(&self, campaign: CampaignId) -> Result<RecipientCounts, StoreError>;

    /// Reasons why recipients of a campaign were left out, at most `limit`. Each sentence comes
    /// with its number of recipients; the most frequent is first, equal ones by their bytes.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn recipients_left_out(
        &self,
        campaign: CampaignId,
        limit: u32,
    ) -> Result<Vec<LeftOut>, StoreError>;

    /// Queued recipients whose message is sent, failed for good, cancelled or
    /// [deleted](StepMessage::deleted), by campaign and number, at most `limit`. A row that cannot
    /// be read is left out, and logged.
    ///
    /// # Errors
    /// As [`campaign`](Self::campaign).
    async fn recipients_ended(&self, limit: u32) -> Result<Vec<EndedRecipient>, StoreError>;

    /// Queued recipients of campaigns that do not run, by campaign and number, after `after`, at
    /// most `limit`. A row that cannot be read is left out, and logged.
    ///
    /// # Errors
    /// As [`campaign`](Self::campaign).
    async fn recipients_stranded(
        &self,
        after: Option<RecipientPoint>,
        limit: u32,
    ) -> Result<Vec<Recipient>, StoreError>;

    /// The recipients to whom these messages belong, in no order, each with its campaign. A message
    /// that belongs to no recipient is left out.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn recipients_of_messages(&self, ids: &[MessageId])
    -> Result<Vec<OfMessage>, StoreError>;

    /// Time at which a feeder last reported that it runs, over all processes; `None` where none
    /// ever did.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn feeder_seen(&self) -> Result<Option<DateTime<Utc>>, StoreError>;

    /// Records that a feeder runs, unless one reported so later than `at`.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was changed.
    async fn note_feeder(&self, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// The slots from `since` on, of all campaigns.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn slots_taken(&self, since: DateTime<Utc>) -> Result<SlotsTaken, StoreError>;
}
