//! Dates and amounts as a language writes them, for tables that do not show it themselves.

use anyhow::{Context as _, Result};
use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::YMD;
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_decimal::options::DecimalFormatterOptions;
use icu_locale_core::Locale;
use icu_locale_core::extensions::unicode::{key, value};

use super::amounts::Mark;
use super::dates::Order;

/// Usual forms in a language and region; `None` if neither form is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Habits {
    pub(super) order: Option<Order>,
    pub(super) mark: Option<Mark>,
}

impl Habits {
    /// Returns the habits of a locale such as `en-IN`, by how it writes a date and an amount.
    pub(super) fn of(locale: &str) -> Result<Self> {
        let mut locale: Locale =
            locale.parse().context("the setting whatsapp_locale is unknown")?;
        // The digits are ASCII, whatever the language's own are.
        locale.extensions.unicode.keywords.set(key!("nu"), value!("latn"));
        let date = FixedCalendarDateTimeFormatter::<Gregorian, _>::try_new(
            (&locale).into(),
            YMD::short(),
        )?;
        let date = date.format(&Date::try_new_gregorian(2033, 11, 22)?).to_string();
        let order = match ["22", "11", "33"].map(|part| date.find(part)) {
            [Some(day), Some(month), Some(year)] if day < month && month < year => {
                Some(Order::DayFirst)
            }
            [Some(day), Some(month), Some(year)] if month < day && day < year => {
                Some(Order::MonthFirst)
            }
            _ => None,
        };
        let decimal =
            DecimalFormatter::try_new((&locale).into(), DecimalFormatterOptions::default())?;
        let mut half = Decimal::from(15);
        half.multiply_pow10(-1);
        let mark = match decimal.format(&half).to_string().as_str() {
            "1.5" => Some(Mark::Point),
            "1,5" => Some(Mark::Comma),
            _ => None,
        };
        Ok(Self { order, mark })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_have_their_habits() {
        use Mark::{Comma, Point};
        use Order::{DayFirst, MonthFirst};
        for (locale, order, mark) in [
            ("en-IN", Some(DayFirst), Some(Point)),
            ("hi-IN", Some(DayFirst), Some(Point)),
            ("mr-IN", Some(DayFirst), Some(Point)),
            ("en-GB", Some(DayFirst), Some(Point)),
            ("en-US", Some(MonthFirst), Some(Point)),
            ("de-DE", Some(DayFirst), Some(Comma)),
            ("pt-BR", Some(DayFirst), Some(Comma)),
            ("ja-JP", None, Some(Point)),
        ] {
            assert_eq!(Habits::of(locale).unwrap(), Habits { order, mark }, "{locale}");
        }
    }
}
