//! Amounts and dates as customers read them.

mod amount;
mod currency;
mod invalid;
mod locale;
mod region;
pub(crate) mod sign;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{Datelike, NaiveDate};
use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::YMD;
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_decimal::options::DecimalFormatterOptions;
use icu_locale_core::Locale;

pub use amount::Amount;
pub use currency::Currency;
pub use invalid::InvalidAmount;
pub use locale::UnknownLocale;
pub use region::region;

/// The way amounts and dates are written, by the rules of a locale (Unicode CLDR). Cheap to clone,
/// and cheap to make again: the rules of a locale are put together once.
#[derive(Clone)]
pub struct Formats(Arc<Rules>);

struct Rules {
    locale: Locale,
    decimal: DecimalFormatter,
    date: FixedCalendarDateTimeFormatter<Gregorian, YMD>,
}

/// Rules put together so far, by the tags that people wrote. Every message is composed with them.
static LOADED: Mutex<Vec<(String, Formats)>> = Mutex::new(Vec::new());

/// The largest number of rules kept: a business has one locale, and a program of many businesses
/// a few.
const LOADED_MOST: usize = 32;

impl Formats {
    /// The rules of a BCP 47 locale such as `en-IN`.
    ///
    /// ```
    /// use whatsapp_core::format::Formats;
    ///
    /// let error = Formats::new("hn-IN").unwrap_err();
    /// assert_eq!(error.to_string(), "unknown language and region; did you mean hi-IN or en-IN?");
    /// ```
    ///
    /// # Errors
    /// [`UnknownLocale`] when the tag is malformed, or CLDR knows no such language or region.
    pub fn new(locale: &str) -> Result<Self, UnknownLocale> {
        let loaded = || LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = loaded().iter().find(|(tag, _)| tag == locale) {
            return Ok(known.clone());
        }
        let formats = Self::load(locale).ok_or_else(|| UnknownLocale::of(locale))?;
        let mut loaded = loaded();
        if loaded.len() < LOADED_MOST {
            loaded.push((locale.to_owned(), formats.clone()));
        }
        Ok(formats)
    }

    fn load(locale: &str) -> Option<Self> {
        let locale: Locale = locale.parse().ok()?;
        if locale.id.language.is_unknown() || !locale::has_known_region(&locale) {
            return None;
        }
        let options = DecimalFormatterOptions::default();
        let decimal = DecimalFormatter::try_new((&locale).into(), options).ok()?;
        let date = FixedCalendarDateTimeFormatter::try_new((&locale).into(), YMD::medium()).ok()?;
        let formats = Self(Arc::new(Rules { locale, decimal, date }));
        // A language without data of its own falls back to the rules of the root: `2026 M09 5`.
        let written = formats.date(NaiveDate::from_ymd_opt(2026, 9, 5)?);
        (!written.contains("M09")).then_some(formats)
    }

    /// An amount with its currency's sign, such as `₹1,23,456.00`.
    #[must_use]
    pub fn amount(&self, amount: Amount) -> String {
        let mut decimal = Decimal::from(amount.minor());
        decimal.multiply_pow10(-i16::from(amount.currency().minor_digits()));
        [&*amount.currency().sign(), &self.0.decimal.format(&decimal).to_string()].concat()
    }

    /// A date, such as `27 Jan 2026`.
    #[must_use]
    pub fn date(&self, date: NaiveDate) -> String {
        let month = u8::try_from(date.month()).unwrap_or(1);
        let day = u8::try_from(date.day()).unwrap_or(1);
        match Date::try_new_gregorian(date.year(), month, day) {
            Ok(date) => self.0.date.format(&date).to_string(),
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
        write!(f, "Formats({})", self.0.locale)
    }
}
