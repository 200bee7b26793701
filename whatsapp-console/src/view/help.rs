//! The pages of words and of keyboard shortcuts.

use askama::Template;

use super::{Pill, Shell};
use crate::words::Texts;

/// Page of every word of the console with its meaning, made from the core's enums.
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
    /// Id of the group on the page.
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) lead: String,
    pub(crate) words: Vec<Word>,
}

/// Word with its meaning.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) pill: Pill,
    pub(crate) meaning: String,
    pub(crate) advice: String,
}

/// Page of keyboard shortcuts.
#[derive(Debug, Template)]
#[template(path = "keys.html")]
pub(crate) struct KeysPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) keys: Vec<Key>,
}

/// Key, or several keys one after another.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) strokes: Vec<&'static str>,
    pub(crate) what: String,
}
