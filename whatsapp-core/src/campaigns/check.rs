//! Checking what a campaign would do, and arming it.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};

use super::checked::{Agreed, Checked, RunTold};
use super::error::{CampaignError, CampaignRefusal};
use super::survey::Gather;
use super::{Campaigns, from, hours, request, seen};
use crate::audit::{Act, Actor};
use crate::campaign::{
    Audience, Campaign, CampaignPlan, CampaignState, Figures, FrozenText, Pace, Slots, day,
};
use crate::compose::{Chosen, Composer};
use crate::id::CampaignId;
use crate::port::{CampaignChange, CampaignWrite, Customer};
use crate::private::Private;
use crate::settings::Settings;
use crate::time::spoken;

/// A feeder counts as running if it said so within this time. It says so every five minutes.
const SEEN: TimeDelta = TimeDelta::minutes(15);

/// The furthest day of a campaign, from now.
const AHEAD_MAX: TimeDelta = TimeDelta::days(366);

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
        self.checked(id, true).await
    }

    /// Says the same as [`check`](Self::check), but writes nothing: the recipients are counted and
    /// not collected.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub async fn look(&self, id: CampaignId) -> Result<Checked, CampaignError> {
        self.checked(id, false).await
    }

    async fn checked(&self, id: CampaignId, collects: bool) -> Result<Checked, CampaignError> {
        let campaign = self.campaign(id).await?;
        if campaign.state != CampaignState::Draft {
            return Err(CampaignError::Forbidden(campaign.state));
        }
        campaign.plan.check()?;
        let settings = self.ports.settings().await?;
        let now = self.ports.clock.now();
        let begin = may_run(&campaign.plan, &settings, now)?;
        let text = self.text_of(&campaign).await?;
        let (campaign, mut gather) = if collects {
            let draft = seen(&campaign);
            let freeze = self.store.begin_freeze(draft).await?.ok_or(CampaignError::Changed)?;
            (Campaign { freeze, ..campaign }, Gather::Collect(draft, freeze))
        } else {
            (campaign, Gather::Count(id, BTreeSet::new()))
        };
        let survey = self.survey(&campaign.plan, &mut gather, now).await?;
        let figures = survey.figures;
        let Some(first) = survey.first else {
            let nobody = figures == Figures::default();
            return Err(match campaign.plan.audience {
                Audience::Everybody if nobody => CampaignRefusal::NobodyListed.into(),
                _ => CampaignRefusal::NoRecipients(figures).into(),
            });
        };
        let sample = self.sample(&campaign.plan, &text, &first, &settings, now)?;
        let run = self.run(&campaign.plan, &settings, begin, now, figures.recipients).await?;
        if run.can_go == 0 {
            return Err(CampaignRefusal::Full(campaign.plan.date).into());
        }
        let weekday = campaign.plan.date.weekday();
        let open = self.store.open_campaigns().await?;
        let is_like = |other: &Campaign| {
            (other.plan.kind, other.plan.date) == (campaign.plan.kind, campaign.plan.date)
        };
        let others = open.into_iter().filter(is_like).collect();
        let needs = self.feeder_missing(&settings, now).await?;
        let first = first.name;
        Ok(Checked { campaign, weekday, text, first, sample, figures, run, others, needs })
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
        let entry = from(CampaignState::Draft, CampaignState::Armed);
        let audit = Some(self.entry(by, Act::CampaignArmed, id, entry));
        let change = CampaignChange { campaign: armed, seen: Some(revision) };
        let armed = change.row();
        let write = CampaignWrite { change: Some(change), audit, ..CampaignWrite::default() };
        if self.write(&write).await? { Ok(armed) } else { Err(CampaignError::Changed) }
    }

    /// Returns what must be done if no feeder has run lately, as a sentence.
    async fn feeder_missing(
        &self,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, CampaignError> {
        let seen = self.store.feeder_seen().await?;
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

    /// Returns the message as this customer would get it.
    fn sample(
        &self,
        plan: &CampaignPlan,
        text: &FrozenText,
        customer: &Customer,
        settings: &Settings,
        now: DateTime<Utc>,
    ) -> Result<Private, CampaignError> {
        let composer = Composer::new(&self.ports, settings.clone(), now);
        let chosen = Chosen::frozen(plan.kind.message_type(), text);
        let content = request(plan, customer.id.clone()).content;
        let name = customer.name.as_str();
        let message = composer.compose(&chosen, &content, name, None, plan.date);
        Ok(message.map_err(CampaignError::Text)?.text.into())
    }

    /// Returns the times of this many messages, from `begin` on. They follow the messages that have
    /// a slot already, and the messages of the day's other campaigns that begin no later.
    async fn run(
        &self,
        plan: &CampaignPlan,
        settings: &Settings,
        begin: DateTime<Utc>,
        now: DateTime<Utc>,
        recipients: u64,
    ) -> Result<RunTold, CampaignError> {
        let Some(day) = day(plan.date, &settings.time_zone) else {
            let refusal = CampaignRefusal::NoSuchHour(plan.date, plan.time);
            return Err(refusal.into());
        };
        let mut taken = self.store.slots_taken(day.start - TimeDelta::hours(1)).await?.slots;
        let pace = Pace::of(settings);
        for other in self.store.open_campaigns().await? {
            let start = other.plan.start(&settings.time_zone).map(|start| start.max(now));
            let Some(start) = start.filter(|start| *start <= begin) else { continue };
            if other.plan.date != plan.date || other.state == CampaignState::Paused {
                continue;
            }
            let waiting = self.counts(other.id).await?.waiting;
            let window = hours(settings, other.plan.kind.message_type());
            let before = taken.iter().copied();
            let mut slots = Slots::new(pace, &window, day.clone(), day.end, before);
            told(&mut slots, start, waiting, pace.middle());
            taken.extend(slots.given());
        }
        let window = hours(settings, plan.kind.message_type());
        let horizon = day.end;
        let mut slots = Slots::new(pace, &window, day, horizon, taken);
        Ok(told(&mut slots, begin, recipients, pace.middle()))
    }
}

/// Returns the times of this many messages in these slots, with gaps of the middle length.
pub(super) fn told(
    slots: &mut Slots<'_>,
    begin: DateTime<Utc>,
    recipients: u64,
    gap: TimeDelta,
) -> RunTold {
    let mut run = RunTold { from: begin, until: None, can_go: 0, left_over: 0 };
    while run.can_go < recipients
        && let Some(at) = slots.next(begin, gap)
    {
        if run.can_go == 0 {
            run.from = at;
        }
        run.can_go += 1;
        run.until = Some(at);
    }
    run.left_over = recipients - run.can_go;
    run
}

/// Returns the time from which a campaign of this plan may run on its day.
pub(super) fn may_run(
    plan: &CampaignPlan,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, CampaignRefusal> {
    let (of, date, zone) = (plan.kind.message_type(), plan.date, &settings.time_zone);
    if !settings.allows(of) {
        return Err(CampaignRefusal::SwitchedOff(of));
    }
    let Some(start) = plan.start(zone) else {
        return Err(CampaignRefusal::NoSuchHour(date, plan.time));
    };
    if start - now > AHEAD_MAX {
        return Err(CampaignRefusal::Ahead(date));
    }
    let window = hours(settings, of);
    if !window.is_open(start) {
        let opens = |at: Option<DateTime<Utc>>| at.is_some_and(|at| zone.date(at) == date);
        let first = day(date, zone).and_then(|day| window.next_opening(day.start));
        if !opens(first) {
            return Err(CampaignRefusal::Closed(date));
        }
        let hours = window.hours();
        let (at, from, until) = (plan.time, hours.from, hours.until);
        return Err(CampaignRefusal::OutsideHours { at, from, until });
    }
    let begin = window.next_opening(start.max(now)).filter(|at| zone.date(*at) == date);
    begin.ok_or(CampaignRefusal::Past(date))
}
