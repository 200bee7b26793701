//! The lines of a text: plain ones, items of lists, quotes, and code over several lines.

use std::collections::BTreeSet;

use super::Source;
use super::inline::{Inline, inline};

/// A block of text on lines of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A plain line; without content it is an empty line.
    Line(Vec<Inline>),
    /// A quoted line.
    Quote(Vec<Inline>),
    /// An item of a list.
    Bullet(Vec<Inline>),
    /// An item of a list with its number.
    Numbered(u8, Vec<Inline>),
    /// Text as typed, in monospaced letters, with its line breaks.
    Code(String),
}

const FENCE: &str = "```";

/// A part of a text, cut before its marks are looked at.
#[derive(Debug, Clone, Copy)]
enum Part<'a> {
    Line(&'a str),
    Code(&'a str),
}

/// The blocks of a text.
pub(super) fn blocks(text: &str, source: &Source<'_>, rules: &mut BTreeSet<u8>) -> Vec<Block> {
    let block = |part| match part {
        Part::Line(line) => of_line(line, source, rules),
        Part::Code(code) => Block::Code(code.to_owned()),
    };
    parts(text).into_iter().map(block).collect()
}

/// The lines in which marks count, without the characters that make them items or quotes.
pub(super) fn lines(text: &str) -> Vec<&str> {
    let line = |part| match part {
        Part::Line(line) => match kind(line) {
            Kind::Code(_) => None,
            Kind::Quote(it) | Kind::Bullet(it) | Kind::Numbered(_, it) | Kind::Plain(it) => {
                Some(it)
            }
        },
        Part::Code(_) => None,
    };
    parts(text).into_iter().filter_map(line).collect()
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut rest, mut is_first) = (text, true);
    loop {
        let found = code(rest);
        let lines = found.map_or(rest, |found| found.before);
        let lines = if is_first { lines } else { without(lines, str::strip_prefix) };
        if !lines.is_empty() {
            let lines = if found.is_some() { without(lines, str::strip_suffix) } else { lines };
            parts.extend(lines.split('\n').map(Part::Line));
        }
        let Some(found) = found else { return parts };
        parts.push(Part::Code(found.content));
        (rest, is_first) = (found.after, false);
    }
}

/// A text without the line break at one end, which belongs to the code there.
fn without<'a>(text: &'a str, strip: fn(&'a str, char) -> Option<&'a str>) -> &'a str {
    strip(text, '\n').unwrap_or(text)
}

#[derive(Debug, Clone, Copy)]
struct Code<'a> {
    before: &'a str,
    content: &'a str,
    after: &'a str,
}

/// The first code over several lines, and the text around it. Code within a line is left to
/// the line.
fn code(text: &str) -> Option<Code<'_>> {
    let mut opens = text.find(FENCE)?;
    loop {
        let begins = opens + FENCE.len();
        let (content, after) = text.get(begins..)?.split_once(FENCE)?;
        let closes = begins + content.len();
        if content.trim().is_empty() {
            // This is no code: the second fence may be the first one of another code.
            opens = closes;
        } else if content.contains('\n') {
            return Some(Code { before: text.get(..opens)?, content, after });
        } else {
            opens = text.len() - after.len() + after.find(FENCE)?;
        }
    }
}

/// The kind of a line, with its content.
#[derive(Debug, Clone, Copy)]
enum Kind<'a> {
    Plain(&'a str),
    Quote(&'a str),
    Bullet(&'a str),
    Numbered(u8, &'a str),
    Code(&'a str),
}

fn kind(line: &str) -> Kind<'_> {
    let line = line.strip_suffix('\r').unwrap_or(line);
    let item = |start: &str| line.strip_prefix(start).filter(|item| !item.trim().is_empty());
    if let Some(content) = line.trim().strip_prefix(FENCE).and_then(|it| it.strip_suffix(FENCE))
        && !content.trim().is_empty()
        && !content.contains(FENCE)
    {
        return Kind::Code(content);
    }
    if let Some(quoted) = item("> ") {
        Kind::Quote(quoted)
    } else if let Some(item) = item("- ").or_else(|| item("* ")) {
        Kind::Bullet(item)
    } else if let Some((number, item)) = numbered(line) {
        Kind::Numbered(number, item)
    } else {
        Kind::Plain(line)
    }
}

fn of_line(line: &str, source: &Source<'_>, rules: &mut BTreeSet<u8>) -> Block {
    match kind(line) {
        Kind::Plain(line) => Block::Line(inline(line, source, rules)),
        Kind::Quote(quoted) => Block::Quote(inline(quoted, source, rules)),
        Kind::Bullet(item) => Block::Bullet(inline(item, source, rules)),
        Kind::Numbered(number, item) => Block::Numbered(number, inline(item, source, rules)),
        Kind::Code(code) => Block::Code(code.to_owned()),
    }
}

/// The number from 1 to 99 and the text of an item.
fn numbered(line: &str) -> Option<(u8, &str)> {
    let (number, item) = line.split_once(". ")?;
    let is_number = number.len() <= 2 && number.bytes().all(|b| b.is_ascii_digit());
    let number = number.parse().ok().filter(|_| is_number && !number.starts_with('0'))?;
    (!item.trim().is_empty()).then_some((number, item))
}
