//! Errors of the planner.

use std::error::Error;
use std::fmt;

use chrono::NaiveDate;

use crate::messenger::ManageError;
use crate::port::{DirectoryError, StoreError};
use crate::settings::SettingsError;
use crate::wiring::SettingsUnread;

/// The planner broke off. Its writes so far stay, and the next turn goes on from there.
#[derive(Debug)]
#[non_exhaustive]
pub enum PlannerError {
    /// The host's invoices or customers could not be read.
    Directory(DirectoryError),
    /// The database did not do what it was asked to do.
    Store(StoreError),
    /// The settings cannot be used.
    Settings(SettingsError),
    /// A message could not be withdrawn.
    Manage(ManageError),
    /// The row of the date's run cannot be read by this program.
    Progress {
        /// The date.
        day: NaiveDate,
        /// The error in it.
        reason: String,
    },
    /// Rows were changed again and again while the planner wanted to write them.
    Contended,
}

impl fmt::Display for PlannerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(error) => write!(f, "the invoices could not be read: {error}"),
            Self::Store(error) => fmt::Display::fmt(error, f),
            Self::Settings(error) => fmt::Display::fmt(error, f),
            Self::Manage(error) => fmt::Display::fmt(error, f),
            Self::Progress { day, reason } => {
                write!(f, "the run of {day} cannot be read: {reason}")
            }
            Self::Contended => {
                f.write_str("the reminders were changed by somebody else again and again")
            }
        }
    }
}

impl Error for PlannerError {
    /// The source of the cause, whose own text is part of the sentence already.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Directory(error) => error.source(),
            Self::Store(error) => error.source(),
            Self::Settings(error) => error.source(),
            Self::Manage(error) => error.source(),
            Self::Progress { .. } | Self::Contended => None,
        }
    }
}

impl From<DirectoryError> for PlannerError {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

impl From<StoreError> for PlannerError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ManageError> for PlannerError {
    fn from(error: ManageError) -> Self {
        Self::Manage(error)
    }
}

impl From<SettingsUnread> for PlannerError {
    fn from(error: SettingsUnread) -> Self {
        match error {
            SettingsUnread::Store(error) => Self::Store(error),
            SettingsUnread::Broken(error) => Self::Settings(error),
        }
    }
}
