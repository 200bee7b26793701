//! The error pages: what went wrong, what to do, and the id under which the log has more.

use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::again::deed;
use super::html;
use crate::assets::ASSETS;
use crate::gate::Refused;
use crate::inner::Inner;
use crate::oops::Oops;
use crate::typed::Typed;
use crate::view::{AgainPage, FailedPage, Link};
use crate::visit::{Place, Visit};

/// The facts of a request that are known before anybody is signed in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) place: &'a Place,
    pub(crate) request_id: &'a str,
}

/// The page of an error.
pub(crate) fn page(frame: &Frame<'_>, oops: &Oops) -> Response {
    if let Some(page) = kept(frame, oops) {
        return unauthorized(page);
    }
    let t = frame.inner.texts.as_ref();
    let (heading, text, todo) = words(frame, oops);
    let page = FailedPage {
        t,
        to: frame.place.links.to.clone(),
        name: frame.inner.name.clone(),
        title: heading.to_owned(),
        css: &ASSETS.css.name,
        icon: &ASSETS.icon,
        theme: frame.place.theme.as_str(),
        heading: heading.to_owned(),
        text: text.to_owned(),
        todo: todo.to_owned(),
        links: links(frame, oops),
        request_id: if is_looked_into(oops) { frame.request_id.to_owned() } else { String::new() },
    };
    let mut response = html(&page).unwrap_or_else(|_| oops.status().into_response());
    if oops.status() == StatusCode::UNAUTHORIZED {
        return unauthorized(response);
    }
    *response.status_mut() = oops.status();
    response
}

/// Links that lead on from here, the best first.
fn links(frame: &Frame<'_>, oops: &Oops) -> Vec<Link> {
    let (t, place) = (frame.inner.texts.as_ref(), frame.place);
    let mut links = Vec::new();
    match oops {
        Oops::Refused(Refused::NotAllowed(_)) => {
            links.extend(frame.inner.gate.sign_in().map(|href| link(href, t.sign_in_as_another())));
        }
        Oops::Refused(Refused::Nobody | Refused::BadCredential(_)) => {
            links.extend(frame.inner.gate.sign_in().map(|href| link(href, t.sign_in())));
        }
        _ => {
            let again = oops.status() == StatusCode::SERVICE_UNAVAILABLE && place.is_read;
            links.extend(again.then(|| link(place.here(), t.try_again())));
            let room = room(frame, oops).map(|(to, name)| link(place.links.page(to), name));
            links.extend(room.filter(|_| !again));
            links.push(link(place.links.overview(), t.overview()));
        }
    }
    for other in links.iter_mut().skip(1) {
        other.is_best = false;
    }
    links
}

/// The list that the requested address belongs to.
fn room<'a>(frame: &Frame<'a>, oops: &Oops) -> Option<(&'static str, &'a str)> {
    let (t, has_festivals) = (frame.inner.texts.as_ref(), frame.inner.campaigns.is_some());
    let first = frame.place.path.split('/').next().unwrap_or_default();
    match (oops, first) {
        (Oops::NoTemplate, _) | (_, "templates") => Some(("templates", t.templates())),
        (Oops::NoFestival, _) | (_, "festivals") if has_festivals => {
            Some(("festivals", t.festivals()))
        }
        (_, "schedule") => Some(("schedule", t.schedule())),
        (Oops::NoReminder, _) | (_, "held") => Some(("held", t.approvals())),
        (Oops::NoMessage | Oops::NoCustomer, _)
        | (_, "messages" | "bulk" | "customers" | "send") => Some(("messages", t.messages())),
        _ => None,
    }
}

/// Returns true if the log has more about the error than the page says.
const fn is_looked_into(oops: &Oops) -> bool {
    !matches!(
        oops,
        Oops::Refused(Refused::Nobody | Refused::BadCredential(_))
            | Oops::OnlyManagers
            | Oops::NoPage
            | Oops::NoMessage
            | Oops::NoCustomer
            | Oops::NoReminder
            | Oops::NoTemplate
            | Oops::NoFestival
            | Oops::Meanwhile
    )
}

/// Makes a page the answer for a visitor who is not signed in.
pub(crate) fn unauthorized(mut page: Response) -> Response {
    *page.status_mut() = StatusCode::UNAUTHORIZED;
    page.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    page
}

/// The reason why the visitor is not signed in, and the form that was kept.
pub(crate) const fn stranger(oops: &Oops) -> Option<(&Refused, Option<&Typed>)> {
    match oops {
        Oops::Refused(refused @ (Refused::Nobody | Refused::BadCredential(_))) => {
            Some((refused, None))
        }
        Oops::Kept(refused, typed) => Some((refused, Some(typed))),
        _ => None,
    }
}

