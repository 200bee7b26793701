//! WhatsApp numbers.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A number that WhatsApp messages may be sent to: `+`, then 10 to 15 digits, the first not 0.
///
/// This is the specification's rule 9.1 as far as E.164 allows it (15 digits in all, country code
/// included). ASCII only, nothing before or after: what a person typed is not a number yet, see
/// `WhatsAppNumber::suggest` (feature `suggest`).
///
/// `Debug` shows `+91******3210`; only [`as_str`](Self::as_str) and [`digits`](Self::digits) give
/// the whole number away.
///
/// ```
/// use whatsapp_core::WhatsAppNumber;
///
/// let number = WhatsAppNumber::parse("+919876543210")?;
/// assert_eq!(number.digits(), "919876543210");
/// assert_eq!(format!("{number:?}"), "+91******3210");
/// assert!(WhatsAppNumber::parse("098765 43210").is_err());
/// # Ok::<(), whatsapp_core::InvalidNumber>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WhatsAppNumber(String);

/// Why a text is not a WhatsApp number. Never holds the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidNumber {
    /// Nothing was given.
    #[error("there is no WhatsApp number")]
    Missing,
    /// It does not begin with `+` and the country code.
    #[error("the WhatsApp number must begin with + and the country code, such as +919876543210")]
    NoPlus,
    /// Something other than the digits 0 to 9 follows the `+`.
    #[error("the WhatsApp number may hold only digits after the +, no spaces, dashes or letters")]
    NotDigits,
    /// No country code begins with 0 (ITU-T E.164).
    #[error("the WhatsApp number may not begin with +0: no country code does")]
    LeadingZero,
    /// Fewer than 10 digits.
    #[error("the WhatsApp number is too short: 10 to 15 digits are expected after the +")]
    TooShort,
    /// More than 15 digits.
    #[error("the WhatsApp number is too long: 10 to 15 digits are expected after the +")]
    TooLong,
    /// `999` is reserved by the ITU and given to no country.
    #[error("the WhatsApp number has a country code that no country uses")]
    NoSuchCountry,
}

impl WhatsAppNumber {
    /// Reads a number strictly. Looks at no more than 17 bytes, whatever the length of `text`.
    ///
    /// # Errors
    /// The first [`InvalidNumber`] that holds.
    pub fn parse(text: &str) -> Result<Self, InvalidNumber> {
        if text.is_empty() {
            return Err(InvalidNumber::Missing);
        }
        let digits = text.strip_prefix('+').ok_or(InvalidNumber::NoPlus)?.as_bytes();
        let head = digits.get(..16).unwrap_or(digits);
        if !head.iter().all(u8::is_ascii_digit) {
            return Err(InvalidNumber::NotDigits);
        }
        match head {
            [b'0', ..] => Err(InvalidNumber::LeadingZero),
            _ if head.len() < 10 => Err(InvalidNumber::TooShort),
            _ if head.len() > 15 => Err(InvalidNumber::TooLong),
            [b'9', b'9', b'9', ..] => Err(InvalidNumber::NoSuchCountry),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The number that a person probably meant, for showing next to an error: the library never
    /// uses it by itself.
    ///
    /// `country` is the ISO 3166 code that a number without a country code is read in, such as
    /// `IN`. `None` when nothing valid comes out.
    ///
    /// ```
    /// use whatsapp_core::WhatsAppNumber;
    ///
    /// let meant = WhatsAppNumber::suggest("098765 43210", "IN");
    /// assert_eq!(meant, WhatsAppNumber::parse("+919876543210").ok());
    /// assert_eq!(WhatsAppNumber::suggest("12345", "IN"), None);
    /// ```
    #[cfg(feature = "suggest")]
    #[must_use]
    pub fn suggest(typed: &str, country: &str) -> Option<Self> {
        let plain =
            typed.len() <= 32 && typed.chars().all(|c| c.is_ascii_digit() || "+-(). ".contains(c));
        if !plain {
            return None;
        }
        let country = country.parse().ok();
        let read = phonenumber::parse(country, typed.trim()).ok()?;
        if !read.is_valid() {
            return None;
        }
        Self::parse(&read.format().mode(phonenumber::Mode::E164).to_string()).ok()
    }

    /// The number with its `+`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits alone, as the gateway wants them.
    #[must_use]
    pub fn digits(&self) -> &str {
        self.0.strip_prefix('+').unwrap_or(&self.0)
    }

    /// The number with its middle hidden, such as `+91******3210`: for logs and lists.
    #[must_use]
    pub fn masked(&self) -> String {
        let shown_end = self.0.len().saturating_sub(4);
        self.0
            .char_indices()
            .map(|(at, c)| if (3..shown_end).contains(&at) { '*' } else { c })
            .collect()
    }
}

impl fmt::Debug for WhatsAppNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl TryFrom<String> for WhatsAppNumber {
    type Error = InvalidNumber;

    fn try_from(text: String) -> Result<Self, InvalidNumber> {
        Self::parse(&text)
    }
}

impl From<WhatsAppNumber> for String {
    fn from(number: WhatsAppNumber) -> String {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_international_numbers_are_taken() {
        for good in ["+919876543210", "+6591234567", "+971501234567", "+123456789012345"] {
            assert_eq!(WhatsAppNumber::parse(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn everything_else_is_refused_by_name() {
        use InvalidNumber as E;
        let huge = format!("+{}", "1".repeat(10_000_000));
        let table: &[(&str, E)] = &[
            ("", E::Missing),
            ("+", E::TooShort),
            ("919876543210", E::NoPlus),
            ("09876543210", E::NoPlus),
            (" +919876543210", E::NoPlus),
            ("tel:+919876543210", E::NoPlus),
            ("%2B919876543210", E::NoPlus),
            ("\u{202a}+919876543210\u{202c}", E::NoPlus),
            ("+919876543210\n", E::NotDigits),
            ("+91 98765 43210", E::NotDigits),
            ("+91-9876543210", E::NotDigits),
            ("++919876543210", E::NotDigits),
            ("+919876543210;ext=5", E::NotDigits),
            ("+9198765\u{200b}43210", E::NotDigits),
            ("+9198765\u{0}43210", E::NotDigits),
            ("+٩١٩٨٧٦٥٤٣٢١٠", E::NotDigits),
            ("+９１９８７６５４３２１０", E::NotDigits),
            ("+0123456789012", E::LeadingZero),
            ("+123456789", E::TooShort),
            ("+1234567890123456", E::TooLong),
            (&huge, E::TooLong),
            ("+999123456789012", E::NoSuchCountry),
        ];
        for (text, why) in table {
            let shown: String = text.chars().take(30).collect();
            assert_eq!(WhatsAppNumber::parse(text), Err(*why), "{shown:?}");
        }
    }

    #[test]
    fn debug_hides_the_middle() {
        let number = WhatsAppNumber::parse("+919876543210").unwrap();
        assert_eq!(format!("{number:?}"), "+91******3210");
        assert!(!format!("{:?}", Some(&number)).contains("98765"));
    }

    #[cfg(feature = "suggest")]
    #[test]
    fn suggestions_are_valid_numbers_or_nothing() {
        let meant = |typed| WhatsAppNumber::suggest(typed, "IN").map(String::from);
        assert_eq!(meant("+91-98765-43217").as_deref(), Some("+919876543217"));
        assert_eq!(meant("98765 43219").as_deref(), Some("+919876543219"));
        assert_eq!(meant("12345"), None);
        assert_eq!(meant("call me"), None);
        assert_eq!(meant(&"9".repeat(1_000)), None);
    }
}
