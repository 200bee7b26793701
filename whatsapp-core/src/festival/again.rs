//! The next date of a calendar entry, a year later.

use chrono::{Datelike as _, Months, NaiveDate, TimeDelta};

use super::date::{FestivalDate, UnknownDate};
use super::name::Festival;
use super::place::Place;

/// A festival's date closer to an entry than this is the time of the entry itself.
const HALF_A_YEAR: TimeDelta = TimeDelta::days(180);

/// The next date of an entry of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NextTime {
    /// The festival's next date.
    Known(FestivalDate),
    /// The same day of the next year, for an entry whose name is no festival's.
    Guess(NaiveDate),
    /// 28 February, for such an entry on 29 February.
    GuessInFebruary(NaiveDate),
}

impl NextTime {
    /// The date that is suggested.
    #[must_use]
    pub const fn date(self) -> NaiveDate {
        match self {
            Self::Known(FestivalDate { date, .. })
            | Self::Guess(date)
            | Self::GuessInFebruary(date) => date,
        }
    }

    /// Returns true if nobody knows whether the date is right.
    #[must_use]
    pub const fn is_guess(self) -> bool {
        !matches!(self, Self::Known(_))
    }

    /// Origin of the date, as a sentence for a manager.
    ///
    /// ```
    /// use whatsapp_core::festival::{Place, next_time};
    ///
    /// let ours = next_time("Our anniversary", "2028-02-29".parse()?, Place::INDIA)?;
    /// assert_eq!(
    ///     ours.sentence(),
    ///     "28 Feb 2029 is a guess, for that year has no 29 February: change it if it is wrong."
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sentence(self) -> String {
        let day = self.date().format("%-d %b %Y");
        match self {
            Self::Known(FestivalDate { festival, estimated: false, .. }) => {
                format!("{day} is the date of {}.", festival.label())
            }
            Self::Known(FestivalDate { festival, .. }) => format!(
                "{day} is the expected date of {}: it depends on the moon, and must be confirmed.",
                festival.label()
            ),
            Self::Guess(_) => format!(
                "{day} is a guess, the same day a year later: change it if the festival moves."
            ),
            Self::GuessInFebruary(_) => format!(
                "{day} is a guess, for that year has no 29 February: change it if it is wrong."
            ),
        }
    }
}

