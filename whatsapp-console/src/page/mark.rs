//! The present state in the frame of a page: counts beside the links of the navigation, and on
//! paper the time of the page.

use whatsapp_core::overview::OverviewNow;
use whatsapp_core::port::Count;

use super::eyes::Eyes;
use crate::cache::Seen;
use crate::view::Shell;

/// Number of messages that need a person.
pub(crate) const fn in_need(now: &OverviewNow) -> Count {
    now.failed.and(now.unknown).and(now.silent)
}

/// Writes the counts of messages and reminders that need a person into the navigation, and the time
/// for paper.
pub(crate) fn mark(s: &mut Shell, seen: &Seen, eyes: &Eyes<'_>) {
    s.paper = eyes.t.on_paper(&s.name, &eyes.times().full(eyes.now));
    let count = in_need(&seen.now);
    let messages = s.nav.iter_mut().find(|item| item.href == "messages");
    if let Some(item) = messages.filter(|_| count.number > 0) {
        item.count = eyes.t.count(count);
    }
    let held = s.nav.iter_mut().find(|item| item.href == "held");
    let count = seen.now.held.unwrap_or_default();
    if let Some(item) = held.filter(|_| count.number > 0) {
        item.count = eyes.t.count(count);
    }
}
