//! The rules by which texts are shown, and the certainty of each.

/// Certainty of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Surety {
    /// WhatsApp's help and a program that follows it agree.
    Sure,
    /// A program or a report says so.
    Likely,
    /// Sources differ; the likelier is shown.
    Open,
}

/// A rule by which texts are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The rule's number, from 1.
    pub no: u8,
    /// The rule in words.
    pub what: &'static str,
    /// Certainty of the rule's least sure part.
    pub surety: Surety,
}

/// The number of the rule about characters before a mark.
pub(super) const BEFORE: u8 = 4;
/// The number of the rule about characters after a mark.
pub(super) const AFTER: u8 = 6;
/// The number of the rule about marks that cross.
pub(super) const CROSSED: u8 = 8;
/// The number of the rule about marks that are doubled.
pub(super) const DOUBLED: u8 = 10;
/// The number of the rule about links.
pub(super) const LINKED: u8 = 14;
/// The number of the rule about line breaks and the ends of a text.
pub(super) const TRIMMED: u8 = 15;
/// The number of the rule about long texts.
pub(super) const FOLDED: u8 = 16;

/// The rules, by their numbers.
pub const RULES: &[Rule] = &[
    Rule {
        no: 1,
        what: "What stands between ``` and ``` is shown as it was typed, also over several lines. \
               Blanks alone are no code.",
        surety: Surety::Sure,
    },
    Rule {
        no: 2,
        what: "What stands between ` and ` on a line is shown as it was typed.",
        surety: Surety::Sure,
    },
    Rule {
        no: 3,
        what: "*bold*, _italic_ and ~struck out~ begin and end on the same line, and end as soon as \
               they can.",
        surety: Surety::Sure,
    },
    Rule {
        no: BEFORE,
        what: "A mark begins at the start of a line, after a blank, > or another mark, and never after \
               a letter or a digit. That it begins after other signs, such as (, is open.",
        surety: Surety::Open,
    },
    Rule {
        no: 5,
        what: "No blank stands directly inside the marks: * not bold * stays as it is.",
        surety: Surety::Sure,
    },
    Rule {
        no: AFTER,
        what: "A mark ends where no letter or digit follows. That letters of other scripts count as \
               letters is likely.",
        surety: Surety::Likely,
    },
    Rule { no: 7, what: "Different marks nest either way.", surety: Surety::Sure },
    Rule {
        no: CROSSED,
        what: "Where marks cross, the first complete pair wins and the rest stays as it is.",
        surety: Surety::Likely,
    },
    Rule { no: 9, what: "Pairs may stand side by side: *a* *b*.", surety: Surety::Sure },
    Rule {
        no: DOUBLED,
        what: "Doubled marks are not the bold of Markdown: of **a** customers see a bold a with a star on either side.",
        surety: Surety::Open,
    },
    Rule {
        no: 11,
        what: "A line that begins with * or - and a blank is an item of a list; one that begins with \
               1. to 99. and a blank is an item that keeps its number.",
        surety: Surety::Sure,
    },
    Rule {
        no: 12,
        what: "A line that begins with > and a blank is a quote.",
        surety: Surety::Sure,
    },
    Rule {
        no: 13,
        what: "Headings, links, tables and rules of Markdown stay as they are.",
        surety: Surety::Sure,
    },
    Rule {
        no: LINKED,
        what: "Addresses with http:// or https:// are links, and marks inside them stay as they are. \
               That bare domains are links, and that a mark around an address ends behind it, is likely.",
        surety: Surety::Likely,
    },
    Rule {
        no: TRIMMED,
        what: "Line breaks and empty lines stay. Blanks at the beginning and at the end of the message are probably \
               cut off.",
        surety: Surety::Likely,
    },
    Rule {
        no: FOLDED,
        what: "A long text folds behind \"Read more\": after how much, reports differ.",
        surety: Surety::Open,
    },
];
