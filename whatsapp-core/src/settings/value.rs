//! Checked values of settings.

use url::Url;

use crate::address::is_https_or_loopback;

pub(super) fn boolean(value: &str) -> Result<bool, &'static str> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("true or false is expected"),
    }
}

pub(super) fn whole(value: &str, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
    let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| value.parse().ok()).flatten().filter(|number| range.contains(number))
}

pub(super) fn url(value: &str) -> Result<String, &'static str> {
    const EXPECTED: &str = "a complete address such as https://api.360messenger.com is expected; \
                            http is allowed only to this machine";
    let clean = value.bytes().all(|b| b.is_ascii_graphic() && !b"\\@?#".contains(&b));
    // The parser would take the first part of a path for the host.
    let names_a_host = value.split_once("://").is_some_and(|(_, rest)| !rest.starts_with('/'));
    let fits = Url::parse(value).is_ok_and(|url| is_https_or_loopback(&url));
    if clean && names_a_host && fits {
        Ok(value.trim_end_matches('/').to_owned())
    } else {
        Err(EXPECTED)
    }
}

pub(super) fn email(value: &str) -> Result<String, &'static str> {
    let fits = |address: &str| {
        let address = address.trim();
        let parts = address.split_once('@');
        let clean = address.bytes().all(|b| b.is_ascii_graphic() && !b"<>,;:\"()[]".contains(&b));
        clean
            && parts.is_some_and(|(name, host)| {
                !name.is_empty() && host.len() > 2 && !host.contains('@') && !host.starts_with('.')
            })
    };
    if value.is_empty() || value.split(',').all(fits) {
        Ok(value.to_owned())
    } else {
        Err("an e-mail address such as owner@shop.example is expected, several with commas between")
    }
}

pub(super) fn days(value: &str) -> Result<Vec<u16>, &'static str> {
    const EXPECTED: &str =
        "1 to 10 different whole numbers of days from 1 to 365 with commas between, such as 3,7";
    let mut days: Vec<u16> = value
        .split(',')
        .map(|day| whole(day.trim(), 1..=365).and_then(|day| u16::try_from(day).ok()))
        .collect::<Option<_>>()
        .ok_or(EXPECTED)?;
    days.sort_unstable();
    let different = days.windows(2).all(|pair| pair[0] != pair[1]);
    if different && days.len() <= 10 { Ok(days) } else { Err(EXPECTED) }
}
