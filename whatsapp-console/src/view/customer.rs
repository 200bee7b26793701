//! One customer.

use askama::Template;

use super::{Choice, Head, Pill, Row, Shell};
use crate::words::Texts;

/// A customer: what is planned, held and kept back, and all messages.
#[derive(Debug, Template)]
#[template(path = "customer.html")]
pub(crate) struct CustomerPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    /// The host's key, for addresses.
    pub(crate) id: String,
    pub(crate) heading: String,
    pub(crate) number: String,
    /// The host's own page of the customer; empty for none.
    pub(crate) page: String,
    /// That the host does not know the customer any more; empty while it does.
    pub(crate) gone: String,
    pub(crate) open: Vec<StepLine>,
    pub(crate) mutes: Vec<MuteLine>,
    pub(crate) may_act: bool,
    pub(crate) mute_choices: Vec<Choice>,
    pub(crate) shown: String,
    /// Messages; the column of the customer shows what each is about.
    pub(crate) rows: Vec<Row>,
    pub(crate) may_select: bool,
    pub(crate) heads: Vec<Head>,
    pub(crate) caption: String,
    pub(crate) newer: String,
    pub(crate) newer_label: String,
    pub(crate) older: String,
    pub(crate) older_label: String,
}

/// A reminder that is planned, held or on its way.
#[derive(Debug)]
pub(crate) struct StepLine {
    pub(crate) what: String,
    pub(crate) day: String,
    pub(crate) why: String,
    pub(crate) pill: Pill,
}

/// What is kept back.
#[derive(Debug)]
pub(crate) struct MuteLine {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) since: String,
}
