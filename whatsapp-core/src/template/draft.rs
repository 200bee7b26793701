//! A template that may be saved: checked, or not there at all.

use super::{Template, TemplateErrors};
use crate::message::MessageType;
use crate::visible::{is_blank, is_unsafe};

/// The longest name of a template, in characters (specification 4.2).
pub const TEMPLATE_NAME_MAX: usize = 100;

/// A template as somebody wants it. Only its checks make it, so that what was not checked is not
/// written.
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
}

/// A template that cannot be saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTemplate {
    /// Its name.
    #[error(
        "a template's name has 1 to {TEMPLATE_NAME_MAX} characters on one line, and none that \
         nobody sees"
    )]
    Name,
    /// Its text.
    #[error(transparent)]
    Text(TemplateErrors),
}

impl TemplateDraft {
    /// Checks a template for saving.
    ///
    /// # Errors
    /// [`InvalidTemplate`] for a name that cannot be one, and with every problem of the text.
    pub fn check(
        name: &str,
        message_type: MessageType,
        text: &str,
        is_active: bool,
    ) -> Result<Self, InvalidTemplate> {
        let name = checked(name)?;
        let template = Template::check(message_type, text).map_err(InvalidTemplate::Text)?;
        let placeholders = template.placeholders();
        let text = template.text().to_owned();
        Ok(Self { name, message_type, text, placeholders, is_active })
    }

    /// A stored template as it is, switched off: it is not used, so that its text may be broken.
    ///
    /// # Errors
    /// [`InvalidTemplate::Name`] where something else than the library gave it a name that cannot be
    /// one.
    pub fn switched_off(
        name: &str,
        message_type: MessageType,
        text: &str,
    ) -> Result<Self, InvalidTemplate> {
        let name = checked(name)?;
        let (template, _) = Template::lenient(message_type, text);
        let placeholders = template.placeholders();
        Ok(Self { name, message_type, text: text.to_owned(), placeholders, is_active: false })
    }

    /// Its name, 1 to 100 characters.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The message type that it is for.
    #[must_use]
    pub const fn message_type(&self) -> MessageType {
        self.message_type
    }

    /// Its text with placeholders.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The placeholders in it, in the order in which its type lists them.
    #[must_use]
    pub fn placeholders(&self) -> &[&'static str] {
        &self.placeholders
    }

    /// Whether it is in use. The active template of a type that changed last is its default.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.is_active
    }
}

fn checked(name: &str) -> Result<String, InvalidTemplate> {
    let name = name.trim();
    let fits = !is_blank(name)
        && name.chars().count() <= TEMPLATE_NAME_MAX
        && !name
            .chars()
            .any(|c| is_unsafe(c) || matches!(c, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}'));
    if fits { Ok(name.to_owned()) } else { Err(InvalidTemplate::Name) }
}
