//! The page on which a message to one customer is written.

use askama::Template;

use super::{Bubble, Choice, Hidden, PlaceLine, Shell};
use crate::words::Texts;

/// Page on which a message to one customer is written.
#[derive(Debug, Template)]
#[template(path = "send.html")]
pub(crate) struct SendPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    /// Address of the form. `check` is the address that checks it while somebody types.
    pub(crate) action: String,
    pub(crate) check: String,
    pub(crate) hiddens: Vec<Hidden>,
    /// Number of the person who writes.
    pub(crate) mine: String,
    pub(crate) f: SendForm,
}

/// Parts of the page that follow from the typed values, by themselves.
#[derive(Debug, Template)]
#[template(path = "send_check.html")]
pub(crate) struct SendParts<'a> {
    pub(crate) t: &'a dyn Texts,
    pub(crate) f: SendForm,
}

/// Content of the form.
#[derive(Debug)]
pub(crate) struct SendForm {
    /// Heading for a form that was not sent; empty where nothing is said of that.
    pub(crate) problem: String,
    pub(crate) problems: Vec<FlawLine>,
    /// Notice of what happened.
    pub(crate) note: Option<SendNote>,
    pub(crate) who: String,
    pub(crate) who_error: String,
    /// Address of the chosen customer's page; empty for none.
    pub(crate) customer_href: String,
    pub(crate) hits: Vec<Hit>,
    pub(crate) hits_note: String,
    /// True after a search for a customer: the first one found has the focus.
    pub(crate) finds: bool,
    /// Hidden fields with the customer and the last message by hand that the form has seen.
    pub(crate) seen: Vec<Hidden>,
    /// Types of messages, each with whether it can be chosen.
    pub(crate) types: Vec<(Choice, bool)>,
    pub(crate) type_error: String,
    pub(crate) origins: Vec<Choice>,
    pub(crate) origin_error: String,
    /// Address of the template that cannot be used; empty for none.
    pub(crate) origin_href: String,
    /// Text of one's own, where the message has one.
    pub(crate) own: Option<OwnText>,
    /// Text of one's own that was written before another text was chosen.
    pub(crate) own_kept: String,
    pub(crate) fields: Vec<ValueField>,
    /// Names and values that were typed for another text.
    pub(crate) others: Vec<(String, String)>,
    pub(crate) file: SendFile,
    pub(crate) time: SendTime,
    pub(crate) mine_error: String,
    /// Sentence on whether the form can be sent.
    pub(crate) sum: String,
    /// Flaws that are still to be put right.
    pub(crate) todo: Vec<FlawLine>,
    pub(crate) bubbles: Vec<Bubble>,
    /// Notes on the preview.
    pub(crate) notes: Vec<String>,
}

/// Flaw, and the field in which it is put right.
#[derive(Debug)]
pub(crate) struct FlawLine {
    pub(crate) at: String,
    pub(crate) text: String,
}

/// Notice of what happened to a form.
#[derive(Debug)]
pub(crate) struct SendNote {
    pub(crate) tone: &'static str,
    pub(crate) title: String,
    pub(crate) text: String,
    /// Beginning of a message; empty for none.
    pub(crate) quote: String,
    /// Address of a page that shows more; empty for none.
    pub(crate) href: String,
    pub(crate) label: String,
}

impl SendNote {
    /// Makes a notice of a single sentence.
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

/// Customer who may be chosen.
#[derive(Debug)]
pub(crate) struct Hit {
    pub(crate) value: String,
    pub(crate) label: String,
    /// Number and id of the customer.
    pub(crate) about: String,
    pub(crate) on: bool,
}

/// Text of one's own.
#[derive(Debug)]
pub(crate) struct OwnText {
    pub(crate) text: String,
    pub(crate) error: String,
    /// Values that the text may have.
    pub(crate) places: Vec<PlaceLine>,
}

/// Value that is asked for.
#[derive(Debug)]
pub(crate) struct ValueField {
    /// Name of the field, and id of its element.
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    /// Type of the input; `lines` for several lines.
    pub(crate) kind: &'static str,
    /// Keyboard that a telephone shows; empty for the usual one.
    pub(crate) keyboard: &'static str,
    pub(crate) value: String,
    pub(crate) error: String,
}

/// File of a message.
#[derive(Debug)]
pub(crate) struct SendFile {
    /// Hint with the files that may go with the message.
    pub(crate) hint: String,
    pub(crate) may_upload: bool,
    pub(crate) may_link: bool,
    /// Token of the file that is kept for the message; empty for none.
    pub(crate) token: String,
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) accept: &'static str,
    pub(crate) link: String,
    pub(crate) upload_error: String,
    pub(crate) link_error: String,
}

/// Time at which a message goes out.
#[derive(Debug)]
pub(crate) struct SendTime {
    pub(crate) is_later: bool,
    pub(crate) at: String,
    pub(crate) at_error: String,
    /// Note on the place whose clocks the time follows.
    pub(crate) zone: String,
    /// Sentence with the time at which the message goes out; empty for now.
    pub(crate) note: String,
    /// Both instants, where the time comes twice.
    pub(crate) folds: Vec<Fold>,
    /// Question before the message goes out outside the hours; empty for none.
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
