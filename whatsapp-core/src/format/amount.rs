//! Amounts of money, exact to the minor unit.

use super::currency::Currency;
use super::invalid::InvalidAmount;

/// The largest amount that is taken, in minor units: 999,999,999,999.99.
const AMOUNT_MAX: i64 = 99_999_999_999_999;

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

    /// The sum of two amounts of one currency; no more than the most that an amount may be.
    pub(crate) const fn saturating_add(self, other: Self) -> Self {
        let sum = self.minor.saturating_add(other.minor);
        let minor = if sum > AMOUNT_MAX { AMOUNT_MAX } else { sum };
        Self { minor, currency: self.currency }
    }

    /// Its currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }
}
