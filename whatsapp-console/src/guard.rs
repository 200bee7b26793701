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

use crate::api::cors::{is_preflight, preflight};
use crate::api::given::Sent;
use crate::api::problem::Problem;
use crate::api::slug::Slug;
use crate::gate::{Credential, Refused, Role};
use crate::inner::Inner;
use crate::oops::Oops;
use crate::page::failed::{self, Frame};
use crate::visit::{Place, Theme, Typed, VIEWS_COOKIE, Visit, cookie};

/// The largest form that is read.
pub(crate) const BODY_MAX: usize = 256 * 1024;

/// How long an answer may take.
pub(crate) const TIME_MAX: Duration = Duration::from_secs(15);

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

/// In which form a router says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speech {
    /// As pages, and under the path of the API as problem documents.
    ByPath,
    /// As problem documents.
    Json,
}

/// What the guard of an address knows.
#[derive(Debug, Clone)]
pub(crate) struct Guarded {
    pub(crate) inner: Arc<Inner>,
    pub(crate) access: Access,
    /// The path as the table of routes has it: for logs, which never see what was asked for.
    pub(crate) route: &'static str,
    /// How long an answer may take.
    pub(crate) patience: Duration,
    pub(crate) speech: Speech,
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
        let is_api = guarded.speech == Speech::Json || place.is_api();
        if is_api && is_preflight(&parts) {
            let mut response = preflight(&inner.origins, &parts);
            inner.origins.put(&parts.headers, response.headers_mut());
            return response;
        }
        let asked = if is_api { parts.headers.clone() } else { HeaderMap::new() };
        let entered = enter(&guarded, &place, is_api, parts, body, next);
        let entered = AssertUnwindSafe(entered).catch_unwind();
        let mut response = match tokio::time::timeout(guarded.patience, entered).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Ok(Err(oops))) => oops.into_response(),
            Ok(Err(_)) => Oops::Broken("a page panicked").into_response(),
            Err(_) => Oops::TooLong.into_response(),
        };
        let oops = response.extensions_mut().remove::<Oops>();
        if is_api {
            let problem = response.extensions_mut().remove::<Problem>();
            if let Some(problem) = problem.or_else(|| oops.map(Problem::from)) {
                let kept = response.headers().clone();
                response = problem.answer(&id);
                keep_allow(&kept, response.headers_mut());
            }
            inner.origins.put(&asked, response.headers_mut());
        } else if let Some(oops) = oops {
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
    is_api: bool,
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
        let sent = to_bytes(body, BODY_MAX).await.map_err(|_| Oops::TooLarge)?;
        body = Body::empty();
        let typed = if is_api { Typed::default() } else { read(&parts.headers, &sent) };
        if is_ambient && !token::holds(&visit, &parts.headers, &typed) {
            return if is_api {
                Ok(Problem::of(Slug::BadToken).into_response())
            } else {
                failed::again(&visit, &place.here(), &typed)
            };
        }
        if is_api {
            parts.extensions.insert(Sent(sent));
        }
        parts.extensions.insert(typed);
    }
    parts.extensions.insert(visit);
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// Reads a form; anything else says nothing.
fn read(headers: &HeaderMap, sent: &[u8]) -> Typed {
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let is_form = content_type
        .and_then(|it| it.split(';').next())
        .is_some_and(|it| it.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    if !is_form {
        return Typed::default();
    }
    let pairs = url::form_urlencoded::parse(sent);
    Typed(Arc::new(pairs.into_owned().collect()))
}

/// The methods that an address allows are said also on the page that says that it is asked wrongly.
fn keep_allow(from: &HeaderMap, to: &mut HeaderMap) {
    if let Some(allow) = from.get(axum::http::header::ALLOW) {
        to.insert(axum::http::header::ALLOW, allow.clone());
    }
}
