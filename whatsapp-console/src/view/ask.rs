//! The question before an act.

use askama::Template;

use super::{Choice, Link, Shell};
use crate::words::Texts;

/// What will happen, what has to be known or typed first, and a button. Also shown in a dialog.
#[derive(Debug, Template)]
#[template(path = "ask.html")]
pub(crate) struct AskPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    /// Where one comes back to without doing anything.
    pub(crate) back: Link,
    /// Where the form goes.
    pub(crate) action: String,
    pub(crate) heading: String,
    /// Why the last try was refused; empty for none.
    pub(crate) problem: String,
    /// What will happen, one paragraph each.
    pub(crate) lines: Vec<String>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) hiddens: Vec<Hidden>,
    pub(crate) fields: Vec<Field>,
    /// One of several is chosen; `None` where there is nothing to choose.
    pub(crate) choices: Option<Choices>,
    pub(crate) questions: Vec<Question>,
    /// `primary` or `danger`.
    pub(crate) tone: &'static str,
    pub(crate) submit: String,
}

impl<'a> AskPage<'a> {
    /// A question that is answered with its button alone. The form goes where it came from unless it says otherwise.
    pub(crate) fn plain(
        (s, t): (Shell, &'a dyn Texts),
        back: Link,
        heading: impl Into<String>,
        lines: Vec<String>,
        (tone, submit): (&'static str, impl Into<String>),
    ) -> Self {
        Self {
            s,
            t,
            back,
            action: String::new(),
            heading: heading.into(),
            problem: String::new(),
            lines,
            facts: Vec::new(),
            hiddens: Vec::new(),
            fields: Vec::new(),
            choices: None,
            questions: Vec::new(),
            tone,
            submit: submit.into(),
        }
    }
}

/// Something known.
#[derive(Debug, Default)]
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) value: String,
    /// Where it leads; empty for nowhere.
    pub(crate) href: String,
    /// An id or a key.
    pub(crate) is_code: bool,
}

/// What a form sends along unseen.
#[derive(Debug)]
pub(crate) struct Hidden {
    pub(crate) name: &'static str,
    pub(crate) value: String,
}

/// A field to be filled in.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) error: String,
    /// `tel`, `text` or `datetime-local`.
    pub(crate) kind: &'static str,
    /// What was typed.
    pub(crate) value: String,
}

/// What one of is chosen.
#[derive(Debug)]
pub(crate) struct Choices {
    pub(crate) name: &'static str,
    pub(crate) legend: String,
    pub(crate) all: Vec<Choice>,
    /// What one of is chosen as well.
    pub(crate) also: Option<Box<Choices>>,
}

/// A tick without which the act is not done.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    /// Whatever else is typed: another instant may need no tick.
    pub(crate) is_required: bool,
}
