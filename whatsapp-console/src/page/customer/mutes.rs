//! Keeping messages back from a customer, and ending that.
//!
//! The same mute twice is one mute. The end of a mute names the mute: whatever a form saw, it does
//! what it says once.

use std::collections::BTreeSet;

use axum::response::Response;
use whatsapp_core::audit::{Act as Audited, AuditTarget};
use whatsapp_core::mute::{Mute, MuteOf, MuteOn};
use whatsapp_core::port::{Customer, MuteFilter, MuteQuestion};
use whatsapp_core::{CustomerId, InvoiceId, WhatsAppNumber};

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

/// The targets of a mute, as forms and addresses name them.
const CUSTOMER: &str = "customer";
const NUMBER: &str = "number";
const INVOICE: &str = "invoice";

/// Number of mutes that are shown; there is one of each kind for the customer and for the number.
const MOST: u32 = 20;

/// Reads the mutes that keep messages back from a customer: of the customer, of the number that the
/// records have, and of these invoices. `None` where the host keeps no mutes.
pub(crate) async fn of(
    visit: &Visit,
    id: &CustomerId,
    record: Option<&Customer>,
    invoices: &BTreeSet<InvoiceId>,
) -> Result<Option<Vec<Mute>>, Oops> {
    if !visit.ports().offers().keeps_mutes {
        return Ok(None);
    }
    let number = number_of(record).as_ref().map(MuteOn::number);
    let mut all = Vec::new();
    for on in [Some(MuteOn::Customer(id.clone())), number].into_iter().flatten() {
        let filter = MuteFilter::about(on);
        all.extend(visit.inner.desk.mutes(&filter, None, MOST).await?);
    }
    all.extend(of_invoices(visit, id, invoices).await?);
    Ok(Some(all))
}

/// The number that the records have, where it is valid.
pub(crate) fn number_of(record: Option<&Customer>) -> Option<WhatsAppNumber> {
    let number = record?.whatsapp_number.as_ref()?;
    WhatsAppNumber::parse(number.as_str()).ok()
}

/// The mutes of these invoices of a customer, asked for together.
async fn of_invoices(
    visit: &Visit,
    id: &CustomerId,
    invoices: &BTreeSet<InvoiceId>,
) -> Result<Vec<Mute>, Oops> {
    let asked = |invoice: &InvoiceId| MuteQuestion {
        customer: id.clone(),
        number_key: None,
        invoice: Some(invoice.clone()),
    };
    let asked: Vec<MuteQuestion> = invoices.iter().map(asked).collect();
    let found = visit.inner.desk.mutes_for(&asked).await?.into_iter().flatten();
    Ok(found.filter(|mute| matches!(mute.on, MuteOn::Invoice(_))).collect())
}

/// The invoice that an address or a form names.
fn invoice_of(visit: &Visit) -> BTreeSet<InvoiceId> {
    let invoice = visit.parameter(INVOICE).and_then(|id| InvoiceId::new(id).ok());
    invoice.into_iter().collect()
}

/// The address of the question before a mute.
pub(super) fn question(id: &CustomerId, eyes: &Eyes<'_>) -> String {
    eyes.links.query(&format!("{}/mute", customer(id)), back(eyes))
}

/// A link to the question before the end of a mute.
pub(crate) fn end_link(mute: &Mute, id: &CustomerId, eyes: &Eyes<'_>) -> ActLink {
    let path = format!("{}/mutes/{}/end", customer(id), mute.id);
    let label = eyes.t.unmute_asks().to_owned();
    let invoice = match &mute.on {
        MuteOn::Invoice(invoice) => Some((INVOICE, invoice.as_str())),
        MuteOn::Customer(_) | MuteOn::Number(_) => None,
    };
    let parameters = invoice.into_iter().chain(back(eyes));
    ActLink { href: eyes.links.query(&path, parameters), label, is_best: false }
}

fn back<'a>(eyes: &Eyes<'a>) -> Option<(&'static str, &'a str)> {
    (!eyes.back.is_empty()).then_some(("back", eyes.back))
}

/// Address to go back to from a question: the customer's page, where it was left.
fn left(back: Option<&str>, id: &CustomerId) -> String {
    back.and_then(checked).unwrap_or_else(|| customer(id))
}

/// Shows the question which messages are to be kept back.
pub(crate) async fn ask_mute(visit: Visit, named: NamedCustomer) -> Result<Response, Oops> {
    keeps(&visit)?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let t = eyes.t;
    let known = soon(visit.inner.messenger.customer(&named.0)).await;
    let known = known.and_then(Result::ok).flatten();
    let invoice = invoice_of(&visit).pop_first();
    let name = known.as_ref().map(|known| known.name.as_str().trim());
    let name = name.filter(|name| !name.is_empty()).unwrap_or(named.0.as_str()).to_owned();
    let choice = |of: &MuteOf| Choice {
        value: of.to_string(),
        label: of.label().to_owned(),
        on: *of == MuteOf::Reminders,
    };
    let page = asked(&visit, &named.0, "mute", &eyes).await?;
    html(&AskPage {
        heading: t.mute_title().to_owned(),
        lines: vec![t.mute_what(&name)],
        choices: Some(Choices {
            name: "of",
            legend: t.mute_which().to_owned(),
            all: MuteOf::ALL.iter().map(choice).collect(),
            also: whom(&visit, known.as_ref(), &eyes).await?.map(Box::new),
        }),
        submit: t.mute_submit().to_owned(),
        hiddens: invoice
            .map(|invoice| Hidden { name: INVOICE, value: invoice.to_string() })
            .into_iter()
            .chain(page.hiddens)
            .collect(),
        ..page
    })
}

