//! The names of guises: those of [`Shown`], joined by `+`; `as-sent` for a guise that changes
//! nothing.

use std::fmt;
use std::str::FromStr;

use super::{Guise, Shown};

/// A text that names no guise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of a guise")]
pub struct ParseGuiseError(String);

const AS_SENT: &str = "as-sent";

/// Characters that `cut` leaves when no number is given.
const CUT: usize = 100;

/// The guises without a number, by name.
const NAMES: [(&str, Shown); 16] = [
    ("lid", Shown::Lid),
    ("bare-lid", Shown::BareLid),
    ("device", Shown::Device),
    ("server", Shown::Server),
    ("c.us", Shown::Contact),
    ("other-digits", Shown::OtherDigits),
    ("own-spelling", Shown::OwnSpelling),
    ("domestic", Shown::Domestic),
    ("no-recipient", Shown::NoRecipient),
    ("escaped", Shown::Escaped),
    ("escaped-twice", Shown::EscapedTwice),
    ("escaped-numbers", Shown::EscapedNumbers),
    ("question-marks", Shown::QuestionMarks),
    ("replaced", Shown::Replaced),
    ("no-time", Shown::NoTime),
    ("no-id", Shown::NoId),
];

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cut(most) => write!(f, "cut:{most}"),
            Self::Shift(minutes) => write!(f, "shift:{minutes}"),
            other => {
                let name = NAMES.iter().find(|(_, shown)| shown == other).map(|(name, _)| *name);
                f.write_str(name.unwrap_or_default())
            }
        }
    }
}

impl fmt::Display for Guise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(if names.is_empty() { AS_SENT.to_owned() } else { names.join("+") }.as_str())
    }
}

impl FromStr for Shown {
    type Err = ParseGuiseError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let plain = || NAMES.iter().find(|(known, _)| *known == name).map(|(_, shown)| *shown);
        let read = match name.split_once(':') {
            Some(("cut", most)) => most.parse().ok().map(Self::Cut),
            Some(("shift", minutes)) => minutes.parse().ok().map(Self::Shift),
            None if name == "cut" => Some(Self::Cut(CUT)),
            _ => plain(),
        };
        read.ok_or_else(|| ParseGuiseError(name.to_owned()))
    }
}

impl FromStr for Guise {
    type Err = ParseGuiseError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if name == AS_SENT {
            return Ok(Self::default());
        }
        name.split('+').map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_as_it_was_written() {
        let all = NAMES.map(|(name, _)| name).join("+");
        for name in ["as-sent", "lid", "cut:7", "shift:-330", "c.us+escaped-twice+shift:330", &all]
        {
            assert_eq!(name.parse::<Guise>().unwrap().to_string(), name);
        }
        assert_eq!("cut".parse::<Guise>(), "cut:100".parse());
    }

    #[test]
    fn what_names_no_guise_is_refused() {
        for name in ["", "lid+", "+lid", "LID", "cut:x", "shift", "shift:", "as-sent+lid", "cut:-1"]
        {
            assert!(name.parse::<Guise>().is_err(), "{name}");
        }
    }
}
