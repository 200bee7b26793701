//! The first page: the needs for a person, and the numbers of today.

use axum::response::Response;
use chrono::{Datelike as _, TimeDelta};
use whatsapp_core::campaigns::CampaignForecast;
use whatsapp_core::message::Outcome;
use whatsapp_core::overview::{DayNow, Need as Needed, OverviewNow};
use whatsapp_core::port::{AttentionFor, Count, Tally};
use whatsapp_core::schedule::ReminderStep;
use whatsapp_core::settings::SettingDef;

use super::chart;
use super::done::flash;
use super::eyes::{Eyes, Sight};
use super::festivals::told as festival;
use super::held::{HeldAct, named};
use super::mark::{in_need, mark};
use super::{Nav, html, need, pause, shell};
use crate::cache::Seen;
use crate::links::query::{Query, Wanted, When};
use crate::live;
use crate::oops::Oops;
use crate::view::{
    Bar, FestivalNow, Grid, LaneLine, Need, NeedLine, OverviewPage, Pill, Shell, Tile,
};
use crate::visit::Visit;
use crate::words::sentence;

/// Builds the page.
fn page<'a>(seen: &Seen, s: Shell, eyes: &Eyes<'a>) -> OverviewPage<'a> {
    let (t, now) = (eyes.t, &seen.now);
    let (trouble, trouble_advice) = trouble(seen, eyes);
    let (grids, bars) = days(now, eyes);
    OverviewPage {
        t,
        headline: headline(seen, eyes),
        lead: lead(&now.today, eyes),
        health: health(seen, eyes),
        may_act: eyes.may_act,
        is_held: now.account.is_held(),
        pause: pause::written(now.account.pause.as_ref()),
        trouble,
        trouble_advice,
        needs: needs(seen, eyes),
        festivals: festivals(seen, eyes),
        zone: eyes.times().clocks(),
        tiles: tiles(&now.today, &now.week, eyes),
        grids,
        bars,
        empty: queue(seen, eyes),
        lanes: lanes(seen, eyes),
        s,
    }
}

/// The headline: tells whether all is well.
fn headline(seen: &Seen, eyes: &Eyes<'_>) -> String {
    let (t, now) = (eyes.t, &seen.now);
    if let Some(pause) = &now.account.pause {
        return t.paused_since(&eyes.times().short(pause.since), pause.reason.label());
    }
    if !now.broken_settings.is_empty() {
        return t.nothing_is_sent().to_owned();
    }
    if now.needs().is_empty() {
        let retrying = Count { number: now.week.retrying, is_exact: now.week.is_exact };
        return match retrying.number {
            0 if eyes.settings.trial => t.trial_is_on(eyes.settings.trial_numbers.len()),
            0 => t.all_is_well().to_owned(),
            _ => t.are_tried_again(retrying),
        };
    }
    let (messages, reminders) = (in_need(now), now.held.unwrap_or_default());
    if messages.number + reminders.number > 0 {
        return t.need_you_now(messages, reminders);
    }
    t.something_needs_you().to_owned()
}

/// Counts of today's messages that went out.
fn lead(today: &Tally, eyes: &Eyes<'_>) -> String {
    let t = eyes.t;
    if today.made() == 0 {
        return t.nothing_today().to_owned();
    }
    let count = |number| Count { number, is_exact: today.is_exact };
    t.went_out_today(count(today.taken()), count(today.delivered + today.read))
}

/// Tells whether the account sends.
fn health(seen: &Seen, eyes: &Eyes<'_>) -> Pill {
    let (t, now) = (eyes.t, &seen.now);
    let pill = |tone, icon, word: &str| Pill { tone, icon, word: word.to_owned() };
    match &now.account.pause {
        Some(_) if now.account.is_held() => pill("warn", "wait", t.paused_by_hand()),
        Some(_) => pill("bad", "x", t.paused()),
        None if !now.broken_settings.is_empty() => pill("bad", "x", t.not_sending()),
        None if !eyes.settings.enabled => pill("idle", "minus", t.switched_off()),
        None if eyes.settings.trial => pill("warn", "wait", t.trial_alone()),
        None => match now.last_taken {
            Some(at) => pill("ok", "ok", &t.sends_since(&eyes.times().short(at))),
            None => pill("ok", "ok", t.sends()),
        },
    }
}

