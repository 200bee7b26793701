//! Signing in to the console itself, and out again.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::again::deed;
use super::failed::{self, Frame, unauthorized};
use super::{html, see_other};
use crate::assets::ASSETS;
use crate::gate::{Refused, Visitor};
use crate::guard::token;
use crate::inner::Inner;
use crate::links::within::is_within;
use crate::oops::Oops;
use crate::sign_in::{Porter, Tried, Way};
use crate::typed::Typed;
use crate::view::{AgainPage, SignInPage};
use crate::visit::{Place, Visit};
use crate::words::Texts;

/// Path of the sign-in page.
pub(crate) const PATH: &str = "/sign-in";

/// Path of the sign-out form.
pub(crate) const OUT: &str = "/sign-out";

/// Beginning of the names of another form's fields that are sent along.
const TYPED: &str = "typed.";

/// A request to the sign-in page.
#[derive(Debug, Clone)]
pub(crate) struct SignInCall {
    inner: Arc<Inner>,
    porter: Arc<Porter>,
    place: Place,
    way: Way,
    from: Option<IpAddr>,
}

impl SignInCall {
    /// Makes it, where the console has its own sign-in.
    pub(crate) fn of(inner: &Arc<Inner>, place: &Place, parts: &Parts) -> Option<Self> {
        let porter = inner.porter.clone()?;
        let (way, from) = (porter.way(parts), porter.address(parts));
        Some(Self { inner: inner.clone(), porter, place: place.clone(), way, from })
    }

    fn texts(&self) -> &dyn Texts {
        self.inner.texts.as_ref()
    }

    fn page(&self) -> SignInPage<'_> {
        page(&self.inner, &self.place, self.way)
    }
}

impl<S: Sync> FromRequestParts<S> for SignInCall {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Oops> {
        parts.extensions.get().cloned().ok_or(Oops::Broken("a page is not behind the guard"))
    }
}

/// Shows the sign-in page.
pub(crate) async fn show(call: SignInCall) -> Result<Response, Oops> {
    let t = call.texts();
    let mut page = call.page();
    if call.way == Way::Plain {
        return html(&page);
    }
    if let Some(link) = call.place.parameter("link") {
        let heading = t.link_title().to_owned();
        return html(&SignInPage {
            title: heading.clone(),
            heading,
            lead: t.link_text().to_owned(),
            hidden: vec![("link".to_owned(), link)],
            has_password: false,
            button: t.link_button().to_owned(),
            ..page
        });
    }
    if call.place.parameter("out").is_some() {
        (page.note, page.tone) = (t.signed_out().to_owned(), "ok");
    }
    page.hidden.extend(next(&call.place.parameter("next").unwrap_or_default()));
    html(&page)
}

/// Shows the sign-in page in the place of another page, for a visitor who is not signed in. It
/// leads to that page, or to the form that was sent, which is shown once more.
pub(crate) fn first(
    frame: &Frame<'_>,
    refused: &Refused,
    typed: Option<&Typed>,
) -> Result<Response, Oops> {
    let (place, t) = (frame.place, frame.inner.texts.as_ref());
    let mut page = page(frame.inner, place, place.way.unwrap_or(Way::Plain));
    if let Refused::BadCredential(why) = refused {
        (page.note, page.tone) = (why.clone().into_owned(), "warn");
    }
    if let Some(typed) = typed
        && !page.button.is_empty()
    {
        t.typed_is_kept().clone_into(&mut page.lead);
        page.hidden.push(("form".to_owned(), place.path.clone()));
        let fields = failed::without_token(typed).into_iter();
        page.hidden.extend(fields.map(|(name, value)| (format!("{TYPED}{name}"), value)));
    } else if place.is_read {
        page.hidden.extend(next(&place.address_from_root()));
    }
    html(&page)
}

