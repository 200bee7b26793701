//! Check of the form's message.

use whatsapp_core::attachment::Attachment;
use whatsapp_core::desk::TemplatesNow;
use whatsapp_core::message::{MessageType, Trigger};
use whatsapp_core::messenger::{Consent, Outlook, OutsideHours, SendErrorKind};
use whatsapp_core::template::{ProblemKind, Template};
use whatsapp_core::{CustomerId, Request};

use super::Seen;
use super::draft::{Draft, Origin};
use super::flaw::{Flaw, flaws, refused};
use super::value::written;
use super::when::Instant;
use crate::oops::Oops;
use crate::page::eyes::Eyes;
use crate::soon::soon;
use crate::visit::Visit;
use crate::words::sentence;

/// Result of checking the form's message.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) outlook: Outlook,
    pub(super) request: Request,
    /// All reasons why it cannot be sent.
    pub(super) flaws: Vec<Flaw>,
    /// The last message by hand to the customer.
    pub(super) seen: Option<Seen>,
    pub(super) templates: TemplatesNow,
    /// The text before its values are filled in.
    pub(super) text: String,
    /// The instant that was typed.
    pub(super) instant: Option<Instant>,
    /// The question before it goes out outside the hours, whether it was answered or not.
    pub(super) asks: Option<OutsideHours>,
}

/// Checks a message. With `reads` its file is read from its place.
pub(super) async fn look(
    visit: &Visit,
    draft: &Draft,
    reads: bool,
    eyes: &Eyes<'_>,
) -> Result<Looked, Oops> {
    let messenger = &visit.inner.messenger;
    let templates = visit.inner.desk.templates().await?;
    let text = text_of(draft, &templates);
    let instant = Instant::read(&draft.at, &eyes.settings.time_zone).filter(|_| draft.is_later);
    let (mut request, mut wrong) = asked(draft, &text, instant, eyes)?;
    let answers = match &draft.customer {
        Some(id) => matches!(soon(messenger.customer(id)).await, Some(Ok(_))),
        None => false,
    };
    if draft.customer.is_some() && !answers {
        wrong.push(Flaw::at("who", eyes.t.record_not_read_now()));
    }
    let outlook = if answers {
        messenger.look_over(&request, reads).await
    } else {
        messenger.look_over_text(&request, reads).await
    };
    let mut outlook = outlook.map_err(|why| match refused(why, draft, eyes) {
        Err(oops) => oops,
        Ok(_) => Oops::Broken("a message is not looked over for a reason that is not known here"),
    })?;
    let asks = outlook.problems.iter().find_map(|why| match why {
        SendErrorKind::OutsideHours(asks) => Some(*asks),
        _ => None,
    });
    if draft.hours {
        outlook.problems.retain(|why| !matches!(why, SendErrorKind::OutsideHours(_)));
        request = request.with_consent(Consent::Given);
    }
    let mut all = flaws(&outlook, draft, eyes);
    // A field that was typed wrongly is told once, by its own reason.
    all.retain(|flaw| !wrong.iter().any(|other| other.at == flaw.at));
    let when = all.iter().position(|flaw| matches!(flaw.at.as_str(), "at" | "hours"));
    let when = when.unwrap_or(all.len());
    all.splice(when..when, wrong);
    let seen = match &draft.customer {
        Some(of) if outlook.customer.is_some() => {
            Some(Seen { of: of.clone(), last: messenger.last_by_hand(of).await? })
        }
        _ => None,
    };
    Ok(Looked { outlook, request, flaws: all, seen, templates, text, instant, asks })
}

/// The request that the form makes, and the fields that were typed wrongly.
fn asked(
    draft: &Draft,
    text: &str,
    instant: Option<Instant>,
    eyes: &Eyes<'_>,
) -> Result<(Request, Vec<Flaw>), Oops> {
    let t = eyes.t;
    let (values, mut wrong) = written(draft, text, eyes);
    // Placeholders that customers would read as braces are mended first, as in a template.
    if matches!(draft.origin, Origin::Own) {
        wrong.extend(misspelt(draft.message_type, text).map(|why| Flaw::at("text", why)));
    }
    // No customer is asked for by this id: it stands for a customer who is not chosen yet.
    let nobody = || CustomerId::new("-").map_err(|_| Oops::Broken("an id is none"));
    let customer = draft.customer.clone().map_or_else(nobody, Ok)?;
    let mut request = match draft.origin {
        Origin::Own => Request::text(customer, draft.message_type, draft.text.clone(), values),
        Origin::Used | Origin::Template(_) => Request::values(customer, draft.message_type, values),
    };
    request = request.with_trigger(Trigger::Manual);
    if let Origin::Template(id) = draft.origin {
        request = request.with_template(id);
    }
    match attachment(draft, eyes) {
        Ok(Some(file)) => request = request.with_attachment(file),
        Ok(None) => {}
        Err(flaw) => wrong.push(flaw),
    }
    if let Some(at) = instant {
        request = request.with_schedule(at.meant(draft.is_second));
    } else if draft.is_later {
        wrong.push(Flaw::at("at", t.no_instant()));
    }
    Ok((request, wrong))
}

/// The first problem with the placeholders of a text that somebody writes.
fn misspelt(of: MessageType, text: &str) -> Option<String> {
    let errors = Template::check(of, text).err()?;
    let problem = errors.problems.iter().find(|problem| {
        // These problems are told of all texts.
        !matches!(problem.kind, ProblemKind::Empty | ProblemKind::TooLong { .. })
    })?;
    Some(sentence(&format!("{}: {}", problem.position, problem.kind)))
}

/// The text that the message is made with.
fn text_of(draft: &Draft, now: &TemplatesNow) -> String {
    let of = draft.message_type;
    let stored = match draft.origin {
        Origin::Own => return draft.text.as_str().to_owned(),
        Origin::Used => now.used(of.name(), None),
        Origin::Template(id) => now.templates.iter().find(|one| one.template.id == id),
    };
    let stored = stored.map(|one| one.template.content.clone());
    stored.unwrap_or_else(|| of.built_in_text().to_owned())
}

/// The file of the form: a kept file, or one behind a link.
fn attachment(draft: &Draft, eyes: &Eyes<'_>) -> Result<Option<Attachment>, Flaw> {
    match (&draft.file, draft.link.as_str()) {
        (Some(_), link) if !link.is_empty() => Err(Flaw::at("link", eyes.t.one_file_only())),
        (Some(file), _) => Ok(Some(Attachment::Kept(file.clone()))),
        (None, "") => Ok(None),
        (None, link) => Attachment::link(link)
            .map(Some)
            .map_err(|wrong| Flaw::at("link", sentence(&wrong.to_string()))),
    }
}
