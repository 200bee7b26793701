//! The account at the gateway: whether it sends, and stopping and resuming it.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use whatsapp_core::account::Account;

use super::given::{Given, Parameters};
use super::problem::Problem;
use super::schema;
use crate::visit::Visit;

/// The account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Account)]
pub(crate) struct AccountShape {
    is_paused: bool,
    /// A person stopped it: it goes on only by hand.
    is_paused_by_hand: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::pause_reasons)]
    reason: Option<&'static str>,
    /// The reason in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    since: Option<String>,
    /// When it is tried again; not there where only a person can lift it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    until: Option<String>,
}

impl From<&Account> for AccountShape {
    fn from(account: &Account) -> Self {
        let (pause, is_held) = (account.pause.as_ref(), account.is_held());
        Self {
            is_paused: pause.is_some(),
            is_paused_by_hand: is_held,
            reason: pause.map(|it| it.reason.as_str()),
            reason_text: pause.map(whatsapp_core::account::Pause::words),
            advice: pause.map(|it| it.reason.advice()),
            since: pause.map(|it| schema::instant(it.since)),
            until: pause.filter(|_| !is_held).map(|it| schema::instant(it.until)),
        }
    }
}

/// Nothing has to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Nothing)]
pub(crate) struct NothingBody {}

/// The account as it stands.
pub(crate) async fn show(visit: Visit) -> Result<Json<AccountShape>, Problem> {
    Parameters::none(&visit)?;
    stands(&visit).await
}

async fn stands(visit: &Visit) -> Result<Json<AccountShape>, Problem> {
    Ok(Json(AccountShape::from(&visit.inner.desk.account().await?)))
}

/// Stops all sending. Twice is once.
pub(crate) async fn pause(
    visit: Visit,
    _: Given<NothingBody>,
) -> Result<Json<AccountShape>, Problem> {
    Parameters::none(&visit)?;
    let (inner, by) = (visit.inner.clone(), visit.actor());
    visit.inner.work.finish(async move { inner.desk.pause(&by).await }).await??;
    visit.inner.cache.forget().await;
    stands(&visit).await
}

/// Lets it go on. Twice is once.
pub(crate) async fn resume(
    visit: Visit,
    _: Given<NothingBody>,
) -> Result<Json<AccountShape>, Problem> {
    Parameters::none(&visit)?;
    let (inner, by) = (visit.inner.clone(), visit.actor());
    visit.inner.work.finish(async move { inner.desk.resume(&by).await }).await??;
    visit.inner.cache.forget().await;
    stands(&visit).await
}