/// Reads the target of a mute: the customer, the number that the records have, or the invoice that
/// the address names. `None` where it is the customer anyway.
async fn whom(
    visit: &Visit,
    record: Option<&Customer>,
    eyes: &Eyes<'_>,
) -> Result<Option<Choices>, Oops> {
    let t = eyes.t;
    let choice = |value: &str, label, on| Choice { value: value.to_owned(), label, on };
    let number = number_of(record);
    let number = number.map(|number| t.mute_number(&eyes.number(number.as_str())));
    let subject = match invoice_of(visit).pop_first() {
        None => None,
        Some(invoice) => Some(subject(visit, &invoice).await?),
    };
    let others = [
        number.map(|label| choice(NUMBER, label, false)),
        subject.map(|subject| choice(INVOICE, t.mute_invoice(&subject), false)),
    ];
    let others: Vec<Choice> = others.into_iter().flatten().collect();
    if others.is_empty() {
        return Ok(None);
    }
    let customer = choice(CUSTOMER, t.mute_customer().to_owned(), true);
    let all = [customer].into_iter().chain(others).collect();
    Ok(Some(Choices { name: "on", legend: t.mute_whom().to_owned(), all, also: None }))
}

/// An invoice as people know it, where a reminder of it says that.
async fn subject(visit: &Visit, invoice: &InvoiceId) -> Result<String, Oops> {
    let steps = match visit.ports().plans() {
        Some(plans) => plans.steps_of(std::slice::from_ref(invoice)).await?,
        None => Vec::new(),
    };
    Ok(steps.first().map_or_else(|| invoice.to_string(), |step| step.subject.clone()))
}

/// Keeps messages back. Twice is once.
pub(crate) async fn mute(
    visit: Visit,
    named: NamedCustomer,
    typed: Typed,
) -> Result<Response, Oops> {
    keeps(&visit)?;
    let of: MuteOf = typed.get("of").parse().map_err(|_| not_ours(&visit))?;
    let on = on(&visit, &named.0, &typed).await?;
    let (inner, by) = (visit.inner.clone(), visit.actor());
    let muted =
        visit.inner.work.finish(async move { inner.desk.mute(on, of, &by).await }).await??;
    visit.inner.cache.forget().await;
    let of = AuditTarget::Mute(muted.id);
    let back = left(Some(typed.get("back")), &named.0);
    Done::Muted.lead(&back, Some(&of), &visit)
}

/// Reads the target of a mute from a form.
async fn on(visit: &Visit, id: &CustomerId, typed: &Typed) -> Result<MuteOn, Oops> {
    match typed.get("on") {
        "" | CUSTOMER => Ok(MuteOn::Customer(id.clone())),
        INVOICE => {
            let invoice = InvoiceId::new(typed.get(INVOICE)).map_err(|_| not_ours(visit))?;
            Ok(MuteOn::Invoice(invoice))
        }
        NUMBER => {
            let record = visit.inner.messenger.customer(id).await?;
            number_of(record.as_ref()).as_ref().map(MuteOn::number).ok_or_else(|| not_ours(visit))
        }
        _ => Err(not_ours(visit)),
    }
}

/// Shows the question before the end of a mute.
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
    let mutes = of(&visit, &named.0, record.as_ref(), &invoice_of(&visit)).await?;
    let mutes = mutes.unwrap_or_default();
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

/// Ends a mute. Twice is once.
pub(crate) async fn end(
    visit: Visit,
    named: NamedCustomer,
    mute: NamedMute,
    typed: Typed,
) -> Result<Response, Oops> {
    keeps(&visit)?;
    let (inner, by, id) = (visit.inner.clone(), visit.actor(), mute.0);
    let ended = visit.inner.work.finish(async move { inner.desk.unmute(id, &by).await }).await??;
    visit.inner.cache.forget().await;
    let of = AuditTarget::Mute(mute.0);
    let is_done = ended.is_some() || is_mine(&visit, of.clone(), Audited::Unmuted).await?;
    let done = if is_done { Done::Unmuted } else { Done::UnmutedBefore };
    let back = left(Some(typed.get("back")), &named.0);
    done.lead(&back, Some(&of), &visit)
}

/// The parts that both questions have in common.
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
    if visit.ports().offers().keeps_mutes { Ok(()) } else { Err(Oops::NoPage) }
}

fn not_ours(visit: &Visit) -> Oops {
    Oops::Bad(visit.texts().form_is_not_ours().to_owned())
}
