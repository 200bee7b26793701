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
use crate::campaign::{Campaign, LeftOut, Recipient, RecipientCounts, RecipientState};
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
    /// The number, as the recipient has it.
    pub number: Private,
}

impl RecipientPoint {
    /// Where a recipient stands.
    #[must_use]
    pub fn of(recipient: &Recipient) -> Self {
        Self { campaign: recipient.campaign, number: recipient.number.clone() }
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

/// A message, and the recipient whose message it is.
#[derive(Debug)]
pub struct OfMessage {
    /// The message.
    pub message: MessageId,
    /// The recipient and its campaign, which is `None` where it is gone; [`StoreError::Corrupt`] where a
    /// row of either cannot be read.
    pub of: Result<(Option<Campaign>, Recipient), StoreError>,
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

    /// All campaigns that are finished or cancelled, but those of which all is [told](crate::campaign::CampaignTold::End), by
    /// their dates and ids, the earliest first. One that cannot be read is left out, and logged.
    ///
    /// # Errors
    /// As [`campaign`](Self::campaign).
    async fn ending_campaigns(&self) -> Result<Vec<Campaign>, StoreError>;

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

    /// Begins to collect the recipients of a draft; gives the number of this collecting. `None` where it is
    /// no draft of this revision any more. Those that were collected before are there until they are
    /// [taken away](Self::thaw).
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was changed.
    async fn begin_freeze(&self, draft: SeenCampaign) -> Result<Option<u32>, StoreError>;

    /// Takes away recipients of a draft that were collected before, at most `limit`; gives how many, less
    /// only where none is left. `None` where it is no draft of this revision any more, or is collected anew.
    ///
    /// # Errors
    /// [`StoreError`]: then nothing was changed.
    async fn thaw(
        &self,
        draft: SeenCampaign,
        freeze: u32,
        limit: u32,
    ) -> Result<Option<u64>, StoreError>;

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

    /// Recipients of a campaign, in this state or in any, by the bytes of their numbers, behind
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

    /// Why recipients of a campaign were left out: each sentence with how many it stands at, the most first
    /// and then by its bytes, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn recipients_left_out(
        &self,
        campaign: CampaignId,
        limit: u32,
    ) -> Result<Vec<LeftOut>, StoreError>;

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

    /// The recipients whose messages these are, in no order, each with its campaign. A message that is no
    /// recipient's is not among them.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn recipients_of_messages(&self, ids: &[MessageId])
    -> Result<Vec<OfMessage>, StoreError>;

    /// When a feeder last said that it runs, over all processes; `None` where none ever did.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    async fn feeder_seen(&self) -> Result<Option<DateTime<Utc>>, StoreError>;

    /// Writes down that a feeder runs, unless one said so later than `at`.
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
