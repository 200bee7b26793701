//! A template as a customer would read it.

use crate::message::MessageType;
use crate::template::{RenderError, Template, TemplateErrors};

/// A text as a customer would get it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Preview {
    /// The text, made with sample values.
    pub text: String,
    /// Its length in UTF-16 units, of which a message may have 4,096.
    pub units: usize,
}

/// A template could not be previewed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PreviewError {
    /// The template is wrong.
    #[error(transparent)]
    Template(TemplateErrors),
    /// The text with sample values is too long.
    #[error(transparent)]
    Render(RenderError),
}

/// Checks a template and renders it with the sample values of its type.
pub(crate) fn preview(message_type: MessageType, text: &str) -> Result<Preview, PreviewError> {
    let template = Template::check(message_type, text).map_err(PreviewError::Template)?;
    let text = template.preview().map_err(PreviewError::Render)?;
    let units = text.encode_utf16().count();
    Ok(Preview { text, units })
}
