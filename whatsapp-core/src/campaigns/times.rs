//! The times of a campaign's messages: from when they may go out, and how many can.

use chrono::{DateTime, TimeDelta, Utc};

use super::checked::RunTold;
use super::error::{CampaignError, CampaignRefusal};
use crate::campaign::{CampaignPlan, CampaignRate, CampaignState, Slots, day};
use crate::message::MessageType;
use crate::port::CampaignStore;
use crate::schedule::SendWindow;
use crate::settings::Settings;

/// The furthest day of a campaign, from now.
const AHEAD_MAX: TimeDelta = TimeDelta::days(366);

/// Returns the times of this many messages, from `begin` on. They follow the messages that have
/// a slot already, and the messages of the day's other campaigns that begin no later.
pub(super) async fn run(
    store: &dyn CampaignStore,
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
    let mut taken = store.slots_taken(day.start - TimeDelta::hours(1)).await?.slots;
    let rate = CampaignRate::of(settings);
    for other in store.open_campaigns().await? {
        let start = other.plan.start(&settings.time_zone).map(|start| start.max(now));
        let Some(start) = start.filter(|start| *start <= begin) else { continue };
        if other.plan.date != plan.date || other.state == CampaignState::Paused {
            continue;
        }
        let waiting = store.recipient_counts(other.id).await?.waiting;
        let window = hours(settings, other.plan.kind.message_type());
        let before = taken.iter().copied();
        let mut slots = Slots::new(rate, &window, day.clone(), day.end, before);
        told(&mut slots, start, waiting, rate.middle());
        taken.extend(slots.given());
    }
    let window = hours(settings, plan.kind.message_type());
    let horizon = day.end;
    let mut slots = Slots::new(rate, &window, day, horizon, taken);
    Ok(told(&mut slots, begin, recipients, rate.middle()))
}

/// Returns the times of this many messages in these slots, with gaps of the middle length.
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

/// Returns the time from which a campaign of this plan may run on its day.
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

/// Returns the hours in which messages of a type go out: always, where the type does not keep to
/// the window.
pub(super) fn hours(settings: &Settings, of: MessageType) -> SendWindow {
    if settings.keeps_window(of) {
        settings.window(of).into_owned()
    } else {
        SendWindow::always(settings.time_zone.clone())
    }
}
