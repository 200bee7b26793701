//! The place where a festival is kept: India, or one of its states.

use std::fmt;
use std::str::FromStr;

/// The states and territories of India: the letters of ISO 3166-2, and the name. States that were
/// given other letters or another name are in [`FORMERLY`].
const STATES: [(&str, &str); 36] = [
    ("AN", "Andaman and Nicobar Islands"),
    ("AP", "Andhra Pradesh"),
    ("AR", "Arunachal Pradesh"),
    ("AS", "Assam"),
    ("BR", "Bihar"),
    ("CG", "Chhattisgarh"),
    ("CH", "Chandigarh"),
    ("DH", "Dadra and Nagar Haveli and Daman and Diu"),
    ("DL", "Delhi"),
    ("GA", "Goa"),
    ("GJ", "Gujarat"),
    ("HP", "Himachal Pradesh"),
    ("HR", "Haryana"),
    ("JH", "Jharkhand"),
    ("JK", "Jammu and Kashmir"),
    ("KA", "Karnataka"),
    ("KL", "Kerala"),
    ("LA", "Ladakh"),
    ("LD", "Lakshadweep"),
    ("MH", "Maharashtra"),
    ("ML", "Meghalaya"),
    ("MN", "Manipur"),
    ("MP", "Madhya Pradesh"),
    ("MZ", "Mizoram"),
    ("NL", "Nagaland"),
    ("OD", "Odisha"),
    ("PB", "Punjab"),
    ("PY", "Puducherry"),
    ("RJ", "Rajasthan"),
    ("SK", "Sikkim"),
    ("TN", "Tamil Nadu"),
    ("TR", "Tripura"),
    ("TS", "Telangana"),
    ("UK", "Uttarakhand"),
    ("UP", "Uttar Pradesh"),
    ("WB", "West Bengal"),
];

/// Letters and names that were given up, or are used beside the official ones.
const FORMERLY: [(&str, &str); 10] = [
    ("CT", "CG"),
    ("DD", "DH"),
    ("DN", "DH"),
    ("NCT of Delhi", "DL"),
    ("New Delhi", "DL"),
    ("OR", "OD"),
    ("Orissa", "OD"),
    ("TG", "TS"),
    ("UT", "UK"),
    ("Pondicherry", "PY"),
];

/// A place whose festivals are known: India, or one of its states or territories.
///
/// Read from `IN`, from ISO 3166-2 such as `IN-MH`, or from a name such as `Maharashtra`, in any
/// case. Two letters alone are a country, so Bihar is `IN-BR`: `BR` is Brazil.
///
/// ```
/// use whatsapp_core::festival::Place;
///
/// let place: Place = "Tamil Nadu".parse()?;
/// assert_eq!((place.code().as_str(), place.name()), ("IN-TN", "Tamil Nadu"));
/// assert!("BR".parse::<Place>().is_err());
/// # Ok::<(), whatsapp_core::festival::UnknownPlace>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The place in [`STATES`]; `None` for all of India.
    state: Option<u8>,
}

/// Error for a text that is no place whose festivals are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownPlace {
    /// The place is not in India.
    #[error(
        "dates of festivals are known for India (IN) and its states, such as IN-MH or Maharashtra; \
         import those of other countries from a CSV or iCalendar file"
    )]
    Country,
    /// India has no such state.
    #[error("India has no state with these letters; such as IN-MH, for Maharashtra, are expected")]
    State,
}

impl Place {
    /// All of India.
    pub const INDIA: Self = Self { state: None };

    /// India's states and territories.
    pub fn states() -> impl Iterator<Item = Self> {
        (0..).zip(STATES).map(|(state, _)| Self { state: Some(state) })
    }

    /// The name, such as `Maharashtra`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("India", |(_, name)| name)
    }

    /// The letters of ISO 3166, such as `IN` and `IN-MH`.
    #[must_use]
    pub fn code(self) -> String {
        self.row().map_or_else(|| "IN".to_owned(), |(letters, _)| format!("IN-{letters}"))
    }

    /// The place in the list of states; `None` for all of India.
    pub(super) const fn state(self) -> Option<u8> {
        self.state
    }

    /// The state with these letters, in capitals.
    pub(super) fn with_letters(letters: &str) -> Option<Self> {
        Self::states().find(|state| state.row().is_some_and(|(own, _)| own == letters))
    }

    fn row(self) -> Option<(&'static str, &'static str)> {
        self.state.and_then(|state| STATES.get(usize::from(state)).copied())
    }
}

impl FromStr for Place {
    type Err = UnknownPlace;

    fn from_str(text: &str) -> Result<Self, UnknownPlace> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("IN") || text.eq_ignore_ascii_case("India") {
            return Ok(Self::INDIA);
        }
        let within = text.get(..3).is_some_and(|country| country.eq_ignore_ascii_case("IN-"));
        let wanted = if within { text.get(3..).unwrap_or_default() } else { text };
        if within || wanted.len() > 2 {
            let today = FORMERLY.iter().find(|(before, _)| before.eq_ignore_ascii_case(wanted));
            let wanted = today.map_or(wanted, |(_, letters)| letters);
            let is_it = |(letters, name): (&str, &str)| {
                letters.eq_ignore_ascii_case(wanted) || name.eq_ignore_ascii_case(wanted)
            };
            if let Some(state) = Self::states().find(|state| state.row().is_some_and(is_it)) {
                return Ok(state);
            }
        }
        Err(if within { UnknownPlace::State } else { UnknownPlace::Country })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_read_from_its_letters_and_its_name() {
        for state in Place::states() {
            assert_eq!(state.code().parse(), Ok(state));
            assert_eq!(state.code().to_lowercase().parse(), Ok(state));
            assert_eq!(state.name().to_uppercase().parse(), Ok(state));
        }
        assert_eq!(Place::states().count(), 36);
        for (text, code) in [
            ("india", "IN"),
            (" in ", "IN"),
            ("IN-OR", "IN-OD"),
            ("Orissa", "IN-OD"),
            ("in-tg", "IN-TS"),
            ("IN-DD", "IN-DH"),
            ("New Delhi", "IN-DL"),
        ] {
            assert_eq!(text.parse().map(Place::code), Ok(code.to_owned()), "{text}");
        }
    }

    #[test]
    fn two_letters_alone_are_a_country() {
        for text in ["BR", "AR", "MH", "DE", "US", "Brazil", "", "ü-", "US-TX"] {
            assert_eq!(text.parse::<Place>(), Err(UnknownPlace::Country), "{text}");
        }
        for text in ["IN-XX", "IN-", "in-Bavaria"] {
            assert_eq!(text.parse::<Place>(), Err(UnknownPlace::State), "{text}");
        }
    }
}
