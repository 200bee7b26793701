//! What goes out in the next days, and on one of them.

use askama::Template;

use super::{Chip, Link, Pill, RowAct, Shell, Tab};
use crate::words::Texts;

/// The next days.
#[derive(Debug, Template)]
#[template(path = "schedule.html")]
pub(crate) struct SchedulePage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) heading: String,
    pub(crate) lead: String,
    /// This page and its neighbours.
    pub(crate) tabs: Vec<Tab>,
    /// That reminders are off, and what was not looked at: a sentence each.
    pub(crate) cut: Vec<String>,
    /// Looks at more; empty where all was looked at, or no more is.
    pub(crate) further: String,
    pub(crate) zone: String,
    pub(crate) days: Vec<DayLine>,
    /// Why there is nothing, or how it comes; empty where there is something.
    pub(crate) nothing: String,
    /// What can be done where there is nothing.
    pub(crate) instead: Link,
}

/// One of them.
#[derive(Debug)]
pub(crate) struct DayLine {
    pub(crate) href: String,
    pub(crate) day: String,
    /// That it is today, or that the shop is closed; empty for neither.
    pub(crate) note: String,
    /// What goes out, in words: each number leads to what it counts.
    pub(crate) out: Vec<Link>,
    /// That nothing does; empty where something does.
    pub(crate) nothing: String,
    /// How many are held back, which leads to them; and why.
    pub(crate) kept: Option<Link>,
    pub(crate) why: String,
}

/// What goes out on a day.
#[derive(Debug, Template)]
#[template(path = "schedule_day.html")]
pub(crate) struct ScheduleDayPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) back: Link,
    pub(crate) heading: String,
    pub(crate) lead: String,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) chips: Vec<Chip>,
    pub(crate) cut: Vec<String>,
    pub(crate) further: String,
    pub(crate) hint: String,
    /// This page, from the console's root.
    pub(crate) here: String,
    pub(crate) lines: Vec<EntryLine>,
    /// What can be done with those that are ticked: an address from the console's root, and a button. None where
    /// nothing can be ticked.
    pub(crate) ticked: Vec<(&'static str, &'a str)>,
    pub(crate) nothing: String,
    /// What can be looked at instead; its label is empty for nothing.
    pub(crate) instead: Link,
    /// The first page, from any other one; empty on the first.
    pub(crate) first: String,
    pub(crate) more: String,
    /// Which of how many are shown.
    pub(crate) shown: String,
}

/// One reminder, message or campaign.
#[derive(Debug)]
pub(crate) struct EntryLine {
    /// What a tick sends, and what it is called; empty where it cannot be ticked.
    pub(crate) key: String,
    pub(crate) tick: String,
    /// It waits for approval, so that one decides about it and does not hold it.
    pub(crate) is_held: bool,
    pub(crate) href: String,
    pub(crate) who: String,
    pub(crate) pill: Pill,
    pub(crate) why: String,
    pub(crate) what: String,
    /// More of it; empty for nothing.
    pub(crate) note: String,
    pub(crate) at: String,
    pub(crate) iso: String,
    /// What is done most.
    pub(crate) acts: Vec<RowAct>,
    /// What can be done as well.
    pub(crate) more: Vec<RowAct>,
}
