//! Check that a request comes from the console's own pages, by what browsers say of it.

use std::convert::Infallible;

use axum::body::Body;
use axum::http::header::ORIGIN;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Request, Response};
use tower::{Layer, ServiceExt, service_fn};
use tower_http::csrf::CsrfLayer;

use crate::oops::Oops;

/// Checks a request that is known by what a browser adds by itself, such as a cookie.
///
/// tower-http lets through a request that says nothing of its origin, for that is no browser of
/// today. Here a cookie came with it, so it is a browser, an old one: it is refused. So is an
/// origin that hides itself, and any other than the public one where that is known.
pub(super) async fn check(public_origin: Option<&str>, parts: &Parts) -> Result<(), Oops> {
    let origin = parts.headers.get(ORIGIN).map(HeaderValue::as_bytes);
    let site = parts.headers.get("sec-fetch-site");
    let is_own = match (origin, public_origin) {
        (None, _) => site.is_some_and(|site| !site.is_empty()),
        (Some(b"null" | b""), _) => false,
        (Some(origin), Some(public)) => origin == public.as_bytes(),
        (Some(_), None) => true,
    };
    if is_own && passes(public_origin, parts).await { Ok(()) } else { Err(Oops::Foreign) }
}

/// Asks tower-http about the same request without its body.
async fn passes(public_origin: Option<&str>, parts: &Parts) -> bool {
    let layer = match public_origin {
        None => CsrfLayer::new(),
        Some(origin) => match CsrfLayer::new().add_trusted_origin(origin) {
            Ok(layer) => layer,
            Err(_) => return false,
        },
    };
    let through = service_fn(|_| async { Ok::<_, Infallible>(Response::new(Body::empty())) });
    let mut request = Request::new(Body::empty());
    *request.method_mut() = parts.method.clone();
    *request.uri_mut() = parts.uri.clone();
    *request.headers_mut() = parts.headers.clone();
    let answer = layer.layer(through).oneshot(request).await;
    answer.is_ok_and(|response| response.status().is_success())
}
