//! Planning campaigns.

use super::Campaigns;
use super::error::CampaignError;
use super::write::{entry, from, write};
use crate::audit::{Act, Actor, AuditChange};
use crate::campaign::{Campaign, CampaignPlan, CampaignState};
use crate::festival::{NextTime, Place, next_time};
use crate::id::CampaignId;
use crate::port::{CampaignChange, CampaignWrite, random};

/// A copy of a campaign, a year later.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NextYear {
    /// The new draft.
    pub campaign: Campaign,
    /// The source of its date, as a sentence: the festival's known date, or a guess.
    pub sentence: String,
}

impl Campaigns {
    /// Makes a draft. It sends nothing.
    ///
    /// # Errors
    /// [`CampaignError::Plan`] for a plan that cannot be carried out.
    pub async fn create(&self, plan: CampaignPlan, by: &Actor) -> Result<Campaign, CampaignError> {
        self.create_as(self.fresh_id(), plan, by).await
    }

    /// Returns an id for a new campaign.
    #[must_use]
    pub fn fresh_id(&self) -> CampaignId {
        CampaignId::new(self.ports.clock.now(), random(self.ports.entropy.as_ref()))
    }

    /// Makes a draft under an id that the caller has chosen. Two calls with the same id and plan
    /// make one draft.
    ///
    /// # Errors
    /// As [`create`](Self::create); [`CampaignError::Changed`] where another campaign has this id.
    pub async fn create_as(
        &self,
        id: CampaignId,
        plan: CampaignPlan,
        by: &Actor,
    ) -> Result<Campaign, CampaignError> {
        plan.check()?;
        let now = self.ports.clock.now();
        let campaign = Campaign::new(id, plan, now);
        let change = AuditChange::state("none", CampaignState::Draft);
        let audit = Some(entry(&self.ports, by, Act::CampaignSaved, id, change));
        let change = CampaignChange { campaign: campaign.clone(), seen: None };
        let draft = CampaignWrite { change: Some(change), audit, ..CampaignWrite::default() };
        if write(self.store.as_ref(), &draft).await? {
            return Ok(campaign);
        }
        let there = self.campaign(id).await?;
        if there.plan == campaign.plan { Ok(there) } else { Err(CampaignError::Changed) }
    }

    /// Changes a draft that is still at the revision that was seen.
    ///
    /// # Errors
    /// [`CampaignError::Changed`] where it was changed since, [`CampaignError::Forbidden`] where it
    /// is no longer a draft.
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
        let audit =
            entry(&self.ports, by, Act::CampaignSaved, id, from(campaign.state, campaign.state));
        let change = CampaignChange { campaign, seen: Some(seen) };
        let saved = change.row();
        let audit = Some(audit);
        let draft = CampaignWrite { change: Some(change), audit, ..CampaignWrite::default() };
        if write(self.store.as_ref(), &draft).await? {
            Ok(saved)
        } else {
            Err(CampaignError::Changed)
        }
    }

    /// Makes a draft of a campaign for the next year: on the festival's next date in this place, or
    /// on the same day as a guess.
    ///
    /// # Errors
    /// [`CampaignError::NextDate`] for a festival whose next date is not known.
    pub async fn copy_to_next_year(
        &self,
        id: CampaignId,
        place: Place,
        by: &Actor,
    ) -> Result<NextYear, CampaignError> {
        self.copy_to_next_year_as(self.fresh_id(), id, place, by).await
    }

    /// Makes this draft under an id that the caller has chosen. Two calls with the same id make one
    /// draft.
    ///
    /// # Errors
    /// As [`copy_to_next_year`](Self::copy_to_next_year).
    pub async fn copy_to_next_year_as(
        &self,
        fresh: CampaignId,
        id: CampaignId,
        place: Place,
        by: &Actor,
    ) -> Result<NextYear, CampaignError> {
        let before = self.campaign(id).await?;
        let next = next_time(&before.plan.name, before.plan.date, place)?;
        let estimated = matches!(next, NextTime::Known(known) if known.estimated);
        let plan = CampaignPlan { date: next.date(), estimated, ..before.plan };
        let campaign = self.create_as(fresh, plan, by).await?;
        Ok(NextYear { campaign, sentence: next.sentence() })
    }
}
