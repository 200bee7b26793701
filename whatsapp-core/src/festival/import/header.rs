//! From the first line to columns: the separator of a table, and the column of each cell.

use super::Unreadable;
use super::cells::record;
use super::day::Day;

/// A column that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Date,
    Name,
    Estimated,
    Time,
    Text,
}

impl Column {
    const ALL: [Self; 5] = [Self::Date, Self::Name, Self::Estimated, Self::Time, Self::Text];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Name => "name",
            Self::Estimated => "estimated",
            Self::Time => "time",
            Self::Text => "text",
        }
    }

    /// Other names of the column, in small letters alone.
    const fn also(self) -> &'static [&'static str] {
        match self {
            Self::Date => &["festivaldate", "holidaydate", "startdate"],
            Self::Name => &[
                "event",
                "festival",
                "festivalname",
                "holiday",
                "holidayname",
                "occasion",
                "subject",
                "summary",
                "title",
            ],
            Self::Estimated => &["isestimated", "provisional", "tentative"],
            Self::Time => &["sendat", "sendtime"],
            Self::Text => &["greeting", "message"],
        }
    }

    const fn is_needed(self) -> bool {
        matches!(self, Self::Date | Self::Name)
    }
}

/// A header that was understood.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) delimiter: char,
    /// Number of cells in a row.
    width: usize,
    /// Place of each column in a row.
    places: Vec<(Column, usize)>,
    /// The first line of the rows, counted from 0.
    pub(super) body: usize,
}

impl Header {
    /// Finds the header: the first line that is neither blank nor a comment, nor Excel's `sep=;`.
    pub(super) fn find(lines: &[&str]) -> Result<Self, Unreadable> {
        let said = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        let named = lines.iter().position(|line| said(line)).and_then(|at| {
            let line = lines.get(at)?.trim().trim_matches('"').to_ascii_lowercase();
            line.starts_with("sep=").then_some(at)
        });
        let start = named.map_or(0, |at| at + 1);
        let at = (start..lines.len()).find(|at| lines.get(*at).is_some_and(|line| said(line)));
        let Some((at, line)) = at.and_then(|at| Some((at, *lines.get(at)?))) else {
            return Err(Unreadable::Empty);
        };
        let mut first: Option<Unreadable> = None;
        for delimiter in [',', ';', '\t', '|'] {
            match Self::on(line, at, delimiter) {
                Ok(header) => return Ok(header),
                // The error reported is that of the separator that found most.
                Err(why) => {
                    if first.is_none_or(|first| told(why) > told(first)) {
                        first = Some(why);
                    }
                }
            }
        }
        Err(first.unwrap_or(Unreadable::Empty))
    }

    /// Reads a line as the header.
    fn on(line: &str, at: usize, delimiter: char) -> Result<Self, Unreadable> {
        let (mut names, _) = record(&[line], delimiter).map_err(|_| Unreadable::Header)?;
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        let names: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let mut places = Vec::new();
        for column in Column::ALL {
            let all = |fits: &dyn Fn(&str) -> bool| -> Vec<usize> {
                let numbered = names.iter().enumerate();
                numbered.filter(|(_, name)| fits(name)).map(|(place, _)| place).collect()
            };
            let mut found = all(&|name| name == column.name());
            if found.is_empty() {
                found = all(&|name| column.also().contains(&name));
            }
            match found.as_slice() {
                [] if column.is_needed() => return Err(Unreadable::NoColumn(column.name())),
                [] => {}
                [one] => places.push((column, *one)),
                _ => return Err(Unreadable::TwoColumns(column.name())),
            }
        }
        Ok(Self { delimiter, width: names.len(), places, body: at + 1 })
    }

    /// The cell of a column, empty where the row or the table has none.
    pub(super) fn cell<'a>(&self, cells: &'a [String], column: Column) -> &'a str {
        let place = self.places.iter().find(|(own, _)| *own == column);
        place.and_then(|(_, at)| cells.get(*at)).map_or("", String::as_str)
    }

    /// Returns true if the table has a column.
    pub(super) fn has(&self, column: Column) -> bool {
        self.places.iter().any(|(own, _)| *own == column)
    }

    /// Checks that these are the cells of one row.
    pub(super) fn check(&self, cells: &[String]) -> Result<(), String> {
        let needed = self.places.iter().filter(|(column, _)| column.is_needed());
        let least = needed.map(|(_, at)| at + 1).max().unwrap_or_default();
        let extra = cells.get(self.width..).unwrap_or_default();
        let empty = cells.iter().all(String::is_empty);
        if !empty && cells.len() < least || extra.iter().any(|cell| !cell.is_empty()) {
            let word = if cells.len() == 1 { "cell" } else { "cells" };
            return Err(format!(
                "it has {} {word} where {} are expected; a cell with {} in it needs \"quotes\"",
                cells.len(),
                self.width,
                match self.delimiter {
                    ',' => "a comma",
                    ';' => "a semicolon",
                    '\t' => "a tab",
                    _ => "a bar",
                }
            ));
        }
        for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.contains('\n')) {
            let own = self.places.iter().find(|(_, place)| *place == at);
            if own.is_some_and(|(column, _)| *column != Column::Text) {
                return Err("a line ends within a cell that cannot have two".to_owned());
            }
            let mut lines = cell.split('\n').enumerate();
            if lines
                .any(|(number, line)| self.looks_like_a_row(line, if number == 0 { at } else { 0 }))
            {
                return Err("it would hold rows of their own".to_owned());
            }
        }
        Ok(())
    }

    /// Returns true if a line that begins at some cell of a row has a date where the row has
    /// its own.
    fn looks_like_a_row(&self, line: &str, begins_at: usize) -> bool {
        let place = self.places.iter().find(|(column, _)| *column == Column::Date);
        let piece =
            place.and_then(|(_, at)| line.split(self.delimiter).nth(at.checked_sub(begins_at)?));
        piece.is_some_and(|piece| Day::read(piece.trim_matches([' ', '"'])).is_ok())
    }
}

/// Degree to which a header was understood.
fn told(why: Unreadable) -> u8 {
    match why {
        Unreadable::TwoColumns(_) => 3,
        // The date was found.
        Unreadable::NoColumn(column) if column == Column::Name.name() => 2,
        Unreadable::Header => 1,
        _ => 0,
    }
}

/// A name without case, blanks and marks.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
