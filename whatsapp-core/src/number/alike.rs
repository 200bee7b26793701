//! Digits that may be another spelling of a number, and digits that surely are not.

use super::WhatsAppNumber;
use super::plan::{TELLING_DIGITS, is_possible, split};

/// The smallest number of final digits that can identify a number.
const LEAST_TELLING: usize = 7;

impl WhatsAppNumber {
    /// The key that all variants of the number share: its country code and its last eight digits.
    ///
    /// Two numbers with the same key may belong to the same telephone by [`may_be`](Self::may_be).
    /// A number with fewer than eight digits after its code has all of them in its key.
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

    /// The number as written here, followed by the other spellings that networks and gateways are
    /// known to use. These are with and without Brazil's ninth digit, the `1` of Mexico, the `9` of
    /// Argentina, and the prefixes of Benin and Côte d'Ivoire. Most numbers have one spelling.
    ///
    /// ```
    /// use whatsapp_core::WhatsAppNumber;
    ///
    /// let number = WhatsAppNumber::parse("+5531987654321")?;
    /// let digits: Vec<_> = number.spellings().iter().map(|one| one.digits().to_owned()).collect();
    /// assert_eq!(digits, ["5531987654321", "553187654321"]);
    /// assert_eq!(WhatsAppNumber::parse("+919876543210")?.spellings().len(), 1);
    /// # Ok::<(), whatsapp_core::InvalidNumber>(())
    /// ```
    #[must_use]
    pub fn spellings(&self) -> Vec<Self> {
        let mut spellings = vec![self.clone()];
        if let Some((code, rest)) = split(self.digits()) {
            let others = respelled(code, rest).into_iter();
            spellings.extend(others.map(|rest| Self(format!("+{code}{rest}"))));
        }
        spellings
    }

    /// The common spelling of the number and its other [`spellings`](Self::spellings): the shorter
    /// of two. Two numbers are the same if their common spellings are. For a number that may stand
    /// for several (the old ones of Côte d'Ivoire) it is the number as written here.
    ///
    /// ```
    /// use whatsapp_core::WhatsAppNumber;
    ///
    /// let number = WhatsAppNumber::parse("+5531987654321")?;
    /// assert_eq!(number.one_spelling().digits(), "553187654321");
    /// let number = WhatsAppNumber::parse("+919876543210")?;
    /// assert_eq!(number.one_spelling(), number);
    /// # Ok::<(), whatsapp_core::InvalidNumber>(())
    /// ```
    #[must_use]
    pub fn one_spelling(&self) -> Self {
        let spellings = self.spellings();
        let shortest = spellings.into_iter().min_by_key(|one| one.digits().len());
        shortest.filter(|one| one.spellings().len() == 2).unwrap_or_else(|| self.clone())
    }

    /// Returns true if `digits` surely name another telephone than this number. They can be a
    /// telephone's number, and are no variant of this one. They are also not this number as dialled
    /// inside its country (`09876543210`, which without the 0 could be a number of Iran).
    pub(crate) fn is_surely_not(&self, digits: &str) -> bool {
        is_possible(digits) && !self.may_be(digits) && !self.may_be_domestic(digits)
    }

    /// Returns true if `digits` may be this number without its country code, perhaps with the 0
    /// before it that is dialled inside most countries, or the 8 of some.
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

/// The other spellings of the digits after a country code.
fn respelled(code: &str, rest: &str) -> Vec<String> {
    let with =
        |prefixes: &[&str]| prefixes.iter().map(|prefix| format!("{prefix}{rest}")).collect();
    let without = |prefixes: &[&str]| {
        let plain = prefixes.iter().find_map(|prefix| rest.strip_prefix(prefix));
        plain.map(str::to_owned).into_iter().collect()
    };
    match (code, rest.len()) {
        // The area has two digits; landlines, which begin with 2 to 5, have no ninth digit.
        ("55", 10 | 11) => match rest.split_at_checked(2) {
            Some((area, local)) if rest.len() == 10 && local.starts_with(['6', '7', '8', '9']) => {
                vec![format!("{area}9{local}")]
            }
            Some((area, local)) if rest.len() == 11 => {
                local.strip_prefix('9').map(|local| format!("{area}{local}")).into_iter().collect()
            }
            _ => Vec::new(),
        },
        ("52", 10) => with(&["1"]),
        ("52", 11) => without(&["1"]),
        ("54", 10) => with(&["9"]),
        ("54", 11) => without(&["9"]),
        ("229", 8) => with(&["01"]),
        ("229", 10) => without(&["01"]),
        ("225", 8) => with(MOBILE_OF_IVORY_COAST),
        ("225", 10) => without(MOBILE_OF_IVORY_COAST),
        _ => Vec::new(),
    }
}

/// The prefixes that mobile numbers of Côte d'Ivoire, which had eight digits, got. They depend on
/// the network, which the digits do not always tell any more.
const MOBILE_OF_IVORY_COAST: &[&str] = &["01", "05", "07"];

/// The last `count` digits of a number, or all of them where it has fewer.
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
    fn other_spellings_lead_to_one_another_and_may_be_the_number() {
        for (digits, others) in [
            ("5531987654321", &["553187654321"][..]),
            ("553187654321", &["5531987654321"]),
            ("5215512345678", &["525512345678"]),
            ("525512345678", &["5215512345678"]),
            ("5491123456789", &["541123456789"]),
            ("541123456789", &["5491123456789"]),
            ("2290197123456", &["22997123456"]),
            ("22997123456", &["2290197123456"]),
            ("2250712345678", &["22512345678"]),
            ("22512345678", &["2250112345678", "2250512345678", "2250712345678"]),
            // A landline, and numbers of countries that write them in one way.
            ("551132345678", &[]),
            ("919876543210", &[]),
            ("12025550173", &[]),
            ("447700900123", &[]),
        ] {
            let spelled = number(digits).spellings();
            let spelled: Vec<_> = spelled.iter().map(WhatsAppNumber::digits).collect();
            assert_eq!(spelled[0], digits);
            assert_eq!(&spelled[1..], others, "{digits}");
            for other in others {
                assert!(number(digits).may_be(other), "{other}");
                let back = number(other).spellings();
                assert!(back.iter().any(|one| one.digits() == digits), "{other}");
            }
        }
    }

    #[test]
    fn spellings_of_one_number_have_one_spelling_and_other_numbers_another() {
        let one = |digits| number(digits).one_spelling().digits().to_owned();
        for (long, short) in [
            ("5531987654321", "553187654321"),
            ("5215512345678", "525512345678"),
            ("5491123456789", "541123456789"),
            ("2290197123456", "22997123456"),
        ] {
            assert_eq!([one(long), one(short)], [short, short]);
        }
        // The same key, and other telephones.
        for digits in
            ["919876543210", "918876543210", "2250112345678", "2250712345678", "22512345678"]
        {
            assert_eq!(one(digits), digits);
        }
        assert_eq!(number("919876543210").variant_key(), number("918876543210").variant_key());
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
        // The form once dialled in Lithuania: with the code of China it would be a number too.
        assert!(crate::number::is_possible("861234567"));
        assert!(!number("37061234567").is_surely_not("861234567"));
        // The form dialled in Brazil before the ninth digit.
        assert!(!number("5531987654321").is_surely_not("3187654321"));
    }
}
