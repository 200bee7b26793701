//! An act on many messages: the question, how far it is, and what it came to.

use askama::Template;

use super::{Link, Question, Shell};
use crate::words::Texts;

/// The page of an act on many messages.
#[derive(Debug, Template)]
#[template(path = "bulk.html")]
pub(crate) struct BulkPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) back: Link,
    /// This page.
    pub(crate) here: String,
    pub(crate) heading: String,
    /// What is known of it, one paragraph each.
    pub(crate) lines: Vec<String>,
    /// Empty where it can be done to nothing.
    pub(crate) sums: Vec<Sum>,
    /// It was confirmed and is not over.
    pub(crate) is_running: bool,
    pub(crate) progress: String,
    pub(crate) total: u32,
    pub(crate) done: u32,
    /// Nothing was done yet.
    pub(crate) is_asked: bool,
    pub(crate) questions: Vec<Question>,
    pub(crate) submit: String,
    pub(crate) groups: Vec<ItemGroup>,
}

/// How many messages came to something, and where these are.
#[derive(Debug)]
pub(crate) struct Sum {
    /// Empty for none.
    pub(crate) href: String,
    pub(crate) number: String,
    pub(crate) label: String,
}

/// The messages that came to the same.
#[derive(Debug)]
pub(crate) struct ItemGroup {
    /// Names the group on the page.
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) note: String,
    pub(crate) items: Vec<Item>,
    /// Leads to more of them; empty for none.
    pub(crate) more: String,
    pub(crate) href: String,
}

/// One message.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) href: String,
    pub(crate) customer: String,
    pub(crate) about: String,
    pub(crate) text: String,
    /// The message that was made; empty for none.
    pub(crate) fresh: String,
}
