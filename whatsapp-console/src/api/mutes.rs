//! Mutes: messages kept back from a customer or about an invoice, and the end of a mute.

use std::collections::BTreeSet;

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use whatsapp_core::mute::{Mute, MuteOf, MuteOn};
use whatsapp_core::port::MuteFilter;
use whatsapp_core::{InvoiceId, MuteId};

use super::given::{Given, NothingBody, Parameters, Path};
use super::problem::Problem;
use super::schema;
use super::slug::Slug;
use crate::page::customer::mutes::{number_of, of};
use crate::soon::soon;
use crate::visit::Visit;

/// Maximum number of mutes read for one customer, number or invoice; there is one of each kind.
const MOST: u32 = 20;

/// A mute: it keeps messages back.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Mute)]
pub(crate) struct MuteShape {
    /// Id of the mute.
    #[schema(format = "uuid")]
    id: String,
    #[schema(schema_with = schema::mutes)]
    of: &'static str,
    #[schema(schema_with = schema::muted)]
    on: &'static str,
    /// The host's key of the muted invoice.
    #[serde(skip_serializing_if = "Option::is_none")]
    invoice_id: Option<String>,
    /// The mute in a sentence.
    text: String,
    /// Time since which messages are kept back.
    #[schema(format = "date-time")]
    at: String,
    /// The person who muted it, if it was a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

/// The mutes at present.
#[derive(Serialize, ToSchema)]
#[schema(as = Mutes)]
pub(crate) struct MutesShape {
    /// The mutes that are in force.
    mutes: Vec<MuteShape>,
}

/// Mute of a customer, or of the customer's number.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MuteCustomer)]
pub(crate) struct MuteBody {
    #[schema(schema_with = schema::mutes)]
    of: MuteOf,
    /// Target of the mute: the customer at any number, or the number in the customer's record for
    /// all customers who have it. By default the customer.
    #[serde(default)]
    on: Whom,
}

/// Target of a mute: the customer or the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = MuteWhom)]
enum Whom {
    #[default]
    Customer,
    Number,
}

/// Mute of an invoice.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MuteInvoice)]
pub(crate) struct MuteInvoiceBody {
    #[schema(schema_with = schema::mutes)]
    of: MuteOf,
}

impl From<&Mute> for MuteShape {
    fn from(mute: &Mute) -> Self {
        Self {
            id: mute.id.to_string(),
            of: mute.of.as_str(),
            on: mute.on.kind(),
            invoice_id: match &mute.on {
                MuteOn::Invoice(invoice) => Some(invoice.to_string()),
                MuteOn::Customer(_) | MuteOn::Number(_) => None,
            },
            text: mute.sentence(),
            at: schema::instant(mute.at),
            by: mute.by.user().map(ToString::to_string),
        }
    }
}

/// Mutes a customer or a number. Idempotent: a second call changes nothing.
pub(crate) async fn mute(
    visit: Visit,
    path: Path,
    given: Given<MuteBody>,
) -> Result<Json<MuteShape>, Problem> {
    Parameters::none(&visit)?;
    keeps(&visit)?;
    let customer = path.customer()?;
    let on = match given.body.on {
        Whom::Customer => MuteOn::Customer(customer),
        Whom::Number => {
            let record = visit.inner.messenger.customer(&customer).await?;
            let record = record.ok_or_else(|| Problem::of(Slug::UnknownCustomer))?;
            let number = number_of(Some(&record));
            MuteOn::number(&number.ok_or_else(|| Problem::of(Slug::BadNumber))?)
        }
    };
    set(&visit, on, given.body.of).await
}

/// Mutes an invoice. Idempotent: a second call changes nothing.
pub(crate) async fn mute_invoice(
    visit: Visit,
    path: Path,
    given: Given<MuteInvoiceBody>,
) -> Result<Json<MuteShape>, Problem> {
    Parameters::none(&visit)?;
    keeps(&visit)?;
    set(&visit, MuteOn::Invoice(path.invoice()?), given.body.of).await
}

async fn set(visit: &Visit, on: MuteOn, of: MuteOf) -> Result<Json<MuteShape>, Problem> {
    let (inner, by) = (visit.inner.clone(), visit.actor());
    let muted = async move { inner.desk.mute(on, of, &by).await };
    let muted = visit.inner.work.finish(muted).await??;
    visit.inner.cache.forget().await;
    Ok(Json(MuteShape::from(&muted)))
}

/// Lists the mutes of an invoice.
pub(crate) async fn of_invoice(visit: Visit, path: Path) -> Result<Json<MutesShape>, Problem> {
    Parameters::none(&visit)?;
    keeps(&visit)?;
    on_invoice(&visit, path.invoice()?).await
}

async fn on_invoice(visit: &Visit, invoice: InvoiceId) -> Result<Json<MutesShape>, Problem> {
    let filter = MuteFilter::about(MuteOn::Invoice(invoice));
    let mutes = visit.inner.desk.mutes(&filter, None, MOST).await?;
    Ok(Json(MutesShape { mutes: mutes.iter().map(MuteShape::from).collect() }))
}

/// Ends a mute of an invoice. Idempotent: a second call changes nothing.
pub(crate) async fn end_of_invoice(
    visit: Visit,
    path: Path,
    _: Given<NothingBody>,
) -> Result<Json<MutesShape>, Problem> {
    Parameters::none(&visit)?;
    keeps(&visit)?;
    let invoice = path.invoice()?;
    lift(&visit, &path).await?;
    on_invoice(&visit, invoice).await
}

async fn lift(visit: &Visit, path: &Path) -> Result<(), Problem> {
    let id: MuteId = path.get("mute").parse().map_err(|_| Problem::of(Slug::UnknownMute))?;
    let (inner, by) = (visit.inner.clone(), visit.actor());
    visit.inner.work.finish(async move { inner.desk.unmute(id, &by).await }).await??;
    visit.inner.cache.forget().await;
    Ok(())
}

/// Ends a mute of a customer or a number. Idempotent: a second call changes nothing.
pub(crate) async fn end(
    visit: Visit,
    path: Path,
    _: Given<NothingBody>,
) -> Result<Json<MutesShape>, Problem> {
    Parameters::none(&visit)?;
    keeps(&visit)?;
    let customer = path.customer()?;
    lift(&visit, &path).await?;
    let record = soon(visit.inner.messenger.customer(&customer)).await;
    let record = record.and_then(Result::ok).flatten();
    let mutes = of(&visit, &customer, record.as_ref(), &BTreeSet::new()).await?;
    Ok(Json(MutesShape { mutes: mutes.iter().flatten().map(MuteShape::from).collect() }))
}

fn keeps(visit: &Visit) -> Result<(), Problem> {
    let none = || Problem::new(Slug::NotSetUp, "This program keeps no mutes.");
    visit.ports().offers().keeps_mutes.then_some(()).ok_or_else(none)
}
