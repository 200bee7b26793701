//! Template text into segments.

use std::ops::Range;

/// A position in a template. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The character within the line.
    pub column: u32,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A piece of template text, as a byte range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Literal text.
    Literal(Range<usize>),
    /// A well-formed `{name}`; the range is the name's.
    Name(Range<usize>),
    /// Braces that do not make a placeholder.
    Malformed(Range<usize>, Malformed),
}

/// The fault of a brace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Malformed {
    /// `{` without `}`.
    Unclosed,
    /// `}` without `{`.
    Unopened,
    /// `{}`.
    Empty,
    /// The name has something other than letters, digits and `_`, or a digit first.
    BadName,
}

/// Cuts a template into pieces: one pass, no error stops it.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = 0;
    while let Some(at) = text[rest..].find(['{', '}']).map(|offset| rest + offset) {
        if at > rest {
            pieces.push(Piece::Literal(rest..at));
        }
        let piece = placeholder(text, at);
        rest = match &piece {
            Piece::Name(name) => name.end + 1,
            Piece::Literal(range) | Piece::Malformed(range, _) => range.end,
        };
        pieces.push(piece);
    }
    if rest < text.len() {
        pieces.push(Piece::Literal(rest..text.len()));
    }
    pieces
}

/// The piece that begins with the brace at `at`.
fn placeholder(text: &str, at: usize) -> Piece {
    if text[at..].starts_with('}') {
        return Piece::Malformed(at..at + 1, Malformed::Unopened);
    }
    let inner = at + 1;
    let end = text[inner..].find(['{', '}', '\n', '\r']).map(|offset| inner + offset);
    match end {
        Some(end) if text[end..].starts_with('}') => {
            let name = &text[inner..end];
            if is_name(name) {
                Piece::Name(inner..end)
            } else if name.trim().is_empty() {
                Piece::Malformed(at..end + 1, Malformed::Empty)
            } else {
                Piece::Malformed(at..end + 1, Malformed::BadName)
            }
        }
        _ => Piece::Malformed(at..inner, Malformed::Unclosed),
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The position of the byte at `at`. A line ends at `\n`, `\r\n` or `\r`.
pub(crate) fn position(text: &str, at: usize) -> Position {
    let before = &text[..at];
    // Bytes are counted, because a text of braces alone needs a position for each of them.
    let ends_line = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let line_start = before.bytes().rposition(|byte| ends_line(&byte)).map_or(0, |end| end + 1);
    let ends = before.as_bytes().iter().filter(|byte| ends_line(byte)).count()
        - before.matches("\r\n").count();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(1);
    Position { line: count(ends), column: count(before[line_start..].chars().count()) }
}
