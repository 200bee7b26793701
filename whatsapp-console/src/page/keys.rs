//! The page of keyboard shortcuts.

use axum::response::Response;

use super::{Nav, html, shell};
use crate::oops::Oops;
use crate::view::{Key, KeysPage};
use crate::visit::Visit;

/// Shows the function of each key.
pub(crate) async fn show(visit: Visit) -> Result<Response, Oops> {
    let t = visit.texts();
    let keys = [
        (vec!["/"], t.key_find()),
        (vec!["g", "o"], t.key_overview()),
        (vec!["g", "m"], t.key_messages()),
        (vec!["g", "n"], t.key_send()),
        (vec!["g", "c"], t.key_schedule()),
        (vec!["g", "a"], t.key_approvals()),
        (vec!["g", "s"], t.key_settings()),
        (vec!["g", "d"], t.key_audit()),
        (vec!["g", "t"], t.key_templates()),
        (vec!["g", "f"], t.key_festivals()),
        (vec!["g", "w"], t.key_words()),
        (vec!["j"], t.key_next()),
        (vec!["k"], t.key_previous()),
        (vec!["x"], t.key_tick()),
        (vec!["?"], t.key_keys()),
    ];
    // Keys for pages that are not there are not shown.
    let (has_plans, may_select) = (visit.ports().plans().is_some(), visit.may_select());
    let sees_audit = visit.may_act() && visit.ports().offers().reads_audit;
    let keys = keys.into_iter().filter(|(strokes, _)| match strokes.last() {
        Some(&("a" | "c")) => has_plans,
        Some(&"n") => visit.may_act(),
        Some(&"d") => sees_audit,
        Some(&"f") => visit.inner.campaigns.is_some(),
        Some(&"x") => may_select,
        _ => true,
    });
    let keys = keys.map(|(strokes, what)| Key { strokes, what: what.to_owned() });
    html(&KeysPage { s: shell(&visit, t.keys(), Nav::Keys), t, keys: keys.collect() })
}
