//! The pages of templates: the list, the page on which one is written, and its versions.

use askama::Template;

use super::{Bubble, Choice, Fact, Hidden, Link, Pill, RowAct, Shell};
use crate::words::Texts;

/// Page of all templates, by the types that they are for.
#[derive(Debug, Template)]
#[template(path = "templates.html")]
pub(crate) struct TemplatesPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    /// Address of the page of a new template; empty for a visitor who may only look.
    pub(crate) new: String,
    /// Note about all templates; empty for none.
    pub(crate) hint: String,
    pub(crate) groups: Vec<TemplateGroup>,
}

/// Templates of a type, the used one first.
#[derive(Debug)]
pub(crate) struct TemplateGroup {
    pub(crate) title: String,
    /// Note about the type; empty for none.
    pub(crate) what: String,
    pub(crate) lines: Vec<TemplateLine>,
}

/// Template in the list.
#[derive(Debug)]
pub(crate) struct TemplateLine {
    pub(crate) name: String,
    /// Address of the template's page; empty for none.
    pub(crate) href: String,
    /// Version of the template and the time of its save; empty for the built-in text.
    pub(crate) changed: String,
    pub(crate) pill: Pill,
    /// Meaning of the word in `pill`.
    pub(crate) why: String,
    /// Links to confirmation pages before acts.
    pub(crate) acts: Vec<RowAct>,
    /// Links to pages that lead on.
    pub(crate) links: Vec<RowAct>,
}

/// Page on which a template is written.
#[derive(Debug, Template)]
#[template(path = "template.html")]
pub(crate) struct TemplatePage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) back: Link,
    pub(crate) heading: String,
    /// Version of the template and the time of its save; empty for a new one.
    pub(crate) about: String,
    pub(crate) acts: Vec<RowAct>,
    pub(crate) links: Vec<Link>,
    /// Reason why the template was not saved; empty for none.
    pub(crate) problem: String,
    /// Part of the page that the reason leads to.
    pub(crate) place: &'static str,
    pub(crate) clash: Option<Clash>,
    /// Address of the form. `check` is the address that checks it while somebody types.
    pub(crate) action: String,
    pub(crate) check: String,
    pub(crate) hiddens: Vec<Hidden>,
    pub(crate) name: String,
    pub(crate) name_error: String,
    pub(crate) types: Vec<Choice>,
    pub(crate) text: String,
    pub(crate) is_on: bool,
    pub(crate) note: String,
    /// Error of the note.
    pub(crate) note_error: String,
    pub(crate) customers: Vec<Choice>,
    /// Sentences on the text of messages that wait already.
    pub(crate) reach: String,
    pub(crate) e: Examined,
    pub(crate) bubbles: Vec<Bubble>,
}

/// Parts of a template's page that follow from the typed values, by themselves.
#[derive(Debug, Template)]
#[template(path = "check.html")]
pub(crate) struct CheckPart<'a> {
    pub(crate) t: &'a dyn Texts,
    pub(crate) e: Examined,
    pub(crate) bubbles: Vec<Bubble>,
}

/// Findings in a text, and its length and values.
#[derive(Debug)]
pub(crate) struct Examined {
    pub(crate) places: Vec<PlaceLine>,
    pub(crate) length: String,
    /// Sentence with the number of findings.
    pub(crate) sum: String,
    pub(crate) problems: Vec<FoundLine>,
    pub(crate) hints: Vec<FoundLine>,
    /// Sentence saying that there are more findings; empty where there are not.
    pub(crate) more: String,
    /// Sentence on the use of the text once it is saved.
    pub(crate) used: String,
    /// Notes on the preview.
    pub(crate) notes: Vec<String>,
    /// Address of the message whose values the preview has; empty where they are samples.
    pub(crate) message: String,
}

/// Value that a text may have.
#[derive(Debug)]
pub(crate) struct PlaceLine {
    /// Name of the value with its braces.
    pub(crate) written: String,
    /// Meaning of the value, and a sample.
    pub(crate) what: String,
}

/// Finding in a text.
#[derive(Debug)]
pub(crate) struct FoundLine {
    pub(crate) text: String,
    /// Range in UTF-16 units, as scripts count: the first unit and the one after the last, `5,12`.
    pub(crate) at: String,
    /// Value that the button that mends it sends; empty for no button.
    pub(crate) mend: String,
    pub(crate) mend_label: String,
}

/// Version that somebody else saved meanwhile.
#[derive(Debug)]
pub(crate) struct Clash {
    pub(crate) title: String,
    pub(crate) facts: Vec<Fact>,
    pub(crate) parts: Vec<DiffPart>,
    /// Address of the page with the present version.
    pub(crate) theirs: String,
}

/// Piece of a text compared with another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DiffPart {
    /// `same`, `gone` or `new`.
    pub(crate) kind: &'static str,
    pub(crate) text: String,
}

/// Page of a template's versions.
#[derive(Debug, Template)]
#[template(path = "versions.html")]
pub(crate) struct VersionsPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) back: Link,
    pub(crate) heading: String,
    pub(crate) hint: String,
    pub(crate) versions: Vec<VersionLine>,
    /// Sentences on the text of messages that wait already.
    pub(crate) reach: String,
    pub(crate) first: String,
    pub(crate) older: String,
}

/// Version of a template.
#[derive(Debug)]
pub(crate) struct VersionLine {
    pub(crate) id: String,
    pub(crate) title: String,
    /// Line with the person who saved the version, and the time.
    pub(crate) by: String,
    /// True for the newest version.
    pub(crate) is_now: bool,
    /// Note of the person who saved the version.
    pub(crate) note: String,
    /// Changes other than those of the text.
    pub(crate) changes: Vec<String>,
    /// Text with what changed in it; empty where the text stayed as it was.
    pub(crate) parts: Vec<DiffPart>,
    /// Button to the confirmation page before restoring the version; none where it changes nothing,
    /// and for a visitor who may not.
    pub(crate) restore: Option<RowAct>,
}
