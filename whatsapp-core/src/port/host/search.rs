//! Search for a customer in the host's records.

use std::fmt::Debug;

use async_trait::async_trait;
use unicode_normalization::UnicodeNormalization as _;

use super::directory::{Customer, DirectoryError};
use crate::visible::is_invisible;

/// The host's customers, searched by the part of a name or number that a person types.
///
/// A host without it still finds messages by number, by subject and by id.
///
/// # Contract
/// Reads only; may be asked any number of times at once. Answers, or fails, within 2 seconds.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CustomerSearch: Debug + Send + Sync + 'static {
    /// Returns the customers who match `text`, each once, at most `limit`, and the most recently
    /// used first where the host knows.
    ///
    /// A customer matches if for each word of `text` a word of the name begins with it, regardless
    /// of capitals and accents. Where `text` is digits and the signs between them, a customer also
    /// matches whose number holds these digits in a row. A blank text matches nobody.
    ///
    /// [`Sought`] splits a text into its parts, and [`Sought::folded`] gives the form of a name to
    /// compare the words with.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now.
    async fn search(&self, text: &str, limit: u32) -> Result<Vec<Customer>, DirectoryError>;
}

/// A search text that a person typed, split into its parts: the only place that knows how people
/// type.
///
/// ```
/// use whatsapp_core::port::Sought;
///
/// assert_eq!(Sought::new("asha  Trad").words, ["asha", "trad"]);
/// assert_eq!(Sought::new("José").words, ["jose"]);
/// assert_eq!(Sought::new("098765 43210").digits.as_deref(), Some("9876543210"));
/// assert_eq!(Sought::new("९८७६५").digits.as_deref(), Some("98765"));
/// assert_eq!(Sought::new("Asha 98765").digits, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sought {
    /// The text on one line, with plain blanks and digits and without invisible characters. Its
    /// letters are as they were typed.
    pub text: String,
    /// The words of the text, [folded](Self::folded): for each of them, a word of the folded name
    /// begins with it. Words stand between blanks, `(`, `[`, `"`, `-` and `/`.
    pub words: Vec<String>,
    /// The digits, where the text is digits and the signs that people write between them: the
    /// number holds them in a row. The zeros that are dialled before a number at home or abroad are
    /// left out.
    pub digits: Option<String>,
}

impl Sought {
    /// Parses a search text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = plain(text);
        let is_number = text.chars().all(|c| c.is_ascii_digit() || is_between(c));
        let digits = Some(digits(&text)).filter(|digits| is_number && !digits.is_empty());
        let words = words(&Self::folded(&text)).map(str::to_owned).collect();
        Self { text, words, digits }
    }

    /// Folds a name for comparison with the words of a search: small letters, Latin ones without
    /// accents. Signs of other scripts, such as the vowels of Hindi, stay. A host that searches in
    /// its database stores the folded name beside the name.
    ///
    /// ```
    /// use whatsapp_core::port::Sought;
    ///
    /// assert_eq!(Sought::folded("José NÚÑEZ"), "jose nunez");
    /// assert_eq!(Sought::folded("किशोर २"), "किशोर 2");
    /// ```
    #[must_use]
    pub fn folded(name: &str) -> String {
        let (name, mut is_latin) = (plain(name), false);
        let without_accents = name.nfkd().filter(|c| {
            let is_accent = ('\u{300}'..='\u{36f}').contains(c);
            if !is_accent {
                is_latin = c.is_ascii_alphabetic();
            }
            !(is_accent && is_latin)
        });
        without_accents.collect::<String>().nfc().flat_map(char::to_lowercase).collect()
    }

    /// Returns true if a customer matches the search.
    ///
    /// ```
    /// use whatsapp_core::CustomerId;
    /// use whatsapp_core::port::{Customer, Sought};
    ///
    /// let asha = Customer::new(CustomerId::new("C-1")?, "Asha Traders", Some("+919876543210"));
    /// assert!(Sought::new("trad ASHA").fits(&asha));
    /// assert!(Sought::new("543210").fits(&asha));
    /// assert!(Sought::new("098765 4").fits(&asha));
    /// assert!(!Sought::new("asha gupta").fits(&asha));
    /// # Ok::<(), whatsapp_core::InvalidHostKey>(())
    /// ```
    #[must_use]
    pub fn fits(&self, customer: &Customer) -> bool {
        let has_digits = self.digits.as_ref().is_some_and(|digits| {
            let number = customer.whatsapp_number.as_ref();
            number.is_some_and(|it| self::digits(&plain(it.as_str())).contains(digits))
        });
        if has_digits || self.words.is_empty() {
            return has_digits;
        }
        let name = Self::folded(customer.name.as_str());
        self.words.iter().all(|word| words(&name).any(|part| part.starts_with(word)))
    }
}

