//! Parts that several pages show.

use askama::Template;

/// A word with its sign and colour.
#[derive(Debug, Clone)]
pub(crate) struct Pill {
    /// `ok`, `info`, `warn`, `bad` or `idle`.
    pub(crate) tone: &'static str,
    /// The name of a symbol of `part/icons.html`.
    pub(crate) icon: &'static str,
    /// The word.
    pub(crate) word: String,
}

/// A link with its words.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) label: String,
    /// It leads out of the console.
    pub(crate) outside: bool,
    /// It is the best thing to do.
    pub(crate) is_best: bool,
}

/// A link to the question before an act.
#[derive(Debug, Clone)]
pub(crate) struct ActLink {
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) is_best: bool,
}

/// An option of a list, or a tick.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) on: bool,
}

/// The head of a column.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) label: String,
    /// Sorts by it; empty where that cannot be done.
    pub(crate) href: String,
    /// `ascending`, `descending` or empty.
    pub(crate) sorted: &'static str,
}

/// A message in a list.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Its id.
    pub(crate) id: String,
    /// When it changed last, for the stream of events; empty where that is not known.
    pub(crate) at: String,
    /// Its page; empty where its id cannot be read.
    pub(crate) href: String,
    /// What the tick beside it is called: which message it chooses; empty where it cannot be chosen.
    pub(crate) select: String,
    /// The customer's name, which leads to the message.
    pub(crate) customer: String,
    /// The number, or that there is none.
    pub(crate) number: String,
    pub(crate) pill: Pill,
    /// Its sentence, where it needs one.
    pub(crate) why: String,
    /// Its type.
    pub(crate) kind: String,
    /// What it is about: the number of an invoice or order.
    pub(crate) about: String,
    /// What set it off.
    pub(crate) trigger: String,
    /// When it was made: `13:59`, `27 Nov, 17:40`.
    pub(crate) made: String,
    /// The same in full.
    pub(crate) made_full: String,
    /// The same for machines.
    pub(crate) iso: String,
    /// How often it was tried again, in words.
    pub(crate) retries: String,
    pub(crate) acts: Vec<RowAct>,
}

/// A button of a row.
#[derive(Debug, Clone)]
pub(crate) struct RowAct {
    /// The question before the act.
    pub(crate) href: String,
    pub(crate) label: String,
    /// The label with the customer's name, for those who hear it.
    pub(crate) full: String,
}

/// One row by itself, for the event stream.
#[derive(Debug, Template)]
#[template(path = "part/row.html")]
pub(crate) struct RowPart<'a> {
    pub(crate) row: &'a Row,
    /// Whether it can be chosen for an act on many.
    pub(crate) may_select: bool,
}
