//! A day of the schedule: the entries that go out, to whom and why, and those that are held back.

use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

use super::line::Lines;
use super::{coming, cut, further, link, note};
use crate::coming::{Coming, DAYS, Day};
use crate::links::query::Query;
use crate::links::schedule::{Class, Show, Wanted};
use crate::oops::Oops;
use crate::page::done::flash;
use crate::page::eyes::{Eyes, Sight};
use crate::page::mark::mark;
use crate::page::{Nav, html, shell};
use crate::view::{Chip, EntryLine, ScheduleDayPage, Shell, Tab};
use crate::visit::{NamedDay, Visit};

/// Number of entries on a page.
const ROWS: usize = 20;

/// Shows the page.
pub(crate) async fn day(visit: Visit, named: NamedDay) -> Result<Response, Oops> {
    let bad = |_| Oops::Bad(visit.texts().unknown_parameter("show, class, after"));
    let wanted = Wanted::read(Some(named.0), &visit.query).map_err(bad)?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let coming = coming(&visit, wanted.is_further).await?;
    let mut s = shell(&visit, eyes.t.weekday(named.0), Nav::Schedule);
    flash(&mut s, &visit, &eyes).await?;
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    let Some(day) = coming.day(named.0) else {
        let mut response = html(&other(named.0, s, &eyes))?;
        *response.status_mut() = StatusCode::NOT_FOUND;
        return Ok(response);
    };
    let page = day.page(&wanted, ROWS);
    let lines = Lines::read(&page.entries, &visit).await?;
    let shown: Vec<EntryLine> = page.entries.iter().map(|entry| lines.line(entry, &eyes)).collect();
    let t = eyes.t;
    html(&ScheduleDayPage {
        lead: lead(day, &coming, &eyes),
        tabs: tabs(day, &wanted, &eyes),
        chips: chips(&wanted, &eyes),
        cut: cut(&coming, &eyes),
        further: further(&coming, &wanted, &eyes),
        hint: if lines.are_known() { String::new() } else { t.records_do_not_answer().to_owned() },
        here: wanted.address(),
        ticked: ticked(&shown, &eyes),
        shown: match shown.len() as u64 {
            0 => String::new(),
            rows => t.rows_of(page.before + 1, page.before + rows, page.all),
        },
        lines: shown,
        nothing: nothing(&wanted, &eyes).to_owned(),
        first: match wanted.after {
            Some(_) => eyes.links.page(Wanted { after: None, ..wanted.clone() }.address()),
            None => String::new(),
        },
        more: page.next.map_or_else(String::new, |after| {
            eyes.links.page(Wanted { after: Some(after), ..wanted.clone() }.address())
        }),
        ..bare(named.0, &coming, s, &eyes)
    })
}

/// The page of a day without its entries.
fn bare<'a>(date: NaiveDate, coming: &Coming, s: Shell, eyes: &Eyes<'a>) -> ScheduleDayPage<'a> {
    let all = Wanted::of(None, coming.is_further).address();
    let back = link(eyes.links.page(all), eyes.t.all_days());
    ScheduleDayPage { instead: back.clone(), back, ..empty(date, s, eyes) }
}

fn empty<'a>(date: NaiveDate, s: Shell, eyes: &Eyes<'a>) -> ScheduleDayPage<'a> {
    ScheduleDayPage {
        t: eyes.t,
        s,
        back: link(eyes.links.page("schedule"), eyes.t.all_days()),
        heading: eyes.t.weekday(date),
        lead: String::new(),
        tabs: Vec::new(),
        chips: Vec::new(),
        cut: Vec::new(),
        further: String::new(),
        hint: String::new(),
        here: String::new(),
        ticked: Vec::new(),
        lines: Vec::new(),
        nothing: String::new(),
        instead: link(String::new(), ""),
        first: String::new(),
        more: String::new(),
        shown: String::new(),
    }
}

/// The kind of day, the time of the forecast, and the time zone.
fn lead(day: &Day, coming: &Coming, eyes: &Eyes<'_>) -> String {
    let told = eyes.t.schedule_lead(&eyes.times().short(coming.at));
    let told = format!("{told} {}.", eyes.times().clocks());
    let parts = [note(day, eyes), told].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(". ")
}

/// Acts on the ticked lines. Reminders that wait for approval are decided about; reminders that are
/// to come are left out or held.
fn ticked<'a>(lines: &[EntryLine], eyes: &Eyes<'a>) -> Vec<(&'static str, &'a str)> {
    let t = eyes.t;
    let can = |is_held| lines.iter().any(|it| !it.key.is_empty() && it.is_held == is_held);
    let (to_come, held) = (can(false), can(true));
    [
        (to_come, "schedule/skip", t.skip_ticked_asks()),
        (to_come, "schedule/hold", t.hold_ticked_asks()),
        (held, "held/approve", t.approve_ticked_asks()),
        (held && !to_come, "held/drop", t.drop_ticked_asks()),
    ]
    .into_iter()
    .filter_map(|(can, act, label)| can.then_some((act, label)))
    .collect()
}

/// The page of a day that is over or too far ahead.
fn other<'a>(date: NaiveDate, s: Shell, eyes: &Eyes<'a>) -> ScheduleDayPage<'a> {
    let t = eyes.t;
    let page = empty(date, s, eyes);
    if date < eyes.times().today() {
        let of_day = Query { from: Some(date), until: Some(date), ..Query::default() };
        let instead = link(eyes.links.page(of_day.address()), t.messages_of_that_day());
        return ScheduleDayPage { nothing: t.day_is_over().to_owned(), instead, ..page };
    }
    let instead = link(eyes.links.page("schedule"), t.all_days());
    let ahead = u64::from(DAYS.saturating_sub(1));
    ScheduleDayPage { nothing: t.day_is_far(ahead), instead, ..page }
}

/// Tabs: all entries, those that go out, and those that are held back.
fn tabs(day: &Day, wanted: &Wanted, eyes: &Eyes<'_>) -> Vec<Tab> {
    let t = eyes.t;
    let sum = wanted.class.map_or_else(|| day.all(), |class| day.sum(class));
    let one = |show: Show| {
        let (label, number) = match show {
            Show::All => (t.all_of_day(), sum.out + sum.kept),
            Show::Out => (t.goes_out(), sum.out),
            Show::Kept => (t.is_held_back(), sum.kept),
        };
        let to = Wanted { show, after: None, ..wanted.clone() };
        let href = eyes.links.page(to.address());
        let (label, count) = (t.tab_of(label, number), String::new());
        Tab { href, label, count, current: show == wanted.show }
    };
    Show::ALL.map(one).into()
}

/// A chip for the kind that alone is shown.
fn chips(wanted: &Wanted, eyes: &Eyes<'_>) -> Vec<Chip> {
    let t = eyes.t;
    let chip = |class: Class| {
        let label = match class {
            Class::Reminders => t.only_reminders(),
            Class::Messages => t.only_messages(),
            Class::Campaigns => t.only_campaigns(),
        };
        let all = Wanted { class: None, after: None, ..wanted.clone() };
        let (label, remove) = (label.to_owned(), eyes.links.page(all.address()));
        Chip { remove_label: t.remove_filter(&label), label, remove }
    };
    wanted.class.map(chip).into_iter().collect()
}

fn nothing<'a>(wanted: &Wanted, eyes: &Eyes<'a>) -> &'a str {
    match (wanted.class, wanted.show, &wanted.after) {
        (None, Show::All, None) => eyes.t.what_would_come(),
        _ => eyes.t.nothing_of_these(),
    }
}
