//! The schedule of the next days, and the page of one day.

use askama::Template;

use super::{Chip, Link, Pill, RowAct, Shell, Tab};
use crate::words::Texts;

/// Page of the schedule.
#[derive(Debug, Template)]
#[template(path = "schedule.html")]
pub(crate) struct SchedulePage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) heading: String,
    pub(crate) lead: String,
    /// Tabs of this page and its neighbours.
    pub(crate) tabs: Vec<Tab>,
    /// Notes that reminders are off, and on what the forecast did not read: a sentence each.
    pub(crate) cut: Vec<String>,
    /// Address of a forecast that reads more; empty where everything was read, or no more can be.
    pub(crate) further: String,
    pub(crate) zone: String,
    pub(crate) days: Vec<DayLine>,
    /// Reason why there is nothing, or how it comes; empty where there is something.
    pub(crate) nothing: String,
    /// Link for an empty schedule.
    pub(crate) instead: Link,
}

/// Day of the schedule.
#[derive(Debug)]
pub(crate) struct DayLine {
    pub(crate) href: String,
    pub(crate) day: String,
    /// Note that the day is today, or that the shop is closed; empty for neither.
    pub(crate) note: String,
    /// Numbers of entries that go out, in words, each with a link to them.
    pub(crate) out: Vec<Link>,
    /// Sentence for a day on which nothing goes out; shown where `out` is empty.
    pub(crate) nothing: String,
    /// Number of entries held back, with a link to them. `why` has the reasons.
    pub(crate) kept: Option<Link>,
    pub(crate) why: String,
}

/// Page of the entries of a day.
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
    /// Address of this page from the console's root.
    pub(crate) here: String,
    pub(crate) lines: Vec<EntryLine>,
    /// Acts on the ticked entries: an address from the console's root, and the label of a button.
    /// None where nothing can be ticked.
    pub(crate) ticked: Vec<(&'static str, &'a str)>,
    pub(crate) nothing: String,
    /// Link to look at instead; its label is empty for none.
    pub(crate) instead: Link,
    /// Address of the first page, from any other page; empty on the first.
    pub(crate) first: String,
    pub(crate) more: String,
    /// Range of the entries shown, and the number of all.
    pub(crate) shown: String,
}

/// Reminder, message or campaign of a day.
#[derive(Debug)]
pub(crate) struct EntryLine {
    /// Value that the tick sends; empty where there is no tick. `tick` is its name.
    pub(crate) key: String,
    pub(crate) tick: String,
    /// True where the entry waits for approval: a person decides about it and does not hold it.
    pub(crate) is_held: bool,
    pub(crate) href: String,
    pub(crate) who: String,
    pub(crate) pill: Pill,
    pub(crate) why: String,
    pub(crate) what: String,
    /// More about the entry; empty for none.
    pub(crate) note: String,
    pub(crate) at: String,
    pub(crate) iso: String,
    /// Most frequent acts.
    pub(crate) acts: Vec<RowAct>,
    /// Further acts.
    pub(crate) more: Vec<RowAct>,
}
