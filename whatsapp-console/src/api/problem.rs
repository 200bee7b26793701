//! Problem documents (RFC 9457) for calls that were not done. Front ends of the predecessor read
//! them too.

pub(crate) mod of_core;
mod of_pages;

use axum::Json;
use axum::http::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use whatsapp_core::MessageId;

use super::slug::Slug;
use crate::words::sentence;

/// Prefix of the word in a problem's `type`.
pub(crate) const TYPE: &str = "urn:whatsapp-console:problem:";

/// The reason why a call was not done. A handler returns it; the guard, which knows the request's
/// id, turns it into a document.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    slug: Slug,
    /// A sentence for people, without anything that a viewer may not see.
    detail: String,
    faults: Vec<Fault>,
    status: StatusCode,
    message: Option<MessageId>,
    /// The cause, for the log only, if the fault is the server's.
    cause: Option<String>,
}

/// A fault in one place of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fault {
    /// The place in the body, as a JSON pointer in a fragment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "#/placeholders/invoiceNumber")]
    pub(crate) pointer: Option<String>,
    /// The name of the parameter in the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parameter: Option<String>,
    /// Description of the fault.
    pub(crate) detail: String,
}

/// A problem document.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub(crate) struct Document {
    /// Kind of problem: `urn:whatsapp-console:problem:` and a word.
    #[schema(format = "uri", example = "urn:whatsapp-console:problem:missing-value")]
    r#type: String,
    /// Title of this kind of problem.
    title: &'static str,
    /// The HTTP status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// The fault in this call, and advice.
    detail: String,
    /// Places of the fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Fault>,
    /// Always `false`, for readers of the predecessor.
    success: bool,
    /// The fault in one sentence, for readers of the predecessor.
    error: String,
    /// The id of the message in the log, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    message_log_id: Option<String>,
    /// The id of the request, as in the host's log.
    #[schema(min_length = 16, max_length = 16)]
    request_id: String,
}

impl Fault {
    /// A fault in a member of the body, named by its path of member names.
    pub(crate) fn at(names: &[&str], detail: impl Into<String>) -> Self {
        let escaped = |name: &&str| format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        let pointer = format!("#{}", names.iter().map(escaped).collect::<String>());
        Self { pointer: Some(pointer), parameter: None, detail: detail.into() }
    }

    /// A fault in a parameter of the address.
    pub(crate) fn of(parameter: &str, detail: impl Into<String>) -> Self {
        Self { pointer: None, parameter: Some(parameter.to_owned()), detail: detail.into() }
    }
}

impl Problem {
    /// A problem of this kind.
    pub(crate) fn new(slug: Slug, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { slug, detail, faults: vec![], status: slug.status(), message: None, cause: None }
    }

    /// A problem whose kind says everything.
    pub(crate) fn of(slug: Slug) -> Self {
        Self::new(slug, slug.todo())
    }

    /// A problem with the text of an error of the core, as a sentence.
    pub(crate) fn saying(slug: Slug, error: &impl ToString) -> Self {
        Self::new(slug, sentence(&error.to_string()))
    }

    /// A problem with the text of an error, about a member of the body.
    pub(crate) fn of_member(slug: Slug, member: &str, error: &impl ToString) -> Self {
        let error = error.to_string();
        let detail = format!("{member}: {}.", error.trim_end_matches('.'));
        Self::new(slug, detail).with(Fault::at(&[member], error))
    }

    /// A problem that is the server's fault: its cause goes to the log only.
    pub(crate) fn caused(slug: Slug, cause: &impl ToString) -> Self {
        Self { cause: Some(cause.to_string()), ..Self::of(slug) }
    }

    /// Adds the place of the fault.
    pub(crate) fn with(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Adds the message in the log that the problem is about.
    pub(crate) const fn about(mut self, message: MessageId) -> Self {
        self.message = Some(message);
        self
    }

    /// Sets another status than the usual one of this kind.
    pub(crate) const fn answered(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Returns the kind of problem.
    pub(crate) const fn slug(&self) -> Slug {
        self.slug
    }

    /// Returns the description of the fault in this call.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// Returns the places of the fault.
    pub(crate) fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Returns the fault and the advice of its kind, unless the detail contains the advice already.
    pub(crate) fn told(&self) -> String {
        let (detail, todo) = (self.detail.as_str(), self.slug.todo());
        let is_said = detail == todo || todo.contains("the detail") || todo.contains("the pointer");
        if is_said { detail.to_owned() } else { format!("{detail} {todo}") }
    }

    /// Returns the fault in one sentence.
    pub(crate) fn error(&self) -> String {
        let Self { slug, detail, .. } = self;
        format!("{}: {}", slug.title(), detail.trim_end_matches('.'))
    }

    /// Builds the document that answers a request. A server's fault is logged.
    pub(crate) fn answer(self, request_id: &str) -> Response {
        if self.status.is_server_error() {
            tracing::error!(
                problem = self.slug.word(),
                "{}",
                self.cause.as_deref().unwrap_or_default()
            );
        }
        let (detail, error) = (self.told(), self.error());
        let document = Document {
            r#type: format!("{TYPE}{}", self.slug.word()),
            title: self.slug.title(),
            status: self.status.as_u16(),
            detail,
            errors: self.faults,
            success: false,
            error,
            message_log_id: self.message.map(|id| id.to_string()),
            request_id: request_id.to_owned(),
        };
        let mut response = (self.status, Json(document)).into_response();
        let headers = response.headers_mut();
        let mut put =
            |name: HeaderName, value| headers.insert(name, HeaderValue::from_static(value));
        put(CONTENT_TYPE, "application/problem+json");
        if self.status == StatusCode::UNAUTHORIZED {
            put(WWW_AUTHENTICATE, "Bearer");
        }
        if let Some(seconds) = self.slug.retry_after() {
            put(RETRY_AFTER, seconds);
        }
        response
    }
}

impl IntoResponse for Problem {
    /// The bare status, which carries the problem to the guard.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_says_what_is_wrong_and_what_to_do_and_leads_nowhere_else() {
        for slug in Slug::ALL {
            let told = Problem::new(*slug, "It is so.").told();
            assert!(told.starts_with("It is so.") && told.ends_with('.'), "{told}");
            assert!(!told.contains("the detail"), "{told}");
        }
        let asks = Problem::new(Slug::OutsideHours, "It would go out at night.");
        let told =
            "It would go out at night. Ask a person, and call again with outsideHours: true.";
        assert_eq!(asks.told(), told);
        // The advice is for programs; people read the fault.
        assert_eq!(
            asks.error(),
            "It would go out outside the permitted hours: It would go out at night"
        );
        assert_eq!(Problem::of(Slug::NotJson).told(), Slug::NotJson.todo());
        let of = Problem::of_member(Slug::Value, "seen", &"it is none.");
        assert_eq!(
            (of.detail(), of.faults()[0].pointer.as_deref()),
            ("seen: it is none.", Some("#/seen"))
        );
    }
}
