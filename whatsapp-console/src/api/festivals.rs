//! Festivals: greetings and announcements to many customers, suggestions of the calendar, and
//! recipients. A change names the revision that was seen.

mod acts;
mod body;
mod refused;
mod shape;
mod table;

use axum::Json;
use whatsapp_core::CampaignId;
use whatsapp_core::campaign::{Campaign, CampaignPlan};
use whatsapp_core::campaigns::{CampaignError, Campaigns};
use whatsapp_core::festival::Place;
use whatsapp_core::port::CampaignCursor;

pub(super) use table::table;

use super::bounds::{FESTIVALS, FESTIVALS_MAX, RECIPIENTS, RECIPIENTS_MAX};
use super::given::{Given, Parameters, contradiction, refuse};
use super::problem::{Fault, Problem};
use super::slug::Slug;
use super::tag::{Seen, Tag};
use crate::links::festivals::{People, number, place, sealed, written};
use crate::page::eyes::Sight;
use crate::page::festivals::{found, people_page};
use crate::visit::{NamedFestival, Visit};
use body::FestivalBody;
use shape::{
    FestivalShape, FestivalsShape, PreviewedShape, RecipientShape, RecipientsShape,
    SuggestionShape, SuggestionsShape,
};

type Tagged = (Tag, Json<FestivalShape>);

/// The campaigns, where the host keeps them.
fn campaigns(visit: &Visit) -> Result<&Campaigns, Problem> {
    visit.inner.campaigns.as_ref().ok_or_else(|| Problem::of(Slug::NotSetUp))
}

/// An entry with its counts, as this visitor may see it.
async fn shown(visit: &Visit, campaign: &Campaign) -> Result<Tagged, Problem> {
    let counts = campaigns(visit)?.counts(campaign.id).await?;
    let sight = Sight::of(visit).await?;
    let shape = FestivalShape::of(campaign, Some(counts), &sight.eyes(visit));
    Ok((Tag(campaign.revision), Json(shape)))
}

/// A page of the entries of the calendar.
pub(super) async fn list(visit: Visit) -> Result<Json<FestivalsShape>, Problem> {
    let mut parameters = Parameters::read(&visit.query, &["after", "limit"], &[])?;
    let limit = parameters.number("limit", 1, FESTIVALS_MAX)?.unwrap_or(FESTIVALS);
    let after = match parameters.take("after") {
        Some(text) => Some(place(&text).ok_or_else(|| no_place(Slug::Value))?),
        None => None,
    };
    let mut found = campaigns(&visit)?.list(after, limit + 1).await?;
    let is_more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| is_more).map(|last| written(CampaignCursor::of(last)));
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let festivals = found.iter().map(|one| FestivalShape::of(one, None, &eyes)).collect();
    Ok(Json(FestivalsShape { festivals, next }))
}

fn no_place(slug: Slug) -> Problem {
    refuse(slug, "after", "the next of the page before is expected")
}

/// One entry.
pub(super) async fn one(visit: Visit, named: NamedFestival) -> Result<Tagged, Problem> {
    Parameters::none(&visit)?;
    let campaign = campaigns(&visit)?.campaign(named.0).await?;
    shown(&visit, &campaign).await
}

/// Makes an entry. Idempotent: the same id makes it only once.
pub(super) async fn create(visit: Visit, given: Given<FestivalBody>) -> Result<Tagged, Problem> {
    Parameters::none(&visit)?;
    let campaigns = campaigns(&visit)?.clone();
    let (id, plan) = (given.body.id, given.body.plan()?);
    let (id, by) = (id.unwrap_or_else(|| campaigns.fresh_id()), visit.actor());
    let work = async move { campaigns.create_as(id, plan, &by).await };
    made(&visit, work).await
}

/// Makes an entry to the end, and returns it.
async fn made(
    visit: &Visit,
    work: impl Future<Output = Result<Campaign, CampaignError>> + Send + 'static,
) -> Result<Tagged, Problem> {
    let made = visit.inner.work.finish(work).await?.map_err(|error| match error {
        CampaignError::Changed => {
            let why = "another entry has this id";
            Problem::new(Slug::Changed, format!("id: {why}.")).with(Fault::at(&["id"], why))
        }
        error => error.into(),
    })?;
    shown(visit, &made).await
}

