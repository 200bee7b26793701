//! CORS: the other origins whose front ends may call the API, and the answer to preflight requests.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
    VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

/// The headers that supabase-js sends, the idempotency key, and the version that was seen.
const MAY_SEND: &str = "authorization, x-client-info, apikey, content-type, x-region, x-retry-count, \
                        idempotency-key, if-match";

/// The headers that a front end may read.
const MAY_READ: &str = "retry-after, x-request-id, idempotent-replayed, content-disposition, etag";

/// The origins whose front ends may call the API. They show a token: no cookie comes from there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origins(pub(crate) Vec<String>);

impl Origins {
    fn allowed(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(ORIGIN)?;
        self.0.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()).then(|| origin.clone())
    }

    /// Lets the browser of an allowed origin read an answer.
    pub(crate) fn put(&self, asked: &HeaderMap, answer: &mut HeaderMap) {
        answer.append(VARY, HeaderValue::from_static("origin"));
        if let Some(origin) = self.allowed(asked) {
            answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(MAY_READ));
        }
    }
}

/// Returns true for a CORS preflight request.
pub(crate) fn is_preflight(parts: &Parts) -> bool {
    parts.method == Method::OPTIONS
        && parts.headers.contains_key(ORIGIN)
        && parts.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Answers a preflight request from any origin. To an origin that is not allowed it names no
/// headers, which a browser takes for a refusal.
pub(crate) fn preflight(origins: &Origins, parts: &Parts) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if origins.allowed(&parts.headers).is_some() {
        let headers = response.headers_mut();
        for (name, value) in [
            (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PATCH"),
            (ACCESS_CONTROL_ALLOW_HEADERS, MAY_SEND),
            (ACCESS_CONTROL_MAX_AGE, "86400"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    response
}
