//! WhatsApp numbers.

mod alike;
#[cfg(feature = "suggest")]
mod change;
mod invalid;
mod plan;
#[cfg(test)]
mod tests;
#[cfg(feature = "suggest")]
mod typed;

use std::fmt;

#[cfg(feature = "suggest")]
pub use change::{NumberChange, TypedNumber};
pub use invalid::InvalidNumber;
pub use plan::is_possible;

use serde::{Deserialize, Serialize};

/// A number that WhatsApp messages may be sent to: `+`, then 10 to 15 digits, the first not 0.
///
/// This is the specification's rule 9.1 as far as E.164 allows it (15 digits in all, country code
/// included). ASCII only, with nothing before or after. A text that a person typed is not a number
/// yet, see `WhatsAppNumber::typed` (feature `suggest`).
///
/// `Debug` shows `+91******3210`; only [`as_str`](Self::as_str) and [`digits`](Self::digits) show
/// the whole number.
///
/// ```
/// use whatsapp_core::WhatsAppNumber;
///
/// let number = WhatsAppNumber::parse("+919876543210")?;
/// assert_eq!(number.digits(), "919876543210");
/// assert_eq!(format!("{number:?}"), "+91******3210");
/// assert!(WhatsAppNumber::parse("098765 43210").is_err());
/// # Ok::<(), whatsapp_core::InvalidNumber>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WhatsAppNumber(String);

impl WhatsAppNumber {
    /// Reads a number strictly. Looks at no more than 64 characters, whatever the length of `text`.
    ///
    /// # Errors
    /// [`InvalidNumber`] with the reason that a person can act upon first.
    pub fn parse(text: &str) -> Result<Self, InvalidNumber> {
        let digits = text.strip_prefix('+').unwrap_or_default();
        let plain = (10..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if !plain || plan::split(digits).is_none() {
            return Err(InvalidNumber::of(text));
        }
        if plan::without_trunk_prefix(digits).is_some() {
            return Err(InvalidNumber::TrunkPrefix);
        }
        Ok(Self(text.to_owned()))
    }

    /// Reads a number as people write it and databases hold it, and says what it changed for that;
    /// or says why WhatsApp could not reach it.
    ///
    /// Digits of any script are read. Spaces, dashes, invisible characters, `tel:`, a spreadsheet's
    /// marks around the number, `00` before the country code and a 0 after it are taken away.
    /// `country` is the ISO 3166 code that a number without a country code is read in, such as
    /// `IN`. Neither a country nor a missing digit is ever guessed. A text that
    /// [`parse`](Self::parse) takes is returned unchanged.
    ///
    /// The library itself never takes such a number for another: a host that wants its records read
    /// so calls this, or [`Customer::with_typed_number`](crate::port::Customer::with_typed_number),
    /// in its [directory](crate::port::CustomerDirectory).
    ///
    /// # Errors
    /// [`InvalidNumber`], which says what would be right. Landlines, toll-free numbers and numbers
    /// that no telephone has are errors too. A landline with its country code and only a 0 too many
    /// is returned.
    ///
    /// ```
    /// use whatsapp_core::{InvalidNumber, WhatsAppNumber};
    ///
    /// for typed in ["098765 43210", "91-98765-43210", "+91 (0) 98765 43210", "'+919876543210"] {
    ///     let read = WhatsAppNumber::typed(typed, "IN")?;
    ///     assert_eq!(read.number.as_str(), "+919876543210");
    /// }
    /// let read = WhatsAppNumber::typed("98765-43210", "IN")?;
    /// assert_eq!(
    ///     read.changed(),
    ///     "Spaces and signs were left out; the country code +91 was added."
    /// );
    /// let landline = WhatsAppNumber::typed("022 2345 6789", "IN");
    /// assert_eq!(landline, Err(InvalidNumber::Landline));
    /// # Ok::<(), InvalidNumber>(())
    /// ```
    #[cfg(feature = "suggest")]
    pub fn typed(text: &str, country: &str) -> Result<TypedNumber, InvalidNumber> {
        typed::read(text, country)
    }

    /// A warning for the manager about a number that is accepted all the same.
    pub(crate) fn warning(&self) -> Option<&'static str> {
        match plan::Line::of(self.digits()) {
            plan::Line::Landline => Some(
                "The WhatsApp number is a landline number, which rarely has WhatsApp. Ask the \
                 customer for a mobile number.",
            ),
            plan::Line::Service => Some(
                "The WhatsApp number is a toll-free or service number, which has no WhatsApp. Ask \
                 the customer for a mobile number.",
            ),
            plan::Line::Impossible => Some(
                "No number with this country code has as many digits. Look for a digit that is \
                 missing or too many in the WhatsApp number, and at the country code.",
            ),
            plan::Line::MayBeMobile | plan::Line::Unknown => None,
        }
    }

    /// The number with its `+`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits alone, as the gateway wants them.
    #[must_use]
    pub fn digits(&self) -> &str {
        self.0.strip_prefix('+').unwrap_or(&self.0)
    }

    /// Returns true if `digits` (bare digits, as a gateway lists a recipient) may name the
    /// same telephone.
    ///
    /// They may if they are equal, or have the same country calling code and the same last eight
    /// digits: networks leave out or put in digits before these. A shorter number is compared by
    /// all of its digits.
    ///
    /// ```
    /// use whatsapp_core::WhatsAppNumber;
    ///
    /// // Mobile numbers of Brazil got a ninth digit, which WhatsApp often leaves out.
    /// let number = WhatsAppNumber::parse("+5531987654321")?;
    /// assert!(number.may_be("553187654321"));
    /// assert!(!number.may_be("553187654322"));
    /// # Ok::<(), whatsapp_core::InvalidNumber>(())
    /// ```
    #[must_use]
    pub fn may_be(&self, digits: &str) -> bool {
        plan::may_be_same(self.digits(), digits)
    }

    /// The number with its middle hidden, such as `+91******3210`: for logs and lists.
    #[must_use]
    pub fn masked(&self) -> String {
        let shown_end = self.0.len().saturating_sub(4);
        self.0
            .char_indices()
            .map(|(at, c)| if (3..shown_end).contains(&at) { '*' } else { c })
            .collect()
    }
}

impl fmt::Debug for WhatsAppNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl TryFrom<String> for WhatsAppNumber {
    type Error = InvalidNumber;

    fn try_from(text: String) -> Result<Self, InvalidNumber> {
        Self::parse(&text)
    }
}

impl From<WhatsAppNumber> for String {
    fn from(number: WhatsAppNumber) -> String {
        number.0
    }
}
