//! Amounts as spreadsheets write them.

use whatsapp_core::format::{Amount, Currency};

use super::reading::Says;

/// Mark that stands before the paise or cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Point,
    Comma,
}

/// Signs and words for a currency. `$` is not among them: many countries have one.
const SIGNS: [(&str, &str); 7] = [
    ("₹", "INR"),
    ("Rs.", "INR"),
    ("Rs", "INR"),
    ("RS.", "INR"),
    ("RS", "INR"),
    ("€", "EUR"),
    ("£", "GBP"),
];

/// Amount in a cell, as digits that [`Amount::parse`] takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) says: Says<String, Mark>,
    currency: Currency,
}

impl Sum {
    /// Returns the amount with these digits.
    pub(super) fn amount(&self, digits: &str) -> Result<Amount, String> {
        Amount::parse(digits, self.currency).map_err(|why| why.to_string())
    }
}

/// Reads one cell. An amount without a currency of its own is in rupees.
pub(super) fn read(text: &str) -> Result<Sum, &'static str> {
    let (currency, number) = currency(text.trim())?;
    let number = number.strip_suffix("/-").unwrap_or(number).trim();
    if number.starts_with("##") {
        return Err("was saved from a column that was too narrow to show it");
    }
    let bare = number.trim_matches(['(', ')', '-', '−', '+', ' ']);
    if bare != number && is_number(bare) {
        return Err("has a sign: only what is still to be paid can be sent");
    }
    let power = number.split_once(['e', 'E']);
    if power.is_some_and(|(head, power)| is_number(head) && is_number(power.trim_matches('+'))) {
        return Err("was shortened by a spreadsheet, and digits are lost");
    }
    let point = plain(number, '.', ',').map(|digits| (Mark::Point, digits));
    let comma = plain(number, ',', '.').map(|digits| (Mark::Comma, digits));
    let says = Says::of(point, comma).ok_or("is not an amount such as 123456.00")?;
    Ok(Sum { says, currency })
}

/// Takes the currency off: its sign or code, before the number or after it.
fn currency(text: &str) -> Result<(Currency, &str), &'static str> {
    let signs = SIGNS.into_iter();
    let code = |letters: &str| letters.parse::<Currency>().ok();
    let mut found: Option<Currency> = None;
    let mut rest = text;
    let sign = signs.clone().find_map(|(sign, code)| Some((rest.strip_prefix(sign)?, code)));
    if let Some((after, sign)) = sign {
        (rest, found) = (after, code(sign));
    } else if let Some((letters, after)) = rest.split_at_checked(3)
        && let Some(currency) = code(letters)
    {
        (rest, found) = (after, Some(currency));
    }
    rest = rest.trim();
    let sign = signs.clone().find_map(|(sign, code)| Some((rest.strip_suffix(sign)?, code)));
    let behind = if let Some((before, sign)) = sign {
        rest = before;
        code(sign)
    } else if let Some((before, letters)) =
        rest.len().checked_sub(3).and_then(|at| rest.split_at_checked(at))
        && let Some(currency) = code(letters)
    {
        rest = before;
        Some(currency)
    } else {
        None
    };
    match (found, behind) {
        (Some(one), Some(other)) if one != other => Err("has two currencies"),
        (one, other) => Ok((one.or(other).unwrap_or(Currency::INR), rest.trim())),
    }
}

/// Returns a number as [`Amount::parse`] takes it; `None` if it is not written in this way.
fn plain(number: &str, point: char, group: char) -> Option<String> {
    let (whole, part) = match number.split_once(point) {
        Some((whole, part)) if is_digits(part) => (whole, part),
        Some(_) => return None,
        None => (number, ""),
    };
    let spaces = ['\u{a0}', '\u{202f}', '\u{2009}', ' ', '\'', '’'];
    let used = whole.chars().find(|c| *c == group || spaces.contains(c));
    let groups: Vec<&str> = match used {
        Some(group) => whole.split(group).collect(),
        None => vec![whole],
    };
    let whole = match groups.as_slice() {
        [""] if !part.is_empty() => "0".to_owned(),
        [whole] if is_digits(whole) => (*whole).to_owned(),
        [first, middle @ .., last] if is_grouped(first, middle, last) => groups.concat(),
        _ => return None,
    };
    Some(if part.is_empty() { whole } else { format!("{whole}.{part}") })
}

