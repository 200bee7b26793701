//! The page of one message.

use askama::Template;

use super::{ActLink, Fact, Link, Shell};
use crate::words::Texts;

/// Page of a message: its state and what to do on top, then its history and its text.
#[derive(Debug, Template)]
#[template(path = "message.html")]
pub(crate) struct MessagePage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    /// Link to the list from which the visitor came.
    pub(crate) back: Link,
    pub(crate) heading: String,
    /// Subject, recipient and time of the message, in a line.
    pub(crate) about: String,
    pub(crate) note: Note,
    /// Acts on the message, the best first.
    pub(crate) acts: Vec<ActLink>,
    pub(crate) links: Vec<Link>,
    pub(crate) steps: Vec<Progressed>,
    pub(crate) zone: String,
    pub(crate) events: Vec<Told>,
    pub(crate) facts: Vec<Fact>,
    /// Text as the customer sees it; none where there is no text, or the visitor may not read it.
    pub(crate) bubbles: Vec<Bubble>,
    /// Reason why there is no text.
    pub(crate) no_text: String,
    /// Rules of the preview that are not sure, in a sentence; empty where none was needed.
    pub(crate) uncertain: String,
}

/// Sentence on top of a message's page.
#[derive(Debug)]
pub(crate) struct Note {
    pub(crate) tone: &'static str,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) advice: String,
}

/// Step of a message on its way to being read.
#[derive(Debug, Clone)]
pub(crate) struct Progressed {
    /// `ok`, `warn`, `bad`, or empty for a step that is still to come.
    pub(crate) tone: &'static str,
    pub(crate) word: String,
    pub(crate) at: String,
}

/// Event in the timeline.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) tone: &'static str,
    pub(crate) iso: String,
    pub(crate) when: String,
    pub(crate) text: String,
    pub(crate) more: String,
}

/// Bubble as WhatsApp shows it.
#[derive(Debug)]
pub(crate) struct Bubble {
    /// Name of the file; empty for none.
    pub(crate) file: String,
    /// Kind and size of the file: `PDF · 84 kB`.
    pub(crate) file_note: String,
    pub(crate) spans: Vec<Span>,
    pub(crate) time: String,
    /// Name of the symbol of the ticks; empty in a preview.
    pub(crate) ticks: &'static str,
}

/// Piece of a text in reading order: a text, or the beginning or end of a mark.
#[derive(Debug)]
pub(crate) struct Span {
    /// Kind of the piece: `text`, `code`, `link`; `b`, `i`, `s`, `quote`, `ul`, `ol`, `li`,
    /// `value`, and each of these with a `/` before it.
    pub(crate) kind: &'static str,
    /// Text of the piece; for `ol`, its first number.
    pub(crate) text: String,
    /// Address of a link: http or https only.
    pub(crate) href: String,
}
