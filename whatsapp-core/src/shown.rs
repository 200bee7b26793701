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
    let mut rules = BTreeSet::new();
    let trimmed = text.trim();
    if trimmed.len() < text.len() {
        rules.insert(rules::TRIMMED);
    }
    if trimmed.chars().nth(FOLDS).is_some() {
        rules.insert(rules::FOLDED);
    }
    Shown { blocks: block::blocks(trimmed, &mut rules), rules }
}
