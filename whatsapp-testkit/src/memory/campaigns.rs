//! Campaigns and their recipients.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

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

use super::table::{Index, Table, undo_all};
use super::{MemoryStore, account, outbox};

/// The rows of campaigns.
#[derive(Debug, Default)]
pub(super) struct Rows {
    campaigns: Table<CampaignId, Campaign>,
    recipients: Table<RecipientPoint, Recipient>,
    /// The numbers of a campaign's recipients in each state.
    by_state: Index<(CampaignId, RecipientState), Private>,
    by_message: Index<MessageId, RecipientPoint>,
    by_number_key: Index<Private, RecipientPoint>,
    by_slot: Index<(), (DateTime<Utc>, RecipientPoint)>,
    /// One row, as soon as a feeder has written.
    feeding: Table<(), Feeding>,
}

/// Facts about all campaigns together.
#[derive(Debug, Clone, Copy, Default)]
struct Feeding {
    /// Number of times that slots were given.
    slots: u32,
    /// Time at which a feeder last said that it runs.
    fed_at: Option<DateTime<Utc>>,
}

undo_all!(Rows { campaigns, recipients, by_state, by_message, by_number_key, by_slot, feeding });

impl Rows {
    /// Writes a recipient or removes it: the one place where that is done, so that the indexes
    /// follow.
    fn write(&mut self, point: RecipientPoint, row: Option<Recipient>) {
        let (old, new) = (self.recipients.get(&point), row.as_ref());
        let state = |row: &Recipient| ((row.campaign, row.state), row.number.clone());
        self.by_state.moved(old.map(state), new.map(state));
        let message = |row: &Recipient| Some((row.message_id?, point.clone()));
        self.by_message.moved(old.and_then(message), new.and_then(message));
        let number_key = |row: &Recipient| (row.number_key.clone(), point.clone());
        self.by_number_key.moved(old.map(number_key), new.map(number_key));
        let slot = |row: &Recipient| Some(((), (row.slot?, point.clone())));
        self.by_slot.moved(old.and_then(slot), new.and_then(slot));
        match row {
            Some(row) => {
                self.recipients.insert(point, row);
            }
            None => self.recipients.remove(&point),
        }
    }

    /// The recipients of a campaign after a number, by their numbers.
    fn of(&self, id: CampaignId, after: Option<Private>) -> impl Iterator<Item = &Recipient> {
        let point = |number| RecipientPoint { campaign: id, number };
        let first = Bound::Included(point(Private::default()));
        let start = after.map_or(first, |after| Bound::Excluded(point(after)));
        let behind = self.recipients.range((start, Bound::Unbounded)).map(|(_, row)| row);
        behind.take_while(move |row| row.campaign == id)
    }

