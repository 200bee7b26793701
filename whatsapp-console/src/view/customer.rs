//! One customer.

use askama::Template;

use super::{ActLink, Head, NeedLine, Pill, Row, RowAct, Shell};
use crate::words::Texts;

/// A customer: what needs a person, what is planned, held and kept back, and all messages.
#[derive(Debug, Template)]
#[template(path = "customer.html")]
pub(crate) struct CustomerPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) heading: String,
    pub(crate) number: String,
    /// The host's own page of the customer; empty for none.
    pub(crate) record: String,
    /// Where a message to the customer is written; empty for whoever may not.
    pub(crate) write: String,
    /// What has to be said of the customer; empty for nothing.
    pub(crate) hint: String,
    /// Messages that need a person.
    pub(crate) needs: Vec<NeedLine>,
    /// All that failed; empty where there is none.
    pub(crate) failed: String,
    pub(crate) open: Vec<StepLine>,
    /// Why there is none, or that there are more; empty for neither.
    pub(crate) open_note: String,
    pub(crate) mutes: Vec<MuteLine>,
    /// The question before a mute; empty for whoever may not, and where none is kept.
    pub(crate) mute: String,
    /// Mutes are kept.
    pub(crate) has_mutes: bool,
    pub(crate) zone: String,
    pub(crate) shown: String,
    /// Messages; the column of the customer says what each is about.
    pub(crate) rows: Vec<Row>,
    pub(crate) heads: Vec<Head>,
    /// Whether messages can be chosen for an act on many: in the list they can.
    pub(crate) may_select: bool,
    pub(crate) caption: String,
    pub(crate) newer: String,
    pub(crate) newer_label: String,
    pub(crate) older: String,
    pub(crate) older_label: String,
    /// What came since; empty where that is not said.
    pub(crate) fresh: String,
}

/// A reminder that is planned, held or on its way.
#[derive(Debug)]
pub(crate) struct StepLine {
    pub(crate) what: String,
    /// Its message; empty where it has none.
    pub(crate) href: String,
    pub(crate) day: String,
    pub(crate) why: String,
    pub(crate) pill: Pill,
    pub(crate) acts: Vec<RowAct>,
}

/// What is kept back.
#[derive(Debug)]
pub(crate) struct MuteLine {
    pub(crate) text: String,
    pub(crate) since: String,
    /// The question before its end; none for whoever may not.
    pub(crate) end: Option<ActLink>,
}
