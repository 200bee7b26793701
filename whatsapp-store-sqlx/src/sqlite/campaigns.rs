//! Campaigns and their recipients.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use whatsapp_core::campaign::{Campaign, LeftOut, Recipient, RecipientCounts, RecipientState};
use whatsapp_core::port::{
    CampaignChange, CampaignCursor, CampaignStore, CampaignWrite, CampaignWritten, EndedRecipient,
    Enqueued, OfMessage, RecipientPoint, SeenCampaign, SlotsTaken, StoreError,
};
use whatsapp_core::{AccountId, CampaignId, MessageId, Private};

use super::SqliteStore;
use super::account::change_account;
use super::audit::record;
use super::codec::{array, micros};
use super::items::RecipientItem;
use super::outbox::enqueue;
use super::statements as sql;
use super::work::Bound;
use crate::binds::binds;
use crate::campaigns::{self, Stands, frozen_template};
use crate::error::store_error;

#[async_trait]
impl CampaignStore for SqliteStore {
    async fn campaign(&self, id: CampaignId) -> Result<Option<Campaign>, StoreError> {
        let query = sql::query(sql::CAMPAIGN).bind(id.to_string());
        let row = query.fetch_optional(&self.readers).await?;
        row.as_ref().map(campaigns::campaign).transpose()
    }

    async fn campaigns(
        &self,
        after: Option<CampaignCursor>,
        limit: u32,
    ) -> Result<Vec<Campaign>, StoreError> {
        let (date, id) = after.map_or_else(
            || ("9999-12-31".to_owned(), "~".to_owned()),
            |after| (after.date.to_string(), after.id.to_string()),
        );
        let query = sql::query(sql::CAMPAIGNS).bind(date).bind(id).bind(limit);
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(campaigns::campaign).collect()
    }

    async fn open_campaigns(&self) -> Result<Vec<Campaign>, StoreError> {
        let query = sql::query(sql::OPEN_CAMPAIGNS);
        let rows = query.fetch_all(&self.readers).await?;
        let read = |row| campaigns::or_left_out(campaigns::campaign(row)).transpose();
        rows.iter().filter_map(read).collect()
    }

    async fn ending_campaigns(&self) -> Result<Vec<Campaign>, StoreError> {
        let query = sql::query(sql::ENDING_CAMPAIGNS);
        let rows = query.fetch_all(&self.readers).await?;
        let read = |row| campaigns::or_left_out(campaigns::campaign(row)).transpose();
        rows.iter().filter_map(read).collect()
    }

    async fn write_campaign(&self, write: &CampaignWrite) -> Result<CampaignWritten, StoreError> {
        write.check()?;
        let (write, account) = (write.clone(), self.account);
        let enqueued = self
            .write(move |connection| {
                Box::pin(async move { write_campaign(connection, account, &write).await })
            })
            .await;
        campaigns::written(enqueued)
    }

