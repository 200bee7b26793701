//! Entries from a list of dates: pasted, looked over line by line, and made of the lines that are ticked.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Days, NaiveDate};
use whatsapp_core::CampaignId;
use whatsapp_core::campaign::{Campaign, CampaignPlan, CampaignState};
use whatsapp_core::campaigns::CampaignError;
use whatsapp_core::festival::import::{Import, ImportedDate, Unreadable, csv, icalendar};
use whatsapp_core::port::CampaignCursor;
use whatsapp_core::schedule::DayTime;
use whatsapp_core::template::Template;

use super::{READ, READS, campaigns, read, said, to_list};
use crate::oops::Oops;
use crate::page::done::{Done, FestivalDone, flash};
use crate::page::eyes::{Eyes, Sight};
use crate::page::mark::mark;
use crate::page::{Nav, html, shell};
use crate::typed::Typed;
use crate::view::{Hidden, ImportLine, ImportPage};
use crate::visit::Visit;
use crate::words::sentence;

/// The most entries that are made at once, and the most findings that are shown.
const MOST: usize = 200;

/// Events of a calendar are read for two years.
const AHEAD: Days = Days::new(730);

/// A list that was looked over.
struct Looked {
    import: Import,
    /// The entries that are there, by date and name.
    known: BTreeSet<(NaiveDate, String)>,
    today: NaiveDate,
}

/// What becomes of a line.
enum Fate {
    /// An entry can be made of it.
    Fits(CampaignPlan),
    /// There is one already.
    Known,
    /// It is over.
    Over,
    /// Something is wrong with it.
    Wrong(String),
}

impl Looked {
    async fn over(
        text: &str,
        visit: &Visit,
        eyes: &Eyes<'_>,
    ) -> Result<Result<Self, Unreadable>, Oops> {
        let today = eyes.times().today();
        let import = if text.contains("BEGIN:VCALENDAR") {
            let until = today.checked_add_days(AHEAD).unwrap_or(today);
            icalendar(text.as_bytes(), &eyes.settings.time_zone, today..=until)
        } else {
            csv(text.as_bytes())
        };
        let import = match import {
            Ok(import) => import,
            Err(unreadable) => return Ok(Err(unreadable)),
        };
        let (mut known, mut place) = (BTreeSet::new(), None);
        for _ in 0..READS {
            let page = read(visit, place, READ).await?;
            place = page.last().map(CampaignCursor::of);
            let is_last =
                page.len() < READ as usize || page.last().is_none_or(|last| last.plan.date < today);
            let there = page.into_iter().filter(|it| it.state != CampaignState::Cancelled);
            known.extend(there.map(|Campaign { plan, .. }| (plan.date, plan.name.to_lowercase())));
            if is_last {
                break;
            }
        }
        Ok(Ok(Self { import, known, today }))
    }

    fn fate(&self, one: &ImportedDate) -> Fate {
        let plan = CampaignPlan {
            time: one.time.unwrap_or(DayTime::TEN),
            words: one.text.clone().unwrap_or_default().into(),
            estimated: one.estimated,
            ..CampaignPlan::festival(one.name.clone(), one.date)
        };
        if one.date < self.today {
            return Fate::Over;
        }
        if self.known.contains(&(one.date, one.name.to_lowercase())) {
            return Fate::Known;
        }
        if let Err(error) = plan.check() {
            return Fate::Wrong(sentence(&error.to_string()));
        }
        if let Some(text) = plan.own_text()
            && let Err(errors) = Template::check(plan.kind.message_type(), text)
        {
            return Fate::Wrong(sentence(&errors.to_string()));
        }
        Fate::Fits(plan)
    }
}

/// Shows the page on which dates are pasted.
pub(crate) async fn ask(visit: Visit) -> Result<Response, Oops> {
    let once = campaigns(&visit)?.fresh_id().to_string();
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    html(&page(&visit, "", &once, None, &eyes).await?)
}

