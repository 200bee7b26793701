//! Checking a template when it is saved (specification 7.2).

use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;

use super::foreign;
use super::names::{listed, meant};
use super::parse::Malformed;
use super::problem::{Problem, ProblemKind, problem};
use super::{TEXT_MAX_UTF16, Template};
use crate::types::MessageType;
use crate::visible::{is_blank, is_unsafe};

/// A text of more bytes is too long in any case: a UTF-16 unit has three at most.
pub(super) const BYTES_MAX: usize = 3 * TEXT_MAX_UTF16;

/// Problems of a template that may not be saved: all of them, in order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the template cannot be used: {}", list(.problems))]
#[non_exhaustive]
pub struct TemplateErrors {
    /// The problems, at least one.
    pub problems: Vec<Problem>,
}

fn list(problems: &[Problem]) -> String {
    let lines: Vec<String> =
        problems.iter().map(|problem| format!("{}: {}", problem.position, problem.kind)).collect();
    lines.join("; ")
}

impl TemplateErrors {
    /// The number of problems, and the first of them: as much as one sentence takes.
    ///
    /// ```
    /// use whatsapp_core::message::MessageType;
    /// use whatsapp_core::template::Template;
    ///
    /// let errors = Template::check(MessageType::INVOICE, "Dear {customer_name}, {}").unwrap_err();
    /// assert_eq!(
    ///     errors.brief(),
    ///     "the template cannot be used: 2 things in it have to be mended. The first, on line 1, column 6: \
    ///      there is no placeholder {customer_name} for this message type; did you mean {customerName}?"
    /// );
    /// ```
    #[must_use]
    pub fn brief(&self) -> String {
        match self.problems.as_slice() {
            [first, _, ..] => format!(
                "the template cannot be used: {} things in it have to be mended. The first, on {}: {}",
                self.problems.len(),
                first.position,
                first.kind
            ),
            _ => self.to_string(),
        }
    }
}

impl Template {
    /// Checks a template for saving: nothing in it may be left uninterpreted.
    ///
    /// # Errors
    /// [`TemplateErrors`] with every problem, its position, and for a near miss the name that was
    /// probably meant.
    ///
    /// ```
    /// use whatsapp_core::message::MessageType;
    /// use whatsapp_core::template::Template;
    ///
    /// let errors = Template::check(MessageType::INVOICE, "Dear {customer_name}").unwrap_err();
    /// assert_eq!(
    ///     errors.to_string(),
    ///     "the template cannot be used: line 1, column 6: there is no placeholder \
    ///      {customer_name} for this message type; did you mean {customerName}?"
    /// );
    /// ```
    pub fn check(message_type: MessageType, text: &str) -> Result<Self, TemplateErrors> {
        let units = text.encode_utf16().count();
        // A text pasted by mistake is not looked through: its length says enough.
        if text.len() > BYTES_MAX {
            let too_long = problem(text, 0..text.len(), ProblemKind::TooLong { units });
            return Err(TemplateErrors { problems: vec![too_long] });
        }
        let (template, mut problems) = Self::compile(message_type, text);
        if is_blank(text) {
            problems.push(problem(text, 0..0, ProblemKind::Empty));
        }
        if units > TEXT_MAX_UTF16 {
            problems.push(problem(text, 0..text.len(), ProblemKind::TooLong { units }));
        }
        let right_to_left = text.chars().any(is_right_to_left);
        for (at, c) in text.char_indices() {
            // Arabic and Hebrew need marks where digits and Latin words stand among them.
            let needed = right_to_left && matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}');
            if (is_unsafe(c) && !needed) || matches!(c, '\u{2028}' | '\u{2029}') {
                let kind = ProblemKind::Invisible { code: u32::from(c) };
                problems.push(problem(text, at..at + c.len_utf8(), kind));
            }
        }
        problems.sort_by_key(|problem| problem.bytes);
        if problems.is_empty() { Ok(template) } else { Err(TemplateErrors { problems }) }
    }
}

/// Returns true for a character of a script that is written from right to left.
fn is_right_to_left(c: char) -> bool {
    let class = CodePointMapData::<BidiClass>::new();
    !c.is_ascii()
        && matches!(class.get(c), BidiClass::RightToLeft | BidiClass::ArabicLetter)
        && c.is_alphabetic()
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
