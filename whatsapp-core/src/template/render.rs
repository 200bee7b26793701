//! Putting values into a template.

use std::borrow::Cow;

use super::problem::ProblemKind;
use super::{Beside, Slot, TEXT_MAX_UTF16, Template, check};
use crate::format::sign;
use crate::types::{MessageType, PLACEHOLDERS_MAX as SLOTS, ValueKind};
use crate::visible::{is_blank, is_unsafe};

/// The values of one message, one for each placeholder of its type; a value that is not set
/// is missing.
#[derive(Clone, Copy)]
pub struct Values<'a> {
    message_type: MessageType,
    slots: [&'a str; SLOTS],
}

impl std::fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Values({})", self.message_type)
    }
}

/// A finished text with the positions of its values.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filled {
    /// The text.
    pub text: String,
    /// The byte range of each value, from its first byte to the one after its last, in the order of
    /// the text.
    pub values: Vec<(usize, usize)>,
}

/// Reason why a message text could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// Values are missing or blank.
    #[error("there is no value for {}", braced(.names))]
    Missing {
        /// The placeholders without a value.
        names: Vec<&'static str>,
    },
    /// The finished text is too long.
    #[error(
        "the text would have {units} characters; {TEXT_MAX_UTF16} are the most a message may have"
    )]
    TooLong {
        /// Number of UTF-16 units that the text would have.
        units: usize,
    },
    /// The finished text is blank.
    #[error("the text is empty")]
    Empty,
    /// A date lies before 1900 or after 2199.
    #[error(
        "the year of {{{name}}} is {year}: a year from 1900 to 2199, in four digits, is expected"
    )]
    Year {
        /// The placeholder that the date is for.
        name: &'static str,
        /// The date's year.
        year: i32,
    },
    /// A value has a name that is no placeholder of the type.
    #[error("a value has no place: {0}")]
    NoPlaceholder(ProblemKind),
    /// The values belong to another message type than the template.
    #[error("the template is for another message type")]
    OtherType,
}

fn braced(names: &[&str]) -> String {
    let braced: Vec<String> = names.iter().map(|name| format!("{{{name}}}")).collect();
    braced.join(", ")
}

impl<'a> Values<'a> {
    /// An empty set of values.
    #[must_use]
    pub const fn new(message_type: MessageType) -> Self {
        Self { message_type, slots: [""; SLOTS] }
    }

    /// Takes values by name, such as the entries of a map. Names that the type does not have are
    /// left out.
    pub fn from_pairs<K, V>(
        message_type: MessageType,
        pairs: impl IntoIterator<Item = (&'a K, &'a V)>,
    ) -> Self
    where
        K: AsRef<str> + ?Sized + 'a,
        V: AsRef<str> + ?Sized + 'a,
    {
        let mut values = Self::new(message_type);
        for (name, value) in pairs {
            if let Some(slot) = message_type.slot(name.as_ref()) {
                values.slots[slot] = value.as_ref();
            }
        }
        values
    }

    /// Values in the order of the type's placeholders.
    pub(super) fn in_order(
        message_type: MessageType,
        in_order: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut values = Self::new(message_type);
        for (slot, value) in values.slots.iter_mut().zip(in_order) {
            *slot = value;
        }
        values
    }

    /// The sample values of the type's placeholders, for previews.
    #[must_use]
    pub fn samples(message_type: MessageType) -> Values<'static> {
        let mut values = Values::new(message_type);
        for (slot, placeholder) in values.slots.iter_mut().zip(message_type.placeholders()) {
            *slot = placeholder.sample;
        }
        values
    }

    /// The values that are not blank, by name, as written in a text.
    pub(crate) fn written(&self) -> impl Iterator<Item = (&'static str, Cow<'a, str>)> {
        let known = self.message_type.placeholders().iter().zip(self.slots);
        known
            .map(|(placeholder, value)| (placeholder.name, clean(value, placeholder.kind)))
            .filter(|(_, value)| !is_blank(value))
    }

    /// Fills values that a template lacks with samples, and returns the names of these.
    #[must_use]
    pub fn or_samples(mut self, template: &Template) -> (Self, Vec<&'static str>) {
        let mut names = Vec::new();
        for (slot, known) in self.message_type.placeholders().iter().enumerate() {
            if template.uses(known.name) && is_blank(&clean(self.slots[slot], known.kind)) {
                self.slots[slot] = known.sample;
                names.push(known.name);
            }
        }
        (self, names)
    }

    /// The value of a placeholder; empty when it is missing.
    #[must_use]
    pub fn get(&self, name: &str) -> &'a str {
        self.message_type.slot(name).map_or("", |slot| self.slots[slot])
    }
}

