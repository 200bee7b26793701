//! Check of the connection: the gateway is reachable and accepts the key.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::given::{Given, NothingBody, Parameters};
use super::problem::Problem;
use super::schema;
use crate::page::settings::connection::{origin, probe, said};
use crate::visit::Visit;

/// Answer of the gateway.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Connection)]
pub(crate) struct ConnectionShape {
    #[schema(schema_with = schema::connection_answers)]
    answer: &'static str,
    /// The answer in a sentence.
    text: String,
    /// `••••` and the key's last 4 characters, or the reason why there is none; present if the
    /// program tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// Source of the key, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_from: Option<String>,
    /// The gateway's address that this process uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Reason why the settings cannot change the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    address_is_fixed: Option<String>,
}

/// Asks the gateway. No message is sent.
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
