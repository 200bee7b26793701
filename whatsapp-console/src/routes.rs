//! The table of routes, of which the router is made: an address that is not in it does not exist.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use tower_http::compression::CompressionLayer;

use crate::api;
use crate::api::PATIENCE;
use crate::gate::Role;
use crate::guard::{Access, BODY_MAX, Guarded, Speech, TIME_MAX, guard};
use crate::inner::Inner;
use crate::live;
use crate::page::act;
use crate::page::acts::Act;
use crate::page::festivals::act::FestivalAct;
use crate::page::held::{self, HeldAct};
use crate::page::schedule::StepAct;
use crate::page::settings::connection;
#[cfg(feature = "sign-in")]
use crate::page::sign_in;
use crate::page::templates::Switch;
use crate::page::{
    api_page, audit, bulk, customer, export, festivals, find, help, home, keys, message, messages,
    overview, pause, schedule, sending, settings, templates, theme, views,
};
use crate::route::{Entry, Route, get, post};
use crate::typed::Typed;
use crate::visit::{Named, NamedFestival, NamedStep, NamedTemplate, Visit};

/// All routes.
pub(crate) fn table(inner: &Inner) -> Vec<Entry> {
    use Role::{Manager, Viewer};
    let mut table = vec![
        get("/", Some(Viewer), home::root),
        get("/overview", Some(Viewer), overview::show),
        get("/messages", Some(Viewer), messages::show),
        get("/messages/{message}", Some(Viewer), message::show),
        get("/messages.csv", Some(Manager), export::show),
        get("/events", Some(Viewer), live::events),
        get("/find", Some(Viewer), find::again),
        post("/find", Some(Viewer), find::show),
        post("/bulk", Some(Manager), bulk::count),
        get("/bulk/{bulk}", Some(Manager), bulk::show),
        post("/bulk/{bulk}/confirm", Some(Manager), bulk::confirm),
        post("/bulk/{bulk}/stop", Some(Manager), bulk::stop),
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
        get("/settings", Some(Viewer), settings::show),
        post("/settings", Some(Manager), settings::save),
        get("/settings/connection", Some(Viewer), connection::show),
        post("/settings/connection", Some(Manager), connection::test),
        get("/settings/address", Some(Manager), connection::ask),
        post("/settings/address", Some(Manager), connection::change),
        get("/audit", Some(Manager), audit::show),
        get("/audit.csv", Some(Manager), audit::export),
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
    for (path, deed) in [("/held/approve", HeldAct::Approve), ("/held/drop", HeldAct::Drop)] {
        let ask = move |visit: Visit| held::many::ask(visit, deed);
        let done = move |visit: Visit, typed: Typed| held::many::act(visit, typed, deed);
        table.push(get(path, Some(Manager), ask));
        table.push(post(path, Some(Manager), done).waiting(PATIENCE));
    }
    table.extend(of_templates());
    table.extend(of_sending());
    table.extend(of_schedule());
    table.extend(of_festivals());
    table.push(get("/api", Some(Viewer), api_page::show));
    table.extend(api::table());
    table.extend(sign_in_routes(inner));
    table
}

/// The routes of the pages on which templates are written.
fn of_templates() -> Vec<Entry> {
    let manager = Some(Role::Manager);
    let mut table = vec![
        get("/templates", Some(Role::Viewer), templates::show),
        get("/templates/new", manager, templates::fresh),
        post("/templates/new", manager, templates::create),
        get("/templates/check", manager, templates::again),
        post("/templates/check", manager, templates::check),
        get("/templates/{template}", manager, templates::edit),
        post("/templates/{template}", manager, templates::change),
        get("/templates/{template}/versions", manager, templates::versions),
        get("/templates/{template}/versions/{version}/restore", manager, templates::ask_restore),
        post("/templates/{template}/versions/{version}/restore", manager, templates::restore),
    ];
    for (path, which) in [
        ("/templates/{template}/use", Switch::On),
        ("/templates/{template}/switch-off", Switch::Off),
    ] {
        let ask = move |visit: Visit, at: NamedTemplate| templates::ask(visit, at, which);
        let done = move |visit: Visit, at: NamedTemplate, typed: Typed| {
            templates::switch(visit, at, typed, which)
        };
        table.extend([get(path, manager, ask), post(path, manager, done)]);
    }
    table
}

/// The routes of the schedule.
fn of_schedule() -> Vec<Entry> {
    let (viewer, manager) = (Some(Role::Viewer), Some(Role::Manager));
    let mut table = vec![
        get("/schedule", viewer, schedule::show),
        get("/schedule/{day}", viewer, schedule::day),
        get("/schedule/now/{invoice}", manager, schedule::ask_now),
        post("/schedule/now/{invoice}", manager, schedule::remind),
    ];
    for (path, deed) in [("/schedule/skip", StepAct::Skip), ("/schedule/hold", StepAct::Hold)] {
        let ask = move |visit: Visit| schedule::ask(visit, deed);
        let done = move |visit: Visit, typed: Typed| schedule::act(visit, typed, deed);
        table.push(get(path, manager, ask));
        table.push(post(path, manager, done).waiting(PATIENCE));
    }
    table
}

/// The routes of festivals.
fn of_festivals() -> Vec<Entry> {
    let (viewer, manager) = (Some(Role::Viewer), Some(Role::Manager));
    let mut table = vec![
        get("/festivals", viewer, festivals::show),
        get("/festivals/new", manager, festivals::fresh),
        post("/festivals/new", manager, festivals::create),
        get("/festivals/check", manager, festivals::again),
        post("/festivals/check", manager, festivals::check),
        get("/festivals/suggestions", manager, festivals::again),
        post("/festivals/suggestions", manager, festivals::take),
        get("/festivals/import", manager, festivals::ask_import),
        post("/festivals/import", manager, festivals::import),
        get("/festivals/{festival}", viewer, festivals::one),
        get("/festivals/{festival}/edit", manager, festivals::edit),
        post("/festivals/{festival}/edit", manager, festivals::change),
        get("/festivals/{festival}/arm", manager, festivals::ask_arm).waiting(PATIENCE),
        post("/festivals/{festival}/arm", manager, festivals::arm).waiting(PATIENCE),
        get("/festivals/{festival}/confirm", manager, festivals::ask_confirm),
        post("/festivals/{festival}/confirm", manager, festivals::confirm),
        get("/festivals/{festival}/copy", manager, festivals::ask_copy),
        post("/festivals/{festival}/copy", manager, festivals::copy),
        get("/festivals/{festival}/try", manager, festivals::ask_trial),
        post("/festivals/{festival}/try", manager, festivals::send_trial),
    ];
    for (path, which) in [
        ("/festivals/{festival}/pause", FestivalAct::Pause),
        ("/festivals/{festival}/resume", FestivalAct::Resume),
        ("/festivals/{festival}/cancel", FestivalAct::Cancel),
    ] {
        let ask = move |visit: Visit, at: NamedFestival| festivals::act::ask(visit, at, which);
        let done = move |visit: Visit, at: NamedFestival, typed: Typed| {
            festivals::act::act(visit, at, typed, which)
        };
        table.extend([get(path, manager, ask), post(path, manager, done)]);
    }
    table
}

/// The routes of the form for a message to one customer.
fn of_sending() -> Vec<Entry> {
    let manager = Some(Role::Manager);
    let with_file = |entry: Entry| entry.taking_up_to(sending::FORM_MAX).waiting(sending::PATIENCE);
    vec![
        get("/send", manager, sending::show),
        with_file(post("/send", manager, sending::send)),
        get("/send/check", manager, sending::again),
        with_file(post("/send/check", manager, sending::check)),
    ]
}

/// The routes of the console's own sign-in, where it has one.
#[cfg(feature = "sign-in")]
fn sign_in_routes(inner: &Inner) -> Vec<Entry> {
    if inner.porter.is_none() {
        return Vec::new();
    }
    vec![
        get(sign_in::PATH, None, sign_in::show),
        post(sign_in::PATH, None, sign_in::enter),
        post(sign_in::OUT, Some(Role::Viewer), sign_in::leave),
    ]
}

/// Empty: the host has its own sign-in.
#[cfg(not(feature = "sign-in"))]
const fn sign_in_routes(_: &Inner) -> Vec<Entry> {
    Vec::new()
}

/// The visitors who may come to a route. The sign-in page is open to everybody, and its form is
/// checked like others.
fn access(route: &Route) -> Access {
    match route.role {
        Some(role) => Access::Needs(role),
        #[cfg(feature = "sign-in")]
        None if route.path == sign_in::PATH => Access::Door,
        None => Access::Open,
    }
}

/// The router of the table.
pub(crate) fn router(inner: &Arc<Inner>) -> Router {
    made(inner, table(inner), Speech::ByPath)
}

/// The router of the functions alone.
pub(crate) fn functions(inner: &Arc<Inner>) -> Router {
    made(inner, api::functions(""), Speech::Json)
}

fn made(inner: &Arc<Inner>, table: Vec<Entry>, speech: Speech) -> Router {
    let guarded = |access, route, patience, body_max| {
        let inner = inner.clone();
        let guarded = Guarded { inner, access, route, patience, body_max, speech };
        from_fn_with_state(guarded, guard)
    };
    let mut router = Router::new();
    for Entry { route, handler, patience, body_max, .. } in table {
        let layer = guarded(access(&route), route.path, patience, body_max);
        router = router.route(route.path, handler.layer(layer));
    }
    let other = |route| guarded(Access::Nothing, route, TIME_MAX, BODY_MAX);
    router
        .method_not_allowed_fallback(home::not_this_way.layer(other("405")))
        .fallback(home::nothing.layer(other("404")))
        .layer(CompressionLayer::new())
}