/// Reason why nothing is sent, and what can be done. A pause by hand has all of that in
/// the headline.
fn trouble(seen: &Seen, eyes: &Eyes<'_>) -> (String, String) {
    let account = &seen.now.account;
    let Some(pause) = account.pause.as_ref().filter(|_| !account.is_held()) else {
        return (String::new(), String::new());
    };
    let goes_on = eyes.t.tried_again_at(&eyes.times().full(pause.until));
    (pause.words(), format!("{} {goes_on}", pause.reason.advice()))
}

/// The needs for a person: each kind with its first messages or reminders.
fn needs(seen: &Seen, eyes: &Eyes<'_>) -> Vec<Need> {
    seen.now.needs().iter().filter_map(|needed| told(needed, seen, eyes)).collect()
}

fn told(needed: &Needed, seen: &Seen, eyes: &Eyes<'_>) -> Option<Need> {
    let t = eyes.t;
    let exactly = |number| Count { number, is_exact: true };
    let plain = |tone, icon, count, title: String, rows| Need {
        tone,
        icon,
        count: t.count(count),
        title,
        href: String::new(),
        rows,
        more: String::new(),
        advice: String::new(),
    };
    Some(match needed {
        Needed::Messages(kind, count) => {
            let (tone, icon, title) = match kind {
                AttentionFor::Failed => ("bad", "x", t.could_not_be_sent().to_owned()),
                AttentionFor::Unknown => ("warn", "look", t.may_have_arrived().to_owned()),
                AttentionFor::Silent => ("info", "clock", t.are_silent(*count)),
                _ => ("warn", "look", kind.label().to_owned()),
            };
            let first = seen.first_of(*kind);
            let rows: Vec<_> = first
                .iter()
                .map(|it| need::line(it, *kind == AttentionFor::Silent, eyes))
                .collect();
            let is_more = count.number > rows.len() as u64 || !count.is_exact;
            // If the time for counting was over before the first was found, there may be none.
            let is_counted = count.number > 0 || count.is_exact;
            let title = if is_counted { title } else { t.not_counted(*kind) };
            let need = plain(tone, icon, *count, title, rows);
            Need {
                href: eyes.links.page(Query::wanting(Wanted::Only(*kind)).address()),
                more: if is_more { t.look_at_all(*count) } else { String::new() },
                count: if is_counted { need.count } else { t.uncounted().to_owned() },
                ..need
            }
        }
        Needed::Held(count) => {
            let rows: Vec<_> = seen.held.iter().map(|step| reminder(step, eyes)).collect();
            let is_more = count.number > rows.len() as u64 || !count.is_exact;
            Need {
                href: eyes.links.page("held"),
                more: if is_more { t.look_at_all(*count) } else { String::new() },
                ..plain("warn", "wait", *count, t.reminders_wait(*count), rows)
            }
        }
        Needed::BrokenSettings(problems) => {
            let rows = problems.iter().map(|it| setting(&it.key, &it.what, eyes)).collect();
            let count = exactly(problems.len() as u64);
            let need = plain("bad", "x", count, t.settings_are_broken(count), rows);
            let is_paused = seen.now.account.pause.is_some();
            Need { advice: t.setting_todo(is_paused).to_owned(), ..need }
        }
        Needed::NoticesWithoutAddress(number) => {
            let rows =
                vec![setting("whatsapp_failure_notification_email", t.no_address_set(), eyes)];
            let count = exactly(*number);
            let need = plain("warn", "x", count, t.notices_wait(count), rows);
            Need { advice: t.address_todo().to_owned(), ..need }
        }
        // The core may learn of needs that this console has no words for yet.
        _ => return None,
    })
}

/// Greetings and announcements of the next days.
fn festivals(seen: &Seen, eyes: &Eyes<'_>) -> Vec<FestivalNow> {
    let told = |one: &CampaignForecast| FestivalNow {
        name: one.campaign.plan.name.clone(),
        href: eyes.links.page(format_args!("festivals/{}", one.campaign.id)),
        when: festival::when(&one.campaign.plan, eyes),
        pill: festival::pill(one.campaign.state),
        why: festival::standing(&one.campaign, None, eyes),
    };
    seen.campaigns.iter().map(told).collect()
}

/// A reminder that waits for approval.
fn reminder(step: &ReminderStep, eyes: &Eyes<'_>) -> NeedLine {
    let t = eyes.t;
    let act = eyes.may_act.then(|| HeldAct::Approve.button(step, eyes));
    NeedLine {
        href: eyes.links.customer(&step.customer),
        who: named(step, eyes),
        what: t.its_day(&t.day(step.own_day)),
        why: step.why(),
        act: act.as_ref().map(|it| it.label.clone()).unwrap_or_default(),
        act_href: act.as_ref().map(|it| it.href.clone()).unwrap_or_default(),
        act_full: act.map(|it| it.full).unwrap_or_default(),
    }
}

