//! Corrections for a template that cannot be saved.

use std::ops::Range;

use super::{Found, Remark};
use crate::message::MessageType;
use crate::template::names::meant;
use crate::template::problem::{Problem, ProblemKind};

/// Adds the correction to a problem.
pub(super) fn problem(message_type: MessageType, text: &str, problem: &Problem) -> Found {
    let bytes = problem.bytes.0..problem.bytes.1;
    let remark = Remark::Problem(problem.kind.clone());
    let braced = |name: &str| format!("{{{name}}}");
    let (bytes, mend) = match &problem.kind {
        ProblemKind::Unknown { meant, .. }
        | ProblemKind::Foreign { meant, .. }
        | ProblemKind::BadName { meant, .. } => (bytes, meant.map(braced)),
        ProblemKind::Invisible { .. } => (bytes, Some(String::new())),
        ProblemKind::Unclosed => {
            half(message_type, text, bytes.clone(), bytes.end..word_end(text, bytes.end))
        }
        ProblemKind::Unopened => {
            half(message_type, text, bytes.clone(), word_start(text, bytes.start)..bytes.start)
        }
        ProblemKind::Empty | ProblemKind::TooLong { .. } | ProblemKind::NoName => (bytes, None),
    };
    Found { bytes, remark, mend }
}

/// A brace without its partner, beside this word.
fn half(
    message_type: MessageType,
    text: &str,
    brace: Range<usize>,
    word: Range<usize>,
) -> (Range<usize>, Option<String>) {
    let name = text.get(word.clone()).unwrap_or_default();
    let known = message_type.placeholders().iter().map(|known| known.name).find(|it| *it == name);
    match known.or_else(|| meant(message_type, name)).filter(|_| !name.is_empty()) {
        Some(name) => {
            (brace.start.min(word.start)..brace.end.max(word.end), Some(format!("{{{name}}}")))
        }
        None => (brace, None),
    }
}

const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn word_end(text: &str, begins: usize) -> usize {
    let behind = text.as_bytes().get(begins..).unwrap_or_default();
    begins + behind.iter().take_while(|byte| is_of_name(**byte)).count()
}

fn word_start(text: &str, ends: usize) -> usize {
    let before = text.as_bytes().get(..ends).unwrap_or_default();
    ends - before.iter().rev().take_while(|byte| is_of_name(**byte)).count()
}
