//! What a campaign would do, and arming it.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, TimeDelta, Utc, Weekday};

use super::error::{CampaignError, CampaignRefusal};
use super::{Campaigns, from, hours, request, seen};
use crate::audit::{Act, Actor};
use crate::campaign::{
    Audience, Campaign, CampaignPlan, CampaignState, Figures, FrozenText, Pace, Recipient, Slots,
    day,
};
use crate::compose::{Chosen, Composer};
use crate::id::{CampaignId, CustomerId};
use crate::mute;
use crate::number::WhatsAppNumber;
use crate::port::{
    CampaignChange, CampaignWrite, Customer, DirectoryError, MuteQuestion, SeenCampaign,
};
use crate::private::Private;
use crate::settings::Settings;

/// The customers that are looked at together.
const PAGE: u32 = 500;

/// The furthest day of a campaign.
const AHEAD_MAX: TimeDelta = TimeDelta::days(366);

/// When a campaign's messages go out, if nothing changes meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunTold {
    /// When the first one does.
    pub from: DateTime<Utc>,
    /// When about the last one does, by gaps of the middle length.
    pub until: Option<DateTime<Utc>>,
    /// How many can within the hours and the caps.
    pub can_go: u64,
    /// How many are left over with the end of the day.
    pub left_over: u64,
}

/// What a campaign would do if it were armed now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checked {
    /// The draft that was checked.
    pub campaign: Campaign,
    /// The day of the week of its date.
    pub weekday: Weekday,
    /// The text that its messages are made from.
    pub text: FrozenText,
    /// The customer who would get the first message.
    pub first: Private,
    /// The message that this customer would get.
    pub sample: Private,
    /// How many recipients there are, and why other customers are left out.
    pub figures: Figures,
    /// When the messages would go out.
    pub run: RunTold,
}

/// What a look at an audience has come to.
#[derive(Debug, Default)]
struct Survey {
    figures: Figures,
    first: Option<Customer>,
}

impl Campaigns {
    /// Says what a draft would do if it were armed now: its day, its text, to how many customers, when.
    ///
    /// Its recipients are collected page by page, each number once, and are the draft's until they are
    /// collected anew. Nothing is sent.
    ///
    /// # Errors
    /// [`CampaignError::Refused`] with the reason for which it could not be armed.
    pub async fn check(&self, id: CampaignId) -> Result<Checked, CampaignError> {
        let campaign = self.campaign(id).await?;
        if campaign.state != CampaignState::Draft {
            return Err(CampaignError::Forbidden(campaign.state));
        }
        campaign.plan.check()?;
        let settings = self.ports.settings().await?;
        let now = self.ports.clock.now();
        let begin = may_run(&campaign.plan, &settings, now)?;
        let text = self.text_of(&campaign).await?;
        let draft = seen(&campaign);
        let freeze = self.store.begin_freeze(draft).await?.ok_or(CampaignError::Changed)?;
        let campaign = Campaign { freeze, ..campaign };
        let survey = self.survey(&campaign.plan, draft, freeze, now).await?;
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
        let weekday = campaign.plan.date.weekday();
        Ok(Checked { campaign, weekday, text, first: first.name, sample, figures, run })
    }

    /// Arms a campaign that was checked: from its hour on its messages go out, to the recipients of now.
    /// One that is killed meanwhile leaves the draft, which can be armed again.
    ///
    /// # Errors
    /// [`CampaignError::Figures`] where it would do something else by now than what was checked, with
    /// what that is.
    pub async fn arm(
        &self,
        id: CampaignId,
        checked: &Checked,
        by: &Actor,
    ) -> Result<Campaign, CampaignError> {
        let today = self.check(id).await?;
        let is_same = today.campaign.plan == checked.campaign.plan
            && today.figures == checked.figures
            && today.text == checked.text;
        if !is_same {
            return Err(CampaignError::Figures(Box::new(today)));
        }
        let (campaign, text) = (today.campaign, today.text);
        let (revision, now) = (campaign.revision, self.ports.clock.now());
        let armed = Campaign { frozen: Some(text), ..campaign };
        let armed = armed.stands(CampaignState::Armed, None, now);
        let entry = from(CampaignState::Draft, CampaignState::Armed);
        let audit = Some(self.entry(by, Act::CampaignArmed, id, entry));
        let change = CampaignChange { campaign: armed, seen: Some(revision), leave_out: None };
        let armed = change.row();
        let write = CampaignWrite { change: Some(change), audit, ..CampaignWrite::default() };
        if self.write(&write).await? { Ok(armed) } else { Err(CampaignError::Changed) }
    }

