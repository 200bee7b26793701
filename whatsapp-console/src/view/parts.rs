//! Parts that several pages show.

use askama::Template;

/// Word with its sign and colour.
#[derive(Debug, Clone)]
pub(crate) struct Pill {
    /// `ok`, `info`, `warn`, `bad` or `idle`.
    pub(crate) tone: &'static str,
    /// Name of a symbol of `part/icons.html`.
    pub(crate) icon: &'static str,
    /// The word.
    pub(crate) word: String,
}

/// Link with its words.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) label: String,
    /// True where the link leads out of the console.
    pub(crate) outside: bool,
    /// True for the best thing to do.
    pub(crate) is_best: bool,
}

/// Link to the confirmation page before an act.
#[derive(Debug, Clone)]
pub(crate) struct ActLink {
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) is_best: bool,
}

/// Option of a list, or a tick.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) on: bool,
}

/// Heading of a column.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) label: String,
    /// Address of the list sorted by the column; empty where that cannot be done.
    pub(crate) href: String,
    /// `ascending`, `descending` or empty.
    pub(crate) sorted: &'static str,
}

/// Message in a list.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Id of the message.
    pub(crate) id: String,
    /// Time of the last change, for the event stream; empty where it is not known.
    pub(crate) at: String,
    /// Address of the message's page; empty where its id cannot be read.
    pub(crate) href: String,
    /// Name of the tick: the message that it chooses; empty where it cannot be chosen.
    pub(crate) select: String,
    /// Customer's name, which leads to the message.
    pub(crate) customer: String,
    /// Number of the customer, or a note that there is none.
    pub(crate) number: String,
    pub(crate) pill: Pill,
    /// Sentence on the state of the message, where it needs one.
    pub(crate) why: String,
    /// Type of the message.
    pub(crate) kind: String,
    /// Subject of the message: the number of an invoice or order.
    pub(crate) about: String,
    /// Event or person that set the message off.
    pub(crate) trigger: String,
    /// Time at which the message was made: `13:59`, `27 Nov, 17:40`.
    pub(crate) made: String,
    /// Time in full at which the message was made.
    pub(crate) made_full: String,
    /// Time for machines at which the message was made.
    pub(crate) iso: String,
    /// Number of retries, in words.
    pub(crate) retries: String,
    pub(crate) acts: Vec<RowAct>,
}

/// Button of a row.
#[derive(Debug, Clone)]
pub(crate) struct RowAct {
    /// Address of the confirmation page before the act.
    pub(crate) href: String,
    pub(crate) label: String,
    /// Label with the name of what it is for, for screen readers.
    pub(crate) full: String,
}

/// Single row, for the event stream.
#[derive(Debug, Template)]
#[template(path = "part/row.html")]
pub(crate) struct RowPart<'a> {
    pub(crate) row: &'a Row,
    /// True where the row can be chosen for a bulk act.
    pub(crate) may_select: bool,
}
