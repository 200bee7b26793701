//! The content that a text is made from.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;

use crate::format::Formats;
use crate::message::{MessageType, Source};
use crate::private::Private;
use crate::template::{Payload, RenderError, Values, unknown_value};

/// Source of the text.
#[derive(Clone, PartialEq)]
pub(crate) enum Content {
    Payload(Payload),
    Values { message_type: MessageType, values: BTreeMap<String, String> },
    Text { message_type: MessageType, text: Private, values: BTreeMap<String, String> },
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({})", self.message_type())
    }
}

impl Content {
    pub(crate) const fn message_type(&self) -> MessageType {
        match self {
            Self::Payload(payload) => payload.message_type(),
            Self::Values { message_type, .. } | Self::Text { message_type, .. } => *message_type,
        }
    }

    /// Returns true if a person wrote the text for this one message.
    pub(crate) const fn is_free(&self) -> bool {
        matches!(self, Self::Text { .. })
    }

    /// Returns true if the value of a placeholder is 0.
    pub(super) fn is_zero(&self, placeholder: &str) -> bool {
        match self {
            Self::Payload(Payload::PaymentReminder(reminder)) => {
                placeholder == "daysOverdue" && reminder.days_overdue() == 0
            }
            Self::Values { values, .. } => {
                values.get(placeholder).is_some_and(|value| value.trim() == "0")
            }
            Self::Payload(_) | Self::Text { .. } => false,
        }
    }

    /// Checks for things that no message may say, whatever its template, and that every value has
    /// a placeholder.
    pub(crate) fn check(&self) -> Result<(), RenderError> {
        match self {
            Self::Payload(payload) => payload.check(),
            Self::Values { message_type, values } | Self::Text { message_type, values, .. } => {
                let unknown = values.keys().find_map(|name| unknown_value(*message_type, name));
                unknown.map_or(Ok(()), Err)
            }
        }
    }

    /// Warnings for a manager, a sentence each.
    pub(super) fn warnings(&self, day: NaiveDate) -> Vec<String> {
        match self {
            Self::Payload(payload) => payload.warnings(day),
            Self::Values { .. } | Self::Text { .. } => Vec::new(),
        }
    }

    /// Works on the content's values as they are written out for a customer. `link` stands where
    /// the host gave no link of its own.
    pub(crate) fn with_values<T>(
        &self,
        customer_name: &str,
        link: &str,
        formats: &Formats,
        work: impl FnOnce(&Values<'_>) -> T,
    ) -> T {
        match self {
            Self::Payload(payload) => work(&payload.values(customer_name, link, formats).values()),
            Self::Values { message_type, values } | Self::Text { message_type, values, .. } => {
                let known = message_type.placeholders().iter();
                let pairs = known.map(|placeholder| {
                    let given = values.get(placeholder.name).map(String::as_str);
                    let else_from = match placeholder.source {
                        Source::Host => "",
                        Source::CustomerName => customer_name,
                        Source::FileLink => link,
                    };
                    (placeholder.name, given.unwrap_or(else_from))
                });
                work(&Values::from_pairs(*message_type, pairs))
            }
        }
    }
}
