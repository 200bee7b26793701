//! Probable slips.

use crate::message::CAPTION_MAX_UNITS;
use crate::template::TEXT_MAX_UTF16;

/// A probable slip in a template that can be saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Hint {
    /// `* bold *`.
    #[error(
        "there is a blank inside the {}, so that WhatsApp shows them and nothing is {}",
        signs(*.sign),
        effect(*.sign)
    )]
    BlankInside {
        /// The mark: `*`, `_` or `~`.
        sign: char,
    },
    /// `*bold`, without a second mark on the line.
    #[error("this {} has no partner on its line, so that WhatsApp shows it as it is", name(*.sign))]
    Alone {
        /// The mark: `*`, `_` or `~`.
        sign: char,
    },
    /// `**bold**`.
    #[error(
        "WhatsApp shows {written} as it is: one {} on each side makes a text {}",
        name(*.sign),
        effect(*.sign)
    )]
    Doubled {
        /// The marks as typed.
        written: &'static str,
        /// The mark that has the meant effect.
        sign: char,
    },
    /// `# Heading`.
    #[error("WhatsApp has no headings and shows the # as it is")]
    Heading,
    /// `[text](address)`.
    #[error("WhatsApp shows the brackets as they are; an address alone becomes a link")]
    Link,
    /// `Dear{customerName}`.
    #[error("{{{name}}} stands right beside a letter or another value, without a blank between")]
    Glued {
        /// The placeholder.
        name: &'static str,
    },
    /// `Rs. ₹{amount}`.
    #[error("the currency stands here twice; customers read it once, as {{{name}}} brings it")]
    CurrencyTwice {
        /// The placeholder.
        name: &'static str,
    },
    /// `https://bit.ly/x`.
    #[error("customers cannot see where an address of {host} leads: write the whole address")]
    Shortener {
        /// The host of the shortener.
        host: &'static str,
    },
    /// A greeting without the customer's name.
    #[error("every customer gets the same text: {{{name}}} is not in it")]
    SameForAll {
        /// The placeholder of the customer's name.
        name: &'static str,
    },
    /// Blanks at the end of a line.
    #[error("there are blanks at the end of this line that nobody sees")]
    BlanksAtEnd,
    /// Empty lines at an end of the text.
    #[error("WhatsApp leaves out empty lines at the beginning and at the end of a message")]
    EmptyLines,
    /// The text is too long to go under a file: it is a message of its own.
    #[error(
        "with sample values the text has {units} characters, and {CAPTION_MAX_UNITS} fit under a \
         file: the file goes out first, and the text behind it"
    )]
    BehindFile {
        /// Number of UTF-16 units in the text.
        units: usize,
    },
    /// The text is too long with values.
    #[error(
        "with sample values the text has {units} characters; {TEXT_MAX_UTF16} are the most a message \
         may have"
    )]
    LongWithValues {
        /// Number of UTF-16 units in the text.
        units: usize,
    },
}

const fn name(sign: char) -> &'static str {
    match sign {
        '*' => "star",
        '_' => "underscore",
        _ => "tilde",
    }
}

const fn signs(sign: char) -> &'static str {
    match sign {
        '*' => "stars",
        '_' => "underscores",
        _ => "tildes",
    }
}

const fn effect(sign: char) -> &'static str {
    match sign {
        '*' => "bold",
        '_' => "italic",
        _ => "struck out",
    }
}
