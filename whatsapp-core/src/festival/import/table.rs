//! From rows to dates.

use super::cells::record;
use super::day::{Day, order};
use super::header::{Column, Header};
use super::text::{NO_TEXT, Text, quoted};
use super::{Import, ImportedDate, Reading, Unreadable, entry};
use crate::schedule::DayTime;

const ROW: &str = "row";

pub(super) fn read(bytes: &[u8]) -> Result<Import, Unreadable> {
    let text = Text::of(bytes)?;
    let lines = text.lines();
    let header = Header::find(&lines)?;
    let rows = rows(&lines, &header);
    let days = rows.iter().filter_map(|row| {
        let cells = row.cells.as_ref().ok()?;
        Day::read(header.cell(cells, Column::Date)).ok()
    });
    let order = order(days);
    let mut reading = Reading::default();
    for row in rows {
        reading.import.rows += 1;
        let cells = match row.cells {
            Ok(cells) if cells.iter().any(|cell| text.is_damaged(cell)) => {
                reading.refuse(row.line, ROW, NO_TEXT);
                continue;
            }
            Ok(cells) => cells,
            Err(why) => {
                reading.refuse(row.line, ROW, why);
                continue;
            }
        };
        let mut checked = |column: Column, why: String| {
            reading.refuse(row.line, column.name(), why);
        };
        let cell = |column: Column| header.cell(&cells, column);
        let date = Day::read(cell(Column::Date))
            .and_then(|day| day.in_order(order, cell(Column::Date)))
            .map_err(|why| checked(Column::Date, why));
        let name = entry::name(cell(Column::Name)).map_err(|why| checked(Column::Name, why));
        let estimated = yes_or_no(cell(Column::Estimated));
        let estimated = estimated.map_err(|why| checked(Column::Estimated, why));
        let time = time(cell(Column::Time)).map_err(|why| checked(Column::Time, why));
        let (Ok(date), Ok((name, said)), Ok(estimated), Ok(time)) = (date, name, estimated, time)
        else {
            continue;
        };
        let text = cell(Column::Text);
        let text = (header.has(Column::Text) && !text.is_empty()).then(|| text.to_owned());
        let estimated = estimated.unwrap_or(said);
        let date = ImportedDate { line: row.line, date, name, estimated, time, text };
        reading.take(date, ROW);
    }
    Ok(reading.import)
}

/// A row with the line on which it begins, counted from 1.
struct Row {
    line: u64,
    cells: Result<Vec<String>, String>,
}

/// Reads the rows below a header. An unreadable row costs one line: the lines after it are read as
/// rows again.
fn rows(lines: &[&str], header: &Header) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut at = header.body;
    while let Some(rest) = lines.get(at..).filter(|rest| !rest.is_empty()) {
        let line = at as u64 + 1;
        let (cells, used) = match record(rest, header.delimiter) {
            Ok((cells, used)) => match header.check(&cells) {
                Ok(()) => (Ok(cells), used),
                Err(why) if used == 1 => (Err(why), 1),
                Err(why) => (Err(swallowed(at + used, &why)), 1),
            },
            Err(fault) => (Err(fault.words().to_owned()), 1),
        };
        at += used;
        // Spreadsheets save empty rows below a table.
        let blank = cells.as_ref().is_ok_and(|cells| cells.iter().all(String::is_empty));
        if !blank {
            rows.push(Row { line, cells });
        }
    }
    rows
}

/// Tells whether a cell says yes; `None` for an empty cell.
fn yes_or_no(cell: &str) -> Result<Option<bool>, String> {
    match cell.to_lowercase().as_str() {
        "" => Ok(None),
        "yes" | "y" | "true" | "1" | "x" | "estimated" | "tentative" => Ok(Some(true)),
        "no" | "n" | "false" | "0" | "-" | "confirmed" | "fixed" => Ok(Some(false)),
        _ => Err(format!("{} is neither yes nor no; leave it empty for no", quoted(cell))),
    }
}

/// The time of a cell; `None` for an empty one.
fn time(cell: &str) -> Result<Option<DayTime>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    let time = cell.parse().ok().filter(|time| *time < DayTime::END);
    let expected = "one from 00:00 to 23:59 is expected, such as 09:00";
    time.map(Some).ok_or_else(|| format!("{} is no time of a day; {expected}", quoted(cell)))
}

fn swallowed(last: usize, why: &str) -> String {
    format!(
        "a quote (\") that is opened here takes up all to line {last}, which cannot be meant: {why}"
    )
}
