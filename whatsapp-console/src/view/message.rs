//! One message.

use askama::Template;

use super::{ActLink, Fact, Link, Shell};
use crate::words::Texts;

/// A message: why it stands where it does and what to do on top, then what happened and what it says.
#[derive(Debug, Template)]
#[template(path = "message.html")]
pub(crate) struct MessagePage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    /// The list from which one came.
    pub(crate) back: Link,
    pub(crate) heading: String,
    /// What it is about, where it goes, and when it was made, in a line.
    pub(crate) about: String,
    pub(crate) note: Note,
    /// What can be done, the best first.
    pub(crate) acts: Vec<ActLink>,
    pub(crate) links: Vec<Link>,
    pub(crate) steps: Vec<Progressed>,
    pub(crate) zone: String,
    pub(crate) events: Vec<Told>,
    pub(crate) facts: Vec<Fact>,
    /// What the customer sees; none where there is no text, or the visitor may not read it.
    pub(crate) bubbles: Vec<Bubble>,
    /// Why there is none.
    pub(crate) no_text: String,
    /// Which rules of the preview are not sure; empty where none was needed.
    pub(crate) uncertain: String,
}

/// The sentence on top.
#[derive(Debug)]
pub(crate) struct Note {
    pub(crate) tone: &'static str,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) advice: String,
}

/// A step on the way to being read.
#[derive(Debug, Clone)]
pub(crate) struct Progressed {
    /// `ok`, `warn`, `bad`, or empty for what is still to come.
    pub(crate) tone: &'static str,
    pub(crate) word: String,
    pub(crate) at: String,
}

/// Something that happened.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) tone: &'static str,
    pub(crate) iso: String,
    pub(crate) when: String,
    pub(crate) text: String,
    pub(crate) more: String,
}

/// A bubble as WhatsApp shows it.
#[derive(Debug)]
pub(crate) struct Bubble {
    /// The name of its file; empty for none.
    pub(crate) file: String,
    /// `PDF · 84 kB`.
    pub(crate) file_note: String,
    pub(crate) spans: Vec<Span>,
    pub(crate) time: String,
    /// The symbol of its ticks; empty in a preview.
    pub(crate) ticks: &'static str,
}

/// A piece of a text in reading order: a text, or the beginning or end of a mark.
#[derive(Debug)]
pub(crate) struct Span {
    /// `text`, `code`, `link`; `b`, `i`, `s`, `quote`, `ul`, `ol`, `li`, `value`, and each of these with a `/`
    /// before it.
    pub(crate) kind: &'static str,
    /// The text; of `ol` its first number.
    pub(crate) text: String,
    /// Of a link: http or https only.
    pub(crate) href: String,
}
