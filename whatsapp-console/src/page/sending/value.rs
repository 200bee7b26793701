//! The values of a message: those that are asked for, and their form in the text.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use url::Url;
use whatsapp_core::format::{Amount, Currency, Formats, InvalidAmount};
use whatsapp_core::message::{FileRule, Placeholder, Source, ValueKind};
use whatsapp_core::template::Template;

use super::draft::{Draft, VALUE};
use super::flaw::Flaw;
use crate::page::eyes::Eyes;

/// The years that a date may have.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// The placeholders of a text whose values a person gives, in the order of the type.
pub(super) fn asked(draft: &Draft, text: &str) -> Vec<&'static Placeholder> {
    let of = draft.message_type;
    let (template, _) = Template::lenient(of, text);
    let has_file = draft.file.is_some()
        || !draft.link.as_str().is_empty()
        || matches!(of.file(), FileRule::Mandatory(_));
    let is_asked = |place: &&Placeholder| {
        template.uses(place.name)
            && match place.source {
                Source::Host => true,
                Source::FileLink => !has_file,
                _ => false,
            }
    };
    of.placeholders().iter().filter(is_asked).collect()
}

/// The values in their form in the text, and the reasons for those that cannot be used.
pub(super) fn written(
    draft: &Draft,
    text: &str,
    eyes: &Eyes<'_>,
) -> (BTreeMap<String, String>, Vec<Flaw>) {
    let formats = Formats::new(&eyes.settings.locale).unwrap_or_default();
    let (mut values, mut flaws) = (BTreeMap::new(), Vec::new());
    // A value of another text stays in the form, and is not sent.
    for place in asked(draft, text) {
        let typed = draft.value(place.name);
        if typed.is_empty() {
            continue;
        }
        match one(place, typed, &formats, eyes) {
            Ok(value) => {
                values.insert(place.name.to_owned(), value);
            }
            Err(why) => {
                flaws.push(Flaw::at(format!("{VALUE}{}", place.name), why));
                // A value that cannot be used is shown in the preview all the same.
                values.insert(place.name.to_owned(), typed.to_owned());
            }
        }
    }
    (values, flaws)
}

/// A value as customers read it, or the reason why it cannot be used.
fn one(
    place: &Placeholder,
    typed: &str,
    formats: &Formats,
    eyes: &Eyes<'_>,
) -> Result<String, String> {
    let t = eyes.t;
    match place.kind {
        ValueKind::Date => {
            let date = NaiveDate::parse_from_str(typed, "%Y-%m-%d").ok();
            let date = date.filter(|date| YEARS.contains(&date.year()));
            date.map(|date| formats.date(date)).ok_or_else(|| t.no_date(place.about, place.sample))
        }
        ValueKind::Number => {
            let is_whole = typed.len() <= 15 && typed.bytes().all(|byte| byte.is_ascii_digit());
            if is_whole {
                Ok(typed.to_owned())
            } else {
                Err(t.no_whole_number(place.about, place.sample))
            }
        }
        ValueKind::Link => {
            let is_link = Url::parse(typed)
                .is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
            if is_link { Ok(typed.to_owned()) } else { Err(t.no_link(place.about, place.sample)) }
        }
        ValueKind::Amount
            if !typed.contains(|c: char| c.is_numeric() && c != '0') || typed.starts_with('-') =>
        {
            Err(t.no_amount(place.about, place.sample))
        }
        ValueKind::Amount => amount(place, typed, formats, eyes),
        _ => Ok(typed.to_owned()),
    }
}

/// An amount as the business writes it, where it is a number and the currency is known; else as it
/// was typed. Where commas fit no number, the reason asks what is meant.
fn amount(
    place: &Placeholder,
    typed: &str,
    formats: &Formats,
    eyes: &Eyes<'_>,
) -> Result<String, String> {
    if eyes.settings.country() != "IN" {
        return Ok(typed.to_owned());
    }
    match Amount::typed(typed, Currency::INR) {
        Ok(amount) => Ok(formats.amount(amount)),
        Err(InvalidAmount::Groups) => {
            let meant: Vec<String> = meant(typed).map(|amount| formats.amount(amount)).collect();
            Err(eyes.t.odd_commas(place.about, typed, &meant))
        }
        Err(_) => Ok(typed.to_owned()),
    }
}

/// The amounts that may be meant where commas fit no number: with the only comma as the point, and
/// without commas.
fn meant(typed: &str) -> impl Iterator<Item = Amount> {
    let is_point = typed.matches(',').count() == 1 && !typed.contains('.');
    let pointed = is_point.then(|| typed.replace(',', "."));
    let plain = typed.replace(|c: char| c == ',' || c.is_whitespace(), "");
    let read = |text: String| Amount::typed(&text, Currency::INR).ok();
    pointed.into_iter().chain([plain]).filter_map(read)
}

/// The kind of field for a value: the type of the input, and the keyboard that a telephone shows.
pub(super) const fn field(kind: ValueKind) -> (&'static str, &'static str) {
    match kind {
        ValueKind::Lines => ("lines", ""),
        ValueKind::Amount => ("text", "decimal"),
        ValueKind::Date => ("date", ""),
        ValueKind::Number => ("text", "numeric"),
        ValueKind::Link => ("url", "url"),
        _ => ("text", ""),
    }
}
