//! Reasons why a message cannot be sent, each beside its field of the form.

use std::sync::Arc;

use whatsapp_core::SettingsUnread;
use whatsapp_core::attachment::InvalidAttachment;
use whatsapp_core::messenger::{Outlook, SendErrorKind};
use whatsapp_core::port::SourceError;
use whatsapp_core::template::RenderError;

use super::draft::{Draft, Origin, VALUE};
use crate::links;
use crate::oops::Oops;
use crate::page::eyes::Eyes;
use crate::view::FlawLine;
use crate::words::sentence;

/// A reason why a message cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    /// The field where it is put right.
    pub(super) at: String,
    /// The reason in a sentence.
    pub(super) text: String,
}

impl Flaw {
    pub(super) fn at(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { at: field.into(), text: text.into() }
    }

    /// Returns true if it is about the content: not about the customer, or the time.
    pub(super) fn is_of_content(&self) -> bool {
        !matches!(self.at.as_str(), "who" | "at" | "hours" | "mine")
    }

    /// A line that leads to its field.
    pub(super) fn line(&self) -> FlawLine {
        FlawLine { at: self.at.clone(), text: self.text.clone() }
    }
}

/// All reasons against a message that the core sees.
pub(super) fn flaws(outlook: &Outlook, draft: &Draft, eyes: &Eyes<'_>) -> Vec<Flaw> {
    let t = eyes.t;
    let mut flaws = Vec::new();
    if draft.customer.is_none() {
        flaws.push(Flaw::at("who", t.customer_missing()));
    }
    for why in &outlook.problems {
        flaws.extend(of(why, draft, eyes));
    }
    for mute in &outlook.mutes {
        flaws.insert(0, Flaw::at("who", t.muted_first(&mute.sentence())));
    }
    if let Some(passed) = &outlook.passed {
        let at = eyes.times().full(passed.at.to_utc());
        flaws.push(Flaw::at("at", t.time_has_passed(&at)));
    }
    flaws
}

/// The reasons for a refusal, beside their fields; an error where there is no page.
pub(super) fn refused(
    why: SendErrorKind,
    draft: &Draft,
    eyes: &Eyes<'_>,
) -> Result<Vec<Flaw>, Oops> {
    match why {
        SendErrorKind::Store(error) => Err(error.into()),
        SendErrorKind::Settings(error) => {
            Err(Oops::Settings(Arc::new(SettingsUnread::Broken(error))))
        }
        why => Ok(of(&why, draft, eyes)),
    }
}

fn of(why: &SendErrorKind, draft: &Draft, eyes: &Eyes<'_>) -> Vec<Flaw> {
    use SendErrorKind as Kind;
    let t = eyes.t;
    let says = |field: &str| vec![Flaw::at(field, sentence(&why.to_string()))];
    let text_at = if draft.origin == Origin::Own { "text" } else { "from" };
    let file_at = draft.file_field;
    match why {
        Kind::Directory(_) => vec![Flaw::at("who", t.record_not_read_now())],
        // A reason that is not about a field is told at the beginning of the form.
        Kind::CustomerUnknown
        | Kind::CustomerId(_)
        | Kind::Number(_)
        | Kind::Declined(_)
        | Kind::KeyConflict(_)
        | Kind::Settings(_)
        | Kind::Store(_) => says("who"),
        Kind::TypeUnknown(_) | Kind::SwitchedOff(_) | Kind::TextByHost(_) => says("type"),
        Kind::TemplateUnknown | Kind::TemplateType(_) | Kind::TemplateInactive => says("from"),
        Kind::TemplateBroken(errors) => vec![Flaw::at("from", sentence(&errors.brief()))],
        Kind::Text(RenderError::Missing { names }) => {
            let known = draft.message_type.placeholders();
            let about = |name: &str| known.iter().find(|it| it.name == name).map(|it| it.about);
            let missing = names.iter().map(|name| {
                let about = about(name).unwrap_or(name);
                Flaw::at(format!("{VALUE}{name}"), t.value_missing(about))
            });
            missing.collect()
        }
        Kind::Text(RenderError::Year { name, .. }) => says(&format!("{VALUE}{name}")),
        Kind::Text(RenderError::Empty) if draft.origin == Origin::Own => {
            vec![Flaw::at("text", t.text_missing())]
        }
        Kind::Text(_) => says(text_at),
        Kind::Source(SourceError::Invalid(invalid)) => {
            vec![Flaw::at(file_at, invalid_file(*invalid, file_at == "upload", eyes))]
        }
        Kind::AttachmentMissing(_)
        | Kind::AttachmentForbidden(_)
        | Kind::NoMediaHost
        | Kind::NoAttachmentSource
        | Kind::Source(_)
        | Kind::Media(_) => says(file_at),
        Kind::Year { .. } | Kind::TooFarAhead { .. } => says("at"),
        Kind::OutsideHours(_) => vec![Flaw::at("hours", t.hours_first())],
    }
}

/// Reason why a file cannot be attached, in a sentence.
pub(super) fn invalid_file(why: InvalidAttachment, is_upload: bool, eyes: &Eyes<'_>) -> String {
    match why {
        InvalidAttachment::WebPage if is_upload => eyes.t.file_is_a_page().to_owned(),
        why => sentence(&why.to_string()),
    }
}

/// The page of the chosen customer.
pub(super) fn customers_page(draft: &Draft, eyes: &Eyes<'_>) -> String {
    draft.customer.as_ref().map(|id| eyes.links.page(links::customer(id))).unwrap_or_default()
}
