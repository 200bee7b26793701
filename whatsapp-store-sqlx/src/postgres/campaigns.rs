//! Campaigns and their recipients.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;
use whatsapp_core::campaign::{Campaign, LeftOut, Recipient, RecipientCounts, RecipientState};
use whatsapp_core::port::{
    CampaignChange, CampaignCursor, CampaignStore, CampaignWrite, CampaignWritten, EndedRecipient,
    Enqueued, OfMessage, RecipientPoint, SeenCampaign, SlotsTaken, StoreError,
};
use whatsapp_core::{CampaignId, MessageId, Private};

use super::PostgresStore;
use super::account::change_account;
use super::audit::record;
use super::codec::{column, int, text, uuid};
use super::outbox::enqueue;
use super::statements as sql;
use super::work::{Bound, Pool, Session};
use crate::binds::binds;
use crate::campaigns::{self, Stands, frozen_template};
use crate::planner::asked;

#[async_trait]
impl CampaignStore for PostgresStore {
    async fn campaign(&self, id: CampaignId) -> Result<Option<Campaign>, StoreError> {
        let query = move |session: &Session<'_>| session.query(sql::CAMPAIGN).bind(uuid(id));
        Ok(self.rows(query, campaigns::campaign).await?.pop())
    }

    async fn campaigns(
        &self,
        after: Option<CampaignCursor>,
        limit: u32,
    ) -> Result<Vec<Campaign>, StoreError> {
        let (date, id) = after.map_or((asked(NaiveDate::MAX), Uuid::max()), |after| {
            (asked(after.date), uuid(after.id))
        });
        let query = move |session: &Session<'_>| {
            session.query(sql::CAMPAIGNS).bind(date).bind(id).bind(i64::from(limit))
        };
        self.rows(query, campaigns::campaign).await
    }

    async fn open_campaigns(&self) -> Result<Vec<Campaign>, StoreError> {
        let query = |session: &Session<'_>| session.query(sql::OPEN_CAMPAIGNS);
        let read = |row: &_| campaigns::or_left_out(campaigns::campaign(row));
        Ok(self.rows(query, read).await?.into_iter().flatten().collect())
    }

    async fn ending_campaigns(&self) -> Result<Vec<Campaign>, StoreError> {
        let query = |session: &Session<'_>| session.query(sql::ENDING_CAMPAIGNS);
        let read = |row: &_| campaigns::or_left_out(campaigns::campaign(row));
        Ok(self.rows(query, read).await?.into_iter().flatten().collect())
    }

    async fn write_campaign(&self, write: &CampaignWrite) -> Result<CampaignWritten, StoreError> {
        write.check()?;
        // Two calls with the same messages may collide at the ids before they collide at the keys,
        // like calls that only enqueue.
        let written = match campaigns::written(self.write_once(write).await) {
            Err(StoreError::Conflict { .. }) => campaigns::written(self.write_once(write).await)?,
            outcome => outcome?,
        };
        let is_new = |one: &Enqueued| matches!(one, Enqueued::New(_));
        if matches!(&written, CampaignWritten::Done(enqueued) if enqueued.iter().any(is_new)) {
            self.shared.wake_up.send(self);
        }
        Ok(written)
    }

    async fn begin_freeze(&self, draft: SeenCampaign) -> Result<Option<u32>, StoreError> {
        self.write(Pool::Client, move |session| {
            Box::pin(async move {
                let (id, revision) = (uuid(draft.id), int(draft.revision));
                let query = session.query(sql::BEGIN_FREEZE).bind(id).bind(revision);
                let row = query.fetch_optional(&mut *session.connection).await;
                let row = row?;
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
        self.write(Pool::Client, move |mut session| {
            Box::pin(async move {
                let there = stands(&mut session, draft.id).await?;
                if !there.is_some_and(|there| there.is_draft(draft.revision, freeze)) {
                    return Ok(None);
                }
                let query = session.query(sql::THAW).bind(uuid(draft.id)).bind(i64::from(limit));
                let done = query.execute(&mut *session.connection).await?;
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
        let mut recipients = recipients.to_vec();
        recipients.sort_by(|a, b| a.number.cmp(&b.number));
        self.write(Pool::Client, move |mut session| {
            Box::pin(async move {
                let there = stands(&mut session, draft.id).await?;
                if !there.is_some_and(|there| there.is_draft(draft.revision, freeze)) {
                    return Ok(None);
                }
                let query = bind_recipients(session.query(sql::FREEZE), &recipients);
                let done = query.execute(&mut *session.connection).await?;
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
        let query = move |session: &Session<'_>| {
            let query = session.query(statement).bind(uuid(campaign)).bind(after.clone());
            let query = query.bind(i64::from(limit));
            if let Some(state) = state { query.bind(state.as_str()) } else { query }
        };
        self.rows(query, campaigns::recipient).await
    }

    async fn recipient_counts(&self, campaign: CampaignId) -> Result<RecipientCounts, StoreError> {
        self.read(Pool::Client, move |session| {
            Box::pin(async move {
                let query = session.query(sql::RECIPIENT_COUNTS).bind(uuid(campaign));
                let rows = query.fetch_all(&mut *session.connection).await;
                campaigns::counts(&rows?)
            })
        })
        .await
    }

    async fn recipients_ended(&self, limit: u32) -> Result<Vec<EndedRecipient>, StoreError> {
        let query = move |session: &Session<'_>| {
            session.query(sql::RECIPIENTS_ENDED).bind(i64::from(limit))
        };
        let read = |row: &_| campaigns::or_left_out(campaigns::ended(row));
        Ok(self.rows(query, read).await?.into_iter().flatten().collect())
    }

    async fn recipients_stranded(
        &self,
        after: Option<RecipientPoint>,
        limit: u32,
    ) -> Result<Vec<Recipient>, StoreError> {
        let (campaign, key) = after.map_or((Uuid::nil(), String::new()), |after| {
            (uuid(after.campaign), after.number.into_string())
        });
        let query = move |session: &Session<'_>| {
            let query = session.query(sql::RECIPIENTS_STRANDED).bind(campaign).bind(key.clone());
            query.bind(i64::from(limit))
        };
        let read = |row: &_| campaigns::or_left_out(campaigns::recipient(row));
        Ok(self.rows(query, read).await?.into_iter().flatten().collect())
    }

    async fn recipients_left_out(
        &self,
        campaign: CampaignId,
        limit: u32,
    ) -> Result<Vec<LeftOut>, StoreError> {
        let query = move |session: &Session<'_>| {
            let query = session.query(sql::RECIPIENTS_LEFT_OUT).bind(uuid(campaign));
            query.bind(i64::from(limit))
        };
        self.rows(query, campaigns::left_out).await
    }

    async fn recipients_of_messages(
        &self,
        ids: &[MessageId],
    ) -> Result<Vec<OfMessage>, StoreError> {
        let ids: Vec<Uuid> = ids.iter().copied().map(uuid).collect();
        self.read(Pool::Worker, move |session| {
            let ids = ids.clone();
            Box::pin(async move {
                let query = session.query(sql::RECIPIENTS_OF_MESSAGES).bind(ids);
                let found = query.fetch_all(&mut *session.connection).await?;
                let of: Vec<Uuid> = campaigns::campaigns_of(&found).into_iter().map(uuid).collect();
                let query = session.query(sql::CAMPAIGNS_BY_IDS).bind(of);
                let of = query.fetch_all(&mut *session.connection).await?;
                campaigns::of_messages(&found, &of)
            })
        })
        .await
    }

    async fn feeder_seen(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let query = |session: &Session<'_>| session.query(sql::FEEDER_SEEN);
        Ok(self.rows(query, campaigns::feeder).await?.into_iter().flatten().next())
    }

    async fn note_feeder(&self, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(Pool::Client, move |session| {
            Box::pin(async move {
                let query = session.query(sql::NOTE_FEEDER).bind(at);
                query.execute(&mut *session.connection).await?;
                Ok(())
            })
        })
        .await
    }

    async fn slots_taken(&self, since: DateTime<Utc>) -> Result<SlotsTaken, StoreError> {
        self.read(Pool::Client, move |session| {
            Box::pin(async move {
                // The revision is read first: slots that are assigned meanwhile make it outdated.
                let row = session.query(sql::SLOTS).fetch_one(&mut *session.connection).await;
                let revision = campaigns::number(&row?, "revision")?;
                let query = session.query(sql::SLOTS_TAKEN).bind(since);
                let rows = query.fetch_all(&mut *session.connection).await?;
                let slots = rows.iter().map(campaigns::slot).collect::<Result<_, _>>()?;
                Ok(SlotsTaken { slots, revision })
            })
        })
        .await
    }
}

impl PostgresStore {
    async fn write_once(&self, write: &CampaignWrite) -> Result<Vec<Enqueued>, StoreError> {
        let write = write.clone();
        self.write(Pool::Client, move |mut session| {
            Box::pin(async move { write_campaign(&mut session, &write).await })
        })
        .await
    }
}

/// Returns the state of a campaign, and locks its row.
async fn stands(session: &mut Session<'_>, id: CampaignId) -> Result<Option<Stands>, StoreError> {
    let query = session.query(sql::CAMPAIGN_STANDS).bind(uuid(id));
    let row = query.fetch_optional(&mut *session.connection).await?;
    row.as_ref().map(Stands::read).transpose()
}

/// Locks the slots, then the campaign, then the recipients, then takes messages' keys, then locks
/// the account. Each is locked in the order of its keys: two writes wait for each other and never
/// deadlock.
async fn write_campaign(
    session: &mut Session<'_>,
    write: &CampaignWrite,
) -> Result<Vec<Enqueued>, StoreError> {
    if let Some(revision) = write.slots {
        let given = session.query(sql::GIVE_SLOTS).bind(int(revision));
        let given = given.execute(&mut *session.connection).await?;
        campaigns::all_as_seen(given.rows_affected(), 1)?;
    }
    let there = match campaigns::depends_on(write) {
        Some(id) => stands(session, id).await?,
        None => None,
    };
    if !campaigns::is_as_seen(write, there) {
        return Err(campaigns::stale());
    }
    let mut keys: Vec<_> = write
        .recipients
        .iter()
        .map(|one| (uuid(one.recipient.campaign), one.recipient.number.as_str().to_owned()))
        .collect();
    keys.sort_unstable();
    let (ids, numbers): (Vec<_>, Vec<_>) = keys.into_iter().unzip();
    let lock = session.query(sql::LOCK_RECIPIENTS).bind(ids).bind(numbers);
    let there = lock.fetch_all(&mut *session.connection).await?;
    campaigns::all_as_seen(there.len() as u64, write.recipients.len())?;
    let enqueued = enqueue::enqueue(session, &write.messages, false).await?;
    let rows = write.rows(&enqueued);
    let done = bind_recipients(session.query(sql::WRITE_RECIPIENTS), &rows);
    let done = done.execute(&mut *session.connection).await?;
    campaigns::all_as_seen(done.rows_affected(), rows.len())?;
    if let Some(change) = &write.change {
        put(session, change).await?;
    }
    record(session, write.audit.as_ref()).await?;
    if let Some(event) = &write.event {
        change_account(session, event).await?;
    }
    Ok(enqueued)
}

/// Writes a campaign.
async fn put(session: &mut Session<'_>, change: &CampaignChange) -> Result<(), StoreError> {
    let row = change.row();
    let statement = if change.seen.is_some() { sql::CHANGE_CAMPAIGN } else { sql::ADD_CAMPAIGN };
    let audience = campaigns::audience(&row.plan)?;
    let query = bind_campaign(session.query(statement), &row, audience);
    let done = query.execute(&mut *session.connection).await?;
    campaigns::all_as_seen(done.rows_affected(), 1)
}

binds! {
    /// Binds a campaign, whose audience is given in its stored form.
    fn bind_campaign(row: &Campaign, audience: Option<String>) as CAMPAIGN {
        id "uuid" = uuid(row.id);
        name "text" = text(&row.plan.name);
        kind "text" = row.plan.kind.as_str();
        date "date" = row.plan.date;
        time "text" = row.plan.time.to_string();
        words "text" = text(row.plan.words.as_str());
        template_id "uuid" = row.plan.template.map(uuid);
        audience "text" = audience;
        estimated "boolean" = row.plan.estimated;
        confirmed_on "date" = row.confirmed_on;
        frozen_text "text" = row.frozen.as_ref().map(|frozen| text(frozen.text.as_str()));
        frozen_template "uuid" = frozen_template(row).map(|(id, _)| uuid(id));
        frozen_version "int" = frozen_template(row).map(|(_, version)| int(version));
        state "text" = row.state.as_str();
        since "timestamptz" = row.since;
        sentence "text" = row.sentence.as_ref().map(|why| text(why.as_str()));
        told "text" = row.told.as_str();
        collected "int" = int(row.freeze);
        revision "int" = int(row.revision);
        entered "date" = row.entered;
    }

    /// Binds the columns of recipients.
    fn bind_recipients(recipients: &[Recipient]) as RECIPIENTS {
        campaign_id "uuid[]" = column(recipients, |one| uuid(one.campaign));
        number "text[]" = column(recipients, |one| text(one.number.as_str()));
        number_key "text[]" = column(recipients, |one| text(one.number_key.as_str()));
        customer_id "text[]" = column(recipients, |one| one.customer.as_str());
        state "text[]" = column(recipients, |one| one.state.as_str());
        sentence "text[]" =
            column(recipients, |one| one.sentence.as_ref().map(Private::as_str).map(text));
        message_id "uuid[]" = column(recipients, |one| one.message_id.map(uuid));
        round "int[]" = column(recipients, |one| int(one.round));
        slot "timestamptz[]" = column(recipients, |one| one.slot);
        since "timestamptz[]" = column(recipients, |one| one.since);
        revision "int[]" = column(recipients, |one| int(one.revision));
    }
}
