//! Comparison of texts: which are the same, and which could be the same in disguise.

use unicode_normalization::UnicodeNormalization as _;

/// The most times that a text may have been escaped, one over the other.
const ESCAPED_MOST: usize = 4;

/// The longest name between `&` and `;` that is taken for the name of a character.
const ENTITY_MOST: usize = 32;

/// Stands for unknown characters.
const UNKNOWN: char = '?';

/// Returns whether `listed` could be `text` as a careless gateway shows it. It may be escaped for
/// HTML once or more, or have `?` or U+FFFD for characters that the gateway could not write. It may
/// be cut off, or have other blanks, marks or Unicode forms.
///
/// It is generous: only letters and digits are compared, and `?` stands for any of them, or for
/// none.
pub(super) fn could_be(listed: &str, text: &str) -> bool {
    let text: String = essence(text).chars().filter(|c| *c != UNKNOWN).collect();
    let listed = essence(listed);
    let mut pieces = listed.split(UNKNOWN);
    // The first piece begins the text; each further piece comes somewhere after the one before.
    let begun = pieces.next().and_then(|piece| text.strip_prefix(piece));
    begun
        .and_then(|rest| {
            pieces.try_fold(rest, |rest, piece| rest.split_once(piece).map(|(_, rest)| rest))
        })
        .is_some()
}

/// Returns the letters and digits of a text, unescaped and without accents (a cut may come before
/// an accent). [`UNKNOWN`] stands for characters that were replaced.
fn essence(text: &str) -> String {
    // An ellipsis tells that the text was cut, perhaps in the middle of an escape.
    let mut text =
        text.trim_end_matches(|c: char| c.is_whitespace() || "….".contains(c)).to_owned();
    for _ in 0..ESCAPED_MOST {
        let unescaped = unescape(&text);
        if unescaped == text {
            break;
        }
        text = unescaped;
    }
    text.nfkd()
        .map(|c| if c == char::REPLACEMENT_CHARACTER { UNKNOWN } else { c })
        .filter(|c| c.is_alphanumeric() || *c == UNKNOWN)
        .collect()
}

/// Removes one layer of HTML's escapes. A named character other than `&` counts as unknown, and an
/// escape that is cut off at the end of the text is left out.
fn unescape(text: &str) -> String {
    let mut unescaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        unescaped.push_str(before);
        let length = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '#');
        let (name, after) = behind.split_at(length.unwrap_or(behind.len()));
        rest = behind;
        match (after.strip_prefix(';'), named(name)) {
            (Some(after), Some(character)) => {
                unescaped.push(character);
                rest = after;
            }
            (None, Some(_)) if after.is_empty() => rest = "",
            _ => unescaped.push('&'),
        }
    }
    unescaped + rest
}

/// Returns the character with this name in HTML; `None` if this is no name.
fn named(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
            None => number.parse(),
        };
        return Some(code.ok().and_then(char::from_u32).unwrap_or(UNKNOWN));
    }
    match name {
        "amp" => Some('&'),
        "" => None,
        _ => (name.len() <= ENTITY_MOST).then_some(UNKNOWN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "Dear D'Souza & Sons <Goa>,\nनमस्ते! Café bill №7: ₹1,23,456.00 \u{1F600} is due.";

    #[test]
    fn every_disguise_of_a_text_could_be_it() {
        let escaped = "Dear D&#039;Souza &amp; Sons &lt;Goa&gt;,\nनमस्ते! Café bill №7: ₹1,23,456.00 \u{1F600} is due.";
        let twice = escaped.replace('&', "&amp;");
        let numeric: String = TEXT
            .chars()
            .map(|c| if c.is_ascii() { c.to_string() } else { format!("&#{};", u32::from(c)) })
            .collect();
        let hexadecimal: String = TEXT
            .chars()
            .map(|c| if c.is_ascii() { c.to_string() } else { format!("&#x{:X};", u32::from(c)) })
            .collect();
        let unwritten: String = TEXT.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
        let bytes: String = TEXT
            .bytes()
            .map(|byte| if byte.is_ascii() { char::from(byte) } else { '\u{FFFD}' })
            .collect();
        let disguises = [
            escaped.to_owned(),
            twice.replace('&', "&amp;"),
            twice,
            hexadecimal,
            unwritten,
            bytes,
            numeric.replace('&', "&amp;"),
            numeric,
            TEXT.replace("é", "&eacute;"),
            TEXT.nfd().collect(),
            TEXT.nfkd().collect(),
            TEXT.replace('\n', ""),
            TEXT.split_whitespace().collect(),
            TEXT.replace(' ', "\u{A0}"),
            TEXT.replace('\'', "\\'"),
            TEXT.chars().filter(|c| !c.is_ascii_punctuation()).collect(),
            "????".to_owned(),
            String::new(),
        ];
        for disguise in &disguises {
            assert!(could_be(disguise, TEXT), "{disguise}");
            // Cut anywhere, with an ellipsis or without.
            for (cut, _) in disguise.char_indices() {
                let cut = disguise.split_at(cut).0;
                assert!(could_be(cut, TEXT), "{cut}");
                assert!(could_be(&format!("{cut}…"), TEXT), "{cut}…");
            }
        }
    }

    #[test]
    fn another_text_is_no_disguise() {
        for other in [
            "Dear Gupta & Sons, your order is on its way.",
            "Your bill is due.",
            "नमस्ते",
            "धन्यवाद!",
            "Dear D'Souza & Sons <Goa>,\nनमस्ते! Café bill №8: ₹1,23,456.00 \u{1F600} is due.",
            "Dear ???? Gupta",
        ] {
            assert!(!could_be(other, TEXT), "{other}");
        }
        assert!(!could_be("धन्यवाद आशा", "नमस्ते आशा"));
        assert!(!could_be("Hello Asha, and more", "Hello Asha"));
    }

    #[test]
    fn a_text_that_looks_escaped_itself_could_be_itself() {
        for text in
            ["AT&T", "a &amp; b", "x &copy; y", "5 & 6;7", "R&", "?", "Paid? Yes.", "&#99999999;"]
        {
            assert!(could_be(text, text), "{text}");
            assert!(could_be(&text.replace('&', "&amp;"), text), "{text}");
        }
    }
}
