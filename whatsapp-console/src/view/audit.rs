//! The page of who did what.

use askama::Template;

use super::{Chip, Choice, Link, Shell};
use crate::words::Texts;

/// Entries of the audit, the newest first.
#[derive(Debug, Template)]
#[template(path = "audit.html")]
pub(crate) struct AuditPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    /// What is shown, and by whose clocks.
    pub(crate) in_words: String,
    /// The same as a file.
    pub(crate) csv: String,
    pub(crate) whos: Vec<Choice>,
    pub(crate) person: String,
    pub(crate) acts: Vec<Choice>,
    pub(crate) whens: Vec<Choice>,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) id: String,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) more_open: bool,
    pub(crate) chips: Vec<Chip>,
    pub(crate) lines: Vec<AuditLine>,
    /// Why there is nothing; empty where there is something.
    pub(crate) nothing: String,
    /// Leads to everything; empty where everything is shown.
    pub(crate) all: String,
    /// The first page, from any other one; empty on the first.
    pub(crate) first: String,
    pub(crate) older: String,
}

/// An entry.
#[derive(Debug)]
pub(crate) struct AuditLine {
    /// `warn` for what was changed outside, and for what cannot be read.
    pub(crate) tone: &'static str,
    pub(crate) iso: String,
    pub(crate) when: String,
    pub(crate) text: String,
    /// What it was before and after.
    pub(crate) more: String,
    pub(crate) links: Vec<Link>,
}
