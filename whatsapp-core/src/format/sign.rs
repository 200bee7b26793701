//! Currency signs beside an amount: an amount brings its own, so a template's goes.

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

use crate::visible::is_invisible;

/// What templates write for a currency besides signs and ISO codes, in lower case. Words that mean
/// something else as well (real, won, rand, pula) are left out.
const WORDS: &[&str] = &[
    "rs",
    "re",
    "inr",
    "usd",
    "eur",
    "gbp",
    "aed",
    "sar",
    "qar",
    "omr",
    "npr",
    "bdt",
    "lkr",
    "sgd",
    "rupee",
    "rupees",
    "rupaye",
    "रु",
    "रू",
    "रुपये",
    "रुपए",
    "रुपया",
    "ரூ",
    "రూ",
    "રૂ",
    "ਰੁ",
    "রু",
    "dollar",
    "dollars",
    "euro",
    "euros",
    "pounds",
    "dirham",
    "dirhams",
    "dhs",
    "dh",
    "riyals",
    "rials",
    "dinars",
    "taka",
    "tk",
    "ringgit",
    "rm",
    "baht",
    "yen",
    "naira",
    "shillings",
    "pesos",
    "درهم",
    "ريال",
    "روپے",
];

/// The longest abbreviation before a sign, as in `US$`.
const PREFIX_MAX: usize = 3;

/// A literal of a template, cut where it writes a currency next to an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cut<'a> {
    /// What stays, away from the amount.
    pub(crate) rest: &'a str,
    /// The currency and what stands between it and the amount.
    pub(crate) sign: &'a str,
    /// What of it stays beside an amount with a sign of its own: WhatsApp's marks.
    pub(crate) marks: String,
}

/// Cuts the currency off the end of the text before an amount: `₹`, `Rs. `, `(INR): *`.
pub(crate) fn before(text: &str) -> Option<Cut<'_>> {
    let mut body = text.trim_end_matches(is_between);
    let between = text.get(body.len()..).unwrap_or_default();
    // `Amount (INR): {amount}`
    let plain = body.strip_suffix(':').unwrap_or(body);
    let bracketed = plain.strip_suffix(')').and_then(|inside| {
        let inside = inside.trim_end();
        let before = inside.get(..inside.len() - length_at_end(inside)?)?;
        Some(before.trim_end().strip_suffix('(')?.trim_end_matches(' '))
    });
    if let Some(rest) = bracketed {
        let gap = match (plain.len() < body.len(), rest.is_empty()) {
            (true, _) => ": ",
            (false, false) => " ",
            (false, true) => "",
        };
        let marks = format!("{gap}{}", marks_of(between));
        return Some(Cut { rest, sign: text.get(rest.len()..)?, marks });
    }
    let mut marks = between;
    let mut found = false;
    // `Rs. ₹{amount}` has two.
    while let Some(length) = length_at_end(body) {
        let rest = body.get(..body.len() - length)?;
        if rest.ends_with(|c: char| c.is_numeric()) {
            break;
        }
        found = true;
        // A mark that encloses the sign alone goes with it: `*₹* {amount}`.
        let enclosing = marks.chars().next().filter(|mark| is_mark(*mark));
        match enclosing.and_then(|mark| rest.strip_suffix(mark).zip(marks.strip_prefix(mark))) {
            Some((without, after)) => (body, marks) = (without, after),
            None => body = rest,
        }
        let trimmed = body.trim_end_matches(|c: char| is_between(c) && !is_mark(c));
        if length_at_end(trimmed).is_none() {
            break;
        }
        body = trimmed;
    }
    found.then(|| Cut {
        rest: body,
        sign: text.get(body.len()..).unwrap_or_default(),
        marks: marks_of(marks),
    })
}

