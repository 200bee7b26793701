//! What is wrong with a template, and where.

use super::TEXT_MAX_UTF16;
use super::parse::{Position, position};

/// Something wrong with a template, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where it begins.
    pub position: Position,
    /// Its first byte and the one after its last, in the text as it was given, for an editor that
    /// marks it.
    pub bytes: (usize, usize),
    /// What it is.
    pub kind: ProblemKind,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The text is empty or only blank.
    #[error("the template is empty")]
    Empty,
    /// More than 4,096 UTF-16 units.
    #[error(
        "the template has {units} characters; {TEXT_MAX_UTF16} are the most a message may have"
    )]
    TooLong {
        /// How many UTF-16 units it has.
        units: usize,
    },
    /// A placeholder that messages of this type do not have.
    #[error("there is no placeholder {{{name}}} for this message type{}",
        hint(*.meant, .allowed))]
    Unknown {
        /// The name.
        name: String,
        /// What was probably meant.
        meant: Option<&'static str>,
        /// The names that are there.
        allowed: String,
    },
    /// A placeholder as other programs write it, such as `{{customerName}}` or `%customerName%`.
    #[error("{}", instead(.written, *.meant, .allowed))]
    Foreign {
        /// How it is written.
        written: String,
        /// What was probably meant.
        meant: Option<&'static str>,
        /// The names that are there.
        allowed: String,
    },
    /// `{` without `}`.
    #[error("a {{ is not closed: a placeholder is written {{likeThis}}")]
    Unclosed,
    /// `}` without `{`.
    #[error("a }} stands alone: a placeholder is written {{likeThis}}")]
    Unopened,
    /// `{}`.
    #[error("there is no name between {{ and }}")]
    NoName,
    /// Spaces or signs between the braces.
    #[error("{{{name}}} is not a placeholder: only letters and digits may stand between the braces{}",
        did_you_mean(*.meant))]
    BadName {
        /// What stands between the braces.
        name: String,
        /// What was probably meant.
        meant: Option<&'static str>,
    },
    /// A control or direction character that no reader would see.
    #[error("there is an invisible character here (U+{code:04X}); delete it")]
    Invisible {
        /// Its code point.
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
