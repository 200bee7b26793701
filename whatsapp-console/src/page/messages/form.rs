//! The form of filters.

use whatsapp_core::message::{Delivery, Status, Trigger};
use whatsapp_core::port::Sort;

use super::chips::called;
use crate::links::query::{Query, SORTS, When};
use crate::page::eyes::Eyes;
use crate::page::pill;
use crate::view::{Choice, Filters, Hidden};

/// The form as the address has it.
pub(super) fn form(query: &Query, eyes: &Eyes<'_>) -> Filters {
    let t = eyes.t;
    let choice = |value: &str, label: &str, on| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        on,
    };
    let any = |label, on| std::iter::once(choice("", label, on));
    let mut hidden = Vec::new();
    hidden.extend(
        query.attention.map(|it| Hidden { name: "attention", value: it.word().to_owned() }),
    );
    let outcomes = query.outcomes.iter();
    hidden.extend(outcomes.map(|it| Hidden { name: "outcome", value: it.to_string() }));
    let customers = query.customers.iter();
    hidden.extend(customers.map(|id| Hidden { name: "customer", value: id.to_string() }));
    hidden.extend(query.about.clone().map(|value| Hidden { name: "about", value }));
    hidden.extend(query.key.clone().map(|value| Hidden { name: "key", value }));
    let types = eyes
        .types
        .iter()
        .map(|of| choice(of.as_str(), of.label(), query.message_type == Some(of.name())));
    // A type that this program does not know is kept as it is.
    let strange = query.message_type.filter(|of| eyes.types.get(*of).is_none());
    let strange = strange.map(|of| choice(of.as_str(), of.as_str(), true));
    let chosen = if query.from.is_some() || query.until.is_some() { None } else { query.when };
    let whens = When::ALL.map(|it| choice(it.word(), called(it, eyes), chosen == Some(it)));
    let sorts = SORTS.map(|(sort, word)| {
        let label = match word {
            "newest" => t.newest_first_choice(),
            "oldest" => t.oldest_first_choice(),
            "customer" => t.by_customer_choice(),
            _ => t.by_status_choice(),
        };
        let value = if sort == Sort::default() { "" } else { word };
        choice(value, label, query.sort == sort)
    });
    let statuses = Status::ALL
        .iter()
        .map(|it| choice(it.as_str(), pill::status(*it, t), query.statuses.contains(it)));
    let deliveries = Delivery::ALL
        .iter()
        .map(|it| choice(it.as_str(), pill::delivery(*it, t), query.deliveries.contains(it)));
    let triggers =
        Trigger::ALL.iter().map(|it| choice(it.as_str(), it.label(), query.trigger == Some(*it)));
    Filters {
        types: any(t.any_type(), query.message_type.is_none())
            .chain(types)
            .chain(strange)
            .collect(),
        whens: any(t.any_day(), chosen.is_none()).chain(whens).collect(),
        sorts: sorts.into(),
        statuses: statuses.collect(),
        deliveries: deliveries.collect(),
        triggers: any(t.any_trigger(), query.trigger.is_none()).chain(triggers).collect(),
        from: query.from.map(|day| day.to_string()).unwrap_or_default(),
        until: query.until.map(|day| day.to_string()).unwrap_or_default(),
        more_open: !query.statuses.is_empty()
            || !query.deliveries.is_empty()
            || query.trigger.is_some()
            || query.from.is_some()
            || query.until.is_some(),
        hidden,
    }
}
