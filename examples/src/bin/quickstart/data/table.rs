//! One file of the folder: its rows by the names of their columns, and the rows that cannot be
//! read.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::columns::{Column, Header};
use super::rows::{self, Shape};
use super::{LeftOut, Place, Reason, decode};

/// A file and its columns, with the row's id first. Other columns are passed over.
#[derive(Debug)]
pub(super) struct Spec {
    pub(super) file: &'static str,
    pub(super) columns: &'static [Column],
}

/// A file that was read.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) rows: Vec<Row>,
    /// Rows that cannot be read, with the ids that they may have.
    pub(super) broken: Vec<(LeftOut, Option<String>)>,
    /// Notes on cells that were understood in another way than they are written.
    pub(super) notes: Vec<String>,
}

/// One row, with its cells in the order of the columns.
#[derive(Debug)]
pub(super) struct Row {
    spec: &'static Spec,
    line: u64,
    cells: Vec<String>,
}

impl Spec {
    /// Reads the file in a folder; `None` if there is none.
    pub(super) fn open(&'static self, folder: &Path) -> Result<Option<Table>> {
        let Some(path) = self.locate(folder)? else {
            return Ok(None);
        };
        let shown = path.display();
        let bytes = std::fs::read(&path).with_context(|| format!("{shown} cannot be read"))?;
        let told = |why: String| {
            let verb = why.starts_with("has ");
            anyhow::anyhow!("{shown}{} {why}", if verb { "" } else { ":" })
        };
        let decoded = decode::decode(&bytes).map_err(told)?;
        let lines = rows::lines(&decoded.text);
        let header = Header::find(&lines, self.columns).map_err(told)?;

        let mut table = Table { rows: Vec::new(), broken: Vec::new(), notes: Vec::new() };
        table.notes.extend(decoded.note.map(|note| format!("{}: {note}", self.file)));
        for (column, name) in header.renamed(self.columns) {
            let file = self.file;
            table.notes.push(format!("{file}: the column {name:?} was taken for {column}"));
        }
        let mut breaks = vec![true; header.names.len()];
        for (column, place) in std::iter::zip(self.columns, &header.places) {
            if let Some(place) = place {
                breaks[*place] = column.breaks;
            }
        }
        let delimiter = header.delimiter;
        let shape = Shape { delimiter, width: header.names.len(), breaks: &breaks };
        for raw in rows::rows(&lines, header.body.clone(), shape) {
            let place = Place { file: self.file, line: raw.line };
            match raw.cells {
                Ok(cells) if cells.iter().all(String::is_empty) => {}
                Ok(cells) if header.is_repeated_by(&cells) => {}
                Ok(mut cells) => {
                    let mut cell = |at: usize| std::mem::take(&mut cells[at]);
                    let places = header.places.iter();
                    let cells = places.map(|at| at.map(&mut cell).unwrap_or_default());
                    let row = Row { spec: self, line: raw.line, cells: cells.collect() };
                    match row.check() {
                        Ok(()) => table.rows.push(row),
                        Err(reason) => {
                            table.broken.push((row.left_out(reason), row.id().map(str::to_owned)));
                        }
                    }
                }
                Err(broken) => {
                    let id = header.places[0].and_then(|at| broken.pieces.get(at)).cloned();
                    let row = LeftOut { id: id.clone(), ..LeftOut::new(place, broken.reason) };
                    table.broken.push((row, id));
                }
            }
        }
        Ok(Some(table))
    }

    /// Finds the file, whatever the case of its name.
    fn locate(&self, folder: &Path) -> Result<Option<PathBuf>> {
        let unreadable = || format!("the folder {} cannot be read", folder.display());
        let mut found: Vec<PathBuf> = Vec::new();
        let mut other = None;
        let stem = self.file.trim_end_matches("csv");
        for entry in std::fs::read_dir(folder).with_context(unreadable)? {
            let path = entry.with_context(unreadable)?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.eq_ignore_ascii_case(self.file) {
                found.push(path);
            } else if name.get(..stem.len()).is_some_and(|head| head.eq_ignore_ascii_case(stem)) {
                other = Some(name.to_owned());
            }
        }
        match (found.as_slice(), other) {
            ([], Some(other)) => bail!(
                "{} has no {}, but {other}: save it as \"CSV UTF-8\" under the name {}",
                folder.display(),
                self.file,
                self.file
            ),
            ([] | [_], _) => Ok(found.pop()),
            _ => bail!("{} has several files {}: leave one", folder.display(), self.file),
        }
    }
}

impl Row {
    pub(super) fn place(&self) -> Place {
        Place { file: self.spec.file, line: self.line }
    }

    pub(super) fn left_out(&self, reason: impl Into<Reason>) -> LeftOut {
        let id = self.optional("id").map(str::to_owned);
        LeftOut { id, ..LeftOut::new(self.place(), reason) }
    }

    pub(super) fn id(&self) -> Option<&str> {
        self.cells.first().map(String::as_str)
    }

    /// Returns a cell that may be empty.
    pub(super) fn optional(&self, column: &str) -> Option<&str> {
        let at = self.spec.columns.iter().position(|known| known.name == column)?;
        self.cells.get(at).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// Returns a cell that must not be empty.
    pub(super) fn filled(&self, column: &str) -> Result<&str, Reason> {
        self.optional(column).ok_or_else(|| format!("{column} is empty").into())
    }

    /// Checks that the cells hold text that can be sent.
    fn check(&self) -> Result<(), Reason> {
        for (column, cell) in std::iter::zip(self.spec.columns, &self.cells) {
            let name = column.name;
            if cell.contains('\u{fffd}') {
                return Err(format!(
                    "{name} holds bytes of an unknown encoding: save the file as \"CSV UTF-8\""
                )
                .into());
            }
            if cell.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
                return Err(format!("{name} holds an invisible control character").into());
            }
        }
        Ok(())
    }
}
