//! One message: the reason for its state and what to do, then its history and its text.

use axum::response::Response;
use whatsapp_core::MessageId;
use whatsapp_core::audit::{Actor, AuditTarget};
use whatsapp_core::message::Message;
use whatsapp_core::port::StoreError;

use super::acts::{Act, Acts, question};
use super::back::came_from;
use super::bubble::bubbles;
use super::done::{by_hand_on, flash};
use super::eyes::{Eyes, Sight};
use super::mark::mark;
use super::pill::pill;
use super::timeline::{Past, steps, timeline};
use super::{Nav, html, shell};
use crate::live;
use crate::oops::Oops;
use crate::soon::soon;
use crate::view::{ActLink, Fact, Link, MessagePage, Note, Shell};
use crate::visit::{Named, Visit};

/// Number of people's acts that a timeline tells.
pub(crate) const TOLD: u32 = 50;

/// The facts that the page of a message shows.
#[derive(Debug)]
struct Seen {
    message: Message,
    past: Past,
    /// The messages as which it was sent again, the oldest first.
    resends: Vec<MessageId>,
    /// True if a person has settled it in another way.
    is_aside: bool,
    /// True if the host's records do not have the customer any more.
    is_gone: bool,
    /// The host's own page of the customer; empty where there is none.
    record: String,
    /// The list from which one came; empty where it is not known.
    back: String,
}

/// Shows the page.
pub(crate) async fn show(visit: Visit, named: Named) -> Result<Response, Oops> {
    let Named(id) = named;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let log = visit.ports().log();
    let message = match log.message(id).await {
        Ok(message) => message.ok_or(Oops::NoMessage)?,
        Err(StoreError::Corrupt { column, .. }) => {
            return unreadable(&visit, id, column, &eyes).await;
        }
        Err(error) => return Err(error.into()),
    };
    let customer = soon(visit.inner.messenger.customer(&message.facts.customer_id)).await;
    let past = Past {
        attempts: log.attempts(id).await?,
        audit: by_hand_on(&visit, AuditTarget::Message(id), TOLD).await?,
    };
    let resends = visit.inner.messenger.resends(id).await?;
    let is_aside = !log.aside(&[id]).await?.is_empty();
    let is_gone = matches!(customer, Some(Ok(None)));
    // If the host does not answer, this link is missing, and nothing else.
    let customer = customer.and_then(Result::ok).flatten();
    let record = customer.and_then(|customer| customer.page).unwrap_or_default();
    let back = came_from(&visit.query).unwrap_or_default();
    let seen = Seen { message, past, resends, is_aside, is_gone, record, back };
    let mut s = shell(&visit, title(&seen.message, &eyes), Nav::Messages);
    flash(&mut s, &visit, &eyes).await?;
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), &eyes);
    s.events = live::of_message(&seen.message, &visit);
    html(&page(&seen, s, &eyes))
}

/// The page of a message whose row cannot be read: what is wrong, and the way to cancel it.
async fn unreadable(
    visit: &Visit,
    id: MessageId,
    column: &'static str,
    eyes: &Eyes<'_>,
) -> Result<Response, Oops> {
    let t = eyes.t;
    let mut s = shell(visit, t.unreadable_message(), Nav::Messages);
    flash(&mut s, visit, eyes).await?;
    let cancel = eyes.may_act.then(|| ActLink {
        href: question(id, Act::Cancel, eyes),
        label: t.cancel_asks().to_owned(),
        is_best: false,
    });
    let id =
        Fact { name: t.id().to_owned(), value: id.to_string(), is_code: true, ..Fact::default() };
    html(&MessagePage {
        t,
        back: back_to(&came_from(&visit.query).unwrap_or_default(), eyes),
        heading: t.unreadable_message().to_owned(),
        about: String::new(),
        note: Note {
            tone: "bad",
            title: t.broken_column(column),
            text: t.unreadable_text().to_owned(),
            advice: t.unreadable_advice().to_owned(),
        },
        acts: cancel.into_iter().collect(),
        links: Vec::new(),
        steps: Vec::new(),
        zone: String::new(),
        events: Vec::new(),
        facts: vec![id],
        bubbles: Vec::new(),
        no_text: t.unreadable_text().to_owned(),
        uncertain: String::new(),
        s,
    })
}

/// Title that the browser shows and keeps: `Invoice INV-42`, and nobody's name.
fn title(message: &Message, eyes: &Eyes<'_>) -> String {
    let kind = eyes.kind(message.facts.message_type);
    message.facts.subject.as_ref().map_or_else(|| kind.clone(), |about| format!("{kind} {about}"))
}

/// Heading of the page: `Invoice to Asha Traders`.
fn heading(message: &Message, eyes: &Eyes<'_>) -> String {
    eyes.t.kind_to(&eyes.kind(message.facts.message_type), &eyes.customer(message))
}

