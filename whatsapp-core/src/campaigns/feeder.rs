//! The chore that runs campaigns.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tracing::Instrument;

use super::Campaigns;
use super::ended::{call_back, take_note};
use super::error::CampaignError;
use super::feed::{Feed, FeedReport};
use super::settle::settle;
use super::times::hours;
use super::write::write;
use crate::account::{AccountChange, AccountStep};
use crate::campaign::{Campaign, CampaignState, CampaignTold, day};
use crate::chore::{Chore, Next, Turn};
use crate::format::Formats;
use crate::id::AccountEventId;
use crate::observe::{field, spans};
use crate::port::{CampaignChange, CampaignWrite, random};
use crate::private::Private;
use crate::settings::Settings;
use crate::wake::Wake;
use crate::wiring::{Ports, WiringError};

/// The interval at which the feeder looks for work. A few turns fit into the time that it feeds
/// ahead.
const EVERY: Duration = Duration::from_secs(30);

/// The interval at which it says that it runs.
const SAID_EVERY: TimeDelta = TimeDelta::minutes(5);

/// Runs armed campaigns: puts their messages into the outbox, a few minutes ahead.
///
/// Any number of hosts may run a feeder. A campaign's recipients and the slots have revisions, so
/// that of two feeders at the same work only one succeeds.
#[derive(Debug)]
pub struct CampaignFeeder {
    campaigns: Campaigns,
    stopping: AtomicBool,
    /// Time at which it last said that it runs.
    said: Mutex<Option<DateTime<Utc>>>,
    wake: Wake,
}

impl CampaignFeeder {
    /// Creates a feeder over these ports.
    ///
    /// # Errors
    /// [`WiringError::NoCampaigns`] where the ports have no
    /// [`CampaignStore`](crate::port::CampaignStore).
    pub fn new(ports: Ports) -> Result<Self, WiringError> {
        let (stopping, wake) = (AtomicBool::new(false), Wake::new());
        Ok(Self { campaigns: Campaigns::new(ports)?, stopping, said: Mutex::default(), wake })
    }

