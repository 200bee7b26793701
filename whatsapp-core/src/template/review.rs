//! An editor's remarks on a template while somebody writes it: errors that keep it from being
//! saved, and probable slips.

mod about;
mod hint;
mod links;
mod marks;
mod mend;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;

pub use hint::Hint;

use super::parse::{Piece, Position, pieces, position};
use super::problem::ProblemKind;
use super::{Template, TemplateErrors, plain_lines};
use crate::message::MessageType;
use crate::visible::is_blank;

/// Remarks on a template.
///
/// ```
/// use whatsapp_core::message::MessageType;
/// use whatsapp_core::template::Template;
///
/// let review = Template::review(MessageType::INVOICE, "Dear * {custmerName} *,");
/// let said: Vec<_> = review.findings.iter().map(ToString::to_string).collect();
/// assert_eq!(
///     said,
///     [
///         "line 1, column 6: there is a blank inside the stars, so that WhatsApp shows them and \
///          nothing is bold",
///         "line 1, column 8: there is no placeholder {custmerName} for this message type; did you \
///          mean {customerName}?",
///     ]
/// );
/// let mended = review.findings[1].mended(&review.text).unwrap();
/// let mended = Template::review(MessageType::INVOICE, &mended);
/// assert_eq!(mended.findings[0].mended(&mended.text).unwrap(), "Dear *{customerName}*,");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Review {
    /// The text that the positions refer to: as given, with plain line ends.
    pub text: String,
    /// The findings, in the order of their positions.
    pub findings: Vec<Finding>,
    /// Length of the text in UTF-16 units, of which a message may have 4,096.
    pub units: usize,
}

/// A remark on a place in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Position at which the place begins.
    pub position: Position,
    /// The first byte of the place and the one after its last.
    pub bytes: (usize, usize),
    /// The remark.
    pub remark: Remark,
    /// The replacement that mends it; `None` where several things may be meant.
    pub mend: Option<String>,
}

/// The kind of remark.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remark {
    /// The template cannot be saved with this problem.
    Problem(ProblemKind),
    /// The template can be saved, and this was probably not meant.
    Hint(Hint),
}

impl Review {
    /// Returns true if the text can be saved.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        !self.findings.iter().any(Finding::is_problem)
    }
}

impl Finding {
    /// Returns true if the finding keeps the template from being saved.
    #[must_use]
    pub const fn is_problem(&self) -> bool {
        matches!(self.remark, Remark::Problem(_))
    }

    /// The text of the review with this finding mended.
    #[must_use]
    pub fn mended(&self, text: &str) -> Option<String> {
        let (begins, ends) = self.bytes;
        let (before, after) = (text.get(..begins)?, text.get(ends..)?);
        Some(format!("{before}{}{after}", self.mend.as_ref()?))
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem(kind) => kind.fmt(f),
            Self::Hint(hint) => hint.fmt(f),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.position, self.remark)
    }
}

/// A finding before its line and column are known.
#[derive(Debug)]
struct Found {
    bytes: Range<usize>,
    remark: Remark,
    mend: Option<String>,
}

impl Found {
    const fn hint(bytes: Range<usize>, hint: Hint, mend: Option<String>) -> Self {
        Self { bytes, remark: Remark::Hint(hint), mend }
    }

    const fn touches(&self, other: &Self) -> bool {
        self.bytes.start < other.bytes.end && other.bytes.start < self.bytes.end
    }
}

impl Template {
    /// Reports the problems of a text, as [`check`](Self::check) does, and probable slips. These
    /// are marks that WhatsApp shows as typed, a currency that is there twice, an address that
    /// hides its target. Where one meaning is clear, it says what would be right.
    #[must_use]
    pub fn review(message_type: MessageType, text: &str) -> Review {
        let text = plain_lines(text).into_owned();
        let units = text.encode_utf16().count();
        let checked = Self::check(message_type, &text);
        let mut found = Vec::new();
        if let Err(TemplateErrors { problems }) = &checked {
            found
                .extend(problems.iter().map(|problem| mend::problem(message_type, &text, problem)));
        }
        let is_too_long = |it: &Found| {
            matches!(it.remark, Remark::Problem(ProblemKind::TooLong { .. } | ProblemKind::Empty))
        };
        if !is_blank(&text) && !found.iter().any(is_too_long) {
            let hints = hints(message_type, &text);
            // A place that is a problem already gets no hint.
            let is_new = |hint: &Found| {
                !found.iter().any(|it| it.touches(hint) && it.bytes.len() >= hint.bytes.len())
            };
            let hints: Vec<_> = hints.into_iter().filter(is_new).collect();
            found.extend(hints);
            found.extend(about::with_samples(message_type, &text));
        }
        found.sort_by_key(|it| (it.bytes.start, matches!(it.remark, Remark::Hint(_))));
        let finding = |it: Found| Finding {
            position: position(&text, it.bytes.start),
            bytes: (it.bytes.start, it.bytes.end),
            remark: it.remark,
            mend: it.mend,
        };
        let findings = found.into_iter().map(finding).collect();
        Review { text, findings, units }
    }
}

fn hints(message_type: MessageType, text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let masked = masked(message_type, text);
    marks::find(text, &masked, &mut found);
    links::find(text, &masked, &mut found);
    about::find(message_type, text, &mut found);
    found
}

/// A text of the same length in which letters stand for its values. Marks beside them have the same
/// effect as beside words.
fn masked(message_type: MessageType, text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Name(name) if message_type.slot(&text[name.clone()]).is_some() => {
                masked.extend(std::iter::repeat_n('x', name.len() + 2));
            }
            Piece::Name(name) => masked.push_str(&text[name.start - 1..=name.end]),
            Piece::Literal(range) | Piece::Malformed(range, _) => masked.push_str(&text[range]),
        }
    }
    masked
}
