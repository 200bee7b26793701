//! Acts of people on campaigns: pausing, resuming, cancelling, and confirming the date.

use chrono::NaiveDate;

use super::Campaigns;
use super::ended::let_go;
use super::error::CampaignError;
use super::times::may_run;
use super::write::{TRIES, entry, found, from, write};
use crate::audit::{Act, Actor};
use crate::campaign::{Campaign, CampaignState};
use crate::festival::Estimate;
use crate::id::CampaignId;
use crate::port::{CampaignChange, CampaignStore, CampaignWrite};
use crate::private::Private;
use crate::wiring::Ports;

/// The most days by which a date that depends on the moon may move.
const MOVES_AT_MOST: i64 = 2;

impl Campaigns {
    /// Stops a campaign until [`resume`](Self::resume). Nothing more of it is begun from now on,
    /// except what a dispatcher begins in this very instant. Messages that wait in the outbox are
    /// given back to their recipients, by this call or by the feeder.
    ///
    /// # Errors
    /// [`CampaignError::Forbidden`] where it is neither armed nor running.
    pub async fn pause(&self, id: CampaignId, by: &Actor) -> Result<Campaign, CampaignError> {
        self.pause_over(id, None, by).await
    }

    /// Pauses a campaign that is still at the revision `seen`; at any revision where `seen` is
    /// `None`.
    ///
    /// # Errors
    /// As [`pause`](Self::pause); [`CampaignError::Changed`] where it is at another revision by
    /// now.
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
        let asked = Asked { id, over: seen, by, act: Act::CampaignPaused, states: &states };
        let campaign = asked.carried_out(&self.ports, self.store.as_ref(), paused).await?;
        let_go(&self.ports, self.store.as_ref(), id, now).await;
        Ok(campaign)
    }

    /// Resumes a paused campaign.
    ///
    /// # Errors
    /// [`CampaignError::Forbidden`] where it is not paused.
    pub async fn resume(&self, id: CampaignId, by: &Actor) -> Result<Campaign, CampaignError> {
        self.resume_over(id, None, by).await
    }

    /// Resumes a campaign that is still at the revision `seen`; at any revision where `seen` is
    /// `None`.
    ///
    /// # Errors
    /// As [`resume`](Self::resume); [`CampaignError::Changed`] where it is at another revision by
    /// now.
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
        let states = [CampaignState::Paused];
        let asked = Asked { id, over: seen, by, act: Act::CampaignResumed, states: &states };
        asked.carried_out(&self.ports, self.store.as_ref(), goes_on).await
    }

    /// Stops a campaign for good. Nothing more of it is begun from now on, except what a dispatcher
    /// begins in this very instant. Recipients who wait are left out, and messages that wait in the
    /// outbox are withdrawn. This call does it; with many recipients, the feeder does the rest.
    ///
    /// # Errors
    /// [`CampaignError::Forbidden`] where it has ended.
    pub async fn cancel(&self, id: CampaignId, by: &Actor) -> Result<Campaign, CampaignError> {
        self.cancel_over(id, None, by).await
    }

    /// Cancels a campaign that is still at the revision `seen`; at any revision where `seen` is
    /// `None`.
    ///
    /// # Errors
    /// As [`cancel`](Self::cancel); [`CampaignError::Changed`] where it is at another revision by
    /// now.
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
        let asked = Asked { id, over: seen, by, act: Act::CampaignCancelled, states: &states };
        let campaign = asked.carried_out(&self.ports, self.store.as_ref(), cancelled).await?;
        let_go(&self.ports, self.store.as_ref(), id, now).await;
        Ok(campaign)
    }

    /// Confirms the estimated date of a campaign, or moves it to the date that was announced, at
    /// most two days from the date that was [entered](Campaign::entered). This can be done in the
    /// three days before the new date, and on it.
    ///
    /// # Errors
    /// [`CampaignError::NotNow`] on other days; [`CampaignError::Refused`] for a date on which it
    /// cannot run.
    pub async fn confirm_date(
        &self,
        id: CampaignId,
        date: NaiveDate,
        by: &Actor,
    ) -> Result<Campaign, CampaignError> {
        self.confirm_date_over(id, None, date, by).await
    }

    /// Confirms the date of a campaign that is still at the revision `seen`. Any revision will do
    /// where `seen` is `None`, or where the same date was confirmed on this day already.
    ///
    /// # Errors
    /// As [`confirm_date`](Self::confirm_date); [`CampaignError::Changed`] where it is at another
    /// revision by now.
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
            // A campaign that ran on the old date waits for the new one.
            Ok(match campaign.state {
                CampaignState::Running if date > today => {
                    campaign.stands(CampaignState::Armed, None, now)
                }
                _ => campaign,
            })
        };
        let asked = Asked { id, over: seen, by, act: Act::CampaignConfirmed, states: &states };
        asked.carried_out(&self.ports, self.store.as_ref(), confirmed).await
    }
}

/// An act of a person on a campaign.
struct Asked<'a> {
    id: CampaignId,
    /// The revision that the campaign must still be at; `None` for any.
    over: Option<u32>,
    by: &'a Actor,
    act: Act,
    /// The states in which it can be done.
    states: &'a [CampaignState],
}

impl Asked<'_> {
    /// Changes the campaign, with an audit entry.
    async fn carried_out(
        &self,
        ports: &Ports,
        store: &dyn CampaignStore,
        change: impl Fn(Campaign) -> Result<Campaign, CampaignError> + Send + Sync,
    ) -> Result<Campaign, CampaignError> {
        for _ in 0..TRIES {
            let before = found(store, self.id).await?;
            if !self.states.contains(&before.state) {
                return Err(CampaignError::Forbidden(before.state));
            }
            let (state, seen) = (before.state, Some(before.revision));
            let campaign = change(before.clone())?;
            if campaign == before {
                return Ok(before);
            }
            if self.over.is_some_and(|over| over != before.revision) {
                return Err(CampaignError::Changed);
            }
            let moved = from(state, campaign.state);
            let audit = Some(entry(ports, self.by, self.act, self.id, moved));
            let change = CampaignChange { campaign, seen };
            let row = change.row();
            let act = CampaignWrite { change: Some(change), audit, ..CampaignWrite::default() };
            if write(store, &act).await? {
                return Ok(row);
            }
        }
        Err(CampaignError::Changed)
    }
}
