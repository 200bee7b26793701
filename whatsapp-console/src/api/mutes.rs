//! Keeping messages back from a customer, and ending that.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use whatsapp_core::MuteId;
use whatsapp_core::mute::{Mute, MuteOf, MuteOn};

use super::given::{Given, NothingBody, Parameters, Path};
use super::problem::Problem;
use super::schema;
use super::slug::Slug;
use crate::page::customer::mutes::of;
use crate::soon::soon;
use crate::visit::Visit;

/// What keeps messages back.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Mute)]
pub(crate) struct MuteShape {
    #[schema(format = "uuid")]
    id: String,
    #[schema(schema_with = schema::mutes)]
    of: &'static str,
    #[schema(schema_with = schema::muted)]
    on: &'static str,
    /// It in a sentence.
    text: String,
    /// Since when.
    #[schema(format = "date-time")]
    at: String,
    /// Who muted it, where it was a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

/// What of a customer's is muted still.
#[derive(Serialize, ToSchema)]
#[schema(as = Mutes)]
pub(crate) struct MutesShape {
    mutes: Vec<MuteShape>,
}

/// Keeps messages back from a customer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MuteCustomer)]
pub(crate) struct MuteBody {
    #[schema(schema_with = schema::mutes)]
    of: MuteOf,
}

impl From<&Mute> for MuteShape {
    fn from(mute: &Mute) -> Self {
        Self {
            id: mute.id.to_string(),
            of: mute.of.as_str(),
            on: mute.on.kind(),
            text: mute.sentence(),
            at: schema::instant(mute.at),
            by: mute.by.user().map(ToString::to_string),
        }
    }
}

/// Keeps messages back. Twice is once.
pub(crate) async fn mute(
    visit: Visit,
    path: Path,
    given: Given<MuteBody>,
) -> Result<Json<MuteShape>, Problem> {
    Parameters::none(&visit)?;
    keeps(&visit)?;
    let (inner, by, of) = (visit.inner.clone(), visit.actor(), given.body.of);
    let on = MuteOn::Customer(path.customer()?);
    let muted = async move { inner.desk.mute(on, of, &by).await };
    Ok(Json(MuteShape::from(&visit.inner.work.finish(muted).await??)))
}

/// Ends it. Twice is once.
pub(crate) async fn end(
    visit: Visit,
    path: Path,
    _: Given<NothingBody>,
) -> Result<Json<MutesShape>, Problem> {
    Parameters::none(&visit)?;
    keeps(&visit)?;
    let customer = path.customer()?;
    let id: MuteId = path.get("mute").parse().map_err(|_| Problem::of(Slug::UnknownMute))?;
    let (inner, by) = (visit.inner.clone(), visit.actor());
    visit.inner.work.finish(async move { inner.desk.unmute(id, &by).await }).await??;
    let record = soon(visit.inner.messenger.customer(&customer)).await;
    let record = record.and_then(Result::ok).flatten();
    let mutes = of(&visit, &customer, record.as_ref()).await?;
    Ok(Json(MutesShape { mutes: mutes.iter().flatten().map(MuteShape::from).collect() }))
}

fn keeps(visit: &Visit) -> Result<(), Problem> {
    let none = || Problem::new(Slug::NotSetUp, "This program keeps no mutes.");
    visit.ports().keeps_mutes().then_some(()).ok_or_else(none)
}
