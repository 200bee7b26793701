//! Copying an entry to the year after.

use axum::http::StatusCode;
use axum::response::Response;
use whatsapp_core::audit::AuditTarget;
use whatsapp_core::campaign::Campaign;
use whatsapp_core::festival::{Place, next_time};

use super::act::{asked, refused};
use super::{address, campaigns, found_entry, said};
use crate::oops::Oops;
use crate::page::done::{Done, FestivalDone};
use crate::page::eyes::{Eyes, Sight};
use crate::page::html;
use crate::typed::Typed;
use crate::view::{AskPage, Choice, Choices, Hidden};
use crate::visit::{NamedFestival, Visit};
use crate::words::sentence;

/// The first place of the business, whose festivals count first.
fn home(visit: &Visit) -> Place {
    visit.inner.places.first().copied().unwrap_or(Place::INDIA)
}

/// Shows the question before copying, with the day of the copy.
pub(crate) async fn ask(visit: Visit, named: NamedFestival) -> Result<Response, Oops> {
    let campaign = found_entry(&visit, named.0).await?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    html(&question(&visit, &campaign, String::new(), &eyes).await?)
}

async fn question<'a>(
    visit: &Visit,
    campaign: &Campaign,
    problem: String,
    eyes: &Eyes<'a>,
) -> Result<AskPage<'a>, Oops> {
    let (t, plan) = (eyes.t, &campaign.plan);
    let page = asked(visit, campaign, t.copy_title(&plan.name), "copy", eyes).await?;
    let next = |place: Place| next_time(&plan.name, plan.date, place);
    let told = |place: Place| match next(place) {
        Ok(next) => next.sentence(),
        Err(unknown) => sentence(&unknown.to_string()),
    };
    if visit.inner.places.iter().chain([&home(visit)]).all(|place| next(*place).is_err()) {
        return Ok(AskPage { problem: told(home(visit)), ..page });
    }
    let fresh = campaigns(visit)?.fresh_id().to_string();
    let mut hiddens = vec![Hidden { name: "once", value: fresh }];
    let (mut lines, mut choices) = (vec![t.copy_what().to_owned()], None);
    if visit.inner.places.len() > 1 {
        let choice = |place: &Place| Choice {
            value: place.code(),
            label: format!("{}: {}", place.name(), told(*place)),
            on: *place == home(visit),
        };
        choices = Some(Choices {
            name: "place",
            legend: t.festival_place().to_owned(),
            all: visit.inner.places.iter().map(choice).collect(),
            also: None,
        });
    } else {
        lines.push(told(home(visit)));
        hiddens.push(Hidden { name: "place", value: home(visit).code() });
    }
    let submit = t.copy_submit().to_owned();
    Ok(AskPage { problem, lines, hiddens, choices, submit, ..page })
}

/// Copies the entry. The same form twice is one copy.
pub(crate) async fn copy(
    visit: Visit,
    named: NamedFestival,
    typed: Typed,
) -> Result<Response, Oops> {
    let ours = || Oops::Bad(visit.texts().form_is_not_ours().to_owned());
    let fresh = typed.get("once").parse().map_err(|_| ours())?;
    let place: Place = typed.get("place").parse().map_err(|_| ours())?;
    let (campaigns, by, id) = (campaigns(&visit)?.clone(), visit.actor(), named.0);
    let deed = async move { campaigns.copy_to_next_year_as(fresh, id, place, &by).await };
    match visit.inner.work.finish(deed).await? {
        Ok(next) => {
            let (id, done) = (next.campaign.id, Done::Festival(FestivalDone::Made));
            done.lead(&address(id), Some(&AuditTarget::Campaign(id)), &visit)
        }
        Err(error) => {
            let problem = said(error)?;
            let campaign = found_entry(&visit, named.0).await?;
            let sight = Sight::of(&visit).await?;
            let eyes = sight.eyes(&visit);
            let page = question(&visit, &campaign, problem, &eyes).await?;
            refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}
