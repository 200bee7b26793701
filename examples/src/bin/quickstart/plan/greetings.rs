//! Greetings at festivals (`festivals.csv`, `--arm`, `--confirm`): drafts until somebody arms them,
//! then sent on their days.

mod table;
mod told;

use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use whatsapp_core::audit::Actor;
use whatsapp_core::campaign::{Campaign, CampaignState};
use whatsapp_core::campaigns::{CampaignError, Checked};
use whatsapp_core::festival::Estimate;
use whatsapp_core::festival::import::Import;
use whatsapp_core::format::Formats;
use whatsapp_core::port::CampaignCursor;
use whatsapp_core::time::Zone;
use whatsapp_core::{CampaignFeeder, CampaignId, Campaigns, Ports};

use crate::words::number;
pub(crate) use table::{Asked, FILE, read};
pub(crate) use told::{Row, forecast};

/// Number of campaigns that are read at once.
const PAGE: u32 = 200;

/// Time by which a played day moves on if greetings wait and nothing is in the outbox.
const STRIDE: TimeDelta = TimeDelta::minutes(10);

/// States of a greeting whose date may be confirmed.
const CONFIRMED: [CampaignState; 4] =
    [CampaignState::Armed, CampaignState::Draft, CampaignState::Running, CampaignState::Paused];

/// The greetings of a folder, over a database.
pub(crate) struct Greetings {
    campaigns: Campaigns,
    feeder: CampaignFeeder,
    zone: Zone,
    formats: Formats,
    /// The day that is played.
    today: NaiveDate,
    /// Greetings whose dates are to be confirmed; the next field has those that are to be armed, as
    /// they were checked.
    confirm: Vec<CampaignId>,
    arm: Vec<Checked>,
    /// Notes of what was done on request, one line each.
    done: Vec<String>,
    /// Remarks to make about the table.
    problems: Vec<String>,
}

/// Requests of a person about greetings.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wishes<'a> {
    pub(crate) arm: &'a [String],
    pub(crate) confirm: &'a [String],
}

impl Greetings {
    /// Makes a draft of each row that has none yet, changes those whose rows were changed, and
    /// checks all requests, before any of them is done.
    pub(crate) async fn open(
        ports: &Ports,
        (zone, formats): (&Zone, Formats),
        today: NaiveDate,
        table: &Import,
        wishes: Wishes<'_>,
    ) -> Result<Self> {
        let mut own = Self {
            campaigns: Campaigns::new(ports.clone())?,
            feeder: CampaignFeeder::new(ports.clone())?,
            zone: zone.clone(),
            formats,
            today,
            confirm: Vec::new(),
            arm: Vec::new(),
            done: Vec::new(),
            problems: Vec::new(),
        };
        let asked = Asked::by(table, &all(&own.campaigns).await?, today, &own.formats);
        own.problems = asked.told;
        for plan in asked.new {
            own.campaigns.create(plan, &Actor::Host).await?;
        }
        for (draft, plan) in asked.changed {
            own.campaigns.edit(draft.id, draft.revision, plan, &Actor::Host).await?;
        }
        for name in wishes.confirm {
            let campaign = own.named("--confirm", name, &CONFIRMED).await?;
            let refused = || format!("--confirm {name}: its date cannot be confirmed");
            if !campaign.plan.estimated {
                return Err(CampaignError::NotEstimated).with_context(refused);
            }
            Estimate::of(campaign.plan.date).check(today).with_context(refused)?;
            if !own.confirm.contains(&campaign.id) {
                own.confirm.push(campaign.id);
            }
        }
        for name in wishes.arm {
            let draft = own.named("--arm", name, &[CampaignState::Draft]).await?;
            if own.arm.iter().any(|checked| checked.campaign.id == draft.id) {
                continue;
            }
            let checked = own.campaigns.check(draft.id).await;
            own.arm.push(checked.with_context(|| format!("--arm {name}: it cannot be armed"))?);
        }
        Ok(own)
    }

    /// Does what was requested.
    pub(crate) async fn carry_out(&mut self) -> Result<()> {
        for id in std::mem::take(&mut self.confirm) {
            let date = self.campaigns.campaign(id).await?.plan.date;
            let confirmed = self.campaigns.confirm_date(id, date, &Actor::Host).await?;
            let (name, date) = (&confirmed.plan.name, self.formats.date(date));
            self.done.push(format!("Confirmed that {name} is on {date}."));
        }
        for checked in std::mem::take(&mut self.arm) {
            let id = checked.campaign.id;
            let armed = self.campaigns.arm(id, &checked, &Actor::Host).await;
            let armed =
                armed.with_context(|| format!("--arm {}", checked.campaign.plan.name.clone()))?;
            self.done.push(self.armed(&armed, &checked));
        }
        Ok(())
    }

