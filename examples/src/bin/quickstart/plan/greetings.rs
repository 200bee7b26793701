//! Greetings at festivals (`festivals.csv`, `--arm`, `--confirm`): drafts until somebody arms them, sent
//! on their days.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use whatsapp_core::audit::Actor;
use whatsapp_core::campaign::{Campaign, CampaignPlan, CampaignState, RecipientState};
use whatsapp_core::campaigns::CampaignForecast;
use whatsapp_core::festival::import::{self, Import, ImportedDate};
use whatsapp_core::port::CampaignCursor;
use whatsapp_core::schedule::DayTime;
use whatsapp_core::time::Zone;
use whatsapp_core::{CampaignFeeder, Campaigns, Ports};

use super::told::Words;
use crate::words::{number, plain};

/// The table of festivals, which need not be there.
const FILE: &str = "festivals.csv";

/// How many campaigns are read at once.
const PAGE: u32 = 200;

/// How far a played day moves on where greetings wait and nothing is in the outbox.
const STRIDE: TimeDelta = TimeDelta::minutes(10);

/// Where a greeting may stand whose date is confirmed.
const CONFIRMED: [CampaignState; 4] =
    [CampaignState::Armed, CampaignState::Draft, CampaignState::Running, CampaignState::Paused];

/// The greetings of a folder, over a database.
pub(crate) struct Greetings {
    campaigns: Campaigns,
    feeder: CampaignFeeder,
    zone: Zone,
    /// The day that is played.
    today: NaiveDate,
    /// What was done at somebody's wish, a line each.
    done: Vec<String>,
    problems: Vec<String>,
}

/// What a person wants of greetings.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wishes<'a> {
    pub(crate) arm: &'a [String],
    pub(crate) confirm: &'a [String],
}

/// Reads the table; nothing where there is none.
pub(crate) fn read(folder: &Path) -> Result<Import> {
    let file = folder.join(FILE);
    if !file.exists() {
        return Ok(Import::default());
    }
    let bytes = std::fs::read(&file).with_context(|| format!("{FILE} cannot be read"))?;
    import::csv(&bytes).with_context(|| format!("{FILE} cannot be used"))
}

/// What a row plans: everybody is greeted.
fn plan(row: &ImportedDate) -> CampaignPlan {
    let plan = CampaignPlan::festival(row.name.clone(), row.date);
    CampaignPlan {
        time: row.time.unwrap_or(DayTime::TEN),
        words: row.text.clone().unwrap_or_default().into(),
        estimated: row.estimated,
        ..plan
    }
}

impl Greetings {
    /// Makes a draft of each row that has none yet, changes those whose rows were changed, and does what is
    /// wished. A row with another date than the draft of its name moves that draft.
    pub(crate) async fn open(
        ports: &Ports,
        zone: &Zone,
        today: NaiveDate,
        table: Import,
        wishes: Wishes<'_>,
    ) -> Result<Self> {
        let campaigns = Campaigns::new(ports.clone())?;
        let feeder = CampaignFeeder::new(ports.clone())?;
        let problems = table.problems.iter().map(ToString::to_string).collect();
        let (zone, done) = (zone.clone(), Vec::new());
        let mut own = Self { campaigns, feeder, zone, today, done, problems };
        let known = own.all().await?;
        let is_of = |it: &Campaign, row: &ImportedDate| {
            (&it.plan.name, it.plan.date) == (&row.name, row.date)
        };
        let has_row = |it: &&Campaign| table.dates.iter().any(|row| is_of(it, row));
        let mut rowless: Vec<&Campaign> = known
            .iter()
            .filter(|it| it.plan.date >= today && !has_row(it))
            .filter(|it| it.state == CampaignState::Draft || it.state.is_open())
            .collect();
        for row in &table.dates {
            let plan = plan(row);
            let moved = rowless
                .iter()
                .position(|it| it.state == CampaignState::Draft && it.plan.name == row.name);
            let its = known.iter().find(|it| is_of(it, row));
            let its = its.or_else(|| moved.map(|place| rowless.remove(place)));
            match its {
                None => drop(own.campaigns.create(plan, &Actor::Host).await?),
                Some(it) if it.plan == plan => {}
                Some(it) if it.state == CampaignState::Draft => {
                    own.campaigns.edit(it.id, it.revision, plan, &Actor::Host).await?;
                }
                Some(it) if it.state.is_open() => own.problems.push(format!(
                    "{} of {}: its row was changed after it was armed; it goes out as it was armed",
                    row.name, row.date
                )),
                Some(_) => {}
            }
        }
        for it in rowless {
            let (name, date) = (&it.plan.name, it.plan.date);
            let stays = match it.state {
                CampaignState::Draft => "it stays a draft",
                _ => "it goes out as it was armed",
            };
            own.problems.push(format!("{name} of {date} is not in the table any more: {stays}"));
        }
        // All names, before anything is done.
        for name in wishes.confirm {
            own.named("--confirm", name, &CONFIRMED).await?;
        }
        for name in wishes.arm {
            own.named("--arm", name, &[CampaignState::Draft]).await?;
        }
        for name in wishes.confirm {
            own.confirm(name).await?;
        }
        for name in wishes.arm {
            own.arm(name).await?;
        }
        Ok(own)
    }