impl Beside {
    /// The text before and after an amount: one currency, the amount's own if it brings one.
    fn around(&self, amount: &str) -> (&str, &str) {
        if sign::is_in(amount) {
            (&self.marks_before, &self.marks_after)
        } else {
            (&self.before, &self.after)
        }
    }
}

impl Template {
    /// Puts the values in, once: braces inside a value stay as they are. Control and bidi
    /// characters are removed from values; line breaks become a space, except in values of
    /// several lines. Blanks at the ends of a one-line value are removed: `*{customerName}*`
    /// would not be bold.
    ///
    /// # Errors
    /// [`RenderError`] when a value is missing or blank, or the text is blank or has more than
    /// 4,096 UTF-16 units. Nothing is ever cut.
    pub fn render(&self, values: &Values<'_>) -> Result<String, RenderError> {
        if values.message_type != self.message_type {
            return Err(RenderError::OtherType);
        }
        let mut bytes = self.literal_bytes;
        for used in &self.slots {
            let value = values.slots[used.place];
            if !is_clean(value) {
                return self.render_cleaned(values);
            }
            bytes += value.len();
        }
        self.assemble(&values.slots, bytes)
    }

    /// The slower path, for values of which one may have to be changed or is blank.
    #[cold]
    fn render_cleaned(&self, values: &Values<'_>) -> Result<String, RenderError> {
        let mut changed = Vec::new();
        let slots = self.cleaned(values, &mut changed)?;
        let used = self.slots.iter().map(|used| slots[used.place].len());
        self.assemble(&slots, self.literal_bytes + used.sum::<usize>())
    }

    /// The values of the template's placeholders, as written in a text. Those that had to be
    /// changed are kept in `changed`, with their places.
    fn cleaned<'v>(
        &self,
        values: &Values<'v>,
        changed: &'v mut Vec<(usize, String)>,
    ) -> Result<[&'v str; SLOTS], RenderError> {
        let mut slots = values.slots;
        for &Slot { place, .. } in &self.slots {
            match clean(slots[place], self.kind(place)) {
                Cow::Borrowed(value) => slots[place] = value,
                Cow::Owned(value) => changed.push((place, value)),
            }
        }
        for (place, value) in changed {
            slots[*place] = value;
        }
        if self.slots.iter().any(|used| is_blank(slots[used.place])) {
            let known = self.message_type.placeholders().iter().zip(slots);
            let missing = known.filter(|(known, value)| self.uses(known.name) && is_blank(value));
            return Err(RenderError::Missing {
                names: missing.map(|(known, _)| known.name).collect(),
            });
        }
        Ok(slots)
    }

    /// Puts the values in as [`render`](Self::render) does, and returns the position of each: for
    /// previews that set them off.
    ///
    /// # Errors
    /// As [`render`](Self::render).
    pub fn fill(&self, values: &Values<'_>) -> Result<Filled, RenderError> {
        if values.message_type != self.message_type {
            return Err(RenderError::OtherType);
        }
        let mut changed = Vec::new();
        let slots = self.cleaned(values, &mut changed)?;
        let text = self.assemble(&slots, self.literal_bytes)?;
        let mut places = Vec::with_capacity(self.slots.len());
        let mut at = 0;
        for Slot { before, place, beside } in &self.slots {
            let value = slots[*place];
            let (ahead, behind) = beside.as_ref().map_or(("", ""), |beside| beside.around(value));
            let begins = at + before.len() + ahead.len();
            at = begins + value.len();
            places.push((begins, at));
            at += behind.len();
        }
        Ok(Filled { text, values: places })
    }

    /// Renders with the type's sample values.
    ///
    /// # Errors
    /// [`RenderError`] when the template is blank or too long with them.
    pub fn preview(&self) -> Result<String, RenderError> {
        self.render(&Values::samples(self.message_type))
    }

    fn kind(&self, slot: usize) -> ValueKind {
        self.message_type.placeholders().get(slot).map_or(ValueKind::Line, |known| known.kind)
    }

    fn assemble(&self, slots: &[&str; SLOTS], bytes: usize) -> Result<String, RenderError> {
        let mut text = String::with_capacity(bytes);
        for Slot { before, place, beside } in &self.slots {
            text.push_str(before);
            let value = slots[*place];
            match beside {
                None => text.push_str(value),
                Some(beside) => {
                    let (before, after) = beside.around(value);
                    for part in [before, value, after] {
                        text.push_str(part);
                    }
                }
            }
        }
        text.push_str(&self.tail);
        // A text has at most as many UTF-16 units as bytes, so most need no count.
        if text.len() > TEXT_MAX_UTF16 {
            let units = text.encode_utf16().count();
            if units > TEXT_MAX_UTF16 {
                return Err(RenderError::TooLong { units });
            }
        }
        if is_blank(&text) { Err(RenderError::Empty) } else { Ok(text) }
    }
}