    async fn begin_freeze(&self, draft: SeenCampaign) -> Result<Option<u32>, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let id = draft.id.to_string();
                let query = sql::query(sql::BEGIN_FREEZE).bind(&id).bind(draft.revision);
                let row = query.fetch_optional(&mut *connection).await?;
                row.map(|row| campaigns::number(&row, "collected")).transpose()
            })
        })
        .await
    }

    async fn thaw(
        &self,
        draft: SeenCampaign,
        freeze: u32,
        limit: u32,
    ) -> Result<Option<u64>, StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let there = stands(connection, draft.id).await?;
                if !there.is_some_and(|there| there.is_draft(draft.revision, freeze)) {
                    return Ok(None);
                }
                let query = sql::query(sql::THAW).bind(draft.id.to_string()).bind(limit);
                let done = query.execute(connection).await?;
                Ok(Some(done.rows_affected()))
            })
        })
        .await
    }

    async fn freeze(
        &self,
        draft: SeenCampaign,
        freeze: u32,
        recipients: &[Recipient],
    ) -> Result<Option<u64>, StoreError> {
        let recipients = recipients.to_vec();
        self.write(move |connection| {
            Box::pin(async move {
                let there = stands(connection, draft.id).await?;
                if !there.is_some_and(|there| there.is_draft(draft.revision, freeze)) {
                    return Ok(None);
                }
                let items: Vec<_> = recipients.iter().map(RecipientItem::new).collect();
                let query = sql::query(sql::FREEZE).bind(array(&items)?);
                let done = query.execute(connection).await?;
                Ok(Some(done.rows_affected()))
            })
        })
        .await
    }

    async fn recipients(
        &self,
        campaign: CampaignId,
        state: Option<RecipientState>,
        after: Option<Private>,
        limit: u32,
    ) -> Result<Vec<Recipient>, StoreError> {
        let after = after.map(Private::into_string).unwrap_or_default();
        let statement = if state.is_some() { sql::RECIPIENTS_BY_STATE } else { sql::RECIPIENTS };
        let query = sql::query(statement).bind(campaign.to_string()).bind(after).bind(limit);
        let query = match state {
            Some(state) => query.bind(state.as_str()),
            None => query,
        };
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(campaigns::recipient).collect()
    }

    async fn recipient_counts(&self, campaign: CampaignId) -> Result<RecipientCounts, StoreError> {
        let query = sql::query(sql::RECIPIENT_COUNTS).bind(campaign.to_string());
        campaigns::counts(&query.fetch_all(&self.readers).await?)
    }

    async fn recipients_ended(&self, limit: u32) -> Result<Vec<EndedRecipient>, StoreError> {
        let query = sql::query(sql::RECIPIENTS_ENDED).bind(limit);
        let rows = query.fetch_all(&self.readers).await?;
        let read = |row| campaigns::or_left_out(campaigns::ended(row)).transpose();
        rows.iter().filter_map(read).collect()
    }

    async fn recipients_stranded(
        &self,
        after: Option<RecipientPoint>,
        limit: u32,
    ) -> Result<Vec<Recipient>, StoreError> {
        let (campaign, key) = after
            .map(|after| (after.campaign.to_string(), after.number.into_string()))
            .unwrap_or_default();
        let query = sql::query(sql::RECIPIENTS_STRANDED).bind(campaign).bind(key).bind(limit);
        let rows = query.fetch_all(&self.readers).await?;
        let read = |row| campaigns::or_left_out(campaigns::recipient(row)).transpose();
        rows.iter().filter_map(read).collect()
    }

    async fn recipients_left_out(
        &self,
        campaign: CampaignId,
        limit: u32,
    ) -> Result<Vec<LeftOut>, StoreError> {
        let query = sql::query(sql::RECIPIENTS_LEFT_OUT).bind(campaign.to_string()).bind(limit);
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(campaigns::left_out).collect()
    }

    async fn recipients_of_messages(
        &self,
        ids: &[MessageId],
    ) -> Result<Vec<OfMessage>, StoreError> {
        let mut transaction = self.readers.begin().await.map_err(store_error)?;
        let query = sql::query(sql::RECIPIENTS_OF_MESSAGES).bind(array(ids)?);
        let found = query.fetch_all(&mut *transaction).await?;
        let query =
            sql::query(sql::CAMPAIGNS_BY_IDS).bind(array(&campaigns::campaigns_of(&found))?);
        let of = query.fetch_all(&mut *transaction).await?;
        campaigns::of_messages(&found, &of)
    }

    async fn feeder_seen(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let query = sql::query(sql::FEEDER_SEEN);
        let row = query.fetch_one(&self.readers).await?;
        campaigns::feeder(&row)
    }

    async fn note_feeder(&self, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(move |connection| {
            Box::pin(async move {
                let query = sql::query(sql::NOTE_FEEDER).bind(micros(at));
                query.execute(connection).await?;
                Ok(())
            })
        })
        .await
    }

    async fn slots_taken(&self, since: DateTime<Utc>) -> Result<SlotsTaken, StoreError> {
        let mut transaction = self.readers.begin().await.map_err(store_error)?;
        let row = sql::query(sql::SLOTS).fetch_one(&mut *transaction).await;
        let revision = campaigns::number(&row?, "revision")?;
        let query = sql::query(sql::SLOTS_TAKEN).bind(micros(since));
        let rows = query.fetch_all(&mut *transaction).await?;
        let slots = rows.iter().map(campaigns::slot).collect::<Result<_, _>>()?;
        Ok(SlotsTaken { slots, revision })
    }
}

