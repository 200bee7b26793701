//! The filters that are set: in words, and as chips that take them away.

use chrono::NaiveDate;
use whatsapp_core::message::Message;
use whatsapp_core::port::{AttentionFor, Sort};
use whatsapp_core::{CustomerId, Private};

use crate::links::query::{Query, Wanted, When};
use crate::page::eyes::Eyes;
use crate::page::pill;
use crate::view::Chip;

/// A chip for each filter. Customers are named as the messages name them.
pub(super) fn chips(query: &Query, messages: &[Message], eyes: &Eyes<'_>) -> Vec<Chip> {
    let t = eyes.t;
    let chip = |name: &str, value: &str, without: Query| {
        let label = t.chip(name, value);
        Chip {
            remove: eyes.links.page(without.address()),
            remove_label: t.remove_filter(&label),
            label,
        }
    };
    let mut chips = Vec::new();
    for status in &query.statuses {
        let without = query.with(|it| _ = it.statuses.remove(status));
        chips.push(chip(t.status(), pill::status(*status, t), without));
    }
    for delivery in &query.deliveries {
        let without = query.with(|it| _ = it.deliveries.remove(delivery));
        chips.push(chip(t.delivery(), pill::delivery(*delivery, t), without));
    }
    for outcome in &query.outcomes {
        let without = query.with(|it| _ = it.outcomes.remove(outcome));
        chips.push(chip(t.outcome(), outcome.label(), without));
    }
    if let Some(of) = query.message_type {
        let without = query.with(|it| it.message_type = None);
        chips.push(chip(t.type_of_message(), &eyes.kind(of), without));
    }
    if let Some(trigger) = query.trigger {
        chips.push(chip(t.trigger(), trigger.label(), query.with(|it| it.trigger = None)));
    }
    if let Some((from, until)) = query.days(eyes.times().today()) {
        let without = query.with(|it| (it.when, it.from, it.until) = (None, None, None));
        chips.push(chip(t.when(), &days(query, from, until, eyes), without));
    }
    if let Some(wanted) = query.attention {
        let without = query.with(|it| it.attention = None);
        chips.push(chip(t.needs_you(), needed(wanted, eyes), without));
    }
    for id in &query.customers {
        let without = query.with(|it| _ = it.customers.remove(id));
        chips.push(chip(t.customer(), customer(id, messages), without));
    }
    if let Some(about) = &query.about {
        chips.push(chip(t.about(), about, query.with(|it| it.about = None)));
    }
    if let Some(key) = &query.key {
        chips.push(chip(t.key(), key, query.with(|it| it.key = None)));
    }
    chips
}

/// Tells in words what is shown, and in which order.
pub(super) fn in_words(query: &Query, chips: &[Chip], eyes: &Eyes<'_>) -> String {
    let t = eyes.t;
    let order = match query.sort {
        Sort::Newest => t.newest_first(),
        Sort::Oldest => t.oldest_first(),
        Sort::Customer => t.by_customer(),
        _ => t.by_status(),
    };
    if chips.is_empty() {
        return t.all_in_order(order);
    }
    let filters: Vec<_> = chips.iter().map(|chip| chip.label.as_str()).collect();
    t.some_in_order(&filters, order)
}

/// The name of a customer, where a message of the page has it.
pub(super) fn customer<'a>(id: &'a CustomerId, messages: &'a [Message]) -> &'a str {
    let of = messages.iter().find(|message| message.facts.customer_id == *id);
    let name = of.map(|message| &message.facts.customer_name).map(Private::as_str);
    name.filter(|name| !name.trim().is_empty()).unwrap_or(id.as_str())
}

/// The days that are shown: by their name, and by their dates.
fn days(
    query: &Query,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    eyes: &Eyes<'_>,
) -> String {
    let t = eyes.t;
    let days = eyes.days(from, until);
    match query.when.filter(|_| query.from.is_none() && query.until.is_none()) {
        Some(when) => t.called(called(when, eyes), &days),
        None => days,
    }
}

/// Name of the days.
pub(crate) fn called<'a>(when: When, eyes: &Eyes<'a>) -> &'a str {
    let t = eyes.t;
    match when {
        When::Today => t.today(),
        When::Yesterday => t.yesterday(),
        When::LastSeven => t.last_seven_days(),
        When::ThisMonth => t.this_month(),
        When::LastMonth => t.last_month(),
    }
}

fn needed<'a>(wanted: Wanted, eyes: &Eyes<'a>) -> &'a str {
    let t = eyes.t;
    match wanted {
        Wanted::All => t.for_anything(),
        Wanted::Only(AttentionFor::Failed) => t.could_not_be_sent(),
        Wanted::Only(AttentionFor::Unknown) => t.may_have_arrived(),
        Wanted::Only(AttentionFor::Silent) => t.tab_silent(),
        Wanted::Only(kind) => kind.label(),
    }
}
