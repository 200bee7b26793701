//! What people do with campaigns that are armed.

use chrono::NaiveDate;

use super::check::may_run;
use super::error::CampaignError;
use super::{Campaigns, TRIES, from};
use crate::audit::{Act, Actor};
use crate::campaign::{Campaign, CampaignState};
use crate::festival::Estimate;
use crate::id::CampaignId;
use crate::port::{CampaignChange, CampaignWrite};
use crate::private::Private;

/// How far a date that depends on the moon may move, in days.
const MOVES_AT_MOST: i64 = 2;

impl Campaigns {
    /// Stops a campaign until [`resume`](Self::resume). Nothing of it is begun any more from now on, but
    /// what a dispatcher begins in this very instant; what waits in the outbox is given back to its
    /// recipients, by this call or by the feeder.
    ///
    /// # Errors
    /// [`CampaignError::Forbidden`] where it is neither armed nor running.
    pub async fn pause(&self, id: CampaignId, by: &Actor) -> Result<Campaign, CampaignError> {
        self.pause_over(id, None, by).await
    }

    /// The same over the revision that was seen; over any where it is `None`.
    ///
    /// # Errors
    /// As [`pause`](Self::pause); [`CampaignError::Changed`] where it is at another revision by now.
    pub async fn pause_over(
        &self,
        id: CampaignId,
        seen: Option<u32>,
        by: &Actor,
    ) -> Result<Campaign, CampaignError> {
        let states = [CampaignState::Armed, CampaignState::Running];
        let now = self.ports.clock.now();
        let paused = |campaign: Campaign| {
            let why = Private::from("A person paused it.");
            Ok(campaign.stands(CampaignState::Paused, Some(why), now))
        };
        let campaign = self.act((id, seen), by, Act::CampaignPaused, &states, paused).await?;
        self.let_go(id, now).await;
        Ok(campaign)
    }

    /// Lets a paused campaign go on.
    ///
    /// # Errors
    /// [`CampaignError::Forbidden`] where it is not paused.
    pub async fn resume(&self, id: CampaignId, by: &Actor) -> Result<Campaign, CampaignError> {
        self.resume_over(id, None, by).await
    }

    /// The same over the revision that was seen; over any where it is `None`.
    ///
    /// # Errors
    /// As [`resume`](Self::resume); [`CampaignError::Changed`] where it is at another revision by now.
    pub async fn resume_over(
        &self,
        id: CampaignId,
        seen: Option<u32>,
        by: &Actor,
    ) -> Result<Campaign, CampaignError> {
        let settings = self.ports.settings().await?;
        let now = self.ports.clock.now();
        let goes_on = |campaign: Campaign| {
            let start = campaign.plan.start(&settings.time_zone);
            let state = match start {
                Some(start) if start <= now => CampaignState::Running,
                Some(_) | None => CampaignState::Armed,
            };
            Ok(campaign.stands(state, None, now))
        };
        self.act((id, seen), by, Act::CampaignResumed, &[CampaignState::Paused], goes_on).await
    }

    /// Stops a campaign for good. Nothing of it is begun any more from now on, but what a dispatcher begins
    /// in this very instant; who waits is left out, and what waits in the outbox is withdrawn, by this call
    /// and, of many recipients, by the feeder.
    ///
    /// # Errors
    /// [`CampaignError::Forbidden`] where it has ended.
    pub async fn cancel(&self, id: CampaignId, by: &Actor) -> Result<Campaign, CampaignError> {
        self.cancel_over(id, None, by).await
    }

