//! The pages: the frame round each, and the ways to answer with one.

pub(crate) mod act;
pub(crate) mod acts;
pub(crate) mod again;
pub(crate) mod api_page;
pub(crate) mod audit;
mod back;
mod bubble;
pub(crate) mod bulk;
mod chart;
pub(crate) mod csv;
pub(crate) mod customer;
pub(crate) mod done;
pub(crate) mod export;
pub(crate) mod eyes;
pub(crate) mod failed;
pub(crate) mod festivals;
pub(crate) mod find;
pub(crate) mod held;
pub(crate) mod help;
pub(crate) mod home;
pub(crate) mod keys;
pub(crate) mod list;
mod mark;
pub(crate) mod message;
pub(crate) mod messages;
mod need;
pub(crate) mod overview;
pub(crate) mod pause;
mod pill;
pub(crate) mod row;
pub(crate) mod schedule;
pub(crate) mod sending;
pub(crate) mod settings;
#[cfg(feature = "sign-in")]
pub(crate) mod sign_in;
mod tabs;
pub(crate) mod templates;
pub(crate) mod theme;
pub(crate) mod timeline;
pub(crate) mod views;

use askama::Template;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use crate::assets::ASSETS;
use crate::links::query::BadQuery;
use crate::oops::Oops;
use crate::view::{NavItem, Shell};
use crate::visit::{Theme, Visit};

/// The pages of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nav {
    Overview,
    Messages,
    Send,
    Schedule,
    Approvals,
    Templates,
    Festivals,
    Settings,
    Audit,
    Words,
    Keys,
}

impl Nav {
    const ALL: [Self; 11] = [
        Self::Overview,
        Self::Messages,
        Self::Send,
        Self::Schedule,
        Self::Approvals,
        Self::Templates,
        Self::Festivals,
        Self::Settings,
        Self::Audit,
        Self::Words,
        Self::Keys,
    ];

    /// Path, key and icon of each page.
    const fn parts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Overview => ("overview", "o", "home"),
            Self::Messages => ("messages", "m", "list"),
            Self::Send => ("send", "n", "sent"),
            Self::Schedule => ("schedule", "c", "clock"),
            Self::Approvals => ("held", "a", "wait"),
            Self::Templates => ("templates", "t", "file"),
            Self::Festivals => ("festivals", "f", "star"),
            Self::Settings => ("settings", "s", "set"),
            Self::Audit => ("audit", "d", "past"),
            Self::Words => ("help", "w", "book"),
            Self::Keys => ("keys", "?", "keys"),
        }
    }
}

/// Builds the frame of a page.
pub(crate) fn shell(visit: &Visit, title: impl Into<String>, current: Nav) -> Shell {
    let t = visit.texts();
    let (other_theme, other_theme_label) = match visit.theme {
        Theme::Dark => (Theme::Light, t.theme_light()),
        Theme::System | Theme::Light => (Theme::Dark, t.theme_dark()),
    };
    let nav = Nav::ALL.into_iter().filter(|page| match page {
        // A shop that plans no reminders has none to approve.
        Nav::Approvals => visit.ports().plans().is_some(),
        // A host without campaigns has no page of festivals.
        Nav::Festivals => visit.inner.campaigns.is_some(),
        Nav::Send => visit.may_act(),
        // The audit is for managers.
        Nav::Audit => visit.may_act() && visit.ports().offers().reads_audit,
        _ => true,
    });
    let nav = nav.map(|page| {
        let (href, key, icon) = page.parts();
        let label = match page {
            Nav::Overview => t.overview(),
            Nav::Messages => t.messages(),
            Nav::Send => t.send_message(),
            Nav::Schedule => t.schedule(),
            Nav::Approvals => t.approvals(),
            Nav::Templates => t.templates(),
            Nav::Festivals => t.festivals(),
            Nav::Settings => t.settings(),
            Nav::Audit => t.audit(),
            Nav::Words => t.words(),
            Nav::Keys => t.keys(),
        };
        let (label, current) = (label.to_owned(), page == current);
        NavItem { href, label, key, icon, count: String::new(), current }
    });
    let mark = if visit.query.is_empty() { "" } else { "?" };
    Shell {
        to: visit.links.to.clone(),
        back: format!("{}{mark}{}", visit.path, visit.query),
        name: visit.inner.name.clone(),
        paper: visit.inner.name.clone(),
        title: title.into(),
        theme: visit.theme.as_str(),
        other_theme: other_theme.as_str(),
        other_theme_label: other_theme_label.to_owned(),
        css: &ASSETS.css.name,
        js: &ASSETS.js.name,
        icon: &ASSETS.icon,
        csrf: visit.csrf.clone(),
        nav: nav.collect(),
        who: visit.visitor.name.as_str().to_owned(),
        sign_out: sign_out(visit),
        q: String::new(),
        say: String::new(),
        events: String::new(),
        flash: String::new(),
        flash_tone: "ok",
    }
}

/// Target of the sign-out form; empty where the host gives none.
fn sign_out(visit: &Visit) -> String {
    #[cfg(feature = "sign-in")]
    if visit.inner.porter.is_some() {
        return visit.links.page("sign-out");
    }
    visit.inner.gate.sign_out().unwrap_or_default()
}

/// A page as an answer.
pub(crate) fn html(page: &impl Template) -> Result<Response, Oops> {
    Ok(Html(page.render()?).into_response())
}

/// Redirects to another page, by GET: after a form, and from addresses that are no pages.
pub(crate) fn see_other(link: &str) -> Result<Response, Oops> {
    let location = HeaderValue::try_from(link).map_err(|_| Oops::Broken("a link is none"))?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response())
}

/// Refuses an address: the parameter that is wrong, and the values that can be used.
fn refused(bad: &BadQuery, visit: &Visit) -> Oops {
    let t = visit.texts();
    if bad.name.is_empty() {
        return Oops::Bad(t.unknown_parameter(&bad.expected));
    }
    Oops::Bad(t.bad_parameter(bad.name, &bad.expected))
}
