//! A festival's name: the common part of tables and calendars.

use crate::visible::{is_blank, is_unsafe, stands_for_nothing};

/// The largest number of characters in a name.
const NAME_MAX: usize = 100;

/// Words in brackets after a name that say that its date may change.
const ESTIMATED: [&str; 6] =
    ["approximate", "estimated", "expected", "provisional", "tentative", "to be confirmed"];

/// A name of one line, and whether it says that its date is estimated.
pub(super) fn name(text: &str) -> Result<(String, bool), String> {
    let seen: String = text.chars().map(|c| if is_unsafe(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    let name = words.join(" ");
    let (name, estimated) = match bare(&name) {
        Some(bare) => (bare.to_owned(), true),
        None => (name, false),
    };
    if is_blank(&name) || stands_for_nothing(&name) {
        return Err("there is no name; one such as Diwali is expected".to_owned());
    }
    let length = name.chars().count();
    if length > NAME_MAX {
        return Err(format!("the name has {length} characters; at most {NAME_MAX} are allowed"));
    }
    Ok((name, estimated))
}

/// A name without a final `(estimated)`; `None` where it has no such word.
fn bare(name: &str) -> Option<&str> {
    let (bare, word) = name.strip_suffix([')', ']'])?.rsplit_once(['(', '['])?;
    let is_it = ESTIMATED.iter().any(|known| word.trim().eq_ignore_ascii_case(known));
    is_it.then(|| bare.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_without_what_nobody_sees() {
        for (text, read) in [
            ("Diwali", ("Diwali", false)),
            ("  Guru\u{a0}Nanak \n Jayanti ", ("Guru Nanak Jayanti", false)),
            ("Id-ul-Fitr (estimated)", ("Id-ul-Fitr", true)),
            ("Ramzan Id [Tentative]", ("Ramzan Id", true)),
            ("Diwali (Deepavali)", ("Diwali (Deepavali)", false)),
            ("Diwali\u{202e}", ("Diwali", false)),
        ] {
            assert_eq!(name(text), Ok((read.0.to_owned(), read.1)), "{text}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", " ", "\u{200b}", "N/A", "-", "(estimated)"] {
            assert!(name(text).unwrap_err().starts_with("there is no name"), "{text}");
        }
        assert!(name(&"x".repeat(100)).is_ok());
        let long = name(&"x".repeat(101)).unwrap_err();
        assert_eq!(long, "the name has 101 characters; at most 100 are allowed");
    }
}
