//! A text as a customer would get it, also while it is being written.

use crate::desk::Desk;
use crate::id::{CustomerId, MessageId};
use crate::message::{AttachmentRef, MessageType, MessageValues, Part};
use crate::port::{LogFilter, Sort, Store, StoreError, Turn};
use crate::private::Private;
use crate::template::{RenderError, Template, Values};

/// Number of a customer's messages searched for one whose values are kept.
const LOOKED_AT: u32 = 20;

/// A text as a customer would get it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TextPreview {
    /// The text, with a customer's values in it.
    pub text: Private,
    /// The byte range of each value, from its first byte to the one after its last, in the order of
    /// the text.
    pub values: Vec<(usize, usize)>,
    /// Length in UTF-16 units, of which a message may have 4,096.
    pub units: usize,
    /// The part that goes out first if a file goes with the text.
    pub part: Part,
    /// The message whose values are shown; `None` where they are samples.
    pub of: Option<PreviewOf>,
    /// The placeholders for which that message has no value, and which show samples.
    pub samples: Vec<&'static str>,
}

/// The message whose values are shown in a preview.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PreviewOf {
    /// The message's id.
    pub message: MessageId,
    /// The file that went with it.
    pub file: Option<AttachmentRef>,
}

/// A text could not be shown as a customer would get it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TextPreviewError {
    /// No message of the type to this customer has values that are kept.
    #[error("this customer has had no such message whose values are kept")]
    NoMessage,
    /// With its values the text is empty or too long.
    #[error(transparent)]
    Render(RenderError),
    /// The database did not do what it was asked to do.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Desk {
    /// A text with the sample values of its type, or with those of the newest message of the type
    /// to a customer. Errors in the text are left as written; [`Template::review`] lists them.
    ///
    /// # Errors
    /// [`TextPreviewError`].
    pub async fn preview_text(
        &self,
        message_type: MessageType,
        text: &str,
        of: Option<&CustomerId>,
    ) -> Result<TextPreview, TextPreviewError> {
        let (template, _) = Template::lenient(message_type, text);
        let Some(customer) = of else {
            let values = Values::samples(message_type);
            let filled = TextPreview::filled(&template, values, Vec::new(), None);
            return filled.map_err(TextPreviewError::Render);
        };
        let newest = newest_values(self.ports.store.as_ref(), message_type, customer).await?;
        let (kept, of) = newest.ok_or(TextPreviewError::NoMessage)?;
        let values = Values::from_pairs(message_type, kept.iter());
        let (values, samples) = values.or_samples(&template);
        TextPreview::filled(&template, values, samples, Some(of)).map_err(TextPreviewError::Render)
    }
}

impl TextPreview {
    /// The text of a template with these values; `samples` names those that are samples.
    pub(crate) fn filled(
        template: &Template,
        values: Values<'_>,
        samples: Vec<&'static str>,
        of: Option<PreviewOf>,
    ) -> Result<Self, RenderError> {
        let filled = template.fill(&values)?;
        let units = filled.text.encode_utf16().count();
        let part = Part::first(&filled.text, true);
        Ok(Self { text: filled.text.into(), values: filled.values, units, part, of, samples })
    }
}

/// The values of the newest message of a type to a customer that has any.
async fn newest_values(
    log: &dyn Store,
    message_type: MessageType,
    customer: &CustomerId,
) -> Result<Option<(MessageValues, PreviewOf)>, StoreError> {
    let filter = LogFilter {
        customers: [customer.clone()].into(),
        message_type: Some(message_type.name()),
        ..LogFilter::default()
    };
    let page = log.page(&filter, Sort::Newest, Turn::First, LOOKED_AT).await?;
    let mut values = page.messages.into_iter().filter_map(|message| {
        let facts = message.facts;
        Some((facts.values?, PreviewOf { message: facts.id, file: facts.attachment }))
    });
    // A text that a person wrote has no values.
    Ok(values.find(|(values, _)| values.iter().next().is_some()))
}
