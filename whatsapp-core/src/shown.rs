//! A text as WhatsApp shows it: bold, lists, quotes, links, and what stays as it was typed.
//!
//! WhatsApp publishes no grammar. [`RULES`] are what is known of it, each with how sure it is. Where
//! sources differ the likelier is shown, and [`Shown::rules`] tells which rules decided something.
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

/// More characters than this fold behind "Read more", as far as is known.
const FOLDS: usize = 3_600;

/// A text as WhatsApp shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its lines, lists, quotes and code, from top to bottom.
    pub blocks: Vec<Block>,
    /// The numbers of the [`RULES`] that are not sure and decided something here.
    pub rules: BTreeSet<u8>,
}

/// A text as WhatsApp shows it. Takes time in proportion to the text, whatever it holds.
#[must_use]
pub fn shown(text: &str) -> Shown {
    shown_filled(text, &[])
}

/// The same of a template's text, in which these bytes are values: as they are in
/// [`Filled::values`](crate::template::Filled::values). They stand within [`Inline::Filled`], but for
/// those in code over several lines.
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

/// The whole text, and which bytes of it are values.
#[derive(Debug, Clone, Copy)]
struct Source<'a> {
    text: &'a str,
    filled: &'a [(usize, usize)],
}

impl Source<'_> {
    /// Where a part of the text begins in it.
    fn place(&self, part: &str) -> usize {
        part.as_ptr().addr() - self.text.as_ptr().addr()
    }

    /// Whether something from one byte to another is of a value.
    fn is_filled(&self, begins: usize, ends: usize) -> bool {
        let next = self.filled.partition_point(|(_, end)| *end <= begins);
        self.filled.get(next).is_some_and(|(start, _)| *start < ends)
    }
}

/// A line in which marks count.
#[derive(Debug)]
pub(crate) struct Marked<'a> {
    /// Where it begins in the text.
    pub(crate) at: usize,
    /// It, without what makes it an item or a quote.
    pub(crate) line: &'a str,
    /// The places in the text of the marks in it that stay as they were typed.
    pub(crate) stay: Vec<usize>,
}

/// The lines of a text in which marks count, for those who look for marks that do not.
pub(crate) fn marked(text: &str) -> Vec<Marked<'_>> {
    let source = Source { text, filled: &[] };
    let lines = block::lines(text).into_iter();
    let line = |line| {
        let stay = inline::that_stay(line, &source);
        Marked { at: source.place(line), line, stay }
    };
    lines.map(line).collect()
}
