//! The message types that a program knows.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::Arc;

use super::{RenderError, Template, TemplateErrors};
use crate::types::{MessageType, PLACEHOLDERS_MAX, Source, TypeName};

/// The message types that a program knows: the built-in ones, and the host's own. Cheap to clone.
///
/// [`TypeDef`](crate::message::TypeDef) has an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Types(Arc<[MessageType]>);

/// A message type that the registry refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the message type {name:?} cannot be used: {problem}")]
#[non_exhaustive]
pub struct InvalidType {
    /// The type's name, as its definition has it.
    pub name: &'static str,
    /// The problem of its definition.
    pub problem: TypeProblem,
}

/// The problem in the definition of a message type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TypeProblem {
    /// The name is invalid.
    #[error(transparent)]
    Name(crate::types::InvalidTypeName),
    /// Another type has the name.
    #[error("another type has this name; choose another name")]
    NameTaken,
    /// The label is blank.
    #[error("its label is blank; give the words that people read")]
    Label,
    /// The type has too many placeholders.
    #[error("it has {0} placeholders; {PLACEHOLDERS_MAX} are the most")]
    TooMany(usize),
    /// The name of a placeholder is invalid.
    #[error(
        "the placeholder {0:?} needs another name: letters (a to z, A to Z) and digits, with a \
         lower-case letter first"
    )]
    Placeholder(&'static str),
    /// Two placeholders have the same name.
    #[error("it has the placeholder {{{0}}} twice")]
    Twice(&'static str),
    /// `customerName` stands for something else, or another placeholder for the customer's name.
    #[error("{{customerName}} stands for the customer's name: use Placeholder::CUSTOMER_NAME")]
    CustomerName,
    /// The subject, or the value that may be zero, is none of the type's placeholders.
    #[error("it has no placeholder {{{0}}}, which its definition names")]
    NoSuchPlaceholder(&'static str),
    /// A text of the definition has other placeholders than the type, or none that can be sent.
    #[error("its text does not fit: {0}")]
    Text(TemplateErrors),
    /// A text cannot be rendered with the sample values.
    #[error("its text cannot be shown with its samples: {0}")]
    Sample(RenderError),
    /// The mandatory file has no allowed kind.
    #[error("it needs a file, but allows no kind of file")]
    NoKindOfFile,
    /// The type whose switch this type is under is not known, or is itself under another's.
    #[error(
        "it is under the switch of {0}, which must be known as well and have a switch of its own"
    )]
    Switch(&'static str),
}

impl Default for Types {
    fn default() -> Self {
        Self(MessageType::BUILT_IN.into())
    }
}

impl Types {
    /// A registry of the built-in types and these.
    ///
    /// # Errors
    /// [`InvalidType`] for the first type that cannot be used, with its name and the problem. Its
    /// name is invalid or taken, its text does not fit its own placeholders, or its definition
    /// names something that does not exist.
    pub fn new(own: impl IntoIterator<Item = MessageType>) -> Result<Self, InvalidType> {
        let own: Vec<MessageType> = own.into_iter().collect();
        let known: Vec<_> = MessageType::BUILT_IN.iter().copied().chain(own).collect();
        for (place, one) in known.iter().enumerate() {
            let before = known.get(..place).unwrap_or_default();
            check(*one, before, &known)
                .map_err(|problem| InvalidType { name: one.as_str(), problem })?;
        }
        Ok(Self(known.into()))
    }

    /// The type of this name; `None` where it is not known.
    #[must_use]
    pub fn get(&self, name: TypeName) -> Option<MessageType> {
        self.iter().find(|one| *one == name)
    }

    /// Returns true if this very definition is known.
    #[must_use]
    pub fn has(&self, message_type: MessageType) -> bool {
        self.iter().any(|one| {
            std::ptr::eq(one.definition(), message_type.definition())
                || one.definition() == message_type.definition()
        })
    }

    /// All types: the built-in ones, then the host's, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = MessageType> {
        self.0.iter().copied()
    }

    /// The name that people read where a message of this type is shown: its label, or for an
    /// unknown type its name with a word about that.
    #[must_use]
    pub fn label(&self, name: TypeName) -> Cow<'static, str> {
        match self.get(name) {
            Some(known) => Cow::Borrowed(known.label()),
            None => Cow::Owned(format!("{name} (unknown type)")),
        }
    }
}

fn check(one: MessageType, before: &[MessageType], all: &[MessageType]) -> Result<(), TypeProblem> {
    TypeName::new(one.as_str()).map_err(TypeProblem::Name)?;
    if before.contains(&one) {
        return Err(TypeProblem::NameTaken);
    }
    if one.label().trim().is_empty() {
        return Err(TypeProblem::Label);
    }
    check_placeholders(one)?;
    if one.file().kinds().is_empty() && one.file() != crate::types::FileRule::None {
        return Err(TypeProblem::NoKindOfFile);
    }
    let other = one.switched_by();
    if other != one && !(all.contains(&other) && other.switched_by() == other) {
        return Err(TypeProblem::Switch(other.as_str()));
    }
    for text in [Some(one.built_in_text()), one.text_for_zero().map(|(_, text)| text)] {
        let Some(text) = text else { continue };
        let template = Template::check(one, text).map_err(TypeProblem::Text)?;
        template.preview().map_err(TypeProblem::Sample)?;
    }
    Ok(())
}

fn check_placeholders(one: MessageType) -> Result<(), TypeProblem> {
    let placeholders = one.placeholders();
    if placeholders.len() > PLACEHOLDERS_MAX {
        return Err(TypeProblem::TooMany(placeholders.len()));
    }
    for (slot, placeholder) in placeholders.iter().enumerate() {
        let name = placeholder.name;
        let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_name {
            return Err(TypeProblem::Placeholder(name));
        }
        if one.slot(name) != Some(slot) {
            return Err(TypeProblem::Twice(name));
        }
        if (name == "customerName") != (placeholder.source == Source::CustomerName) {
            return Err(TypeProblem::CustomerName);
        }
    }
    let named = [one.subject().map(|(name, _)| name), one.text_for_zero().map(|(name, _)| name)];
    match named.into_iter().flatten().find(|name| one.slot(name).is_none()) {
        Some(name) => Err(TypeProblem::NoSuchPlaceholder(name)),
        None => Ok(()),
    }
}
