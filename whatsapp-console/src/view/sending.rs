//! The page on which a message to one customer is written.

use askama::Template;

use super::{Bubble, Choice, Hidden, PlaceLine, Shell};
use crate::words::Texts;

/// The page.
#[derive(Debug, Template)]
#[template(path = "send.html")]
pub(crate) struct SendPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    /// Where the form goes, and where it is looked over while somebody types.
    pub(crate) action: String,
    pub(crate) check: String,
    pub(crate) hiddens: Vec<Hidden>,
    /// The number of whoever writes it.
    pub(crate) mine: String,
    pub(crate) f: SendForm,
}

/// The parts of that page that follow from what is typed, by themselves.
#[derive(Debug, Template)]
#[template(path = "send_check.html")]
pub(crate) struct SendParts<'a> {
    pub(crate) t: &'a dyn Texts,
    pub(crate) f: SendForm,
}

/// What the form shows.
#[derive(Debug)]
pub(crate) struct SendForm {
    /// That it was not sent; empty where nothing is said of that.
    pub(crate) problem: String,
    pub(crate) problems: Vec<FlawLine>,
    /// What happened.
    pub(crate) note: Option<SendNote>,
    pub(crate) who: String,
    pub(crate) who_error: String,
    /// The page of the customer who is chosen; empty for none.
    pub(crate) customer_href: String,
    pub(crate) hits: Vec<Hit>,
    pub(crate) hits_note: String,
    /// Somebody looks for a customer: the first one has the focus.
    pub(crate) finds: bool,
    /// What the form has seen of the customer.
    pub(crate) seen: Vec<Hidden>,
    /// Each with whether it can be chosen.
    pub(crate) types: Vec<(Choice, bool)>,
    pub(crate) type_error: String,
    pub(crate) origins: Vec<Choice>,
    pub(crate) origin_error: String,
    /// The page of the template that is wrong; empty for no such one.
    pub(crate) origin_href: String,
    /// The text of one's own, where the message has one.
    pub(crate) own: Option<OwnText>,
    /// The text that was written before another one was chosen.
    pub(crate) own_kept: String,
    pub(crate) fields: Vec<ValueField>,
    /// Names and values that were typed for another text.
    pub(crate) others: Vec<(String, String)>,
    pub(crate) file: SendFile,
    pub(crate) time: SendTime,
    pub(crate) mine_error: String,
    /// Whether it can be sent, in a sentence.
    pub(crate) sum: String,
    /// What is still to be done.
    pub(crate) todo: Vec<FlawLine>,
    pub(crate) bubbles: Vec<Bubble>,
    /// What has to be said of the preview.
    pub(crate) notes: Vec<String>,
}

/// What stands in the way, and the field in which it is put right.
#[derive(Debug)]
pub(crate) struct FlawLine {
    pub(crate) at: String,
    pub(crate) text: String,
}

/// What happened to a form.
#[derive(Debug)]
pub(crate) struct SendNote {
    pub(crate) tone: &'static str,
    pub(crate) title: String,
    pub(crate) text: String,
    /// The beginning of a message; empty for none.
    pub(crate) quote: String,
    /// A page that shows more; empty for none.
    pub(crate) href: String,
    pub(crate) label: String,
}

impl SendNote {
    /// One of a single sentence.
    pub(crate) fn plain(tone: &'static str, title: &str) -> Self {
        Self {
            tone,
            title: title.to_owned(),
            text: String::new(),
            quote: String::new(),
            href: String::new(),
            label: String::new(),
        }
    }
}

/// A customer who may be chosen.
#[derive(Debug)]
pub(crate) struct Hit {
    pub(crate) value: String,
    pub(crate) label: String,
    /// The number and the id.
    pub(crate) about: String,
    pub(crate) on: bool,
}

/// A text of one's own.
#[derive(Debug)]
pub(crate) struct OwnText {
    pub(crate) text: String,
    pub(crate) error: String,
    /// The values that it may have.
    pub(crate) places: Vec<PlaceLine>,
}

/// A value that is asked for.
#[derive(Debug)]
pub(crate) struct ValueField {
    /// The field, and the id of its element.
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    /// The type of the input; `lines` for several lines.
    pub(crate) kind: &'static str,
    /// The keyboard that a telephone shows; empty for the usual one.
    pub(crate) keyboard: &'static str,
    pub(crate) value: String,
    pub(crate) error: String,
}

/// The file.
#[derive(Debug)]
pub(crate) struct SendFile {
    /// Which files may go with it.
    pub(crate) hint: String,
    pub(crate) may_upload: bool,
    pub(crate) may_link: bool,
    /// The file that is kept for it; empty for none.
    pub(crate) token: String,
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) accept: &'static str,
    pub(crate) link: String,
    pub(crate) upload_error: String,
    pub(crate) link_error: String,
}

/// When it goes out.
#[derive(Debug)]
pub(crate) struct SendTime {
    pub(crate) is_later: bool,
    pub(crate) at: String,
    pub(crate) at_error: String,
    /// Whose clocks they are.
    pub(crate) zone: String,
    /// When that is; empty where it is now.
    pub(crate) note: String,
    /// Both instants, where the time comes twice.
    pub(crate) folds: Vec<Fold>,
    /// The question before it goes out outside the hours; empty for none.
    pub(crate) asks: String,
    pub(crate) hours: bool,
    pub(crate) hours_error: String,
}

/// One of two instants.
#[derive(Debug)]
pub(crate) struct Fold {
    pub(crate) value: &'static str,
    pub(crate) label: String,
    pub(crate) on: bool,
}
