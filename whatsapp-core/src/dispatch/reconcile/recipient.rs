//! The recipient of a row of the gateway's list, and the number that it shows.

use crate::number::WhatsAppNumber;

/// The result of comparing a recipient with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// It is this very number.
    Its,
    /// It may be this number, with other digits in its middle.
    Perhaps,
    /// It is the number of another phone.
    Anothers,
    /// It tells nothing: no recipient, an alias, or digits that are not a phone number.
    Unsaid,
}

/// The servers at which people with a phone number are written to. At any other server, such as
/// `lid`, the user is not a number.
const SERVERS: [&str; 2] = ["s.whatsapp.net", "c.us"];

/// No phone number has fewer digits.
const LEAST_DIGITS: usize = 7;

/// Compares a recipient as listed with a number.
pub(super) fn whose(listed: Option<&str>, number: &WhatsAppNumber) -> Whose {
    let Some(digits) = listed.and_then(telephone) else { return Whose::Unsaid };
    if digits == number.digits() {
        Whose::Its
    } else if number.may_be(&digits) {
        Whose::Perhaps
    } else if number.is_surely_not(&digits) {
        Whose::Anothers
    } else {
        Whose::Unsaid
    }
}

/// Returns the digits of a recipient that is written as a phone number. The server's name and the
/// number of a linked device may follow, and some engines put an agent's number before the device:
/// `919800000001:12@s.whatsapp.net`, `919800000001.0:12@s.whatsapp.net`.
fn telephone(listed: &str) -> Option<String> {
    let (user, server) = match listed.trim().split_once('@') {
        Some((user, server)) => (user, Some(server)),
        None => (listed.trim(), None),
    };
    if server.is_some_and(|server| !SERVERS.iter().any(|known| known.eq_ignore_ascii_case(server)))
    {
        return None;
    }
    let (user, device) = user.split_once(':').unwrap_or((user, "0"));
    let user = without_agent(user);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let bare: String = user.chars().filter(|c| !is_decoration(*c)).collect();
    let digits = bare.strip_prefix('+').or_else(|| bare.strip_prefix("00")).unwrap_or(&bare);
    (is_number(digits) && is_number(device)).then(|| digits.to_owned())
}

/// Returns a user without the number of the agent that some engines put between the user and the
/// device. A number that a program read as a decimal (`919800000001.0`) looks the same. With these
/// digits at its end it would be the number of another phone.
fn without_agent(user: &str) -> &str {
    match user.split_once('.') {
        Some((user, agent))
            if user.len() >= LEAST_DIGITS
                && user.trim_start_matches('+').bytes().all(|byte| byte.is_ascii_digit())
                && (1..=2).contains(&agent.len())
                && agent.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            user
        }
        _ => user,
    }
}

/// Returns whether people write a character between the digits of a number, or it marks the
/// direction of the text.
fn is_decoration(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '(' | ')' | '.')
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_is_the_numbers_another_telephones_or_says_nothing() {
        let number = WhatsAppNumber::parse("+5531987654321").unwrap();
        let cases = [
            ("5531987654321", Whose::Its),
            ("+55 (31) 98765-4321", Whose::Its),
            ("\u{202A}+5531987654321\u{202C}", Whose::Its),
            ("005531987654321", Whose::Its),
            ("5531987654321@s.whatsapp.net", Whose::Its),
            ("5531987654321@S.WhatsApp.net", Whose::Its),
            ("5531987654321:12@s.whatsapp.net", Whose::Its),
            ("5531987654321@c.us", Whose::Its),
            ("5531987654321:3", Whose::Its),
            ("5531987654321.0:12@s.whatsapp.net", Whose::Its),
            ("5531987654321.0", Whose::Its),
            ("5531.987654321", Whose::Its),
            ("919876543210.0:1@s.whatsapp.net", Whose::Anothers),
            ("553187654321", Whose::Perhaps),
            ("553187654321@c.us", Whose::Perhaps),
            ("919876543210", Whose::Anothers),
            ("919876543210@c.us", Whose::Anothers),
            ("919876543210:7@s.whatsapp.net", Whose::Anothers),
            ("5531987654322", Whose::Anothers),
            ("100000000000042@lid", Whose::Unsaid),
            ("100000000000042", Whose::Unsaid),
            ("919876543210@lid", Whose::Unsaid),
            ("919876543210@hosted", Whose::Unsaid),
            ("31987654321", Whose::Unsaid), // Its own, without the country code.
            ("031987654321", Whose::Unsaid),
            ("5531****4321", Whose::Unsaid),
            ("9198765", Whose::Unsaid),
            ("919876543210, 5531987654321", Whose::Unsaid),
            ("919876543210_1:2@s.whatsapp.net", Whose::Unsaid),
            ("919876543210:x@c.us", Whose::Unsaid),
            ("919876543210@", Whose::Unsaid),
            ("Asha Traders", Whose::Unsaid),
            ("@c.us", Whose::Unsaid),
            ("", Whose::Unsaid),
        ];
        for (listed, expected) in cases {
            assert_eq!(whose(Some(listed), &number), expected, "{listed}");
        }
        assert_eq!(whose(None, &number), Whose::Unsaid);
    }
}