    /// The same over the revision that was seen; over any where it is `None`.
    ///
    /// # Errors
    /// As [`cancel`](Self::cancel); [`CampaignError::Changed`] where it is at another revision by now.
    pub async fn cancel_over(
        &self,
        id: CampaignId,
        seen: Option<u32>,
        by: &Actor,
    ) -> Result<Campaign, CampaignError> {
        let states = [
            CampaignState::Draft,
            CampaignState::Armed,
            CampaignState::Running,
            CampaignState::Paused,
        ];
        let now = self.ports.clock.now();
        let cancelled = |campaign: Campaign| {
            let why = Private::from("It was cancelled.");
            Ok(campaign.stands(CampaignState::Cancelled, Some(why), now))
        };
        let campaign = self.act((id, seen), by, Act::CampaignCancelled, &states, cancelled).await?;
        self.let_go(id, now).await;
        Ok(campaign)
    }

    /// Confirms the estimated date of a campaign, or moves it to the date that was announced, at most two
    /// days from the one that was [entered](Campaign::entered). It can be done in the three days before the date, and on it.
    ///
    /// # Errors
    /// [`CampaignError::NotNow`] on other days; [`CampaignError::Refused`] for a date on which it cannot
    /// run.
    pub async fn confirm_date(
        &self,
        id: CampaignId,
        date: NaiveDate,
        by: &Actor,
    ) -> Result<Campaign, CampaignError> {
        self.confirm_date_over(id, None, date, by).await
    }

    /// The same over the revision that was seen; over any where it is `None`, or where the date is confirmed
    /// so already.
    ///
    /// # Errors
    /// As [`confirm_date`](Self::confirm_date); [`CampaignError::Changed`] where it is at another revision
    /// by now.
    pub async fn confirm_date_over(
        &self,
        id: CampaignId,
        seen: Option<u32>,
        date: NaiveDate,
        by: &Actor,
    ) -> Result<Campaign, CampaignError> {
        let settings = self.ports.settings().await?;
        let now = self.ports.clock.now();
        let today = settings.time_zone.date(now);
        let states = [
            CampaignState::Draft,
            CampaignState::Armed,
            CampaignState::Running,
            CampaignState::Paused,
        ];
        let confirmed = |campaign: Campaign| {
            let mut plan = campaign.plan.clone();
            if !plan.estimated {
                return Err(CampaignError::NotEstimated);
            }
            if (date - campaign.entered).num_days().abs() > MOVES_AT_MOST {
                return Err(CampaignError::TooFar(date, campaign.entered));
            }
            Estimate::of(date).check(today)?;
            plan.date = date;
            may_run(&plan, &settings, now)?;
            let campaign = Campaign { plan, confirmed_on: Some(today), ..campaign };
            // One that ran on the date before waits for the new one.
            Ok(match campaign.state {
                CampaignState::Running if date > today => {
                    campaign.stands(CampaignState::Armed, None, now)
                }
                _ => campaign,
            })
        };
        self.act((id, seen), by, Act::CampaignConfirmed, &states, confirmed).await
    }

    /// Changes a campaign that stands in one of these states, at the revision that was seen where there is
    /// one, with the entry of the audit.
    async fn act(
        &self,
        (id, over): (CampaignId, Option<u32>),
        by: &Actor,
        act: Act,
        states: &[CampaignState],
        change: impl Fn(Campaign) -> Result<Campaign, CampaignError> + Send + Sync,
    ) -> Result<Campaign, CampaignError> {
        for _ in 0..TRIES {
            let before = self.campaign(id).await?;
            if !states.contains(&before.state) {
                return Err(CampaignError::Forbidden(before.state));
            }
            let (state, seen) = (before.state, Some(before.revision));
            let campaign = change(before.clone())?;
            if campaign == before {
                return Ok(before);
            }
            if over.is_some_and(|over| over != before.revision) {
                return Err(CampaignError::Changed);
            }
            let entry = self.entry(by, act, id, from(state, campaign.state));
            let change = CampaignChange { campaign, seen };
            let row = change.row();
            let audit = Some(entry);
            let write = CampaignWrite { change: Some(change), audit, ..CampaignWrite::default() };
            if self.write(&write).await? {
                return Ok(row);
            }
        }
        Err(CampaignError::Changed)
    }
}
