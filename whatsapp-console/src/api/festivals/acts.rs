//! Acts on an entry of the calendar: check, arm, pause, resume, cancel, confirm, copy and try out.

use std::future::Future;

use axum::Json;
use whatsapp_core::audit::Actor;
use whatsapp_core::campaign::{Campaign, CampaignState};
use whatsapp_core::campaigns::{Agreed, CampaignError, TrialTo};
use whatsapp_core::festival::Place;
use whatsapp_core::{Campaigns, MessageId};

use super::body::{ArmBody, ConfirmBody, CopyBody, TryBody, place, usual};
use super::shape::{CheckedShape, TriedShape};
use super::{Tagged, campaigns, made, shown};
use crate::api::given::{Given, NothingBody, Parameters};
use crate::api::problem::Problem;
use crate::api::slug::Slug;
use crate::api::tag::SeenOrNot;
use crate::visit::{NamedFestival, Visit};

/// Tells the result of arming an entry now. Nothing is written.
pub(super) async fn check(
    visit: Visit,
    named: NamedFestival,
    _: Given<NothingBody>,
) -> Result<Json<CheckedShape>, Problem> {
    Parameters::none(&visit)?;
    let checked = campaigns(&visit)?.look(named.0).await?;
    Ok(Json(CheckedShape::from(&checked)))
}

/// Runs an act to its end and returns the entry. If the entry is in the wanted state already, it is
/// returned unchanged, so that the act is idempotent. If the call names a version, the act applies
/// to that version only.
async fn done(
    visit: &Visit,
    named: NamedFestival,
    work: impl Future<Output = Result<Campaign, CampaignError>> + Send + 'static,
    seen: SeenOrNot,
    wanted: &[CampaignState],
) -> Result<Tagged, Problem> {
    let campaign = match visit.inner.work.finish(work).await? {
        Ok(campaign) => campaign,
        Err(CampaignError::Forbidden(state)) if wanted.contains(&state) => {
            campaigns(visit)?.campaign(named.0).await?
        }
        Err(CampaignError::Changed) if seen.0.is_some() => {
            let now = campaigns(visit)?.campaign(named.0).await?;
            let why = format!("It is in version {} now.", now.revision);
            return Err(Problem::new(Slug::TagPassed, why));
        }
        Err(error) => return Err(error.into()),
    };
    visit.inner.cache.forget().await;
    shown(visit, &campaign).await
}

/// Arms an entry in the state that was checked.
pub(super) async fn arm(
    visit: Visit,
    named: NamedFestival,
    given: Given<ArmBody>,
) -> Result<Tagged, Problem> {
    Parameters::none(&visit)?;
    let agreed = given.body.agreed.parse::<Agreed>();
    let agreed = agreed.map_err(|error| Problem::of_member(Slug::Value, "agreed", &error))?;
    let (campaigns, by) = (campaigns(&visit)?.clone(), visit.actor());
    let work = async move { campaigns.arm_agreed(named.0, &agreed, &by).await };
    done(&visit, named, work, SeenOrNot(None), &[CampaignState::Armed, CampaignState::Running])
        .await
}

/// Runs an act on the version that was seen.
async fn over<W>(
    visit: &Visit,
    named: NamedFestival,
    seen: SeenOrNot,
    wanted: &[CampaignState],
    work: impl FnOnce(Campaigns, Option<u32>, Actor) -> W,
) -> Result<Tagged, Problem>
where
    W: Future<Output = Result<Campaign, CampaignError>> + Send + 'static,
{
    Parameters::none(visit)?;
    let work = work(campaigns(visit)?.clone(), seen.0, visit.actor());
    done(visit, named, work, seen, wanted).await
}

/// Pauses an entry.
pub(super) async fn pause(
    visit: Visit,
    named: NamedFestival,
    seen: SeenOrNot,
    _: Given<NothingBody>,
) -> Result<Tagged, Problem> {
    over(&visit, named, seen, &[CampaignState::Paused], |campaigns, seen, by| async move {
        campaigns.pause_over(named.0, seen, &by).await
    })
    .await
}

/// Resumes a paused entry.
pub(super) async fn resume(
    visit: Visit,
    named: NamedFestival,
    seen: SeenOrNot,
    _: Given<NothingBody>,
) -> Result<Tagged, Problem> {
    let wanted = [CampaignState::Armed, CampaignState::Running];
    over(&visit, named, seen, &wanted, |campaigns, seen, by| async move {
        campaigns.resume_over(named.0, seen, &by).await
    })
    .await
}

/// Cancels an entry for good.
pub(super) async fn cancel(
    visit: Visit,
    named: NamedFestival,
    seen: SeenOrNot,
    _: Given<NothingBody>,
) -> Result<Tagged, Problem> {
    over(&visit, named, seen, &[CampaignState::Cancelled], |campaigns, seen, by| async move {
        campaigns.cancel_over(named.0, seen, &by).await
    })
    .await
}

/// Confirms the date of an entry, or moves it to the date that was announced.
pub(super) async fn confirm(
    visit: Visit,
    named: NamedFestival,
    seen: SeenOrNot,
    given: Given<ConfirmBody>,
) -> Result<Tagged, Problem> {
    Parameters::none(&visit)?;
    let date = usual(given.body.date)?;
    over(&visit, named, seen, &[], |campaigns, seen, by| async move {
        campaigns.confirm_date_over(named.0, seen, date, &by).await
    })
    .await
}

/// Copies an entry as a draft for the following year.
pub(super) async fn copy(
    visit: Visit,
    named: NamedFestival,
    given: Given<CopyBody>,
) -> Result<Tagged, Problem> {
    Parameters::none(&visit)?;
    let CopyBody { place: letters, id } = given.body;
    let place = match letters {
        Some(letters) => place(&letters, |slug, why| {
            let slug = if slug == Slug::Query { Slug::Body } else { slug };
            Problem::of_member(slug, "place", &why)
        })?,
        None => visit.inner.places.first().copied().unwrap_or(Place::INDIA),
    };
    let (campaigns, by) = (campaigns(&visit)?.clone(), visit.actor());
    let fresh = id.unwrap_or_else(|| campaigns.fresh_id());
    let work = async move {
        let next = campaigns.copy_to_next_year_as(fresh, named.0, place, &by).await;
        next.map(|next| next.campaign)
    };
    made(&visit, work).await
}

/// Sends the message of an entry to one number at once.
pub(super) async fn try_out(
    visit: Visit,
    named: NamedFestival,
    given: Given<TryBody>,
) -> Result<Json<TriedShape>, Problem> {
    Parameters::none(&visit)?;
    let TryBody { whatsapp_number, id } = given.body;
    let (campaigns, by) = (campaigns(&visit)?.clone(), visit.actor());
    let fresh = || MessageId::from_bytes(campaigns.fresh_id().into_bytes());
    let trial = id.unwrap_or_else(fresh);
    let to = TrialTo::new(visit.visitor.name.clone(), whatsapp_number);
    let work = async move { campaigns.send_to_me_as(trial, named.0, &to, &by).await };
    let id = visit.inner.work.finish(work).await??;
    Ok(Json(TriedShape { message_log_id: id.to_string() }))
}
