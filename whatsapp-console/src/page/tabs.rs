//! The tabs over the schedule and the reminders that wait.

use whatsapp_core::port::Count;

use super::eyes::Eyes;
use crate::view::Tab;

/// The pages that the tabs lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Coming,
    Waiting,
}

/// The tabs of a page: the current one, and the number of reminders that wait for approval.
pub(super) fn tabs(at: At, held: Count, eyes: &Eyes<'_>) -> Vec<Tab> {
    let t = eyes.t;
    let tab = |of: At, address: &str, label: &str, count: String| Tab {
        href: eyes.links.page(address),
        label: label.to_owned(),
        count,
        current: of == at,
    };
    let waiting = if held.number > 0 { t.count(held) } else { String::new() };
    vec![
        tab(At::Coming, "schedule", t.coming(), String::new()),
        tab(At::Waiting, "held", t.waiting_for_you(), waiting),
    ]
}
