//! The page of one customer.

use askama::Template;

use super::{ActLink, Head, NeedLine, Pill, Row, RowAct, Shell};
use crate::words::Texts;

/// Page of a customer: what needs a person, planned and held reminders, mutes, and all messages.
#[derive(Debug, Template)]
#[template(path = "customer.html")]
pub(crate) struct CustomerPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) heading: String,
    pub(crate) number: String,
    /// Address of the host's own page of the customer; empty for none.
    pub(crate) record: String,
    /// Address for writing a message to the customer; empty for a visitor who may not.
    pub(crate) write: String,
    /// Note about the customer; empty for none.
    pub(crate) hint: String,
    /// Messages that need a person.
    pub(crate) needs: Vec<NeedLine>,
    /// Address of all failed messages; empty where there is none.
    pub(crate) failed: String,
    pub(crate) open: Vec<StepLine>,
    /// Reason why there are no reminders, or a note that there are more; empty for neither.
    pub(crate) open_note: String,
    pub(crate) mutes: Vec<MuteLine>,
    /// Address of the confirmation page before a mute; empty for a visitor who may not, and where
    /// no mutes are kept.
    pub(crate) mute: String,
    /// True where mutes are kept.
    pub(crate) has_mutes: bool,
    pub(crate) zone: String,
    pub(crate) shown: String,
    /// Rows of messages; the column of the customer tells what each is about.
    pub(crate) rows: Vec<Row>,
    pub(crate) heads: Vec<Head>,
    /// True where messages can be chosen for a bulk act: in the list, not on this page.
    pub(crate) may_select: bool,
    pub(crate) caption: String,
    pub(crate) newer: String,
    pub(crate) newer_label: String,
    pub(crate) older: String,
    pub(crate) older_label: String,
    /// Address of this page with new messages; empty where new messages are not announced.
    pub(crate) fresh: String,
}

/// Reminder that is planned, held or on its way.
#[derive(Debug)]
pub(crate) struct StepLine {
    pub(crate) what: String,
    /// Address of the reminder's message; empty where it has none.
    pub(crate) href: String,
    pub(crate) day: String,
    pub(crate) why: String,
    pub(crate) pill: Pill,
    pub(crate) acts: Vec<RowAct>,
}

/// Mute: messages that are kept back.
#[derive(Debug)]
pub(crate) struct MuteLine {
    pub(crate) text: String,
    pub(crate) since: String,
    /// Link to the confirmation page before the mute ends; none for a visitor who may not.
    pub(crate) end: Option<ActLink>,
}
