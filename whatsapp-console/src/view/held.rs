//! Reminders that wait for approval.

use askama::Template;

use super::{ActLink, Link, RowAct, Shell, Tab};
use crate::words::Texts;

/// The list of reminders that wait for a person.
#[derive(Debug, Template)]
#[template(path = "held.html")]
pub(crate) struct HeldPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) heading: String,
    /// This page and its neighbours.
    pub(crate) tabs: Vec<Tab>,
    /// What has to be said of this list; empty for nothing.
    pub(crate) hint: String,
    /// Whoever looks may decide.
    pub(crate) may_decide: bool,
    /// This page, from the console's root.
    pub(crate) here: String,
    /// Lead to the questions about all that wait; empty where one by one is the same.
    pub(crate) all: Vec<ActLink>,
    pub(crate) steps: Vec<HeldLine>,
    /// What would be here, and how it comes.
    pub(crate) nothing: String,
    /// What can be looked at where there is nothing.
    pub(crate) instead: Link,
    /// The first page, from any other one; empty on the first.
    pub(crate) first: String,
    pub(crate) older: String,
}

/// One of them.
#[derive(Debug)]
pub(crate) struct HeldLine {
    pub(crate) href: String,
    pub(crate) who: String,
    pub(crate) what: String,
    pub(crate) why: String,
    /// What a tick sends, and what it is called.
    pub(crate) key: String,
    pub(crate) tick: String,
    pub(crate) acts: Vec<RowAct>,
}
