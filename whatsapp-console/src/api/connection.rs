//! Whether the gateway is there and takes the key.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::given::{Given, NothingBody, Parameters};
use super::problem::Problem;
use super::schema;
use crate::page::settings::connection::{origin, probe, said};
use crate::visit::Visit;

/// What the gateway answered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Connection)]
pub(crate) struct ConnectionShape {
    #[schema(schema_with = schema::connection_answers)]
    answer: &'static str,
    /// It in a sentence.
    text: String,
    /// `••••` and the key's last 4 characters, or why there is none; where the program says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// Where the key comes from, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_from: Option<String>,
    /// The address at work in this process.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Why the settings do not change the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    address_is_fixed: Option<String>,
}

/// Asks the gateway. Nothing is sent to anybody.
pub(crate) async fn test(
    visit: Visit,
    _: Given<NothingBody>,
) -> Result<Json<ConnectionShape>, Problem> {
    Parameters::none(&visit)?;
    let (answer, t) = (probe(&visit).await?, visit.texts());
    let key = visit.inner.desk.gateway_key().await;
    let address = visit.inner.messenger.gateway_address().await?;
    Ok(Json(ConnectionShape {
        answer: answer.word(),
        text: answer.told(t),
        key: key.as_ref().map(said),
        key_from: key.as_ref().map(|key| origin(key, t)),
        address: address.in_use,
        address_is_fixed: address.fixed,
    }))
}