/// The words of a text: they stand between blanks, `(`, `[`, `"`, `-` and `/`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_between = |c: char| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '-' | '/');
    text.split(is_between).filter(|word| !word.is_empty())
}

/// The digits of a text, without the zeros before them and without the `(0)` of a number that is
/// written for home and abroad.
fn digits(text: &str) -> String {
    let digits: String = text.replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
    let kept = digits.trim_start_matches('0');
    if kept.is_empty() { digits } else { kept.to_owned() }
}

/// Returns true for a sign that people write between the digits of a number.
const fn is_between(c: char) -> bool {
    matches!(c, '+' | '(' | ')' | '-' | '.' | '/' | ' ')
}

/// A text with one plain blank for each run of blanks, with plain digits and dashes, and without
/// invisible characters.
fn plain(text: &str) -> String {
    let seen: String = text.chars().filter(|c| !is_invisible(*c)).map(plain_sign).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The ASCII form of a full-width sign, a digit of another script or a dash; any other sign as it
/// is.
fn plain_sign(c: char) -> char {
    /// The zeros of Arabic, Persian and the scripts of India; nine digits follow each.
    const ZEROS: [char; 11] = [
        '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}',
        '\u{c66}', '\u{ce6}', '\u{d66}',
    ];
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        _ => {
            let digit = ZEROS
                .iter()
                .find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|it| *it < 10));
            digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or(c)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sought;

    #[test]
    fn a_number_is_its_digits_however_it_is_typed() {
        for (typed, digits) in [
            ("098765 4", "987654"),
            ("0 98765", "98765"),
            ("00919876", "919876"),
            ("+91 (0) 98765", "9198765"),
            ("+91 98765/43210", "919876543210"),
            ("９８７６５ ４", "987654"),
            ("९८७६५ ४", "987654"),
            ("৯৮৭", "987"),
            ("98765\u{a0}432", "98765432"),
            ("98765\u{2013}4321", "987654321"),
            ("\u{202d}98765\t43210\u{202c}", "9876543210"),
            ("0", "0"),
        ] {
            assert_eq!(Sought::new(typed).digits.as_deref(), Some(digits), "{typed:?}");
        }
        for typed in ["", " ", "+", "x9", "INV-7", "7, 8"] {
            assert_eq!(Sought::new(typed).digits, None, "{typed:?}");
        }
    }

    #[test]
    fn a_name_is_folded_however_its_letters_are_put_together() {
        for (name, folded) in [
            ("José Núñez", "jose nunez"),
            ("Jose\u{301} Nu\u{301}n\u{303}ez", "jose nunez"),
            ("ÉCOLE İstanbul", "ecole istanbul"),
            ("ＡＳＨＡ　Ｔｒａｄｅｒｓ", "asha traders"),
            // Marks of other scripts are letters, and not ornaments.
            ("आशा ट्रेडर्स", "आशा ट्रेडर्स"),
            ("क\u{93c}िशोर", "क\u{93c}िशोर"),
            ("Й", "й"),
        ] {
            assert_eq!(Sought::folded(name), folded, "{name}");
            assert_eq!(Sought::folded(folded), folded, "twice is once");
        }
        assert_eq!(Sought::new("  ＩＮＶ－७  Núñez ").text, "INV-7 Núñez");
    }
}