    /// The recipients of a campaign in this state after a number, by their numbers.
    fn in_state(
        &self,
        campaign: CampaignId,
        state: RecipientState,
        after: Option<Private>,
    ) -> impl Iterator<Item = &Recipient> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let numbers = self.by_state.from(&(campaign, state), start);
        let points = numbers.map(move |number| RecipientPoint { campaign, number: number.clone() });
        points.filter_map(|point| self.recipients.get(&point))
    }

    /// The recipients of all campaigns that are queued, by campaign and number.
    fn queued(&self) -> impl Iterator<Item = &Recipient> {
        self.campaigns.keys().flat_map(|id| self.in_state(*id, RecipientState::Queued, None))
    }

    /// The draft, if its revision is the one that was seen.
    fn draft(&self, seen: SeenCampaign) -> Option<&Campaign> {
        let is_seen = |campaign: &&Campaign| {
            campaign.state == CampaignState::Draft && campaign.revision == seen.revision
        };
        self.campaigns.get(&seen.id).filter(is_seen)
    }

    fn feeding(&self) -> Feeding {
        self.feeding.get(&()).copied().unwrap_or_default()
    }

    /// Tells whether a row is no longer as the write saw it.
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
        over || changed || moved || write.slots.is_some_and(|seen| seen != self.feeding().slots)
    }

    /// Number of greetings that go to this number on a day.
    pub(super) fn greetings(&self, day: NaiveDate, number_key: &str) -> u32 {
        let of_day = |row: &&Recipient| {
            let campaign = self.campaigns.get(&row.campaign);
            campaign.is_some_and(|campaign| {
                campaign.plan.date == day && campaign.plan.kind == CampaignKind::Festival
            })
        };
        let own = self.by_number_key.of(&Private::from(number_key));
        let own = own.filter_map(|point| self.recipients.get(point));
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
                data.audit.add(entry)?;
            }
            if let Some(event) = &write.event {
                account::change(data, event, id)?;
            }
            let rows = &mut data.campaigns;
            for row in write.rows(&enqueued) {
                rows.write(RecipientPoint::of(&row), Some(row));
            }
            if let Some(change) = &write.change {
                let campaign = change.row();
                rows.campaigns.insert(campaign.id, campaign);
            }
            if write.slots.is_some() {
                rows.feeding.get_or_insert_with((), Feeding::default).slots += 1;
            }
            Ok(CampaignWritten::Done(enqueued))
        })
    }

    async fn begin_freeze(&self, draft: SeenCampaign) -> Result<Option<u32>, StoreError> {
        self.transaction(|data| {
            let rows = &mut data.campaigns;
            let Some(id) = rows.draft(draft).map(|campaign| campaign.id) else { return Ok(None) };
            Ok(rows.campaigns.get_mut(&id).map(|campaign| {
                campaign.freeze += 1;
                campaign.freeze
            }))
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
            let gone = rows.of(draft.id, None).take(limit as usize);
            let gone: Vec<_> = gone.map(RecipientPoint::of).collect();
            let number = gone.len() as u64;
            for point in gone {
                rows.write(point, None);
            }
            Ok(Some(number))
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
                let point = RecipientPoint::of(row);
                if !rows.recipients.contains_key(&point) {
                    rows.write(point, Some(row.clone()));
                }
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
        let (rows, limit) = (&data.campaigns, limit as usize);
        Ok(match state {
            Some(state) => rows.in_state(campaign, state, after).take(limit).cloned().collect(),
            None => rows.of(campaign, after).take(limit).cloned().collect(),
        })
    }

    async fn recipient_counts(&self, campaign: CampaignId) -> Result<RecipientCounts, StoreError> {
        let data = self.lock();
        let mut counts = RecipientCounts::default();
        for state in RecipientState::ALL {
            counts.add(*state, data.campaigns.by_state.len(&(campaign, *state)));
        }
        Ok(counts)
    }

    async fn recipients_ended(&self, limit: u32) -> Result<Vec<EndedRecipient>, StoreError> {
        let data = self.lock();
        let message = |id| match data.records.get(&id) {
            None => Some(StepMessage::deleted()),
            Some(record) => StepMessage::of(&record.message.state),
        };
        let ended = data.campaigns.queued().filter_map(|row| {
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
        let behind =
            |row: &&Recipient| after.as_ref().is_none_or(|after| RecipientPoint::of(row) > *after);
        let queued = rows.queued().filter(behind);
        Ok(queued.filter(|row| !runs(row)).take(limit as usize).cloned().collect())
    }

    async fn recipients_left_out(
        &self,
        campaign: CampaignId,
        limit: u32,
    ) -> Result<Vec<LeftOut>, StoreError> {
        let data = self.lock();
        let mut reasons: BTreeMap<Option<Private>, u64> = BTreeMap::new();
        let left_out = data.campaigns.in_state(campaign, RecipientState::LeftOut, None);
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
        let rows = &data.campaigns;
        let mut found = Vec::new();
        for message in ids.iter().copied().collect::<BTreeSet<_>>() {
            let own = rows.by_message.of(&message).filter_map(|point| rows.recipients.get(point));
            found.extend(own.map(|row| {
                let campaign = rows.campaigns.get(&row.campaign).cloned();
                OfMessage { message, of: Ok((campaign, row.clone())) }
            }));
        }
        Ok(found)
    }

    async fn feeder_seen(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self.lock().campaigns.feeding().fed_at)
    }

    async fn note_feeder(&self, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.transaction(|data| {
            let feeding = data.campaigns.feeding.get_or_insert_with((), Feeding::default);
            feeding.fed_at = feeding.fed_at.max(Some(at));
            Ok(())
        })
    }

    async fn slots_taken(&self, since: DateTime<Utc>) -> Result<SlotsTaken, StoreError> {
        let data = self.lock();
        let rows = &data.campaigns;
        let slots = rows.by_slot.of(&()).rev().map(|(slot, _)| *slot);
        let slots = slots.take_while(|slot| *slot >= since).collect();
        Ok(SlotsTaken { slots, revision: rows.feeding().slots })
    }
}
