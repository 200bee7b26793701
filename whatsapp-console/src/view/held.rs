//! Reminders that wait for approval.

use askama::Template;

use super::Shell;
use crate::words::Texts;

/// The list of reminders that wait for a person.
#[derive(Debug, Template)]
#[template(path = "held.html")]
pub(crate) struct HeldPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) heading: String,
    pub(crate) steps: Vec<HeldLine>,
    pub(crate) may_act: bool,
    pub(crate) older: String,
}

/// One of them.
#[derive(Debug)]
pub(crate) struct HeldLine {
    /// The customer's id, for addresses.
    pub(crate) customer: String,
    pub(crate) who: String,
    pub(crate) what: String,
    pub(crate) why: String,
    /// `<invoice>/<step>`, for addresses.
    pub(crate) path: String,
    /// What its buttons are called by those who hear them.
    pub(crate) approve: String,
    pub(crate) drop: String,
}
