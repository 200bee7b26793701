//! Campaigns, and their recipients.

mod write;

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};

use super::StoreError;
use super::outbox::Enqueued;
use super::planner::StepMessage;
use crate::account::AccountChange;
use crate::audit::AuditEntry;
use crate::campaign::{Campaign, Recipient, RecipientCounts, RecipientState};
use crate::id::{CampaignId, MessageId};
use crate::message::NewMessage;
use crate::private::Private;

/// A place in the list of campaigns: by their dates, the latest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CampaignCursor {
    /// The date.
    pub date: NaiveDate,
    /// The campaign.
    pub id: CampaignId,
}

impl CampaignCursor {
    /// Where a campaign stands.
    #[must_use]
    pub const fn of(campaign: &Campaign) -> Self {
        Self { date: campaign.plan.date, id: campaign.id }
    }
}

/// A place in the order of recipients: by campaign and number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecipientPoint {
    /// The campaign.
    pub campaign: CampaignId,
    /// The key of the number.
    pub number_key: Private,
}

impl RecipientPoint {
    /// Where a recipient stands.
    #[must_use]
    pub fn of(recipient: &Recipient) -> Self {
        Self { campaign: recipient.campaign, number_key: recipient.number_key.clone() }
    }
}

/// A campaign as it is to be from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignChange {
    /// The campaign. Its revision is the store's to raise; its [`freeze`](Campaign::freeze) must be that
    /// of the row.
    pub campaign: Campaign,
    /// The revision that was read; `None` for a new one.
    pub seen: Option<u32>,
    /// Leaves all recipients out who still wait, with this sentence.
    pub leave_out: Option<Private>,
}

/// A campaign at the revision that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenCampaign {
    /// The campaign.
    pub id: CampaignId,
    /// Its revision then.
    pub revision: u32,
}

/// A recipient as it is to be from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientWrite {
    /// The recipient. Its revision is the one that was read, and the store's to raise.
    pub recipient: Recipient,
    /// Which of the write's messages is its own: the recipient then gets that message's id.
    pub message: Option<usize>,
}

/// What is written together about a campaign.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CampaignWrite {
    /// The campaign.
    pub change: Option<CampaignChange>,
    /// A campaign that must stand as it was read, and is not changed.
    pub over: Option<SeenCampaign>,
    /// The revision of the [slots](SlotsTaken) that were read, where new ones are given.
    pub slots: Option<u32>,
    /// Recipients.
    pub recipients: Vec<RecipientWrite>,
    /// New messages, as [`Outbox::enqueue`](super::Outbox::enqueue) takes them.
    pub messages: Vec<NewMessage>,
    /// What managers are told.
    pub event: Option<AccountChange>,
    /// What the audit says of it, where a person or the host's code asked for it.
    pub audit: Option<AuditEntry>,
}

/// Whether it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CampaignWritten {
    /// It was; what became of the messages, in their order.
    Done(Vec<Enqueued>),
    /// Something was changed meanwhile; nothing was written.
    Stale,
}

/// The slots that were given to messages of campaigns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SlotsTaken {
    /// The slots, in no order.
    pub slots: Vec<DateTime<Utc>>,
    /// How often slots were given.
    pub revision: u32,
}

/// A recipient and what its message has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedRecipient {
    /// The recipient, which is queued.
    pub recipient: Recipient,
    /// How its message ended.
    pub ended: StepMessage,
}

/// Campaigns and their recipients.
///
/// # Contract
/// - A campaign's id is unique, and so is (campaign, number) of a recipient.
/// - Each method is one transaction. [`write_campaign`](Self::write_campaign) writes all of it or
///   nothing.
/// - No method reads a clock.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CampaignStore: Debug + Send + Sync + 'static {
    /// The campaign with this id.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer; [`StoreError::Corrupt`] for a row that cannot
    /// be read.
    async fn campaign(&self, id: CampaignId) -> Result<Option<Campaign>, StoreError>;

    /// Campaigns behind `after`, those of the latest dates first, at most `limit`.
    ///
    /// # Errors
    /// As [`campaign`](Self::campaign).
    async fn campaigns(
        &self,
        after: Option<CampaignCursor>,
        limit: u32,
    ) -> Result<Vec<Campaign>, StoreError>;

    /// All campaigns that are armed, running or paused, by their dates and ids, the earliest first. One
    /// that cannot be read is left out, and logged: it stops no other.
    ///
    /// # Errors
    /// As [`campaign`](Self::campaign).
    async fn open_campaigns(&self) -> Result<Vec<Campaign>, StoreError>;

    /// Writes a campaign, recipients and messages, where all stand as they were seen. A new campaign has
    /// revision 0, and every change raises a revision by one. A write that gives slots raises that of the
    /// slots.
    ///
    /// A message whose key is taken is not added, and its recipient gets the id of the message that has
    /// the key.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was written. [`StoreError::Other`] also for what
    /// [`CampaignWrite::check`] refuses.
    async fn write_campaign(&self, write: &CampaignWrite) -> Result<CampaignWritten, StoreError>;

    /// Begins to collect the recipients of a draft, and takes away those that were collected before; gives
    /// the number of this collecting. `None` where it is no draft of this revision any more.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was changed.
    async fn begin_freeze(&self, draft: SeenCampaign) -> Result<Option<u32>, StoreError>;

    /// Adds recipients who wait, but those whose number the campaign has already; gives how many were
    /// added. `None` where it is no draft of this revision any more, or is collected anew.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was added.
    async fn freeze(
        &self,
        draft: SeenCampaign,
        freeze: u32,
        recipients: &[Recipient],
    ) -> Result<Option<u64>, StoreError>;

    /// Recipients of a campaign, in this state or in any, by the bytes of their numbers' keys, behind
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

    /// How many recipients of a campaign stand where.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn recipient_counts(&self, campaign: CampaignId) -> Result<RecipientCounts, StoreError>;

    /// Queued recipients whose message is sent, failed for good, cancelled or
    /// [deleted](StepMessage::deleted), by campaign and number, at most `limit`.
    /// A row that cannot be read is left out, and logged.
    ///
    /// # Errors
    /// As [`campaign`](Self::campaign).
    async fn recipients_ended(&self, limit: u32) -> Result<Vec<EndedRecipient>, StoreError>;

    /// Queued recipients of campaigns that do not run, by campaign and number, behind `after`, at most
    /// `limit`. A row that cannot be read is left out, and logged.
    ///
    /// # Errors
    /// As [`campaign`](Self::campaign).
    async fn recipients_stranded(
        &self,
        after: Option<RecipientPoint>,
        limit: u32,
    ) -> Result<Vec<Recipient>, StoreError>;

    /// The recipient whose message this is, with its campaign; `None` for one that is gone.
    ///
    /// # Errors
    /// As [`campaign`](Self::campaign).
    async fn recipient_of_message(
        &self,
        id: MessageId,
    ) -> Result<Option<(Option<Campaign>, Recipient)>, StoreError>;

    /// The slots from `since` on, of all campaigns.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn slots_taken(&self, since: DateTime<Utc>) -> Result<SlotsTaken, StoreError>;
}
