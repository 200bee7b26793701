//! The page of reminders that wait for approval.

use askama::Template;

use super::{ActLink, Link, RowAct, Shell, Tab};
use crate::words::Texts;

/// Page with the list of reminders that wait for a person.
#[derive(Debug, Template)]
#[template(path = "held.html")]
pub(crate) struct HeldPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) heading: String,
    /// Tabs of this page and its neighbours.
    pub(crate) tabs: Vec<Tab>,
    /// Note about the list; empty for none.
    pub(crate) hint: String,
    /// True where the visitor may decide.
    pub(crate) may_decide: bool,
    /// Address of this page from the console's root.
    pub(crate) here: String,
    /// Links to the confirmation pages about all waiting reminders; empty unless several wait.
    pub(crate) all: Vec<ActLink>,
    pub(crate) steps: Vec<HeldLine>,
    /// Sentence for an empty list: how reminders come to wait.
    pub(crate) nothing: String,
    /// Page to look at where there is nothing.
    pub(crate) instead: Link,
    /// Address of the first page, from any other page; empty on the first.
    pub(crate) first: String,
    pub(crate) older: String,
}

/// Reminder that waits for a person.
#[derive(Debug)]
pub(crate) struct HeldLine {
    pub(crate) href: String,
    pub(crate) who: String,
    pub(crate) what: String,
    pub(crate) why: String,
    /// Value that the tick sends. `tick` is the name of the tick.
    pub(crate) key: String,
    pub(crate) tick: String,
    pub(crate) acts: Vec<RowAct>,
}
