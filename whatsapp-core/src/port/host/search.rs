//! What the core asks of the host when a person looks for a customer.

use std::fmt::Debug;

use async_trait::async_trait;

use super::directory::{Customer, DirectoryError};

/// The host's customers, by what a person types of a name or a number.
///
/// A host without it still finds messages by number, by what they are about and by their id.
///
/// # Contract
/// Reads only; may be asked any number of times at once. Answers, or fails, within 2 seconds.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CustomerSearch: Debug + Send + Sync + 'static {
    /// Customers of whom a word of the name begins with each word of `text`, in capitals or small
    /// letters; and those whose number holds its digits in a row, where it is digits and the signs
    /// between them. Each once, at most `limit`, the most recently used first where the host knows.
    /// Nothing for a text of blanks. [`Sought`] takes a text apart.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now.
    async fn search(&self, text: &str, limit: u32) -> Result<Vec<Customer>, DirectoryError>;
}

/// What a person types to find a customer, taken apart.
///
/// ```
/// use whatsapp_core::port::Sought;
///
/// assert_eq!(Sought::new("asha  Trad").words, ["asha", "Trad"]);
/// assert_eq!(Sought::new("98765 43210").digits.as_deref(), Some("9876543210"));
/// assert_eq!(Sought::new("Asha 98765").digits, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sought<'a> {
    /// Its words, as they were typed: a word of the name begins with each of them. Words stand between blanks,
    /// `(`, `[`, `"`, `-` and `/`.
    pub words: Vec<&'a str>,
    /// Its digits, where it is digits and the signs that people write between them: the number holds
    /// them in a row.
    pub digits: Option<String>,
}

impl<'a> Sought<'a> {
    /// What is sought by a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let is_number = text.chars().all(|c| c.is_ascii_digit() || is_between(c));
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let digits = Some(digits).filter(|digits| is_number && !digits.is_empty());
        Self { words: words(text).collect(), digits }
    }

    /// Whether a customer is sought.
    ///
    /// ```
    /// use whatsapp_core::CustomerId;
    /// use whatsapp_core::port::{Customer, Sought};
    ///
    /// let asha = Customer::new(CustomerId::new("C-1")?, "Asha Traders", Some("+919876543210"));
    /// assert!(Sought::new("trad ASHA").fits(&asha));
    /// assert!(Sought::new("543210").fits(&asha));
    /// assert!(!Sought::new("asha gupta").fits(&asha));
    /// # Ok::<(), whatsapp_core::InvalidHostKey>(())
    /// ```
    #[must_use]
    pub fn fits(&self, customer: &Customer) -> bool {
        let name = customer.name.as_str().to_lowercase();
        let begins = |word: &&str| {
            let word = word.to_lowercase();
            words(&name).any(|part| part.starts_with(&word))
        };
        let has_digits = self.digits.as_ref().is_some_and(|digits| {
            customer.whatsapp_number.as_ref().is_some_and(|it| it.as_str().contains(digits))
        });
        has_digits || (!self.words.is_empty() && self.words.iter().all(begins))
    }
}

/// The words of a text: they stand between blanks, `(`, `[`, `"`, `-` and `/`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_between = |c: char| c.is_whitespace() || matches!(c, '(' | '[' | '"' | '-' | '/');
    text.split(is_between).filter(|word| !word.is_empty())
}

/// Whether people write a sign between the digits of a number.
const fn is_between(c: char) -> bool {
    matches!(c, '+' | '(' | ')' | '-' | '.' | ' ')
}
