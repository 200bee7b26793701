//! What is known of how WhatsApp shows a text, and how surely.

/// How sure a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surety {
    /// WhatsApp's help says so, and other programs agree.
    Sure,
    /// One program or one report says so.
    Likely,
    /// Sources differ; what is likelier is shown.
    Open,
}

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its number, by which a [text](super::Shown::unsure) names it.
    pub no: u8,
    /// What it says.
    pub says: &'static str,
    /// How sure it is.
    pub surety: Surety,
}

/// What may stand before a mark that opens.
pub(super) const OPENER: u8 = 4;
/// What may stand behind a mark that closes.
pub(super) const CLOSER: u8 = 6;
/// Marks that cross.
pub(super) const CROSSED: u8 = 8;
/// The same mark twice.
pub(super) const DOUBLED: u8 = 10;
/// Lists.
pub(super) const LISTED: u8 = 11;
/// Links.
pub(super) const LINKED: u8 = 14;
/// Long texts.
pub(super) const FOLDED: u8 = 16;

/// All rules, in the order of their numbers.
pub const RULES: &[Rule] = &[
    rule(
        1,
        "Three backticks before and behind: as it stands, also over several lines.",
        Surety::Sure,
    ),
    rule(2, "A backtick before and behind: as it stands, within a line.", Surety::Sure),
    rule(
        3,
        "*Bold*, _italic_ and ~struck through~ within a line, as short as can be.",
        Surety::Sure,
    ),
    rule(
        OPENER,
        "A mark opens at the start of a line, behind a blank, another mark, or a sign such as a \
         bracket; not behind a letter or a digit.",
        Surety::Open,
    ),
    rule(5, "No blank stands directly inside the marks.", Surety::Sure),
    rule(
        CLOSER,
        "A mark closes unless a letter or a digit, of any script, follows.",
        Surety::Likely,
    ),
    rule(7, "Different marks may stand in each other.", Surety::Sure),
    rule(CROSSED, "Of marks that cross the first complete pair counts.", Surety::Likely),
    rule(9, "Pairs may stand side by side.", Surety::Sure),
    rule(
        DOUBLED,
        "Of doubled marks the inner ones count, and the outer ones stay.",
        Surety::Likely,
    ),
    rule(
        LISTED,
        "A line that begins with a star or a hyphen and a blank is an item of a list, and one that \
         begins with a number up to 99, a full stop and a blank is a numbered one. A star that only \
         another star answers is none.",
        Surety::Likely,
    ),
    rule(12, "A line that begins with > and a blank is quoted.", Surety::Sure),
    rule(13, "Markdown's headings, links, tables and rules stay as they stand.", Surety::Sure),
    rule(
        LINKED,
        "Addresses are links; without http before them that is only likely.",
        Surety::Likely,
    ),
    rule(15, "Lines stay lines; the ends of a text are trimmed.", Surety::Sure),
    rule(FOLDED, "Long texts fold behind \"Read more\".", Surety::Open),
];

const fn rule(no: u8, says: &'static str, surety: Surety) -> Rule {
    Rule { no, says, surety }
}