    /// Goes through the audience, page by page, and collects those who can be written to.
    async fn survey(
        &self,
        plan: &CampaignPlan,
        draft: SeenCampaign,
        freeze: u32,
        now: DateTime<Utc>,
    ) -> Result<Survey, CampaignError> {
        let mut survey = Survey::default();
        match &plan.audience {
            Audience::Customers(list) => {
                for ids in list.chunks(PAGE as usize) {
                    let found = self.ports.customers.find_many(ids).await?;
                    let known: BTreeMap<CustomerId, Customer> =
                        found.into_iter().map(|one| (one.id.clone(), one)).collect();
                    let page: Vec<Customer> =
                        ids.iter().filter_map(|id| known.get(id).cloned()).collect();
                    survey.figures.unknown += (ids.len() - page.len()) as u64;
                    self.take(plan, draft, freeze, page, now, &mut survey).await?;
                }
            }
            Audience::Everybody => {
                let mut after = None;
                loop {
                    let page = self.ports.customers.reachable(after.clone(), PAGE).await?;
                    let Some(last) = page.last().map(|one| one.id.clone()) else { break };
                    if after.as_ref() == Some(&last) {
                        let why = "the directory gave the same page of customers again";
                        return Err(DirectoryError::new(why).into());
                    }
                    self.take(plan, draft, freeze, page, now, &mut survey).await?;
                    after = Some(last);
                }
            }
        }
        Ok(survey)
    }

    /// Collects those of a page who can be written to.
    async fn take(
        &self,
        plan: &CampaignPlan,
        draft: SeenCampaign,
        freeze: u32,
        page: Vec<Customer>,
        now: DateTime<Utc>,
        survey: &mut Survey,
    ) -> Result<(), CampaignError> {
        let category = plan.kind.message_type().category();
        let figures = &mut survey.figures;
        let mut able = Vec::new();
        for customer in page {
            let Some(key) = number_key(&customer) else {
                figures.no_number += 1;
                continue;
            };
            if customer.declines.contains(&category) {
                figures.declined += 1;
                continue;
            }
            able.push((customer, key));
        }
        let asked: Vec<MuteQuestion> = able
            .iter()
            .map(|(customer, key)| MuteQuestion {
                customer: customer.id.clone(),
                number_key: Some(key.clone()),
                invoice: None,
            })
            .collect();
        let answers = self.ports.mutes_for(&asked).await?;
        let mut recipients = Vec::with_capacity(able.len());
        for ((customer, key), mutes) in able.into_iter().zip(answers) {
            if mute::why(&mutes, category).is_some() {
                figures.muted += 1;
                continue;
            }
            recipients.push(Recipient::new(draft.id, key, customer.id.clone(), now));
            survey.first.get_or_insert(customer);
        }
        if recipients.is_empty() {
            return Ok(());
        }
        let added = self.store.freeze(draft, freeze, &recipients).await?;
        let added = added.ok_or(CampaignError::Changed)?;
        figures.recipients += added;
        figures.double += recipients.len() as u64 - added;
        Ok(())
    }

    /// The message as this customer would get it.
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
        let composed = composer.compose(&chosen, &content, name, None, plan.date);
        Ok(composed.map_err(CampaignError::Text)?.text.into())
    }

    /// When this many messages go out, from an instant on, behind those that have a slot already.
    pub(super) async fn run(
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
        let window = hours(settings, plan.kind.message_type());
        let taken = self.store.slots_taken(day.start - TimeDelta::hours(1)).await?;
        let pace = Pace::of(settings);
        let mut slots = Slots::new(pace, &window, day, now, taken.slots);
        Ok(told(&mut slots, begin, recipients, pace.middle()))
    }
}

/// When this many messages go out by these slots, by gaps of the middle length.
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

/// What all spellings of a customer's number have in common; `None` where it has none that can be used.
pub(super) fn number_key(customer: &Customer) -> Option<Private> {
    let number = customer.whatsapp_number.as_ref()?;
    let number = WhatsAppNumber::parse(number.as_str()).ok()?;
    Some(number.variant_key().into())
}

/// Whether a campaign of this plan may run on its day: from when on.
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
