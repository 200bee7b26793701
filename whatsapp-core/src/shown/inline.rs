//! Pieces of a line: marks, code and links.

use std::collections::BTreeSet;

use super::Source;
use super::links::{Link, link};
use super::rules::{AFTER, BEFORE, CROSSED, DOUBLED, LINKED};

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Text as typed.
    Text(String),
    /// Bold text.
    Bold(Vec<Self>),
    /// Italic text.
    Italic(Vec<Self>),
    /// Struck-out text.
    Strike(Vec<Self>),
    /// Monospaced text, as typed.
    Code(String),
    /// A link.
    Link {
        /// The link as typed.
        text: String,
        /// Address of the link: `http://` or `https://` and the rest.
        href: String,
    },
    /// A value of a template, or something with one in it.
    Filled(Vec<Self>),
}

/// A mark around the text that it changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Bold,
    Italic,
    Strike,
}

impl Mark {
    const fn of(c: char) -> Option<Self> {
        match c {
            '*' => Some(Self::Bold),
            '_' => Some(Self::Italic),
            '~' => Some(Self::Strike),
            _ => None,
        }
    }

    const fn sign(self) -> char {
        match self {
            Self::Bold => '*',
            Self::Italic => '_',
            Self::Strike => '~',
        }
    }

    const fn around(self, within: Vec<Inline>) -> Inline {
        match self {
            Self::Bold => Inline::Bold(within),
            Self::Italic => Inline::Italic(within),
            Self::Strike => Inline::Strike(within),
        }
    }
}

/// A mark that has begun, and the pieces since.
#[derive(Debug)]
struct Open {
    mark: Mark,
    /// Position of the mark in the text.
    at: usize,
    /// True if the mark is in a place where not every program lets it begin.
    is_unsure: bool,
    within: Vec<Inline>,
}

/// The reading of one line, from its beginning to its end, once.
#[derive(Debug)]
struct Reading<'a> {
    outer: Vec<Inline>,
    /// Marks that have begun, at most one of each kind, the outermost first.
    open: Vec<Open>,
    /// Marks that had begun inside a pair that was complete before them.
    crossed: Vec<Mark>,
    before: Option<char>,
    /// True if a mark has begun just now.
    is_fresh: bool,
    /// Position of the reading in the text.
    at: usize,
    /// Positions of marks that stay as typed.
    stay: Vec<usize>,
    source: &'a Source<'a>,
    rules: &'a mut BTreeSet<u8>,
}

/// The pieces of a line.
pub(super) fn inline(line: &str, source: &Source<'_>, rules: &mut BTreeSet<u8>) -> Vec<Inline> {
    read(line, source, rules).0
}

/// The positions of the marks of a line that stay as typed.
pub(super) fn that_stay(line: &str, source: &Source<'_>) -> Vec<usize> {
    read(line, source, &mut BTreeSet::new()).1
}

fn read(line: &str, source: &Source<'_>, rules: &mut BTreeSet<u8>) -> (Vec<Inline>, Vec<usize>) {
    let begins = source.place(line);
    let mut reading = Reading {
        outer: Vec::new(),
        open: Vec::new(),
        crossed: Vec::new(),
        before: None,
        is_fresh: false,
        at: begins,
        stay: Vec::new(),
        source,
        rules,
    };
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        reading.at = begins + line.len() - rest.len();
        let used = reading.step(c, rest);
        let (_, left) = rest.split_at_checked(used).unwrap_or_default();
        rest = left;
    }
    reading.end()
}

/// The code at the beginning of a text, and the number of bytes that it takes.
pub(super) fn code(rest: &str) -> Option<(&str, usize)> {
    ["```", "`"].iter().find_map(|fence| {
        let (content, _) = rest.strip_prefix(fence)?.split_once(fence)?;
        (!content.trim().is_empty()).then_some((content, 2 * fence.len() + content.len()))
    })
}

