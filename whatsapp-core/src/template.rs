//! Templates: text with `{placeholders}`, checked when saved, rendered with values.
//!
//! A template is parsed once into literal segments and numbered value slots; each message type has
//! a [`catalogue`] that gives every placeholder its slot.
//!
//! ```
//! use whatsapp_core::message::MessageType;
//! use whatsapp_core::template::{Template, Values};
//!
//! let template = Template::check(MessageType::Festival, "Happy {festivalName}, {customerName}!")?;
//! let values = [("customerName", "Asha"), ("festivalName", "Diwali")];
//! let values = Values::from_pairs(MessageType::Festival, values.iter().map(|(k, v)| (*k, *v)));
//! assert_eq!(template.render(&values)?, "Happy Diwali, Asha!");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod catalogue;
mod check;
mod defaults;
mod parse;
mod payload;
mod render;
#[cfg(test)]
mod tests;

pub use catalogue::{Placeholder, ValueKind, catalogue};
pub use check::{Problem, ProblemKind, TemplateErrors};
pub use defaults::{built_in, not_yet_due_reminder};
pub use parse::Position;
pub use payload::{Festival, Invoice, Payload, PayloadValues, PaymentReminder, StockDelivered};
pub(crate) use render::free_text;
pub use render::{RenderError, Values};

use crate::format::trailing_sign;
use crate::message::MessageType;

/// The longest text of a message, in UTF-16 units. Longer ones are refused, never cut.
pub const TEXT_MAX_UTF16: usize = 4096;

/// A template, parsed.
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
    /// The place in the type's catalogue.
    place: usize,
    /// The currency sign that the text before it ends in: an amount does not repeat it.
    sign: Option<&'static str>,
}

impl Template {
    /// Takes a text as it is, for older templates and free text: unknown names and malformed braces
    /// stay as they stand and are reported.
    #[must_use]
    pub fn lenient(message_type: MessageType, text: &str) -> (Self, Vec<Problem>) {
        Self::compile(message_type, text)
    }

    /// Parses a text; line ends as Windows and web forms write them become plain ones.
    fn compile(message_type: MessageType, text: &str) -> (Self, Vec<Problem>) {
        let text = &text.replace("\r\n", "\n");
        let mut problems = Vec::new();
        let mut template = Self {
            message_type,
            text: text.clone(),
            slots: Vec::new(),
            tail: String::new(),
            literal_bytes: 0,
        };
        for piece in parse::pieces(text) {
            match piece {
                parse::Piece::Literal(range) => template.tail.push_str(&text[range]),
                parse::Piece::Name(range) => {
                    if let Some(slot) = catalogue::slot(message_type, &text[range.clone()]) {
                        template.slot(slot);
                    } else {
                        let braces = range.start - 1..range.end + 1;
                        let kind = check::unknown(message_type, &text[range]);
                        problems.push(check::problem(text, braces.clone(), kind));
                        template.tail.push_str(&text[braces]);
                    }
                }
                parse::Piece::Malformed(range, what) => {
                    let kind = check::malformed(message_type, &text[range.clone()], what);
                    problems.push(check::problem(text, range.clone(), kind));
                    template.tail.push_str(&text[range]);
                }
            }
        }
        template.literal_bytes += template.tail.len();
        (template, problems)
    }

    fn slot(&mut self, slot: usize) {
        let before = std::mem::take(&mut self.tail);
        self.literal_bytes += before.len();
        let known = catalogue(self.message_type).get(slot);
        let is_amount = known.is_some_and(|known| known.kind == ValueKind::Amount);
        let sign = if is_amount { trailing_sign(&before) } else { None };
        self.slots.push(Slot { before, place: slot, sign });
    }

    /// The message type that it is for.
    #[must_use]
    pub const fn message_type(&self) -> MessageType {
        self.message_type
    }

    /// The text it was made of.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The placeholders in it, in the order of the type's catalogue.
    #[must_use]
    pub fn placeholders(&self) -> Vec<&'static str> {
        let known = catalogue(self.message_type).iter().map(|known| known.name);
        known.filter(|name| self.uses(name)).collect()
    }

    /// Whether this placeholder is in it.
    #[must_use]
    pub fn uses(&self, name: &str) -> bool {
        let slot = catalogue::slot(self.message_type, name);
        slot.is_some_and(|slot| self.slots.iter().any(|used| used.place == slot))
    }
}

/// Whether a character is removed from values and names: controls other than line breaks and tabs,
/// bidi controls, and invisible marks that could hide or disguise text. ZWJ and ZWNJ stay: Hindi
/// and emoji need them.
#[must_use]
pub(crate) const fn is_unsafe(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}
