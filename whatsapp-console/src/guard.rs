//! What every request goes through: its id, the limits, the gate, what it may do, and the headers of the
//! answer.

mod headers;
mod origin;
mod token;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tracing::Instrument;
use whatsapp_core::port::random;

use crate::gate::{Credential, Refused, Role};
use crate::inner::Inner;
use crate::oops::Oops;
use crate::page::failed::{self, Frame};
use crate::visit::{Place, Theme, Typed, VIEWS_COOKIE, Visit, cookie};

/// The largest form that is read.
pub(crate) const BODY_MAX: usize = 256 * 1024;

/// How long an answer may take.
const TIME_MAX: Duration = Duration::from_secs(15);

/// Who may come to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody.
    Open,
    /// Whoever may enter; there is nothing to be had or changed.
    Nothing,
    /// Whoever has this role.
    Needs(Role),
}

/// What the guard of an address knows.
#[derive(Debug, Clone)]
pub(crate) struct Guarded {
    pub(crate) inner: Arc<Inner>,
    pub(crate) access: Access,
    /// The path as the table of routes has it: for logs, which never see what was asked for.
    pub(crate) route: &'static str,
}

/// Lets a request through to its page, or makes the page that says why not.
pub(crate) async fn guard(
    State(guarded): State<Guarded>,
    request: Request,
    next: Next,
) -> Response {
    let inner = guarded.inner.clone();
    let id = hex::encode(random::<8>(inner.ports.entropy()));
    let span = tracing::info_span!("console", id, route = guarded.route);
    let answered = async {
        let (mut parts, body) = request.into_parts();
        let place = Place::of(&inner, &mut parts).await;
        let entered = AssertUnwindSafe(enter(&guarded, &place, parts, body, next)).catch_unwind();
        let mut response = match tokio::time::timeout(TIME_MAX, entered).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Ok(Err(oops))) => oops.into_response(),
            Ok(Err(_)) => Oops::Broken("a page panicked").into_response(),
            Err(_) => Oops::TooLong.into_response(),
        };
        if let Some(oops) = response.extensions_mut().remove::<Oops>() {
            if oops.status().is_server_error() {
                tracing::error!("{oops}");
            }
            let frame = Frame { inner: &inner, links: &place.links, request_id: &id };
            let kept = response.headers().clone();
            response = failed::page(&frame, &oops);
            keep_allow(&kept, response.headers_mut());
        }
        if let Ok(id) = HeaderValue::try_from(&id) {
            response.headers_mut().insert("x-request-id", id);
        }
        let sign_out = inner.gate.sign_out();
        let is_personal = guarded.access != Access::Open;
        headers::put(response.headers_mut(), is_personal, sign_out.as_deref());
        response
    };
    answered.instrument(span).await
}

async fn enter(
    guarded: &Guarded,
    place: &Place,
    mut parts: Parts,
    mut body: Body,
    next: Next,
) -> Result<Response, Oops> {
    let inner = &guarded.inner;
    let needs = match guarded.access {
        Access::Open => return Ok(next.run(Request::from_parts(parts, body)).await),
        Access::Nothing => None,
        Access::Needs(role) => Some(role),
    };
    let visitor = inner.gate.enter(&parts).await?;
    if visitor.by == Credential::Ambient && parts.headers.contains_key(AUTHORIZATION) {
        let both = "The request has the header Authorization, and that header does not hold.";
        return Err(Refused::BadCredential(both.into()).into());
    }
    if needs.is_some_and(|role| visitor.role < role) {
        return Err(Oops::OnlyManagers);
    }
    let now = inner.ports.clock().now();
    let csrf = token::new(inner, &visitor, now);
    let visit = Visit {
        inner: inner.clone(),
        visitor,
        links: place.links.clone(),
        now,
        csrf,
        path: place.path.clone(),
        query: place.query.clone(),
        theme: Theme::of(&parts.headers),
        views: cookie(&parts.headers, VIEWS_COOKIE).unwrap_or_default().to_owned(),
    };
    if needs.is_some() && !parts.method.is_safe() {
        let is_ambient = visit.visitor.by == Credential::Ambient;
        if is_ambient {
            origin::check(inner.public_origin.as_deref(), &parts).await?;
        }
        let typed = read(&parts.headers, body).await?;
        body = Body::empty();
        if is_ambient && !token::holds(&visit, &parts.headers, &typed) {
            return failed::again(&visit, &place.here(), &typed);
        }
        parts.extensions.insert(typed);
    }
    parts.extensions.insert(visit);
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// Reads a form; anything else says nothing.
async fn read(headers: &HeaderMap, body: Body) -> Result<Typed, Oops> {
    let bytes = to_bytes(body, BODY_MAX).await.map_err(|_| Oops::TooLarge)?;
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let is_form = content_type
        .and_then(|it| it.split(';').next())
        .is_some_and(|it| it.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    if !is_form {
        return Ok(Typed::default());
    }
    let pairs = url::form_urlencoded::parse(&bytes);
    Ok(Typed(Arc::new(pairs.into_owned().collect())))
}

/// The methods that an address allows are said also on the page that says that it is asked wrongly.
fn keep_allow(from: &HeaderMap, to: &mut HeaderMap) {
    if let Some(allow) = from.get(axum::http::header::ALLOW) {
        to.insert(axum::http::header::ALLOW, allow.clone());
    }
}