/// Lets somebody in, or says why not.
pub(crate) async fn enter(
    call: SignInCall,
    headers: HeaderMap,
    typed: Typed,
) -> Result<Response, Oops> {
    let (porter, t) = (&call.porter, call.texts());
    if call.way == Way::Plain {
        let mut response = html(&call.page())?;
        *response.status_mut() = StatusCode::FORBIDDEN;
        return Ok(response);
    }
    let link = typed.get("link");
    let (tried, wrong) = if link.is_empty() {
        let (name, password) = (typed.get("name"), typed.as_typed("password").into());
        let tried = porter.by_password(name, password, call.from, call.way, &headers).await?;
        (tried, t.sign_in_wrong())
    } else {
        (porter.by_link(link, call.way).await?, t.link_used())
    };
    let (note, status, wait) = match tried {
        Tried::In(entered) => {
            let (visitor, cookies) = *entered;
            return welcome(&call, &typed, &visitor, cookies);
        }
        Tried::Not(why) => return Err(Refused::NotAllowed(why.into()).into()),
        Tried::Wrong => (wrong.to_owned(), StatusCode::UNAUTHORIZED, None),
        Tried::Wait(wait) => {
            let seconds = wait.as_millis().div_ceil(1_000);
            let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
            (t.sign_in_wait(seconds), StatusCode::TOO_MANY_REQUESTS, Some(seconds))
        }
        Tried::Busy => (t.sign_in_busy().to_owned(), StatusCode::SERVICE_UNAVAILABLE, Some(1)),
    };
    let mut page = call.page();
    (page.note, page.tone) = (note, "bad");
    typed.get("name").clone_into(&mut page.typed);
    let is_along = |name: &str| name == "next" || name == "form" || name.starts_with(TYPED);
    page.hidden = typed.0.iter().filter(|(name, _)| is_along(name)).cloned().collect();
    let mut response = html(&page)?;
    if status == StatusCode::UNAUTHORIZED {
        response = unauthorized(response);
    }
    *response.status_mut() = status;
    if let Some(seconds) = wait {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// Ends all sign-ins of the visitor.
pub(crate) async fn leave(visit: Visit, request: Parts) -> Result<Response, Oops> {
    let porter = visit.inner.porter.clone().ok_or(Oops::NoPage)?;
    let gone = porter.unset(porter.way(&request));
    let visitor = visit.visitor.clone();
    let ended = visit.inner.work.finish(async move { porter.end(&visitor).await }).await?;
    // The cookie goes in any case: this browser may be somebody else's next.
    let mut response = match ended {
        Ok(()) => see_other(&visit.links.page("sign-in?out=1"))?,
        Err(refused) => Oops::from(refused).into_response(),
    };
    if let Some(gone) = gone {
        response.headers_mut().insert(SET_COOKIE, gone);
    }
    Ok(response)
}

/// Leads to the page that was asked for, or shows once more the form that was sent.
fn welcome(
    call: &SignInCall,
    typed: &Typed,
    visitor: &Visitor,
    cookies: [HeaderValue; 2],
) -> Result<Response, Oops> {
    let (inner, links, t) = (&call.inner, &call.place.links, call.texts());
    let (form, next) = (typed.get("form"), typed.get("next"));
    let mut response = if is_within(form) {
        let field = |(name, value): &(String, String)| {
            let name = name.strip_prefix(TYPED)?;
            Some((name.to_owned(), value.clone()))
        };
        html(&AgainPage {
            t,
            to: links.to.clone(),
            name: inner.name.clone(),
            title: t.again_title().to_owned(),
            css: &ASSETS.css.name,
            icon: &ASSETS.icon,
            theme: call.place.theme.as_str(),
            heading: t.again_title().to_owned(),
            text: t.again_text().to_owned(),
            sign_in: String::new(),
            action: links.page(form),
            submit: deed(form, t).to_owned(),
            csrf: token::new(inner, visitor, inner.ports.clock().now()),
            fields: typed.0.iter().filter_map(field).filter(|it| it.0 != "csrf").collect(),
            leave: links.overview(),
        })?
    } else {
        see_other(&links.page(if is_within(next) { next } else { "overview" }))?
    };
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The hidden field that leads on to a page of the console; `None` where the address is none.
fn next(address: &str) -> Option<(String, String)> {
    is_within(address).then(|| ("next".to_owned(), address.to_owned()))
}

/// A form for a name and a password, or the reason why there is none.
fn page<'a>(inner: &'a Inner, place: &Place, way: Way) -> SignInPage<'a> {
    let t = inner.texts.as_ref();
    let (heading, lead, button) = match way {
        Way::Plain => (t.needs_https_title(), t.needs_https_text(), ""),
        Way::Https | Way::Here => (t.sign_in(), t.sign_in_lead(), t.sign_in()),
    };
    SignInPage {
        t,
        to: place.links.to.clone(),
        name: inner.name.clone(),
        title: heading.to_owned(),
        css: &ASSETS.css.name,
        icon: &ASSETS.icon,
        theme: place.theme.as_str(),
        heading: heading.to_owned(),
        note: String::new(),
        tone: "bad",
        lead: lead.to_owned(),
        hidden: Vec::new(),
        has_password: true,
        typed: String::new(),
        button: button.to_owned(),
    }
}
