//! Reasons why a text is no WhatsApp number, in words for the person who typed it.

use unicode_normalization::UnicodeNormalization;

use crate::visible::{is_invisible, stands_for_nothing};

/// Number of characters of a text that are looked at.
const LOOKED_AT: usize = 64;

/// The smallest number of digits of a telephone number within its country, except in the
/// smallest countries.
const LOCAL_DIGITS: usize = 7;

/// The largest number of digits of a telephone number.
const DIGITS_MAX: usize = 15;

/// The digits of most numbers, with and without a country code.
const ORDINARY_DIGITS: std::ops::RangeInclusive<usize> = 10..=13;

/// Reason why a text is not a WhatsApp number. Never holds the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidNumber {
    /// The text is empty, or a word for nothing such as `NULL`.
    #[error("there is no WhatsApp number")]
    Missing,
    /// The text does not begin with `+` and the country code.
    #[error("the WhatsApp number must begin with + and the country code, such as +919876543210")]
    NoPlus,
    /// Something other than the digits 0 to 9 stands after the `+`, or something before it.
    #[error(
        "the WhatsApp number may hold only the + and digits after it: no spaces, dashes or letters"
    )]
    NotDigits,
    /// The text holds an invisible character, as texts copied from a web page have.
    #[error("the WhatsApp number holds an invisible character: delete it all and type it by hand")]
    Invisible,
    /// The digits are of another script, or of the wide kind.
    #[error("the WhatsApp number is written in other digits than 0 to 9: write these")]
    OtherDigits,
    /// A spreadsheet shortened the number, as in `9.19877E+11`, or put an error in its place.
    #[error(
        "a spreadsheet shortened the WhatsApp number, as in 9.19877E+11, and its digits are lost: \
         format the column as text and enter the number again"
    )]
    LostDigits,
    /// A spreadsheet left its marks on the number, as in `="+919876543210"`.
    #[error(
        "a spreadsheet left its marks around the WhatsApp number (= or quotes before it, .0 after \
         it): only the + and the digits may stay"
    )]
    SpreadsheetMarks,
    /// There are two numbers in one field.
    #[error("there are two numbers in the field of the WhatsApp number: only one may stay")]
    SeveralNumbers,
    /// There are letters beside the number. Only
    /// [`WhatsAppNumber::typed`](super::WhatsAppNumber::typed) says so.
    #[error("there are letters in the field of the WhatsApp number: only the number may stay")]
    Letters,
    /// No country code begins with 0 (ITU-T E.164).
    #[error("the WhatsApp number may not begin with +0: no country code does")]
    LeadingZero,
    /// The number has fewer than 10 digits.
    #[error("the WhatsApp number is too short: 10 to 15 digits are expected after the +")]
    TooShort,
    /// The number has more than 15 digits.
    #[error("the WhatsApp number is too long: 10 to 15 digits are expected after the +")]
    TooLong,
    /// The first digits are the code of no country.
    #[error("the WhatsApp number has a country code that no country uses")]
    NoSuchCountry,
    /// A digit that is dialled only inside the country follows the country code.
    #[error(
        "the WhatsApp number has a digit after its country code, in most countries a 0, that is \
         dialled only inside the country: leave it out"
    )]
    TrunkPrefix,
    /// The number is a landline's. Only [`WhatsAppNumber::typed`](super::WhatsAppNumber::typed)
    /// says so.
    #[error(
        "this is a landline number and no mobile number: ask for a mobile number, or, if it has \
         WhatsApp, write it with + and its country code, without spaces"
    )]
    Landline,
    /// The number is toll-free or the like. Only
    /// [`WhatsAppNumber::typed`](super::WhatsAppNumber::typed) says so.
    #[error("this is a toll-free or service number and no mobile number: ask for a mobile number")]
    ServiceNumber,
    /// Digits are missing, or there are too many. Only
    /// [`WhatsAppNumber::typed`](super::WhatsAppNumber::typed) says so.
    #[error("no telephone has this number: look for a digit that is missing, wrong or too many")]
    NotInUse,
}

impl InvalidNumber {
    /// The same reason, in words about the number in a customer's record.
    pub(crate) fn of_record(self) -> String {
        match self {
            Self::Missing => "the customer's record has no WhatsApp number".to_owned(),
            wrong => wrong.to_string(),
        }
    }

