//! Telephone numbers as people read them.

/// Groups the digits of a number: `+91 98765 43210`. A text with other characters than `+` and
/// digits stays as it is.
pub(crate) fn grouped(number: &str) -> String {
    let Some(digits) = number.strip_prefix('+') else { return number.to_owned() };
    if digits.len() < 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return number.to_owned();
    }
    let code = code(digits);
    let (code, rest) = digits.split_at_checked(code).unwrap_or((digits, ""));
    let groups: &[usize] = match (code, rest.len()) {
        ("91", 10) => &[5, 5],
        (_, 7) => &[3, 4],
        (_, 8) => &[4, 4],
        (_, 9) => &[3, 3, 3],
        (_, 10) => &[3, 3, 4],
        (_, 11) => &[3, 4, 4],
        (_, 12) => &[4, 4, 4],
        _ => &[],
    };
    let mut grouped = format!("+{code}");
    let mut rest = rest;
    for length in groups {
        let (group, behind) = rest.split_at_checked(*length).unwrap_or((rest, ""));
        grouped.push(' ');
        grouped.push_str(group);
        rest = behind;
    }
    if !rest.is_empty() {
        grouped.push(' ');
        grouped.push_str(rest);
    }
    grouped
}

/// Returns the last three digits alone, for a visitor who may not see the number.
pub(crate) fn masked(number: &str) -> String {
    let shown = number.chars().rev().take(3).collect::<Vec<_>>();
    if number.chars().count() < 8 {
        return "…".to_owned();
    }
    format!("…{}", shown.into_iter().rev().collect::<String>())
}

/// Returns the number of digits of the country code, by ITU's zones. Codes of two digits are named.
fn code(digits: &str) -> usize {
    const TWO: &[&str] = &[
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
        "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
        "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    match digits.get(..2) {
        Some(two) if two.starts_with(['1', '7']) => 1,
        Some(two) if TWO.contains(&two) => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, masked};

    #[test]
    fn digits_stand_in_groups() {
        for (number, expected) in [
            ("+919876543210", "+91 98765 43210"),
            ("+12025550123", "+1 202 555 0123"),
            ("+4915112345678", "+49 151 1234 5678"),
            ("+971501234567", "+971 501 234 567"),
            ("+6591234567", "+65 9123 4567"),
            ("98765 43210", "98765 43210"),
            ("", ""),
            ("+91", "+91"),
            ("+91987654321०", "+91987654321०"),
        ] {
            assert_eq!(grouped(number), expected);
        }
    }

    #[test]
    fn grouping_loses_no_digit() {
        for length in 1..=15 {
            for first in 1..=9 {
                let number = format!("+{first}{}", "1234567890123456".get(..length).unwrap());
                assert_eq!(grouped(&number).replace(' ', ""), number);
            }
        }
    }

    #[test]
    fn a_masked_number_shows_its_last_digits() {
        assert_eq!(masked("+919876543210"), "…210");
        assert_eq!(masked("12"), "…");
    }
}
