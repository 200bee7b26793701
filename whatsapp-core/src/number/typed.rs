//! The number that a person probably meant by a typed text.

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType, Region,
};
use unicode_normalization::UnicodeNormalization;

use super::change::{NumberChange, TypedNumber, in_digits};
use super::invalid::{is_of_another_script, without_marks};
use super::plan::{self, Line};
use super::{InvalidNumber, WhatsAppNumber};
use crate::visible::is_invisible;

/// The longest text that is read as a number, in bytes.
const TYPED_MAX: usize = 96;

/// The digits that would be dialled, and what was changed in the text for them.
struct Dialled {
    /// The digits, with a `+` before them if one was typed.
    digits: String,
    changes: Vec<NumberChange>,
}

/// Reads the number that `typed` means, in `country` where it names none of its own.
pub(super) fn read(typed: &str, country: &str) -> Result<TypedNumber, InvalidNumber> {
    let why = match WhatsAppNumber::parse(typed) {
        Ok(number) => return Ok(TypedNumber::unchanged(number)),
        Err(why) => why,
    };
    let hopeless = matches!(
        why,
        InvalidNumber::Missing | InvalidNumber::LostDigits | InvalidNumber::SeveralNumbers
    );
    let dialled = if hopeless { None } else { dialled(typed) };
    let Some(Dialled { digits, mut changes }) = dialled else {
        let has_letters = typed.len() <= TYPED_MAX && typed.contains(char::is_alphabetic);
        return Err(if has_letters && !hopeless { InvalidNumber::Letters } else { why });
    };
    let number = meant(typed, &digits, country, why)?;
    changes.extend(in_digits(&digits, &number));
    Ok(TypedNumber { number, changes })
}

/// The number that the dialled digits of a text mean; `why` is the reason why the text is none.
fn meant(
    typed: &str,
    dialled: &str,
    country: &str,
    why: InvalidNumber,
) -> Result<WhatsAppNumber, InvalidNumber> {
    let zero_in_brackets = typed.contains("(0)");
    let plain = dialled.trim_start_matches('+');
    let without_zeros = plain.trim_start_matches('0');
    if dialled.starts_with('+') && plain == without_zeros {
        return international(plain, zero_in_brackets);
    }
    // `0091…`, with the prefix that most of the world dials before a country code.
    if plain.starts_with("00")
        && let Ok(number) = international(without_zeros, zero_in_brackets)
    {
        return Ok(number);
    }
    let region = country.to_ascii_uppercase().parse::<Region>().ok();
    let code = region.and_then(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(region));
    let Some(code) = code else {
        return Err(why);
    };
    let read = PHONE_NUMBER_UTIL.parse(plain, region).map_err(|_| InvalidNumber::NotInUse)?;
    let read = PHONE_NUMBER_UTIL.format(&read, PhoneNumberFormat::E164);
    let national = reachable(read.trim_start_matches('+'));
    // `091 98765 43210`: the country code after a 0.
    match national {
        Err(InvalidNumber::NotInUse) if without_zeros.starts_with(&code.to_string()) => {
            international(without_zeros, false)
        }
        other => other,
    }
}

/// The digits that would be dialled. `None` for a text with anything in it but a number, such as a
/// letter after the digits.
fn dialled(typed: &str) -> Option<Dialled> {
    if typed.len() > TYPED_MAX {
        return None;
    }
    // NFKC turns wide digits and signs into plain ones; digits of other scripts follow below.
    let visible: String = typed.chars().filter(|c| !is_invisible(*c)).collect();
    let seen: String = visible.nfkc().collect();
    // A label before the number: `tel:`, `Mob. `, `https://wa.me/`.
    let label = |c: char| c.is_alphabetic() || c.is_whitespace() || matches!(c, ':' | '.' | '/');
    let around = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '[' | ']');
    let bare = without_marks(&seen);
    let plain = bare.trim_matches(around);
    let number = plain.trim_start_matches(label);
    let named = plain.strip_suffix(number).unwrap_or_default();
    // A letter right before a digit is a digit that was mistyped: `l9876543210`.
    if number.starts_with(char::is_numeric) && named.ends_with(char::is_alphabetic) {
        return None;
    }
    let unmarked = without_marks(number);
    let mut dialled = String::new();
    for c in unmarked.chars() {
        match c {
            '0'..='9' => dialled.push(c),
            '+' => {
                if dialled.is_empty() {
                    dialled.push('+');
                }
            }
            c if c.is_numeric() => {
                dialled
                    .push_str(&PHONE_NUMBER_UTIL.normalize_digits_only(c.encode_utf8(&mut [0; 4])));
            }
            '(' | ')' | '.' | '/' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => {}
            c if c.is_whitespace() => {}
            _ => return None,
        }
    }
    let has_label = named.contains(char::is_alphabetic);
    let has_signs = seen.trim() != seen
        || plain != bare
        || !(named.is_empty() || has_label)
        || !unmarked.strip_prefix('+').unwrap_or(unmarked).chars().all(char::is_numeric);
    let changes = [
        (visible != typed, NumberChange::Invisible),
        (visible.contains(is_of_another_script), NumberChange::OtherDigits),
        (bare != seen.trim() || unmarked != number, NumberChange::SpreadsheetMarks),
        (has_label, NumberChange::Label),
        (has_signs, NumberChange::Signs),
    ];
    let changes = changes.into_iter().filter_map(|(is_so, change)| is_so.then_some(change));
    let changes = changes.collect();
    let is_whole = dialled.ends_with(|c: char| c.is_ascii_digit());
    is_whole.then_some(Dialled { digits: dialled, changes })
}

