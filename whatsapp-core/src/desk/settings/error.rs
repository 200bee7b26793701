//! Reasons why settings were not saved.

use std::error::Error;
use std::fmt;

use super::SettingClash;
use crate::desk::ReminderShift;
use crate::port::{DirectoryError, StoreError};
use crate::settings::SettingProblem;

/// Settings were not saved; nothing changed.
#[derive(Debug)]
#[non_exhaustive]
pub enum SaveSettingsError {
    /// Values that cannot be saved: all of them.
    Invalid(Vec<SettingProblem>),
    /// Somebody else changed them meanwhile: look at both values, and save again.
    Changed(Vec<SettingClash>),
    /// The edits move reminders, and a person has to be asked first:
    /// [`Consent`](crate::desk::Consent) is the answer.
    Unconfirmed(ReminderShift),
    /// The host's invoices could not be read, so the effect on reminders is unknown.
    Directory(DirectoryError),
    /// The database did not do what it was asked to do.
    Store(StoreError),
}

impl fmt::Display for SaveSettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(problems) => f.write_str(&list(problems)),
            Self::Changed(_) => f.write_str(
                "somebody else changed the settings meanwhile; look at them again and save anew",
            ),
            Self::Unconfirmed(shift) => write!(f, "{shift}: save it anyway?"),
            Self::Directory(error) => write!(
                f,
                "nobody can say which reminders this moves, because the invoices could not be \
                 read: {error}"
            ),
            Self::Store(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl Error for SaveSettingsError {
    /// The source of the cause, whose own text is part of the sentence already.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Directory(error) => error.source(),
            Self::Store(error) => error.source(),
            Self::Invalid(_) | Self::Changed(_) | Self::Unconfirmed(_) => None,
        }
    }
}

impl From<StoreError> for SaveSettingsError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The problem of a [`SettingEdit`](crate::settings::SettingEdit) that could not be made.
impl From<SettingProblem> for SaveSettingsError {
    fn from(problem: SettingProblem) -> Self {
        Self::Invalid(vec![problem])
    }
}

fn list(problems: &[SettingProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
