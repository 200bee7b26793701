//! The names of faults: `[slow-<n>ms-][accept-then-|late-then-|late-<n>ms-then-]<answer>`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::{Acceptance, Answer, Fault, RetryAfter, Sample};

/// A text that names no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of a fault")]
pub struct ParseFaultError(String);

/// Body length of `huge` when none is given: just above the 64 KiB that a careful client reads.
const HUGE: usize = 65 * 1024;
/// Text of `success-false` when none is given.
pub(super) const FAILED: &str = "Message could not be sent";

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.delay.is_zero() {
            write!(f, "slow-{}ms-", self.delay.as_millis())?;
        }
        match (self.acceptance, &self.answer) {
            (Acceptance::Now, Answer::Ordinary) => f.write_str("ordinary"),
            (Acceptance::Never, Answer::Ordinary) => f.write_str("lost"),
            (Acceptance::Now, answer) => write!(f, "accept-then-{answer}"),
            (Acceptance::Never, answer) => answer.fmt(f),
            (Acceptance::OnRelease, answer) => write!(f, "late-then-{answer}"),
            (Acceptance::LateBy(late), answer) => {
                write!(f, "late-{}ms-then-{answer}", late.as_millis())
            }
        }
    }
}

/// Shows the last part of a [`Fault`]'s name. [`Answer::Raw`] is shown by its status and cannot be
/// parsed back.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ordinary => f.write_str("ordinary"),
            Self::Hang => f.write_str("hang"),
            Self::Reset => f.write_str("reset"),
            Self::Close => f.write_str("close"),
            Self::Status(status) => status.fmt(f),
            Self::TooManyRequests(RetryAfter::Absent) => f.write_str("429"),
            Self::TooManyRequests(RetryAfter::Date(ahead)) => {
                write!(f, "429:date+{}", ahead.as_secs())
            }
            Self::TooManyRequests(RetryAfter::Text(text)) => write!(f, "429:{text}"),
            Self::Redirect(status) => write!(f, "redirect:{status}"),
            Self::Garbage => f.write_str("garbage"),
            Self::Truncated => f.write_str("truncated"),
            Self::Empty => f.write_str("empty"),
            Self::SuccessFalse(message) => write!(f, "success-false:{message}"),
            Self::WithoutId => f.write_str("without-id"),
            Self::SuccessAsText => f.write_str("success-as-text"),
            Self::DataArray => f.write_str("data-array"),
            Self::Huge(bytes) => write!(f, "huge:{bytes}"),
            Self::Says(sample) => sample.fmt(f),
            Self::Raw { status, .. } => write!(f, "raw:{status}"),
        }
    }
}

impl FromStr for Fault {
    type Err = ParseFaultError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        parse(name).ok_or_else(|| ParseFaultError(name.to_owned()))
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn parse(name: &str) -> Option<Fault> {
    if let Some(rest) = name.strip_prefix("slow-") {
        let (delay, rest) = millis(rest)?;
        return Some(parse(rest)?.slowly(delay));
    }
    if let Some(rest) = name.strip_prefix("accept-then-") {
        return answer(rest).map(Fault::accept_then);
    }
    if let Some(rest) = name.strip_prefix("late-then-") {
        return answer(rest).map(Fault::on_release);
    }
    if let Some(rest) = name.strip_prefix("late-") {
        let (late, rest) = millis(rest)?;
        return answer(rest.strip_prefix("then-")?).map(|answer| Fault::late_by(late, answer));
    }
    match name {
        "ordinary" => Some(Fault::ordinary()),
        "lost" => Some(Fault::lost()),
        _ => answer(name).map(Fault::refuse),
    }
}

/// Splits `250ms-rest` into its duration and `rest`.
fn millis(text: &str) -> Option<(Duration, &str)> {
    let (millis, rest) = text.split_once("ms-")?;
    Some((Duration::from_millis(millis.parse().ok()?), rest))
}

fn answer(name: &str) -> Option<Answer> {
    let (word, detail) = match name.split_once(':') {
        Some((word, detail)) => (word, Some(detail)),
        None => (name, None),
    };
    Some(match (word, detail) {
        ("ordinary", None) => Answer::Ordinary,
        ("hang", None) => Answer::Hang,
        ("reset", None) => Answer::Reset,
        ("close", None) => Answer::Close,
        ("garbage", None) => Answer::Garbage,
        ("truncated", None) => Answer::Truncated,
        ("empty", None) => Answer::Empty,
        (word, detail) if Sample::named(word, detail).is_some() => {
            Answer::Says(Sample::named(word, detail)?)
        }
        ("session-down", None) => Answer::session_down(),
        ("success-false", message) => Answer::SuccessFalse(message.unwrap_or(FAILED).to_owned()),
        ("without-id", None) => Answer::WithoutId,
        ("success-as-text", None) => Answer::SuccessAsText,
        ("data-array", None) => Answer::DataArray,
        ("huge", None) => Answer::Huge(HUGE),
        ("huge", Some(bytes)) => Answer::Huge(bytes.parse().ok()?),
        ("redirect", None) => Answer::Redirect(307),
        ("redirect", Some(status)) => {
            Answer::Redirect(status.parse().ok().filter(|status| (300..400).contains(status))?)
        }
        ("429", None) => Answer::TooManyRequests(RetryAfter::Absent),
        ("429", Some(detail)) => Answer::TooManyRequests(match detail.strip_prefix("date+") {
            Some(seconds) => RetryAfter::Date(Duration::from_secs(seconds.parse().ok()?)),
            None => RetryAfter::Text(detail.to_owned()),
        }),
        (status, None) => {
            Answer::Status(status.parse().ok().filter(|status| (200..600).contains(status))?)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_as_it_was_written() {
        let names = [
            "ordinary",
            "lost",
            "hang",
            "reset",
            "close",
            "garbage",
            "truncated",
            "empty",
            "without-id",
            "success-as-text",
            "data-array",
            "huge:70000",
            "session-not-connected",
            "session-unexpected",
            "subscription-expired",
            "daily-limit",
            "code:401",
            "not-found-page",
            "firewall-page",
            "maintenance-page",
            "accept-then-maintenance-page",
            "redirect:302",
            "500",
            "429",
            "429:-1",
            "429:abc",
            "429:999999999",
            "429:date+60",
            "success-false:no credit",
            "accept-then-reset",
            "late-then-500",
            "late-20ms-then-hang",
            "slow-5ms-ordinary",
            "slow-5ms-late-20ms-then-close",
            "accept-then-success-false:a:b",
        ];
        for name in names {
            assert_eq!(name.parse::<Fault>().unwrap().to_string(), name);
        }
    }

    #[test]
    fn what_names_no_fault_is_refused() {
        for name in [
            "",
            "reset:1",
            "99",
            "accept-then-",
            "late-5-then-hang",
            "redirect:200",
            "teapot",
            "code",
            "code:200",
            "daily-limit:1",
        ] {
            assert!(name.parse::<Fault>().is_err(), "{name}");
        }
    }
}
