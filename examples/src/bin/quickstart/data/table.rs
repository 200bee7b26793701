//! One CSV file, read by the names of its columns.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use csv::{ByteRecord, ReaderBuilder, Trim};

use super::{LeftOut, Place};

/// A file and the columns that it must have, the row's id first. Others are passed over.
pub(super) struct Table {
    pub(super) file: &'static str,
    pub(super) columns: &'static [&'static str],
}

/// One row, its cells by column.
pub(super) struct Row<'a> {
    file: &'static str,
    line: u64,
    cells: HashMap<&'static str, &'a str>,
}

impl Table {
    /// Reads every row with `parse`; one that is refused goes to `left_out`, with its line.
    pub(super) fn read<T>(
        &self,
        folder: &Path,
        parse: fn(&Row<'_>) -> Result<T, String>,
        left_out: &mut Vec<LeftOut>,
    ) -> Result<Vec<T>> {
        let path = folder.join(self.file);
        let bytes =
            std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let mut reader =
            ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(bytes.as_slice());
        let names = reader.byte_headers().context("the first line cannot be read")?.clone();
        let places = self.places(&names, &path)?;

        let mut rows = Vec::new();
        let mut ids: HashMap<String, u64> = HashMap::new();
        let mut record = ByteRecord::new();
        let mut lines = Lines { bytes: &bytes, seen: 0, line: 1 };
        while reader
            .read_byte_record(&mut record)
            .with_context(|| format!("{} cannot be read to its end", path.display()))?
        {
            if record.iter().all(<[u8]>::is_empty) {
                continue;
            }
            let line = lines.of(record.position().map_or(0, csv::Position::byte));
            let refuse =
                |reason| LeftOut { place: Place { file: self.file, line }, what: None, reason };
            let row = match self.row(&record, names.len(), &places, line) {
                Ok(row) => row,
                Err(reason) => {
                    left_out.push(refuse(reason));
                    continue;
                }
            };
            let parsed = parse(&row).and_then(|parsed| {
                let id = row.filled(self.columns[0])?.to_owned();
                match ids.insert(id.clone(), line) {
                    None => Ok(parsed),
                    Some(first) => {
                        ids.insert(id, first);
                        Err(format!("line {first} has the same id"))
                    }
                }
            });
            match parsed {
                Ok(parsed) => rows.push(parsed),
                Err(reason) => left_out.push(refuse(reason)),
            }
        }
        Ok(rows)
    }

    /// Where in a row each column is.
    fn places(&self, names: &ByteRecord, path: &Path) -> Result<Vec<usize>> {
        let find = |column: &&str| names.iter().position(|name| name == column.as_bytes());
        let missing: Vec<&str> =
            self.columns.iter().filter(|column| find(column).is_none()).copied().collect();
        if !missing.is_empty() {
            bail!(
                "{} has no column {}: its first line must name the columns {}",
                path.display(),
                missing.join(", "),
                self.columns.join(",")
            );
        }
        Ok(self.columns.iter().filter_map(find).collect())
    }

    fn row<'a>(
        &self,
        record: &'a ByteRecord,
        expected: usize,
        places: &[usize],
        line: u64,
    ) -> Result<Row<'a>, String> {
        if record.len() != expected {
            return Err(format!(
                "it has {} cells where {expected} are expected; a cell with a comma in it needs \
                 \"quotes\"",
                record.len()
            ));
        }
        let mut cells = HashMap::with_capacity(places.len());
        for (column, place) in self.columns.iter().zip(places) {
            let cell = std::str::from_utf8(&record[*place])
                .map_err(|_| format!("{column} is not UTF-8: save the file as \"CSV UTF-8\""))?;
            cells.insert(*column, cell);
        }
        Ok(Row { file: self.file, line, cells })
    }
}

impl<'a> Row<'a> {
    pub(super) fn place(&self) -> Place {
        Place { file: self.file, line: self.line }
    }

    /// A cell that may be empty.
    pub(super) fn optional(&self, column: &str) -> Option<&'a str> {
        self.cells.get(column).copied().filter(|cell| !cell.is_empty())
    }

    /// A cell that must not be empty.
    pub(super) fn filled(&self, column: &str) -> Result<&'a str, String> {
        self.optional(column).ok_or_else(|| format!("{column} is empty"))
    }
}

/// Counts lines. The reader's own count is off after empty lines and CRLF, because for it a record
/// begins right after the one before.
struct Lines<'a> {
    bytes: &'a [u8],
    /// So many bytes are counted.
    seen: usize,
    /// The line at which they end, from 1.
    line: u64,
}

impl Lines<'_> {
    /// The line on which the record that is read from this byte on has its first character.
    fn of(&mut self, start: u64) -> u64 {
        let start = usize::try_from(start).unwrap_or(usize::MAX).min(self.bytes.len());
        let blank = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        let end = start + self.bytes[start..].iter().take_while(blank).count();
        let new = &self.bytes[self.seen.min(end)..end];
        self.line += new.split(|byte| *byte == b'\n').skip(1).count() as u64;
        self.seen = end;
        self.line
    }
}
