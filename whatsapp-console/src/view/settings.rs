//! The pages of settings and of the gateway's connection.

use askama::Template;

use super::{Choice, Link, Shell};
use crate::words::Texts;

/// Page of all settings: a form for managers, and a list for viewers.
#[derive(Debug, Template)]
#[template(path = "settings.html")]
pub(crate) struct SettingsPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) lead: String,
    /// True where the visitor may change the settings.
    pub(crate) may_act: bool,
    /// Reason why the last try was refused.
    pub(crate) refused: Option<Refusal>,
    pub(crate) groups: Vec<SettingsGroup>,
}

/// Reason why nothing was saved.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) title: String,
    pub(crate) lead: String,
    /// Problems, each with a link to its field where it has one.
    pub(crate) lines: Vec<Link>,
    pub(crate) todo: String,
}

/// Settings that are shown together.
#[derive(Debug)]
pub(crate) struct SettingsGroup {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// Link to a page that belongs to the group.
    pub(crate) more: Option<Link>,
    pub(crate) settings: Vec<SettingLine>,
}

/// Setting.
#[derive(Debug)]
pub(crate) struct SettingLine {
    /// Key: the name of the field, and the end of its id after `f-`.
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) meaning: String,
    /// Values that the setting takes, and its default.
    pub(crate) hint: String,
    /// Sentence with the person who changed the setting last, and the time.
    pub(crate) changed: String,
    /// Reason why the value cannot be used, or saved.
    pub(crate) error: String,
    /// Further sentence on a row that cannot be used.
    pub(crate) note: String,
    /// Label of the tick that restores the default; empty where nothing is broken.
    pub(crate) put_back: String,
    /// Value in words.
    pub(crate) told: String,
    /// True where the setting has a field.
    pub(crate) is_field: bool,
    /// Value of the field.
    pub(crate) value: String,
    /// Value that the form showed.
    pub(crate) seen: String,
    /// Input mode: `numeric`, `text` and so on; empty for a choice.
    pub(crate) mode: &'static str,
    pub(crate) choices: Vec<Choice>,
}

/// Page of the gateway's address and key, with a test of the connection.
#[derive(Debug, Template)]
#[template(path = "connection.html")]
pub(crate) struct ConnectionPage<'a> {
    pub(crate) s: Shell,
    pub(crate) t: &'a dyn Texts,
    pub(crate) address: String,
    pub(crate) in_use: String,
    /// Reason why the address is not changed here; empty where it is.
    pub(crate) fixed: String,
    /// Fault of the stored address.
    pub(crate) broken: String,
    /// Address of the form for the gateway's address; empty where there is none.
    pub(crate) change: String,
    /// Last characters of the key, or the reason why there is none.
    pub(crate) key: String,
    pub(crate) key_from: String,
    pub(crate) rotate: String,
    /// Last characters of the key, for the form.
    pub(crate) masked: String,
    pub(crate) may_act: bool,
    pub(crate) may_test: bool,
    /// Answer of the gateway; empty where it was not asked.
    pub(crate) answer: String,
    pub(crate) answer_tone: &'static str,
    /// Sentence on whether the key has changed; empty where that is not known.
    pub(crate) key_news: String,
}
