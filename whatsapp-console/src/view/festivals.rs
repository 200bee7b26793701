//! Festivals: the list of entries, what is suggested, the page on which one is written, the page of one, and the
//! page on which dates are pasted.

use askama::Template;

use super::{Bubble, Choice, Clash, Examined, Fact, Hidden, Link, Pill, RowAct, Shell, Sum, Told};
use crate::words::Texts;

/// The list of all entries.
#[derive(Debug, Template)]
#[template(path = "festivals.html")]
pub(crate) struct FestivalsPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    /// The pages of new ones; none for whoever may only look.
    pub(crate) links: Vec<Link>,
    /// Those that are ahead, and those that are over.
    pub(crate) groups: Vec<FestivalGroup>,
    /// What is suggested; nothing behind the first page.
    pub(crate) suggested: Option<Suggested>,
    pub(crate) first: String,
    pub(crate) older: String,
}

/// Entries that are ahead, or over.
#[derive(Debug)]
pub(crate) struct FestivalGroup {
    pub(crate) title: String,
    pub(crate) lines: Vec<FestivalLine>,
}

/// An entry in the list.
#[derive(Debug)]
pub(crate) struct FestivalLine {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) when: String,
    pub(crate) audience: String,
    pub(crate) pill: Pill,
    /// What that means, and what is still needed.
    pub(crate) why: String,
    pub(crate) acts: Vec<RowAct>,
}

/// What is suggested.
#[derive(Debug)]
pub(crate) struct Suggested {
    pub(crate) places: Vec<Choice>,
    pub(crate) lines: Vec<Suggestion>,
    /// That nothing is; empty where something is.
    pub(crate) nothing: String,
    /// Where the form goes that makes an entry, and where another place is asked for.
    pub(crate) action: String,
    pub(crate) list: String,
    /// Names the form: sent twice it makes one entry.
    pub(crate) once: String,
}

/// A festival that is suggested.
#[derive(Debug)]
pub(crate) struct Suggestion {
    pub(crate) name: String,
    pub(crate) when: String,
    /// That its date is estimated; empty where it is not.
    pub(crate) note: String,
    /// What the button sends; empty for no button.
    pub(crate) take: String,
    pub(crate) full: String,
    /// The entry that is about it already; empty for none.
    pub(crate) there: String,
}

/// The page on which an entry is written.
#[derive(Debug, Template)]
#[template(path = "festival_edit.html")]
pub(crate) struct FestivalPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) back: Link,
    pub(crate) heading: String,
    /// Why it was not saved, and the part of the page that this leads to; empty for no reason.
    pub(crate) problem: String,
    pub(crate) place: &'static str,
    pub(crate) clash: Option<Clash>,
    /// Where the form goes, and where it is checked while somebody types.
    pub(crate) action: String,
    pub(crate) check: String,
    pub(crate) hiddens: Vec<Hidden>,
    pub(crate) name: String,
    pub(crate) name_error: String,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) date: String,
    pub(crate) date_error: String,
    pub(crate) time: String,
    pub(crate) time_error: String,
    pub(crate) is_estimated: bool,
    pub(crate) templates: Vec<Choice>,
    pub(crate) text: String,
    pub(crate) text_error: String,
    pub(crate) to_all: bool,
    pub(crate) customers: String,
    pub(crate) customers_error: String,
    pub(crate) e: Examined,
    pub(crate) bubbles: Vec<Bubble>,
}

/// The page of an entry.
#[derive(Debug, Template)]
#[template(path = "festival.html")]
pub(crate) struct EntryPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) back: Link,
    pub(crate) heading: String,
    /// Its day and hour.
    pub(crate) lead: String,
    pub(crate) pill: Pill,
    pub(crate) tone: &'static str,
    /// Where it stands and what it still needs.
    pub(crate) standing: String,
    /// The acts that matter most, pages that lead on, and the other acts.
    pub(crate) acts: Vec<RowAct>,
    /// Whether the first of them brings it on.
    pub(crate) goes_on: bool,
    pub(crate) links: Vec<Link>,
    pub(crate) others: Vec<RowAct>,
    pub(crate) facts: Vec<Fact>,
    /// Whoever looks may see texts.
    pub(crate) may_act: bool,
    pub(crate) bubbles: Vec<Bubble>,
    pub(crate) notes: Vec<String>,
    /// Its recipients; nothing before it was armed.
    pub(crate) people: Option<PeoplePart>,
    pub(crate) history: Vec<Told>,
}

/// The recipients of an entry.
#[derive(Debug)]
pub(crate) struct PeoplePart {
    pub(crate) sums: Vec<Sum>,
    pub(crate) title: String,
    /// That the records do not answer; empty where they do.
    pub(crate) hint: String,
    pub(crate) people: Vec<Person>,
    /// What stands there where there is nobody.
    pub(crate) nothing: String,
    /// All of them, in the place of those who stand in one place; empty where it is all.
    pub(crate) all: String,
    pub(crate) first: String,
    pub(crate) next: String,
}

/// A recipient.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) number: String,
    pub(crate) pill: Pill,
    pub(crate) why: String,
    /// The page of its message; empty for none.
    pub(crate) message: String,
}

/// The page on which dates are pasted.
#[derive(Debug, Template)]
#[template(path = "festival_import.html")]
pub(crate) struct ImportPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) back: Link,
    pub(crate) action: String,
    pub(crate) hiddens: Vec<Hidden>,
    /// Why nothing of it can be read or made; empty for no reason.
    pub(crate) problem: String,
    pub(crate) text: String,
    /// How much was read, in a sentence; empty before anything was.
    pub(crate) sum: String,
    pub(crate) lines: Vec<ImportLine>,
    /// What is wrong, by line.
    pub(crate) findings: Vec<String>,
}

/// A line that was read.
#[derive(Debug)]
pub(crate) struct ImportLine {
    /// What its tick sends; empty where no entry can be made of it.
    pub(crate) tick: String,
    /// Whether the tick is set.
    pub(crate) on: bool,
    pub(crate) name: String,
    pub(crate) when: String,
    pub(crate) notes: String,
    /// Why not; empty where one can.
    pub(crate) why: String,
}
