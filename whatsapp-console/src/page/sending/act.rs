//! The acts of the form: it finds a customer, is checked, sends the message to its writer as a
//! test, and sends it.

use axum::http::StatusCode;
use axum::response::Response;
use whatsapp_core::audit::AuditTarget;
use whatsapp_core::message::{Fingerprint, MessageKey};
use whatsapp_core::messenger::{ByHandError, TryOut};
use whatsapp_core::{CustomerId, MessageId, WhatsAppNumber};

use super::draft::{Draft, once};
use super::file;
use super::flaw::{Flaw, refused};
use super::look::{Looked, look};
use super::show::{Again, page};
use super::{Seen, not_ours};
use crate::oops::Oops;
use crate::page::done::Done;
use crate::page::eyes::{Eyes, Sight};
use crate::page::html;
use crate::soon::soon;
use crate::typed::{FILE_LOST, Typed, Upload};
use crate::view::SendNote;
use crate::visit::Visit;
use crate::words::sentence;

/// Number of characters of another message's text that are shown.
const BEGIN: usize = 200;

/// Handles the form.
pub(crate) async fn send(visit: Visit, typed: Typed, upload: Upload) -> Result<Response, Oops> {
    let mut draft = Draft::read(&typed, &visit).ok_or_else(|| not_ours(&visit))?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let bad = match file::take_up(&mut draft, upload, &visit, &eyes).await {
        None if !typed.get(FILE_LOST).is_empty() => Some(eyes.t.file_lost().to_owned()),
        bad => bad,
    };
    let act = typed.get("do");
    if act == "drop" {
        draft.file = None;
    }
    let is_sent = act == "send";
    if is_sent
        && bad.is_none()
        && let Some(id) = known(&visit, &draft).await?
    {
        return leave(&visit, id, false);
    }
    let mut looked = look(&visit, &draft, act != "find", &eyes).await?;
    looked.flaws.extend(bad.iter().map(|bad| Flaw::at("upload", bad)));
    match act {
        "send" if looked.flaws.is_empty() => sent(&visit, draft, looked, &eyes).await,
        "try" => tried(&visit, draft, looked, &eyes).await,
        "send" | "check" => {
            let again = Again::with(looked.flaws.clone());
            let mut response = html(&page(&visit, draft, &looked, again, &eyes).await?)?;
            if is_sent {
                *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            }
            Ok(response)
        }
        _ => {
            let upload = bad.unwrap_or_default();
            let again = Again { upload, finds: act == "find", ..Again::default() };
            html(&page(&visit, draft, &looked, again, &eyes).await?)
        }
    }
}

/// The message that this very form was sent as before; `None` where it was not.
async fn known(visit: &Visit, draft: &Draft) -> Result<Option<MessageId>, Oops> {
    let (Some(customer), Some(seen)) = (&draft.customer, &draft.seen) else { return Ok(None) };
    if seen.of != *customer {
        return Ok(None);
    }
    let messenger = &visit.inner.messenger;
    Ok(messenger.sent_by_hand(customer, &draft.same(), seen.last).await?)
}

