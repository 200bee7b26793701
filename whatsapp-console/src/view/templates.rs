//! Templates: the list of them, the page on which one is written, and its versions.

use askama::Template;

use super::{Bubble, Choice, Fact, Hidden, Link, Pill, RowAct, Shell};
use crate::words::Texts;

/// The list of all templates, by the types that they are for.
#[derive(Debug, Template)]
#[template(path = "templates.html")]
pub(crate) struct TemplatesPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    /// The page of a new one; empty for whoever may only look.
    pub(crate) new: String,
    /// What has to be said of all of them; empty for nothing.
    pub(crate) hint: String,
    pub(crate) groups: Vec<TemplateGroup>,
}

/// The templates of a type, the one that is used first.
#[derive(Debug)]
pub(crate) struct TemplateGroup {
    pub(crate) title: String,
    /// What has to be said of the type; empty for nothing.
    pub(crate) what: String,
    pub(crate) lines: Vec<TemplateLine>,
}

/// A template in the list.
#[derive(Debug)]
pub(crate) struct TemplateLine {
    pub(crate) name: String,
    /// Its page; empty for none.
    pub(crate) href: String,
    /// Its version, and when that was saved; empty for the built-in text.
    pub(crate) changed: String,
    pub(crate) pill: Pill,
    /// What that means.
    pub(crate) why: String,
    /// Questions before acts.
    pub(crate) acts: Vec<RowAct>,
    /// Pages that lead on.
    pub(crate) links: Vec<RowAct>,
}

/// The page on which a template is written.
#[derive(Debug, Template)]
#[template(path = "template.html")]
pub(crate) struct TemplatePage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) back: Link,
    pub(crate) heading: String,
    /// Its version, and when that was saved; empty for a new one.
    pub(crate) about: String,
    pub(crate) acts: Vec<RowAct>,
    pub(crate) links: Vec<Link>,
    /// Why it was not saved; empty for no reason.
    pub(crate) problem: String,
    /// The part of the page that this leads to.
    pub(crate) place: &'static str,
    pub(crate) clash: Option<Clash>,
    /// Where the form goes, and where it is checked while somebody types.
    pub(crate) action: String,
    pub(crate) check: String,
    pub(crate) hiddens: Vec<Hidden>,
    pub(crate) name: String,
    pub(crate) name_error: String,
    pub(crate) types: Vec<Choice>,
    pub(crate) text: String,
    pub(crate) is_on: bool,
    pub(crate) note: String,
    /// What is wrong with it.
    pub(crate) note_error: String,
    pub(crate) customers: Vec<Choice>,
    /// What messages that wait already will say.
    pub(crate) reach: String,
    pub(crate) e: Examined,
    pub(crate) bubbles: Vec<Bubble>,
}

/// The parts of that page that follow from what is typed, by themselves.
#[derive(Debug, Template)]
#[template(path = "check.html")]
pub(crate) struct CheckPart<'a> {
    pub(crate) t: &'a dyn Texts,
    pub(crate) e: Examined,
    pub(crate) bubbles: Vec<Bubble>,
}

/// What there is to say of a text.
#[derive(Debug)]
pub(crate) struct Examined {
    pub(crate) places: Vec<PlaceLine>,
    pub(crate) length: String,
    /// How much was found, in a sentence.
    pub(crate) sum: String,
    pub(crate) problems: Vec<FoundLine>,
    pub(crate) hints: Vec<FoundLine>,
    /// That there are more; empty where there are not.
    pub(crate) more: String,
    /// That messages are made with it once it is saved.
    pub(crate) used: String,
    /// What has to be said of the preview.
    pub(crate) notes: Vec<String>,
    /// The message whose values stand there; empty where they are samples.
    pub(crate) message: String,
}

/// A value that a text may have.
#[derive(Debug)]
pub(crate) struct PlaceLine {
    /// With its braces.
    pub(crate) written: String,
    /// What it means, and a sample.
    pub(crate) what: String,
}

/// Something found.
#[derive(Debug)]
pub(crate) struct FoundLine {
    pub(crate) text: String,
    /// The first UTF-16 unit and the one behind the last, as scripts count: `5,12`.
    pub(crate) at: String,
    /// What the button that mends it sends; empty for no button.
    pub(crate) mend: String,
    pub(crate) mend_label: String,
}

/// What somebody else saved meanwhile.
#[derive(Debug)]
pub(crate) struct Clash {
    pub(crate) title: String,
    pub(crate) facts: Vec<Fact>,
    pub(crate) parts: Vec<DiffPart>,
    /// The page of what stands there now.
    pub(crate) theirs: String,
}

/// A piece of a text beside another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DiffPart {
    /// `same`, `gone` or `new`.
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

/// The versions of a template.
#[derive(Debug, Template)]
#[template(path = "versions.html")]
pub(crate) struct VersionsPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) back: Link,
    pub(crate) heading: String,
    pub(crate) hint: String,
    pub(crate) versions: Vec<VersionLine>,
    /// What messages that wait already will say.
    pub(crate) reach: String,
    pub(crate) first: String,
    pub(crate) older: String,
}

/// A version.
#[derive(Debug)]
pub(crate) struct VersionLine {
    pub(crate) id: String,
    pub(crate) title: String,
    /// Who saved it, and when.
    pub(crate) by: String,
    /// It is the newest.
    pub(crate) is_now: bool,
    /// What whoever saved it wrote about it.
    pub(crate) note: String,
    /// What changed beside the text.
    pub(crate) changes: Vec<String>,
    /// The text with what changed in it; nothing where the text stayed as it was.
    pub(crate) parts: Vec<DiffPart>,
    /// The question before it is restored; none where that makes no sense.
    pub(crate) restore: Option<RowAct>,
}
