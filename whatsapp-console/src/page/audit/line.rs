//! An entry of the audit in plain words.

use whatsapp_core::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use whatsapp_core::bulk::{BulkAct, BulkState};
use whatsapp_core::mute::MuteOf;
use whatsapp_core::port::BrokenRow;
use whatsapp_core::schedule::StepState;
use whatsapp_core::settings::SettingDef;

use super::Named;
use crate::links::audit::AuditQuery;
use crate::page::eyes::Eyes;
use crate::page::settings::value;
use crate::view::{AuditLine, Link};
use crate::words::sentence;

/// An entry in a sentence, and its change.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) text: String,
    /// The values before and after, in words; empty where they say no more.
    pub(crate) change: String,
    /// The values before and after apart, for files.
    pub(crate) before: String,
    pub(crate) after: String,
}

/// An entry in words.
pub(crate) fn told(entry: &AuditEntry, named: &Named, eyes: &Eyes<'_>) -> Told {
    let t = eyes.t;
    let text = said(entry, named, eyes);
    let full = |at| eyes.times().full(at);
    let one = |change: String| (change, String::new(), String::new());
    let both =
        |change: String, before: &str, after: &str| (change, before.to_owned(), after.to_owned());
    let (change, before, after) = match &entry.change {
        AuditChange::Value { before, after } => {
            let value = |value: &str| of_setting(&entry.on, value, eyes);
            let was = before.as_deref().map_or_else(|| t.no_value().to_owned(), value);
            let change = t.changed_from(&was, &value(after));
            both(change, before.as_deref().unwrap_or_default(), after)
        }
        AuditChange::Private { added, removed } => one(t.added_removed(*added, *removed)),
        AuditChange::Version { before, after } => {
            let was = before.map(|before| before.to_string()).unwrap_or_default();
            both(t.version_of(*before, *after), &was, &after.to_string())
        }
        AuditChange::State { before, after } if muted(entry.act, before, after).is_some() => {
            let which = muted(entry.act, before, after).unwrap_or_default();
            both(sentence(which), before, after)
        }
        AuditChange::State { before, after } => {
            let word = |word: &str| match (&entry.on, word.parse::<StepState>()) {
                (AuditTarget::Reminder(..), Ok(state)) => state.label().to_lowercase(),
                _ => word.replace('_', " "),
            };
            let says_more = !matches!(entry.act, Act::AccountPaused | Act::AccountResumed);
            let says_more = says_more && before != after;
            let change = match before.as_str() {
                _ if !says_more => String::new(),
                // A thing that was just made had no value before.
                "none" => sentence(&word(after)),
                before => t.changed_from(&word(before), &word(after)),
            };
            both(change, before, after)
        }
        AuditChange::Due { before, after } => {
            both(t.moved_to(&full(*before), &full(*after)), &full(*before), &full(*after))
        }
        AuditChange::Resent { other_number, .. } => one(t.resent_as(*other_number)),
        AuditChange::Exported { filter, texts } => one(t.taken_out(filter, *texts)),
        AuditChange::Bulk { act, messages, state } => {
            let act = act.parse::<BulkAct>().map_or(act.as_str(), |act| act.label());
            let state = state.parse::<BulkState>().map_or(state.as_str(), |state| state.label());
            one(t.act_on_many(act, *messages, &state.to_lowercase()))
        }
        _ => one(String::new()),
    };
    Told { text, change, before, after }
}

/// Tells in a sentence who did what.
fn said(entry: &AuditEntry, named: &Named, eyes: &Eyes<'_>) -> String {
    let (t, by) = (eyes.t, eyes.who(&entry.by));
    if let AuditChange::Bulk { act, messages, .. } = &entry.change
        && let Ok(with) = act.parse::<BulkAct>()
    {
        return t.did_many(entry.act, &by, with, *messages);
    }
    t.did(entry.act, &by, &named.name(&entry.on, eyes))
}

/// Names the messages that were kept back, or are not any more.
fn muted(act: Act, before: &str, after: &str) -> Option<&'static str> {
    let word = match act {
        Act::Muted => after,
        Act::Unmuted => before,
        _ => return None,
    };
    word.parse().ok().map(MuteOf::label)
}

/// The value of a setting in words.
fn of_setting(on: &AuditTarget, value: &str, eyes: &Eyes<'_>) -> String {
    let def = match on {
        AuditTarget::Setting(key) => SettingDef::of(key),
        _ => None,
    };
    def.map_or_else(|| value.to_owned(), |def| value::told(&def, value, eyes.t))
}

/// A line of the page.
pub(super) fn line(entry: &AuditEntry, named: &Named, eyes: &Eyes<'_>) -> AuditLine {
    let (t, times) = (eyes.t, eyes.times());
    let link = |href: String, label: String| Link {
        href: eyes.links.page(href),
        label,
        outside: false,
        is_best: false,
    };
    let mut links = Vec::new();
    links.extend(named.page(&entry.on).map(|page| link(page, t.audit_shows().to_owned())));
    if let AuditChange::Resent { message, .. } = entry.change {
        links.push(link(format!("messages/{message}"), t.new_message().to_owned()));
    }
    let all = AuditQuery::by(entry.by.clone()).address("audit");
    links.push(link(all, t.all_by(&eyes.who(&entry.by))));
    if !matches!(entry.on, AuditTarget::Log | AuditTarget::Audit | AuditTarget::Account(_)) {
        let all = AuditQuery::about(entry.on.clone()).address("audit");
        links.push(link(all, t.all_about_this().to_owned()));
    }
    let is_outside = entry.by == Actor::Outside || entry.act == Act::ChangedOutside;
    let Told { text, change, .. } = told(entry, named, eyes);
    AuditLine {
        tone: if is_outside { "warn" } else { "" },
        iso: times.iso(entry.at),
        when: times.exact(entry.at),
        text,
        more: change,
        links,
    }
}

/// A row that cannot be read.
pub(super) fn broken(row: &BrokenRow, eyes: &Eyes<'_>) -> AuditLine {
    let (t, times) = (eyes.t, eyes.times());
    AuditLine {
        tone: "warn",
        iso: row.created_at.map(|at| times.iso(at)).unwrap_or_default(),
        when: row.created_at.map(|at| times.exact(at)).unwrap_or_default(),
        text: t.audit_unreadable().to_owned(),
        more: String::new(),
        links: Vec::new(),
    }
}
