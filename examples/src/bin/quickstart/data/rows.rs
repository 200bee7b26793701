//! From text to rows. Quotes are read strictly: a reader that guesses where a quote ends makes one
//! customer's rows part of another's message.

use std::ops::Range;

/// The form of a table's rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape<'a> {
    pub(super) delimiter: char,
    /// Number of cells in the header.
    pub(super) width: usize,
    /// True for each cell within which a line may end.
    pub(super) breaks: &'a [bool],
}

/// A row and its lines in the file, counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Raw {
    pub(super) line: u64,
    pub(super) cells: Result<Vec<String>, Broken>,
}

/// A row whose cells cannot be told apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) reason: String,
    /// The line cut at every delimiter. The pieces only serve to guess whose row it may be.
    pub(super) pieces: Vec<String>,
}

/// Fault in the text of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Open,
    Stray,
    Nul,
}

impl Fault {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Nul => "it holds zero bytes: the file is damaged",
            Self::Open => "a quote (\") is opened and never closed",
            Self::Stray => {
                "a quote (\") stands inside a cell; write the cell in quotes and the quote twice, \
                 as in \"12\"\" pipe\""
            }
        }
    }
}

/// Splits a text into lines, whether they end in LF, CRLF or CR.
pub(super) fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.find(['\n', '\r']) {
        let after = &rest[end..];
        let skip = if after.starts_with("\r\n") { 2 } else { 1 };
        lines.push(&rest[..end]);
        rest = &after[skip..];
    }
    lines.push(rest);
    lines
}

/// Reads the rows on some of the lines. A row that cannot be read costs one line: the lines after
/// it are read as rows again.
pub(super) fn rows(lines: &[&str], which: Range<usize>, shape: Shape<'_>) -> Vec<Raw> {
    let lines = &lines[..which.end];
    let mut rows = Vec::new();
    let mut at = which.start;
    while at < lines.len() {
        let line = at as u64 + 1;
        if lines[at].trim().is_empty() {
            at += 1;
            continue;
        }
        let read = record(&lines[at..], shape.delimiter);
        let read = if lines[at].contains('\0') { Err(Fault::Nul) } else { read };
        let read = read.map_err(|fault| fault.words().to_owned()).and_then(|(cells, used)| {
            check(&cells, shape)
                .map_err(|why| if used == 1 { why } else { swallowed(at, used, &why) })?;
            Ok((cells, used))
        });
        let (cells, used) = match read {
            Ok((cells, used)) => (Ok(cells), used),
            Err(reason) => {
                let pieces = lines[at].split(shape.delimiter);
                let pieces = pieces.map(|piece| piece.trim_matches([' ', '"']).to_owned());
                (Err(Broken { reason, pieces: pieces.collect() }), 1)
            }
        };
        at += used;
        rows.push(Raw { line, cells });
    }
    rows
}

/// Cuts the first row off some lines. Returns its cells, and the number of lines that it takes.
pub(super) fn record(lines: &[&str], delimiter: char) -> Result<(Vec<String>, usize), Fault> {
    let blank = |c: char| c != delimiter && matches!(c, ' ' | '\t' | '\u{a0}' | '\u{feff}');
    let mut cells = Vec::new();
    let mut used = 1;
    let mut rest = lines.first().copied().unwrap_or_default();
    loop {
        let start = rest.trim_start_matches(blank);
        // `="…"` keeps spreadsheets from turning the text into a number.
        if let Some(quoted) = start.strip_prefix('=').unwrap_or(start).strip_prefix('"') {
            let (text, after) = quoted_cell(quoted, lines, &mut used)?;
            let text = text.trim();
            let inner = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"'));
            cells.push(inner.unwrap_or(text).to_owned());
            let after = after.trim_start_matches(blank);
            match after.strip_prefix(delimiter) {
                Some(next) => rest = next,
                None if after.is_empty() => return Ok((cells, used)),
                None => return Err(Fault::Stray),
            }
        } else {
            let (cell, next) = match rest.split_once(delimiter) {
                Some((cell, next)) => (cell, Some(next)),
                None => (rest, None),
            };
            if cell.contains('"') {
                return Err(Fault::Stray);
            }
            cells.push(cell.trim_matches(blank).trim().to_owned());
            match next {
                Some(next) => rest = next,
                None => return Ok((cells, used)),
            }
        }
    }
}

/// Reads to the closing quote, over as many lines as it takes. Returns the cell and the text after
/// it.
fn quoted_cell<'a>(
    mut rest: &'a str,
    lines: &[&'a str],
    used: &mut usize,
) -> Result<(String, &'a str), Fault> {
    let mut text = String::new();
    loop {
        let Some((head, after)) = rest.split_once('"') else {
            text.push_str(rest);
            text.push('\n');
            rest = lines.get(*used).ok_or(Fault::Open)?;
            *used += 1;
            continue;
        };
        text.push_str(head);
        match after.strip_prefix('"') {
            Some(after) => {
                text.push('"');
                rest = after;
            }
            None => return Ok((text, after)),
        }
    }
}

/// Checks that the cells are one row of the table.
fn check(cells: &[String], shape: Shape<'_>) -> Result<(), String> {
    let extra = cells.get(shape.width..).unwrap_or_default();
    if cells.len() < shape.width || extra.iter().any(|cell| !cell.is_empty()) {
        let word = if cells.len() == 1 { "cell" } else { "cells" };
        return Err(format!(
            "it has {} {word} where {} are expected; a cell with {} in it needs \"quotes\"",
            cells.len(),
            shape.width,
            match shape.delimiter {
                ',' => "a comma",
                ';' => "a semicolon",
                '\t' => "a tab",
                _ => "a separator",
            }
        ));
    }
    for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.contains('\n')) {
        if !shape.breaks.get(at).copied().unwrap_or(true) {
            return Err("a line ends within a cell that cannot have two".to_owned());
        }
        if holds_rows(at, cell, shape) {
            return Err("it would hold rows of their own".to_owned());
        }
    }
    Ok(())
}

/// Returns true if the lines of a cell look like rows. The inner lines are checked by themselves,
/// the first and the last together with the text before and after the cell.
fn holds_rows(at: usize, cell: &str, shape: Shape<'_>) -> bool {
    let pieces: Vec<usize> =
        cell.split('\n').map(|line| line.split(shape.delimiter).count()).collect();
    match pieces.as_slice() {
        [first, between @ .., last] => {
            between.iter().any(|pieces| *pieces >= shape.width)
                || at + first >= shape.width && *last > at
        }
        _ => false,
    }
}

fn swallowed(at: usize, used: usize, why: &str) -> String {
    format!(
        "a quote (\") that is opened here takes up all to line {}, and that cannot be meant: {why}",
        at + used
    )
}

#[cfg(test)]
mod tests;
