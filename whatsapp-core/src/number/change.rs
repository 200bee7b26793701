//! A number that was read from a typed text, and what was changed for it.

use std::fmt;

use super::{WhatsAppNumber, plan};
use crate::visible::sentence;

/// A number that was read from a typed text, and what was changed for it:
/// [`WhatsAppNumber::typed`] gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TypedNumber {
    /// The number.
    pub number: WhatsAppNumber,
    /// The changes; none for a text that [`WhatsAppNumber::parse`] takes as it is.
    pub changes: Vec<NumberChange>,
}

impl TypedNumber {
    pub(super) const fn unchanged(number: WhatsAppNumber) -> Self {
        Self { number, changes: Vec::new() }
    }

    /// The changes in one sentence for people; empty where nothing was changed.
    ///
    /// ```
    /// use whatsapp_core::WhatsAppNumber;
    ///
    /// let read = WhatsAppNumber::typed("091-98765-43210", "IN")?;
    /// assert_eq!(
    ///     read.changed(),
    ///     "Spaces and signs were left out; 0 before the country code was left out; \
    ///      a + was put before the country code."
    /// );
    /// # Ok::<(), whatsapp_core::InvalidNumber>(())
    /// ```
    #[must_use]
    pub fn changed(&self) -> String {
        let clauses: Vec<_> = self.changes.iter().map(ToString::to_string).collect();
        if clauses.is_empty() { String::new() } else { sentence(&clauses.join("; ")) }
    }
}

/// A difference between a typed text and the number that was read from it. `Display` tells it to
/// people, in a clause. Holds no more of the number than its country code, and digits that do not
/// belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumberChange {
    /// Invisible characters were left out.
    Invisible,
    /// Digits of another script, or wide ones, were written as 0 to 9.
    OtherDigits,
    /// The marks of a spreadsheet around the number were left out.
    SpreadsheetMarks,
    /// A label before the number was left out, such as `tel:`.
    Label,
    /// Spaces, dashes, brackets and the like were left out.
    Signs,
    /// These digits before the country code were left out, such as 00.
    BeforeCode(String),
    /// The `+` was put before the country code.
    Plus,
    /// This country code was there twice, and was left out once.
    CodeTwice(String),
    /// These digits were left out: they are dialled only inside the country, as a 0 often is.
    Inside(String),
    /// This country code was added.
    CountryCode(String),
    /// The number as it is dialled inside its country was replaced by the number for callers from
    /// abroad, which has other digits.
    FromAbroad,
}

impl fmt::Display for NumberChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invisible => f.write_str("invisible characters were left out"),
            Self::OtherDigits => f.write_str("its digits were written as 0 to 9"),
            Self::SpreadsheetMarks => f.write_str("the marks of a spreadsheet were left out"),
            Self::Label => f.write_str("the label before the number was left out"),
            Self::Signs => f.write_str("spaces and signs were left out"),
            Self::BeforeCode(digits) => write!(f, "{digits} before the country code was left out"),
            Self::Plus => f.write_str("a + was put before the country code"),
            Self::CodeTwice(code) => {
                write!(f, "the country code {code}, which was there twice, was left out once")
            }
            Self::Inside(digits) => {
                write!(f, "{digits}, which is dialled only inside the country, was left out")
            }
            Self::CountryCode(code) => write!(f, "the country code +{code} was added"),
            Self::FromAbroad => f.write_str(
                "the digits for calls inside the country were replaced by those for calls from \
                 abroad",
            ),
        }
    }
}

/// The changes from the dialled digits, with a `+` before them if one was typed, to the number.
pub(super) fn in_digits(dialled: &str, number: &WhatsAppNumber) -> Vec<NumberChange> {
    let typed = dialled.trim_start_matches('+');
    let plus = (typed == dialled).then_some(NumberChange::Plus);
    if typed == number.digits() {
        return plus.into_iter().collect();
    }
    let Some((code, national)) = plan::split(number.digits()) else {
        return vec![NumberChange::FromAbroad];
    };
    let Some(before) = typed.strip_suffix(national) else { return vec![NumberChange::FromAbroad] };
    let some = |digits: &str, change: fn(String) -> NumberChange| {
        (!digits.is_empty()).then(|| change(digits.to_owned()))
    };
    let Some((first, inside)) = around(before, code) else {
        let inside = some(before, NumberChange::Inside);
        return inside.into_iter().chain(some(code, NumberChange::CountryCode)).collect();
    };
    let (again, inside) = match inside.strip_prefix(code) {
        Some(inside) => (code, inside),
        None => ("", inside),
    };
    some(first, NumberChange::BeforeCode)
        .into_iter()
        .chain(plus)
        .chain(some(again, NumberChange::CodeTwice))
        .chain(some(inside, NumberChange::Inside))
        .collect()
}

/// The digits before the country code and those after it; `None` where the code is not there.
fn around<'a>(digits: &'a str, code: &str) -> Option<(&'a str, &'a str)> {
    let zeros = digits.len() - digits.trim_start_matches('0').len();
    let (first, rest) = digits.split_at_checked(zeros)?;
    match rest.strip_prefix(code) {
        Some(inside) => Some((first, inside)),
        // `011 91 …`: other digits than zeros are dialled for the `+`.
        None => digits.strip_suffix(code).map(|first| (first, "")),
    }
}
