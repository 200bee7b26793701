//! From lines to cells. Quotes are read strictly: a reader that guesses where a quote ends makes
//! rows part of a festival's name.

/// The fault of a row's quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Open,
    Stray,
}

impl Fault {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Open => "a quote (\") is opened and never closed; close it, or leave it out",
            Self::Stray => {
                "a quote (\") stands inside a cell; write the cell in quotes and the quote twice, as \
                 in \"the \"\"big\"\" day\""
            }
        }
    }
}

/// Cuts the first row off some lines: its cells, and the number of lines it takes.
pub(super) fn record(lines: &[&str], delimiter: char) -> Result<(Vec<String>, usize), Fault> {
    let blank = |c: char| c != delimiter && matches!(c, ' ' | '\t' | '\u{a0}' | '\u{feff}');
    let mut cells = Vec::new();
    let mut used = 1;
    let mut rest = lines.first().copied().unwrap_or_default();
    loop {
        let start = rest.trim_start_matches(blank);
        if let Some(quoted) = start.strip_prefix('"') {
            let (text, after) = quoted_cell(quoted, lines, &mut used)?;
            cells.push(text.trim().to_owned());
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

/// Reads to the closing quote, over as many lines as it takes: the cell and what follows it.
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
