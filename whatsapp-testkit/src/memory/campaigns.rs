//! Campaigns and their recipients.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use whatsapp_core::campaign::{
    Campaign, CampaignKind, CampaignState, CampaignTold, LeftOut, Recipient, RecipientCounts,
    RecipientState,
};
use whatsapp_core::port::{
    CampaignCursor, CampaignStore, CampaignWrite, CampaignWritten, EndedRecipient, OfMessage,
    RecipientPoint, SeenCampaign, SlotsTaken, StepMessage, StoreError,
};
use whatsapp_core::{CampaignId, MessageId, Private};

use super::{MemoryStore, account, outbox};

/// The rows of campaigns.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    campaigns: BTreeMap<CampaignId, Campaign>,
    recipients: BTreeMap<RecipientPoint, Recipient>,
    /// How often slots were given.
    slots: u32,
    /// When a feeder last said that it runs.
    fed_at: Option<DateTime<Utc>>,
}

impl Rows {
    /// The recipients of a campaign, by their numbers.
    fn of(&self, id: CampaignId) -> impl Iterator<Item = &Recipient> {
        let from = RecipientPoint { campaign: id, number: Private::default() };
        self.recipients.range(from..).map(|(_, row)| row).take_while(move |row| row.campaign == id)
    }

    /// The draft, if it stands as it was seen.
    fn draft(&mut self, seen: SeenCampaign) -> Option<&mut Campaign> {
        let is_seen = |campaign: &&mut Campaign| {
            campaign.state == CampaignState::Draft && campaign.revision == seen.revision
        };
        self.campaigns.get_mut(&seen.id).filter(is_seen)
    }

    /// Whether something does not stand as the write saw it.
    fn is_stale(&self, write: &CampaignWrite) -> bool {
        let stands = |seen: SeenCampaign| {
            self.campaigns.get(&seen.id).is_some_and(|row| row.revision == seen.revision)
        };
        let changed = write.change.as_ref().is_some_and(|change| {
            let there = self.campaigns.get(&change.campaign.id);
            let same = |row: &Campaign| {
                Some(row.revision) == change.seen && row.freeze == change.campaign.freeze
            };
            there.map_or(change.seen.is_some(), |row| !same(row))
        });
        let moved = write.recipients.iter().any(|one| {
            let there = self.recipients.get(&RecipientPoint::of(&one.recipient));
            there.is_none_or(|row| row.revision != one.recipient.revision)
        });
        let over = write.over.is_some_and(|over| !stands(over));
        over || changed || moved || write.slots.is_some_and(|seen| seen != self.slots)
    }

    /// How many greetings go to each of these numbers on a day.
    pub(super) fn greetings(&self, day: NaiveDate, number_key: &str) -> u32 {
        let of_day = |row: &&Recipient| {
            let campaign = self.campaigns.get(&row.campaign);
            campaign.is_some_and(|campaign| {
                campaign.plan.date == day && campaign.plan.kind == CampaignKind::Festival
            })
        };
        let own = self.recipients.values().filter(|row| row.number_key.as_str() == number_key);
        let greeted = own.filter(|row| row.state.is_greeted()).filter(of_day).count();
        u32::try_from(greeted).unwrap_or(u32::MAX)
    }
}

#[async_trait]
impl CampaignStore for MemoryStore {
    async fn campaign(&self, id: CampaignId) -> Result<Option<Campaign>, StoreError> {
        Ok(self.lock().campaigns.campaigns.get(&id).cloned())
    }