    /// The most useful reason why a text is no number: the fault that a person can put right first.
    pub(super) fn of(text: &str) -> Self {
        let seen: String = text.chars().take(LOOKED_AT).filter(|c| !is_invisible(*c)).collect();
        let hidden = text.chars().take(LOOKED_AT).any(is_invisible);
        let plain: String = seen.nfkc().collect();
        let text = plain.trim();
        if text.is_empty() || stands_for_nothing(text) {
            return Self::Missing;
        }
        let bare = without_marks(text);
        if lost_digits(bare) {
            return Self::LostDigits;
        }
        if several_numbers(bare) {
            return Self::SeveralNumbers;
        }
        if bare != text {
            return Self::SpreadsheetMarks;
        }
        if seen.contains(is_of_another_script) {
            return Self::OtherDigits;
        }
        if hidden {
            return Self::Invisible;
        }
        let Some(digits) = text.strip_prefix('+') else {
            return Self::NoPlus;
        };
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) || seen.trim() != seen {
            return Self::NotDigits;
        }
        match digits.len() {
            _ if digits.starts_with('0') => Self::LeadingZero,
            0..10 => Self::TooShort,
            10..=15 => Self::NoSuchCountry,
            _ => Self::TooLong,
        }
    }
}

/// Returns true for a digit or a plus sign that is not an ASCII one.
pub(super) fn is_of_another_script(c: char) -> bool {
    !c.is_ascii() && (c.is_numeric() || std::iter::once(c).nfkc().eq(['+']))
}

/// Returns true if a spreadsheet wrote a number with fewer digits than it had, or an error such as
/// `#NUM!`. Such numbers are `9.19877E+11`, also with a decimal comma or without the E, or rounded
/// to zeros.
fn lost_digits(text: &str) -> bool {
    let text = text.trim_start_matches(['+', '-']);
    if text.starts_with('#') {
        return true;
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == text.len() {
        // A spreadsheet shows six digits; the rest of a number with its country code becomes zeros.
        return digits > 10 && text.ends_with("000000");
    }
    let Some(rest) = text.get(digits..).and_then(|rest| rest.strip_prefix(['.', ','])) else {
        // `9E+11` has no decimals at all.
        return digits == 1 && text.get(1..).is_some_and(|rest| rest.starts_with(['e', 'E']));
    };
    let decimals = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after = rest.get(decimals..).unwrap_or_default().trim_start();
    digits == 1
        && decimals > 0
        && (after.is_empty() || after.starts_with(['e', 'E', '+', '*', 'x', '×', '·']))
}

/// Returns true if a field holds two numbers. Either more than one run of digits is long enough, or
/// a short run after a separator replaces the end of the number before it (`98765 43210/11`).
fn several_numbers(text: &str) -> bool {
    let mut runs = vec![0];
    let mut before = ' ';
    let mut listed = false;
    for c in text.chars() {
        match c {
            c if c.is_numeric() => {
                if let Some(run) = runs.last_mut() {
                    *run += 1;
                }
            }
            ' ' | '-' | '.' | '(' | ')' => {}
            '/' | ',' | ';' | '|' | '&' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
                listed |= runs.last().is_some_and(|digits| *digits >= LOCAL_DIGITS);
                runs.push(0);
            }
            '+' if before.is_whitespace() || before == ')' || runs.last() > Some(&0) => {
                runs.push(0);
            }
            c if c.is_alphabetic() && runs.last() > Some(&0) => runs.push(0),
            _ => {}
        }
        before = c;
    }
    let is_whole = |digits: &usize| *digits >= LOCAL_DIGITS;
    let word = |word: &str| word.chars().filter(|c| c.is_numeric()).count();
    let whole = runs.iter().copied().filter(is_whole).count();
    let whole = whole.max(text.split_whitespace().map(word).filter(is_whole).count());
    if two_in_a_row(text) {
        return true;
    }
    let lettered = text.chars().any(char::is_alphabetic);
    whole > 1 || (whole == 1 && listed && !lettered && runs.last() > Some(&1))
}

/// Returns true if digits are too many for one number and split at a separator into two numbers of
/// ordinary length: `98765 43210 98765 43211`.
fn two_in_a_row(text: &str) -> bool {
    let parts: Vec<usize> = text
        .split(|c: char| !c.is_numeric())
        .map(|part| part.chars().count())
        .filter(|digits| *digits > 0)
        .collect();
    let all: usize = parts.iter().sum();
    let mut before = 0;
    all > DIGITS_MAX
        && parts.iter().any(|digits| {
            before += digits;
            ORDINARY_DIGITS.contains(&before) && ORDINARY_DIGITS.contains(&(all - before))
        })
}

/// A text without the marks that a spreadsheet puts around a number: `="…"`, `'…`, and `.0`
/// after it.
pub(super) fn without_marks(text: &str) -> &str {
    let marks =
        |c: char| matches!(c, '=' | '"' | '\'' | '`' | '‘' | '’' | '“' | '”' | '„' | '«' | '»');
    let bare = text.trim_matches(|c: char| marks(c) || c.is_whitespace());
    match bare.split_once(['.', ',']) {
        Some((whole, part))
            if whole.len() >= LOCAL_DIGITS
                && (1..=2).contains(&part.len())
                && part.bytes().all(|byte| byte == b'0')
                && whole.trim_start_matches('+').bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            whole
        }
        _ => bare,
    }
}
