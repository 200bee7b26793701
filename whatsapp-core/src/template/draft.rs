//! Checked templates, ready to be saved.

use super::{Template, TemplateErrors};
use crate::message::MessageType;
use crate::visible::{is_blank, is_unsafe};

/// The longest name of a template, in characters (specification 4.2).
pub const TEMPLATE_NAME_MAX: usize = 100;

/// The longest note on a version of a template, in characters.
pub const TEMPLATE_NOTE_MAX: usize = 200;

/// A template to be saved. Only its checks make it, so that no unchecked template is written.
///
/// ```
/// use whatsapp_core::message::MessageType;
/// use whatsapp_core::template::TemplateDraft;
///
/// let text = "Happy {festivalName}, {customerName}!";
/// let draft = TemplateDraft::check("Greeting", MessageType::FESTIVAL, text, true)?;
/// assert_eq!(draft.placeholders(), ["customerName", "festivalName"]);
/// let misspelt = "Happy {festival_name}!";
/// assert!(TemplateDraft::check("Greeting", MessageType::FESTIVAL, misspelt, true).is_err());
/// # Ok::<(), whatsapp_core::template::InvalidTemplate>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateDraft {
    name: String,
    message_type: MessageType,
    text: String,
    placeholders: Vec<&'static str>,
    is_active: bool,
    note: Option<String>,
}

/// Reason why a template cannot be saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTemplate {
    /// The name is invalid.
    #[error(
        "a template's name has 1 to {TEMPLATE_NAME_MAX} characters on one line, and none that \
         nobody sees"
    )]
    Name,
    /// The note on the version is invalid.
    #[error(
        "a note has up to {TEMPLATE_NOTE_MAX} characters on one line, and none that nobody sees"
    )]
    Note,
    /// The text is invalid.
    #[error(transparent)]
    Text(TemplateErrors),
}

impl TemplateDraft {
    /// Checks a template for saving.
    ///
    /// # Errors
    /// [`InvalidTemplate`] for an invalid name, and with every problem of the text.
    pub fn check(
        name: &str,
        message_type: MessageType,
        text: &str,
        is_active: bool,
    ) -> Result<Self, InvalidTemplate> {
        let name = line(name, TEMPLATE_NAME_MAX).ok_or(InvalidTemplate::Name)?;
        let template = Template::check(message_type, text).map_err(InvalidTemplate::Text)?;
        let placeholders = template.placeholders();
        let text = template.text().to_owned();
        Ok(Self { name, message_type, text, placeholders, is_active, note: None })
    }

    /// A stored template without a change, switched off: it is not used, so its text may be broken.
    ///
    /// # Errors
    /// [`InvalidTemplate::Name`] where something other than the library gave it an invalid name.
    pub fn switched_off(
        name: &str,
        message_type: MessageType,
        text: &str,
    ) -> Result<Self, InvalidTemplate> {
        let name = line(name, TEMPLATE_NAME_MAX).ok_or(InvalidTemplate::Name)?;
        let (template, _) = Template::lenient(message_type, text);
        let placeholders = template.placeholders();
        let text = text.to_owned();
        Ok(Self { name, message_type, text, placeholders, is_active: false, note: None })
    }

    /// The same draft with a note on the version, for those who look at the versions later; a blank
    /// note is none.
    ///
    /// # Errors
    /// [`InvalidTemplate::Note`] for more than 200 characters or more than one line.
    pub fn with_note(self, note: &str) -> Result<Self, InvalidTemplate> {
        if is_blank(note) {
            return Ok(Self { note: None, ..self });
        }
        let note = line(note, TEMPLATE_NOTE_MAX).ok_or(InvalidTemplate::Note)?;
        Ok(Self { note: Some(note), ..self })
    }

    /// The template's name, 1 to 100 characters.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The template's message type.
    #[must_use]
    pub const fn message_type(&self) -> MessageType {
        self.message_type
    }

    /// The template's text with placeholders.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The placeholders in the text, in the order in which the type lists them.
    #[must_use]
    pub fn placeholders(&self) -> &[&'static str] {
        &self.placeholders
    }

    /// The note on this version, 1 to 200 characters.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Returns true if the template is in use. The active template of a type that changed last is
    /// its default.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.is_active
    }
}

/// A text on one line, without the blanks around it.
fn line(text: &str, most: usize) -> Option<String> {
    let text = text.trim();
    let fits = !is_blank(text)
        && text.chars().count() <= most
        && !text
            .chars()
            .any(|c| is_unsafe(c) || matches!(c, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}'));
    fits.then(|| text.to_owned())
}
