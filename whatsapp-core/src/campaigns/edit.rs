//! Planning campaigns.

use super::error::CampaignError;
use super::{Campaigns, from};
use crate::audit::{Act, Actor, AuditChange};
use crate::campaign::{Campaign, CampaignPlan, CampaignState};
use crate::festival::{NextTime, Place, next_time};
use crate::id::CampaignId;
use crate::port::{CampaignChange, CampaignWrite, random};

/// A campaign again, a year later.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NextYear {
    /// The new draft.
    pub campaign: Campaign,
    /// Where its date comes from, as a sentence: that of the festival, or a guess.
    pub sentence: String,
}

impl Campaigns {
    /// Makes a draft. It sends nothing.
    ///
    /// # Errors
    /// [`CampaignError::Plan`] for a plan that cannot be kept.
    pub async fn create(&self, plan: CampaignPlan, by: &Actor) -> Result<Campaign, CampaignError> {
        plan.check()?;
        let now = self.ports.clock.now();
        let id = CampaignId::new(now, random(self.ports.entropy.as_ref()));
        let campaign = Campaign::new(id, plan, now);
        let change = AuditChange::state("none", CampaignState::Draft);
        let audit = Some(self.entry(by, Act::CampaignSaved, id, change));
        let change = CampaignChange { campaign: campaign.clone(), seen: None };
        let write = CampaignWrite { change: Some(change), audit, ..CampaignWrite::default() };
        if self.write(&write).await? { Ok(campaign) } else { Err(CampaignError::Changed) }
    }

    /// Changes a draft that was seen at this revision.
    ///
    /// # Errors
    /// [`CampaignError::Changed`] where it was changed since, [`CampaignError::Forbidden`] where it is no
    /// draft any more.
    pub async fn edit(
        &self,
        id: CampaignId,
        seen: u32,
        plan: CampaignPlan,
        by: &Actor,
    ) -> Result<Campaign, CampaignError> {
        plan.check()?;
        let before = self.campaign(id).await?;
        if before.state != CampaignState::Draft {
            return Err(CampaignError::Forbidden(before.state));
        }
        if before.revision != seen {
            return Err(CampaignError::Changed);
        }
        let campaign = before.planned(plan);
        let audit = self.entry(by, Act::CampaignSaved, id, from(campaign.state, campaign.state));
        let change = CampaignChange { campaign, seen: Some(seen) };
        let saved = change.row();
        let audit = Some(audit);
        let write = CampaignWrite { change: Some(change), audit, ..CampaignWrite::default() };
        if self.write(&write).await? { Ok(saved) } else { Err(CampaignError::Changed) }
    }

    /// Makes a draft of a campaign for the year after: on the festival's next date in this place, or on
    /// the same day as a guess.
    ///
    /// # Errors
    /// [`CampaignError::NextDate`] for a festival whose next date is not known.
    pub async fn copy_to_next_year(
        &self,
        id: CampaignId,
        place: Place,
        by: &Actor,
    ) -> Result<NextYear, CampaignError> {
        let before = self.campaign(id).await?;
        let next = next_time(&before.plan.name, before.plan.date, place)?;
        let estimated = matches!(next, NextTime::Known(known) if known.estimated);
        let plan = CampaignPlan { date: next.date(), estimated, ..before.plan };
        let campaign = self.create(plan, by).await?;
        Ok(NextYear { campaign, sentence: next.sentence() })
    }
}
