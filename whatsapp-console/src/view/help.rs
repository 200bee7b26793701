//! Words and keys.

use askama::Template;

use super::{Pill, Shell};
use crate::words::Texts;

/// Every word of the console with its meaning, made from the core's enums.
#[derive(Debug, Template)]
#[template(path = "help.html")]
pub(crate) struct HelpPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) groups: Vec<WordGroup>,
}

/// Words of one kind.
#[derive(Debug)]
pub(crate) struct WordGroup {
    /// Names the group on the page.
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) lead: String,
    pub(crate) words: Vec<Word>,
}

/// A word.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) pill: Pill,
    pub(crate) meaning: String,
    pub(crate) advice: String,
}

/// The keys.
#[derive(Debug, Template)]
#[template(path = "keys.html")]
pub(crate) struct KeysPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) keys: Vec<Key>,
}

/// A key, or several one after another.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) strokes: Vec<&'static str>,
    pub(crate) what: String,
}
