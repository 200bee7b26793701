//! The schedule: the next days, one day, and acts on its entries.

mod act;
mod day;
mod line;
mod now;

use axum::response::Response;

pub(crate) use act::{StepAct, act, ask};
pub(crate) use day::day;
pub(crate) use now::{ask as ask_now, remind};

use super::done::flash;
use super::eyes::{Eyes, Sight};
use super::mark::mark;
use super::tabs::{At, tabs};
use super::{Nav, html, shell};
use crate::coming::{By, Coming, DAYS, Day, Shared};
use crate::links::schedule::{Class, Show, Wanted};
use crate::oops::Oops;
use crate::view::{DayLine, Link, SchedulePage};
use crate::visit::Visit;
use crate::words::sentence;

/// Reads the forecast, which all visitors share.
pub(crate) async fn coming(visit: &Visit, is_further: bool) -> Result<Shared, Oops> {
    let inner = &visit.inner;
    let by = By {
        ports: inner.ports.clone(),
        planner: inner.planner.clone(),
        cache: inner.cache.clone(),
    };
    inner.foretold.read(by, is_further).await
}

/// Shows the next days.
pub(crate) async fn show(visit: Visit) -> Result<Response, Oops> {
    let bad = |_| Oops::Bad(visit.texts().unknown_parameter("further"));
    let wanted = Wanted::read(None, &visit.query).map_err(bad)?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let t = eyes.t;
    let coming = coming(&visit, wanted.is_further).await?;
    let plans = visit.ports().plans().is_some();
    let seen = visit.inner.cache.seen(visit.ports()).await?;
    let mut s = shell(&visit, t.schedule(), Nav::Schedule);
    flash(&mut s, &visit, &eyes).await?;
    mark(&mut s, seen.as_ref(), &eyes);
    let is_empty = coming.days.iter().all(|day| day.all() == crate::coming::Sum::default());
    let nothing = match (plans, is_empty) {
        (_, false) => "",
        (false, true) => t.what_would_come_without_reminders(),
        (true, true) => t.what_would_come(),
    };
    let tabs = tabs(At::Coming, seen.now.held.unwrap_or_default(), &eyes);
    html(&SchedulePage {
        t,
        heading: t.schedule_title(DAYS.into()),
        lead: t.schedule_lead(&eyes.times().short(coming.at)),
        // A shop that plans no reminders has none to approve.
        tabs: if plans { tabs } else { Vec::new() },
        cut: cut(&coming, &eyes),
        further: further(&coming, &wanted, &eyes),
        zone: eyes.times().clocks(),
        days: if is_empty {
            Vec::new()
        } else {
            coming.days.iter().map(|day| line(day, &coming, &eyes)).collect()
        },
        nothing: nothing.to_owned(),
        instead: if eyes.may_act {
            link(eyes.links.page("send"), t.write_to_customer())
        } else {
            link(eyes.links.page("messages"), t.messages())
        },
        s,
    })
}

/// Sentences that say that reminders are off, and which parts were not looked at.
fn cut(coming: &Coming, eyes: &Eyes<'_>) -> Vec<String> {
    let (t, limits, cut) = (eyes.t, Coming::limits(coming.is_further), coming.cut);
    [
        eyes.settings.trial.then(|| sentence(&t.trial_is_on(eyes.settings.trial_numbers.len()))),
        (!coming.reminders_on).then(|| t.reminders_are_off().to_owned()),
        cut.invoices.then(|| t.cut_invoices(limits.invoices.into())),
        cut.steps.then(|| t.cut_steps(limits.steps.into())),
        cut.messages.then(|| t.cut_messages(limits.messages.into())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The address of the same page that looks further; empty where there is nothing further.
fn further(coming: &Coming, wanted: &Wanted, eyes: &Eyes<'_>) -> String {
    if coming.is_further || !coming.cut.is_any() {
        return String::new();
    }
    eyes.links.page(Wanted { is_further: true, ..wanted.clone() }.address())
}

/// A day in words.
fn line(day: &Day, coming: &Coming, eyes: &Eyes<'_>) -> DayLine {
    let t = eyes.t;
    let of = Wanted::of(Some(day.date), coming.is_further);
    let link = |wanted: Wanted, label: String| link(eyes.links.page(wanted.address()), &label);
    let out = |class: Class| {
        let number = day.sum(class).out;
        let label = match class {
            Class::Reminders => t.reminders(number),
            Class::Messages => t.messages_that_wait(number),
            Class::Campaigns => t.of_campaigns(number),
        };
        let wanted = Wanted { class: Some(class), show: Show::Out, ..of.clone() };
        (number > 0).then(|| link(wanted, label))
    };
    let kept = day.all().kept;
    let reasons = day.reasons();
    // A single reason is the reason for all of them.
    let is_one = reasons.len() == 1;
    let why = reasons.into_iter().take(4);
    let why = why.map(|(why, number)| t.reason_of(why, (!is_one).then_some(number)));
    DayLine {
        href: eyes.links.page(of.address()),
        day: t.weekday(day.date),
        note: note(day, eyes),
        out: Class::ALL.into_iter().filter_map(out).collect(),
        nothing: t.nothing_goes_out().to_owned(),
        kept: (kept > 0)
            .then(|| link(Wanted { show: Show::Kept, ..of.clone() }, t.held_back(kept))),
        why: why.collect::<Vec<_>>().join(", "),
    }
}

/// A link that looks like a button.
fn link(href: String, label: &str) -> Link {
    Link { href, label: label.to_owned(), outside: false, is_best: false }
}

/// Says that the day is today, or that the shop is closed.
fn note(day: &Day, eyes: &Eyes<'_>) -> String {
    let is_today = day.date == eyes.times().today();
    let today = is_today.then(|| eyes.t.is_today());
    let closed = day.is_closed.then(|| eyes.t.is_closed());
    today.into_iter().chain(closed).collect::<Vec<_>>().join(" · ")
}
