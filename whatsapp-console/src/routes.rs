//! The table of routes, of which the router is made: an address that is not in it does not exist.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use tower_http::compression::CompressionLayer;

use crate::api;
use crate::gate::Role;
use crate::guard::{Access, Guarded, Speech, TIME_MAX, guard};
use crate::inner::Inner;
use crate::live;
use crate::page::act;
use crate::page::acts::Act;
use crate::page::held::{self, HeldAct};
use crate::page::{
    api_page, customer, find, help, home, keys, message, messages, overview, pause, theme, views,
};
use crate::route::{Entry, get, post};
use crate::visit::{Named, NamedStep, Typed, Visit};

/// All routes.
pub(crate) fn table() -> Vec<Entry> {
    use Role::{Manager, Viewer};
    let mut table = vec![
        get("/", Some(Viewer), home::root),
        get("/overview", Some(Viewer), overview::show),
        get("/messages", Some(Viewer), messages::show),
        get("/messages/{message}", Some(Viewer), message::show),
        get("/events", Some(Viewer), live::events),
        get("/find", Some(Viewer), find::again),
        post("/find", Some(Viewer), find::show),
        get("/customers/{customer}", Some(Viewer), customer::show),
        get("/customers/{customer}/mute", Some(Manager), customer::ask_mute),
        post("/customers/{customer}/mute", Some(Manager), customer::mute),
        get("/customers/{customer}/mutes/{mute}/end", Some(Manager), customer::ask_end),
        post("/customers/{customer}/mutes/{mute}/end", Some(Manager), customer::end),
        get("/held", Some(Viewer), held::show),
        get("/views", Some(Viewer), find::again),
        post("/views", Some(Viewer), views::keep),
        get("/resume", Some(Viewer), home::of_a_button),
        get("/theme", Some(Viewer), home::of_a_button),
        get("/pause", Some(Manager), pause::ask),
        post("/pause", Some(Manager), pause::pause),
        post("/resume", Some(Manager), pause::resume),
        get("/help", Some(Viewer), help::show),
        get("/keys", Some(Viewer), keys::show),
        post("/theme", Some(Viewer), theme::choose),
        get("/assets/{file}", None, home::asset),
    ];
    for (path, deed) in [
        ("/messages/{message}/retry", Act::Retry),
        ("/messages/{message}/resend", Act::Resend),
        ("/messages/{message}/number", Act::Number),
        ("/messages/{message}/cancel", Act::Cancel),
        ("/messages/{message}/reschedule", Act::Reschedule),
        ("/messages/{message}/put-aside", Act::PutAside),
        ("/messages/{message}/take-up", Act::TakeUp),
    ] {
        let ask = move |visit: Visit, named: Named| act::ask(visit, named, deed);
        let done =
            move |visit: Visit, named: Named, typed: Typed| act::act(visit, named, typed, deed);
        table.extend([get(path, Some(Manager), ask), post(path, Some(Manager), done)]);
    }
    for (path, deed) in [
        ("/held/{invoice}/{step}/approve", HeldAct::Approve),
        ("/held/{invoice}/{step}/drop", HeldAct::Drop),
    ] {
        let ask = move |visit: Visit, at: NamedStep| held::ask(visit, at, deed);
        let done =
            move |visit: Visit, at: NamedStep, typed: Typed| held::decide(visit, at, typed, deed);
        table.extend([get(path, Some(Manager), ask), post(path, Some(Manager), done)]);
    }
    table.push(get("/api", Some(Viewer), api_page::show));
    table.extend(api::table());
    table
}

/// The router of the table.
pub(crate) fn router(inner: &Arc<Inner>) -> Router {
    made(inner, table(), Speech::ByPath)
}

/// The router of the functions alone.
pub(crate) fn functions(inner: &Arc<Inner>) -> Router {
    made(inner, api::functions(""), Speech::Json)
}

fn made(inner: &Arc<Inner>, table: Vec<Entry>, speech: Speech) -> Router {
    let guarded = |access, route, patience| {
        let guarded = Guarded { inner: inner.clone(), access, route, patience, speech };
        from_fn_with_state(guarded, guard)
    };
    let mut router = Router::new();
    for Entry { route, handler, patience, .. } in table {
        let access = route.role.map_or(Access::Open, Access::Needs);
        router = router.route(route.path, handler.layer(guarded(access, route.path, patience)));
    }
    let other = |route| guarded(Access::Nothing, route, TIME_MAX);
    router
        .method_not_allowed_fallback(home::not_this_way.layer(other("405")))
        .fallback(home::nothing.layer(other("404")))
        .layer(CompressionLayer::new())
}