/// The page for a visitor who is not signed in and whose form was kept.
fn kept(frame: &Frame<'_>, oops: &Oops) -> Option<Response> {
    let (refused, Some(typed)) = stranger(oops)? else { return None };
    let t = frame.inner.texts.as_ref();
    let heading = match refused {
        Refused::Nobody => t.nobody_title(),
        _ => t.bad_sign_in_title(),
    };
    html(&AgainPage {
        t,
        to: frame.place.links.to.clone(),
        name: frame.inner.name.clone(),
        title: heading.to_owned(),
        css: &ASSETS.css.name,
        icon: &ASSETS.icon,
        theme: frame.place.theme.as_str(),
        heading: heading.to_owned(),
        text: t.kept_text().to_owned(),
        sign_in: frame.inner.gate.sign_in().unwrap_or_default(),
        action: frame.place.here(),
        submit: deed(&frame.place.here(), t).to_owned(),
        csrf: String::new(),
        fields: without_token(typed),
        leave: frame.place.links.overview(),
    })
    .ok()
}

/// The fields of a form, but for the token.
pub(crate) fn without_token(typed: &Typed) -> Vec<(String, String)> {
    typed.0.iter().filter(|(name, _)| name != "csrf").cloned().collect()
}

/// Shows the same form once more, with its fields and a new token: a form lay open for too long, or
/// the visit is another one.
pub(crate) fn again(visit: &Visit, here: &str, typed: &Typed) -> Result<Response, Oops> {
    let t = visit.texts();
    let mut response = html(&AgainPage {
        t,
        to: visit.links.to.clone(),
        name: visit.inner.name.clone(),
        title: t.again_title().to_owned(),
        css: &ASSETS.css.name,
        icon: &ASSETS.icon,
        theme: visit.theme.as_str(),
        heading: t.again_title().to_owned(),
        text: t.again_text().to_owned(),
        sign_in: String::new(),
        action: here.to_owned(),
        submit: deed(here, t).to_owned(),
        csrf: visit.csrf.clone(),
        fields: without_token(typed),
        leave: visit.links.overview(),
    })?;
    *response.status_mut() = StatusCode::FORBIDDEN;
    Ok(response)
}

fn link(href: String, label: &str) -> Link {
    Link { href, label: label.to_owned(), outside: false, is_best: true }
}

/// The heading of an error, its text, and what to do.
fn words<'a>(frame: &Frame<'a>, oops: &'a Oops) -> (&'a str, &'a str, &'a str) {
    let t = frame.inner.texts.as_ref();
    match oops {
        Oops::Refused(Refused::Nobody) | Oops::Kept(Refused::Nobody, _) => {
            (t.nobody_title(), t.nobody_text(), t.nobody_todo())
        }
        Oops::Refused(Refused::BadCredential(why)) | Oops::Kept(Refused::BadCredential(why), _) => {
            (t.bad_sign_in_title(), why, t.nobody_todo())
        }
        Oops::Refused(Refused::NotAllowed(why)) | Oops::Kept(Refused::NotAllowed(why), _) => {
            (t.not_allowed_title(), why, t.not_allowed_todo())
        }
        Oops::Refused(Refused::Unavailable) | Oops::Kept(Refused::Unavailable, _) => {
            (t.not_now_title(), t.unavailable_text(), t.not_now_todo())
        }
        Oops::OnlyManagers => (t.only_managers_title(), t.only_managers_text(), ""),
        Oops::Foreign => (t.foreign_title(), t.foreign_text(), t.foreign_todo()),
        Oops::NoPage => (t.no_page_title(), t.no_page_text(), ""),
        Oops::NoMessage => (t.no_message_title(), t.no_message_text(), ""),
        Oops::NoCustomer => (t.no_customer_title(), t.no_customer_text(), ""),
        Oops::NoReminder => (t.no_reminder_title(), t.no_reminder_text(), ""),
        Oops::NoTemplate => (t.no_template_title(), t.no_template_text(), ""),
        Oops::NoFestival => (t.no_festival_title(), t.no_festival_text(), ""),
        Oops::NotThisWay => (t.not_this_way_title(), t.nothing_done(), ""),
        Oops::Bad(why) => (t.bad_title(), why, ""),
        Oops::TooLarge => (t.too_large_title(), t.nothing_done(), t.too_large_todo()),
        Oops::TooLong => (t.not_now_title(), t.too_long_text(), t.too_long_todo()),
        Oops::Meanwhile => (t.meanwhile_title(), t.meanwhile_text(), t.meanwhile_todo()),
        Oops::Store(_) => (t.not_now_title(), t.store_text(), t.not_now_todo()),
        Oops::Host(_) => (t.not_now_title(), t.host_text(), t.not_now_todo()),
        Oops::Settings(_) => (t.settings_title(), t.settings_text(), t.tell_todo()),
        Oops::Broken(_) => (t.broken_title(), t.broken_text(), t.tell_todo()),
    }
}
