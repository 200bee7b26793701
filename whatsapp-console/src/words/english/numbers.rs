//! Numbers, days and sizes in English, and the singular and plural of words.

use chrono::NaiveDate;
use whatsapp_core::port::Count;

use super::English;
use crate::words::Numbers;

/// Writes a number with its unit: `1 message`, `2 messages`.
pub(super) fn things(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", English.number(number), if number == 1 { one } else { many })
}

/// Writes a count with its unit; the count may be a lower bound.
pub(super) fn counted(count: Count, one: &str, many: &str) -> String {
    if count.is_exact {
        things(count.number, one, many)
    } else {
        format!("{} {many}", English.count(count))
    }
}

pub(super) const fn is_one(count: Count) -> bool {
    count.number == 1 && count.is_exact
}

/// Makes the first letter of a sentence small, for use within another one.
pub(super) fn within(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

impl Numbers for English {
    fn number(&self, number: u64) -> String {
        let digits = number.to_string();
        let mut grouped = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    }

    fn count(&self, count: Count) -> String {
        if count.number == 0 && !count.is_exact {
            return "some".to_owned();
        }
        format!("{}{}", self.number(count.number), if count.is_exact { "" } else { "+" })
    }

    fn day(&self, date: NaiveDate) -> String {
        date.format("%-d\u{a0}%b").to_string()
    }

    fn date(&self, date: NaiveDate) -> String {
        date.format("%-d\u{a0}%b\u{a0}%Y").to_string()
    }

    fn weekday(&self, date: NaiveDate) -> String {
        date.format("%A, %-d\u{a0}%b\u{a0}%Y").to_string()
    }

    fn times_of(&self, place: &str) -> String {
        format!("Times of {place}")
    }

    fn on_paper(&self, console: &str, at: &str) -> String {
        format!("{console}, as of {at}")
    }

    fn bytes(&self, bytes: u64) -> String {
        match bytes {
            0..1_000 => things(bytes, "byte", "bytes"),
            1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
            _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
        }
    }

    fn bytes_of(&self, bytes: &str, whole: &str) -> String {
        format!("{bytes} of {whole}")
    }

    fn bytes_all(&self, bytes: &str) -> String {
        format!("{bytes}, all of it")
    }
}
