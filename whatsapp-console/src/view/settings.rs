//! The pages of settings and of the gateway.

use askama::Template;

use super::{Choice, Link, Shell};
use crate::words::Texts;

/// All settings: a form for managers, and a list for viewers.
#[derive(Debug, Template)]
#[template(path = "settings.html")]
pub(crate) struct SettingsPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) lead: String,
    /// Whether the visitor changes them.
    pub(crate) may_act: bool,
    /// Why the last try was refused.
    pub(crate) refused: Option<Refusal>,
    pub(crate) groups: Vec<SettingsGroup>,
}

/// Why nothing was saved.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) title: String,
    pub(crate) lead: String,
    /// Each leads to its field.
    pub(crate) lines: Vec<Link>,
    pub(crate) todo: String,
}

/// Settings that are shown together.
#[derive(Debug)]
pub(crate) struct SettingsGroup {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// A page that belongs to it.
    pub(crate) more: Option<Link>,
    pub(crate) settings: Vec<SettingLine>,
}

/// A setting.
#[derive(Debug)]
pub(crate) struct SettingLine {
    /// The name of its field, and what stands behind `f-` in its id.
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) meaning: String,
    /// What may stand there, and what does where nobody changed it.
    pub(crate) hint: String,
    /// Who changed it last, and when.
    pub(crate) changed: String,
    /// Why it cannot be used, or saved.
    pub(crate) error: String,
    /// Of a row that cannot be used, what more there is to say.
    pub(crate) note: String,
    /// Puts the default back; empty where nothing is broken.
    pub(crate) put_back: String,
    /// What it is, in words.
    pub(crate) told: String,
    /// Whether it has a field.
    pub(crate) is_field: bool,
    /// What stands in its field.
    pub(crate) value: String,
    /// What the form showed.
    pub(crate) seen: String,
    /// `numeric`, `text` and so on; empty for a choice.
    pub(crate) mode: &'static str,
    pub(crate) choices: Vec<Choice>,
}

/// Where messages go out, with which key, and whether that works.
#[derive(Debug, Template)]
#[template(path = "connection.html")]
pub(crate) struct ConnectionPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) address: String,
    pub(crate) in_use: String,
    /// Why the address is not changed here; empty where it is.
    pub(crate) fixed: String,
    /// What is wrong with what stands there.
    pub(crate) broken: String,
    /// Leads to the form of the address; empty where there is none.
    pub(crate) change: String,
    /// The last characters of the key, or why there is none.
    pub(crate) key: String,
    pub(crate) key_from: String,
    pub(crate) rotate: String,
    /// The last characters, for the form.
    pub(crate) masked: String,
    pub(crate) may_act: bool,
    pub(crate) may_test: bool,
    /// What the gateway answered; empty where it was not asked.
    pub(crate) answer: String,
    pub(crate) answer_tone: &'static str,
    /// Whether the key is another one than before.
    pub(crate) key_news: String,
}
