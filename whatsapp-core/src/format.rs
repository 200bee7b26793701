//! Amounts and dates as customers read them.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::YMD;
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::Locale;

/// The largest amount that is taken, in minor units: 999,999,999,999.99.
const AMOUNT_MAX: i64 = 99_999_999_999_999;

/// The currency signs that templates and values are searched for.
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

/// A currency by its ISO 4217 code, such as `INR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The Indian rupee.
    pub const INR: Self = Self(*b"INR");

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// What stands before an amount: `₹`, or the code and a no-break space for a currency without
    /// a sign of its own.
    #[must_use]
    pub fn sign(&self) -> String {
        let sign = SIGNS.iter().find(|(code, _)| *code == self.code());
        sign.map_or_else(|| format!("{}\u{a0}", self.code()), |(_, sign)| (*sign).to_owned())
    }

    /// Digits after the decimal point: 2, but for a few currencies 0 or 3.
    #[must_use]
    pub fn minor_digits(&self) -> u8 {
        match &self.0 {
            b"JPY" | b"KRW" | b"VND" | b"CLP" => 0,
            b"BHD" | b"KWD" | b"OMR" | b"JOD" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = InvalidAmount;

    fn from_str(code: &str) -> Result<Self, InvalidAmount> {
        match code.as_bytes() {
            &[a, b, c] if code.bytes().all(|letter| letter.is_ascii_uppercase()) => {
                Ok(Self([a, b, c]))
            }
            _ => Err(InvalidAmount::Currency),
        }
    }
}

/// An amount of money, exact to the minor unit (paise, cents), never negative.
///
/// ```
/// use whatsapp_core::format::{Amount, Formats};
///
/// let amount = Amount::rupees("123456")?;
/// assert_eq!(Formats::default().amount(amount), "₹1,23,456.00");
/// # Ok::<(), whatsapp_core::format::InvalidAmount>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    minor: i64,
    currency: Currency,
}

/// The text or number is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAmount {
    /// Not digits with at most one point.
    #[error("an amount has digits and at most one decimal point, such as 123456.00")]
    NotANumber,
    /// Below zero.
    #[error("an amount may not be negative")]
    Negative,
    /// More digits after the point than the currency has.
    #[error("the amount has more digits after the point than its currency")]
    TooPrecise,
    /// Beyond 999,999,999,999.99.
    #[error("the amount is too large")]
    TooLarge,
    /// Not a currency code.
    #[error("a currency has three capital letters, such as INR")]
    Currency,
}

impl Amount {
    /// An amount in minor units (paise, cents).
    ///
    /// # Errors
    /// [`InvalidAmount`] when it is negative or absurdly large.
    pub const fn from_minor(minor: i64, currency: Currency) -> Result<Self, InvalidAmount> {
        if minor < 0 {
            return Err(InvalidAmount::Negative);
        }
        if minor > AMOUNT_MAX {
            return Err(InvalidAmount::TooLarge);
        }
        Ok(Self { minor, currency })
    }

    /// Reads a plain decimal number such as `123456.5`, without grouping or sign.
    ///
    /// # Errors
    /// [`InvalidAmount`], the first rule that is broken.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, InvalidAmount> {
        if text.starts_with('-') {
            return Err(InvalidAmount::Negative);
        }
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(part) || text.ends_with('.') {
            return Err(InvalidAmount::NotANumber);
        }
        let places = usize::from(currency.minor_digits());
        let part = part.trim_end_matches('0');
        if part.len() > places {
            return Err(InvalidAmount::TooPrecise);
        }
        let whole = whole.trim_start_matches('0');
        if whole.len() > 15 {
            return Err(InvalidAmount::TooLarge);
        }
        let minor = format!("{whole}{part:0<places$}");
        let minor = if minor.is_empty() { 0 } else { minor.parse().unwrap_or(i64::MAX) };
        Self::from_minor(minor, currency)
    }

    /// Reads an amount of Indian rupees.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn rupees(text: &str) -> Result<Self, InvalidAmount> {
        Self::parse(text, Currency::INR)
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(&self) -> i64 {
        self.minor
    }

    /// Its currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }
}

/// How amounts and dates are written, by the rules of a locale (Unicode CLDR).
pub struct Formats {
    locale: Locale,
    decimal: DecimalFormatter,
    date: FixedCalendarDateTimeFormatter<Gregorian, YMD>,
}

/// There are no rules for this locale.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown language and region; a tag such as en-IN is expected")]
pub struct UnknownLocale;

