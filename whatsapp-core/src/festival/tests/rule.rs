//! The rules by which festivals are kept, and the dates that they give.

use chrono::{Datelike as _, Days, NaiveDate};

use super::super::Festival;
use super::sky::{moon_near, phase, phase_near, sidereal_sun, sun_near};

/// Hours of the day at which the rules look at the sky, in India.
const SUNRISE: f64 = 6.2;
const NOON: f64 = 12.3;
const AFTERNOON: f64 = 14.7;
const SUNSET: f64 = 18.2;
const DUSK: f64 = 19.0;

/// A synodic month in days.
const MONTH: f64 = 29.53;

/// Distance from the sun, in degrees, at which the moon is seen after sunset.
const CRESCENT: f64 = 11.0;

/// The months of the lunisolar year that have festivals, each from new moon to new moon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Month {
    Chaitra = 0,
    Shravana = 4,
    Bhadrapada = 5,
    Ashvin = 6,
    Kartika = 7,
    Phalguna = 11,
}

/// The date of a festival that is nearest to another date, within two months.
pub(super) fn date(festival: Festival, near: NaiveDate) -> NaiveDate {
    match festival {
        Festival::NewYear => yearly(near, 1, 1),
        Festival::RepublicDay => yearly(near, 1, 26),
        Festival::IndependenceDay => yearly(near, 8, 15),
        Festival::GandhiJayanti => yearly(near, 10, 2),
        Festival::Christmas => yearly(near, 12, 25),
        Festival::MakarSankranti | Festival::Pongal => {
            first_by(sun_near(instant(near, 0.0), 270.0), SUNSET)
        }
        Festival::Holi => tithi(near, Month::Phalguna, 15, DUSK) + Days::new(1),
        Festival::Ugadi | Festival::GudiPadwa => tithi(near, Month::Chaitra, 1, SUNRISE),
        Festival::RamNavami => tithi(near, Month::Chaitra, 9, NOON),
        Festival::RakshaBandhan => tithi(near, Month::Shravana, 15, AFTERNOON),
        Festival::Janmashtami => tithi(near, Month::Shravana, 23, SUNRISE),
        Festival::GaneshChaturthi => tithi(near, Month::Bhadrapada, 4, NOON),
        Festival::Dussehra => tithi(near, Month::Ashvin, 10, AFTERNOON),
        Festival::Diwali => tithi(near, Month::Ashvin, 30, DUSK),
        Festival::GuruNanakJayanti => tithi(near, Month::Kartika, 15, SUNRISE),
        Festival::Onam => onam(near),
        Festival::EidAlFitr => islamic(near, 10, 1),
        Festival::EidAlAdha => islamic(near, 12, 10),
    }
}

/// The same day of every year.
fn yearly(near: NaiveDate, month: u32, day: u32) -> NaiveDate {
    let of = |year: i32| NaiveDate::from_ymd_opt(year, month, day).unwrap();
    let years = [near.year() - 1, near.year(), near.year() + 1];
    years.map(of).into_iter().min_by_key(|date| (near - *date).num_days().abs()).unwrap()
}

/// The first day on which a lunar day has begun by its usual hour.
fn tithi(near: NaiveDate, month: Month, tithi: u32, hour: f64) -> NaiveDate {
    let degrees = f64::from(tithi - 1) * 12.0;
    let begins = (-3..=3).map(|months: i32| {
        let at = phase_near(instant(near, hour) + f64::from(months) * MONTH, degrees);
        let starts = phase_near(at - degrees * MONTH / 360.0, 0.0);
        (starts, at)
    });
    let dates = begins.filter(|(starts, _)| month_from(*starts) == Some(month as i32));
    let dates = dates.map(|(_, at)| first_by(at, hour));
    dates.min_by_key(|date| (near - *date).num_days().abs()).unwrap()
}

/// The month that begins with a new moon, by the sign that the sun enters in it; `None` for a leap
/// month, in which the sun enters none.
fn month_from(new_moon: f64) -> Option<i32> {
    let sign = |at: f64| whole(sidereal_sun(at) / 30.0);
    let next = phase_near(new_moon + MONTH, 0.0);
    (sign(new_moon) != sign(next)).then(|| sign(next))
}

/// Thiruvonam: the moon is in Shravana while the sun is in Leo.
fn onam(near: NaiveDate) -> NaiveDate {
    let months = (-3..=3)
        .map(|months: i32| moon_near(instant(near, SUNRISE) + f64::from(months) * 27.32, 280.0));
    let in_leo = months.filter(|at| (120.0..150.0).contains(&sidereal_sun(*at)));
    let dates = in_leo.map(|at| first_by(at, SUNRISE));
    dates.min_by_key(|date| (near - *date).num_days().abs()).unwrap()
}

/// A day of an Islamic month, which begins on the day after the evening of the first crescent. The
/// tabular calendar tells which month it is.
fn islamic(near: NaiveDate, month: i32, day: u32) -> NaiveDate {
    let months = (-3..=3).map(|months: i32| {
        let within = instant(near, 0.0) - f64::from(day) + f64::from(months) * MONTH;
        let mut evening = first_by(phase_near(within, 0.0), SUNSET);
        while phase(instant(evening, SUNSET)) < CRESCENT {
            evening = evening + Days::new(1);
        }
        evening + Days::new(1)
    });
    let tabular = |first: &NaiveDate| {
        let year = (first.num_days_from_ce() - 227_014) * 30 / 10_631 + 1;
        let of = |year: i32| {
            227_014 + (59 * (month - 1) + 1) / 2 + (year - 1) * 354 + (3 + 11 * year) / 30
        };
        (year - 1..=year + 1).any(|year| (of(year) - first.num_days_from_ce()).abs() <= 4)
    };
    let dates = months.filter(tabular).map(|first| first + Days::new(u64::from(day) - 1));
    dates.min_by_key(|date| (near - *date).num_days().abs()).unwrap()
}

/// An hour of a date in India, as a Julian day.
fn instant(date: NaiveDate, hour: f64) -> f64 {
    f64::from(date.num_days_from_ce()) + 1_721_424.5 + (hour - 5.5) / 24.0
}

#[expect(clippy::cast_possible_truncation, reason = "days and signs are small")]
fn whole(number: f64) -> i32 {
    number as i32
}

/// The first date by whose hour an instant has passed.
fn first_by(at: f64, hour: f64) -> NaiveDate {
    let days = whole((at - 1_721_424.5 - (hour - 5.5) / 24.0).ceil());
    NaiveDate::from_num_days_from_ce_opt(days).unwrap()
}

#[test]
fn the_rules_give_dates_that_almanacs_have() {
    let of = |festival, near: &str| date(festival, near.parse().unwrap()).to_string();
    // 2023 and 2026 have a leap month: Shravana, Jyeshtha.
    assert_eq!(of(Festival::RakshaBandhan, "2023-08-10"), "2023-08-30");
    assert_eq!(of(Festival::Diwali, "2023-11-01"), "2023-11-12");
    assert_eq!(of(Festival::Diwali, "2025-11-19"), "2025-10-20");
    assert_eq!(of(Festival::EidAlFitr, "2024-04-01"), "2024-04-11");
    assert_eq!(of(Festival::EidAlFitr, "2025-03-20"), "2025-03-31");
    assert_eq!(of(Festival::MakarSankranti, "2025-01-20"), "2025-01-14");
    assert_eq!(of(Festival::Onam, "2025-09-01"), "2025-09-05");
    assert_eq!(of(Festival::Holi, "2025-03-01"), "2025-03-14");
}
