//! Which digits may be another spelling of a number, and which surely are not.

use super::WhatsAppNumber;
use super::plan::{TELLING_DIGITS, is_possible, split};

/// Fewer digits than these at the end tell nothing.
const LEAST_TELLING: usize = 7;

impl WhatsAppNumber {
    /// The key that all variants of the number share: its country code and its last eight digits.
    ///
    /// [`may_be`](Self::may_be) says of two numbers with the same key that they may be the same
    /// telephone's. A number with fewer than eight digits after its code has all of them in its key.
    ///
    /// ```
    /// use whatsapp_core::WhatsAppNumber;
    ///
    /// let number = WhatsAppNumber::parse("+5531987654321")?;
    /// assert_eq!(number.variant_key(), "55-87654321");
    /// assert_eq!(WhatsAppNumber::parse("+553187654321")?.variant_key(), "55-87654321");
    /// # Ok::<(), whatsapp_core::InvalidNumber>(())
    /// ```
    #[must_use]
    pub fn variant_key(&self) -> String {
        match split(self.digits()) {
            Some((code, rest)) => format!("{code}-{}", end(rest, TELLING_DIGITS)),
            None => self.digits().to_owned(),
        }
    }

    /// Whether `digits` surely name another telephone than this number: they can be the number of a
    /// telephone, they are no variant of this one, and they are not this one as it is dialled inside
    /// its country (`09876543210`, which without the 0 could be a number of Iran).
    pub(crate) fn is_surely_not(&self, digits: &str) -> bool {
        is_possible(digits) && !self.may_be(digits) && !self.may_be_domestic(digits)
    }

    /// Whether `digits` may be this number without its country code, perhaps with the 0 before it that
    /// is dialled inside most countries, or the 8 of some.
    fn may_be_domestic(&self, digits: &str) -> bool {
        let Some((_, rest)) = split(self.digits()) else { return false };
        if digits.strip_prefix('8') == Some(rest) {
            return true;
        }
        let digits = digits.trim_start_matches('0');
        let telling = TELLING_DIGITS.min(digits.len()).min(rest.len());
        (LEAST_TELLING..=rest.len()).contains(&digits.len())
            && end(digits, telling) == end(rest, telling)
    }
}

/// So many digits at the end of a number, or all that there are.
fn end(digits: &str, count: usize) -> &str {
    digits.len().checked_sub(count).and_then(|at| digits.get(at..)).unwrap_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(digits: &str) -> WhatsAppNumber {
        WhatsAppNumber::parse(&format!("+{digits}")).unwrap()
    }

    #[test]
    fn numbers_with_the_same_key_may_be_one_telephones() {
        let pairs = [
            ("5531987654321", "553187654321"),
            ("5215512345678", "525512345678"),
            ("5491123456789", "541123456789"),
            ("2250712345678", "22512345678"),
        ];
        for (one, other) in pairs {
            assert_eq!(number(one).variant_key(), number(other).variant_key(), "{one}");
            assert!(number(one).may_be(other), "{one}");
        }
        assert_eq!(number("3547712345").variant_key(), "354-7712345");
        assert_ne!(number("919876543210").variant_key(), number("449876543210").variant_key());
        assert_ne!(number("919876543210").variant_key(), number("919876543211").variant_key());
    }

    #[test]
    fn only_possible_numbers_that_are_no_spelling_of_this_one_are_surely_others() {
        let asha = number("919876543210");
        for other in ["919876543211", "447700900123", "12025550173", "449876543210"] {
            assert!(asha.is_surely_not(other), "{other}");
        }
        for perhaps in [
            "919876543210",
            "9109876543210",
            "9876543210",
            "09876543210",
            "100000000000042",
            "9198765",
            "",
        ] {
            assert!(!asha.is_surely_not(perhaps), "{perhaps}");
        }
        // Without the code it would be a number of Egypt.
        assert!(crate::number::is_possible("2025550173"));
        assert!(!number("12025550173").is_surely_not("2025550173"));
        // As it was long dialled in Lithuania: with the code of China it would be a number too.
        assert!(crate::number::is_possible("861234567"));
        assert!(!number("37061234567").is_surely_not("861234567"));
        // As it was dialled in Brazil before the ninth digit.
        assert!(!number("5531987654321").is_surely_not("3187654321"));
    }
}
