//! The attempts to send a message.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use whatsapp_core::message::Attempt;
use whatsapp_core::port::StoreError;

use super::given::Parameters;
use super::problem::Problem;
use super::schema;
use super::slug::Slug;
use crate::page::eyes::{Eyes, Sight};
use crate::visit::{Named, Visit};

/// The attempts to send a message.
#[derive(Serialize, ToSchema)]
#[schema(as = Attempts)]
pub(crate) struct AttemptsShape {
    /// The attempts, the oldest first.
    attempts: Vec<AttemptShape>,
}

/// One attempt to send a message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Attempt)]
struct AttemptShape {
    /// Number of the attempt: 1 for the first.
    #[schema(minimum = 1)]
    no: u32,
    /// The part of the message that this attempt sent.
    #[schema(schema_with = schema::parts)]
    part: &'static str,
    /// Time at which the attempt began, before its POST.
    #[schema(format = "date-time")]
    started_at: String,
    /// Time at which the reply, or its absence, was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    finished_at: Option<String>,
    /// Result of the attempt; absent while it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::attempt_outcomes)]
    outcome: Option<&'static str>,
    /// The HTTP status of the gateway's reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    http_status: Option<u16>,
    /// Course of the attempt, in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The gateway's id of the message; shown to managers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway_id: Option<String>,
    /// Time at which the gateway fetched the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    fetched_at: Option<String>,
    /// Number of bytes of the file that the gateway fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    fetched_bytes: Option<u64>,
}

impl AttemptShape {
    /// An attempt, with the details that this visitor may see.
    fn of(attempt: &Attempt, eyes: &Eyes<'_>) -> Self {
        Self {
            no: attempt.no,
            part: attempt.part.as_str(),
            started_at: schema::instant(attempt.started_at),
            finished_at: attempt.finished_at.map(schema::instant),
            outcome: attempt.outcome.map(whatsapp_core::message::AttemptOutcome::as_str),
            http_status: attempt.http_status,
            detail: attempt.detail.clone(),
            gateway_id: attempt.gateway_id.clone().filter(|_| eyes.may_act),
            fetched_at: attempt.fetched_at.map(schema::instant),
            fetched_bytes: attempt.fetched_bytes,
        }
    }
}

/// Lists the attempts to send a message.
pub(crate) async fn list(visit: Visit, named: Named) -> Result<Json<AttemptsShape>, Problem> {
    Parameters::none(&visit)?;
    let log = visit.ports().log();
    match log.message(named.0).await {
        Ok(None) => return Err(Problem::of(Slug::UnknownMessage)),
        // Attempts are read separately: they can be shown although the row is unreadable.
        Ok(Some(_)) | Err(StoreError::Corrupt { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let attempts = log.attempts(named.0).await?;
    let attempts = attempts.iter().map(|it| AttemptShape::of(it, &eyes)).collect();
    Ok(Json(AttemptsShape { attempts }))
}
