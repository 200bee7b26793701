//! Templates: text with `{placeholders}`, checked when saved, rendered with values.
//!
//! A template is parsed once into literal segments and numbered value slots; each message type has
//! [placeholders](MessageType::placeholders) that give every value its slot.
//!
//! ```
//! use whatsapp_core::message::MessageType;
//! use whatsapp_core::template::{Template, Values};
//!
//! let template = Template::check(MessageType::FESTIVAL, "Happy {festivalName}, {customerName}!")?;
//! let values = [("customerName", "Asha"), ("festivalName", "Diwali")];
//! let values = Values::from_pairs(MessageType::FESTIVAL, values.iter().map(|(k, v)| (*k, *v)));
//! assert_eq!(template.render(&values)?, "Happy Diwali, Asha!");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod doubts;
mod draft;
mod foreign;
mod names;
mod parse;
mod payload;
mod problem;
mod registry;
mod render;
mod review;
mod summary;
#[cfg(test)]
mod tests;

pub use check::TemplateErrors;
pub(crate) use doubts::{YEARS, check_year};
pub use draft::{InvalidTemplate, TEMPLATE_NAME_MAX, TEMPLATE_NOTE_MAX, TemplateDraft};
pub use parse::Position;
pub(crate) use payload::days_overdue;
pub use payload::{
    Festival, Invoice, InvoiceReminder, Payload, PayloadValues, PaymentReminder, StockDelivered,
};
pub use problem::{Problem, ProblemKind};
pub use registry::{InvalidType, TypeProblem, Types};
pub use render::{Filled, RenderError, Values};
pub(crate) use render::{free_text, unknown_value};
pub use review::{Finding, Hint, Remark, Review};
pub(crate) use summary::totals;
pub use summary::{OpenInvoice, PaymentSummary};

use std::borrow::Cow;

use crate::format::sign;
use crate::types::MessageType;

/// The longest text of a message, in UTF-16 units. Longer ones are refused, never cut.
pub const TEXT_MAX_UTF16: usize = 4096;

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    message_type: MessageType,
    text: String,
    /// Each placeholder with the text before it.
    slots: Vec<Slot>,
    /// The text after the last placeholder.
    tail: String,
    literal_bytes: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Slot {
    before: String,
    /// The place among the type's placeholders.
    place: usize,
    /// The currency that the text writes beside the placeholder.
    beside: Option<Box<Beside>>,
}

/// The currency that a template writes on both sides of an amount, and the part of it that stays
/// where the amount has a sign of its own: WhatsApp's marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Beside {
    before: String,
    marks_before: String,
    after: String,
    marks_after: String,
}

impl Template {
    /// Takes a text unchanged, for older templates and free text: unknown names and malformed
    /// braces stay as written and are reported.
    #[must_use]
    pub fn lenient(message_type: MessageType, text: &str) -> (Self, Vec<Problem>) {
        Self::compile(message_type, text)
    }

    /// Parses a text; line ends of Windows and web forms become plain ones. Problems are reported
    /// by their place in the text as given.
    fn compile(message_type: MessageType, text: &str) -> (Self, Vec<Problem>) {
        let mut problems = foreign::problems(message_type, text);
        let borrowed: Vec<_> = problems.iter().map(|problem| problem.bytes).collect();
        let mut template = Self {
            message_type,
            text: plain_lines(text).into_owned(),
            slots: Vec::new(),
            tail: String::new(),
            literal_bytes: 0,
        };
        for piece in parse::pieces(text) {
            let (range, problem) = match piece {
                parse::Piece::Literal(range) => (range, None),
                parse::Piece::Name(range) => {
                    if let Some(place) = message_type.slot(&text[range.clone()]) {
                        template.slot(place);
                        continue;
                    }
                    let kind = check::unknown(message_type, &text[range.clone()]);
                    (range.start - 1..range.end + 1, Some(kind))
                }
                parse::Piece::Malformed(range, what) => {
                    let kind = check::malformed(message_type, &text[range.clone()], what);
                    (range, Some(kind))
                }
            };
            template.literal(&text[range.clone()]);
            let Some(kind) = problem else { continue };
            // Braces within another system's placeholder are reported with it, and the reverse.
            let within =
                |one: (usize, usize), other: (usize, usize)| other.0 <= one.0 && one.1 <= other.1;
            let bytes = (range.start, range.end);
            if !borrowed.iter().any(|other| within(bytes, *other)) {
                problems.retain(|other| !within(other.bytes, bytes));
                problems.push(problem::problem(text, range, kind));
            }
        }
        template.literal_bytes += template.tail.len();
        problems.sort_by_key(|problem| problem.bytes);
        (template, problems)
    }

    /// Adds literal text. Right after an amount, a currency is put beside it.
    fn literal(&mut self, text: &str) {
        let text = plain_lines(text);
        let message_type = self.message_type;
        let is_amount = |slot: &&mut Slot| message_type.is_amount(slot.place);
        let amount = self.slots.last_mut().filter(is_amount).filter(|_| self.tail.is_empty());
        match amount.and_then(|slot| sign::after(&text).map(|cut| (slot, cut))) {
            Some((slot, cut)) => {
                self.literal_bytes += cut.sign.len();
                let beside = slot.beside.get_or_insert_default();
                beside.after.push_str(cut.sign);
                beside.marks_after.push_str(&cut.marks);
                self.tail.push_str(cut.rest);
            }
            None => self.tail.push_str(&text),
        }
    }

    fn slot(&mut self, place: usize) {
        let mut before = std::mem::take(&mut self.tail);
        self.literal_bytes += before.len();
        let cut = if self.message_type.is_amount(place) { sign::before(&before) } else { None };
        let beside = cut.map(|cut| {
            let beside = Beside {
                before: cut.sign.to_owned(),
                marks_before: cut.marks,
                ..Beside::default()
            };
            (cut.rest.len(), Box::new(beside))
        });
        let beside = beside.map(|(rest, beside)| {
            before.truncate(rest);
            beside
        });
        self.slots.push(Slot { before, place, beside });
    }

    /// The message type of the template.
    #[must_use]
    pub const fn message_type(&self) -> MessageType {
        self.message_type
    }

    /// The text that the template was made from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The placeholders in the template, in the order of the type's placeholders.
    #[must_use]
    pub fn placeholders(&self) -> Vec<&'static str> {
        let known = self.message_type.placeholders().iter().map(|known| known.name);
        known.filter(|name| self.uses(name)).collect()
    }

    /// Returns true if this placeholder is in the template.
    #[must_use]
    pub fn uses(&self, name: &str) -> bool {
        let slot = self.message_type.slot(name);
        slot.is_some_and(|slot| self.slots.iter().any(|used| used.place == slot))
    }
}

/// A text with plain line ends.
fn plain_lines(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}
