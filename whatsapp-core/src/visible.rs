//! The visible part of a text: invisible characters, and words for nothing.

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

/// Returns true for an invisible character: Unicode says that it is shown as nothing, or it is a
/// control character other than a blank.
pub(crate) fn is_invisible(c: char) -> bool {
    let ignorable = const { CodePointSetData::new::<DefaultIgnorableCodePoint>() };
    !c.is_ascii_graphic()
        && !c.is_whitespace()
        && (c.is_control() || matches!(c, '\u{fff9}'..='\u{fffb}') || ignorable.contains(c))
}

/// Returns true for a character that is removed from values and names. These are controls other
/// than line breaks and tabs, bidi controls, and invisible marks that could hide or disguise text.
/// ZWJ and ZWNJ stay: Hindi and emoji need them.
#[must_use]
pub(crate) const fn is_unsafe(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Returns true if nothing of a text is visible. Most texts are told by their first byte.
#[inline]
pub(crate) fn is_blank(text: &str) -> bool {
    !matches!(text.as_bytes().first(), Some(b'!'..=b'~')) && shows_nothing(text)
}

fn shows_nothing(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// Returns true if a text is a word that programs and spreadsheets write for a field without
/// a value.
pub(crate) fn stands_for_nothing(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "null",
        "(null)",
        "<null>",
        "[null]",
        "nil",
        "none",
        "nan",
        "na",
        "n/a",
        "n.a.",
        "#n/a",
        "#null!",
        "undefined",
        "(undefined)",
        "unknown",
        "(blank)",
        "[object object]",
        "-",
        "--",
        "---",
        "\\n",
        "#ref!",
        "#name?",
        "#value!",
        "#error!",
    ];
    let text = text.trim();
    text.len() <= 16 && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Makes a sentence of a clause.
pub(crate) fn sentence(clause: &str) -> String {
    let mut characters = clause.chars();
    let first = characters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if clause.ends_with(['?', '.']) { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}