/// Suggests the date for a copy of an entry to the next year. It is that of the festival by whose
/// word or name the entry goes, else the same day, as a guess.
///
/// A festival's date is the next that is not the entry's own time. It may lie in the same calendar
/// year: Eid al-Fitr is on 3 January and on 24 December 2033. A name of several festivals, such as
/// `Eid`, is that whose date is nearest.
///
/// # Errors
/// [`UnknownDate`] where the name is a festival's and its next date is not known. The same day of
/// the next year would be wrong.
///
/// ```
/// use whatsapp_core::festival::{Place, next_time};
///
/// let eid = next_time("Eid Mubarak", "2026-05-27".parse()?, Place::INDIA)?;
/// assert_eq!(
///     eid.sentence(),
///     "17 May 2027 is the expected date of Eid al-Adha (Bakrid): it depends on the moon, and must \
///      be confirmed."
/// );
///
/// let ours = next_time("Our anniversary", "2026-07-01".parse()?, Place::INDIA)?;
/// assert!(ours.is_guess());
/// assert_eq!(ours.date(), "2027-07-01".parse()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn next_time(name: &str, date: NaiveDate, place: Place) -> Result<NextTime, UnknownDate> {
    let nearest = |festival: &Festival| {
        let away = festival.times(place).into_iter().map(|it| (it.date - date).num_days().abs());
        away.min()
    };
    if let Some(festival) = Festival::named(name).into_iter().min_by_key(nearest) {
        let passed = date.checked_add_signed(HALF_A_YEAR).unwrap_or(NaiveDate::MAX);
        return festival.next_after(passed, place).map(NextTime::Known);
    }
    let later = date.checked_add_months(Months::new(12)).unwrap_or(NaiveDate::MAX);
    Ok(if later.day() == date.day() {
        NextTime::Guess(later)
    } else {
        NextTime::GuessInFebruary(later)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn again(name: &str, from: &str) -> String {
        let next = next_time(name, date(from), Place::INDIA);
        next.map_or_else(|error| error.to_string(), |next| next.date().to_string())
    }

    #[test]
    fn a_festivals_entry_moves_to_its_next_date() {
        for (name, from, to) in [
            ("Diwali", "2026-11-08", "2027-10-29"),
            ("diwali", "2027-10-29", "2028-10-17"),
            // The eve, and the day after.
            ("Happy Diwali", "2026-11-07", "2027-10-29"),
            ("Happy Diwali", "2026-11-10", "2027-10-29"),
            ("Happy New Year 2027", "2026-12-31", "2028-01-01"),
            ("New Year", "2027-01-01", "2028-01-01"),
            ("Holi", "2026-03-04", "2027-03-22"),
            ("Dussehra", "2025-10-02", "2026-10-20"),
            ("Christmas", "2035-12-25", "2036-12-25"),
            ("Republic Day", "2019-01-26", "2020-01-26"),
            // Twice in one calendar year, and none in another's January.
            ("Ramzan Id", "2032-01-15", "2033-01-03"),
            ("Ramzan Id", "2033-01-03", "2033-12-24"),
            ("Ramzan Id", "2033-12-24", "2034-12-13"),
            // Whichever Eid it was.
            ("Eid", "2026-03-21", "2027-03-10"),
            ("Eid", "2026-05-27", "2027-05-17"),
        ] {
            assert_eq!(again(name, from), to, "{name} {from}");
        }
    }

    #[test]
    fn a_state_gets_its_own_day() {
        let own = |code: &str| {
            let next = next_time("Dussehra", date("2025-10-02"), code.parse().unwrap());
            next.unwrap().date()
        };
        assert_eq!(own("IN-WB"), date("2026-10-21"));
        assert_eq!(own("IN-MH"), date("2026-10-20"));
    }

    #[test]
    fn what_is_not_known_is_said_and_not_guessed() {
        let unknown = |year: i32| {
            format!(
                "the date of Diwali in {year} is not known: those of 2026 to 2035 are; look it up, \
                 or import it from a CSV or iCalendar file"
            )
        };
        assert_eq!(again("Diwali", "2035-10-30"), unknown(2036));
        assert_eq!(again("Diwali", "2040-11-04"), unknown(2041));
        assert_eq!(again("Diwali", "2020-11-14"), unknown(2021));
        assert!(again("Eid", "2035-12-02").starts_with("the date of Eid al-Fitr in 2036"));
    }

    #[test]
    fn another_entry_is_on_the_same_day_and_said_to_be_a_guess() {
        let day = next_time("Our anniversary", date("2026-07-01"), Place::INDIA).unwrap();
        assert_eq!(day, NextTime::Guess(date("2027-07-01")));
        let sentence =
            "1 Jul 2027 is a guess, the same day a year later: change it if the festival moves.";
        assert_eq!(day.sentence(), sentence);
        let leap = next_time("Our anniversary", date("2028-02-29"), Place::INDIA).unwrap();
        assert_eq!(leap, NextTime::GuessInFebruary(date("2029-02-28")));
        assert_eq!(again("Our anniversary", "2027-02-28"), "2028-02-28");
        let last = next_time("Our anniversary", NaiveDate::MAX, Place::INDIA).unwrap();
        assert_eq!(last.date(), NaiveDate::MAX);
    }

    #[test]
    fn a_known_date_says_whose_it_is() {
        let diwali = next_time("Deepavali", date("2026-11-08"), Place::INDIA).unwrap();
        assert!(!diwali.is_guess());
        assert_eq!(diwali.sentence(), "29 Oct 2027 is the date of Diwali.");
    }
}
