//! Questions to a person before an act goes ahead, and the consent.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

use crate::message::MessageType;
use crate::settings::Settings;
use crate::time::spoken;

/// Consent of a person who was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Consent {
    /// Nobody was asked: an act that needs the answer is not done, and its error is the question.
    #[default]
    NotAsked,
    /// A person has seen the question and said yes.
    Given,
}

impl Consent {
    /// Returns the question if it has not been answered yet.
    pub(crate) fn to<Question>(self, question: Option<Question>) -> Option<Question> {
        question.filter(|_| self == Self::NotAsked)
    }
}

/// The question before a message goes out outside the hours in which customers may be written to,
/// because a person wants it then.
///
/// After a yes the message goes out at that instant. What follows by itself, such as a retry, waits
/// for the hours.
///
/// ```
/// use whatsapp_core::message::MessageType;
/// use whatsapp_core::settings::Settings;
///
/// // Half past ten on a Saturday evening in Kolkata.
/// let night = "2026-11-28T17:00:00Z".parse()?;
/// let question = Settings::default().outside_hours(MessageType::PAYMENT_REMINDER, night);
/// assert_eq!(
///     question.map(|question| question.to_string()).as_deref(),
///     Some(
///         "Saturday, 28 Nov 2026, 22:30 is outside the hours in which customers are written to, which \
///          begin on Monday, 30 Nov 2026, 09:00: send it anyway?"
///     ),
/// );
/// assert_eq!(Settings::default().outside_hours(MessageType::INVOICE, night), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} is outside the hours in which customers are written to{}: send it anyway?",
    spoken(*.at),
    .opens.map(|opens| format!(", which begin on {}", spoken(opens))).unwrap_or_default()
)]
#[non_exhaustive]
pub struct OutsideHours {
    /// Time at which the message would go out, by the clocks of the business.
    pub at: DateTime<FixedOffset>,
    /// Time at which the hours begin; `None` where they do not within 400 days.
    pub opens: Option<DateTime<FixedOffset>>,
}

/// The question before a message goes out at once because a person chose an instant that has
/// passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} has passed, so that the message would go out at once: send it now?", spoken(*.at))]
#[non_exhaustive]
pub struct HasPassed {
    /// The instant, by the clocks of the business.
    pub at: DateTime<FixedOffset>,
}

/// Largest age of an instant that still means now.
const A_MOMENT: TimeDelta = TimeDelta::minutes(1);

impl Settings {
    /// The question to a person who wants a message to go out at an instant; `None` unless it
    /// has passed.
    #[must_use]
    pub fn has_passed(&self, at: DateTime<Utc>, now: DateTime<Utc>) -> Option<HasPassed> {
        (at + A_MOMENT < now).then(|| HasPassed { at: self.time_zone.local(at) })
    }

    /// The question to a person who wants a message of this type to go out at an instant; `None`
    /// where it may go out then.
    #[must_use]
    pub fn outside_hours(&self, of: MessageType, at: DateTime<Utc>) -> Option<OutsideHours> {
        let local = |at| self.time_zone.local(at);
        let opens = || self.window(of).next_opening(at).map(local);
        self.is_outside_hours(of, at).then(|| OutsideHours { at: local(at), opens: opens() })
    }
}
