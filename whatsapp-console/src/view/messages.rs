//! The list of messages.

use askama::Template;

use super::{Choice, Head, Hidden, Link, Row, Shell};
use crate::words::Texts;

/// A page of the list of messages.
#[derive(Debug, Template)]
#[template(path = "messages.html")]
pub(crate) struct MessagesPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) heading: String,
    /// What is shown, in words: the filter, the order and whose clocks the times are.
    pub(crate) in_words: String,
    /// The same as a file for spreadsheets, and with texts; empty for whoever may have none.
    pub(crate) csv: String,
    pub(crate) csv_label: String,
    pub(crate) csv_texts: String,
    /// Whether messages can be chosen for an act on many.
    pub(crate) may_select: bool,
    /// `All 1,604 that match`.
    pub(crate) all_that_match: String,
    pub(crate) bulk_acts: Vec<Choice>,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) f: Filters,
    pub(crate) chips: Vec<Chip>,
    /// The filter and the order as an address has them, from the first page on.
    pub(crate) query: String,
    /// It can be saved as a view of one's own.
    pub(crate) may_save: bool,
    /// It is this view of one's own; empty where it is none.
    pub(crate) mine: String,
    /// The button that removes it.
    pub(crate) remove: String,
    /// The page of the customer that the list is of.
    pub(crate) customer: Option<Link>,
    /// The same list with what came since; empty where that is not said.
    pub(crate) fresh: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) nothing: Nothing,
    pub(crate) heads: Vec<Head>,
    pub(crate) caption: String,
    pub(crate) newer: String,
    pub(crate) newer_label: String,
    pub(crate) older: String,
    pub(crate) older_label: String,
    /// Goes on where a bounded search stopped; empty where all was looked at.
    pub(crate) further: String,
    /// `1 to 20 of 1,604`, or how far was looked.
    pub(crate) shown: String,
}

/// A ready-made or saved filter.
#[derive(Debug)]
pub(crate) struct Tab {
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) count: String,
    pub(crate) current: bool,
}

/// The form of filters.
#[derive(Debug, Default)]
pub(crate) struct Filters {
    /// What the form keeps and does not show, such as the customers.
    pub(crate) hidden: Vec<Hidden>,
    pub(crate) types: Vec<Choice>,
    pub(crate) whens: Vec<Choice>,
    pub(crate) sorts: Vec<Choice>,
    pub(crate) statuses: Vec<Choice>,
    pub(crate) deliveries: Vec<Choice>,
    pub(crate) triggers: Vec<Choice>,
    /// Dates as the form has them, or empty.
    pub(crate) from: String,
    pub(crate) until: String,
    /// One of the filters behind *More filters* is set.
    pub(crate) more_open: bool,
}

/// A filter that is set, and the same list without it.
#[derive(Debug)]
pub(crate) struct Chip {
    pub(crate) label: String,
    pub(crate) remove: String,
    pub(crate) remove_label: String,
}

/// What stands in an empty list: what would be here, and how it comes.
#[derive(Debug, Default)]
pub(crate) struct Nothing {
    pub(crate) title: String,
    pub(crate) text: String,
    /// What leads on; empty for nothing.
    pub(crate) href: String,
    pub(crate) label: String,
}
