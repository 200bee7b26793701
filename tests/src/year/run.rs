//! The course of a year.

use std::path::Path;

use anyhow::{Context as _, Result};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use whatsapp_core::audit::Actor;
use whatsapp_core::desk::{Consent, SettingEdit};
use whatsapp_core::port::Clock as _;
use whatsapp_core::schedule::DailyAt;
use whatsapp_core::time::Zone;
use whatsapp_core::{Desk, Ports};

use super::books::Books;
use super::check::{self, Seen};
use super::gateway::Ledger;
use super::hosts::Host;
use super::mutes::Mutes;
use super::{Figures, Lived, Year};
use crate::faults::database::Servers;

/// Hours in which customers may be written to: short, so that retries often fall behind them.
pub(super) const HOURS: [&str; 2] = ["09:00", "10:00"];

/// Longest time between two looks of a host, whatever it has to do.
const LOOK: TimeDelta = TimeDelta::hours(6);

/// Days that the shop lives on after its last invoice, until all is over.
const AFTERWARDS: Days = Days::new(45);

/// Beginning and end of a time at which no host runs.
pub(super) type Outage = (DateTime<Utc>, DateTime<Utc>);

/// Lives through a year.
///
/// # Errors
/// Returns an error if the shop cannot be opened, or a host fails in another way than it is told
/// to.
pub async fn live(year: &Year, servers: &Servers, folder: &Path) -> Result<Lived> {
    let flaw = year.flaw.map_or(String::new(), |flaw| format!("-{flaw:?}"));
    let summary = if year.summary { "-summary" } else { "" };
    let zone = year.zone.replace('/', "-");
    let name = format!("{zone}-{}-{}{summary}{flaw}", year.kind, year.seed);
    let folder = folder.join(&name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context("the folder of an earlier run")?;
    }
    let home = servers.fresh(year.kind, &folder).await?;
    let zone: Zone = year.zone.parse().context("a zone")?;
    let mut random = fastrand::Rng::with_seed(year.seed);
    let books = Books::of(year, &zone, &mut random);
    let ledger = Ledger::new(year.habits.refused, random.fork());
    let begins = zone.first_at(year.from, NaiveTime::MIN).context("a first day")?;
    let stores = [home.at.open().await?, home.at.open().await?];
    let settings = Ports::new(stores[0].ports(), std::sync::Arc::new(books.clone()));
    settle_in(&Desk::new(settings), year).await?;
    let mut hosts = Vec::new();
    for (no, store) in stores.iter().enumerate() {
        let seed = year.seed.wrapping_mul(31).wrapping_add(no as u64);
        hosts.push(Host::new(store, &books, &ledger, begins, year.flaw, seed)?);
    }
    let mutes = Mutes::new(&stores[0], &books, year);
    let desk = Ports::new(stores[0].ports(), std::sync::Arc::new(books.clone()));
    let clock = hosts.first().context("a host")?.clock.clone();
    let desk = Desk::new(desk.with_clock(std::sync::Arc::new(clock)));
    let mut course = Course::new(year, &zone, begins, random, mutes, desk)?;
    while course.now < course.end {
        Box::pin(course.turn(&mut hosts, &books)).await?;
    }
    let seen = Seen {
        zone: &zone,
        books: &books,
        posts: ledger.posts(),
        outages: &course.outages,
        jumps: &course.jumps,
        mutes: &course.mutes,
        summary: year.summary,
        gap: year.habits.gap,
    };
    let (figures, findings) = check::all(&stores[0], &seen, year.from, course.figures).await?;
    drop(hosts);
    for store in &stores {
        store.close().await;
    }
    Ok(Lived { name, figures, findings })
}

async fn settle_in(desk: &Desk, year: &Year) -> Result<()> {
    let summary = year.summary.to_string();
    let gap = year.habits.gap.to_string();
    let edits = [
        ("whatsapp_time_zone", year.zone.as_str()),
        ("whatsapp_send_from", HOURS[0]),
        ("whatsapp_send_until", HOURS[1]),
        ("whatsapp_reminder_gap_days", &gap),
        ("whatsapp_reminder_summary", &summary),
    ];
    let edits: Vec<SettingEdit> =
        edits.into_iter().map(|(key, value)| SettingEdit::new(key, value)).collect();
    desk.save_settings(&edits, Consent::Given, &Actor::Host).await.context("the settings")?;
    Ok(())
}

/// State of the year, and the random choices to come.
struct Course {
    now: DateTime<Utc>,
    end: DateTime<Utc>,
    daily: DailyAt,
    random: fastrand::Rng,
    /// Time until which nothing runs.
    dark_until: Option<DateTime<Utc>>,
    /// Error of each host's clock.
    skews: Vec<TimeDelta>,
    outages: Vec<Outage>,
    jumps: Vec<DateTime<Utc>>,
    mutes: Mutes,
    /// The desk that stops all sending, now and then.
    desk: Desk,
    /// Time until which nothing is sent, while planners go on.
    stopped_until: Option<DateTime<Utc>>,
    figures: Figures,
    sets_clocks: bool,
}

