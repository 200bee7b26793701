//! Who asks.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::given::Parameters;
use super::problem::Problem;
use super::schema;
use crate::gate::{Credential, Role};
use crate::visit::Visit;

/// Who asks.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Visitor)]
pub(crate) struct VisitorShape {
    /// The host's key of the person, under which the audit keeps what is done.
    user_id: String,
    name: String,
    #[schema(schema_with = schema::roles)]
    role: &'static str,
    /// Whether the person may do more than look.
    may_act: bool,
    /// Of whoever is known by a cookie: each POST has it in the header `X-CSRF-Token`. It holds for 8 days,
    /// and looks different each time.
    #[serde(skip_serializing_if = "Option::is_none")]
    csrf_token: Option<String>,
}

/// Says who asks.
pub(crate) async fn show(visit: Visit) -> Result<Json<VisitorShape>, Problem> {
    Parameters::none(&visit)?;
    let may_act = visit.may_act();
    let Visit { visitor, csrf, .. } = visit;
    Ok(Json(VisitorShape {
        user_id: visitor.user.to_string(),
        name: visitor.name.as_str().to_owned(),
        role: match visitor.role {
            Role::Viewer => "viewer",
            Role::Manager => "manager",
            Role::Admin => "admin",
        },
        may_act,
        csrf_token: (visitor.by == Credential::Ambient).then_some(csrf),
    }))
}