    /// All campaigns, the earliest date first.
    async fn all(&self) -> Result<Vec<Campaign>> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.campaigns.list(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(CampaignCursor::of(last));
            all.extend(page);
        }
        all.reverse();
        Ok(all)
    }

    /// The next campaign of this name that stands in one of these states.
    async fn named(&self, option: &str, name: &str, states: &[CampaignState]) -> Result<Campaign> {
        let all = self.all().await?;
        let of_name = |it: &&Campaign| it.plan.name.eq_ignore_ascii_case(name.trim());
        let mut to_come = all.iter().filter(of_name).filter(|it| it.plan.date >= self.today);
        let fits = to_come.clone().find(|it| states.contains(&it.state));
        match (fits, to_come.next().or_else(|| all.iter().rev().find(of_name))) {
            (Some(campaign), _) => Ok(campaign.clone()),
            (None, Some(over)) if over.plan.date < self.today => {
                bail!("{option} {name}: its date, {}, is over", over.plan.date)
            }
            (None, Some(other)) => {
                bail!("{option} {name}: it is not a draft any more: {}", other.state.label())
            }
            (None, None) => {
                let names: Vec<&str> = all.iter().map(|it| it.plan.name.as_str()).collect();
                bail!("{option} {name}: {FILE} has no such festival; it has {}", names.join(", "))
            }
        }
    }

    async fn arm(&mut self, name: &str) -> Result<()> {
        let draft = self.named("--arm", name, &[CampaignState::Draft]).await?;
        let refused = || format!("--arm {name}: it cannot be armed");
        let checked = self.campaigns.check(draft.id).await.with_context(refused)?;
        self.campaigns.arm(draft.id, &checked, &Actor::Host).await.with_context(refused)?;
        let run = checked.run;
        let local = |at: DateTime<Utc>| self.zone.local(at).format("%H:%M").to_string();
        let mut line = format!(
            "Armed {name} for {}, {}: {} from {}",
            checked.weekday,
            draft.plan.date,
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
        for other in &checked.others {
            let _ = write!(line, " {} is armed for that day as well.", other.plan.name);
        }
        if draft.plan.estimated && draft.confirmed_on.is_none() {
            line.push_str(" Its date must still be confirmed.");
        }
        let words: Vec<&str> = checked.sample.as_str().split_whitespace().collect();
        let _ = write!(line, " It says: {}", words.join(" "));
        self.done.push(line);
        Ok(())
    }

    async fn confirm(&mut self, name: &str) -> Result<()> {
        let campaign = self.named("--confirm", name, &CONFIRMED).await?;
        let date = campaign.plan.date;
        let confirmed = self.campaigns.confirm_date(campaign.id, date, &Actor::Host).await;
        confirmed.with_context(|| format!("--confirm {name}: {date} cannot be confirmed"))?;
        self.done.push(format!("Confirmed that {name} is on {date}."));
        Ok(())
    }

    /// Lets campaigns go on.
    pub(crate) async fn turn(&self, now: DateTime<Utc>) -> Result<()> {
        let unfed = "the greetings cannot go on; what was planned until now stays";
        self.feeder.tick(now).await.context(unfed)?;
        Ok(())
    }

    /// When something is to be done for greetings of a day: they begin, or their next minutes have come.
    pub(crate) async fn next(
        &self,
        date: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>> {
        let mut next: Option<DateTime<Utc>> = None;
        for campaign in self.all().await?.iter().filter(|it| it.plan.date == date) {
            let at = match campaign.state {
                CampaignState::Armed => campaign.plan.start(&self.zone).filter(|at| *at > now),
                CampaignState::Running => Some(now + STRIDE),
                _ => None,
            };
            next = next.into_iter().chain(at).min();
        }
        Ok(next.filter(|at| self.zone.date(*at) == date))
    }

    /// The summary's part about greetings.
    pub(crate) async fn text(&self, words: &Words) -> Result<String> {
        let all = self.all().await?;
        let mut text = String::new();
        for problem in &self.problems {
            let _ = writeln!(text, "{FILE}, {problem}");
        }
        if all.is_empty() {
            return Ok(text);
        }
        text.push_str("Greetings at festivals:\n");
        for line in &self.done {
            let _ = writeln!(text, "  {}", plain(line));
        }
        for campaign in &all {
            text.push_str(&self.campaign(campaign, words).await?);
        }
        if all.iter().any(|it| it.state == CampaignState::Draft) {
            text.push_str(
                "--arm NAME arms a draft: it is sent on its day to all customers, once each.\n",
            );
        }
        Ok(text)
    }

    /// How one campaign stands, and why recipients were left out.
    async fn campaign(&self, campaign: &Campaign, words: &Words) -> Result<String> {
        let plan = &campaign.plan;
        let mut line =
            format!("  {}, {}: {}", plan.name, words.date(plan.date), campaign.state.label());
        if campaign.state != CampaignState::Draft {
            let counts = self.campaigns.counts(campaign.id).await?;
            let told = [
                (counts.sent, "sent"),
                (counts.queued, "on their way"),
                (counts.waiting, "waiting"),
                (counts.failed, "failed"),
                (counts.left_out, "left out"),
            ];
            for (count, what) in told.into_iter().filter(|(count, _)| *count > 0) {
                let _ = write!(line, ", {count} {what}");
            }
        }
        if let Some(why) = &campaign.sentence {
            let _ = write!(line, ". {}", why.as_str());
        } else if plan.estimated && campaign.confirmed_on.is_none() && campaign.state.is_open() {
            line.push_str(". Its date depends on the moon: --confirm in the last three days");
        }
        let mut text = format!("{}\n", plain(&line));
        let state = Some(RecipientState::LeftOut);
        let left_out = self.campaigns.recipients(campaign.id, state, None, 3).await?;
        for recipient in left_out {
            let why = recipient.sentence.unwrap_or_default();
            let name = words.name(&recipient.customer);
            let _ = writeln!(text, "    {}", plain(&format!("{name}: {}", why.as_str())));
        }
        Ok(text)
    }
}

/// What a forecast says of greetings.
pub(crate) fn forecast(forecasts: &[CampaignForecast], words: &Words, zone: &Zone) -> String {
    let mut text = String::new();
    for it in forecasts {
        let plan = &it.campaign.plan;
        let mut line = format!("  {}, {}: ", words.date(plan.date), plan.name);
        match &it.run {
            Some(run) => {
                let local = |at: DateTime<Utc>| zone.local(at).format("%H:%M").to_string();
                let _ = write!(line, "{} from {}", number(run.can_go, "greeting"), local(run.from));
                if let Some(until) = run.until {
                    let _ = write!(line, " to about {}", local(until));
                }
                if run.left_over > 0 {
                    let _ = write!(line, ", {} left over", run.left_over);
                }
                line.push('.');
            }
            None => line.push_str("none."),
        }
        if let Some(why) = &it.sentence {
            let _ = write!(line, " {why}");
        }
        let _ = writeln!(text, "{}", plain(&line));
    }
    if text.is_empty() { text } else { format!("Greetings that are armed:\n{text}") }
}
