//! Conversion of rows of campaigns to the core's values, for every database.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use whatsapp_core::campaign::{
    Audience, Campaign, CampaignPlan, CampaignState, FrozenText, LeftOut, Recipient,
    RecipientCounts,
};
use whatsapp_core::port::{
    CampaignWrite, CampaignWritten, EndedRecipient, Enqueued, OfMessage, StoreError,
};
use whatsapp_core::{CampaignId, CustomerId, Private, TemplateId};

use crate::codec::{Columns, Reader};
use crate::error::{other, row_count};
use crate::planner::come_to;

pub(crate) fn campaign(row: &impl Columns) -> Result<Campaign, StoreError> {
    let row = &Reader::new(row, "campaign");
    let id = row.parsed("id")?;
    let mut plan = CampaignPlan::festival(row.text("name")?, chrono::NaiveDate::MIN);
    plan.kind = row.parsed("kind")?;
    plan.date = row.date("date")?;
    plan.time = row.parsed("time")?;
    plan.words = row.private("words")?;
    plan.template = row.parsed_or_null("template_id")?;
    plan.audience = row
        .checked_or_null("audience", |list| {
            serde_json::from_str::<Vec<CustomerId>>(&list).ok().map(Audience::Customers)
        })?
        .unwrap_or(Audience::Everybody);
    plan.estimated = row.flag("estimated")?;
    let entered = row.date("entered")?;
    let confirmed_on = row.date_or_null("confirmed_on")?;
    let text = row.text_or_null("frozen_text")?.map(Private::from);
    let template = row.parsed_or_null("frozen_template")?;
    let version: Option<u32> = row.number_or_null("frozen_version")?;
    let frozen = text.map(|text| FrozenText { text, template: template.zip(version) });
    let state = row.parsed("state")?;
    let campaign = Campaign::new(id, plan, row.instant("since")?);
    Ok(Campaign {
        entered,
        frozen,
        confirmed_on,
        state,
        sentence: row.text_or_null("sentence")?.map(Private::from),
        told: row.parsed("told")?,
        freeze: row.number("collected")?,
        revision: row.number("revision")?,
        ..campaign
    })
}

/// The value read from a row; `None` for a row that cannot be read, where that must not stop the
/// others.
pub(crate) fn or_left_out<T>(read: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match read {
        Err(error @ StoreError::Corrupt { .. }) => {
            tracing::error!(error = %error, "a row of a campaign cannot be read; it is left out");
            Ok(None)
        }
        read => read.map(Some),
    }
}

/// The stored template, with its version, that an armed campaign sends.
pub(crate) fn frozen_template(row: &Campaign) -> Option<(TemplateId, u32)> {
    row.frozen.as_ref().and_then(|frozen| frozen.template)
}

/// The list of customers in its stored form; `None` for everybody.
pub(crate) fn audience(plan: &CampaignPlan) -> Result<Option<String>, StoreError> {
    match &plan.audience {
        Audience::Everybody => Ok(None),
        Audience::Customers(list) => {
            let written = serde_json::to_string(list);
            written.map(Some).map_err(|_| other("a list of customers cannot be written as JSON"))
        }
    }
}

pub(crate) fn recipient(row: &impl Columns) -> Result<Recipient, StoreError> {
    let row = &Reader::new(row, "recipient");
    let campaign = row.parsed("campaign_id")?;
    let customer = row.checked("customer_id", |id| CustomerId::new(id).ok())?;
    let state = row.parsed("state")?;
    let sentence = row.text_or_null("sentence")?.map(Private::from);
    let message_id = row.parsed_or_null("message_id")?;
    let round = row.number("round")?;
    let slot = row.instant_or_null("slot")?;
    Ok(Recipient {
        campaign,
        number: row.private("number")?,
        number_key: row.private("number_key")?,
        customer,
        state,
        sentence,
        message_id,
        round,
        slot,
        since: row.instant("since")?,
        revision: row.number("revision")?,
    })
}

/// A queued recipient, and the state of its message.
pub(crate) fn ended(row: &impl Columns) -> Result<EndedRecipient, StoreError> {
    Ok(EndedRecipient { recipient: recipient(row)?, ended: come_to(row)? })
}

pub(crate) fn counts<R: Columns>(rows: &[R]) -> Result<RecipientCounts, StoreError> {
    let mut counts = RecipientCounts::default();
    for row in rows {
        let row = Reader::new(row, "recipient");
        counts.add(row.parsed("state")?, row.number("recipients")?);
    }
    Ok(counts)
}

