//! Answers that say no: a problem document (RFC 9457) for callers of the shop's API, and a sentence
//! for everybody else. None is empty.

use axum::Json;
use axum::body::HttpBody as _;
use axum::extract::Request;
use axum::http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::input::Problem;
use crate::shop::ShopError;
use crate::staff::CONSOLE;

/// Words with which the addresses of the shop's API begin.
const API: [&str; 5] = ["customers", "invoices", "orders", "messages", "health"];

/// Refusal of a call: the status, and the reason in a sentence.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) StatusCode, pub(crate) String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(status, why) = self;
        let title = status.canonical_reason().unwrap_or_default();
        let problem = json!({
            "title": title, "status": status.as_u16(), "detail": why, "error": why,
        });
        let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
        (status, kind, Json(problem)).into_response()
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(StatusCode::UNPROCESSABLE_ENTITY, problem.0)
    }
}

impl From<ShopError> for Refusal {
    fn from(error: ShopError) -> Self {
        let status = match &error {
            ShopError::NoCustomer => StatusCode::UNPROCESSABLE_ENTITY,
            ShopError::NoInvoice(_) | ShopError::NoOrder(_) => StatusCode::NOT_FOUND,
            ShopError::NumberTaken(_) | ShopError::Meanwhile => StatusCode::CONFLICT,
            ShopError::Pdf(_) => StatusCode::INTERNAL_SERVER_ERROR,
            ShopError::Database(source) => {
                tracing::error!(error = %source, "the shop's rows could not be read or written");
                StatusCode::SERVICE_UNAVAILABLE
            }
            ShopError::Planner(source) => {
                tracing::error!(error = %source, "a reminder could not be made");
                StatusCode::SERVICE_UNAVAILABLE
            }
            ShopError::Store(source) => {
                tracing::error!(error = %source, "a message could not be written");
                StatusCode::SERVICE_UNAVAILABLE
            }
        };
        Self(status, error.to_string())
    }
}

/// Gives words to a refusal that a router made without any.
pub(crate) async fn in_words(request: Request, next: Next) -> Response {
    let begin = request.uri().path().split('/').nth(1).unwrap_or_default().to_owned();
    let response = next.run(request).await;
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    if !is_refusal || response.body().size_hint().exact() != Some(0) {
        return response;
    }
    let allowed = response.headers().get(ALLOW).and_then(|it| it.to_str().ok());
    let why = match (status, allowed) {
        (StatusCode::NOT_FOUND, _) => "There is nothing at this address.".to_owned(),
        (StatusCode::METHOD_NOT_ALLOWED, Some(allowed)) => {
            format!("This address is to be asked by {}.", allowed.replace(',', ", "))
        }
        _ => format!("{}.", status.canonical_reason().unwrap_or("The request was refused")),
    };
    let mut said = if API.contains(&begin.as_str()) {
        Refusal(status, why).into_response()
    } else {
        (status, format!("{why} The pages for managers are at {CONSOLE}.\n")).into_response()
    };
    let kept = response.headers().iter().filter(|(name, _)| *name != CONTENT_LENGTH);
    for (name, value) in kept {
        said.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    said
}