    /// Returns the next campaign of this name that is in one of these states.
    async fn named(&self, option: &str, name: &str, states: &[CampaignState]) -> Result<Campaign> {
        let all = all(&self.campaigns).await?;
        let of_name = |it: &&Campaign| it.plan.name.eq_ignore_ascii_case(name.trim());
        let mut to_come = all.iter().filter(of_name).filter(|it| it.plan.date >= self.today);
        let fits = to_come.clone().find(|it| states.contains(&it.state));
        match (fits, to_come.next().or_else(|| all.iter().rev().find(of_name))) {
            (Some(campaign), _) => Ok(campaign.clone()),
            (None, Some(over)) if over.plan.date < self.today => {
                bail!("{option} {name}: its date, {}, is over", self.formats.date(over.plan.date))
            }
            (None, Some(other)) => {
                let date = self.formats.date(other.plan.date);
                let state = other.state.label().to_lowercase();
                bail!("{option} {name}: that of {date} is no draft any more, but {state}")
            }
            (None, None) => {
                let mut names: Vec<&str> = all.iter().map(|it| it.plan.name.as_str()).collect();
                names.dedup();
                match names.as_slice() {
                    [] => bail!(
                        "{option} {name}: there is no {FILE} with a festival that can be used"
                    ),
                    names => bail!(
                        "{option} {name}: {FILE} has no such festival; it has {}",
                        names.join(", ")
                    ),
                }
            }
        }
    }

    /// Tells what was armed: the day, the number of recipients, the time and the text.
    fn armed(&self, campaign: &Campaign, checked: &Checked) -> String {
        let (plan, run) = (&campaign.plan, &checked.run);
        let local = |at: DateTime<Utc>| self.zone.local(at).format("%H:%M").to_string();
        let mut line = format!(
            "Armed {} for {}, {}: {} from {}",
            plan.name,
            plan.date.format("%A"),
            self.formats.date(plan.date),
            number(run.can_go, "greeting"),
            local(run.from)
        );
        if let Some(until) = run.until {
            let _ = write!(line, " to about {}", local(until));
        }
        if run.left_over > 0 {
            let _ = write!(line, "; {} do not fit into the day", run.left_over);
        }
        line.push('.');
        for sentence in checked.figures.sentences() {
            let _ = write!(line, " {sentence}");
        }
        if checked.figures.left_out() > 0 {
            line.push_str(" The report names them.");
        }
        for other in &checked.others {
            let _ = write!(line, " {} is armed for that day as well.", other.plan.name);
        }
        if plan.estimated && campaign.confirmed_on.is_none() {
            line.push_str(" Its date must still be confirmed.");
        }
        let words: Vec<&str> = checked.sample.as_str().split_whitespace().collect();
        let _ = write!(line, " It says: {}", words.join(" "));
        line
    }

    /// Lets campaigns go on.
    pub(crate) async fn turn(&self, now: DateTime<Utc>) -> Result<()> {
        let unfed = "the greetings cannot go on; what was planned until now stays";
        while self.feeder.tick(now).await.context(unfed)?.more {}
        Ok(())
    }

    /// Returns the time at which greetings of a day have work again: they begin, or their next
    /// minutes have come.
    pub(crate) async fn next(
        &self,
        date: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>> {
        let mut next: Option<DateTime<Utc>> = None;
        for campaign in all(&self.campaigns).await?.iter().filter(|it| it.plan.date == date) {
            let at = match campaign.state {
                CampaignState::Armed => campaign.plan.start(&self.zone).filter(|at| *at > now),
                CampaignState::Running => Some(now + STRIDE),
                _ => None,
            };
            next = next.into_iter().chain(at).min();
        }
        Ok(next.filter(|at| self.zone.date(*at) == date))
    }
}

/// Returns all campaigns, the earliest date first.
pub(crate) async fn all(campaigns: &Campaigns) -> Result<Vec<Campaign>> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = campaigns.list(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(CampaignCursor::of(last));
        all.extend(page);
    }
    all.reverse();
    Ok(all)
}
