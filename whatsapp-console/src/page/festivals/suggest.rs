//! The suggestions of a place's calendar, and making an entry of one.

use axum::response::Response;
use chrono::{Days, NaiveDate};
use whatsapp_core::CampaignId;
use whatsapp_core::audit::AuditTarget;
use whatsapp_core::campaign::{Campaign, CampaignKind, CampaignPlan, CampaignState};
use whatsapp_core::campaigns::CampaignError;
use whatsapp_core::festival::{Festival, FestivalDate, Place, suggestions};
use whatsapp_core::port::CampaignCursor;

use super::{READ, READS, address, campaigns, read, said};
use crate::oops::Oops;
use crate::page::done::{Done, FestivalDone};
use crate::page::eyes::{Eyes, Sight};
use crate::typed::Typed;
use crate::view::{Choice, Suggested, Suggestion};
use crate::visit::Visit;

/// Number of days for which festivals are suggested: a year, today included.
const DAYS: Days = Days::new(365);

/// The festivals that are suggested from a day on.
pub(crate) fn found(place: Place, today: NaiveDate) -> Vec<FestivalDate> {
    let until = today.checked_add_days(DAYS).unwrap_or(today);
    suggestions(place, today..=until).dates
}

/// Tells whether an entry is about a festival on its date.
fn is_about(campaign: &Campaign, festival: Festival, date: NaiveDate) -> bool {
    let plan = &campaign.plan;
    campaign.state != CampaignState::Cancelled
        && plan.kind == CampaignKind::Festival
        && (plan.date == date || campaign.entered == date)
        && Festival::named(&plan.name).contains(&festival)
}

/// The part of the page with the suggestions.
pub(super) fn section(
    visit: &Visit,
    asked: Option<Place>,
    ahead: &[Campaign],
    eyes: &Eyes<'_>,
) -> Suggested {
    let (t, today) = (eyes.t, eyes.times().today());
    let home = visit.inner.places.first().copied().unwrap_or(Place::INDIA);
    let place = asked.unwrap_or(home);
    let once = visit.inner.campaigns.as_ref().map(|it| it.fresh_id().to_string());
    let line = |one: &FestivalDate| {
        let there = ahead.iter().find(|entry| is_about(entry, one.festival, one.date));
        let may_take = eyes.may_act && there.is_none();
        let label = one.festival.label();
        Suggestion {
            name: label.to_owned(),
            when: t.weekday(one.date),
            note: if one.estimated { t.date_is_estimated().to_owned() } else { String::new() },
            take: if may_take { written(one.festival, one.date) } else { String::new() },
            full: t.button_of(t.make_entry(), label),
            there: there.map(|entry| eyes.links.page(address(entry.id))).unwrap_or_default(),
        }
    };
    // The places of the business come first.
    let mut places = visit.inner.places.clone();
    places.extend([Place::INDIA].into_iter().chain(Place::states()));
    let mut seen = Vec::new();
    places.retain(|place| {
        let is_new = !seen.contains(place);
        seen.push(*place);
        is_new
    });
    let choice =
        |one: &Place| Choice { value: one.code(), label: one.name().to_owned(), on: *one == place };
    let lines: Vec<_> = found(place, today).iter().map(line).collect();
    Suggested {
        places: places.iter().map(choice).collect(),
        nothing: if lines.is_empty() { t.nothing_suggested().to_owned() } else { String::new() },
        lines,
        action: eyes.links.page("festivals/suggestions"),
        list: eyes.links.page("festivals"),
        once: once.unwrap_or_default(),
    }
}

/// A suggestion as a button has it.
fn written(festival: Festival, date: NaiveDate) -> String {
    format!("{festival}.{date}")
}

/// The suggestion of a button; `None` for anything else.
fn read_button(text: &str) -> Option<(Festival, NaiveDate)> {
    let (festival, date) = text.split_once('.')?;
    Some((festival.parse().ok()?, crate::links::query::read_day(date)?))
}

