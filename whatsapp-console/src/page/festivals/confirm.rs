//! Confirming a date that depends on the moon, or moving it to the one that was announced.

use axum::http::StatusCode;
use axum::response::Response;
use whatsapp_core::campaign::Campaign;
use whatsapp_core::campaigns::CampaignError;

use super::act::{asked, leave, read_seen, refused, seen};
use super::{campaigns, found_entry, said};
use crate::links::query::read_day;
use crate::oops::Oops;
use crate::page::done::FestivalDone;
use crate::page::eyes::{Eyes, Sight};
use crate::page::html;
use crate::typed::Typed;
use crate::view::{AskPage, Field};
use crate::visit::{NamedFestival, Visit};

/// Asks for the day of the festival.
pub(crate) async fn ask(visit: Visit, named: NamedFestival) -> Result<Response, Oops> {
    let campaign = found_entry(&visit, named.0).await?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let date = campaign.plan.date.to_string();
    html(&question(&visit, &campaign, &date, String::new(), &eyes).await?)
}

async fn question<'a>(
    visit: &Visit,
    campaign: &Campaign,
    date: &str,
    error: String,
    eyes: &Eyes<'a>,
) -> Result<AskPage<'a>, Oops> {
    let t = eyes.t;
    let title = t.confirm_title(&campaign.plan.name);
    let page = asked(visit, campaign, title, "confirm", eyes).await?;
    if !campaign.plan.estimated {
        return Ok(AskPage { lines: vec![t.confirm_nothing().to_owned()], ..page });
    }
    let field = Field {
        name: "date",
        label: t.festival_date().to_owned(),
        hint: t.confirm_hint(&t.weekday(campaign.entered)),
        error,
        kind: "date",
        value: date.to_owned(),
    };
    let (lines, submit) = (vec![t.confirm_what().to_owned()], t.confirm_submit().to_owned());
    Ok(AskPage { lines, hiddens: vec![seen(campaign)], fields: vec![field], submit, ..page })
}

/// Confirms the date over the revision that the question was about. Twice is once.
pub(crate) async fn confirm(
    visit: Visit,
    named: NamedFestival,
    typed: Typed,
) -> Result<Response, Oops> {
    let seen = Some(read_seen(&typed, &visit)?);
    let error = match read_day(typed.get("date")) {
        Some(date) => {
            let (campaigns, by, id) = (campaigns(&visit)?.clone(), visit.actor(), named.0);
            let deed = async move { campaigns.confirm_date_over(id, seen, date, &by).await };
            match visit.inner.work.finish(deed).await? {
                Ok(_) => {
                    visit.inner.cache.forget().await;
                    return leave(&visit, named, FestivalDone::Confirmed);
                }
                Err(CampaignError::Forbidden(_) | CampaignError::Changed) => {
                    return leave(&visit, named, FestivalDone::Changed);
                }
                Err(error) => said(error)?,
            }
        }
        None => visit.texts().date_is_missing().to_owned(),
    };
    let campaign = found_entry(&visit, named.0).await?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let page = question(&visit, &campaign, typed.get("date"), error, &eyes).await?;
    refused(&page, StatusCode::UNPROCESSABLE_ENTITY)
}
