//! Checking a template when it is saved (specification 7.2).

use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;

use super::catalogue::listed;
use super::foreign;
use super::names::meant;
use super::parse::{Malformed, Position, position};
use super::{TEXT_MAX_UTF16, Template};
use crate::message::MessageType;
use crate::visible::is_blank;

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

/// A template that may not be saved: all its problems, in order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the template cannot be used: {}", list(.problems))]
pub struct TemplateErrors {
    /// At least one.
    pub problems: Vec<Problem>,
}

fn list(problems: &[Problem]) -> String {
    let lines: Vec<String> =
        problems.iter().map(|problem| format!("{}: {}", problem.position, problem.kind)).collect();
    lines.join("; ")
}

impl Template {
    /// Checks a template for saving: nothing in it may be left as it stands.
    ///
    /// # Errors
    /// [`TemplateErrors`] with every problem, its position, and for a near miss the name that was
    /// probably meant.
    ///
    /// ```
    /// use whatsapp_core::message::MessageType;
    /// use whatsapp_core::template::Template;
    ///
    /// let errors = Template::check(MessageType::Invoice, "Dear {customer_name}").unwrap_err();
    /// assert_eq!(
    ///     errors.to_string(),
    ///     "the template cannot be used: line 1, column 6: there is no placeholder \
    ///      {customer_name} for this message type; did you mean {customerName}?"
    /// );
    /// ```
    pub fn check(message_type: MessageType, text: &str) -> Result<Self, TemplateErrors> {
        let (template, mut problems) = Self::compile(message_type, text);
        if is_blank(text) {
            problems.push(problem(text, 0..0, ProblemKind::Empty));
        }
        let units = text.encode_utf16().count();
        if units > TEXT_MAX_UTF16 {
            problems.push(problem(text, 0..text.len(), ProblemKind::TooLong { units }));
        }
        let right_to_left = text.chars().any(is_right_to_left);
        for (at, c) in text.char_indices() {
            // Arabic and Hebrew need marks where digits and Latin words stand among them.
            let needed = right_to_left && matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}');
            if (super::is_unsafe(c) && !needed) || matches!(c, '\u{2028}' | '\u{2029}') {
                let kind = ProblemKind::Invisible { code: u32::from(c) };
                problems.push(problem(text, at..at + c.len_utf8(), kind));
            }
        }
        problems.sort_by_key(|problem| problem.bytes);
        if problems.is_empty() { Ok(template) } else { Err(TemplateErrors { problems }) }
    }
}

/// Whether a character is of a script that is written from right to left.
fn is_right_to_left(c: char) -> bool {
    let class = CodePointMapData::<BidiClass>::new();
    !c.is_ascii()
        && matches!(class.get(c), BidiClass::RightToLeft | BidiClass::ArabicLetter)
        && c.is_alphabetic()
}

pub(super) fn problem(text: &str, bytes: std::ops::Range<usize>, kind: ProblemKind) -> Problem {
    Problem { position: position(text, bytes.start), bytes: (bytes.start, bytes.end), kind }
}

pub(super) fn unknown(message_type: MessageType, name: &str) -> ProblemKind {
    ProblemKind::Unknown {
        name: name.chars().take(60).collect(),
        meant: meant(message_type, name),
        allowed: listed(message_type),
    }
}

pub(super) fn malformed(message_type: MessageType, braces: &str, what: Malformed) -> ProblemKind {
    match what {
        Malformed::Unclosed => ProblemKind::Unclosed,
        Malformed::Unopened => ProblemKind::Unopened,
        Malformed::Empty => ProblemKind::NoName,
        Malformed::BadName => {
            let name = braces.trim_matches(['{', '}']);
            if name.trim().bytes().all(|byte| byte.is_ascii_digit()) {
                return foreign::kind(message_type, braces, None);
            }
            ProblemKind::BadName {
                name: name.chars().take(60).collect(),
                meant: meant(message_type, name),
            }
        }
    }
}
