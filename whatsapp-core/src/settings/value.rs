//! Checked values of settings.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, Weekday, WeekdaySet};
use url::Url;

use crate::address::is_https_or_loopback;
use crate::format::Amount;
use crate::message::TypeName;
use crate::number::WhatsAppNumber;

pub(super) fn whole(value: &str, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
    let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| value.parse().ok()).flatten().filter(|number| range.contains(number))
}

pub(super) fn url(value: &str) -> Option<String> {
    let clean = value.bytes().all(|b| b.is_ascii_graphic() && !b"\\@?#".contains(&b));
    // The parser would take the first part of a path for the host.
    let names_a_host = value.split_once("://").is_some_and(|(_, rest)| !rest.starts_with('/'));
    let fits = Url::parse(value).is_ok_and(|url| is_https_or_loopback(&url));
    (clean && names_a_host && fits).then(|| value.trim_end_matches('/').to_owned())
}

pub(super) fn emails(value: &str) -> Option<String> {
    let fits = |address: &str| {
        let address = address.trim();
        let parts = address.split_once('@');
        let clean = address.bytes().all(|b| b.is_ascii_graphic() && !b"<>,;:\"()[]".contains(&b));
        clean
            && parts.is_some_and(|(name, host)| {
                !name.is_empty() && host.len() > 2 && !host.contains('@') && !host.starts_with('.')
            })
    };
    (value.is_empty() || value.split(',').all(fits)).then(|| value.to_owned())
}

pub(super) fn numbers(value: &str) -> Option<Vec<WhatsAppNumber>> {
    if value.is_empty() {
        return Some(Vec::new());
    }
    // Numbers as people write them, with signs between the digits.
    let bare = |number: &str| number.replace(|c: char| c.is_whitespace() || "-().".contains(c), "");
    let numbers: Vec<_> = value
        .split(',')
        .map(|number| WhatsAppNumber::parse(&bare(number)).ok())
        .collect::<Option<_>>()?;
    let different: BTreeSet<_> = numbers.iter().map(WhatsAppNumber::variant_key).collect();
    (different.len() == numbers.len() && numbers.len() <= 50).then_some(numbers)
}

pub(super) fn days(value: &str) -> Option<Vec<u16>> {
    let mut days: Vec<u16> = value
        .split(',')
        .map(|day| whole(day.trim(), 1..=365).and_then(|day| u16::try_from(day).ok()))
        .collect::<Option<_>>()?;
    days.sort_unstable();
    let different = days.windows(2).all(|pair| pair[0] != pair[1]);
    (different && days.len() <= 10).then_some(days)
}

pub(super) fn weekdays(value: &str) -> Option<WeekdaySet> {
    let mut days = WeekdaySet::EMPTY;
    for part in value.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (mut day, last): (Weekday, Weekday) =
            (first.trim().parse().ok()?, last.trim().parse().ok()?);
        days.insert(day);
        while day != last {
            day = day.succ();
            days.insert(day);
        }
    }
    Some(days)
}

pub(super) fn dates(value: &str) -> Option<BTreeSet<NaiveDate>> {
    let date = |text: &str| {
        let date = text.trim().parse::<NaiveDate>().ok()?;
        (date.to_string() == text.trim()).then_some(date)
    };
    if value.is_empty() { Some(BTreeSet::new()) } else { value.split(',').map(date).collect() }
}

pub(super) fn types(value: &str) -> Option<BTreeMap<TypeName, bool>> {
    let mut types = BTreeMap::new();
    for part in value.split(',').map(str::trim).filter(|_| !value.is_empty()) {
        let without = part.strip_prefix("not ");
        let name = without.unwrap_or(part).trim().parse().ok()?;
        if types.insert(name, without.is_none()).is_some() {
            return None;
        }
    }
    Some(types)
}

pub(super) fn amounts(value: &str) -> Option<Vec<Amount>> {
    if value.is_empty() {
        return Some(Vec::new());
    }
    let amounts: Vec<Amount> = value
        .split(',')
        .map(|one| {
            let (currency, amount) = one.trim().split_once(' ')?;
            Amount::parse(amount.trim(), currency.parse().ok()?).ok()
        })
        .map(|amount| amount.filter(|amount| amount.minor() > 0))
        .collect::<Option<_>>()?;
    let currencies: BTreeSet<_> =
        amounts.iter().map(|one| one.currency().code().to_owned()).collect();
    (currencies.len() == amounts.len() && amounts.len() <= 20).then_some(amounts)
}