pub(crate) fn left_out(row: &impl Columns) -> Result<LeftOut, StoreError> {
    let row = Reader::new(row, "recipient");
    let sentence = row.text_or_null("sentence")?.map(Private::from);
    Ok(LeftOut { sentence, recipients: row.number("recipients")? })
}

/// The campaigns of these recipients, each once.
pub(crate) fn campaigns_of<R: Columns>(rows: &[R]) -> Vec<CampaignId> {
    let of = |row: &R| Reader::new(row, "recipient").parsed("campaign_id").ok();
    rows.iter().filter_map(of).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Recipients by their messages, with their campaigns. A row that cannot be read stops no other.
pub(crate) fn of_messages<R: Columns>(
    recipients: &[R],
    campaigns: &[R],
) -> Result<Vec<OfMessage>, StoreError> {
    let mut known = BTreeMap::new();
    for row in campaigns {
        let id: CampaignId = Reader::new(row, "campaign").parsed("id")?;
        known.insert(id, row);
    }
    let of = |row: &R| {
        let recipient = recipient(row)?;
        let campaign = known.get(&recipient.campaign).map(|row| campaign(*row)).transpose()?;
        Ok((campaign, recipient))
    };
    let one = |row: &R| {
        let message = Reader::new(row, "recipient").parsed("message_id")?;
        Ok(OfMessage { message, of: of(row) })
    };
    recipients.iter().map(one).collect()
}

pub(crate) fn slot(row: &impl Columns) -> Result<DateTime<Utc>, StoreError> {
    Reader::new(row, "recipient").instant("slot")
}

/// Time at which a feeder last said that it runs.
pub(crate) fn feeder(row: &impl Columns) -> Result<Option<DateTime<Utc>>, StoreError> {
    Reader::new(row, "campaign").instant_or_null("fed_at")
}

/// One number of a row.
pub(crate) fn number(row: &impl Columns, column: &'static str) -> Result<u32, StoreError> {
    Reader::new(row, "campaign").number(column)
}

/// The state of a campaign, as far as a write depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stands {
    state: CampaignState,
    freeze: u32,
    revision: u32,
}

impl Stands {
    pub(crate) fn read(row: &impl Columns) -> Result<Self, StoreError> {
        let row = Reader::new(row, "campaign");
        let (state, freeze) = (row.parsed("state")?, row.number("collected")?);
        Ok(Self { state, freeze, revision: row.number("revision")? })
    }

    /// Returns true for a draft of this revision, if this collection of its recipients is the
    /// newest.
    pub(crate) fn is_draft(self, revision: u32, freeze: u32) -> bool {
        let draft = self.state == CampaignState::Draft;
        draft && (self.revision, self.freeze) == (revision, freeze)
    }
}

/// The campaign whose state a write depends on; a write depends on at most one.
pub(crate) fn depends_on(write: &CampaignWrite) -> Option<CampaignId> {
    let changed = write.change.as_ref().filter(|change| change.seen.is_some());
    changed.map(|change| change.campaign.id).or(write.over.map(|over| over.id))
}

/// Returns true if the campaign is still in the state that the write saw.
pub(crate) fn is_as_seen(write: &CampaignWrite, there: Option<Stands>) -> bool {
    let seen = |revision: u32| there.is_some_and(|there| there.revision == revision);
    let changed = write.change.as_ref().and_then(|change| Some((change, change.seen?)));
    let changed = changed.is_none_or(|(change, revision)| {
        seen(revision) && there.is_some_and(|there| there.freeze == change.campaign.freeze)
    });
    changed && write.over.is_none_or(|over| seen(over.revision))
}

/// The error that undoes a write which came too late.
const STALE: &str = "write of a campaign that came too late";

pub(crate) fn stale() -> StoreError {
    StoreError::Conflict { entity: STALE }
}

/// Checks that as many rows were written as expected.
pub(crate) fn all_as_seen(written: u64, expected: usize) -> Result<(), StoreError> {
    row_count(written, expected).map_err(|_| stale())
}

/// Converts the result of a write. A campaign whose id is taken was made by somebody else.
pub(crate) fn written(
    result: Result<Vec<Enqueued>, StoreError>,
) -> Result<CampaignWritten, StoreError> {
    match result {
        Ok(enqueued) => Ok(CampaignWritten::Done(enqueued)),
        Err(StoreError::Conflict { entity: STALE | "campaign" }) => Ok(CampaignWritten::Stale),
        Err(error) => Err(error),
    }
}
