//! The filters of the audit page: its form, and the chips that take one away.

use whatsapp_core::audit::{Act, Actor, TargetKind};

use super::Named;
use crate::links::audit::AuditQuery;
use crate::links::query::When;
use crate::page::eyes::Eyes;
use crate::page::messages::called;
use crate::view::{Chip, Choice};
use crate::words::capital;

fn choice(value: &str, label: &str, on: bool) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), on }
}

/// Choices of the actor, but for persons.
pub(super) fn whos(query: &AuditQuery, eyes: &Eyes<'_>) -> Vec<Choice> {
    let t = eyes.t;
    let is = |actor: &Actor| query.who.as_ref() == Some(actor);
    let any = !is(&Actor::Host) && !is(&Actor::Outside);
    vec![
        choice("", t.anybody(), any),
        choice(Actor::Host.as_str(), t.the_program(), is(&Actor::Host)),
        choice(Actor::Outside.as_str(), t.audit_outside(), is(&Actor::Outside)),
    ]
}

/// Key of the person who did it.
pub(super) fn person(query: &AuditQuery) -> String {
    query.who.as_ref().and_then(Actor::user).map(ToString::to_string).unwrap_or_default()
}

/// Choices of the act.
pub(super) fn acts(query: &AuditQuery, eyes: &Eyes<'_>) -> Vec<Choice> {
    let any = choice("", eyes.t.anything_done(), query.act.is_none());
    let one = |act: &Act| choice(act.as_str(), act.label(), query.act == Some(*act));
    std::iter::once(any).chain(Act::ALL.iter().map(one)).collect()
}

/// Choices of the day.
pub(super) fn whens(query: &AuditQuery, eyes: &Eyes<'_>) -> Vec<Choice> {
    let chosen = if query.from.is_some() || query.until.is_some() { None } else { query.when };
    let any = choice("", eyes.t.any_day(), chosen.is_none());
    let one = |it: When| choice(it.word(), called(it, eyes), chosen == Some(it));
    std::iter::once(any).chain(When::ALL.map(one)).collect()
}

/// Choices of the kind of thing.
pub(super) fn kinds(query: &AuditQuery, eyes: &Eyes<'_>) -> Vec<Choice> {
    let chosen = kind(query);
    let any = choice("", eyes.t.about_anything(), chosen.is_none());
    let one = |kind: &TargetKind| choice(kind.as_str(), kind.label(), chosen == Some(*kind));
    std::iter::once(any).chain(TargetKind::ALL.iter().map(one)).collect()
}

fn kind(query: &AuditQuery) -> Option<TargetKind> {
    query.kind.or_else(|| query.on.as_ref().map(whatsapp_core::audit::AuditTarget::is_a))
}

/// Returns true if a filter is set that is not always seen.
pub(super) fn is_open(query: &AuditQuery) -> bool {
    query.who.as_ref().is_some_and(|who| who.user().is_some())
        || kind(query).is_some()
        || query.from.is_some()
        || query.until.is_some()
}

/// A chip for each filter.
pub(super) fn chips(query: &AuditQuery, named: &Named, eyes: &Eyes<'_>) -> Vec<Chip> {
    let t = eyes.t;
    let chip = |name: &str, value: &str, without: AuditQuery| {
        let label = t.chip(name, value);
        Chip {
            remove: eyes.links.page(without.address("audit")),
            remove_label: t.remove_filter(&label),
            label,
        }
    };
    let mut chips = Vec::new();
    if let Some(by) = &query.who {
        chips.push(chip(t.audit_who(), &eyes.who(by), query.with(|it| it.who = None)));
    }
    if let Some(act) = query.act {
        chips.push(chip(t.audit_what(), act.label(), query.with(|it| it.act = None)));
    }
    if let Some(kind) = kind(query) {
        let name = query.on.as_ref().map(|on| named.name(on, eyes)).unwrap_or_default();
        let name = if name.is_empty() { kind.label().to_owned() } else { capital(&name) };
        let without = query.with(|it| (it.on, it.kind) = (None, None));
        chips.push(chip(t.audit_about(), &name, without));
    }
    if let Some((from, until)) = query.days(eyes.times().today()) {
        let days = eyes.days(from, until);
        let without = query.with(|it| (it.when, it.from, it.until) = (None, None, None));
        chips.push(chip(t.audit_when(), &days, without));
    }
    chips
}

/// Tells in words what is shown, and by the clocks of which time zone.
pub(super) fn in_words(chips: &[Chip], eyes: &Eyes<'_>) -> String {
    let clocks = format!("{}.", eyes.times().clocks());
    if chips.is_empty() {
        return clocks;
    }
    let filters: Vec<_> = chips.iter().map(|chip| chip.label.as_str()).collect();
    format!("{} {clocks}", eyes.t.entries_shown(&filters))
}
