//! The confirmation page before an act.

use askama::Template;

use super::{Choice, Link, Shell};
use crate::words::Texts;

/// Confirmation page: the effect of the act, what has to be known or typed first, and a button.
/// Also shown in a dialog.
#[derive(Debug, Template)]
#[template(path = "ask.html")]
pub(crate) struct AskPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    /// Page to return to without doing anything.
    pub(crate) back: Link,
    /// Address of the form.
    pub(crate) action: String,
    pub(crate) heading: String,
    /// Reason why the last try was refused; empty for none.
    pub(crate) problem: String,
    /// Effect of the act, one paragraph each.
    pub(crate) lines: Vec<String>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) hiddens: Vec<Hidden>,
    pub(crate) fields: Vec<Field>,
    /// Choice of one of several options; `None` where there is nothing to choose.
    pub(crate) choices: Option<Choices>,
    pub(crate) questions: Vec<Question>,
    /// `primary` or `danger`.
    pub(crate) tone: &'static str,
    pub(crate) submit: String,
}

impl<'a> AskPage<'a> {
    /// Makes a page that needs its button alone. The form goes where it came from unless `action`
    /// says otherwise.
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

/// Known fact.
#[derive(Debug, Default)]
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) value: String,
    /// Address that the fact leads to; empty for none.
    pub(crate) href: String,
    /// True for an id or a key.
    pub(crate) is_code: bool,
}

/// Hidden field of a form.
#[derive(Debug)]
pub(crate) struct Hidden {
    pub(crate) name: &'static str,
    pub(crate) value: String,
}

/// Field to be filled in.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) error: String,
    /// Type of the input, such as `tel`, `url` or `datetime-local`.
    pub(crate) kind: &'static str,
    /// Typed value.
    pub(crate) value: String,
}

/// Choice of one of several options.
#[derive(Debug)]
pub(crate) struct Choices {
    pub(crate) name: &'static str,
    pub(crate) legend: String,
    pub(crate) all: Vec<Choice>,
    /// Second choice of the same form.
    pub(crate) also: Option<Box<Choices>>,
}

/// Tick that the act, or a part of it, needs.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    /// True where the tick is needed whatever else is typed. False where another value, such as
    /// another time, may need no tick.
    pub(crate) is_required: bool,
}