/// Builds the page.
fn page<'a>(seen: &Seen, s: Shell, eyes: &Eyes<'a>) -> MessagePage<'a> {
    let (t, times, message) = (eyes.t, eyes.times(), &seen.message);
    let facts = &message.facts;
    let acts = Acts::of(message, !seen.resends.is_empty(), eyes);
    let acts = if seen.is_gone { acts.without_record() } else { acts };
    let acts = acts.beside(message, seen.is_aside, eyes);
    let mut about: Vec<String> = facts.subject.iter().cloned().collect();
    about.push(eyes.number(facts.whatsapp_number.as_str()));
    about.push(t.made_at(&times.short(facts.created_at)));
    let (bubbles, uncertain) =
        if eyes.may_act { bubbles(message, eyes) } else { (Vec::new(), String::new()) };
    MessagePage {
        t,
        back: back_to(&seen.back, eyes),
        heading: heading(message, eyes),
        about: about.join(" · "),
        note: note(seen, eyes),
        acts: acts.links(message, eyes),
        links: links(seen, eyes),
        steps: steps(message, &seen.past, eyes),
        zone: times.clocks(),
        events: timeline(message, &seen.past, eyes),
        facts: known(message, eyes),
        no_text: if eyes.may_act { t.no_text() } else { t.text_not_shown() }.to_owned(),
        bubbles,
        uncertain,
        s,
    }
}

/// The link to the page from which one came.
pub(crate) fn back_to(back: &str, eyes: &Eyes<'_>) -> Link {
    let t = eyes.t;
    let label = match back {
        "overview" => t.overview(),
        back if back.starts_with("held") => t.approvals(),
        back if back.starts_with("schedule") => t.schedule(),
        back if back.starts_with("customers/") => t.customer(),
        back if back.starts_with("messages/") => t.the_message_page(),
        _ => t.messages(),
    };
    let href = eyes.links.page(if back.is_empty() { "messages" } else { back });
    Link { href, label: label.to_owned(), outside: false, is_best: false }
}

/// The sentence about its state, and what to do.
fn note(seen: &Seen, eyes: &Eyes<'_>) -> Note {
    let message = &seen.message;
    let told = eyes.told();
    let aside = seen.is_aside.then(|| eyes.t.was_put_aside());
    let resent = (!seen.resends.is_empty()).then(|| eyes.t.was_sent_again_as_new()).or(aside);
    let advice = if resent.is_some() { None } else { message.advice(&told) };
    let text = resent.map(str::to_owned).or_else(|| message.facts.warning.clone());
    let tone = match pill(message, eyes).tone {
        "bad" if resent.is_some() => "info",
        "idle" => "info",
        tone => tone,
    };
    Note {
        tone,
        title: message.why(&told),
        text: text.unwrap_or_default(),
        advice: advice.unwrap_or_default().to_owned(),
    }
}

/// Links that lead on: to the message that took its place, to the one it takes the place of, and to
/// the host's own page of the customer.
fn links(seen: &Seen, eyes: &Eyes<'_>) -> Vec<Link> {
    let t = eyes.t;
    let inside = |id: MessageId, label: &str| Link {
        href: eyes.links.message(id),
        label: label.to_owned(),
        outside: false,
        is_best: false,
    };
    let newest = seen.resends.last().map(|id| inside(*id, t.new_message()));
    let first = seen.message.facts.resend_of.map(|id| inside(id, t.first_message()));
    let record = (!seen.record.is_empty()).then(|| Link {
        href: seen.record.clone(),
        label: t.customers_record().to_owned(),
        outside: true,
        is_best: false,
    });
    newest.into_iter().chain(first).chain(record).collect()
}

/// The facts of the message.
fn known(message: &Message, eyes: &Eyes<'_>) -> Vec<Fact> {
    let (t, times, facts) = (eyes.t, eyes.times(), &message.facts);
    let fact = |name: &str, value: String| Fact { name: name.to_owned(), value, ..Fact::default() };
    let code = |name: &str, value: String| Fact { is_code: true, ..fact(name, value) };
    let customer = eyes.links.customer(&facts.customer_id);
    let mut known = vec![
        Fact { href: customer, ..fact(t.customer(), eyes.customer(message)) },
        fact(t.number_of(), eyes.number(facts.whatsapp_number.as_str())),
        fact(t.type_of_message(), eyes.kind(facts.message_type)),
        fact(t.trigger(), facts.trigger.label().to_owned()),
    ];
    known.extend(
        facts
            .created_by
            .as_ref()
            .map(|by| fact(t.made_by_whom(), eyes.who(&Actor::Person(by.clone())))),
    );
    known.extend(facts.scheduled_for.map(|at| fact(t.wanted_at(), times.full(at))));
    known.extend(facts.expires_at.map(|at| fact(t.ends_at(), times.full(at))));
    let tries = t.retries_of(message.state.retry_count, facts.max_retries);
    known.push(fact(t.tries(), tries));
    known.push(fact(
        t.template(),
        match facts.template_version {
            Some(version) => t.template_version(version),
            None if facts.values.is_some() => t.built_in_text().to_owned(),
            None => t.own_text().to_owned(),
        },
    ));
    if eyes.may_act {
        known.extend(message.gateway_id.clone().map(|id| code(t.gateway_id(), id)));
        known.push(code(t.key(), facts.key.as_str().to_owned()));
    }
    known.push(code(t.id(), facts.id.to_string()));
    known
}
