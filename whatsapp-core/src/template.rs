//! Templates.
/// Whether a character is removed from values and names: controls other than line breaks and tabs,
/// bidi controls, and invisible marks that could hide or disguise text. ZWJ and ZWNJ stay.
#[must_use]
pub const fn is_unsafe(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}'
        | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}
