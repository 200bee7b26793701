//! Blocks of code, lines, quotes and lists.

use std::collections::BTreeSet;

use super::marks::{Unit, inlines, units};
use super::{Block, rules};

/// What encloses a block of code.
const FENCE: &str = "```";

/// A text's lines and blocks of code.
pub(super) fn blocks(text: &str, unsure: &mut BTreeSet<u8>) -> Vec<Block> {
    let mut blocks = Vec::new();
    // The line that is being put together: what code stands in it is one unit of it.
    let mut line: Vec<Unit> = Vec::new();
    let mut rest = text;
    while let Some((before, code, behind)) = fenced(rest) {
        add_text(before, &mut line, &mut blocks, unsure);
        if code.contains('\n') {
            if !line.is_empty() {
                blocks.push(block(std::mem::take(&mut line), unsure));
            }
            blocks.push(Block::Code(code.trim_matches('\n').to_owned()));
            rest = behind.strip_prefix('\n').unwrap_or(behind);
        } else {
            line.push(Unit::Code(code.to_owned()));
            rest = behind;
        }
        if rest.is_empty() && line.is_empty() {
            return blocks;
        }
    }
    add_text(rest, &mut line, &mut blocks, unsure);
    blocks.push(block(line, unsure));
    blocks
}

/// What stands before the first block of code, its content, and what stands behind it.
fn fenced(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text.get(from..)?.find(FENCE)?;
        let inside = open + FENCE.len();
        let close = inside + text.get(inside..)?.find(FENCE)?;
        let code = text.get(inside..close)?;
        if !code.trim().is_empty() {
            return Some((text.get(..open)?, code, text.get(close + FENCE.len()..)?));
        }
        from = close;
    }
}

/// Adds a text to the line, and ends lines where it does.
fn add_text(text: &str, line: &mut Vec<Unit>, blocks: &mut Vec<Block>, unsure: &mut BTreeSet<u8>) {
    let mut parts = text.split('\n');
    line.extend(units(parts.next().unwrap_or_default(), unsure));
    for part in parts {
        blocks.push(block(std::mem::take(line), unsure));
        line.extend(units(part, unsure));
    }
}

/// What a line is by its beginning.
fn block(line: Vec<Unit>, unsure: &mut BTreeSet<u8>) -> Block {
    let second = |wanted| line.get(1) == Some(&Unit::Char(wanted));
    match line.first() {
        Some(Unit::Char('>')) if second(' ') && line.len() > 2 => {
            Block::Quote(inlines(&line[2..], unsure))
        }
        Some(Unit::Char('-')) if second(' ') && line.len() > 2 => {
            Block::Bullet(inlines(&line[2..], unsure))
        }
        Some(Unit::Char('*')) if second(' ') && line.len() > 2 => {
            let stars = line.iter().filter(|unit| **unit == Unit::Char('*')).count();
            if stars > 1 {
                unsure.insert(rules::LISTED);
            }
            // An even number: the star at the beginning has a partner.
            if stars % 2 == 0 {
                Block::Line(inlines(&line, unsure))
            } else {
                Block::Bullet(inlines(&line[2..], unsure))
            }
        }
        _ => match number(&line) {
            Some((number, begins)) => Block::Numbered(number, inlines(&line[begins..], unsure)),
            None => Block::Line(inlines(&line, unsure)),
        },
    }
}

/// The number of an item, and where its text begins.
fn number(line: &[Unit]) -> Option<(u8, usize)> {
    let digit = |place: usize| match line.get(place) {
        Some(Unit::Char(c)) => c.to_digit(10).and_then(|digit| u8::try_from(digit).ok()),
        _ => None,
    };
    let first = digit(0).filter(|digit| *digit > 0)?;
    let (number, dot) = digit(1).map_or((first, 1), |second| (first * 10 + second, 2));
    let ends =
        line.get(dot) == Some(&Unit::Char('.')) && line.get(dot + 1) == Some(&Unit::Char(' '));
    (ends && line.len() > dot + 2).then_some((number, dot + 2))
}
