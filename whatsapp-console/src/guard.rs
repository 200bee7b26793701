//! The guard that every request passes: its id, the limits, the gate, the check of rights, and the
//! headers of the answer.

mod headers;
mod multipart;
mod origin;
pub(crate) mod token;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tracing::Instrument;
use whatsapp_core::port::random;

use crate::api::cors::{is_preflight, preflight};
use crate::api::given::Sent;
use crate::api::problem::Problem;
use crate::api::slug::Slug;
use crate::gate::{Credential, Refused, Role, Visitor, bearer};
use crate::inner::Inner;
use crate::oops::Oops;
use crate::page::done::{self, Done};
use crate::page::failed::{self, Frame};
#[cfg(feature = "sign-in")]
use crate::page::sign_in::{self, SignInCall};
use crate::typed::{FILE_LOST, Typed, Upload};
use crate::visit::{DONE_COOKIE, Place, Theme, VIEWS_COOKIE, Visit, cookie};

/// The largest form that is read.
pub(crate) const BODY_MAX: usize = 256 * 1024;

/// Bytes that a sign-in may have beyond such a form: each field of it has a longer name there.
#[cfg(feature = "sign-in")]
const MORE_MAX: usize = 16 * 1024;

/// The route whose form is not kept: nobody means to sign out once they are in.
const SIGN_OUT: &str = "/sign-out";

/// Timeout of an answer.
pub(crate) const TIME_MAX: Duration = Duration::from_secs(15);

/// The visitors who may come to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody.
    Open,
    /// Everybody, to sign in: the form has to come from the console's own pages.
    #[cfg(feature = "sign-in")]
    Door,
    /// Whoever may enter; there is nothing to be had or changed.
    Nothing,
    /// Visitors with this role.
    Needs(Role),
}

/// The form in which a router refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speech {
    /// As pages, and under the path of the API as problem documents.
    ByPath,
    /// As problem documents.
    Json,
}

/// Facts of an address that its guard needs.
#[derive(Debug, Clone)]
pub(crate) struct Guarded {
    pub(crate) inner: Arc<Inner>,
    pub(crate) access: Access,
    /// The path as the table of routes has it: for logs, which never hold the address that was
    /// asked for.
    pub(crate) route: &'static str,
    /// Timeout of an answer.
    pub(crate) patience: Duration,
    /// The largest body that is read from a visitor who may enter.
    pub(crate) body_max: usize,
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
                keep(&kept, response.headers_mut());
            }
            inner.origins.put(&asked, response.headers_mut());
        } else if let Some(oops) = oops {
            if oops.status().is_server_error() {
                tracing::error!("{oops}");
            }
            let frame = Frame { inner: &inner, place: &place, request_id: &id };
            let kept = response.headers().clone();
            response = at_the_door(&frame, &oops).unwrap_or_else(|| failed::page(&frame, &oops));
            keep(&kept, response.headers_mut());
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
        #[cfg(feature = "sign-in")]
        Access::Door => return door(inner, place, parts, body, next).await,
        Access::Nothing => None,
        Access::Needs(role) => Some(role),
    };
    let visitor = match known(inner, &parts).await {
        Ok(visitor) => visitor,
        Err(refused) => return Err(refuse(guarded, is_api, refused, &parts, body).await),
    };
    if needs.is_some_and(|role| visitor.role < role) {
        return Err(Oops::OnlyManagers);
    }
    let now = inner.ports.clock().now();
    let csrf = token::new(inner, &visitor, now);
    let told = cookie(&parts.headers, DONE_COOKIE).filter(|_| parts.method == Method::GET);
    let told =
        told.filter(|it| Done::read(it, &place.path, &inner.secret, &visitor, now).is_some());
    let told = told.map(str::to_owned);
    let is_told = told.is_some();
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
        told,
    };
    if needs.is_some() && !parts.method.is_safe() {
        let is_ambient = visit.visitor.by == Credential::Ambient;
        if is_ambient {
            origin::check(inner.public_origin.as_deref(), &parts).await?;
        }
        let sent = bytes(body, guarded.body_max).await?;
        body = Body::empty();
        let (typed, upload) = if is_api {
            (Typed::default(), Upload::default())
        } else {
            form(&parts.headers, &sent)
        };
        if is_ambient && !token::holds(&visit, &parts.headers, &typed) {
            return if is_api {
                Ok(Problem::of(Slug::BadToken).into_response())
            } else {
                failed::again(&visit, &place.here(), &to_look_at(typed, &upload))
            };
        }
        if is_api {
            parts.extensions.insert(Sent(sent));
        }
        parts.extensions.insert(typed);
        parts.extensions.insert(upload);
    }
    parts.extensions.insert(visit);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if is_told && response.status().is_success() {
        done::is_said(&mut response)?;
    }
    Ok(response)
}

