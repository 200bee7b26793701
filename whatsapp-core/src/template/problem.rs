//! The problems of a template, and their positions.

use super::TEXT_MAX_UTF16;
use super::parse::{Position, position};

/// A problem in a template, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Position at which the problem begins.
    pub position: Position,
    /// The first byte and the one after the last, in the text as given, for an editor that
    /// marks it.
    pub bytes: (usize, usize),
    /// The kind of problem.
    pub kind: ProblemKind,
}

/// The kind of problem in a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The text is empty or only blank.
    #[error("the template is empty")]
    Empty,
    /// The text has more than 4,096 UTF-16 units.
    #[error(
        "the template has {units} characters; {TEXT_MAX_UTF16} are the most a message may have"
    )]
    TooLong {
        /// Number of UTF-16 units in the text.
        units: usize,
    },
    /// The text has a placeholder that messages of this type do not have.
    #[error("there is no placeholder {{{name}}} for this message type{}",
        hint(*.meant, .allowed))]
    Unknown {
        /// The name.
        name: String,
        /// The placeholder that was probably meant.
        meant: Option<&'static str>,
        /// The allowed names.
        allowed: String,
    },
    /// The text has a placeholder in the syntax of another program, such as `{{customerName}}`
    /// or `%customerName%`.
    #[error("{}", instead(.written, *.meant, .allowed))]
    Foreign {
        /// The placeholder as written.
        written: String,
        /// The placeholder that was probably meant.
        meant: Option<&'static str>,
        /// The allowed names.
        allowed: String,
    },
    /// A `{` has no `}`.
    #[error("a {{ is not closed: a placeholder is written {{likeThis}}")]
    Unclosed,
    /// A `}` has no `{`.
    #[error("a }} stands alone: a placeholder is written {{likeThis}}")]
    Unopened,
    /// There is no name: `{}`.
    #[error("there is no name between {{ and }}")]
    NoName,
    /// There are spaces or signs between the braces.
    #[error("{{{name}}} is not a placeholder: only letters and digits may stand between the braces{}",
        did_you_mean(*.meant))]
    BadName {
        /// The text between the braces.
        name: String,
        /// The placeholder that was probably meant.
        meant: Option<&'static str>,
    },
    /// The text has a control or direction character that no reader would see.
    #[error("there is an invisible character here (U+{code:04X}); delete it")]
    Invisible {
        /// The character's code point.
        code: u32,
    },
}

fn did_you_mean(meant: Option<&str>) -> String {
    meant.map(|name| format!("; did you mean {{{name}}}?")).unwrap_or_default()
}

fn hint(nearest: Option<&str>, allowed: &str) -> String {
    match nearest {
        Some(_) => did_you_mean(nearest),
        None => format!("; there are {allowed}"),
    }
}

fn instead(written: &str, meant: Option<&str>, allowed: &str) -> String {
    match meant {
        Some(name) => format!("write {{{name}}} instead of {written}"),
        None => format!("{written} is no placeholder here: write one of {allowed}"),
    }
}

pub(super) fn problem(text: &str, bytes: std::ops::Range<usize>, kind: ProblemKind) -> Problem {
    Problem { position: position(text, bytes.start), bytes: (bytes.start, bytes.end), kind }
}