/// Sends the message.
async fn sent(
    visit: &Visit,
    mut draft: Draft,
    looked: Looked,
    eyes: &Eyes<'_>,
) -> Result<Response, Oops> {
    // It is sent over what the form has seen of the customer: a form that was sent right after
    // choosing one has seen nothing.
    let seen = draft.seen.clone().filter(|seen| Some(&seen.of) == draft.customer.as_ref());
    let Some(seen) = seen else {
        let note = SendNote::plain("info", eyes.t.look_first());
        let again = Again { note: Some(note), ..Again::default() };
        return html(&page(visit, draft, &looked, again, eyes).await?);
    };
    let (request, same, by) = (looked.request.clone(), draft.same(), visit.actor());
    let messenger = visit.inner.messenger.clone();
    let work = async move { messenger.send_by_hand(request, same, seen.last, by).await };
    let done = visit.inner.work.finish(work).await?;
    visit.inner.cache.forget().await;
    match done {
        Ok(receipt) => {
            // The message's page tells what happens to it at once.
            let _ = soon(visit.inner.messenger.outcome(receipt.message_id)).await;
            leave(visit, receipt.message_id, receipt.is_new)
        }
        Err(ByHandError::Meanwhile(other)) => {
            let note = meanwhile(visit, other, eyes).await?;
            draft.seen = Some(Seen { of: seen.of, last: Some(other) });
            let again = Again { note: Some(note), ..Again::default() };
            let mut response = html(&page(visit, draft, &looked, again, eyes).await?)?;
            *response.status_mut() = StatusCode::CONFLICT;
            Ok(response)
        }
        Err(ByHandError::Send(why)) => {
            // A message that was refused at the last moment may be in the log: it is the
            // form's own.
            if let Some(logged) = why.logged() {
                draft.seen = Some(Seen { of: seen.of, last: Some(logged) });
            }
            let flaws = refused(why.into_kind(), &draft, eyes)?;
            let again = Again::with(flaws);
            let mut response = html(&page(visit, draft, &looked, again, eyes).await?)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(_) => Err(Oops::Broken("a message was not sent for a reason that is not known here")),
    }
}

/// Leads to the page of the message.
fn leave(visit: &Visit, id: MessageId, is_new: bool) -> Result<Response, Oops> {
    let done = if is_new { Done::Sent } else { Done::SentBefore };
    done.lead(&format!("messages/{id}"), Some(&AuditTarget::Message(id)), visit)
}

/// A note on the message that somebody sent the customer since the form was shown.
async fn meanwhile(visit: &Visit, other: MessageId, eyes: &Eyes<'_>) -> Result<SendNote, Oops> {
    let t = eyes.t;
    let message = visit.ports().log().messages(&[other]).await?.pop();
    let (by, at, quote) = match &message {
        Some(message) => {
            let by = message.facts.created_by.clone();
            let by = by.map(|by| eyes.who(&whatsapp_core::audit::Actor::Person(by)));
            let text = message.facts.text.as_str();
            let begin: String = text.chars().take(BEGIN).collect();
            let more = if begin.len() < text.len() { "…" } else { "" };
            let at = eyes.times().short(message.facts.created_at);
            (by, at, format!("{}{more}", begin.trim_end()))
        }
        None => (None, String::new(), String::new()),
    };
    let by = by.unwrap_or_else(|| t.somebody().to_owned());
    Ok(SendNote {
        tone: "warn",
        title: t.sent_meanwhile(&by, &at),
        text: t.sent_meanwhile_what().to_owned(),
        quote,
        href: eyes.links.message(other),
        label: t.that_message().to_owned(),
    })
}

/// Sends the message to its writer, as a test.
async fn tried(
    visit: &Visit,
    mut draft: Draft,
    looked: Looked,
    eyes: &Eyes<'_>,
) -> Result<Response, Oops> {
    let t = eyes.t;
    let mut flaws: Vec<Flaw> =
        looked.flaws.iter().filter(|flaw| flaw.is_of_content()).cloned().collect();
    let customer = looked.outlook.customer.as_ref();
    if customer.is_none() {
        flaws.insert(0, Flaw::at("who", t.customer_missing()));
    }
    let number = WhatsAppNumber::typed(draft.mine.as_str(), eyes.settings.country());
    let number = match number {
        Ok(typed) => Some(typed.number),
        Err(_) if draft.mine.as_str().is_empty() => {
            flaws.push(Flaw::at("mine", t.own_number_missing()));
            None
        }
        Err(wrong) => {
            flaws.push(Flaw::at("mine", sentence(&wrong.to_string())));
            None
        }
    };
    let mut note = None;
    if let (true, Some(customer), Some(number)) = (flaws.is_empty(), customer, number) {
        let shown = eyes.number(number.as_str());
        // It belongs to no customer, even if a customer has the same key as this person.
        let id = CustomerId::new("-").map_err(|_| Oops::Broken("an id is none"))?;
        let (name, meant_for) = (visit.visitor.name.clone(), customer.name.clone());
        // A test with another text, or to another number, is another message, also from a form that
        // was gone back to.
        let same = draft.same().to_hex();
        let what = Fingerprint::of(&[("what", &same), ("to", number.as_str())]).to_hex();
        let what = what.get(..16).unwrap_or_default();
        let to = TryOut::new(id, name, number, meant_for);
        let user = visit.visitor.user.as_str();
        let key = MessageKey::of(draft.message_type, &["tried", user, &draft.once, what]);
        let (request, by) = (looked.request.clone(), visit.actor());
        let messenger = visit.inner.messenger.clone();
        let work = async move { messenger.try_out(request, &to, key, by).await };
        match visit.inner.work.finish(work).await? {
            Ok(receipt) => {
                note = Some(SendNote {
                    tone: "ok",
                    title: t.tried(&shown),
                    text: t.tried_what().to_owned(),
                    quote: String::new(),
                    href: eyes.links.message(receipt.message_id),
                    label: t.that_message().to_owned(),
                });
                draft.once = once(visit);
            }
            Err(why) => flaws = refused(why.into_kind(), &draft, eyes)?,
        }
        visit.inner.cache.forget().await;
    }
    let is_refused = note.is_none();
    let again = Again { note, ..Again::with(flaws) };
    let mut response = html(&page(visit, draft, &looked, again, eyes).await?)?;
    if is_refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}
