//! The work after a campaign has ended: leaving out recipients who wait, and telling the result.

use chrono::{DateTime, Utc};

use super::error::CampaignError;
use super::write::{seen, write};
use crate::account::{AccountChange, AccountStep};
use crate::campaign::{
    Campaign, CampaignState, CampaignTold, LeftOut, REASONS_MAX, Recipient, RecipientState,
};
use crate::format::Formats;
use crate::id::AccountEventId;
use crate::port::{CampaignChange, CampaignStore, CampaignWrite, RecipientWrite, random};
use crate::private::Private;
use crate::wiring::Ports;

/// The number of recipients that are left out together.
const PAGE: u32 = 500;

/// The number of pages that are left out in one turn.
const PAGES: u32 = 20;

/// Progress in settling a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Settled {
    /// Number of recipients who were left out.
    pub(super) left_out: u64,
    /// Set when more are to be left out at once.
    pub(super) more: bool,
}

/// Leaves out the recipients who wait in a campaign that has ended, some pages at a time. Once
/// no recipient waits and no message is on its way, managers are told once how many were left
/// out, and why.
///
/// The campaign's end was written before, alone. So the end holds at once, however many
/// recipients there are, and a process that dies in here leaves the rest to the next turn.
pub(super) async fn settle(
    ports: &Ports,
    store: &dyn CampaignStore,
    campaign: Campaign,
    now: DateTime<Utc>,
) -> Result<Settled, CampaignError> {
    let why = match (campaign.state, &campaign.sentence) {
        (CampaignState::Finished, Some(why)) => why.clone(),
        (CampaignState::Cancelled, _) => Private::from("The festival message was cancelled."),
        _ => Private::from("The festival message has ended."),
    };
    let mut settled = Settled::default();
    for _ in 0..PAGES {
        let waiting = Some(RecipientState::Waiting);
        let page = store.recipients(campaign.id, waiting, None, PAGE).await?;
        if page.is_empty() {
            conclude(ports, store, campaign, now).await?;
            return Ok(settled);
        }
        let count = page.len() as u64;
        let leave_out = |one: Recipient| {
            let one = Recipient { slot: None, ..one };
            let recipient = one.stands(RecipientState::LeftOut, Some(why.clone()), now);
            RecipientWrite { recipient, message: None }
        };
        let recipients = page.into_iter().map(leave_out).collect();
        let over = Some(seen(&campaign));
        let leaving = CampaignWrite { over, recipients, ..CampaignWrite::default() };
        if !write(store, &leaving).await? {
            // Somebody else settles it just now.
            return Ok(settled);
        }
        settled.left_out += count;
    }
    Ok(Settled { more: true, ..settled })
}

/// Writes down the result of a campaign. Managers are told if recipients were left out and no
/// person cancelled it.
async fn conclude(
    ports: &Ports,
    store: &dyn CampaignStore,
    campaign: Campaign,
    now: DateTime<Utc>,
) -> Result<(), CampaignError> {
    let counts = store.recipient_counts(campaign.id).await?;
    if counts.waiting + counts.queued > 0 {
        return Ok(());
    }
    let (id, seen) = (campaign.id, Some(campaign.revision));
    let (campaign, event) = match campaign.state {
        CampaignState::Finished => {
            let reasons = store.recipients_left_out(id, REASONS_MAX).await?;
            let said = LeftOut::said(&reasons, counts.left_out);
            let event = match &said {
                Some(said) => Some(left_out(ports, &campaign, said, now).await?),
                None => None,
            };
            (Campaign { sentence: said.map(Private::from), ..campaign }, event)
        }
        _ => (campaign, None),
    };
    let campaign = Campaign { told: CampaignTold::End, ..campaign };
    let change = Some(CampaignChange { campaign, seen });
    let is_told = event.is_some();
    let end = CampaignWrite { change, event, ..CampaignWrite::default() };
    if write(store, &end).await? && is_told {
        ports.wake.wake();
    }
    Ok(())
}

/// Returns what managers are told of the recipients who were left out.
async fn left_out(
    ports: &Ports,
    campaign: &Campaign,
    said: &str,
    now: DateTime<Utc>,
) -> Result<AccountChange, CampaignError> {
    let settings = ports.settings().await?;
    let formats = Formats::new(&settings.locale).unwrap_or_default();
    let (name, date) = (&campaign.plan.name, formats.date(campaign.plan.date));
    let id = AccountEventId::new(now, random(ports.entropy.as_ref()));
    let step = AccountStep::LeftOut { what: format!("{name}, {date}. {said}") };
    Ok(AccountChange { id, at: now, step, by: None })
}