/// Changes an entry. Idempotent: the same call changes it only once.
pub(super) async fn change(
    visit: Visit,
    named: NamedFestival,
    seen: Seen,
    given: Given<FestivalBody>,
) -> Result<Tagged, Problem> {
    Parameters::none(&visit)?;
    if given.body.id.is_some() {
        return Err(contradiction("id", "the address names the entry: leave it out"));
    }
    let (campaigns, by, id) = (campaigns(&visit)?.clone(), visit.actor(), named.0);
    let (plan, wanted) = (given.body.plan()?, given.body.plan()?);
    let work = async move { campaigns.edit(id, seen.0, wanted, &by).await };
    match visit.inner.work.finish(work).await? {
        Ok(saved) => shown(&visit, &saved).await,
        Err(CampaignError::Changed) => changed(&visit, id, &plan).await,
        Err(error) => Err(error.into()),
    }
}

/// Returns the entry if it already is as wanted, and otherwise refuses because somebody else
/// changed it.
async fn changed(visit: &Visit, id: CampaignId, wanted: &CampaignPlan) -> Result<Tagged, Problem> {
    let now = campaigns(visit)?.campaign(id).await?;
    if now.plan == *wanted {
        return shown(visit, &now).await;
    }
    Err(Problem::new(Slug::TagPassed, format!("It is in version {} now.", now.revision)))
}

/// Shows the text of a plan as customers would get it, and the time at which it would begin.
/// Nothing is saved.
pub(super) async fn preview(
    visit: Visit,
    given: Given<FestivalBody>,
) -> Result<Json<PreviewedShape>, Problem> {
    Parameters::none(&visit)?;
    let campaigns = campaigns(&visit)?;
    let plan = given.body.sketch()?;
    let begins = campaigns.begins(&plan).await;
    let sketch = Campaign::new(CampaignId::from_bytes([0; 16]), plan, visit.now);
    let shown = campaigns.preview(&sketch).await?;
    PreviewedShape::of(&shown, begins).map(Json)
}

/// Festivals that the calendar of a place suggests.
pub(super) async fn suggestions(visit: Visit) -> Result<Json<SuggestionsShape>, Problem> {
    campaigns(&visit)?;
    let mut parameters = Parameters::read(&visit.query, &["place"], &[])?;
    let place: Place = match parameters.take("place") {
        Some(text) => body::place(&text, |slug, why| refuse(slug, "place", why))?,
        None => visit.inner.places.first().copied().unwrap_or(Place::INDIA),
    };
    let sight = Sight::of(&visit).await?;
    let today = sight.eyes(&visit).times().today();
    let suggestions = found(place, today).iter().map(SuggestionShape::from).collect();
    Ok(Json(SuggestionsShape { place: place.code(), suggestions }))
}

/// A page of the recipients of an entry.
pub(super) async fn recipients(
    visit: Visit,
    named: NamedFestival,
) -> Result<Json<RecipientsShape>, Problem> {
    let mut parameters = Parameters::read(&visit.query, &["state", "after", "limit"], &[])?;
    let limit = parameters.number("limit", 1, RECIPIENTS_MAX)?.unwrap_or(RECIPIENTS);
    let state = match parameters.take("state") {
        Some(word) => {
            let right = "waiting, queued, sent, failed or left_out is expected";
            Some(word.parse().map_err(|_| refuse(Slug::Query, "state", right))?)
        }
        None => None,
    };
    let secret = &visit.inner.secret;
    let after = match parameters.take("after") {
        Some(text) => Some(number(&text, named.0, secret).ok_or_else(|| no_place(Slug::Value))?),
        None => None,
    };
    let campaign = campaigns(&visit)?.campaign(named.0).await?;
    if campaign.frozen.is_none() {
        return Ok(Json(RecipientsShape { recipients: Vec::new(), next: None }));
    }
    let people = People { state, after };
    let (found, next) = people_page(&visit, &campaign, &people, limit as usize).await?;
    let next = next.and_then(|next| sealed(next.as_str(), named.0, secret));
    let may_see = visit.may_act();
    let recipients = found.iter().map(|one| RecipientShape::of(one, may_see)).collect();
    Ok(Json(RecipientsShape { recipients, next }))
}
