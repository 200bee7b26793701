//! Currency signs beside an amount: an amount brings its own, so a template's sign is removed.

mod word;

use word::{is_sign, length_at_end, length_at_start};

use crate::visible::is_invisible;

/// Words before a currency that tell it from others of the same name.
const QUALIFIERS: &[&str] = &["US", "U.S.", "Indian", "UAE"];

/// A literal of a template, cut where it writes a currency next to an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cut<'a> {
    /// The rest of the text, away from the amount.
    pub(crate) rest: &'a str,
    /// The currency, and the characters between it and the amount.
    pub(crate) sign: &'a str,
    /// The characters of `sign` that stay beside an amount with a sign of its own:
    /// WhatsApp's marks.
    pub(crate) marks: String,
}

/// Cuts the currency off the end of the text before an amount: `₹`, `Rs. `, `(INR): *`.
pub(crate) fn before(text: &str) -> Option<Cut<'_>> {
    let body = text.trim_end_matches(is_between);
    let between = text.get(body.len()..).unwrap_or_default();
    if let Some((rest, gap)) = as_a_heading(body) {
        let marks = format!("{gap}{}", marks_of(between));
        return Some(Cut { rest, sign: text.get(rest.len()..)?, marks });
    }
    // `₹ ({amount})` keeps its bracket.
    let opened = body.strip_suffix('(').map(|inside| inside.trim_end_matches(is_blank));
    let opened = opened.filter(|inside| without_last(inside).is_some());
    let bracket = if opened.is_some() { "(" } else { "" };
    let body = opened.unwrap_or(body);
    let body = without_dash(body).unwrap_or(body);
    let (mut rest, mut marks) = (body, between);
    // `Rs. ₹{amount}` has two.
    while let Some(without) = without_last(rest) {
        rest = without;
        // A mark that encloses the sign alone goes with it: `*₹* {amount}`.
        if let Some(mark) = marks.chars().next().filter(|mark| is_mark(*mark))
            && let Some(without) = rest.strip_suffix(mark)
        {
            (rest, marks) = (without, marks.trim_start_matches(mark));
        }
        match without_last(rest.trim_end_matches(is_blank)) {
            Some(_) => rest = rest.trim_end_matches(is_blank),
            None => break,
        }
    }
    let sign = text.get(rest.len()..).filter(|_| rest.len() < body.len())?;
    Some(Cut { rest, sign, marks: format!("{bracket}{}", marks_of(marks)) })
}

/// A text without the dash after the currency at its end: `Rs-`, `Rs/-`, `INR -`. A dash directly
/// after a sign may be a minus.
fn without_dash(body: &str) -> Option<&str> {
    let slashed = body.strip_suffix("/-");
    let rest = slashed.or_else(|| body.strip_suffix(['-', '–']))?.trim_end_matches(is_blank);
    let is_word = rest.ends_with(|c: char| c.is_alphabetic() || c == '.');
    (without_last(rest).is_some() && (is_word || slashed.is_some())).then_some(rest)
}

/// A currency as a part of the amount's heading: `Amount (INR): `, `Total in Rs: `. Returns the
/// text that stays before it, and the gap to the amount.
fn as_a_heading(body: &str) -> Option<(&str, &'static str)> {
    // In India many write `Rs:- `.
    let plain = body.strip_suffix(":-").or_else(|| body.strip_suffix(':')).map(str::trim_end);
    let heading = plain.unwrap_or(body);
    let rest = match heading.strip_suffix(')') {
        Some(inside) => without_last(inside.trim_end())?.trim_end().strip_suffix('(')?,
        // Without brackets and colon the currency stands right before the amount.
        None => without_last(plain?)?,
    };
    let rest = rest.trim_end_matches(is_blank);
    let rest = rest.strip_suffix(" in").unwrap_or(rest);
    let gap = match (plain.is_some(), rest.is_empty() || rest.ends_with('\n')) {
        (_, true) => "",
        (true, false) => ": ",
        (false, false) => " ",
    };
    Some((rest, gap))
}