impl Formats {
    /// The rules of a BCP 47 locale such as `en-IN`.
    ///
    /// # Errors
    /// [`UnknownLocale`] when the tag is malformed.
    pub fn new(locale: &str) -> Result<Self, UnknownLocale> {
        let locale: Locale = locale.parse().map_err(|_| UnknownLocale)?;
        if locale.id.language.is_unknown() {
            return Err(UnknownLocale);
        }
        let decimal = DecimalFormatter::try_new(
            (&locale).into(),
            icu_decimal::options::DecimalFormatterOptions::default(),
        )
        .map_err(|_| UnknownLocale)?;
        let date = FixedCalendarDateTimeFormatter::try_new((&locale).into(), YMD::medium())
            .map_err(|_| UnknownLocale)?;
        Ok(Self { locale, decimal, date })
    }

    /// An amount with its currency's sign, such as `₹1,23,456.00`.
    #[must_use]
    pub fn amount(&self, amount: Amount) -> String {
        let mut decimal = Decimal::from(amount.minor);
        decimal.multiply_pow10(-i16::from(amount.currency.minor_digits()));
        format!("{}{}", amount.currency.sign(), self.decimal.format(&decimal))
    }

    /// A date, such as `27 Jan 2026`.
    #[must_use]
    pub fn date(&self, date: NaiveDate) -> String {
        let month = u8::try_from(date.month()).unwrap_or(1);
        let day = u8::try_from(date.day()).unwrap_or(1);
        match Date::try_new_gregorian(date.year(), month, day) {
            Ok(date) => self.date.format(&date).to_string(),
            Err(_) => date.to_string(),
        }
    }
}

impl Default for Formats {
    /// English as written in India.
    #[expect(
        clippy::expect_used,
        reason = "the data for en-IN is compiled in, and a test loads it"
    )]
    fn default() -> Self {
        Self::new("en-IN").expect("en-IN is compiled in")
    }
}

impl fmt::Debug for Formats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Formats({})", self.locale)
    }
}

/// The currency sign that a text ends in, spaces after it ignored.
pub(crate) fn trailing_sign(text: &str) -> Option<&'static str> {
    let text = text.trim_end_matches([' ', '\u{a0}']);
    SIGNS.iter().map(|(_, sign)| *sign).find(|sign| text.ends_with(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_the_indian_way() {
        let formats = Formats::default();
        let show = |text| formats.amount(Amount::rupees(text).unwrap());
        assert_eq!(show("123456"), "₹1,23,456.00");
        assert_eq!(show("0.5"), "₹0.50");
        assert_eq!(show("999.99"), "₹999.99");
        assert_eq!(show("123456789.10"), "₹12,34,56,789.10");
    }

    #[test]
    fn other_locales_and_currencies_follow_their_rules() {
        let german = Formats::new("de-DE").unwrap();
        let euro = Amount::parse("1234.5", "EUR".parse().unwrap()).unwrap();
        assert_eq!(german.amount(euro), "€1.234,50");
        let yen = Amount::parse("1234", "JPY".parse().unwrap()).unwrap();
        assert_eq!(Formats::new("en-US").unwrap().amount(yen), "¥1,234");
        let dirham = Amount::parse("10", "AED".parse().unwrap()).unwrap();
        assert_eq!(Formats::default().amount(dirham), "AED\u{a0}10.00");
        assert!(Formats::new("").is_err());
        assert!(Formats::new("english please").is_err());
    }

    #[test]
    fn dates_are_short_and_unmistakable() {
        let date = NaiveDate::from_ymd_opt(2026, 1, 27).unwrap();
        assert_eq!(Formats::default().date(date), "27 Jan 2026");
        assert_eq!(Formats::new("en-US").unwrap().date(date), "Jan 27, 2026");
    }

    #[test]
    fn amounts_are_exact_or_refused() {
        let read = |text: &str| Amount::rupees(text).map(|a| a.minor());
        assert_eq!(read("123456.00"), Ok(12_345_600));
        assert_eq!(read("0"), Ok(0));
        assert_eq!(read("7.100"), Ok(710));
        assert_eq!(read("-1"), Err(InvalidAmount::Negative));
        assert_eq!(read("1.005"), Err(InvalidAmount::TooPrecise));
        assert_eq!(read("1000000000000"), Err(InvalidAmount::TooLarge));
        assert_eq!(read(&"9".repeat(400)), Err(InvalidAmount::TooLarge));
        for bad in ["", ".", "1.", ".5", "1,000", "1e3", "NaN", "₹5", " 5", "१"] {
            assert_eq!(read(bad), Err(InvalidAmount::NotANumber), "{bad:?}");
        }
    }

    #[test]
    fn formats_can_be_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Formats>();
    }
}