impl Course {
    fn new(
        year: &Year,
        zone: &Zone,
        now: DateTime<Utc>,
        random: fastrand::Rng,
        mutes: Mutes,
        desk: Desk,
    ) -> Result<Self> {
        let last: NaiveDate = year.from + Days::new(year.days.into()) + AFTERWARDS;
        let end = zone.first_at(last, NaiveTime::MIN).context("a last day")?;
        let two = NaiveTime::from_hms_opt(2, 0, 0).context("two o'clock")?;
        Ok(Self {
            now,
            end,
            daily: DailyAt::new(two, zone.clone()),
            random,
            dark_until: None,
            skews: vec![TimeDelta::zero(); 2],
            outages: Vec::new(),
            jumps: Vec::new(),
            mutes,
            desk,
            stopped_until: None,
            figures: Figures::default(),
            sets_clocks: year.habits.sets_clocks,
        })
    }

    /// Moves on to the next instant at which something happens, and lets it happen.
    async fn turn(&mut self, hosts: &mut [Host], books: &Books) -> Result<()> {
        let next = self.next(hosts);
        let passed = next - self.now;
        self.now = next;
        books.turn_to(next);
        for host in hosts.iter() {
            host.clock.advance(passed);
        }
        if self.dark_until.is_some_and(|until| until > self.now) {
            return Ok(());
        }
        self.dark_until = None;
        self.by_chance(hosts);
        if self.dark_until.is_some() {
            return Ok(());
        }
        self.stop_by_chance().await?;
        self.mutes.by_chance(self.now, books).await?;
        let doom = |random: &mut fastrand::Rng| (random.u8(0..40) == 0).then(|| random.i64(0..12));
        let [first, second] = hosts else { anyhow::bail!("two hosts are expected") };
        let (one, two) = (doom(&mut self.random), doom(&mut self.random));
        let died = if self.random.bool() {
            let (one, two) = tokio::join!(first.turn(one), second.turn(two));
            [one?, two?]
        } else {
            [first.turn(one).await?, second.turn(two).await?]
        };
        self.figures.kills += died.iter().filter(|died| **died).count() as u64;
        Ok(())
    }

    /// Stops all sending for some days now and then, while planners go on.
    async fn stop_by_chance(&mut self) -> Result<()> {
        let calm = self.now + TimeDelta::days(30) > self.end;
        match self.stopped_until {
            Some(until) if until <= self.now || calm => {
                self.desk.resume(&Actor::Host).await.context("sending goes on")?;
                self.stopped_until = None;
            }
            None if !calm && self.random.u16(0..150) == 0 => {
                let until = self.now + TimeDelta::hours(self.random.i64(20..100));
                self.desk.pause(&Actor::Host).await.context("sending is stopped")?;
                self.outages.push((self.now, until));
                self.stopped_until = Some(until);
                self.figures.stops += 1;
            }
            _ => {}
        }
        Ok(())
    }

    fn next(&self, hosts: &[Host]) -> DateTime<Utc> {
        let mut next = vec![self.now + LOOK];
        next.extend(self.dark_until.filter(|until| *until > self.now));
        for host in hosts {
            let wall = host.clock.now();
            next.extend(host.rests_for().map(|rest| self.now + rest));
            next.extend(self.daily.next_after(wall).map(|(_, at)| self.now + (at - wall)));
        }
        let next = next.into_iter().min().unwrap_or(self.now + LOOK);
        match self.dark_until.filter(|until| *until > self.now) {
            Some(until) => until,
            None => next.max(self.now + TimeDelta::seconds(1)),
        }
    }

    /// Starts outages and sets clocks, now and then; no more when all is to come to rest.
    fn by_chance(&mut self, hosts: &[Host]) {
        let calm = self.now + TimeDelta::days(30) > self.end;
        if !calm && self.random.u16(0..250) == 0 {
            let hours = if self.random.u8(0..4) == 0 {
                self.random.i64(72..240)
            } else {
                self.random.i64(1..40)
            };
            let until = self.now + TimeDelta::hours(hours);
            self.outages.push((self.now, until));
            self.dark_until = Some(until);
            self.figures.outages += 1;
        }
        for (no, host) in hosts.iter().enumerate() {
            let is_off = self.skews[no] != TimeDelta::zero();
            let jumps = self.random.u16(0..200) == 0 && !calm && self.sets_clocks;
            if jumps || (is_off && (calm || self.random.u8(0..12) == 0)) {
                let skew = if is_off {
                    TimeDelta::zero()
                } else {
                    TimeDelta::minutes(self.random.i64(-400..400))
                };
                host.clock.jump_wall_clock(skew - self.skews[no]);
                self.skews[no] = skew;
                self.jumps.push(self.now);
                self.figures.clock_steps += 1;
            }
        }
    }
}
