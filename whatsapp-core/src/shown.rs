//! A text as WhatsApp shows it: bold, lists, quotes, links, and text that stays as typed.
//!
//! WhatsApp publishes no grammar. [`RULES`] lists the known rules, each with its certainty. Where
//! sources differ, the likelier reading is shown, and [`Shown::rules`] tells which rules mattered.
//!
//! ```
//! use whatsapp_core::shown::{Block, Inline, shown};
//!
//! let text = shown("Dear *Asha*,\n- INV-7");
//! let asha = Inline::Bold(vec![Inline::Text("Asha".to_owned())]);
//! assert_eq!(
//!     text.blocks,
//!     [
//!         Block::Line(vec![Inline::Text("Dear ".to_owned()), asha, Inline::Text(",".to_owned())]),
//!         Block::Bullet(vec![Inline::Text("INV-7".to_owned())]),
//!     ]
//! );
//! assert!(text.rules.is_empty(), "every phone shows it like this");
//! ```

mod block;
mod inline;
mod links;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use block::Block;
pub use inline::Inline;
pub use rules::{RULES, Rule, Surety};

/// Number of characters above which a text folds behind "Read more", as far as is known.
const FOLDS: usize = 3_600;

/// A text as WhatsApp shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shown {
    /// Its lines, lists, quotes and code, from top to bottom.
    pub blocks: Vec<Block>,
    /// The numbers of the unsure [`RULES`] that mattered here.
    pub rules: BTreeSet<u8>,
}

/// Shows a text as WhatsApp does. Takes time in proportion to the text, whatever it holds.
#[must_use]
pub fn shown(text: &str) -> Shown {
    shown_filled(text, &[])
}

/// Shows a template's text in which these bytes are values, given as in
/// [`Filled::values`](crate::template::Filled::values). Values are within [`Inline::Filled`],
/// except those in code over several lines.
#[must_use]
pub fn shown_filled(text: &str, filled: &[(usize, usize)]) -> Shown {
    let mut rules = BTreeSet::new();
    let trimmed = text.trim();
    if trimmed.len() < text.len() {
        rules.insert(rules::TRIMMED);
    }
    if trimmed.chars().nth(FOLDS).is_some() {
        rules.insert(rules::FOLDED);
    }
    Shown { blocks: block::blocks(trimmed, &Source { text, filled }, &mut rules), rules }
}

/// The whole text, and the bytes of it that are values.
#[derive(Debug, Clone, Copy)]
struct Source<'a> {
    text: &'a str,
    filled: &'a [(usize, usize)],
}

impl Source<'_> {
    /// Position in the text at which a part of it begins.
    fn place(&self, part: &str) -> usize {
        part.as_ptr().addr() - self.text.as_ptr().addr()
    }

    /// Returns true if a part of a value is between one byte and another.
    fn is_filled(&self, begins: usize, ends: usize) -> bool {
        let next = self.filled.partition_point(|(_, end)| *end <= begins);
        self.filled.get(next).is_some_and(|(start, _)| *start < ends)
    }
}

/// A line in which marks count.
#[derive(Debug)]
pub(crate) struct Marked<'a> {
    /// Position in the text at which the line begins.
    pub(crate) at: usize,
    /// The line, without the characters that make it an item or a quote.
    pub(crate) line: &'a str,
    /// Positions in the text of the line's marks that stay as typed.
    pub(crate) stay: Vec<usize>,
}

/// The lines of a text in which marks count, for finding marks without effect.
pub(crate) fn marked(text: &str) -> Vec<Marked<'_>> {
    let source = Source { text, filled: &[] };
    let lines = block::lines(text).into_iter();
    let line = |line| {
        let stay = inline::that_stay(line, &source);
        Marked { at: source.place(line), line, stay }
    };
    lines.map(line).collect()
}
