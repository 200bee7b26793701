//! The work after a campaign has ended: leaving out recipients who wait, and telling the result.

use chrono::{DateTime, Utc};

use super::error::CampaignError;
use super::{Campaigns, seen};
use crate::account::{AccountChange, AccountStep};
use crate::campaign::{
    Campaign, CampaignState, CampaignTold, LeftOut, REASONS_MAX, Recipient, RecipientState,
};
use crate::format::Formats;
use crate::id::AccountEventId;
use crate::port::{CampaignChange, CampaignWrite, RecipientWrite, random};
use crate::private::Private;

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

impl Campaigns {
    /// Leaves out the recipients who wait in a campaign that has ended, some pages at a time. Once
    /// no recipient waits and no message is on its way, managers are told once how many were left
    /// out, and why.
    ///
    /// The campaign's end was written before, alone. So the end holds at once, however many
    /// recipients there are, and a process that dies in here leaves the rest to the next turn.
    pub(super) async fn settle(
        &self,
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
            let page = self.store.recipients(campaign.id, waiting, None, PAGE).await?;
            if page.is_empty() {
                self.conclude(campaign, now).await?;
                return Ok(settled);
            }
            let count = page.len() as u64;
            let leave_out = |one: Recipient| {
                let left_out = Recipient { slot: None, ..one };
                let recipient = left_out.stands(RecipientState::LeftOut, Some(why.clone()), now);
                RecipientWrite { recipient, message: None }
            };
            let recipients = page.into_iter().map(leave_out).collect();
            let over = Some(seen(&campaign));
            let write = CampaignWrite { over, recipients, ..CampaignWrite::default() };
            if !self.write(&write).await? {
                // Somebody else settles it just now.
                return Ok(settled);
            }
            settled.left_out += count;
        }
        Ok(Settled { more: true, ..settled })
    }

    /// Writes down the result of a campaign. Managers are told if recipients were left out and no
    /// person cancelled it.
    async fn conclude(&self, campaign: Campaign, now: DateTime<Utc>) -> Result<(), CampaignError> {
        let counts = self.counts(campaign.id).await?;
        if counts.waiting + counts.queued > 0 {
            return Ok(());
        }
        let (id, seen) = (campaign.id, Some(campaign.revision));
        let (campaign, event) = match campaign.state {
            CampaignState::Finished => {
                let reasons = self.store.recipients_left_out(id, REASONS_MAX).await?;
                let said = LeftOut::said(&reasons, counts.left_out);
                let event = match &said {
                    Some(said) => Some(self.left_out(&campaign, said, now).await?),
                    None => None,
                };
                (Campaign { sentence: said.map(Private::from), ..campaign }, event)
            }
            _ => (campaign, None),
        };
        let campaign = Campaign { told: CampaignTold::End, ..campaign };
        let change = Some(CampaignChange { campaign, seen });
        let is_told = event.is_some();
        let write = CampaignWrite { change, event, ..CampaignWrite::default() };
        if self.write(&write).await? && is_told {
            self.ports.wake.wake();
        }
        Ok(())
    }

    async fn left_out(
        &self,
        campaign: &Campaign,
        said: &str,
        now: DateTime<Utc>,
    ) -> Result<AccountChange, CampaignError> {
        let settings = self.ports.settings().await?;
        let formats = Formats::new(&settings.locale).unwrap_or_default();
        let (name, date) = (&campaign.plan.name, formats.date(campaign.plan.date));
        let id = AccountEventId::new(now, random(self.ports.entropy.as_ref()));
        let step = AccountStep::LeftOut { what: format!("{name}, {date}. {said}") };
        Ok(AccountChange { id, at: now, step, by: None })
    }
}