impl Reading<'_> {
    /// Takes the next piece, and returns the number of its bytes.
    fn step(&mut self, c: char, rest: &str) -> usize {
        let Some((piece, used)) = self.whole(c, rest) else {
            let used = c.len_utf8();
            let after = rest.get(used..).and_then(|rest| rest.chars().next());
            let mark = Mark::of(c);
            if mark.is_none() {
                self.text(c);
            }
            self.is_fresh = mark.is_some_and(|mark| self.mark(mark, after));
            self.before = Some(c);
            return used;
        };
        self.is_fresh = false;
        self.before = rest.get(..used).and_then(|piece| piece.chars().next_back());
        let is_filled = self.source.is_filled(self.at, self.at + used);
        self.within().push(if is_filled { Inline::Filled(vec![piece]) } else { piece });
        used
    }

    /// A code or a link, in which no mark counts.
    fn whole(&mut self, c: char, rest: &str) -> Option<(Inline, usize)> {
        if c == '`' {
            let (content, used) = code(rest)?;
            return Some((Inline::Code(content.to_owned()), used));
        }
        let before = self.before.filter(|_| !self.is_fresh);
        let open = |c| self.open.iter().any(|open| open.mark.sign() == c);
        let link = link(rest, before, open)?;
        let Link { text, is_bare, gave_way } = link;
        if is_bare || gave_way {
            self.rules.insert(LINKED);
        }
        Some((Inline::Link { text: text.to_owned(), href: link.href() }, text.len()))
    }

    /// Takes a mark; returns true if it began something.
    fn mark(&mut self, mark: Mark, after: Option<char>) -> bool {
        let sign = mark.sign();
        if self.before == Some(sign) || after == Some(sign) {
            self.rules.insert(DOUBLED);
        }
        let is_open = self.open.iter().any(|open| open.mark == mark);
        let may_end = self.before.is_some_and(|c| !c.is_whitespace());
        match after.filter(|c| c.is_alphanumeric()) {
            None if may_end && is_open => {
                self.close(mark);
                return false;
            }
            None if may_end && self.crossed.contains(&mark) => {
                self.rules.insert(CROSSED);
            }
            Some(letter) if may_end && is_open && !letter.is_ascii() => {
                self.rules.insert(AFTER);
            }
            _ => {}
        }
        let is_unsure = match self.may_begin(mark, after) {
            Some(is_unsure) if !is_open => is_unsure,
            _ => {
                self.stay.push(self.at);
                self.text(sign);
                return false;
            }
        };
        self.crossed.retain(|crossed| *crossed != mark);
        self.open.push(Open { mark, at: self.at, is_unsure, within: Vec::new() });
        true
    }

    /// Tells whether a mark may begin here: `None` for no, `Some(true)` if it is unsure that
    /// it does.
    fn may_begin(&self, mark: Mark, after: Option<char>) -> Option<bool> {
        after.filter(|after| !after.is_whitespace() && *after != mark.sign())?;
        match self.before {
            None | Some('>') => Some(false),
            Some(before) if before.is_whitespace() || Mark::of(before).is_some() => Some(false),
            Some(before) if before.is_alphanumeric() => None,
            Some(_) => Some(true),
        }
    }

    /// Completes a pair. Marks that began inside the pair and did not end stay as typed.
    fn close(&mut self, mark: Mark) {
        while let Some(open) = self.open.pop() {
            if open.mark == mark {
                if open.is_unsure {
                    self.rules.insert(BEFORE);
                }
                self.within().push(mark.around(open.within));
                return;
            }
            self.crossed.push(open.mark);
            self.give_up(open);
        }
    }

    /// Leaves a mark that did not end, and the pieces after it, as typed.
    fn give_up(&mut self, open: Open) {
        self.stay.push(open.at);
        self.push(open.mark.sign(), self.source.is_filled(open.at, open.at + 1));
        for piece in open.within {
            self.put_back(piece, false);
        }
    }

    /// Appends a piece to the text so far, as a part of a value or not.
    fn put_back(&mut self, piece: Inline, is_filled: bool) {
        match piece {
            Inline::Text(text) => text.chars().for_each(|c| self.push(c, is_filled)),
            Inline::Filled(pieces) => pieces.into_iter().for_each(|it| self.put_back(it, true)),
            piece if is_filled => self.within().push(Inline::Filled(vec![piece])),
            piece => self.within().push(piece),
        }
    }

    fn end(mut self) -> (Vec<Inline>, Vec<usize>) {
        while let Some(open) = self.open.pop() {
            self.give_up(open);
        }
        self.stay.sort_unstable();
        (self.outer, self.stay)
    }

    /// Takes the character that is read just now as typed.
    fn text(&mut self, c: char) {
        self.push(c, self.source.is_filled(self.at, self.at + 1));
    }

    fn push(&mut self, c: char, is_filled: bool) {
        let within = self.within();
        let last = match (within.last_mut(), is_filled) {
            (Some(Inline::Filled(pieces)), true) => pieces.last_mut(),
            (last, false) => last,
            (_, true) => None,
        };
        match last {
            Some(Inline::Text(text)) => text.push(c),
            _ if is_filled => within.push(Inline::Filled(vec![Inline::Text(c.into())])),
            _ => within.push(Inline::Text(c.into())),
        }
    }

    fn within(&mut self) -> &mut Vec<Inline> {
        match self.open.last_mut() {
            Some(open) => &mut open.within,
            None => &mut self.outer,
        }
    }
}