/// A text without the currency at its end, and without the qualifier that tells it from others of
/// the same name. `None` where there is no currency, or where it belongs to a number before it.
fn without_last(text: &str) -> Option<&str> {
    let rest = text.get(..text.len() - length_at_end(text)?)?;
    if rest.ends_with(char::is_numeric) {
        return None;
    }
    let plain = rest.trim_end_matches(is_blank);
    let qualified = QUALIFIERS.iter().find_map(|word| plain.strip_suffix(word));
    Some(qualified.filter(|rest| !rest.ends_with(char::is_alphanumeric)).unwrap_or(rest))
}

/// Cuts the currency off the beginning of the text after an amount: ` INR`, `*€`, ` (Rs.)`.
pub(crate) fn after(text: &str) -> Option<Cut<'_>> {
    let body = text.trim_start_matches(is_between);
    let between = text.get(..text.len() - body.len())?;
    let body = body.strip_prefix("in ").unwrap_or(body);
    let rest = match body.strip_prefix('(').map(str::trim_start) {
        Some(inside) => {
            let behind = inside.get(length_at_start(inside)?..)?;
            behind.trim_start_matches(['.', ' ']).strip_prefix(')')?
        }
        None => body.get(length_at_start(body)?..)?,
    };
    let next = rest.trim_start_matches(is_blank).chars().next();
    // `$5` is a price of its own, `INRs` another word.
    if next.is_some_and(char::is_numeric) || rest.starts_with(char::is_alphanumeric) {
        return None;
    }
    // A mark that encloses the sign alone goes with it: `{amount} *INR*`.
    let mark = between.chars().next_back().filter(|mark| is_mark(*mark));
    let enclosed = mark.and_then(|mark| rest.strip_prefix(mark).zip(between.strip_suffix(mark)));
    let (rest, between) = enclosed.unwrap_or((rest, between));
    let sign = text.get(..text.len() - rest.len())?;
    Some(Cut { rest, sign, marks: marks_of(between) })
}

/// Currencies beside an amount to which the text gives its currency twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Twice {
    /// Position at which the currencies before the amount begin.
    pub(crate) begins: usize,
    /// The currency that stays, and the characters between it and the amount.
    pub(crate) kept: String,
    /// Number of bytes after the amount that belong to another currency.
    pub(crate) ends: usize,
    /// The characters of the removed currencies that stay: WhatsApp's marks.
    pub(crate) marks: String,
}

/// Finds out whether a text writes more than one currency beside an amount: `Rs. ₹`, or one before
/// the amount and one after it.
pub(crate) fn twice(before_it: &str, behind_it: &str) -> Option<Twice> {
    let body = before_it.trim_end_matches(is_between);
    let nearest = without_last(body)?;
    let kept = before_it.get(nearest.len()..)?.to_owned();
    let mut begins = nearest.len();
    while let Some(rest) = without_last(before_it.get(..begins)?.trim_end_matches(is_between)) {
        begins = rest.len();
    }
    let (mut rest, mut marks) = (behind_it, String::new());
    while let Some(cut) = after(rest) {
        marks.push_str(&cut.marks);
        rest = cut.rest;
    }
    let ends = behind_it.len() - rest.len();
    (begins < nearest.len() || ends > 0).then_some(Twice { begins, kept, ends, marks })
}

/// Returns true if a value has a currency of its own: `₹5.00`, `AED 5.00`, `5,00 €`.
pub(crate) fn is_in(value: &str) -> bool {
    let value = value.trim_matches(is_between);
    length_at_start(value).is_some() || length_at_end(value).is_some()
}

/// The first currency sign in a text that is not in `own`.
pub(crate) fn other_than<'a>(own: &str, text: &'a str) -> Option<&'a str> {
    let sign = text.char_indices().find(|(_, c)| is_sign(*c) && !own.contains(*c));
    sign.and_then(|(at, c)| text.get(at..at + c.len_utf8()))
}

/// WhatsApp's marks for bold, italic, struck out and monospaced.
const fn is_mark(c: char) -> bool {
    matches!(c, '*' | '_' | '~' | '`')
}

/// Returns true for a character that may stand between a sign and its amount.
fn is_between(c: char) -> bool {
    is_mark(c) || is_blank(c)
}

/// Returns true for a blank within a line, and for an invisible character.
fn is_blank(c: char) -> bool {
    (c.is_whitespace() && c != '\n' && c != '\r') || is_invisible(c)
}

fn marks_of(between: &str) -> String {
    between.chars().filter(|c| is_mark(*c)).collect()
}