/// The error for a value with this name, if it is no placeholder of the type.
pub(crate) fn unknown_value(message_type: MessageType, name: &str) -> Option<RenderError> {
    let unknown = || RenderError::NoPlaceholder(check::unknown(message_type, name));
    message_type.slot(name).is_none().then(unknown)
}

/// Checks a text that a person wrote for one customer: it is cleaned like a value of several lines.
///
/// # Errors
/// [`RenderError::Empty`] or [`RenderError::TooLong`].
pub(crate) fn free_text(text: &str) -> Result<String, RenderError> {
    let text = clean(text, ValueKind::Lines).into_owned();
    if is_blank(&text) {
        return Err(RenderError::Empty);
    }
    let units = text.encode_utf16().count();
    if units > TEXT_MAX_UTF16 {
        return Err(RenderError::TooLong { units });
    }
    Ok(text)
}

/// Returns true for a value that stands in every text as it is: printable ASCII, with a visible
/// character at both ends.
fn is_clean(value: &str) -> bool {
    let visible = |byte: Option<&u8>| byte.is_some_and(|byte| *byte != b' ');
    let bytes = value.as_bytes();
    visible(bytes.first()) && visible(bytes.last()) && is_plain(value)
}

/// Returns true if all characters are printable ASCII, which needs no cleaning: 8 bytes at a time.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(last) = bytes.last_chunk::<8>() else {
        return bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    };
    let (chunks, _) = bytes.as_chunks::<8>();
    // The last eight overlap the chunk before them: to look twice costs less than to look singly.
    let odd = chunks.iter().fold(odd_bytes(*last), |odd, chunk| odd | odd_bytes(*chunk));
    odd == 0
}

/// Not zero when one of eight bytes is not printable ASCII.
const fn odd_bytes(bytes: [u8; 8]) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let word = u64::from_le_bytes(bytes);
    // The high bit of a byte ends up set where it was set, where the byte is below 0x20, and where
    // it is 0x7F. Borrows and carries only ever come from a byte that is itself caught.
    (word | word.wrapping_sub(ONES * 0x20) | word.wrapping_add(ONES)) & HIGH
}

/// Returns true for a character that [`clean`] leaves as it is.
fn stays(c: char, kind: ValueKind) -> bool {
    match c {
        '\n' => kind == ValueKind::Lines,
        '\t' | '\r' | '\u{2028}' | '\u{2029}' => false,
        c => !is_unsafe(c),
    }
}

/// Removes characters that must not reach a customer from a value.
fn clean(value: &str, kind: ValueKind) -> Cow<'_, str> {
    if is_clean(value) {
        return Cow::Borrowed(value);
    }
    let value = if kind == ValueKind::Lines { value } else { value.trim() };
    // Most other values stay as they are too, such as `₹500` and names in Hindi.
    if value.chars().all(|c| stays(c, kind)) {
        return Cow::Borrowed(value);
    }
    let mut cleaned = String::with_capacity(value.len());
    let mut characters = value.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\t' => cleaned.push(' '),
            '\r' if characters.peek() == Some(&'\n') => {}
            // Every line end becomes a line break or a space: else the words on both sides would
            // become one.
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                cleaned.push(if kind == ValueKind::Lines { '\n' } else { ' ' });
            }
            c if is_unsafe(c) => {}
            c => cleaned.push(c),
        }
    }
    // Removed invisible characters may leave a blank at an end.
    if kind != ValueKind::Lines && cleaned.trim().len() < cleaned.len() {
        return Cow::Owned(cleaned.trim().to_owned());
    }
    Cow::Owned(cleaned)
}
