//! Dates of festivals from a file: CSV as spreadsheets save it, or iCalendar.
//!
//! Nothing is lost on the way. Each row of a table and each event of a calendar gives dates or a
//! problem, or is counted: as cancelled, or as outside the dates that were asked for.
//!
//! ```
//! use whatsapp_core::festival::import;
//!
//! let read = import::csv(b"Date;Holiday\r\n25-Dec-2027;Christmas\r\n31/02/2027;Our day\r\n")?;
//! assert_eq!(read.dates[0].name, "Christmas");
//! assert_eq!(read.dates[0].date, "2027-12-25".parse()?);
//! assert_eq!(
//!     read.problems[0].to_string(),
//!     "line 3, date: \"31/02/2027\" is not a date; one such as 2027-10-29 is expected"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::NaiveDate;

use crate::schedule::DayTime;
use crate::time::Zone;

mod cells;
mod day;
mod entry;
mod event;
mod header;
mod property;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod yearly;

/// Result of reading a file of festivals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Import {
    /// Number of rows of a table, or of events of a calendar, that were read.
    pub rows: usize,
    /// The dates, in the file's order.
    pub dates: Vec<ImportedDate>,
    /// Rows and events that could not be read, in the file's order.
    pub problems: Vec<ImportProblem>,
    /// Number of cancelled events.
    pub cancelled: usize,
    /// Number of events without a date in the range that was asked for.
    pub outside: usize,
}

/// A date of a festival, as a file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportedDate {
    /// The line on which the row or event begins, counted from 1.
    pub line: u64,
    /// The local date.
    pub date: NaiveDate,
    /// The festival's name, of one line.
    pub name: String,
    /// True if the file says that the date may still change; see [`Estimate`](super::Estimate).
    pub estimated: bool,
    /// Time of day for the message, where a table gives one.
    pub time: Option<DayTime>,
    /// Text of the message, where a table gives one; it is not checked here.
    pub text: Option<String>,
}

/// The problem of a row or an event, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, {field}: {problem}")]
#[non_exhaustive]
pub struct ImportProblem {
    /// The line on which the row or event begins, counted from 1.
    pub line: u64,
    /// The column or property; `row` or `event` for the whole.
    pub field: &'static str,
    /// The problem, as a clause for the author of the file.
    pub problem: String,
}

/// Reason why nothing of a file can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The file is of another kind.
    #[error("the file is {0}; save it as CSV UTF-8, or as iCalendar (.ics)")]
    OtherKind(&'static str),
    /// A required column is missing.
    #[error("the file has no column {0}; its first line must name the columns, such as date,name")]
    NoColumn(&'static str),
    /// Two columns have names for the same thing.
    #[error("two columns of the file may be the {0}; name only the right one {0}")]
    TwoColumns(&'static str),
    /// The names of the columns cannot be told apart.
    #[error("a quote (\") of the first line, which names the columns, is open or inside a name")]
    Header,
    /// A calendar does not begin as one.
    #[error("the file is no iCalendar; it must hold BEGIN:VCALENDAR")]
    NoCalendar,
    /// A calendar is empty.
    #[error("the calendar has no events; at least one BEGIN:VEVENT is expected")]
    NoEvents,
}

/// Reads a table: CSV with the columns `date` and `name`, in any order and beside others.
///
/// - Further columns that are read: `estimated` (yes or no), `time` (such as 09:00) and
///   `text`. Names are understood in any case, and so are other usual names (`Festival`,
///   `Holiday`, `Tentative`).
/// - Cells are separated by commas, semicolons, tabs or bars, and lines end in LF, CRLF or CR. Byte
///   order marks before the text do not matter. UTF-16 is read if it has its mark.
/// - Dates are read in every usual form. 05/01/2027 is read only if another cell of the column
///   shows whether the day or the month comes first.
/// - Quotes are read strictly: a row with impossible quotes is a problem, and the next line is a
///   row again.
/// - A name that ends in `(estimated)` or `(tentative)` is taken without it, and is estimated.
///
/// # Errors
/// [`Unreadable`] where nothing can be read at all.
pub fn csv(bytes: &[u8]) -> Result<Import, Unreadable> {
    table::read(bytes)
}

/// Reads a calendar: the events of an iCalendar file (RFC 5545) that are on some dates.
///
/// - An event is on the date of its `DTSTART`. A time with a zone is converted to the business's
///   `zone`; any other date and time is taken as written. An event of several days is on its first.
/// - An event that repeats every year on one day, or on one weekday such as the fourth Thursday of
///   November, is on each of its dates, without the exceptions. Any other repetition is a problem.
/// - Cancelled events, and events on none of the dates, are counted.
/// - A tentative event, and one whose name ends in `(estimated)` or `(tentative)`, is estimated.
///
/// ```
/// use whatsapp_core::festival::import;
///
/// let file = b"BEGIN:VCALENDAR\r\n\
///     BEGIN:VEVENT\r\n\
///     DTSTART;VALUE=DATE:20201126\r\n\
///     RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\r\n\
///     SUMMARY:Thanksgiving\r\n\
///     END:VEVENT\r\n\
///     END:VCALENDAR\r\n";
/// let years = "2026-01-01".parse()?..="2027-12-31".parse()?;
/// let read = import::icalendar(file, &"America/Chicago".parse()?, years)?;
/// let dates: Vec<_> = read.dates.iter().map(|it| it.date.to_string()).collect();
/// assert_eq!(dates, ["2026-11-26", "2027-11-25"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Unreadable`] where nothing can be read at all.
pub fn icalendar(
    bytes: &[u8],
    zone: &Zone,
    dates: RangeInclusive<NaiveDate>,
) -> Result<Import, Unreadable> {
    event::read(bytes, zone, &dates)
}

/// An import in progress.
#[derive(Debug, Default)]
struct Reading {
    import: Import,
    /// The line on which each date and name were first read.
    seen: BTreeMap<(NaiveDate, String), u64>,
}

impl Reading {
    /// Adds a date, unless the same date and name were read above.
    fn take(&mut self, date: ImportedDate, whole: &'static str) {
        let key = (date.date, date.name.to_lowercase());
        if let Some(line) = self.seen.get(&key) {
            let why = format!("the same date and name stand on line {line}; leave one of them out");
            self.refuse(date.line, whole, why);
        } else {
            self.seen.insert(key, date.line);
            self.import.dates.push(date);
        }
    }

    fn refuse(&mut self, line: u64, field: &'static str, problem: impl Into<String>) {
        self.import.problems.push(ImportProblem { line, field, problem: problem.into() });
    }
}
