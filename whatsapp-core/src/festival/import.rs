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

/// What a file of festivals gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Import {
    /// How many rows of a table or events of a calendar were read.
    pub rows: usize,
    /// The dates, in the file's order.
    pub dates: Vec<ImportedDate>,
    /// What could not be read, in the file's order.
    pub problems: Vec<ImportProblem>,
    /// How many events were cancelled.
    pub cancelled: usize,
    /// How many events had no date between those that were asked for.
    pub outside: usize,
}

/// A date of a festival, as a file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportedDate {
    /// The line on which its row or event begins, counted from 1.
    pub line: u64,
    /// The local date.
    pub date: NaiveDate,
    /// The festival's name, of one line.
    pub name: String,
    /// Whether the file says that the date may still change; see [`Estimate`](super::Estimate).
    pub estimated: bool,
    /// When to send, where a table says so.
    pub time: Option<DayTime>,
    /// What to send, where a table says so; it is not checked here.
    pub text: Option<String>,
}

/// What is wrong with a row or an event, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, {field}: {problem}")]
#[non_exhaustive]
pub struct ImportProblem {
    /// The line on which the row or event begins, counted from 1.
    pub line: u64,
    /// The column or property; `row` or `event` for all of it.
    pub field: &'static str,
    /// The problem, as a clause for whoever made the file.
    pub problem: String,
}

/// Why nothing of a file can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is of another kind.
    #[error("the file is {0}; save it as CSV UTF-8, or as iCalendar (.ics)")]
    OtherKind(&'static str),
    /// A column that must be there is missing.
    #[error("the file has no column {0}; its first line must name the columns, such as date,name")]
    NoColumn(&'static str),
    /// Two columns go by a name for the same.
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
/// - Further columns that are read: `estimated` (yes or no), `time` (such as 09:00) and `text`.
///   Names in any case, and others that are usual (`Festival`, `Holiday`, `Tentative`) are
///   understood.
/// - Cells are separated by commas, semicolons, tabs or bars, and lines end in LF, CRLF or CR.
///   Marks before the text are no matter. UTF-16 is read if it has its mark.
/// - Dates are read in every usual form. 05/01/2027 is read only if another cell of the column
///   shows whether the day or the month comes first.
/// - Quotes are read strictly: a row whose quotes cannot be meant is a problem, and the next line a
///   row again.
/// - A name that ends in `(estimated)` or `(tentative)` is without it, and estimated.
///
/// # Errors
/// [`Unreadable`] where nothing can be read at all.
pub fn csv(bytes: &[u8]) -> Result<Import, Unreadable> {
    table::read(bytes)
}

/// Reads a calendar: the events of an iCalendar file (RFC 5545) that are on some dates.
///
/// - An event is on the date of its `DTSTART`. A time with a zone is taken to the business's
///   `zone`, any other date and time as it is written. Of an event of several days it is the first.
/// - What repeats every year on one day, or on one weekday such as the fourth Thursday of November,
///   is on each of its dates, without the exceptions. Any other repetition is a problem.
/// - What is cancelled, and what is on none of the dates, is counted.
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

/// An import under way.
#[derive(Debug, Default)]
struct Reading {
    import: Import,
    /// The line on which a date and a name were read.
    seen: BTreeMap<(NaiveDate, String), u64>,
}

impl Reading {
    /// Takes a date in, unless the same stands above.
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