    /// Does what is due at `now`: notes messages that ended, calls back messages of campaigns that
    /// were stopped, runs the other campaigns, and settles those that have ended.
    ///
    /// # Errors
    /// [`CampaignError`]: what was written until then stays, and the next turn goes on from there.
    pub async fn tick(&self, now: DateTime<Utc>) -> Result<FeedReport, CampaignError> {
        let Campaigns { ports, store } = &self.campaigns;
        let store = store.as_ref();
        self.say(now).await?;
        let mut report = FeedReport::default();
        let settings = ports.settings().await?;
        // Messages that wait for a paused account would go out all at once when the pause ends.
        let is_held = ports.store.account().await?.pause.is_some();
        report.noted += take_note(store, now).await?;
        call_back(ports, store, None, now).await?;
        report.noted += take_note(store, now).await?;
        // An error of one campaign does not stop the others.
        let mut failed = None;
        for campaign in store.open_campaigns().await? {
            if self.is_stopping() {
                break;
            }
            let done = self.look_after(campaign, &settings, is_held, now, &mut report).await;
            failed = failed.or(done.err());
        }
        for campaign in store.ending_campaigns().await? {
            if self.is_stopping() {
                break;
            }
            match settle(ports, store, campaign, now).await {
                Ok(settled) => {
                    report.left_out += settled.left_out;
                    report.more |= settled.more;
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(report), Err)
    }

    /// Records now and then that a feeder runs. A person who arms a campaign is told where no
    /// feeder runs.
    async fn say(&self, now: DateTime<Utc>) -> Result<(), CampaignError> {
        let said = *self.said.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock may be set back.
        if said.is_some_and(|said| (now - said).abs() < SAID_EVERY) {
            return Ok(());
        }
        self.campaigns.store.note_feeder(now).await?;
        *self.said.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        Ok(())
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Does what is due for one campaign. If somebody else changed it meanwhile, it waits for the
    /// next turn.
    async fn look_after(
        &self,
        campaign: Campaign,
        settings: &Settings,
        is_held: bool,
        now: DateTime<Utc>,
        report: &mut FeedReport,
    ) -> Result<(), CampaignError> {
        let zone = &settings.time_zone;
        let (today, date) = (zone.date(now), campaign.plan.date);
        if today > date {
            return self.end_with_its_day(campaign, today, now, report).await;
        }
        let is_due = today == date && campaign.plan.start(zone).is_some_and(|start| start <= now);
        if campaign.is_unconfirmed(today) {
            return self.tell_unconfirmed(campaign, settings, is_due, now).await;
        }
        if campaign.state == CampaignState::Paused {
            return Ok(());
        }
        if !is_due {
            return Ok(());
        }
        if let Some(why) = hindrance(&campaign, settings, is_held) {
            return self.note(campaign, Some(why.into()), now).await;
        }
        let campaign = match campaign.state {
            CampaignState::Armed => {
                let running = campaign.stands(CampaignState::Running, None, now);
                let Some(running) = self.change(running).await? else { return Ok(()) };
                report.begun += 1;
                running
            }
            _ => campaign,
        };
        let (campaigns, stopping) = (&self.campaigns, &self.stopping);
        let feed = Feed { campaigns, stopping, campaign: &campaign, settings, now };
        let (span, before) = (spans::campaign(campaign.id), report.queued);
        let outcome = feed.run(report).instrument(span.clone()).await;
        span.record(field::COUNT, report.queued - before);
        match outcome {
            Ok(true) => {
                let ended = campaign.stands(CampaignState::Finished, None, now);
                report.finished += u64::from(self.change(ended).await?.is_some());
                Ok(())
            }
            Ok(false) => self.note(campaign, None, now).await,
            Err(error @ CampaignError::Directory(_)) => {
                self.note(campaign, Some("The customers could not be read.".into()), now).await?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Writes down why a campaign that is due does not run, or that it runs again. People see the
    /// reason, and recipients whose turn does not come that day are left out with it.
    async fn note(
        &self,
        campaign: Campaign,
        sentence: Option<Private>,
        now: DateTime<Utc>,
    ) -> Result<(), CampaignError> {
        if campaign.sentence != sentence {
            let state = campaign.state;
            self.change(campaign.stands(state, sentence, now)).await?;
        }
        Ok(())
    }

    /// Ends a campaign whose day is over, once the results of all its messages in the outbox are
    /// known. Recipients whose turn did not come are left out with the reason that the campaign has
    /// from then on.
    async fn end_with_its_day(
        &self,
        campaign: Campaign,
        today: NaiveDate,
        now: DateTime<Utc>,
        report: &mut FeedReport,
    ) -> Result<(), CampaignError> {
        let counts = self.campaigns.counts(campaign.id).await?;
        if counts.queued > 0 {
            return Ok(());
        }
        let why = if campaign.is_unconfirmed(today) {
            "The date was not confirmed."
        } else if campaign.state == CampaignState::Paused {
            "The festival message was paused until its day was over."
        } else if let Some(why) = &campaign.sentence {
            why.as_str()
        } else if campaign.state == CampaignState::Armed {
            "The program that sends festival messages did not run in its hours."
        } else {
            "The day was over before its turn came."
        };
        let why = (counts.waiting > 0).then(|| Private::from(why));
        let ended = campaign.stands(CampaignState::Finished, why, now);
        report.finished += u64::from(self.change(ended).await?.is_some());
        Ok(())
    }

    /// Tells managers on the eve that a date must be confirmed, and at its hour that it was not.
    /// Each notice is written once, together with the record of it.
    async fn tell_unconfirmed(
        &self,
        campaign: Campaign,
        settings: &Settings,
        is_due: bool,
        now: DateTime<Utc>,
    ) -> Result<(), CampaignError> {
        let is_eve = settings.time_zone.date(now).succ_opt() == Some(campaign.plan.date);
        let told = match (is_due, is_eve || settings.time_zone.date(now) == campaign.plan.date) {
            (true, _) => CampaignTold::Hour,
            (false, true) => CampaignTold::Eve,
            (false, false) => return Ok(()),
        };
        if campaign.told >= told {
            return Ok(());
        }
        let ports = &self.campaigns.ports;
        let formats = Formats::new(&settings.locale).unwrap_or_default();
        let what = format!("{}, {}", campaign.plan.name, formats.date(campaign.plan.date));
        let id = AccountEventId::new(now, random(ports.entropy.as_ref()));
        let step = AccountStep::Unconfirmed { what, is_due };
        let event = Some(AccountChange { id, at: now, step, by: None });
        let seen = Some(campaign.revision);
        let campaign = Campaign { told, ..campaign };
        let change = Some(CampaignChange { campaign, seen });
        let telling = CampaignWrite { change, event, ..CampaignWrite::default() };
        write(self.campaigns.store.as_ref(), &telling).await?;
        ports.wake.wake();
        Ok(())
    }

    /// Writes a campaign over the row that was read; `None` where somebody else changed it
    /// meanwhile.
    async fn change(&self, campaign: Campaign) -> Result<Option<Campaign>, CampaignError> {
        let seen = Some(campaign.revision);
        let change = CampaignChange { campaign, seen };
        let row = change.row();
        let anew = CampaignWrite { change: Some(change), ..CampaignWrite::default() };
        Ok(write(self.campaigns.store.as_ref(), &anew).await?.then_some(row))
    }
}

/// Returns the reason why a campaign that is due is not fed, as a sentence.
fn hindrance(campaign: &Campaign, settings: &Settings, is_held: bool) -> Option<String> {
    let (of, date) = (campaign.plan.kind.message_type(), campaign.plan.date);
    if !settings.allows(of) {
        return Some(format!("{} messages are switched off.", of.label()));
    }
    if is_held {
        return Some("The account is paused.".to_owned());
    }
    let zone = &settings.time_zone;
    let opens = day(date, zone).and_then(|day| hours(settings, of).next_opening(day.start));
    let is_open = opens.is_some_and(|at| zone.date(at) == date);
    (!is_open).then(|| "The business is closed on its day.".to_owned())
}

#[async_trait]
impl Chore for CampaignFeeder {
    fn name(&self) -> &'static str {
        "campaigns"
    }

    fn wake(&self) -> Wake {
        self.wake.clone()
    }

    async fn turn(&self, now: DateTime<Utc>) -> Turn {
        let again = match self.tick(now).await {
            Ok(report) if report.more => Duration::ZERO,
            Ok(_) => EVERY,
            Err(error) => {
                tracing::warn!(error = %error, "campaigns could not go on; trying again");
                EVERY
            }
        };
        Turn::next(Next::In(again))
    }

    fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    async fn finish(&self) {}
}
