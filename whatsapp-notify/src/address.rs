//! Sender and recipients, in the form that people write in settings.

use lettre::message::{Mailbox, Mailboxes};
use whatsapp_core::port::NotifyError;

use crate::clean::{is_hidden, one_line};

/// Maximum length of the list of recipients, in bytes.
const RECIPIENTS_MAX: usize = 2_000;

/// Maximum number of characters of a display name in a header.
const DISPLAY_NAME_MAX: usize = 78;

/// Reads one address; `None` if the text is not one address, or is not in ASCII, which a Message-ID
/// needs.
pub(crate) fn sender(text: &str) -> Option<Mailbox> {
    match mailboxes(text)?.as_slice() {
        [one] if one.email.to_string().is_ascii() => Some(one.clone()),
        _ => None,
    }
}

/// Reads the addresses of the settings, which are separated by commas.
pub(crate) fn recipients(text: &str) -> Result<Vec<Mailbox>, NotifyError> {
    let text = text.trim_matches(|c: char| c == ',' || c.is_whitespace());
    if text.is_empty() {
        return Err(NotifyError::new("no e-mail address for failures is set"));
    }
    mailboxes(text).ok_or_else(|| {
        NotifyError::new(
            "the e-mail address for failures is not one, such as manager@example.com; \
                 several are separated by commas",
        )
    })
}

fn mailboxes(text: &str) -> Option<Vec<Mailbox>> {
    if text.len() > RECIPIENTS_MAX || text.chars().any(|c| c.is_control() || is_hidden(c)) {
        return None;
    }
    let list: Mailboxes = text.trim().parse().ok()?;
    let list: Vec<Mailbox> = list.into_iter().map(with_clean_name).collect();
    (!list.is_empty()).then_some(list)
}

/// Cleans the display name: lettre panics when it writes one with a line end.
fn with_clean_name(mailbox: Mailbox) -> Mailbox {
    let name =
        mailbox.name.map(|name| one_line(&name, DISPLAY_NAME_MAX)).filter(|name| !name.is_empty());
    Mailbox::new(name, mailbox.email)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let list = recipients(text).unwrap();
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn one_or_several_addresses_are_read() {
        assert_eq!(shown(" boss@example.com\n"), ["boss@example.com"]);
        assert_eq!(
            shown("Asha <asha@example.com> , \"Rao, Vikram\" <rao@example.com>,x@example.com, "),
            ["Asha <asha@example.com>", "\"Rao, Vikram\" <rao@example.com>", "x@example.com"]
        );
    }

    #[test]
    fn a_bad_address_is_refused_and_not_repeated() {
        let long = format!("{}@example.com", "x".repeat(3_000));
        for bad in [
            "boss",
            "boss@",
            "@example.com",
            "boss@example.com; x@example.com",
            "a@b@example.com",
            "boss@example.com\r\nBcc: x@example.com",
            "bo\u{202e}ss@example.com",
            "boss@exam\u{ad}ple.com",
            "boss@exam\u{200b}ple.com",
            "<boss@example.com",
            "boss@example.com, nonsense",
            "bo ss@example.com",
            "boss@-example.com",
            &long,
        ] {
            let error = recipients(bad).expect_err(bad).to_string();
            assert!(error.contains("is not one"), "{error}");
            assert!(!error.contains("boss") && !error.contains("nonsense"), "{error}");
        }
        for empty in ["", " ", ",", " , \n"] {
            assert!(recipients(empty).unwrap_err().reason.starts_with("no e-mail"));
        }
    }

    #[test]
    fn a_sender_is_one_ascii_address() {
        assert!(sender("Shop <notices@example.com>").is_some());
        for bad in ["", "notices", "a@example.com, b@example.com", "notices@bücher.example"] {
            assert!(sender(bad).is_none(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>(), tail in "[ ,;<>@\"\\\\().a-z]{0,200}") {
            for text in [&text, &tail, &format!("{text}{tail}")] {
                if let Ok(list) = recipients(text) {
                    // Writing the addresses down must not panic either.
                    prop_assert!(list.iter().all(|one| !one.to_string().contains(['\r', '\n'])));
                }
            }
        }
    }
}
