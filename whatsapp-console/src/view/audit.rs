//! The audit page, which shows who did what.

use askama::Template;

use super::{Chip, Choice, Link, Shell};
use crate::words::Texts;

/// Page of audit entries, the newest first.
#[derive(Debug, Template)]
#[template(path = "audit.html")]
pub(crate) struct AuditPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    /// Filters of the entries shown, and the place whose clocks the times follow.
    pub(crate) in_words: String,
    /// Address of the same entries as a file; empty where this program does not read the audit.
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
    /// Reason why there are no entries; empty where there are some.
    pub(crate) nothing: String,
    /// Address of all entries; empty where all are shown.
    pub(crate) all: String,
    /// Address of the first page, from any other page; empty on the first.
    pub(crate) first: String,
    pub(crate) older: String,
}

/// Entry of the audit.
#[derive(Debug)]
pub(crate) struct AuditLine {
    /// `warn` for a change past the console, and for an entry that cannot be read.
    pub(crate) tone: &'static str,
    pub(crate) iso: String,
    pub(crate) when: String,
    pub(crate) text: String,
    /// Values before and after the change.
    pub(crate) more: String,
    pub(crate) links: Vec<Link>,
}
