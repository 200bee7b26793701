//! Amounts of money, exact to the minor unit.

use super::currency::Currency;
use super::invalid::InvalidAmount;

/// The largest accepted amount, in minor units: 999,999,999,999.99.
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
    /// [`InvalidAmount`] when it is negative or too large.
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
    /// [`InvalidAmount`] for the first rule that is broken.
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

    /// Reads an amount as people type it, with or without its currency's sign before it. Digits may
    /// be in the groups of India, `1,50,000`, of the West, `150,000`, or in none.
    ///
    /// ```
    /// use whatsapp_core::format::{Amount, Currency, InvalidAmount};
    ///
    /// let typed = |text| Amount::typed(text, Currency::INR).map(|amount| amount.minor());
    /// assert_eq!(typed("₹ 1,50,000.50"), Ok(15_000_050));
    /// assert_eq!(typed("150,000.50"), Ok(15_000_050));
    /// // One rupee and a half, or 150?
    /// assert_eq!(typed("1,50"), Err(InvalidAmount::Groups));
    /// ```
    ///
    /// # Errors
    /// [`InvalidAmount::Groups`] for other groups; else as [`parse`](Self::parse).
    pub fn typed(text: &str, currency: Currency) -> Result<Self, InvalidAmount> {
        let text = text.trim();
        let text = text.strip_prefix(&*currency.sign()).unwrap_or(text).trim_start();
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let plain: String = text.chars().filter(|c| !is_between_groups(*c)).collect();
        let amount = Self::parse(&plain, currency)?;
        if are_groups(whole) && !part.contains(is_between_groups) {
            Ok(amount)
        } else {
            Err(InvalidAmount::Groups)
        }
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

    /// The sum of two amounts of one currency, capped at the largest amount.
    pub(crate) const fn saturating_add(self, other: Self) -> Self {
        let sum = self.minor.saturating_add(other.minor);
        let minor = if sum > AMOUNT_MAX { AMOUNT_MAX } else { sum };
        Self { minor, currency: self.currency }
    }

    /// The amount's currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }
}

/// Returns true for a character that may separate the groups of an amount.
fn is_between_groups(c: char) -> bool {
    c == ',' || c.is_whitespace()
}

/// Returns true if digits are in no groups, or in those of India or of the West.
fn are_groups(whole: &str) -> bool {
    let groups: Vec<usize> = whole.split(is_between_groups).map(str::len).collect();
    let [first, middle @ .., 3] = groups.as_slice() else { return groups.len() == 1 };
    let of = |size| (1..=size).contains(first) && middle.iter().all(|length| *length == size);
    of(2) || of(3)
}
