//! The connection: the gateway's address, the key, and a test of both.

mod address;

use std::fmt;

use axum::response::Response;
use whatsapp_core::desk::KeyShown;
use whatsapp_core::messenger::AddressShown;
use whatsapp_core::port::{KeyOrigin, Probe, TransportError};
use whatsapp_core::settings::SettingNow;

pub(crate) use address::{ask, change};

use super::ADDRESS;
use crate::oops::Oops;
use crate::page::done::flash;
use crate::page::eyes::Sight;
use crate::page::mark::mark;
use crate::page::{Nav, html, shell};
use crate::typed::Typed;
use crate::view::ConnectionPage;
use crate::visit::Visit;
use crate::words::{Texts, sentence};

/// Shows the page.
pub(crate) async fn show(visit: Visit) -> Result<Response, Oops> {
    page(&visit, None).await
}

/// Tests whether the gateway is there and takes the key.
pub(crate) async fn test(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    let tested = Tested { answer: probe(&visit).await?, before: typed.get("key").to_owned() };
    page(&visit, Some(tested)).await
}

/// Result of a test, and the key that was shown before it.
struct Tested {
    answer: Answer,
    before: String,
}

/// Answer of the gateway.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Ready,
    Refused,
    Failed(TransportError),
    /// This process sends nothing.
    NotAsked,
}

impl Answer {
    /// The answer's word for programs.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Refused => "refused",
            Self::Failed(_) => "failed",
            Self::NotAsked => "not_asked",
        }
    }

    /// The words of all answers.
    pub(crate) const WORDS: [&str; 4] = ["ready", "refused", "failed", "not_asked"];

    /// The answer in a sentence.
    pub(crate) fn told(&self, t: &dyn Texts) -> String {
        match self {
            Self::Ready => t.connection_ready().to_owned(),
            Self::Refused => t.connection_refused().to_owned(),
            Self::Failed(error) => t.connection_failed(&sentence(error.detail())),
            Self::NotAsked => t.connection_none().to_owned(),
        }
    }

    const fn tone(&self) -> &'static str {
        match self {
            Self::Ready => "ok",
            Self::Refused | Self::Failed(_) => "bad",
            Self::NotAsked => "info",
        }
    }
}

/// Asks the gateway, and waits for its answer to the end.
pub(crate) async fn probe(visit: &Visit) -> Result<Answer, Oops> {
    let inner = visit.inner.clone();
    let asked = async move { inner.desk.probe_gateway().await };
    Ok(match visit.inner.work.finish(asked).await? {
        None => Answer::NotAsked,
        Some(Ok(Probe::Ready)) => Answer::Ready,
        Some(Ok(_)) => Answer::Refused,
        Some(Err(error)) => Answer::Failed(error),
    })
}

/// Source of the key, in a sentence.
pub(crate) fn origin(key: &KeyShown, t: &dyn Texts) -> String {
    match &key.origin {
        KeyOrigin::File { path } => t.key_of_file(path),
        KeyOrigin::Environment { variable } => t.key_of_environment(variable),
        KeyOrigin::Program => t.key_of_program().to_owned(),
        _ => t.key_of_keeper().to_owned(),
    }
}

/// Tells how the key is changed.
fn rotate<'a>(key: &KeyShown, t: &'a dyn Texts) -> &'a str {
    match &key.origin {
        KeyOrigin::File { .. } => t.key_rotate_file(),
        KeyOrigin::Environment { .. } | KeyOrigin::Program => t.key_rotate_restart(),
        _ => t.key_rotate_elsewhere(),
    }
}

/// The setting of the address, where its row cannot be used.
async fn broken(visit: &Visit) -> Result<Option<SettingNow>, Oops> {
    let all = visit.inner.desk.settings().await?;
    Ok(all.into_iter().find(|it| it.def.key == ADDRESS && it.problem.is_some()))
}

/// The address as it may be shown: a row that cannot be used may hold anything.
pub(crate) fn shown(address: &AddressShown, is_broken: bool, t: &dyn Texts) -> String {
    if is_broken { t.no_value().to_owned() } else { address.setting.clone() }
}

async fn page(visit: &Visit, tested: Option<Tested>) -> Result<Response, Oops> {
    let sight = Sight::of(visit).await?;
    let eyes = sight.eyes(visit);
    let t = eyes.t;
    let address = visit.inner.messenger.gateway_address().await?;
    let key = visit.inner.desk.gateway_key().await;
    let masked = key.as_ref().and_then(|key| key.masked.clone().ok()).unwrap_or_default();
    let broken = broken(visit).await?;
    let may_mend = address.fixed.is_none() || broken.is_some();
    let mut s = shell(visit, t.connection(), Nav::Settings);
    flash(&mut s, visit, &eyes).await?;
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    html(&ConnectionPage {
        t,
        s,
        address: shown(&address, broken.is_some(), t),
        in_use: address.in_use.clone().unwrap_or_else(|| t.address_not_in_use().to_owned()),
        fixed: address.fixed.as_deref().map(sentence).unwrap_or_default(),
        broken: broken.and_then(|it| it.problem).map(|it| sentence(&it.what)).unwrap_or_default(),
        change: if may_mend && eyes.may_act {
            eyes.links.page("settings/address")
        } else {
            String::new()
        },
        key: key.as_ref().map(said).unwrap_or_default(),
        key_from: key.as_ref().map(|key| origin(key, t)).unwrap_or_default(),
        rotate: key.as_ref().map(|key| rotate(key, t).to_owned()).unwrap_or_default(),
        may_act: eyes.may_act,
        may_test: eyes.may_act,
        answer: tested.as_ref().map(|it| it.answer.told(t)).unwrap_or_default(),
        answer_tone: tested.as_ref().map_or("", |it| it.answer.tone()),
        key_news: tested.map(|it| news(&it.before, &masked, t)).unwrap_or_default(),
        masked,
    })
}

/// The last characters of the key, or the reason why there is none.
pub(crate) fn said(key: &KeyShown) -> String {
    match &key.masked {
        Ok(masked) => masked.clone(),
        Err(error) => sentence(&error.to_string()),
    }
}

/// Says whether the key is another one than before.
fn news(before: &str, after: &str, t: &dyn Texts) -> String {
    match (before, after) {
        ("", _) | (_, "") => String::new(),
        (before, after) if is_mask(before) && before != after => t.key_is_new(before, after),
        (_, after) => t.key_is_same(after),
    }
}

/// Returns true if this is a masked key as a page shows it, and nothing that somebody typed.
fn is_mask(text: &str) -> bool {
    text.starts_with("••••") && text.chars().count() <= 8
}

impl fmt::Debug for Tested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tested").field("answer", &self.answer).finish_non_exhaustive()
    }
}
