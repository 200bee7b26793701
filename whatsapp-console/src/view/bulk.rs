//! The page of a bulk act: the confirmation, the progress and the result.

use askama::Template;

use super::{Link, Question, Shell};
use crate::words::Texts;

/// Page of a bulk act.
#[derive(Debug, Template)]
#[template(path = "bulk.html")]
pub(crate) struct BulkPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) back: Link,
    /// Address of this page.
    pub(crate) here: String,
    pub(crate) heading: String,
    /// Sentences about the act, one paragraph each.
    pub(crate) lines: Vec<String>,
    /// Numbers of messages by result; empty where the act can be done to nothing.
    pub(crate) sums: Vec<Sum>,
    /// True while the act is confirmed and not over.
    pub(crate) is_running: bool,
    pub(crate) progress: String,
    pub(crate) total: u32,
    pub(crate) done: u32,
    /// True while nothing was done yet.
    pub(crate) is_asked: bool,
    pub(crate) questions: Vec<Question>,
    pub(crate) submit: String,
    pub(crate) groups: Vec<ItemGroup>,
}

/// Number of messages with the same result, and a link to them.
#[derive(Debug)]
pub(crate) struct Sum {
    /// Address of the messages; empty for none.
    pub(crate) href: String,
    pub(crate) number: String,
    pub(crate) label: String,
}

/// Messages with the same result.
#[derive(Debug)]
pub(crate) struct ItemGroup {
    /// Id of the group on the page.
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) note: String,
    pub(crate) items: Vec<Item>,
    /// Label of the link to more messages of the group; empty for none.
    pub(crate) more: String,
    pub(crate) href: String,
}

/// Message of a bulk act.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) href: String,
    pub(crate) customer: String,
    pub(crate) about: String,
    pub(crate) text: String,
    /// Address of the message that was made; empty for none.
    pub(crate) fresh: String,
}
