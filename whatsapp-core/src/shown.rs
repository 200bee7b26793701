//! A text as WhatsApp shows it: bold, lists, links and the like, by the [rules](RULES) that are known.
//!
//! ```
//! use whatsapp_core::shown::{Block, Inline, shown};
//!
//! let text = shown("Dear *Asha*,\n- 20 bulbs\n2*3*4 stays");
//! let asha = Inline::Bold(vec![Inline::Text("Asha".into())]);
//! assert_eq!(
//!     text.blocks,
//!     [
//!         Block::Line(vec![Inline::Text("Dear ".into()), asha, Inline::Text(",".into())]),
//!         Block::Bullet(vec![Inline::Text("20 bulbs".into())]),
//!         Block::Line(vec![Inline::Text("2*3*4 stays".into())]),
//!     ],
//! );
//! assert!(text.unsure.is_empty());
//! ```

mod lines;
mod links;
mod marks;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use rules::{RULES, Rule, Surety};

/// Longer texts fold behind "Read more", at a length on which reports differ.
const FOLDS: usize = 3_600;

/// A text as WhatsApp shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its lines, and its blocks of code.
    pub blocks: Vec<Block>,
    /// The numbers of the [rules](RULES) that decided something here and are not sure.
    pub unsure: BTreeSet<u8>,
}

/// A line, or a block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A line; an empty one is an empty line.
    Line(Vec<Inline>),
    /// A line that is quoted.
    Quote(Vec<Inline>),
    /// An item of a list.
    Bullet(Vec<Inline>),
    /// An item of a list, with its number.
    Numbered(u8, Vec<Inline>),
    /// Lines as they stand, in letters of equal width.
    Code(String),
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// As it stands.
    Text(String),
    /// `*bold*`.
    Bold(Vec<Inline>),
    /// `_italic_`.
    Italic(Vec<Inline>),
    /// `~struck through~`.
    Strike(Vec<Inline>),
    /// In letters of equal width.
    Code(String),
    /// Something to tap on.
    Link {
        /// As it stands.
        text: String,
        /// Where it leads: http or https.
        href: String,
    },
}

/// The text as WhatsApp shows it. Takes time in proportion to its length.
#[must_use]
pub fn shown(text: &str) -> Shown {
    let text = text.trim();
    let mut unsure = BTreeSet::new();
    if text.chars().nth(FOLDS).is_some() {
        unsure.insert(rules::FOLDED);
    }
    let blocks = lines::blocks(text, &mut unsure);
    Shown { blocks, unsure }
}
