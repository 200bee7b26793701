//! Facts about a number from the numbering plans of the world: calling codes, lengths,
//! trunk digits.

use phonelib::{PhoneNumber, PhoneNumberType, countries_by_calling_code};

/// Number of final digits that tell telephones of one country apart.
///
/// Networks and gateways leave out or put in digits before these: Brazil's ninth digit, and the `1`
/// of Mexico and the `9` of Argentina after the country code.
pub(super) const TELLING_DIGITS: usize = 8;

/// A number's digits as its country calling code and the rest; `None` for a code of no country.
pub(super) fn split(digits: &str) -> Option<(&str, &str)> {
    // No calling code is the beginning of another, so the first that exists is the number's.
    (1..=3).filter_map(|length| digits.split_at_checked(length)).find(|(code, _)| {
        !code.starts_with('0')
            && code.parse().is_ok_and(|code: u32| !countries_by_calling_code(code).is_empty())
    })
}

/// Returns true if bare digits, country code first, can be a telephone number of some country.
///
/// The country code has to be assigned, and the country must use this number of digits. WhatsApp
/// also knows people by a number that is no telephone's (a LID, such as `100000000000042`). Such a
/// number is not possible, as far as its digits show it. Nothing but ASCII digits is ever possible.
///
/// ```
/// use whatsapp_core::number::is_possible;
///
/// assert!(is_possible("919876543210"));
/// assert!(!is_possible("100000000000042"), "the United States have ten digits after the 1");
/// assert!(!is_possible("9876543210@lid"));
/// ```
#[must_use]
pub fn is_possible(digits: &str) -> bool {
    // Plans that allow 14 and 15 digits use them for services, and people's LIDs have as many.
    (7..14).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && split(digits).is_some()
        && PhoneNumber::parse(&format!("+{digits}")).is_some()
}

/// Returns true if two numbers, as bare digits, may be one telephone's: the same country code and
/// the same last digits.
pub(super) fn may_be_same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let (Some((code, one)), Some((other_code, other))) = (split(one), split(other)) else {
        return false;
    };
    // Both are ASCII, because their codes were found; a short number is compared by all of
    // its digits.
    let telling = TELLING_DIGITS.min(one.len()).min(other.len());
    let end = |digits: &str| digits.len().checked_sub(telling);
    let same_end =
        end(one).and_then(|at| one.get(at..)) == end(other).and_then(|at| other.get(at..));
    code == other_code && telling > 0 && same_end
}

/// The digits of a number without those that are dialled before it only inside its country, such as
/// the 0 of `+91 0 98765 43210`. `None` when it has no such digits. Numbers that keep a 0 right
/// after their country code, as Italy's landlines do, have none.
pub(super) fn without_trunk_prefix(digits: &str) -> Option<String> {
    let international = format!("+{digits}");
    if let Some(read) = PhoneNumber::parse(&international) {
        let plain = read.e164();
        return (plain != international).then(|| plain.trim_start_matches('+').to_owned());
    }
    // The number is too long or too short for its country in any reading: the first digit decides.
    let (code, national) = split(digits)?;
    let trunk = if code == "1" { '1' } else { '0' };
    let rest = national.strip_prefix(trunk).or_else(|| national.strip_prefix('0'))?;
    Some(format!("{code}{rest}"))
}

/// The kind of line of a number, as far as it matters for WhatsApp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Line {
    /// A mobile number, or one that may be: a number of North America does not show it.
    MayBeMobile,
    /// A landline.
    Landline,
    /// A toll-free, premium-rate or other service number, or a pager.
    Service,
    /// A number in a block that the tables do not know.
    Unknown,
    /// A number with a count of digits that its country does not use.
    Impossible,
}

impl Line {
    pub(super) fn of(digits: &str) -> Self {
        use PhoneNumberType as Type;
        let Some(read) = PhoneNumber::parse(&format!("+{digits}")) else {
            return Self::Impossible;
        };
        match read.phone_type() {
            Type::Mobile | Type::FixedLineOrMobile | Type::Voip => Self::MayBeMobile,
            Type::FixedLine => Self::Landline,
            Type::TollFree
            | Type::PremiumRate
            | Type::SharedCost
            | Type::PersonalNumber
            | Type::Pager
            | Type::Uan => Self::Service,
            _ => Self::Unknown,
        }
    }
}
