//! Characters beside values and at the ends of lines, and the length of the text with values in it.

use super::{Found, Hint, Piece, pieces};
use crate::format::sign;
use crate::message::{CAPTION_MAX_UNITS, Class, MessageType, Placeholder, Source, ValueKind};
use crate::template::{RenderError, Template, Values};

pub(super) fn find(message_type: MessageType, text: &str, found: &mut Vec<Found>) {
    for piece in pieces(text) {
        let Piece::Name(name) = piece else { continue };
        let slot = message_type.slot(&text[name.clone()]);
        let known = slot.and_then(|slot| message_type.placeholders().get(slot));
        let Some(known) = known else { continue };
        let bytes = name.start - 1..name.end + 1;
        let (before, behind) = (&text[..bytes.start], &text[bytes.end..]);
        glued(known, &bytes, (before, behind), found);
        if known.kind == ValueKind::Amount {
            currency(known, &bytes, (before, behind), found);
        }
    }
    blanks(text, found);
    let name = message_type.placeholders().iter().find(|it| it.source == Source::CustomerName);
    let is_for_many = matches!(message_type.class(), Class::Greeting | Class::Bulk);
    if let Some(known) = name.filter(|_| is_for_many)
        && !text.contains(&format!("{{{}}}", known.name))
    {
        found.push(Found::hint(0..0, Hint::SameForAll { name: known.name }, None));
    }
}

/// Returns true for letters that are written with blanks between words.
fn is_of_word(c: char) -> bool {
    // Scripts from Thai to Khmer, and those of East Asia, have no blanks between words.
    let runs_on = matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}');
    c.is_alphabetic() && !runs_on
}

fn glued(
    known: &Placeholder,
    bytes: &std::ops::Range<usize>,
    (before, behind): (&str, &str),
    found: &mut Vec<Found>,
) {
    let is_before = before.ends_with(is_of_word);
    // Of two values only the first is reported.
    let is_behind = behind.starts_with(|c: char| is_of_word(c) || c == '{');
    if is_before || is_behind {
        let [ahead, after] = [is_before, is_behind].map(|it| if it { " " } else { "" });
        let mend = format!("{ahead}{{{}}}{after}", known.name);
        found.push(Found::hint(bytes.clone(), Hint::Glued { name: known.name }, Some(mend)));
    }
}

fn currency(
    known: &Placeholder,
    bytes: &std::ops::Range<usize>,
    (before, behind): (&str, &str),
    found: &mut Vec<Found>,
) {
    let Some(twice) = sign::twice(before, behind) else { return };
    let mend = format!("{}{{{}}}{}", twice.kept, known.name, twice.marks);
    let hint = Hint::CurrencyTwice { name: known.name };
    found.push(Found::hint(twice.begins..bytes.end + twice.ends, hint, Some(mend)));
}

/// Blanks at the ends of lines, and empty lines at the ends of the text.
fn blanks(text: &str, found: &mut Vec<Found>) {
    let begins = text.len() - text.trim_start().len();
    let ends = text.trim_end().len();
    for range in [0..begins, ends..text.len()] {
        if text.get(range.clone()).is_some_and(|blank| blank.contains('\n')) {
            found.push(Found::hint(range, Hint::EmptyLines, Some(String::new())));
        }
    }
    let mut at = 0;
    for line in text.split('\n') {
        let (seen, end) = (at + line.trim_end().len(), at + line.len());
        let is_told = text.get(ends..).is_some_and(|rest| rest.contains('\n')) && seen >= ends;
        if seen < end && seen > begins && !is_told {
            found.push(Found::hint(seen..end, Hint::BlanksAtEnd, Some(String::new())));
        }
        at = end + 1;
    }
}

/// The hint about the length of the text with sample values.
pub(super) fn with_samples(message_type: MessageType, text: &str) -> Option<Found> {
    let (template, _) = Template::lenient(message_type, text);
    let hint = match template.render(&Values::samples(message_type)) {
        Ok(text) => {
            let units = text.encode_utf16().count();
            let has_file = !message_type.file().kinds().is_empty();
            (has_file && units > CAPTION_MAX_UNITS).then_some(Hint::BehindFile { units })
        }
        Err(RenderError::TooLong { units }) => Some(Hint::LongWithValues { units }),
        Err(_) => None,
    };
    Some(Found::hint(0..0, hint?, None))
}
