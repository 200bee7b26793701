//! Addresses within a line.

use std::collections::BTreeSet;

use super::rules;

/// Ends of names that people write without `https://` before them.
const ENDS: &[&str] = &[
    "app", "ai", "biz", "co", "com", "dev", "edu", "example", "gov", "in", "info", "io", "link",
    "me", "net", "org", "shop", "site", "store", "tech", "uk", "us", "xyz",
];

/// The longest name of a host.
const NAME_MAX: usize = 253;

/// The signs of a text that an address at its end does not keep.
const TRAILING: &[char] = &['.', ',', ';', ':', '!', '?', '\'', '"', '>'];

/// The address that begins at the start of `text`: how many bytes of it, and where it leads. `before` is
/// the character before it.
pub(super) fn at_start(
    text: &str,
    before: Option<char>,
    unsure: &mut BTreeSet<u8>,
) -> Option<(usize, String)> {
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '@' | '.' | '-' | '/')) {
        return None;
    }
    let scheme = ["https://", "http://"].into_iter().find(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    // Whether it is one at all is seen at its beginning: the rest is read once.
    if let Some(scheme) = scheme {
        let host = text.get(scheme.len()..)?;
        if !host.starts_with(|c: char| c.is_alphanumeric() || c == '[') {
            return None;
        }
        let address = text.get(..end(text, before))?;
        return Some((address.len(), address.to_owned()));
    }
    if !is_name(text) {
        return None;
    }
    let address = text.get(..end(text, before))?;
    unsure.insert(rules::LINKED);
    Some((address.len(), format!("https://{address}")))
}

/// Where an address ends: at a blank, at a bracket that it did not open, and before the signs of the text
/// round it. A mark that also stands before it is not its own.
fn end(text: &str, before: Option<char>) -> usize {
    let mut open = 0_u32;
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        match c {
            '(' => open += 1,
            ')' if open > 0 => open -= 1,
            ')' | '<' | '`' => {
                end = at;
                break;
            }
            _ if c.is_whitespace() || c.is_control() => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let mut address = text.get(..end).unwrap_or_default();
    let mark = before.filter(|c| matches!(c, '*' | '_' | '~'));
    loop {
        let cut = address.trim_end_matches(TRAILING);
        let cut = mark.map_or(cut, |mark| cut.strip_suffix(mark).unwrap_or(cut));
        if cut.len() == address.len() {
            return cut.len();
        }
        address = cut;
    }
}

/// Whether a text without a scheme begins with an address: with a name of at least two parts and a known
/// end, behind which a path may stand.
fn is_name(text: &str) -> bool {
    let is_of_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let length = text.bytes().take(NAME_MAX + 1).take_while(|b| is_of_name(b)).count();
    let (name, behind) = text.split_at_checked(length).unwrap_or_default();
    let name = name.trim_end_matches('.');
    if length > NAME_MAX || behind.starts_with(|c: char| c == '@' || c.is_alphanumeric()) {
        return false;
    }
    let is_part = |part: &str| !part.is_empty() && !part.starts_with('-') && !part.ends_with('-');
    let end = name.rsplit('.').next().unwrap_or_default();
    ENDS.contains(&end.to_ascii_lowercase().as_str())
        && name.contains('.')
        && name.split('.').all(is_part)
}