/// Returns true for digits in groups: 1,234,567 or, as in India, 12,34,567.
fn is_grouped(first: &str, middle: &[&str], last: &str) -> bool {
    let all_of = |length: usize| middle.iter().all(|group| group.len() == length);
    let digits = middle.iter().chain([&first, &last]).all(|group| is_digits(group));
    let western = first.len() <= 3 && all_of(3);
    let indian = first.len() <= 2 && all_of(2);
    digits && !first.starts_with('0') && last.len() == 3 && (western || indian)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || b".,".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the amount in a cell, in minor units.
    fn says(text: &str) -> Says<i64, Mark> {
        let sum = read(text).unwrap_or_else(|why| panic!("{text}: {why}"));
        let minor = |digits: &String| sum.amount(digits).unwrap().minor();
        match &sum.says {
            Says::Plain(digits) => Says::Plain(minor(digits)),
            Says::Shows(mark, digits) => Says::Shows(*mark, minor(digits)),
            Says::Either([(a, one), (b, other)]) => {
                Says::Either([(*a, minor(one)), (*b, minor(other))])
            }
        }
    }

    #[test]
    fn amounts_that_mean_one_sum_are_read() {
        for (text, minor) in [
            ("123456", 12_345_600),
            ("₹123456", 12_345_600),
            ("123 456", 12_345_600),
            ("1 23 456", 12_345_600),
            ("123'456", 12_345_600),
            ("Rs. 123456/-", 12_345_600),
            ("INR 560", 56_000),
            ("560 Rs", 56_000),
            ("₹ 0", 0),
        ] {
            assert_eq!(says(text), Says::Plain(minor), "{text}");
        }
        for text in ["1234 EUR", "€ 1234", "1234€", "EUR1234"] {
            let sum = read(text).unwrap();
            assert_eq!(sum.amount("1234").unwrap().currency().code(), "EUR", "{text}");
        }
    }

    #[test]
    fn two_marks_or_two_decimals_show_which_is_the_point() {
        for (text, mark, minor) in [
            ("1,23,456.00", Mark::Point, 12_345_600),
            ("₹ 1,23,456.00", Mark::Point, 12_345_600),
            ("₹\u{a0}1,23,456.5", Mark::Point, 12_345_650),
            ("Rs.1,23,456", Mark::Point, 12_345_600),
            ("1,234,567", Mark::Point, 123_456_700),
            ("560.50", Mark::Point, 56_050),
            (".50", Mark::Point, 50),
            ("1234.5", Mark::Point, 123_450),
            ("1 234.50", Mark::Point, 123_450),
            ("1.234,56", Mark::Comma, 123_456),
            ("1.234.567", Mark::Comma, 123_456_700),
            ("1\u{202f}234,56", Mark::Comma, 123_456),
            ("560,50", Mark::Comma, 56_050),
            ("0,500", Mark::Comma, 50),
        ] {
            assert_eq!(says(text), Says::Shows(mark, minor), "{text}");
        }
    }

    #[test]
    fn three_digits_behind_the_only_mark_may_be_two_sums() {
        let either = |a, b| Says::Either([(Mark::Point, a), (Mark::Comma, b)]);
        assert_eq!(says("1,560"), either(156_000, 156));
        assert_eq!(says("1.560"), either(156, 156_000));
    }

    #[test]
    fn what_is_no_amount_is_refused_by_what_it_is() {
        for text in [
            "",
            "free",
            "1,2,3",
            "1,23,45.00",
            "1.2.3",
            "1,234.56.7",
            "560.",
            "१२३",
            "$5",
            "1,234,56",
            "5 5",
            "1'234,5,6",
            "5 paise",
        ] {
            assert_eq!(read(text), Err("is not an amount such as 123456.00"), "{text}");
        }
        for (text, why) in [
            ("-560.50", "has a sign"),
            ("(560.50)", "has a sign"),
            ("560.50-", "has a sign"),
            ("₹ -5", "has a sign"),
            ("1.23456E+05", "shortened by a spreadsheet"),
            ("#####", "too narrow"),
            ("₹5 EUR", "two currencies"),
        ] {
            assert!(read(text).unwrap_err().contains(why), "{text}");
        }
        for text in ["5.0055", "1234.567", "12,3456"] {
            let Ok(Sum { says: Says::Shows(_, digits), .. }) = read(text) else { panic!("{text}") };
            assert!(read(text).unwrap().amount(&digits).is_err(), "{text}");
        }
    }
}
