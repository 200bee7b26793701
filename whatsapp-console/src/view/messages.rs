//! The list of messages.

use askama::Template;

use super::{Choice, Head, Hidden, Link, Row, Shell};
use crate::words::Texts;

/// Page of the list of messages.
#[derive(Debug, Template)]
#[template(path = "messages.html")]
pub(crate) struct MessagesPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) heading: String,
    /// Sentence about the list: the filter, the order and the place whose clocks the times follow.
    pub(crate) in_words: String,
    /// Address of the same list as a file for spreadsheets; empty for a visitor who may have none.
    /// `csv_texts` is the address of the file with texts.
    pub(crate) csv: String,
    pub(crate) csv_label: String,
    pub(crate) csv_texts: String,
    /// True where messages can be chosen for a bulk act.
    pub(crate) may_select: bool,
    /// Label of the choice of all messages: `All 1,604 that match`.
    pub(crate) all_that_match: String,
    pub(crate) bulk_acts: Vec<Choice>,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) f: Filters,
    pub(crate) chips: Vec<Chip>,
    /// Filter and order as an address has them, from the first page on.
    pub(crate) query: String,
    /// True where the filter can be saved as a view of one's own.
    pub(crate) may_save: bool,
    /// Name of the saved view that is shown; empty for none.
    pub(crate) mine: String,
    /// Label of the button that removes the saved view.
    pub(crate) remove: String,
    /// Link to the page of the customer whose messages the list has.
    pub(crate) customer: Option<Link>,
    /// Address of the same list with new messages; empty where new messages are not announced.
    pub(crate) fresh: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) nothing: Nothing,
    pub(crate) heads: Vec<Head>,
    pub(crate) caption: String,
    pub(crate) newer: String,
    pub(crate) newer_label: String,
    pub(crate) older: String,
    pub(crate) older_label: String,
    /// Address that continues a bounded search where it stopped; empty if all was searched.
    pub(crate) further: String,
    /// Range of the rows, `1 to 20 of 1,604`, or how far back was searched.
    pub(crate) shown: String,
}

/// Ready-made or saved filter.
#[derive(Debug)]
pub(crate) struct Tab {
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) count: String,
    pub(crate) current: bool,
}

/// Form of the filters.
#[derive(Debug, Default)]
pub(crate) struct Filters {
    /// Values that the form keeps and does not show, such as the customers.
    pub(crate) hidden: Vec<Hidden>,
    pub(crate) types: Vec<Choice>,
    pub(crate) whens: Vec<Choice>,
    pub(crate) sorts: Vec<Choice>,
    pub(crate) statuses: Vec<Choice>,
    pub(crate) deliveries: Vec<Choice>,
    pub(crate) triggers: Vec<Choice>,
    /// First day as the form has it, or empty. `until` is the last day.
    pub(crate) from: String,
    pub(crate) until: String,
    /// True where a filter below *More filters* is set.
    pub(crate) more_open: bool,
}

/// Filter that is set, with the address of the same list without it.
#[derive(Debug)]
pub(crate) struct Chip {
    pub(crate) label: String,
    pub(crate) remove: String,
    pub(crate) remove_label: String,
}

/// Content of an empty list: what would be here, and how it comes.
#[derive(Debug, Default)]
pub(crate) struct Nothing {
    pub(crate) title: String,
    pub(crate) text: String,
    /// Address that leads on; empty for none.
    pub(crate) href: String,
    pub(crate) label: String,
}
