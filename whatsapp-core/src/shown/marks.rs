//! Marks within a line.

use std::collections::BTreeSet;

use super::{Inline, links, rules};

/// How far behind a pair is looked for the partner of a mark within it.
const CROSSING: usize = 200;

/// What a line is made of: characters, and what no mark reaches into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unit {
    Char(char),
    Code(String),
    Link { text: String, href: String },
}

/// The units of a part of a line.
pub(super) fn units(text: &str, unsure: &mut BTreeSet<u8>) -> Vec<Unit> {
    let mut units = Vec::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(c) = rest.chars().next() {
        if c == '`'
            && let Some((code, behind)) = coded(rest)
        {
            units.push(Unit::Code(code.to_owned()));
            (rest, before) = (behind, Some('`'));
            continue;
        }
        if c.is_ascii_alphanumeric()
            && let Some((length, href)) = links::at_start(rest, before, unsure)
            && let Some((text, behind)) = rest.split_at_checked(length)
        {
            units.push(Unit::Link { text: text.to_owned(), href });
            (rest, before) = (behind, text.chars().next_back());
            continue;
        }
        units.push(Unit::Char(c));
        (rest, before) = (&rest[c.len_utf8()..], Some(c));
    }
    units
}

/// What stands between two backticks, and what stands behind them.
fn coded(text: &str) -> Option<(&str, &str)> {
    let (code, behind) = text.strip_prefix('`')?.split_once('`')?;
    (!code.trim().is_empty()).then_some((code, behind))
}

/// The pieces of a line.
pub(super) fn inlines(units: &[Unit], unsure: &mut BTreeSet<u8>) -> Vec<Inline> {
    pieces(units, 0, units.len(), unsure)
}

/// The pieces of `units` from `from` to `until`. The first mark that has a partner makes a pair; a pair
/// holds no other of its own mark, so that this goes three deep at most.
fn pieces(units: &[Unit], from: usize, until: usize, unsure: &mut BTreeSet<u8>) -> Vec<Inline> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    // Marks that have no partner from here on.
    let mut alone: [Option<char>; 3] = [None; 3];
    let mut at = from;
    while at < until {
        let Some(unit) = units.get(at) else { break };
        match unit {
            Unit::Char(mark @ ('*' | '_' | '~')) => {
                let partner = if alone.contains(&Some(*mark)) || !opens(units, at, unsure) {
                    None
                } else {
                    let partner = (at + 2..until).find(|end| closes(units, *end, *mark, unsure));
                    if partner.is_none()
                        && let Some(free) = alone.iter_mut().find(|one| one.is_none())
                    {
                        *free = Some(*mark);
                    }
                    partner
                };
                if let Some(end) = partner {
                    flush(&mut text, &mut pieces);
                    note_crossing(units, at, end, *mark, unsure);
                    let inside = self::pieces(units, at + 1, end, unsure);
                    pieces.push(match mark {
                        '*' => Inline::Bold(inside),
                        '_' => Inline::Italic(inside),
                        _ => Inline::Strike(inside),
                    });
                    at = end + 1;
                    continue;
                }
                text.push(*mark);
            }
            Unit::Char(c) => text.push(*c),
            Unit::Code(code) => {
                flush(&mut text, &mut pieces);
                pieces.push(Inline::Code(code.clone()));
            }
            Unit::Link { text: address, href } => {
                flush(&mut text, &mut pieces);
                pieces.push(Inline::Link { text: address.clone(), href: href.clone() });
            }
        }
        at += 1;
    }
    flush(&mut text, &mut pieces);
    pieces
}

fn flush(text: &mut String, pieces: &mut Vec<Inline>) {
    if !text.is_empty() {
        pieces.push(Inline::Text(std::mem::take(text)));
    }
}

/// The character at a place; `None` beyond the ends, and where something else stands.
fn character(units: &[Unit], at: Option<usize>) -> Option<char> {
    match at.and_then(|at| units.get(at)) {
        Some(Unit::Char(c)) => Some(*c),
        _ => None,
    }
}

/// Whether a mark may open a pair here.
fn opens(units: &[Unit], at: usize, unsure: &mut BTreeSet<u8>) -> bool {
    let mark = character(units, Some(at));
    let inside = units.get(at + 1);
    if inside.is_none() || matches!(inside, Some(Unit::Char(c)) if c.is_whitespace()) {
        return false;
    }
    if character(units, Some(at + 1)) == mark {
        unsure.insert(rules::DOUBLED);
        return false;
    }
    let Some(before) = at.checked_sub(1) else { return true };
    match units.get(before) {
        Some(Unit::Char(c)) if c.is_alphanumeric() => false,
        Some(Unit::Char(c)) if c.is_whitespace() || matches!(c, '>' | '*' | '_' | '~') => true,
        _ => {
            unsure.insert(rules::OPENER);
            true
        }
    }
}

/// Whether this mark closes a pair here.
fn closes(units: &[Unit], at: usize, mark: char, unsure: &mut BTreeSet<u8>) -> bool {
    if units.get(at) != Some(&Unit::Char(mark)) {
        return false;
    }
    let before = character(units, at.checked_sub(1));
    if before.is_some_and(char::is_whitespace) {
        return false;
    }
    if before == Some(mark) {
        unsure.insert(rules::DOUBLED);
        return false;
    }
    match character(units, Some(at + 1)) {
        Some(c) if c.is_ascii_alphanumeric() => false,
        Some(c) if c.is_alphanumeric() => {
            unsure.insert(rules::CLOSER);
            false
        }
        _ => true,
    }
}

/// Notes that a mark within a pair has its partner behind it.
fn note_crossing(units: &[Unit], from: usize, end: usize, mark: char, unsure: &mut BTreeSet<u8>) {
    let mut aside = BTreeSet::new();
    for other in ['*', '_', '~'].into_iter().filter(|other| *other != mark) {
        let inside = (from + 1..end).filter(|at| units.get(*at) == Some(&Unit::Char(other)));
        let opened = inside.filter(|at| opens(units, *at, &mut aside)).last();
        let Some(opened) = opened else { continue };
        let closed = |until: usize, aside: &mut BTreeSet<u8>| {
            (opened + 2..until).any(|at| closes(units, at, other, aside))
        };
        if !closed(end, &mut aside) && closed(units.len().min(end + CROSSING), &mut aside) {
            unsure.insert(rules::CROSSED);
        }
    }
}
