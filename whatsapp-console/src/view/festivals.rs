//! The pages of festival messages: the list with its suggestions, the page on which one is written,
//! the page of one, and the page on which dates are pasted. An entry is a festival message: a
//! greeting or an announcement.

use askama::Template;

use super::{Bubble, Choice, Clash, Examined, Fact, Hidden, Link, Pill, RowAct, Shell, Sum, Told};
use crate::words::Texts;

/// Page with the list of all entries.
#[derive(Debug, Template)]
#[template(path = "festivals.html")]
pub(crate) struct FestivalsPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    /// Links to the pages of new entries; none for a visitor who may only look.
    pub(crate) links: Vec<Link>,
    /// Entries that are ahead, and entries that are over.
    pub(crate) groups: Vec<FestivalGroup>,
    /// Suggested festivals; none after the first page.
    pub(crate) suggested: Option<Suggested>,
    pub(crate) first: String,
    pub(crate) older: String,
}

/// Entries that are ahead, or entries that are over.
#[derive(Debug)]
pub(crate) struct FestivalGroup {
    pub(crate) title: String,
    pub(crate) lines: Vec<FestivalLine>,
}

/// Entry in the list.
#[derive(Debug)]
pub(crate) struct FestivalLine {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) when: String,
    pub(crate) audience: String,
    pub(crate) pill: Pill,
    /// Meaning of the word in `pill`, and what the entry still needs.
    pub(crate) why: String,
    pub(crate) acts: Vec<RowAct>,
}

/// Suggested festivals.
#[derive(Debug)]
pub(crate) struct Suggested {
    pub(crate) places: Vec<Choice>,
    pub(crate) lines: Vec<Suggestion>,
    /// Sentence for a place without suggestions; empty where there are some.
    pub(crate) nothing: String,
    /// Address of the form that makes an entry. `list` is the address for choosing another place.
    pub(crate) action: String,
    pub(crate) list: String,
    /// Id of the form: sent twice, it makes one entry.
    pub(crate) once: String,
}

/// Suggested festival.
#[derive(Debug)]
pub(crate) struct Suggestion {
    pub(crate) name: String,
    pub(crate) when: String,
    /// Note that the date is estimated; empty where it is not.
    pub(crate) note: String,
    /// Value that the button sends; empty for no button.
    pub(crate) take: String,
    pub(crate) full: String,
    /// Address of the entry about the festival; empty for none.
    pub(crate) there: String,
}

/// Page on which an entry is written.
#[derive(Debug, Template)]
#[template(path = "festival_edit.html")]
pub(crate) struct FestivalPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) back: Link,
    pub(crate) heading: String,
    /// Reason why the entry was not saved; empty for none. It leads to the part of the page in
    /// `place`.
    pub(crate) problem: String,
    pub(crate) place: &'static str,
    pub(crate) clash: Option<Clash>,
    /// Address of the form. `check` is the address that checks it while somebody types.
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

/// Page of an entry.
#[derive(Debug, Template)]
#[template(path = "festival.html")]
pub(crate) struct EntryPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) back: Link,
    pub(crate) heading: String,
    /// Day and time of day of the entry.
    pub(crate) lead: String,
    pub(crate) pill: Pill,
    pub(crate) tone: &'static str,
    /// State of the entry, and what it still needs.
    pub(crate) standing: String,
    /// Acts that matter most. `links` are pages that lead on, and `others` the other acts.
    pub(crate) acts: Vec<RowAct>,
    /// True where the first act brings the entry on.
    pub(crate) goes_on: bool,
    pub(crate) links: Vec<Link>,
    pub(crate) others: Vec<RowAct>,
    pub(crate) facts: Vec<Fact>,
    /// True where the visitor may see texts.
    pub(crate) may_act: bool,
    pub(crate) bubbles: Vec<Bubble>,
    pub(crate) notes: Vec<String>,
    /// Recipients of the entry; none before it was armed.
    pub(crate) people: Option<PeoplePart>,
    pub(crate) history: Vec<Told>,
}

/// Recipients of an entry.
#[derive(Debug)]
pub(crate) struct PeoplePart {
    pub(crate) sums: Vec<Sum>,
    pub(crate) title: String,
    /// Note that the host's records do not answer; empty where they do.
    pub(crate) hint: String,
    pub(crate) people: Vec<Person>,
    /// Sentence for an empty list.
    pub(crate) nothing: String,
    /// Address of all recipients; empty where all are shown.
    pub(crate) all: String,
    pub(crate) first: String,
    pub(crate) next: String,
}

/// Recipient of an entry.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) number: String,
    pub(crate) pill: Pill,
    pub(crate) why: String,
    /// Address of the recipient's message; empty for none.
    pub(crate) message: String,
}

/// Page on which dates are pasted.
#[derive(Debug, Template)]
#[template(path = "festival_import.html")]
pub(crate) struct ImportPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) back: Link,
    pub(crate) action: String,
    pub(crate) hiddens: Vec<Hidden>,
    /// Reason why nothing can be read or made; empty for none.
    pub(crate) problem: String,
    pub(crate) text: String,
    /// Sentence with the number of lines read; empty before anything was read.
    pub(crate) sum: String,
    pub(crate) lines: Vec<ImportLine>,
    /// Errors by line.
    pub(crate) findings: Vec<String>,
}

/// Line of the list that was read.
#[derive(Debug)]
pub(crate) struct ImportLine {
    /// Value that the tick sends; empty where no entry can be made of the line.
    pub(crate) tick: String,
    /// True where the tick is set.
    pub(crate) on: bool,
    pub(crate) name: String,
    pub(crate) when: String,
    pub(crate) notes: String,
    /// Reason why no entry can be made; empty where one can.
    pub(crate) why: String,
}
