//! The results of campaign messages, and calling back messages that are not to go out.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, Utc};

use super::error::CampaignError;
use super::settle::settle;
use super::write::{TRIES, found, seen, write};
use crate::campaign::{Campaign, CampaignState, Recipient, RecipientState};
use crate::id::CampaignId;
use crate::message::{CancelReason, Status};
use crate::messenger::withdraw;
use crate::port::{
    CampaignStore, CampaignWrite, EndedRecipient, RecipientPoint, RecipientWrite, StoreError,
};
use crate::private::Private;
use crate::wiring::Ports;

/// The number of recipients that are looked at together.
const PAGE: u32 = 200;

/// Writes down how messages ended. Returns the number of messages noted. If a message was
/// withdrawn because its campaign was paused, its type was switched off or it was too late, its
/// recipient waits again.
pub(super) async fn take_note(
    store: &dyn CampaignStore,
    now: DateTime<Utc>,
) -> Result<u64, CampaignError> {
    let (mut noted, mut tries) = (0, TRIES);
    loop {
        let page = store.recipients_ended(PAGE).await?;
        if page.is_empty() {
            return Ok(noted);
        }
        let mut by_campaign: BTreeMap<CampaignId, Vec<EndedRecipient>> = BTreeMap::new();
        for ended in page {
            by_campaign.entry(ended.recipient.campaign).or_default().push(ended);
        }
        for (id, ended) in by_campaign {
            let campaign = readable(store, id).await?;
            let count = ended.len() as u64;
            let after = |ended| RecipientWrite {
                recipient: ended_as(ended, campaign.as_ref(), now),
                message: None,
            };
            let recipients = ended.into_iter().map(after).collect();
            // A recipient must not wait again in a campaign that was cancelled meanwhile.
            let over = campaign.as_ref().map(seen);
            let note = CampaignWrite { over, recipients, ..CampaignWrite::default() };
            if write(store, &note).await? {
                noted += count;
            } else if tries == 0 {
                return Err(CampaignError::Changed);
            } else {
                tries -= 1;
            }
        }
    }
}

/// Returns a campaign; `None` if it is gone, or its row cannot be read. Its messages then end,
/// and do not stop those of other campaigns.
async fn readable(
    store: &dyn CampaignStore,
    id: CampaignId,
) -> Result<Option<Campaign>, CampaignError> {
    match store.campaign(id).await {
        Err(error @ StoreError::Corrupt { .. }) => {
            tracing::error!(campaign.id = %id, error = %error, "a campaign cannot be read");
            Ok(None)
        }
        found => Ok(found?),
    }
}

/// Withdraws the messages of a campaign that was stopped, notes it, and leaves out waiting
/// recipients if it was cancelled. The stop itself is written already, so an error is only
/// logged: the feeder goes on with it.
pub(super) async fn let_go(
    ports: &Ports,
    store: &dyn CampaignStore,
    id: CampaignId,
    now: DateTime<Utc>,
) {
    let withdrawn = async {
        call_back(ports, store, Some(id), now).await?;
        take_note(store, now).await?;
        let campaign = found(store, id).await?;
        match campaign.state {
            CampaignState::Cancelled => settle(ports, store, campaign, now).await.map(|_| ()),
            _ => Ok(()),
        }
    };
    if let Err(error) = withdrawn.await {
        tracing::warn!(
            campaign.id = %id, error = %error,
            "messages of a campaign that was stopped could not be withdrawn; trying again"
        );
    }
}

/// Withdraws the messages of campaigns that do not run: of all campaigns, or only of this one.
/// The result of a message that is being sent just now is known soon.
pub(super) async fn call_back(
    ports: &Ports,
    store: &dyn CampaignStore,
    only: Option<CampaignId>,
    now: DateTime<Utc>,
) -> Result<(), CampaignError> {
    let mut after = only.map(|campaign| RecipientPoint { campaign, number: Private::default() });
    let mut known = BTreeMap::new();
    let today = ports.settings().await?.time_zone.date(now);
    loop {
        let page = store.recipients_stranded(after, PAGE).await?;
        let Some(last) = page.last().map(RecipientPoint::of) else { return Ok(()) };
        for Recipient { campaign, message_id, .. } in page {
            if only.is_some_and(|only| only != campaign) {
                return Ok(());
            }
            if let Entry::Vacant(new) = known.entry(campaign) {
                new.insert(readable(store, campaign).await?);
            }
            let why = match known.get(&campaign) {
                Some(Some(campaign)) => campaign.why_not(today),
                _ => Some("There is no such festival message any more."),
            };
            let why = why.unwrap_or("The festival message is not going out.");
            if let Some(id) = message_id {
                withdraw(ports, id, CancelReason::Campaign, why.into()).await?;
            }
        }
        after = Some(last);
    }
}

/// Returns a recipient as it is after its message ended.
fn ended_as(
    EndedRecipient { recipient, ended }: EndedRecipient,
    campaign: Option<&Campaign>,
    now: DateTime<Utc>,
) -> Recipient {
    match (ended.status, ended.cancel_reason) {
        (Status::Sent, _) => recipient.stands(RecipientState::Sent, None, now),
        (Status::Failed, _) => recipient.stands(RecipientState::Failed, ended.sentence, now),
        // If the message expired, its recipient is left out with all others when the day ends.
        (_, Some(CancelReason::Campaign | CancelReason::SwitchedOff | CancelReason::Expired))
            if campaign.is_some_and(|campaign| campaign.state.is_open()) =>
        {
            recipient.given_back(now)
        }
        (_, reason) => {
            let said = || Some(Private::from(format!("{}.", reason?.label())));
            let why = ended.sentence.or_else(said);
            recipient.stands(RecipientState::LeftOut, why, now)
        }
    }
}
