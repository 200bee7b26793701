//! Definition of a setting: its key, its accepted values, and its description for people.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::value;
use super::{SettingProblem, Settings};
use crate::schedule::DayTime;

/// The fault of a value, and what would be right.
pub(super) type Wrong = Cow<'static, str>;

/// The values that a setting accepts.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SettingKind {
    /// `true` or `false`.
    Switch,
    /// A whole number.
    Whole(RangeInclusive<u32>),
    /// A number that may have decimals.
    Decimal(RangeInclusive<f64>),
    /// The address of a server.
    Address,
    /// E-mail addresses separated by commas; may be empty.
    Emails,
    /// Different telephone numbers with their country codes, separated by commas; may be empty.
    Numbers,
    /// Different numbers of days, separated by commas.
    Days,
    /// Amounts of different currencies, separated by commas; may be empty.
    Amounts,
    /// A choice among these words.
    Choice(&'static [&'static str]),
    /// Days of the week, separated by commas; a hyphen stands for the days between two.
    Weekdays,
    /// A time of a day.
    Time(RangeInclusive<DayTime>),
    /// Dates, separated by commas; may be empty.
    Dates,
    /// Names of message types, separated by commas, each of which may have `not` before it; may
    /// be empty.
    Types,
    /// The name of a time zone.
    Zone,
    /// A BCP 47 language tag.
    Locale,
    /// No value: the secret belongs elsewhere.
    Nothing,
}

impl SettingKind {
    /// The type word of the table: `boolean`, `number` or `string` (specification 4.3).
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Switch => "boolean",
            Self::Whole(_) | Self::Decimal(_) => "number",
            Self::Address
            | Self::Emails
            | Self::Numbers
            | Self::Days
            | Self::Amounts
            | Self::Choice(_)
            | Self::Weekdays
            | Self::Time(_)
            | Self::Dates
            | Self::Types
            | Self::Zone
            | Self::Locale
            | Self::Nothing => "string",
        }
    }
}

/// A setting: the one definition behind the reader, the table and the documents.
///
/// ```
/// use whatsapp_core::settings::SettingDef;
///
/// let retries = SettingDef::of("whatsapp_retry_max").unwrap();
/// assert_eq!(retries.expected(), "a whole number from 0 to 3");
/// assert!(retries.check("2").is_ok());
/// let problem = retries.check("many").unwrap_err();
/// assert_eq!(problem.to_string(), "setting whatsapp_retry_max: a whole number from 0 to 3 is expected");
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SettingDef {
    /// `config_key`.
    pub key: Cow<'static, str>,
    /// The values that it accepts.
    pub kind: SettingKind,
    /// The value where there is no row.
    pub default: &'static str,
    /// The thing that a number counts, such as `minutes`.
    pub unit: Option<&'static str>,
    /// True if only managers may see its value: the audit only counts the changes.
    pub is_private: bool,
    /// Its purpose, as the table describes it.
    pub description: Cow<'static, str>,
    /// Reads a value into the settings.
    pub(super) set: fn(&mut Settings, &Self, &str) -> Result<(), Wrong>,
}

impl SettingDef {
    /// The accepted values in words.
    #[must_use]
    pub fn expected(&self) -> String {
        let of_unit = self.unit.map(|unit| format!(" of {unit}")).unwrap_or_default();
        match &self.kind {
            SettingKind::Switch => "true or false".to_owned(),
            SettingKind::Whole(range) => {
                format!("a whole number{of_unit} from {} to {}", range.start(), range.end())
            }
            SettingKind::Decimal(range) => {
                format!("a number{of_unit} from {} to {}", range.start(), range.end())
            }
            SettingKind::Address => {
                "a complete address such as https://api.360messenger.com, with \
                                     http only to this machine,"
                    .to_owned()
            }
            SettingKind::Emails => {
                "an e-mail address such as owner@shop.example, or several with commas between,"
                    .to_owned()
            }
            SettingKind::Numbers => {
                "nothing, or up to 50 different telephone numbers with their country \
                                     codes and commas between, such as +91 98765 00001,"
                    .to_owned()
            }
            SettingKind::Days => {
                "a list of 1 to 10 different whole numbers of days from 1 to 365, \
                                  such as 3,7,"
                    .to_owned()
            }
            SettingKind::Amounts => {
                "nothing, or amounts above 0 of up to 20 different currencies with \
                                     commas between such as INR 500, EUR 10,"
                    .to_owned()
            }
            SettingKind::Choice(words) => words.join(" or "),
            SettingKind::Weekdays => "a list of days of the week such as mon-fri,sun".to_owned(),
            SettingKind::Time(range) => {
                format!("a time from {} to {} such as 09:00", range.start(), range.end())
            }
            SettingKind::Dates => "a list of dates such as 2026-08-15,2026-10-02".to_owned(),
            SettingKind::Types => {
                "a list of message types, each with or without the word not before it, such as \
                 invoice,not festival,"
                    .to_owned()
            }
            SettingKind::Zone => "the name of a time zone such as Asia/Kolkata".to_owned(),
            SettingKind::Locale => "a language tag such as en-IN".to_owned(),
            SettingKind::Nothing => "nothing".to_owned(),
        }
    }

    /// Checks a value for saving.
    ///
    /// # Errors
    /// [`SettingProblem`], which says what would be right and never holds the value.
    pub fn check(&self, value: &str) -> Result<(), SettingProblem> {
        let value = value.trim();
        let taken = match self.kind {
            SettingKind::Nothing if !value.is_empty() => Err(KEY_ELSEWHERE.into()),
            _ => (self.set)(&mut Settings::default(), self, value),
        };
        taken.map_err(|what| SettingProblem { key: self.key.clone().into_owned(), what })
    }

    /// The words of an error: the expected value.
    fn wrong(&self) -> Wrong {
        format!("{} is expected", self.expected()).into()
    }

    pub(super) fn switch(&self, value: &str) -> Result<bool, Wrong> {
        match value {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(self.wrong()),
        }
    }

    pub(super) fn whole(&self, value: &str) -> Result<u32, Wrong> {
        let range = match &self.kind {
            SettingKind::Whole(range) => Some(range.clone()),
            _ => None,
        };
        range.and_then(|range| value::whole(value, range)).ok_or_else(|| self.wrong())
    }

    pub(super) fn time(&self, value: &str) -> Result<DayTime, Wrong> {
        let time = value.parse().ok().filter(|time| match &self.kind {
            SettingKind::Time(range) => range.contains(time),
            _ => false,
        });
        time.ok_or_else(|| self.wrong())
    }

    pub(super) fn decimal(&self, value: &str) -> Result<f64, Wrong> {
        let number = value.parse().ok().filter(|number| match &self.kind {
            SettingKind::Decimal(range) => range.contains(number),
            _ => false,
        });
        number.ok_or_else(|| self.wrong())
    }

    /// A value that one of the functions of [`value`] reads.
    pub(super) fn by<T>(&self, read: fn(&str) -> Option<T>, value: &str) -> Result<T, Wrong> {
        read(value).ok_or_else(|| self.wrong())
    }
}

/// The problem of a key in the database.
pub(super) const KEY_ELSEWHERE: &str = "the API key does not belong into the database: give it to \
                                        the program by its environment and empty this setting";
