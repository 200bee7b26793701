//! Amounts of money: whole paise, never floating point.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul};

use anyhow::Result;
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::locale;

/// An amount in paise, hundredths of a rupee. Shown as plain decimal rupees: `123456.00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paise(pub(crate) u64);

impl Paise {
    /// Returns `percent` of this amount, with half a paisa rounded up.
    pub(crate) fn percent(self, percent: u64) -> Self {
        Self((self.0 * percent + 50) / 100)
    }

    /// Formats the amount as an Indian reader writes it: `1,23,456.00`.
    ///
    /// # Errors
    ///
    /// Returns an error if the locale's data is not compiled in.
    pub(crate) fn grouped(self) -> Result<String> {
        let formatter = DecimalFormatter::try_new(locale!("en-IN").into(), <_>::default())?;
        let mut rupees = Decimal::from(self.0);
        rupees.multiply_pow10(-2);
        Ok(formatter.format(&rupees).to_string())
    }
}

impl fmt::Display for Paise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Add for Paise {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Mul<u64> for Paise {
    type Output = Self;

    fn mul(self, factor: u64) -> Self {
        Self(self.0 * factor)
    }
}

impl Sum for Paise {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self(0), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paise_are_shown_as_rupees() {
        assert_eq!(Paise(12_345_600).to_string(), "123456.00");
        assert_eq!(Paise(5).to_string(), "0.05");
        assert_eq!(Paise(12_345_600).grouped().unwrap(), "1,23,456.00");
        assert_eq!(Paise(5).grouped().unwrap(), "0.05");
    }

    #[test]
    fn percentage_rounds_half_a_paisa_up() {
        assert_eq!(Paise(125).percent(18), Paise(23)); // 22.5
        assert_eq!(Paise(124).percent(18), Paise(22)); // 22.32
    }
}
