//! The message of an assertion that fails: what was expected, and what was there instead.

use std::fmt::{Display, Write as _};

/// The most lines of a list.
const LINES_MOST: usize = 20;

/// An expectation in words.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The things that are counted: one, and several.
    pub(super) things: [&'static str; 2],
    /// The words that chose them, such as ` to C-1`.
    pub(super) words: String,
}

impl Wanted {
    /// The expectation with one more word.
    pub(super) fn with(mut self, word: &str, value: impl Display) -> Self {
        // Writing into a string does not fail.
        let _ = write!(self.words, " {word} {value}");
        self
    }

    /// The whole message: `wanted` things were expected, `fit` were found, and there are `others`.
    pub(super) fn complaint<T: Display>(&self, wanted: usize, fit: &[T], others: &[T]) -> String {
        let Self { things, words } = self;
        let mut text = format!("expected {}{words}, and there ", counted(wanted, *things));
        // Writing into a string does not fail.
        let _ = match fit.len() {
            0 => write!(text, "is none"),
            1 => write!(text, "is 1"),
            several => write!(text, "are {several}"),
        };
        list(&mut text, fit);
        match others.len() {
            0 if fit.is_empty() => text.push_str(", nor any other"),
            0 => {}
            several => {
                let _ = write!(text, "\nBesides there {}", is(several, *things));
                list(&mut text, others);
            }
        }
        text
    }
}

/// `1 POST`, `2 POSTs`, `no POST`.
fn counted(number: usize, [one, several]: [&str; 2]) -> String {
    match number {
        0 => format!("no {one}"),
        1 => format!("1 {one}"),
        number => format!("{number} {several}"),
    }
}

/// `is 1 other POST`, `are 2 other POSTs`.
fn is(number: usize, [one, several]: [&str; 2]) -> String {
    if number == 1 { format!("is 1 other {one}") } else { format!("are {number} other {several}") }
}

fn list<T: Display>(text: &mut String, items: &[T]) {
    if !items.is_empty() {
        text.push(':');
    }
    for item in items.iter().take(LINES_MOST) {
        let _ = write!(text, "\n  {item}");
    }
    if let Some(more) = items.len().checked_sub(LINES_MOST).filter(|more| *more > 0) {
        let _ = write!(text, "\n  and {more} more");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSTS: [&str; 2] = ["POST", "POSTs"];

    fn wanted() -> Wanted {
        Wanted { things: POSTS, words: String::new() }.with("to", "C-1")
    }

    #[test]
    fn an_empty_scene_says_so() {
        let said = wanted().complaint::<&str>(1, &[], &[]);
        assert_eq!(said, "expected 1 POST to C-1, and there is none, nor any other");
    }

    #[test]
    fn what_fits_and_what_else_there_is_are_listed() {
        assert_eq!(
            wanted().complaint(2, &["first"], &["second", "third"]),
            "expected 2 POSTs to C-1, and there is 1:\n  first\n\
             Besides there are 2 other POSTs:\n  second\n  third"
        );
        assert_eq!(
            wanted().complaint(0, &["first", "second"], &[]),
            "expected no POST to C-1, and there are 2:\n  first\n  second"
        );
    }

    #[test]
    fn long_lists_end() {
        let said = wanted().complaint(1, &[], &["a line"; 23]);
        assert!(said.ends_with("\n  a line\n  and 3 more"), "{said}");
        assert_eq!(said.lines().count(), 23);
    }
}