    async fn campaigns(
        &self,
        after: Option<CampaignCursor>,
        limit: u32,
    ) -> Result<Vec<Campaign>, StoreError> {
        let data = self.lock();
        let behind = |row: &&Campaign| after.is_none_or(|after| CampaignCursor::of(row) < after);
        let mut rows: Vec<_> = data.campaigns.campaigns.values().filter(behind).cloned().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(CampaignCursor::of(row)));
        rows.truncate(limit as usize);
        Ok(rows)
    }

    async fn open_campaigns(&self) -> Result<Vec<Campaign>, StoreError> {
        let data = self.lock();
        let open = data.campaigns.campaigns.values().filter(|row| row.state.is_open());
        let mut open: Vec<_> = open.cloned().collect();
        open.sort_by_key(CampaignCursor::of);
        Ok(open)
    }

    async fn ending_campaigns(&self) -> Result<Vec<Campaign>, StoreError> {
        let data = self.lock();
        let is_over = |state| matches!(state, CampaignState::Finished | CampaignState::Cancelled);
        let ending = data.campaigns.campaigns.values();
        let ending = ending.filter(|row| is_over(row.state) && row.told != CampaignTold::End);
        let mut ending: Vec<_> = ending.cloned().collect();
        ending.sort_by_key(CampaignCursor::of);
        Ok(ending)
    }

    async fn write_campaign(&self, write: &CampaignWrite) -> Result<CampaignWritten, StoreError> {
        write.check()?;
        let id = self.account;
        self.transaction(|data| {
            if data.campaigns.is_stale(write) {
                return Ok(CampaignWritten::Stale);
            }
            let enqueue = |new| outbox::enqueue(data, new, id);
            let enqueued: Vec<_> = write.messages.iter().map(enqueue).collect::<Result<_, _>>()?;
            if let Some(entry) = &write.audit {
                data.record_audit(entry)?;
            }
            if let Some(event) = &write.event {
                account::change(data, event, id)?;
            }
            let rows = &mut data.campaigns;
            for row in write.rows(&enqueued) {
                rows.recipients.insert(RecipientPoint::of(&row), row);
            }
            if let Some(change) = &write.change {
                let campaign = change.row();
                rows.campaigns.insert(campaign.id, campaign);
            }
            rows.slots += u32::from(write.slots.is_some());
            Ok(CampaignWritten::Done(enqueued))
        })
    }

    async fn begin_freeze(&self, draft: SeenCampaign) -> Result<Option<u32>, StoreError> {
        self.transaction(|data| {
            let rows = &mut data.campaigns;
            let Some(campaign) = rows.draft(draft) else { return Ok(None) };
            campaign.freeze += 1;
            Ok(Some(campaign.freeze))
        })
    }

    async fn thaw(
        &self,
        draft: SeenCampaign,
        freeze: u32,
        limit: u32,
    ) -> Result<Option<u64>, StoreError> {
        self.transaction(|data| {
            let rows = &mut data.campaigns;
            if rows.draft(draft).is_none_or(|campaign| campaign.freeze != freeze) {
                return Ok(None);
            }
            let gone: Vec<_> =
                rows.of(draft.id).take(limit as usize).map(RecipientPoint::of).collect();
            for point in &gone {
                rows.recipients.remove(point);
            }
            Ok(Some(gone.len() as u64))
        })
    }

    async fn freeze(
        &self,
        draft: SeenCampaign,
        freeze: u32,
        recipients: &[Recipient],
    ) -> Result<Option<u64>, StoreError> {
        self.transaction(|data| {
            let rows = &mut data.campaigns;
            if rows.draft(draft).is_none_or(|campaign| campaign.freeze != freeze) {
                return Ok(None);
            }
            let before = rows.recipients.len();
            for row in recipients {
                rows.recipients.entry(RecipientPoint::of(row)).or_insert_with(|| row.clone());
            }
            Ok(Some((rows.recipients.len() - before) as u64))
        })
    }

    async fn recipients(
        &self,
        campaign: CampaignId,
        state: Option<RecipientState>,
        after: Option<Private>,
        limit: u32,
    ) -> Result<Vec<Recipient>, StoreError> {
        let data = self.lock();
        let rows = data.campaigns.of(campaign);
        let rows = rows.filter(|row| state.is_none_or(|state| row.state == state));
        let rows = rows.filter(|row| after.as_ref().is_none_or(|after| row.number > *after));
        Ok(rows.take(limit as usize).cloned().collect())
    }

    async fn recipient_counts(&self, campaign: CampaignId) -> Result<RecipientCounts, StoreError> {
        let mut counts = RecipientCounts::default();
        self.lock().campaigns.of(campaign).for_each(|row| counts.add(row.state, 1));
        Ok(counts)
    }

    async fn recipients_ended(&self, limit: u32) -> Result<Vec<EndedRecipient>, StoreError> {
        let data = self.lock();
        let message = |id| match data.records.get(&id) {
            None => Some(StepMessage::deleted()),
            Some(record) => StepMessage::of(&record.message.state),
        };
        let rows = data.campaigns.recipients.values();
        let queued = rows.filter(|row| row.state == RecipientState::Queued);
        let ended = queued.filter_map(|row| {
            let ended = message(row.message_id?)?;
            Some(EndedRecipient { recipient: row.clone(), ended })
        });
        Ok(ended.take(limit as usize).collect())
    }

    async fn recipients_stranded(
        &self,
        after: Option<RecipientPoint>,
        limit: u32,
    ) -> Result<Vec<Recipient>, StoreError> {
        let data = self.lock();
        let rows = &data.campaigns;
        let runs = |row: &Recipient| {
            let campaign = rows.campaigns.get(&row.campaign);
            campaign.is_some_and(|campaign| campaign.state == CampaignState::Running)
        };
        let behind = rows
            .recipients
            .iter()
            .filter(|(point, _)| after.as_ref().is_none_or(|after| *point > after));
        let queued = behind.map(|(_, row)| row).filter(|row| row.state == RecipientState::Queued);
        Ok(queued.filter(|row| !runs(row)).take(limit as usize).cloned().collect())
    }

    async fn recipients_left_out(
        &self,
        campaign: CampaignId,
        limit: u32,
    ) -> Result<Vec<LeftOut>, StoreError> {
        let data = self.lock();
        let mut reasons: BTreeMap<Option<Private>, u64> = BTreeMap::new();
        let left_out =
            data.campaigns.of(campaign).filter(|row| row.state == RecipientState::LeftOut);
        left_out.for_each(|row| *reasons.entry(row.sentence.clone()).or_default() += 1);
        let reason = |(sentence, recipients)| LeftOut { sentence, recipients };
        let mut reasons: Vec<_> = reasons.into_iter().map(reason).collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.recipients));
        reasons.truncate(limit as usize);
        Ok(reasons)
    }

    async fn recipients_of_messages(
        &self,
        ids: &[MessageId],
    ) -> Result<Vec<OfMessage>, StoreError> {
        let data = self.lock();
        let of_message = |row: &Recipient| {
            let message = row.message_id.filter(|id| ids.contains(id))?;
            let campaign = data.campaigns.campaigns.get(&row.campaign).cloned();
            Some(OfMessage { message, of: Ok((campaign, row.clone())) })
        };
        Ok(data.campaigns.recipients.values().filter_map(of_message).collect())
    }

    async fn feeder_seen(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self.lock().campaigns.fed_at)
    }

    async fn note_feeder(&self, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.transaction(|data| {
            data.campaigns.fed_at = data.campaigns.fed_at.max(Some(at));
            Ok(())
        })
    }

    async fn slots_taken(&self, since: DateTime<Utc>) -> Result<SlotsTaken, StoreError> {
        let data = self.lock();
        let rows = &data.campaigns;
        let slots = rows.recipients.values().filter_map(|row| row.slot);
        let slots = slots.filter(|slot| *slot >= since).collect();
        Ok(SlotsTaken { slots, revision: rows.slots })
    }
}
