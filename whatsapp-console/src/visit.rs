//! One request of somebody who may enter.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OriginalUri, RawPathParams};
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use chrono::{DateTime, NaiveDate, Utc};
use whatsapp_core::audit::Actor;
use whatsapp_core::schedule::StepName;
use whatsapp_core::{
    BulkId, CampaignId, CustomerId, InvoiceId, MessageId, MuteId, Ports, TemplateId,
};

use crate::gate::{Role, Visitor};
use crate::inner::Inner;
use crate::links::query::read_day;
use crate::links::{Links, segment};
use crate::oops::Oops;
#[cfg(feature = "sign-in")]
use crate::sign_in::Way;
use crate::words::Texts;

/// The cookie that keeps the theme.
pub(crate) const THEME_COOKIE: &str = "console-theme";

/// The cookie that keeps a person's own views.
pub(crate) const VIEWS_COOKIE: &str = "console-views";

/// The cookie that tells the next page what was just done.
pub(crate) const DONE_COOKIE: &str = "console-done";

/// One request of somebody who may enter. Every handler of a page takes it.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) inner: Arc<Inner>,
    pub(crate) visitor: Visitor,
    pub(crate) links: Links,
    /// Time of the request.
    pub(crate) now: DateTime<Utc>,
    /// The token of the page's forms.
    pub(crate) csrf: String,
    /// The page's path from the console's root, without a slash before it.
    pub(crate) path: String,
    /// The part of the address after the question mark, as it was sent.
    pub(crate) query: String,
    pub(crate) theme: Theme,
    /// The visitor's own views, as the browser keeps them.
    pub(crate) views: String,
    /// The cookie's notice of what was just done, where it is for this page; its proof was checked.
    pub(crate) told: Option<String>,
}

impl Visit {
    /// Returns true if the visitor may do more than look.
    pub(crate) fn may_act(&self) -> bool {
        self.visitor.role >= Role::Manager
    }

    /// Returns true if the visitor may choose messages for an act on many.
    pub(crate) fn may_select(&self) -> bool {
        self.may_act() && self.inner.bulks.is_some()
    }

    /// The visitor as the audit has them.
    pub(crate) fn actor(&self) -> Actor {
        Actor::Person(self.visitor.user.clone())
    }

    pub(crate) fn texts(&self) -> &dyn Texts {
        self.inner.texts.as_ref()
    }

    pub(crate) fn ports(&self) -> &Ports {
        &self.inner.ports
    }

    /// The first value of a parameter of the address.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Oops> {
        parts.extensions.get().cloned().ok_or(Oops::Broken("a page is not behind the guard"))
    }
}

/// Target of a request: its path within the console, and the links of the page there.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) links: Links,
    /// The path, without a slash before it.
    pub(crate) path: String,
    pub(crate) query: String,
    /// The theme that the browser keeps, also without a sign-in.
    pub(crate) theme: Theme,
    /// True if the request changes nothing, so that one may come back to it.
    pub(crate) is_read: bool,
    /// The way by which the browser came, where the console has its own sign-in.
    #[cfg(feature = "sign-in")]
    pub(crate) way: Option<Way>,
}

impl Place {
    pub(crate) async fn of(inner: &Inner, parts: &mut Parts) -> Self {
        let Ok::<_, Infallible>(OriginalUri(asked)) =
            OriginalUri::from_request_parts(parts, &()).await;
        let within: &Uri = &parts.uri;
        Self {
            links: Links::on(inner.public_path.as_deref(), within.path(), asked.path()),
            path: within.path().trim_start_matches('/').to_owned(),
            query: within.query().unwrap_or_default().to_owned(),
            theme: Theme::of(&parts.headers),
            is_read: parts.method.is_safe(),
            #[cfg(feature = "sign-in")]
            way: inner.porter.as_ref().map(|porter| porter.way(parts)),
        }
    }

    /// Returns true for an address of the API, which is answered in JSON. The page that explains
    /// the API is none.
    pub(crate) fn is_api(&self) -> bool {
        self.path.strip_prefix("api/").is_some_and(|behind| !behind.is_empty())
    }

    /// The page's address from the console's root.
    #[cfg(feature = "sign-in")]
    pub(crate) fn address_from_root(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        format!("{}{mark}{}", self.path, self.query)
    }

    /// The first value of a parameter of the address.
    #[cfg(feature = "sign-in")]
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// The page's own address, from itself.
    pub(crate) fn here(&self) -> String {
        let last = self.path.rsplit('/').next().unwrap_or_default();
        let mark = if self.query.is_empty() { "" } else { "?" };
        format!("{last}{mark}{}", self.query)
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    /// The theme of the system.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// The word of the page and of the cookie.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a word; the system's for any other.
    pub(crate) fn read(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The theme that the browser keeps.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        cookie(headers, THEME_COOKIE).map(Self::read).unwrap_or_default()
    }
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let cookies = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookie| cookie.split(';')).filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        (name.trim() == wanted).then_some(value.trim())
    });
    pairs.next()
}