async fn page<'a>(
    visit: &Visit,
    text: &str,
    once: &str,
    looked: Option<Result<&Looked, Unreadable>>,
    eyes: &Eyes<'a>,
) -> Result<ImportPage<'a>, Oops> {
    let t = eyes.t;
    let mut s = shell(visit, t.import_dates(), Nav::Festivals);
    flash(&mut s, visit, eyes).await?;
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), eyes);
    let (mut problem, mut lines, mut findings, mut sum) =
        (String::new(), Vec::new(), Vec::new(), String::new());
    match looked {
        Some(Ok(looked)) => {
            let all = &looked.import;
            lines = all.dates.iter().map(|one| line(one, &looked.fate(one), eyes)).collect();
            let told = all.problems.iter().map(|it| sentence(&it.to_string()));
            findings = told.take(MOST).collect();
            let fits = lines.iter().filter(|line| !line.tick.is_empty()).count();
            sum = t.import_sum(all.rows as u64, fits as u64, all.problems.len() as u64);
        }
        Some(Err(unreadable)) => problem = sentence(&unreadable.to_string()),
        None => {}
    }
    Ok(ImportPage {
        t,
        back: to_list(eyes),
        action: eyes.links.page("festivals/import"),
        hiddens: vec![Hidden { name: "once", value: once.to_owned() }],
        problem,
        text: text.to_owned(),
        sum,
        lines,
        findings,
        s,
    })
}

/// A line that was read.
fn line(one: &ImportedDate, fate: &Fate, eyes: &Eyes<'_>) -> ImportLine {
    let t = eyes.t;
    let mut notes = vec![eyes.t.import_line(one.line)];
    notes.extend(one.time.map(|time| time.to_string()));
    notes.extend(one.estimated.then(|| t.date_is_estimated().to_owned()));
    notes.extend(one.text.as_ref().map(|_| t.text_of_its_own().to_owned()));
    let (why, fits) = match fate {
        Fate::Fits(_) => (String::new(), true),
        Fate::Known => (t.import_known().to_owned(), false),
        Fate::Over => (t.import_over().to_owned(), false),
        Fate::Wrong(why) => (why.clone(), false),
    };
    ImportLine {
        tick: if fits { one.line.to_string() } else { String::new() },
        name: one.name.clone(),
        when: t.weekday(one.date),
        notes: notes.join(" · "),
        why,
    }
}

/// Looks a list over, or makes entries of its ticked lines. The same form twice makes each once.
pub(crate) async fn import(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    let ours = || Oops::Bad(visit.texts().form_is_not_ours().to_owned());
    let campaigns = campaigns(&visit)?.clone();
    let once: CampaignId = typed.get("once").parse().map_err(|_| ours())?;
    let text = typed.as_typed("dates").replace("\r\n", "\n").replace('\r', "\n");
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let looked = Looked::over(&text, &visit, &eyes).await?;
    let is_read = looked.is_ok();
    if typed.get("do") != "make" || !is_read {
        let looked = looked.as_ref().map_err(|unreadable| *unreadable);
        let mut response =
            html(&page(&visit, &text, &once.to_string(), Some(looked), &eyes).await?)?;
        if !is_read {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        return Ok(response);
    }
    let Ok(looked) = looked else { return Err(ours()) };
    let ticked: BTreeSet<&str> =
        typed.0.iter().filter(|(name, _)| name == "line").map(|(_, line)| line.as_str()).collect();
    if ticked.is_empty() || ticked.len() > MOST {
        let mut page = page(&visit, &text, &once.to_string(), Some(Ok(&looked)), &eyes).await?;
        page.problem = if ticked.is_empty() {
            eyes.t.no_line_ticked().to_owned()
        } else {
            eyes.t.import_too_many(MOST as u64)
        };
        let mut response = html(&page)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let mut plans = Vec::new();
    for one in
        looked.import.dates.iter().filter(|one| ticked.contains(one.line.to_string().as_str()))
    {
        if let Fate::Fits(plan) = looked.fate(one) {
            plans.push((id_of(once, one.line), plan));
        }
    }
    let by = visit.actor();
    let made = visit.inner.work.finish(async move {
        for (id, plan) in plans {
            match campaigns.create_as(id, plan, &by).await {
                Ok(_) | Err(CampaignError::Changed) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    });
    match made.await? {
        Ok(()) => Done::Festival(FestivalDone::Imported).lead("festivals", None, &visit),
        Err(error) => Err(Oops::Bad(said(error)?)),
    }
}

/// An id of its own for each line of a list.
fn id_of(once: CampaignId, line: u64) -> CampaignId {
    let mut bytes = once.into_bytes();
    for (byte, mark) in bytes.iter_mut().rev().zip(line.to_le_bytes()) {
        *byte ^= mark;
    }
    CampaignId::from_bytes(bytes)
}
