//! Checking what a campaign would do, and arming it.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};

use super::Campaigns;
use super::checked::{Agreed, Checked};
use super::error::{CampaignError, CampaignRefusal};
use super::survey::{Gather, Surveyor};
use super::text::{sample, text_of};
use super::times::{may_run, run};
use super::write::{entry, found, from, seen, write};
use crate::audit::{Act, Actor};
use crate::campaign::{Audience, Campaign, CampaignState, Figures};
use crate::id::CampaignId;
use crate::port::{CampaignChange, CampaignStore, CampaignWrite};
use crate::settings::Settings;
use crate::time::spoken;
use crate::wiring::Ports;

/// A feeder counts as running if it said so within this time. It says so every five minutes.
const SEEN: TimeDelta = TimeDelta::minutes(15);

impl Campaigns {
    /// Says what a draft would do if it were armed now: its day, its text, the number of customers,
    /// and the times.
    ///
    /// Its recipients are collected page by page, each number once. They stay the draft's
    /// recipients until they are collected anew. Nothing is sent.
    ///
    /// # Errors
    /// [`CampaignError::Refused`] with the reason why it could not be armed.
    pub async fn check(&self, id: CampaignId) -> Result<Checked, CampaignError> {
        checked(&self.ports, self.store.as_ref(), id, true).await
    }

    /// Says the same as [`check`](Self::check), but writes nothing: the recipients are counted and
    /// not collected.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub async fn look(&self, id: CampaignId) -> Result<Checked, CampaignError> {
        checked(&self.ports, self.store.as_ref(), id, false).await
    }

    /// Arms a campaign that was checked. From its hour on, its messages go out to the recipients of
    /// now. A process that is killed meanwhile leaves the draft, which can be armed again.
    ///
    /// # Errors
    /// [`CampaignError::Figures`] where it would by now do something other than what was checked.
    /// The error holds the new check.
    pub async fn arm(
        &self,
        id: CampaignId,
        checked: &Checked,
        by: &Actor,
    ) -> Result<Campaign, CampaignError> {
        self.arm_agreed(id, &checked.agreed(), by).await
    }

    /// Arms a campaign by what a person [agreed](Checked::agreed) to, such as in a form that showed
    /// it.
    ///
    /// # Errors
    /// As [`arm`](Self::arm).
    pub async fn arm_agreed(
        &self,
        id: CampaignId,
        agreed: &Agreed,
        by: &Actor,
    ) -> Result<Campaign, CampaignError> {
        let today = self.check(id).await?;
        if !agreed.holds(&today.agreed()) {
            return Err(CampaignError::Figures(Box::new(today)));
        }
        let (campaign, text) = (today.campaign, today.text);
        let (revision, now) = (campaign.revision, self.ports.clock.now());
        let armed = Campaign { frozen: Some(text), ..campaign };
        let armed = armed.stands(CampaignState::Armed, None, now);
        let change = from(CampaignState::Draft, CampaignState::Armed);
        let audit = Some(entry(&self.ports, by, Act::CampaignArmed, id, change));
        let change = CampaignChange { campaign: armed, seen: Some(revision) };
        let armed = change.row();
        let arming = CampaignWrite { change: Some(change), audit, ..CampaignWrite::default() };
        if write(self.store.as_ref(), &arming).await? {
            Ok(armed)
        } else {
            Err(CampaignError::Changed)
        }
    }
}

/// Checks a draft; `collects` says whether its recipients are collected or only counted.
async fn checked(
    ports: &Ports,
    store: &dyn CampaignStore,
    id: CampaignId,
    collects: bool,
) -> Result<Checked, CampaignError> {
    let campaign = found(store, id).await?;
    if campaign.state != CampaignState::Draft {
        return Err(CampaignError::Forbidden(campaign.state));
    }
    campaign.plan.check()?;
    let settings = ports.settings().await?;
    let now = ports.clock.now();
    let begin = may_run(&campaign.plan, &settings, now)?;
    let text = text_of(ports, &campaign).await?;
    let (campaign, mut gather) = if collects {
        let draft = seen(&campaign);
        let freeze = store.begin_freeze(draft).await?.ok_or(CampaignError::Changed)?;
        (Campaign { freeze, ..campaign }, Gather::Collect(draft, freeze))
    } else {
        (campaign, Gather::Count(id, BTreeSet::new()))
    };
    let survey = Surveyor::new(ports, store, &campaign.plan, &mut gather, now).survey().await?;
    let figures = survey.figures;
    let Some(first) = survey.first else {
        let nobody = figures == Figures::default();
        return Err(match campaign.plan.audience {
            Audience::Everybody if nobody => CampaignRefusal::NobodyListed.into(),
            _ => CampaignRefusal::NoRecipients(figures).into(),
        });
    };
    let example = sample(ports, &campaign.plan, &text, &first, &settings, now)?;
    let times = run(store, &campaign.plan, &settings, begin, now, figures.recipients).await?;
    if times.can_go == 0 {
        return Err(CampaignRefusal::Full(campaign.plan.date).into());
    }
    let weekday = campaign.plan.date.weekday();
    let open = store.open_campaigns().await?;
    let is_like = |other: &Campaign| {
        (other.plan.kind, other.plan.date) == (campaign.plan.kind, campaign.plan.date)
    };
    let others = open.into_iter().filter(is_like).collect();
    let needs = feeder_missing(store, &settings, now).await?;
    Ok(Checked {
        campaign,
        weekday,
        text,
        first: first.name,
        sample: example,
        figures,
        run: times,
        others,
        needs,
    })
}

/// Returns what must be done if no feeder has run lately, as a sentence.
async fn feeder_missing(
    store: &dyn CampaignStore,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<Option<String>, CampaignError> {
    let seen = store.feeder_seen().await?;
    let since = match seen {
        Some(seen) if now - seen <= SEEN => return Ok(None),
        Some(seen) => format!("since {}", spoken(settings.time_zone.local(seen))),
        None => "yet".to_owned(),
    };
    Ok(Some(format!(
        "The program that sends festival messages has not run {since}: start it before the hour of this \
         one, or nothing is sent."
    )))
}
