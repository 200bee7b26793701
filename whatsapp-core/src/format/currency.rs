//! Currencies (ISO 4217).

use std::borrow::Cow;
use std::str::FromStr;

use super::invalid::InvalidAmount;

/// The currencies that are shown by a sign of their own. All others are shown by their code,
/// because several countries share signs such as `kr`, or `£` in Egypt.
const SIGNS: &[(&str, &str)] = &[
    ("INR", "₹"),
    ("USD", "$"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("JPY", "¥"),
    ("BDT", "৳"),
    ("NPR", "रु"),
    ("PHP", "₱"),
    ("NGN", "₦"),
    ("VND", "₫"),
    ("TRY", "₺"),
    ("ILS", "₪"),
    ("KRW", "₩"),
];

/// A currency by its ISO 4217 code, such as `INR`. It must be money, which gold and the code for
/// tests are not.
///
/// ```
/// use whatsapp_core::format::{Amount, Currency, Formats};
///
/// let shillings: Currency = "UGX".parse()?;
/// assert_eq!(shillings.minor_digits(), 0);
/// assert_eq!(Formats::default().amount(Amount::from_minor(5000, shillings)?), "UGX\u{a0}5,000");
/// assert!("XYZ".parse::<Currency>().is_err());
/// # Ok::<(), whatsapp_core::format::InvalidAmount>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency {
    code: [u8; 3],
    minor_digits: u8,
}

impl Currency {
    /// The Indian rupee.
    pub const INR: Self = Self { code: *b"INR", minor_digits: 2 };

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or_default()
    }

    /// The sign before an amount: `₹`, or the code and a no-break space for a currency without a
    /// sign of its own.
    #[must_use]
    pub fn sign(&self) -> Cow<'static, str> {
        let sign = SIGNS.iter().find(|(code, _)| *code == self.code());
        sign.map_or_else(|| format!("{}\u{a0}", self.code()).into(), |(_, sign)| (*sign).into())
    }

    /// Digits after the decimal point by ISO 4217: 2 for most, 0 for the yen, 3 for the dinar.
    #[must_use]
    pub const fn minor_digits(&self) -> u8 {
        self.minor_digits
    }
}

impl FromStr for Currency {
    type Err = InvalidAmount;

    fn from_str(code: &str) -> Result<Self, InvalidAmount> {
        let letters: [u8; 3] = code.as_bytes().try_into().map_err(|_| InvalidAmount::Currency)?;
        if !letters.iter().all(u8::is_ascii_uppercase) {
            return Err(InvalidAmount::Currency);
        }
        let known = iso_currency::Currency::from_code(code);
        let digits = known.and_then(iso_currency::Currency::exponent);
        let minor_digits = digits.and_then(|digits| u8::try_from(digits).ok());
        let minor_digits = minor_digits.ok_or(InvalidAmount::UnknownCurrency)?;
        Ok(Self { code: letters, minor_digits })
    }
}
