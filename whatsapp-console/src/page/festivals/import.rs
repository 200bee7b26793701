//! Entries from a list of dates: pasted, checked line by line, and made of the lines that
//! are ticked.

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

/// A list that was checked.
struct Looked {
    import: Import,
    /// The entries that are in the calendar, by date and name.
    known: BTreeSet<(NaiveDate, String)>,
    ids: BTreeSet<CampaignId>,
    today: NaiveDate,
}

/// Number of ticked dates that are entries of this list, and of those that were in the
/// calendar already.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    made: u32,
    known: u32,
}

/// The entries to be made of the ticked dates.
struct Chosen {
    plans: Vec<(CampaignId, CampaignPlan)>,
    /// Counts of those that are there already.
    sum: Sum,
}

/// Result of checking a line.
enum Fate {
    /// An entry can be made of it.
    Fits(CampaignPlan),
    /// There is such an entry already.
    Known,
    /// The date is over.
    Over,
    /// Something is wrong with the line.
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
        let (mut known, mut ids, mut place) = (BTreeSet::new(), BTreeSet::new(), None);
        for _ in 0..READS {
            let page = read(visit, place, READ).await?;
            place = page.last().map(CampaignCursor::of);
            let is_last =
                page.len() < READ as usize || page.last().is_none_or(|last| last.plan.date < today);
            let there = page.into_iter().filter(|it| it.state != CampaignState::Cancelled);
            for Campaign { id, plan, .. } in there {
                known.insert((plan.date, plan.name.to_lowercase()));
                ids.insert(id);
            }
            if is_last {
                break;
            }
        }
        Ok(Ok(Self { import, known, ids, today }))
    }

    fn fate(&self, one: &ImportedDate) -> Fate {
        let plan = CampaignPlan::festival(one.name.clone(), one.date)
            .with_time(one.time.unwrap_or(DayTime::TEN))
            .with_words(one.text.clone().unwrap_or_default())
            .with_estimated(one.estimated);
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
            return Fate::Wrong(sentence(&errors.brief()));
        }
        Fate::Fits(plan)
    }

    /// The entries to be made of the ticked dates. `None` where a date is not in the list, or
    /// cannot be made: the list was changed since the ticks were shown, or the day is over.
    fn chosen(&self, once: CampaignId, ticked: &BTreeSet<&str>) -> Option<Chosen> {
        let (mut chosen, mut found) = (Chosen { plans: Vec::new(), sum: Sum::default() }, 0);
        for one in self.import.dates.iter().filter(|one| ticked.contains(tick(one).as_str())) {
            found += 1;
            let id = id_of(once, one.line, one.date);
            match self.fate(one) {
                Fate::Fits(plan) => chosen.plans.push((id, plan)),
                // The same form has made it.
                Fate::Known if self.ids.contains(&id) => chosen.sum.made += 1,
                Fate::Known => chosen.sum.known += 1,
                Fate::Over | Fate::Wrong(_) => return None,
            }
        }
        (found == ticked.len()).then_some(chosen)
    }
}

/// The fields of the form, but for the button.
#[derive(Debug, Clone, Copy)]
struct Pasted<'a> {
    text: &'a str,
    once: CampaignId,
    /// The ticks; `None` where all possible ones are set.
    ticked: Option<&'a BTreeSet<&'a str>>,
}

/// Shows the page on which dates are pasted.
pub(crate) async fn ask(visit: Visit) -> Result<Response, Oops> {
    let once = campaigns(&visit)?.fresh_id();
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let nothing = Pasted { text: "", once, ticked: None };
    html(&page(&visit, nothing, None, &eyes).await?)
}

async fn page<'a>(
    visit: &Visit,
    pasted: Pasted<'_>,
    looked: Option<Result<&Looked, Unreadable>>,
    eyes: &Eyes<'a>,
) -> Result<ImportPage<'a>, Oops> {
    let t = eyes.t;
    let mut s = shell(visit, t.import_dates(), Nav::Festivals);
    flash(&mut s, visit, eyes).await?;
    // A list that was pasted is worth more than the counts of the navigation.
    if let Ok(seen) = visit.inner.cache.seen(visit.ports()).await {
        mark(&mut s, &seen, eyes);
    }
    let (mut problem, mut lines, mut findings, mut sum) =
        (String::new(), Vec::new(), Vec::new(), String::new());
    match looked {
        Some(Ok(looked)) => {
            let all = &looked.import;
            lines =
                all.dates.iter().map(|one| line(one, &looked.fate(one), pasted, eyes)).collect();
            let told = all.problems.iter().map(|it| sentence(&it.to_string()));
            findings = told.take(MOST).collect();
            let fits = lines.iter().filter(|line| !line.tick.is_empty()).count();
            let left = lines.len() - fits;
            sum =
                t.import_sum(all.rows as u64, fits as u64, left as u64, all.problems.len() as u64);
        }
        Some(Err(unreadable)) => problem = sentence(&unreadable.to_string()),
        None => {}
    }
    Ok(ImportPage {
        t,
        back: to_list(eyes),
        action: eyes.links.page("festivals/import"),
        hiddens: vec![Hidden { name: "once", value: pasted.once.to_string() }],
        problem,
        text: pasted.text.to_owned(),
        sum,
        lines,
        findings,
        s,
    })
}

