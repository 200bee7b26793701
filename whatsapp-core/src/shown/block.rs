//! The lines of a text: plain ones, items of lists, quotes, and code over several lines.

use std::collections::BTreeSet;

use super::inline::{Inline, inline};

/// What stands on lines of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A plain line; nothing in it is an empty line.
    Line(Vec<Inline>),
    /// A quoted line.
    Quote(Vec<Inline>),
    /// An item of a list.
    Bullet(Vec<Inline>),
    /// An item of a list with its number.
    Numbered(u8, Vec<Inline>),
    /// Text as it was typed, in letters of one width, with its line breaks.
    Code(String),
}

const FENCE: &str = "```";

/// The blocks of a text.
pub(super) fn blocks(text: &str, rules: &mut BTreeSet<u8>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let (mut rest, mut is_first) = (text, true);
    loop {
        let found = code(rest);
        let lines = found.map_or(rest, |found| found.before);
        let lines = if is_first { lines } else { without(lines, str::strip_prefix) };
        if !lines.is_empty() {
            let lines = if found.is_some() { without(lines, str::strip_suffix) } else { lines };
            blocks.extend(lines.split('\n').map(|line| of_line(line, rules)));
        }
        let Some(found) = found else { return blocks };
        blocks.push(Block::Code(found.content.to_owned()));
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

/// The first code that has several lines, and what stands around it. Code within a line is left to that.
fn code(text: &str) -> Option<Code<'_>> {
    let mut opens = text.find(FENCE)?;
    loop {
        let begins = opens + FENCE.len();
        let (content, after) = text.get(begins..)?.split_once(FENCE)?;
        let closes = begins + content.len();
        if content.trim().is_empty() {
            // No code: the second fence may be the first one of another.
            opens = closes;
        } else if content.contains('\n') {
            return Some(Code { before: text.get(..opens)?, content, after });
        } else {
            opens = text.len() - after.len() + after.find(FENCE)?;
        }
    }
}

fn of_line(line: &str, rules: &mut BTreeSet<u8>) -> Block {
    let line = line.strip_suffix('\r').unwrap_or(line);
    let item = |start: &str| line.strip_prefix(start).filter(|item| !item.trim().is_empty());
    if let Some(content) = line.trim().strip_prefix(FENCE).and_then(|it| it.strip_suffix(FENCE))
        && !content.trim().is_empty()
        && !content.contains(FENCE)
    {
        return Block::Code(content.to_owned());
    }
    if let Some(quoted) = item("> ") {
        Block::Quote(inline(quoted, rules))
    } else if let Some(item) = item("- ").or_else(|| item("* ")) {
        Block::Bullet(inline(item, rules))
    } else if let Some((number, item)) = numbered(line) {
        Block::Numbered(number, inline(item, rules))
    } else {
        Block::Line(inline(line, rules))
    }
}

/// The number from 1 to 99 and the text of an item.
fn numbered(line: &str) -> Option<(u8, &str)> {
    let (number, item) = line.split_once(". ")?;
    let is_number = number.len() <= 2 && number.bytes().all(|b| b.is_ascii_digit());
    let number = number.parse().ok().filter(|_| is_number && !number.starts_with('0'))?;
    (!item.trim().is_empty()).then_some((number, item))
}