/// Cuts the currency off the beginning of the text after an amount: ` INR`, `*€`, ` Rs.`.
pub(crate) fn after(text: &str) -> Option<Cut<'_>> {
    let body = text.trim_start_matches(is_between);
    let between = text.get(..text.len() - body.len())?;
    let length = length_at_start(body)?;
    let rest = body.get(length..)?;
    let next = rest.trim_start_matches([' ', '\u{a0}']).chars().next();
    // `$5` is a price of its own, `INRs` another word.
    if next.is_some_and(char::is_numeric) || rest.starts_with(char::is_alphanumeric) {
        return None;
    }
    let marks = marks_of(between);
    Some(Cut { rest, sign: text.get(..text.len() - rest.len())?, marks })
}

/// Whether a value brings a currency of its own: `₹5.00`, `AED 5.00`, `5,00 €`.
pub(crate) fn is_in(value: &str) -> bool {
    let value = value.trim_matches(is_between);
    length_at_start(value).is_some() || length_at_end(value).is_some()
}

/// The currency signs in a text, but for one that is meant.
pub(crate) fn other_than<'a>(own: &str, text: &'a str) -> Option<&'a str> {
    let sign = text.char_indices().find(|(_, c)| is_sign(*c) && !own.contains(*c));
    sign.and_then(|(at, c)| text.get(at..at + c.len_utf8()))
}

fn is_sign(c: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new();
    matches!(c, '$') || (!c.is_ascii() && category.get(c) == GeneralCategory::CurrencySymbol)
}

/// WhatsApp's marks for bold, italic, struck out and monospaced.
const fn is_mark(c: char) -> bool {
    matches!(c, '*' | '_' | '~' | '`')
}

/// What may stand between a sign and its amount.
fn is_between(c: char) -> bool {
    is_mark(c) || (c.is_whitespace() && c != '\n' && c != '\r') || is_invisible(c)
}

fn marks_of(between: &str) -> String {
    between.chars().filter(|c| is_mark(*c)).collect()
}

/// How many bytes of the currency a text ends in; `None` for a text that does not.
fn length_at_end(text: &str) -> Option<usize> {
    let last = text.chars().next_back()?;
    if is_sign(last) {
        let before = text.get(..text.len() - last.len_utf8())?;
        let letters = before.trim_end_matches(is_letter).len();
        let prefix = before.get(letters..).filter(|word| is_prefix(word));
        return Some(last.len_utf8() + prefix.map_or(0, str::len));
    }
    let word = text.strip_suffix('.').unwrap_or(text);
    let before = word.trim_end_matches(is_letter);
    let word = word.get(before.len()..)?;
    (is_currency(word) && !before.ends_with(char::is_alphanumeric))
        .then(|| text.len() - before.len())
}

/// How many bytes of the currency a text begins with; `None` for a text that does not.
fn length_at_start(text: &str) -> Option<usize> {
    let rest = text.trim_start_matches(is_letter);
    let word = text.get(..text.len() - rest.len())?;
    if let Some(sign) = rest.chars().next().filter(|c| is_sign(*c)) {
        return is_prefix(word).then(|| word.len() + sign.len_utf8());
    }
    if !is_currency(word) {
        return None;
    }
    // The point of `Rs.` goes with it, that of a sentence stays.
    let point = rest.strip_prefix('.').filter(|behind| {
        let next = behind.trim_start_matches(' ');
        let goes_on = next.is_empty() && !behind.is_empty();
        goes_on || next.starts_with(|c: char| c.is_lowercase() || c.is_numeric())
    });
    Some(word.len() + usize::from(point.is_some()))
}

/// Letters, with the vowel signs of Indian scripts.
fn is_letter(c: char) -> bool {
    c.is_alphabetic()
}

/// Whether letters belong to the sign behind them, as in `US$`; none do too.
fn is_prefix(word: &str) -> bool {
    word.len() <= PREFIX_MAX && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_currency(word: &str) -> bool {
    let code = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let known = code && word.parse::<super::Currency>().is_ok();
    known || (!word.is_empty() && word.len() <= 32 && WORDS.contains(&word.to_lowercase().as_str()))
}
