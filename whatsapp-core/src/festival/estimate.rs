//! The rules for a date that depends on the moon.

use chrono::{Days, NaiveDate};

/// A date may be confirmed from this number of days before it.
const DAYS_BEFORE: Days = Days::new(3);

/// A date that depends on when the moon is seen, with the conditions for greeting customers on it.
///
/// All days are local dates of the business.
///
/// - It can be confirmed on each of the three days before it, and on the day itself. An earlier
///   confirmation does not count: nobody can know the date then.
/// - A person who has not confirmed it by the eve gets a mail on that day, the last of the three.
/// - Nothing is sent for a date that is not confirmed.
///
/// A person who moves the date confirms the new one.
///
/// ```
/// use chrono::NaiveDate;
/// use whatsapp_core::festival::Estimate;
///
/// let day = |text: &str| text.parse::<NaiveDate>();
/// let eid = Estimate::of(day("2027-03-10")?);
/// assert_eq!((eid.confirm_from(), eid.remind_on()), (day("2027-03-07")?, day("2027-03-09")?));
///
/// let morning = day("2027-03-10")?;
/// assert!(!eid.may_be_sent(morning, None));
/// assert!(!eid.may_be_sent(morning, Some(day("2027-03-01")?)), "confirmed too early");
/// assert!(eid.may_be_sent(morning, Some(day("2027-03-09")?)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Estimate {
    date: NaiveDate,
}

/// Reason why a date cannot be confirmed on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotNow {
    /// The day is too far ahead.
    #[error("the date can be confirmed from {} on: it depends on the moon", .0.format("%-d %b %Y"))]
    Early(NaiveDate),
    /// The day is over.
    #[error("the date was {}, and is over; change it before it is confirmed", .0.format("%-d %b %Y"))]
    Late(NaiveDate),
}

impl Estimate {
    /// An estimate for this date.
    #[must_use]
    pub const fn of(date: NaiveDate) -> Self {
        Self { date }
    }

    /// The first day on which the date can be confirmed: the third before it.
    #[must_use]
    pub fn confirm_from(self) -> NaiveDate {
        self.date.checked_sub_days(DAYS_BEFORE).unwrap_or(NaiveDate::MIN)
    }

    /// The day on which a mail reminds people who have not confirmed the date: the eve.
    #[must_use]
    pub fn remind_on(self) -> NaiveDate {
        self.date.pred_opt().unwrap_or(NaiveDate::MIN)
    }

    /// Tells whether the mail is due on a day: on the eve, unless the date is confirmed.
    #[must_use]
    pub fn is_reminder_due(self, today: NaiveDate, confirmed_on: Option<NaiveDate>) -> bool {
        today == self.remind_on() && !self.is_confirmed(today, confirmed_on)
    }

    /// Checks whether the date can be confirmed on a day.
    ///
    /// # Errors
    /// [`NotNow`] before the third day before the date, and after the date.
    pub fn check(self, today: NaiveDate) -> Result<(), NotNow> {
        if today < self.confirm_from() {
            Err(NotNow::Early(self.confirm_from()))
        } else if today > self.date {
            Err(NotNow::Late(self.date))
        } else {
            Ok(())
        }
    }

    /// Tells whether a confirmation counts on a day: it was given by then, and not too early.
    #[must_use]
    pub fn is_confirmed(self, today: NaiveDate, confirmed_on: Option<NaiveDate>) -> bool {
        confirmed_on.is_some_and(|on| on <= today && self.check(on).is_ok())
    }

    /// Tells whether a greeting for the date may be sent on a day: on the date itself, if it
    /// is confirmed.
    #[must_use]
    pub fn may_be_sent(self, today: NaiveDate, confirmed_on: Option<NaiveDate>) -> bool {
        today == self.date && self.is_confirmed(today, confirmed_on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(of: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2027, 3, of).unwrap()
    }

    /// An estimate for Eid al-Fitr, expected on 10 March.
    fn eid() -> Estimate {
        Estimate::of(day(10))
    }

    #[test]
    fn a_date_is_confirmed_in_the_three_days_before_it_and_on_it() {
        for of in 1..=20 {
            let expected = match of {
                ..7 => Err(NotNow::Early(day(7))),
                7..=10 => Ok(()),
                _ => Err(NotNow::Late(day(10))),
            };
            assert_eq!(eid().check(day(of)), expected, "{of}");
        }
        let told = NotNow::Early(day(7)).to_string();
        assert_eq!(told, "the date can be confirmed from 7 Mar 2027 on: it depends on the moon");
    }

    #[test]
    fn only_what_was_confirmed_in_time_is_sent_and_only_on_the_day() {
        for today in 1..=20 {
            assert!(!eid().may_be_sent(day(today), None), "{today}: not confirmed");
            for confirmed in 1..=20 {
                let sent = eid().may_be_sent(day(today), Some(day(confirmed)));
                assert_eq!(
                    sent,
                    today == 10 && (7..=10).contains(&confirmed),
                    "{today} {confirmed}"
                );
            }
        }
    }

    #[test]
    fn the_mail_goes_on_the_eve_unless_it_is_confirmed() {
        for today in 1..=20 {
            assert_eq!(eid().is_reminder_due(day(today), None), today == 9, "{today}");
            assert_eq!(eid().is_reminder_due(day(today), Some(day(2))), today == 9, "too early");
            assert!(!eid().is_reminder_due(day(today), Some(day(8))));
        }
        assert!(eid().is_reminder_due(day(9), Some(day(10))), "what is confirmed later is not yet");
    }

    #[test]
    fn a_date_that_moved_is_confirmed_with_the_move() {
        let moved = Estimate::of(day(11));
        assert!(moved.may_be_sent(day(11), Some(day(9))));
        assert!(!moved.may_be_sent(day(10), Some(day(9))));
    }

    #[test]
    fn the_ends_of_time_are_no_trouble() {
        let first = Estimate::of(NaiveDate::MIN);
        assert!(first.may_be_sent(NaiveDate::MIN, Some(NaiveDate::MIN)));
        assert_eq!(first.confirm_from(), NaiveDate::MIN);
    }
}