/// An id of its own for each suggestion of a form.
fn id_of(once: CampaignId, festival: Festival, date: NaiveDate) -> CampaignId {
    let mut bytes = once.into_bytes();
    let place = Festival::ALL.iter().position(|one| *one == festival).unwrap_or_default();
    let day = date.to_epoch_days();
    let marks = [u8::try_from(place).unwrap_or_default()].into_iter().chain(day.to_le_bytes());
    for (byte, mark) in bytes.iter_mut().rev().zip(marks) {
        *byte ^= mark;
    }
    CampaignId::from_bytes(bytes)
}

/// Makes an entry of a suggestion. The same form twice is one entry, and an entry that is there is
/// not made again.
pub(crate) async fn take(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    let ours = || Oops::Bad(visit.texts().form_is_not_ours().to_owned());
    let (festival, date) = read_button(typed.get("take")).ok_or_else(ours)?;
    let once: CampaignId = typed.get("once").parse().map_err(|_| ours())?;
    let sight = Sight::of(&visit).await?;
    let today = sight.eyes(&visit).times().today();
    // Only a date that some place suggests: it is known to be right, or to be an estimate.
    let places = [Place::INDIA].into_iter().chain(Place::states());
    let is_it = |one: &FestivalDate| one.festival == festival && one.date == date;
    let known = places.flat_map(|place| found(place, today)).find(is_it).ok_or_else(ours)?;
    if let Some(there) = there(&visit, festival, date, today).await? {
        let done = if there.id == id_of(once, festival, date) {
            FestivalDone::Made
        } else {
            FestivalDone::Known
        };
        return lead(&visit, there.id, done);
    }
    let plan = CampaignPlan::festival(festival.label(), date);
    let plan = plan.with_estimated(known.estimated);
    let (campaigns, by) = (campaigns(&visit)?.clone(), visit.actor());
    let id = id_of(once, festival, date);
    let deed = async move { campaigns.create_as(id, plan, &by).await };
    match visit.inner.work.finish(deed).await? {
        Ok(campaign) => lead(&visit, campaign.id, FestivalDone::Made),
        // It was made by this form, and changed since.
        Err(CampaignError::Changed) => lead(&visit, id, FestivalDone::Known),
        Err(error) => Err(Oops::Bad(said(error)?)),
    }
}

/// The entry that is about a festival on its date already.
async fn there(
    visit: &Visit,
    festival: Festival,
    date: NaiveDate,
    today: NaiveDate,
) -> Result<Option<Campaign>, Oops> {
    let mut place = None;
    for _ in 0..READS {
        let page = read(visit, place, READ).await?;
        place = page.last().map(CampaignCursor::of);
        let is_last =
            page.len() < READ as usize || page.last().is_none_or(|last| last.plan.date < today);
        let found = page.into_iter().find(|entry| is_about(entry, festival, date));
        if found.is_some() || is_last {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Leads to the page on which the entry is written.
fn lead(visit: &Visit, id: CampaignId, done: FestivalDone) -> Result<Response, Oops> {
    let of = AuditTarget::Campaign(id);
    let address = match done {
        FestivalDone::Made => format!("{}/edit", address(id)),
        _ => address(id),
    };
    Done::Festival(done).lead(&address, Some(&of), visit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_suggestion_of_a_form_has_an_id_of_its_own() {
        let once = CampaignId::from_bytes([7; 16]);
        let all = found(Place::INDIA, "2026-01-01".parse().unwrap());
        let mut ids: Vec<_> = all.iter().map(|one| id_of(once, one.festival, one.date)).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all.len());
        for one in &all {
            let button = written(one.festival, one.date);
            assert_eq!(read_button(&button), Some((one.festival, one.date)));
        }
        for bad in ["", "diwali", "diwali.x", "x.2026-11-08", "diwali.2026-11-08.1"] {
            assert_eq!(read_button(bad), None, "{bad}");
        }
    }
}
