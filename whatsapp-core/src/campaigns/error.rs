//! The errors of campaigns.

use std::fmt;

use chrono::NaiveDate;

use super::checked::Checked;
use crate::campaign::{CampaignState, Figures, InvalidPlan};
use crate::compose::ComposeError;
use crate::festival::{NotNow, UnknownDate};
use crate::message::MessageType;
use crate::messenger::ManageError;
use crate::number::InvalidNumber;
use crate::port::{DirectoryError, StoreError};
use crate::schedule::DayTime;
use crate::settings::SettingsError;
use crate::template::{RenderError, TemplateErrors};
use crate::wiring::SettingsUnread;

/// A request about a campaign could not be carried out; nothing changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CampaignError {
    /// There is no such campaign.
    #[error("there is no such festival message")]
    Unknown,
    /// Somebody else changed it meanwhile, or checks it just now.
    #[error("somebody else changed the festival message meanwhile; look at it again")]
    Changed,
    /// It is in a state in which this cannot be done.
    #[error("this cannot be done to a festival message that stands so: {}", .0.label())]
    Forbidden(CampaignState),
    /// The plan cannot be carried out.
    #[error(transparent)]
    Plan(#[from] InvalidPlan),
    /// Its own text is not a text that could be sent.
    #[error("words: {0}")]
    Words(TemplateErrors),
    /// No text could be chosen.
    #[error("the text cannot be made: {0}")]
    Compose(ComposeError),
    /// Its messages could not be composed.
    #[error("the text cannot be made: {0}")]
    Text(RenderError),
    /// It cannot be armed as it is planned.
    #[error(transparent)]
    Refused(#[from] CampaignRefusal),
    /// It would do something other than what was checked. The error holds the new check, which can
    /// be shown and armed.
    #[error("the figures have changed since they were checked; look at them again")]
    Figures(Box<Checked>),
    /// Its date is not estimated: there is nothing to confirm.
    #[error("this date is not estimated: there is nothing to confirm")]
    NotEstimated,
    /// The new date is too far away: a date that depends on the moon moves by a day or two.
    #[error(
        "date: {} is too far from {}; a date at most two days from it is expected",
        said(.0), said(.1)
    )]
    TooFar(NaiveDate, NaiveDate),
    /// The date cannot be confirmed today.
    #[error(transparent)]
    NotNow(#[from] NotNow),
    /// Nobody knows the festival's next date.
    #[error(transparent)]
    NextDate(#[from] UnknownDate),
    /// The number for the trial is not valid.
    #[error("number: {0}")]
    Number(InvalidNumber),
    /// No message could be made.
    #[error("{0}")]
    NoMessage(String),
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(SettingsError),
    /// The host's customers could not be read.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// A message could not be withdrawn.
    #[error(transparent)]
    Manage(#[from] ManageError),
    /// The database did not do what it was asked to do.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SettingsUnread> for CampaignError {
    fn from(error: SettingsUnread) -> Self {
        match error {
            SettingsUnread::Store(error) => Self::Store(error),
            SettingsUnread::Broken(error) => Self::Settings(error),
        }
    }
}

/// The reason why a campaign cannot be armed as it is planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CampaignRefusal {
    /// Messages of its type are switched off.
    #[error("{} messages are switched off in the settings: switch them on first", .0.label())]
    SwitchedOff(MessageType),
    /// Its day is over, or has no hours left.
    #[error("date: {} is over, or its hours are; choose a later date", said(.0))]
    Past(NaiveDate),
    /// Its day is too far ahead.
    #[error("date: {} is more than 366 days ahead; choose an earlier date", said(.0))]
    Ahead(NaiveDate),
    /// The zone of the business has no such hour on this date.
    #[error(
        "time: {} has no {} in the time zone of the business; choose another time",
        said(.0), .1
    )]
    NoSuchHour(NaiveDate, DayTime),
    /// Customers are not written to at its hour.
    #[error("time: at {at} customers are not written to; the hours are from {from} to {until}")]
    OutsideHours {
        /// The hour.
        at: DayTime,
        /// Start of the hours.
        from: DayTime,
        /// End of the hours.
        until: DayTime,
    },
    /// The business is closed on its day.
    #[error("date: the business is closed on {}; choose another date", said(.0))]
    Closed(NaiveDate),
    /// Other campaigns, or its hours, leave no room for any of its messages.
    #[error(
        "date: other festival messages fill {}; choose another date, or raise whatsapp_bulk_per_day",
        said(.0)
    )]
    Full(NaiveDate),
    /// The host lists no customers.
    #[error(
        "audience: the program lists no customers for messages to everybody; name the customers, or \
         have `CustomerDirectory::reachable` written"
    )]
    NobodyListed,
    /// No customer of its audience can be written to.
    #[error("audience: nobody can be written to: {}", .0.sentences().join(" "))]
    NoRecipients(Figures),
}

/// Returns a date as people read it.
fn said(date: &NaiveDate) -> impl fmt::Display {
    date.format("%-d %b %Y")
}