/// A number with its country code, as given or without digits that do not belong there.
fn international(digits: &str, zero_in_brackets: bool) -> Result<WhatsAppNumber, InvalidNumber> {
    let read = PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None).ok();
    let read =
        read.map(|read| PHONE_NUMBER_UTIL.format(&read, PhoneNumberFormat::E164).into_owned());
    let split = plan::split(digits);
    let without_zeros = split.filter(|(_, national)| national.starts_with('0'));
    let without_zeros =
        without_zeros.map(|(code, national)| format!("{code}{}", national.trim_start_matches('0')));
    // `+91 91 98765 43210`, put together from a code and a number that already had the code.
    let once = split.and_then(|(code, national)| national.starts_with(code).then_some(national));
    // Mobile numbers of Mexico had a 1 before them until 2019, and many still write it.
    let without_one = digits.strip_prefix("521").filter(|national| national.len() == 10);
    let respelled = [
        read.map(|read| read.trim_start_matches('+').to_owned()),
        plan::without_trunk_prefix(digits),
        without_zeros,
        once.map(str::to_owned),
        without_one.map(|national| format!("52{national}")),
    ];
    let mut why = reachable(digits);
    for plain in respelled.iter().flatten().filter(|plain| *plain != digits) {
        let number = WhatsAppNumber::parse(&format!("+{plain}"));
        match (reachable(plain), number) {
            (Ok(number), _) => return Ok(number),
            // A person who wrote the country code meant this number, whatever its line: only its
            // spelling is wrong. `(0)` itself says what is left out; no table is needed to see it.
            (Err(InvalidNumber::Landline), Ok(number)) if why == Err(InvalidNumber::NotInUse) => {
                return Ok(number);
            }
            (Err(InvalidNumber::NotInUse), Ok(number)) if zero_in_brackets => return Ok(number),
            (Err(other), _) if why == Err(InvalidNumber::NotInUse) => why = Err(other),
            _ => {}
        }
    }
    why
}

/// The number, if a mobile telephone can have it.
fn reachable(digits: &str) -> Result<WhatsAppNumber, InvalidNumber> {
    let number = WhatsAppNumber::parse(&format!("+{digits}")).map_err(|why| match why {
        InvalidNumber::NoSuchCountry => why,
        _ => InvalidNumber::NotInUse,
    })?;
    let read = PHONE_NUMBER_UTIL.parse(number.as_str(), None);
    let read = read.map_err(|_| InvalidNumber::NotInUse)?;
    let length_as = |kind| PHONE_NUMBER_UTIL.is_possible_number_for_type_with_reason(&read, kind);
    match PHONE_NUMBER_UTIL.get_number_type(&read) {
        PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile | PhoneNumberType::VoIP => {
            Ok(number)
        }
        PhoneNumberType::FixedLine => Err(InvalidNumber::Landline),
        PhoneNumberType::TollFree
        | PhoneNumberType::PremiumRate
        | PhoneNumberType::SharedCost
        | PhoneNumberType::PersonalNumber
        | PhoneNumberType::Pager
        | PhoneNumberType::UAN
        | PhoneNumberType::VoiceMail => Err(InvalidNumber::ServiceNumber),
        // The number is in no block that is in use today: it may be tomorrow, if its length
        // is right.
        PhoneNumberType::Unknown => match Line::of(digits) {
            Line::MayBeMobile if length_as(PhoneNumberType::Mobile).is_ok() => Ok(number),
            // A number as dialled within its town, or before the country's numbers grew longer.
            _ if length_as(PhoneNumberType::FixedLine)
                == Ok(NumberLengthType::IsPossibleLocalOnly) =>
            {
                Err(InvalidNumber::Landline)
            }
            _ => Err(InvalidNumber::NotInUse),
        },
    }
}