/// A line for a setting that has to be looked at: its name on the page of settings, and its
/// place there.
fn setting(key: &str, why: &str, eyes: &Eyes<'_>) -> NeedLine {
    let known = SettingDef::of(key);
    NeedLine {
        href: match &known {
            Some(def) => eyes.links.page(format_args!("settings#f-{}", def.key)),
            None => String::new(),
        },
        who: known.as_ref().map_or_else(|| key.to_owned(), |def| def.name().into_owned()),
        what: known.map_or_else(|| eyes.t.setting(), |def| def.group().label()).to_owned(),
        why: sentence(why),
        act: String::new(),
        act_href: String::new(),
        act_full: String::new(),
    }
}

/// The numbers of today and of seven days; each leads to what it counts. All but the first add up
/// to the first.
fn tiles(today: &Tally, week: &Tally, eyes: &Eyes<'_>) -> Vec<Tile> {
    let t = eyes.t;
    let tile = |outcomes: &[Outcome], label: &str| {
        let of = |tally: &Tally| Count {
            number: if outcomes.is_empty() { tally.made() } else { tally.sum(outcomes) },
            is_exact: tally.is_exact,
        };
        let leads = |when| {
            let query = Query { when: Some(when), ..Query::coming_to(outcomes) };
            eyes.links.page(query.address())
        };
        Tile {
            href: leads(When::Today),
            number: t.count(of(today)),
            label: label.to_owned(),
            week: leads(When::LastSeven),
            note: t.in_seven_days(of(week)),
        }
    };
    vec![
        tile(&[], t.tile_made()),
        tile(&[Outcome::Delivered, Outcome::Read], t.tile_delivered()),
        tile(&[Outcome::Accepted], t.tile_on_the_way()),
        tile(Outcome::WAITING, t.tile_waiting()),
        tile(Outcome::FAILED, t.tile_failed()),
        tile(&[Outcome::Cancelled], t.tile_cancelled()),
    ]
}

/// The last days as bars.
fn days(now: &OverviewNow, eyes: &Eyes<'_>) -> (Vec<Grid>, Vec<Bar>) {
    let day = |one: &DayNow| {
        let (t, tally) = (eyes.t, one.tally);
        let (sent, failed) = (tally.sum(Outcome::SENT), tally.sum(Outcome::FAILED));
        let count = |number| t.count(Count { number, is_exact: tally.is_exact });
        let date = t.date(one.day);
        let (sent_told, failed_told) = (count(sent), count(failed));
        chart::Day {
            day: one.day.day().to_string(),
            label: t.day_in_words(&date, &sent_told, &failed_told),
            date,
            sent,
            sent_told,
            failed,
            failed_told,
        }
    };
    chart::bars(&now.days.iter().map(day).collect::<Vec<_>>())
}

/// Number of messages that wait, and the time when all are out.
fn queue(seen: &Seen, eyes: &Eyes<'_>) -> String {
    let t = eyes.t;
    let waiting = seen.now.lanes.iter().map(|lane| lane.due + lane.later).sum();
    if waiting == 0 {
        return t.nothing_waits().to_owned();
    }
    let empty_at = seen.now.empty_at.filter(|_| seen.now.lanes.iter().any(|lane| lane.due > 0));
    if empty_at.is_some_and(|at| at - seen.now.at <= TimeDelta::minutes(1)) {
        return t.waits_a_minute(waiting);
    }
    t.waits(waiting, empty_at.map(|at| eyes.times().short(at)).as_deref())
}

/// Messages that wait, by class.
fn lanes(seen: &Seen, eyes: &Eyes<'_>) -> Vec<LaneLine> {
    let waits = seen.now.lanes.iter().filter(|lane| lane.due + lane.later > 0);
    let line = |lane: &whatsapp_core::port::LaneQueue| LaneLine {
        label: lane.lane.label().to_owned(),
        text: eyes.t.due_and_later(lane.due, lane.later),
    };
    waits.map(line).collect()
}

/// Shows the page.
pub(crate) async fn show(visit: Visit) -> Result<Response, Oops> {
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let seen = visit.inner.cache.seen(visit.ports()).await?;
    let mut s = shell(&visit, eyes.t.overview(), Nav::Overview);
    flash(&mut s, &visit, &eyes).await?;
    mark(&mut s, &seen, &eyes);
    s.events = live::of_overview(&seen, &visit);
    html(&page(&seen, s, &eyes))
}
