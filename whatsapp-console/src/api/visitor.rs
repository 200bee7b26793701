//! The visitor: the person who makes the call.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::given::Parameters;
use super::problem::Problem;
use super::schema;
use crate::gate::{Credential, Role};
use crate::visit::Visit;

/// The person who makes the call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Visitor)]
pub(crate) struct VisitorShape {
    /// The host's key of the person; the audit records acts under it.
    user_id: String,
    /// Name of the person.
    name: String,
    #[schema(schema_with = schema::roles)]
    role: &'static str,
    /// True if the person may act, and not only look.
    may_act: bool,
    /// For a visitor with a cookie: each POST must send it in the header `X-CSRF-Token`. It is
    /// valid for 8 days, and looks different each time.
    #[serde(skip_serializing_if = "Option::is_none")]
    csrf_token: Option<String>,
}

/// Returns the visitor who makes the call.
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