async fn stands(
    connection: &mut SqliteConnection,
    id: CampaignId,
) -> Result<Option<Stands>, StoreError> {
    let query = sql::query(sql::CAMPAIGN_STANDS).bind(id.to_string());
    let row = query.fetch_optional(connection).await?;
    row.as_ref().map(Stands::read).transpose()
}

async fn write_campaign(
    connection: &mut SqliteConnection,
    account: AccountId,
    write: &CampaignWrite,
) -> Result<Vec<Enqueued>, StoreError> {
    if let Some(revision) = write.slots {
        let given = sql::query(sql::GIVE_SLOTS).bind(revision);
        let given = given.execute(&mut *connection).await?;
        campaigns::all_as_seen(given.rows_affected(), 1)?;
    }
    let there = match campaigns::depends_on(write) {
        Some(id) => stands(connection, id).await?,
        None => None,
    };
    if !campaigns::is_as_seen(write, there) {
        return Err(campaigns::stale());
    }
    let enqueued = enqueue::enqueue(connection, account, &write.messages).await?;
    let rows = write.rows(&enqueued);
    let items: Vec<_> = rows.iter().map(RecipientItem::new).collect();
    let done = sql::query(sql::WRITE_RECIPIENTS).bind(array(&items)?);
    let done = done.execute(&mut *connection).await?;
    campaigns::all_as_seen(done.rows_affected(), rows.len())?;
    if let Some(change) = &write.change {
        put(connection, change).await?;
    }
    record(connection, write.audit.as_ref()).await?;
    if let Some(event) = &write.event {
        change_account(connection, account, event).await?;
    }
    Ok(enqueued)
}

/// Writes a campaign.
async fn put(connection: &mut SqliteConnection, change: &CampaignChange) -> Result<(), StoreError> {
    let row = change.row();
    let statement = if change.seen.is_some() { sql::CHANGE_CAMPAIGN } else { sql::ADD_CAMPAIGN };
    let audience = campaigns::audience(&row.plan)?;
    let query = bind_campaign(sql::query(statement), &row, audience);
    let done = query.execute(connection).await?;
    campaigns::all_as_seen(done.rows_affected(), 1)
}

binds! {
    /// Binds a campaign, whose audience is given in its stored form.
    fn bind_campaign(row: &Campaign, audience: Option<String>) as CAMPAIGN {
        id = row.id.to_string();
        name = row.plan.name.as_str();
        kind = row.plan.kind.as_str();
        date = row.plan.date.to_string();
        time = row.plan.time.to_string();
        words = row.plan.words.as_str();
        template_id = row.plan.template.map(|id| id.to_string());
        audience = audience;
        estimated = row.plan.estimated;
        confirmed_on = row.confirmed_on.map(|day| day.to_string());
        frozen_text = row.frozen.as_ref().map(|frozen| frozen.text.as_str());
        frozen_template = frozen_template(row).map(|(id, _)| id.to_string());
        frozen_version = frozen_template(row).map(|(_, version)| version);
        state = row.state.as_str();
        since = micros(row.since);
        sentence = row.sentence.as_ref().map(Private::as_str);
        told = row.told.as_str();
        collected = row.freeze;
        revision = row.revision;
        entered = row.entered.to_string();
    }
}