/// The message that the path names, whatever else the host has in the path before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named(pub(crate) MessageId);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Oops> {
        let id = named(parts, state, "message").await;
        id.and_then(|id| id.parse().ok()).map(Self).ok_or(Oops::NoMessage)
    }
}

/// The customer that the path names.
#[derive(Debug, Clone)]
pub(crate) struct NamedCustomer(pub(crate) CustomerId);

impl<S: Send + Sync> FromRequestParts<S> for NamedCustomer {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Oops> {
        let id = named(parts, state, "customer").await.and_then(|part| segment::read(&part));
        id.and_then(|id| CustomerId::new(id).ok()).map(Self).ok_or(Oops::NoCustomer)
    }
}

/// The mute that the path names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedMute(pub(crate) MuteId);

impl<S: Send + Sync> FromRequestParts<S> for NamedMute {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Oops> {
        let id = named(parts, state, "mute").await;
        id.and_then(|id| id.parse().ok()).map(Self).ok_or(Oops::NoPage)
    }
}

/// The act on many messages that the path names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedBulk(pub(crate) BulkId);

impl<S: Send + Sync> FromRequestParts<S> for NamedBulk {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Oops> {
        let id = named(parts, state, "bulk").await;
        id.and_then(|id| id.parse().ok()).map(Self).ok_or(Oops::NoPage)
    }
}

/// The template that the path names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedTemplate(pub(crate) TemplateId);

impl<S: Send + Sync> FromRequestParts<S> for NamedTemplate {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Oops> {
        let id = named(parts, state, "template").await;
        id.and_then(|id| id.parse().ok()).map(Self).ok_or(Oops::NoTemplate)
    }
}

/// The entry of the calendar of festivals that the path names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedFestival(pub(crate) CampaignId);

impl<S: Send + Sync> FromRequestParts<S> for NamedFestival {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Oops> {
        let id = named(parts, state, "festival").await;
        id.and_then(|id| id.parse().ok()).map(Self).ok_or(Oops::NoFestival)
    }
}

/// The version of a template that the path names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedVersion {
    pub(crate) template: TemplateId,
    pub(crate) version: u32,
}

impl<S: Send + Sync> FromRequestParts<S> for NamedVersion {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Oops> {
        let NamedTemplate(template) = NamedTemplate::from_request_parts(parts, state).await?;
        let version = named(parts, state, "version").await.and_then(|part| part.parse().ok());
        Ok(Self { template, version: version.ok_or(Oops::NoTemplate)? })
    }
}

/// The reminder that the path names.
#[derive(Debug, Clone)]
pub(crate) struct NamedStep {
    pub(crate) invoice: InvoiceId,
    pub(crate) name: StepName,
}

impl<S: Send + Sync> FromRequestParts<S> for NamedStep {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Oops> {
        let invoice = named(parts, state, "invoice").await.and_then(|part| segment::read(&part));
        let name = named(parts, state, "step").await.and_then(|part| segment::read(&part));
        let invoice = invoice.and_then(|id| InvoiceId::new(id).ok()).ok_or(Oops::NoReminder)?;
        let name = name.and_then(|name| name.parse().ok()).ok_or(Oops::NoReminder)?;
        Ok(Self { invoice, name })
    }
}

/// The day that the path names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedDay(pub(crate) NaiveDate);

impl<S: Send + Sync> FromRequestParts<S> for NamedDay {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Oops> {
        let day = named(parts, state, "day").await;
        day.and_then(|day| Self::read(&day)).ok_or(Oops::NoPage)
    }
}

impl NamedDay {
    /// Reads the day of a part of a path; `None` for anything else.
    pub(crate) fn read(part: &str) -> Option<Self> {
        read_day(part).map(Self)
    }
}

/// The invoice that the path names.
#[derive(Debug, Clone)]
pub(crate) struct NamedInvoice(pub(crate) InvoiceId);

impl<S: Send + Sync> FromRequestParts<S> for NamedInvoice {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Oops> {
        let invoice = named(parts, state, "invoice").await.and_then(|part| segment::read(&part));
        invoice.and_then(|id| InvoiceId::new(id).ok()).map(Self).ok_or(Oops::NoReminder)
    }
}

/// Reads a part of the path, whatever else the host has in the path before it.
async fn named<S: Send + Sync>(parts: &mut Parts, state: &S, wanted: &str) -> Option<String> {
    let named = RawPathParams::from_request_parts(parts, state).await.ok()?;
    // The host's own parts come before the console's.
    let found = named.iter().filter(|(name, _)| *name == wanted).last();
    found.map(|(_, part)| part.to_owned())
}