/// Shows the page once more, with the reason why none, or not all, were made.
async fn refused(
    visit: &Visit,
    pasted: Pasted<'_>,
    looked: &Looked,
    (problem, status): (String, StatusCode),
    eyes: &Eyes<'_>,
) -> Result<Response, Oops> {
    let page = page(visit, pasted, Some(Ok(looked)), eyes).await?;
    let mut response = html(&ImportPage { problem, ..page })?;
    *response.status_mut() = status;
    Ok(response)
}

/// Value of a date's tick: an event of a calendar may have several dates.
fn tick(one: &ImportedDate) -> String {
    format!("{}.{}", one.line, one.date)
}

/// A line of the list, with its result.
fn line(one: &ImportedDate, fate: &Fate, pasted: Pasted<'_>, eyes: &Eyes<'_>) -> ImportLine {
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
    let tick = tick(one);
    ImportLine {
        on: pasted.ticked.is_none_or(|ticked| ticked.contains(tick.as_str())),
        tick: if fits { tick } else { String::new() },
        name: one.name.clone(),
        when: t.weekday(one.date),
        notes: notes.join(" · "),
        why,
    }
}

/// Checks a list, or makes entries of its ticked lines. The same form twice makes each entry once.
pub(crate) async fn import(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    let ours = || Oops::Bad(visit.texts().form_is_not_ours().to_owned());
    campaigns(&visit)?;
    let once: CampaignId = typed.get("once").parse().map_err(|_| ours())?;
    let text = typed.as_typed("dates").replace("\r\n", "\n").replace('\r', "\n");
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let pasted = Pasted { text: &text, once, ticked: None };
    let looked = match Looked::over(&text, &visit, &eyes).await? {
        Ok(looked) => looked,
        Err(unreadable) => {
            let page = page(&visit, pasted, Some(Err(unreadable)), &eyes).await?;
            let mut response = html(&page)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(response);
        }
    };
    if typed.get("do") != "make" {
        return html(&page(&visit, pasted, Some(Ok(&looked)), &eyes).await?);
    }
    let ticked: BTreeSet<&str> =
        typed.0.iter().filter(|(name, _)| name == "line").map(|(_, line)| line.as_str()).collect();
    let unfit = |problem: String| (problem, StatusCode::UNPROCESSABLE_ENTITY);
    if ticked.is_empty() {
        let why = unfit(eyes.t.no_line_ticked().to_owned());
        return refused(&visit, pasted, &looked, why, &eyes).await;
    }
    let pasted = Pasted { ticked: Some(&ticked), ..pasted };
    if ticked.len() > MOST {
        let why = unfit(eyes.t.import_too_many(MOST as u64));
        return refused(&visit, pasted, &looked, why, &eyes).await;
    }
    let Some(chosen) = looked.chosen(once, &ticked) else {
        let why = unfit(eyes.t.import_changed().to_owned());
        return refused(&visit, pasted, &looked, why, &eyes).await;
    };
    match make(&visit, chosen).await? {
        (Sum { made, known }, Ok(())) => {
            Done::Festival(FestivalDone::Imported { made, known }).lead("festivals", None, &visit)
        }
        // Nothing that was pasted is lost: the same form goes on where this one ended.
        (Sum { made, .. }, Err(error)) => {
            let (why, status) = match said(error) {
                Ok(why) => (why, StatusCode::UNPROCESSABLE_ENTITY),
                Err(oops @ Oops::Store(_)) => (eyes.t.store_text().to_owned(), oops.status()),
                Err(oops @ Oops::Meanwhile) => (eyes.t.meanwhile_text().to_owned(), oops.status()),
                Err(oops) => return Err(oops),
            };
            let why = (eyes.t.import_broke_off(&why, made.into()), status);
            refused(&visit, pasted, &looked, why, &eyes).await
        }
    }
}

/// Makes entries, up to the first that cannot be made. Returns the counts, and the reason
/// for stopping.
async fn make(visit: &Visit, chosen: Chosen) -> Result<(Sum, Result<(), CampaignError>), Oops> {
    let (campaigns, by) = (campaigns(visit)?.clone(), visit.actor());
    let Chosen { plans, mut sum } = chosen;
    let work = visit.inner.work.finish(async move {
        for (id, plan) in plans {
            match campaigns.create_as(id, plan, &by).await {
                Ok(there) if there.state != CampaignState::Cancelled => sum.made += 1,
                // This form made it, and somebody cancelled or changed it since.
                Ok(_) | Err(CampaignError::Changed) => sum.known += 1,
                Err(error) => return (sum, Err(error)),
            }
        }
        (sum, Ok(()))
    });
    Ok(work.await?)
}

/// An id of its own for each date of a list.
fn id_of(once: CampaignId, line: u64, date: NaiveDate) -> CampaignId {
    let mut bytes = once.into_bytes();
    // No form has more lines than four bytes can count.
    let line = line.to_le_bytes().into_iter().take(4);
    let marks = line.chain(date.to_epoch_days().to_le_bytes());
    for (byte, mark) in bytes.iter_mut().rev().zip(marks) {
        *byte ^= mark;
    }
    CampaignId::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_date_of_a_list_has_an_id_of_its_own() {
        let once = CampaignId::from_bytes([7; 16]);
        let first: NaiveDate = "2026-01-01".parse().unwrap();
        let mut ids: Vec<_> = (1..=300)
            .flat_map(|line| first.iter_days().take(400).map(move |date| (line, date)))
            .map(|(line, date)| id_of(once, line, date))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 300 * 400);
    }
}
