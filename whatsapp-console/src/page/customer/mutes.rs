//! Keeping messages back from a customer, and ending that.
//!
//! The same mute twice is one mute, and the end of a mute names it: whatever a form saw, it does what it says
//! once.

use axum::response::Response;
use whatsapp_core::audit::{Act as Audited, AuditTarget};
use whatsapp_core::mute::{Mute, MuteOf, MuteOn};
use whatsapp_core::port::{Customer, MuteFilter};
use whatsapp_core::{CustomerId, WhatsAppNumber};

use crate::links::customer;
use crate::oops::Oops;
use crate::page::back::checked;
use crate::page::done::{Done, is_mine};
use crate::page::eyes::{Eyes, Sight};
use crate::page::mark::mark;
use crate::page::message::back_to;
use crate::page::{Nav, html, shell};
use crate::soon::soon;
use crate::typed::Typed;
use crate::view::{ActLink, AskPage, Choice, Choices, Fact, Hidden};
use crate::visit::{NamedCustomer, NamedMute, Visit};

/// How many mutes are shown; there is one of each kind for the customer and for the number.
const MOST: u32 = 20;

/// The mutes that keep messages back from a customer: of the customer, and of the number that the records
/// have. `None` where none are kept.
pub(crate) async fn of(
    visit: &Visit,
    id: &CustomerId,
    record: Option<&Customer>,
) -> Result<Option<Vec<Mute>>, Oops> {
    if !visit.ports().keeps_mutes() {
        return Ok(None);
    }
    let number = record.and_then(|record| record.whatsapp_number.as_ref());
    let number = number.and_then(|number| WhatsAppNumber::parse(number.as_str()).ok());
    let number = number.as_ref().map(MuteOn::number);
    let mut all = Vec::new();
    for on in [Some(MuteOn::Customer(id.clone())), number].into_iter().flatten() {
        let filter = MuteFilter { on: Some(on), ended: false };
        all.extend(visit.inner.desk.mutes(&filter, None, MOST).await?);
    }
    Ok(Some(all))
}

/// The address of the question before a mute.
pub(super) fn question(id: &CustomerId, eyes: &Eyes<'_>) -> String {
    eyes.links.query(&format!("{}/mute", customer(id)), back(eyes))
}

/// Leads to the question before the end of a mute.
pub(super) fn end_link(mute: &Mute, id: &CustomerId, eyes: &Eyes<'_>) -> ActLink {
    let path = format!("{}/mutes/{}/end", customer(id), mute.id);
    let label = eyes.t.unmute_asks().to_owned();
    ActLink { href: eyes.links.query(&path, back(eyes)), label, is_best: false }
}

fn back<'a>(eyes: &Eyes<'a>) -> Option<(&'static str, &'a str)> {
    (!eyes.back.is_empty()).then_some(("back", eyes.back))
}

/// Where one goes back to from a question: the customer's page, where it was left.
fn left(back: Option<&str>, id: &CustomerId) -> String {
    back.and_then(checked).unwrap_or_else(|| customer(id))
}

/// Asks which messages are to be kept back.
pub(crate) async fn ask_mute(visit: Visit, named: NamedCustomer) -> Result<Response, Oops> {
    keeps(&visit)?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let t = eyes.t;
    let known = soon(visit.inner.messenger.customer(&named.0)).await;
    let known = known.and_then(Result::ok).flatten();
    let name = known.as_ref().map(|known| known.name.as_str().trim());
    let name = name.filter(|name| !name.is_empty()).unwrap_or(named.0.as_str()).to_owned();
    let choice = |of: &MuteOf| Choice {
        value: of.to_string(),
        label: of.label().to_owned(),
        on: *of == MuteOf::Reminders,
    };
    html(&AskPage {
        heading: t.mute_title().to_owned(),
        lines: vec![t.mute_what(&name)],
        choices: Some(Choices {
            name: "of",
            legend: t.mute_which().to_owned(),
            all: MuteOf::ALL.iter().map(choice).collect(),
        }),
        submit: t.mute_submit().to_owned(),
        ..asked(&visit, &named.0, "mute", &eyes).await?
    })
}