/// Finds out who asks. Only a bearer token is what no browser adds by itself, whatever a gate takes
/// it for. Whoever sends one is judged by it, whatever cookie came along.
async fn known(inner: &Inner, parts: &Parts) -> Result<Visitor, Refused> {
    let has_token = bearer(parts)?.is_some();
    let visitor = inner.gate.enter(parts).await?;
    match (visitor.by, has_token) {
        (Credential::Ambient, false) | (Credential::Bearer, true) => Ok(visitor),
        (Credential::Ambient, true) => Err(Refused::BadCredential(
            "The request has the header Authorization, and that header does not hold.".into(),
        )),
        (Credential::Bearer, false) => {
            tracing::error!("the gate speaks of a bearer token, and the request has none");
            Err(Refused::BadCredential("The request has no bearer token.".into()))
        }
    }
}

/// Refuses a visitor who may not enter. A form that comes from a page of ours is kept: the visit
/// has ended while the form lay open. A program still has what it sent.
async fn refuse(
    guarded: &Guarded,
    is_api: bool,
    refused: Refused,
    parts: &Parts,
    body: Body,
) -> Oops {
    let inner = &guarded.inner;
    let is_unknown = matches!(refused, Refused::Nobody | Refused::BadCredential(_));
    let is_form =
        !is_api && matches!(guarded.access, Access::Needs(_)) && guarded.route != SIGN_OUT;
    if !is_unknown || !is_form || parts.method.is_safe() || !matches!(bearer(parts), Ok(None)) {
        return refused.into();
    }
    if origin::check(inner.public_origin.as_deref(), parts).await.is_err() {
        return refused.into();
    }
    match bytes(body, BODY_MAX).await {
        Ok(sent) => {
            let (typed, upload) = form(&parts.headers, &sent);
            let typed = to_look_at(typed, &upload);
            if typed.0.is_empty() { refused.into() } else { Oops::Kept(refused, typed) }
        }
        Err(_) => refused.into(),
    }
}

/// A form that is kept while its sender is asked something first. The file that came with it is not
/// kept: without the file the form only shows itself once more, and says so.
fn to_look_at(typed: Typed, upload: &Upload) -> Typed {
    if upload.0.is_none() {
        return typed;
    }
    let stays = |(name, _): &&(String, String)| !matches!(name.as_str(), "do" | "file");
    let mut fields: Vec<_> = typed.0.iter().filter(stays).cloned().collect();
    fields.push((FILE_LOST.to_owned(), "yes".to_owned()));
    Typed(Arc::new(fields))
}

/// Makes the sign-in page in the place of another page, where there is one, for a visitor who is
/// not signed in.
#[cfg(feature = "sign-in")]
fn at_the_door(frame: &Frame<'_>, oops: &Oops) -> Option<Response> {
    frame.inner.porter.as_ref()?;
    let (refused, typed) = failed::stranger(oops)?;
    sign_in::first(frame, refused, typed).ok().map(failed::unauthorized)
}

#[cfg(not(feature = "sign-in"))]
const fn at_the_door(_: &Frame<'_>, _: &Oops) -> Option<Response> {
    None
}

/// Lets a request through to the sign-in page.
#[cfg(feature = "sign-in")]
async fn door(
    inner: &Arc<Inner>,
    place: &Place,
    mut parts: Parts,
    body: Body,
    next: Next,
) -> Result<Response, Oops> {
    let call = SignInCall::of(inner, place, &parts).ok_or(Oops::NoPage)?;
    if !parts.method.is_safe() {
        origin::check(inner.public_origin.as_deref(), &parts).await?;
        // The sign-in may hold a whole form, which is sent once more after it.
        let typed = read(&parts.headers, body, BODY_MAX + MORE_MAX).await?;
        parts.extensions.insert(typed);
    }
    parts.extensions.insert(call);
    Ok(next.run(Request::from_parts(parts, Body::empty())).await)
}

/// Reads a form of at most `most` bytes.
#[cfg(feature = "sign-in")]
async fn read(headers: &HeaderMap, body: Body, most: usize) -> Result<Typed, Oops> {
    Ok(form(headers, &bytes(body, most).await?).0)
}

/// Reads a body of at most `most` bytes.
async fn bytes(body: Body, most: usize) -> Result<Bytes, Oops> {
    to_bytes(body, most).await.map_err(|_| Oops::TooLarge)
}

/// Splits a body into the fields of a form and the file that goes with it; anything else
/// gives nothing.
fn form(headers: &HeaderMap, sent: &Bytes) -> (Typed, Upload) {
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    if let Some(boundary) = content_type.and_then(multipart::boundary) {
        let (pairs, upload) = multipart::read(sent, &boundary);
        return (Typed(Arc::new(pairs)), upload);
    }
    let is_form = content_type
        .and_then(|it| it.split(';').next())
        .is_some_and(|it| it.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    if !is_form {
        return (Typed::default(), Upload::default());
    }
    let pairs = url::form_urlencoded::parse(sent);
    (Typed(Arc::new(pairs.into_owned().collect())), Upload::default())
}

/// Keeps two headers of an answer that becomes a page: the methods that an address allows, and the
/// cookie to take away.
fn keep(from: &HeaderMap, to: &mut HeaderMap) {
    for name in [ALLOW, SET_COOKIE] {
        if let Some(value) = from.get(&name) {
            to.insert(name, value.clone());
        }
    }
}
