//! What a check says.

use chrono::{DateTime, Utc, Weekday};

use crate::campaign::{Campaign, Figures, FrozenText};
use crate::private::Private;

/// When a campaign's messages go out, if nothing changes meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunTold {
    /// When the first one does.
    pub from: DateTime<Utc>,
    /// When about the last one does, by gaps of the middle length.
    pub until: Option<DateTime<Utc>>,
    /// How many can within the hours and the caps.
    pub can_go: u64,
    /// How many are left over with the end of the day.
    pub left_over: u64,
}

/// What a campaign would do if it were armed now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checked {
    /// The draft that was checked.
    pub campaign: Campaign,
    /// The day of the week of its date.
    pub weekday: Weekday,
    /// The text that its messages are made from.
    pub text: FrozenText,
    /// The customer who would get the first message.
    pub first: Private,
    /// The message that this customer would get.
    pub sample: Private,
    /// How many recipients there are, and why other customers are left out.
    pub figures: Figures,
    /// When the messages would go out.
    pub run: RunTold,
    /// Campaigns of this kind and date that are armed already: who is in both gets two messages.
    pub others: Vec<Campaign>,
    /// What must be done before its hour, as a sentence: no process has run a
    /// [`CampaignFeeder`](crate::CampaignFeeder) of late, and without one nothing goes out.
    pub needs: Option<String>,
}