/// Keeps them back. Twice is once.
pub(crate) async fn mute(
    visit: Visit,
    named: NamedCustomer,
    typed: Typed,
) -> Result<Response, Oops> {
    keeps(&visit)?;
    let of: MuteOf = typed.get("of").parse().map_err(|_| not_ours(&visit))?;
    let (inner, by, id) = (visit.inner.clone(), visit.actor(), named.0.clone());
    let muted = visit
        .inner
        .work
        .finish(async move { inner.desk.mute(MuteOn::Customer(id), of, &by).await })
        .await??;
    let of = AuditTarget::Mute(muted.id);
    let back = left(Some(typed.get("back")), &named.0);
    Done::Muted.lead(&back, Some(&of), &visit)
}

/// Asks before the end of a mute.
pub(crate) async fn ask_end(
    visit: Visit,
    named: NamedCustomer,
    mute: NamedMute,
) -> Result<Response, Oops> {
    keeps(&visit)?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let t = eyes.t;
    let record = soon(visit.inner.messenger.customer(&named.0)).await;
    let record = record.and_then(Result::ok).flatten();
    let mutes = of(&visit, &named.0, record.as_ref()).await?.unwrap_or_default();
    let Some(found) = mutes.iter().find(|one| one.id == mute.0) else {
        let back = left(visit.parameter("back").as_deref(), &named.0);
        return Done::UnmutedBefore.lead(&back, None, &visit);
    };
    html(&AskPage {
        heading: t.unmute_title().to_owned(),
        lines: vec![t.unmute_what().to_owned()],
        facts: vec![Fact {
            name: t.mutes().to_owned(),
            value: found.sentence(),
            ..Fact::default()
        }],
        submit: t.unmute_submit().to_owned(),
        ..asked(&visit, &named.0, "end", &eyes).await?
    })
}

/// Ends it. Twice is once.
pub(crate) async fn end(
    visit: Visit,
    named: NamedCustomer,
    mute: NamedMute,
    typed: Typed,
) -> Result<Response, Oops> {
    keeps(&visit)?;
    let (inner, by, id) = (visit.inner.clone(), visit.actor(), mute.0);
    let ended = visit.inner.work.finish(async move { inner.desk.unmute(id, &by).await }).await??;
    let of = AuditTarget::Mute(mute.0);
    let is_done = ended.is_some() || is_mine(&visit, of.clone(), Audited::Unmuted).await?;
    let done = if is_done { Done::Unmuted } else { Done::UnmutedBefore };
    let back = left(Some(typed.get("back")), &named.0);
    done.lead(&back, Some(&of), &visit)
}

/// What both questions have in common.
async fn asked<'a>(
    visit: &Visit,
    id: &CustomerId,
    action: &str,
    eyes: &Eyes<'a>,
) -> Result<AskPage<'a>, Oops> {
    let t = eyes.t;
    let back = left(visit.parameter("back").as_deref(), id);
    let mut s = shell(visit, t.mutes(), Nav::Messages);
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), eyes);
    Ok(AskPage {
        t,
        s,
        back: back_to(&back, eyes),
        action: action.to_owned(),
        heading: String::new(),
        problem: String::new(),
        lines: Vec::new(),
        facts: Vec::new(),
        hiddens: vec![Hidden { name: "back", value: back }],
        fields: Vec::new(),
        choices: None,
        questions: Vec::new(),
        tone: "primary",
        submit: String::new(),
    })
}

fn keeps(visit: &Visit) -> Result<(), Oops> {
    if visit.ports().keeps_mutes() { Ok(()) } else { Err(Oops::NoPage) }
}

fn not_ours(visit: &Visit) -> Oops {
    Oops::Bad(visit.texts().form_is_not_ours().to_owned())
}
