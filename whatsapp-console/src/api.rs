//! The JSON API: the two functions of the specification, and resources for programs. Viewers get
//! from it exactly what its pages show them.

mod account;
mod acts;
mod attempts;
mod audit;
mod bounds;
mod bulk;
pub(crate) mod call;
mod connection;
pub(crate) mod cors;
mod count;
mod customers;
pub(crate) mod document;
mod export;
mod festivals;
mod filter;
mod functions;
pub(crate) mod given;
mod held;
mod history;
mod messages;
mod mutes;
mod overview;
mod parameters;
pub(crate) mod problem;
mod resource;
mod retry;
mod schedule;
mod schema;
pub(crate) mod send;
mod sending;
mod settings;
pub(crate) mod slug;
mod tag;
mod templates;
mod visitor;

use acts::SeenAct;
use call::Call;
pub(crate) use functions::{PATIENCE, functions};
use given::{Given, Path};

use crate::gate::Role;
use crate::page::held::HeldAct;
use crate::route::{Entry, get, patch, post};
use crate::visit::{Named, Visit};

/// All routes of the API.
pub(crate) fn table() -> Vec<Entry> {
    let mut table = functions("/api");
    table.extend(of_messages());
    table.extend(sending::table());
    table.extend(bulk::table());
    table.extend(of_customers());
    table.extend(schedule::table());
    table.extend(templates::table());
    table.extend(festivals::table());
    table.extend(of_settings());
    table.extend(of_all());
    table
}

/// The calls about messages, and the acts on one message.
fn of_messages() -> Vec<Entry> {
    use Role::{Manager, Viewer};
    vec![
        get("/api/messages", Some(Viewer), messages::list).called(
            Call::new("listMessages", "The log")
                .text(
                    "Messages, the newest first. Filters, order and places are those of the console's own \
                     addresses; days are those of the business, and both ends are included.",
                )
                .with(parameters::of_list)
                .giving::<messages::ListShape>(),
        ),
        get("/api/messages.csv", Some(Manager), export::show).called(
            Call::new("exportMessages", "The log as a file for spreadsheets")
                .text(
                    "All that the list shows by the same filter, in one order: by date, the newest first. The \
                     address of any page of the list will do. The audit says who took it out. Texts are in it \
                     only where they are asked for.",
                )
                .with(parameters::of_export)
                .giving_file("text/csv"),
        ),
        get("/api/messages/{message}", Some(Viewer), messages::one).called(
            Call::new("getMessage", "A message").with(parameters::message).giving::<resource::MessageShape>(),
        ),
        get("/api/messages/{message}/attempts", Some(Viewer), attempts::list).called(
            Call::new("listAttempts", "The attempts to send a message")
                .with(parameters::message)
                .giving::<attempts::AttemptsShape>(),
        ),
        get("/api/messages/{message}/history", Some(Viewer), history::show).called(
            Call::new("getHistory", "What people did to a message")
                .with(parameters::message)
                .giving::<history::HistoryShape>(),
        ),
        post("/api/messages/{message}/retry", Some(Manager), acts::retry).called(
            Call::new("retryMessage", "Another attempt at once")
                .text("Nothing is done where the message is not as it was seen.")
                .with(parameters::message)
                .taking::<acts::RetryBody>()
                .giving::<acts::Acted>(),
        ),
        post("/api/messages/{message}/resend", Some(Manager), acts::resend).called(
            Call::new("resendMessage", "The same once more, as a new message")
                .text(
                    "For what failed for good. However often and by whomever it is called for the same number \
                     of resends, it is one message.",
                )
                .with(parameters::message)
                .taking::<acts::ResendBody>()
                .giving::<acts::Acted>(),
        ),
        over_seen(
            "/api/messages/{message}/cancel",
            SeenAct::Cancel,
            Call::new("cancelMessage", "Withdraws a message before it is sent")
                .text("Nothing is done where the message is not as it was seen."),
        ),
        over_seen(
            "/api/messages/{message}/put-aside",
            SeenAct::PutAside,
            Call::new("putMessageAside", "Puts a failed message aside")
                .text("A person settled it in another way, such as by telephone: it needs nobody any more."),
        ),
        over_seen(
            "/api/messages/{message}/take-up",
            SeenAct::TakeUp,
            Call::new("takeMessageUp", "Takes a message up again that was put aside"),
        ),
        post("/api/messages/{message}/reschedule", Some(Manager), acts::reschedule).called(
            Call::new("rescheduleMessage", "Another instant for a message that waits")
                .text("Nothing is done where the message is not as it was seen. Where the instant has passed, a person is asked.")
                .with(parameters::message)
                .taking::<acts::RescheduleBody>()
                .giving::<acts::Acted>(),
        ),
    ]
}

/// An act on one message whose body carries only what the caller had seen of the message.
fn over_seen(path: &'static str, act: SeenAct, call: Call) -> Entry {
    let handler = move |visit: Visit, named: Named, given: Given<acts::SeenBody>| {
        acts::over_seen(visit, named, given, act)
    };
    let call = call.with(parameters::message).taking::<acts::SeenBody>().giving::<acts::Acted>();
    post(path, Some(Role::Manager), handler).called(call)
}

/// A decision about a reminder that waits for approval.
fn of_reminder(path: &'static str, act: HeldAct, call: Call) -> Entry {
    let handler = move |visit: Visit, path: Path, given: Given<acts::SeenBody>| {
        held::decide(visit, path, given, act)
    };
    let call =
        call.with(parameters::reminder).taking::<acts::SeenBody>().giving::<held::StepShape>();
    post(path, Some(Role::Manager), handler).called(call)
}

/// A decision about many reminders that wait for approval.
fn of_reminders(path: &'static str, act: HeldAct, call: Call) -> Entry {
    let handler =
        move |visit: Visit, given: Given<held::ManyBody>| held::decide_many(visit, given, act);
    let call = call.taking::<held::ManyBody>().giving::<held::ManyShape>();
    post(path, Some(Role::Manager), handler).waiting(PATIENCE).called(call)
}

/// Customers, and reminders that wait for approval.
fn of_customers() -> Vec<Entry> {
    use Role::{Manager, Viewer};
    vec![
        post("/api/customers/search", Some(Manager), customers::search).called(
            Call::new("search", "Finds what a person types")
                .text("By name, number, invoice or order number, or the id of a message; 20 customers at most.")
                .taking::<customers::SearchBody>()
                .giving::<customers::FoundShape>(),
        ),
        get("/api/customers/{customer}", Some(Viewer), customers::one).called(
            Call::new("getCustomer", "A customer: the newest messages, reminders that are open, and mutes")
                .with(parameters::customer)
                .giving::<customers::OneShape>(),
        ),
        post("/api/customers/{customer}/mute", Some(Manager), mutes::mute).called(
            Call::new("muteCustomer", "Keeps messages back from a customer")
                .text("What waits is cancelled when its turn comes. Twice is once.")
                .with(parameters::customer)
                .taking::<mutes::MuteBody>()
                .giving::<mutes::MuteShape>(),
        ),
        post("/api/customers/{customer}/mutes/{mute}/end", Some(Manager), mutes::end).called(
            Call::new("endMute", "Ends a mute")
                .text("Messages that it cancelled stay cancelled. Twice is once.")
                .with(parameters::mute)
                .giving::<mutes::MutesShape>(),
        ),
        get("/api/held", Some(Viewer), held::list).called(
            Call::new("listHeld", "Reminders that wait for approval")
                .with(parameters::of_held)
                .giving::<held::HeldShape>(),
        ),
        of_reminder(
            "/api/held/{invoice}/{step}/approve",
            HeldAct::Approve,
            Call::new("approveReminder", "Lets a reminder go")
                .text("Nothing is done where it does not stand as it was seen."),
        ),
        of_reminder(
            "/api/held/{invoice}/{step}/drop",
            HeldAct::Drop,
            Call::new("dropReminder", "Drops a reminder").text(
                "Later reminders of the invoice go out as ever. Nothing is done where it does not stand as \
                 it was seen.",
            ),
        ),
        of_reminders(
            "/api/held/approve",
            HeldAct::Approve,
            Call::new("approveReminders", "Lets many reminders go").text(
                "Each by itself, as it was seen: one that changed meanwhile is left, and its result says so. The \
                 same call twice is once.",
            ),
        ),
        of_reminders(
            "/api/held/drop",
            HeldAct::Drop,
            Call::new("dropReminders", "Drops many reminders").text(
                "Each by itself, as it was seen: one that changed meanwhile is left, and its result says so. The \
                 same call twice is once.",
            ),
        ),
    ]
}

/// Settings, the gateway, and the audit.
fn of_settings() -> Vec<Entry> {
    use Role::{Manager, Viewer};
    vec![
        get("/api/settings", Some(Viewer), settings::list).called(
            Call::new("listSettings", "The settings")
                .text("Each with what it is for, what may stand there, and who changed it last.")
                .giving::<settings::SettingsShape>()
                .tagged(),
        ),
        patch("/api/settings", Some(Manager), settings::change).called(
            Call::new("changeSettings", "Changes settings")
                .text(
                    "All of them or none: nothing is saved while one is wrong, or where somebody else changed one \
                     since they were looked at. What moves or stops messages needs a person's yes. The gateway's \
                     address is changed alone, and used once a gateway has answered there and taken the key.",
                )
                .over(parameters::if_match)
                .taking::<settings::ChangeBody>()
                .giving::<settings::SettingsShape>(),
        ),
        get("/api/settings/{key}", Some(Viewer), settings::one).called(
            Call::new("getSetting", "A setting").with(parameters::setting).giving::<settings::SettingShape>(),
        ),
        post("/api/settings/check", Some(Manager), settings::check).called(
            Call::new("checkSettings", "What a change of settings would do")
                .text("Nothing is saved.")
                .taking::<settings::CheckBody>()
                .giving::<settings::OutlookShape>(),
        ),
        post("/api/connection-test", Some(Manager), connection::test).called(
            Call::new("testConnection", "Asks the gateway whether it is there and takes the key")
                .text("Nothing is sent to anybody. Of the key no more is told than its last 4 characters.")
                .giving::<connection::ConnectionShape>(),
        ),
        get("/api/audit", Some(Manager), audit::list).called(
            Call::new("listAudit", "Who did what")
                .text("The newest first. Days are those of the business, and both ends are included.")
                .with(parameters::of_audit)
                .giving::<audit::AuditShape>(),
        ),
        get("/api/audit.csv", Some(Manager), audit::export).called(
            Call::new("exportAudit", "Who did what, as a file for spreadsheets")
                .text("All that the list shows by the same filter. The audit says who took it out.")
                .with(parameters::of_audit_filter)
                .giving_file("text/csv"),
        ),
    ]
}

/// Calls about everything: the document, the overview, the account and the visitor.
fn of_all() -> Vec<Entry> {
    use Role::{Manager, Viewer};
    vec![
        get("/api/openapi.json", Some(Viewer), document::show).called(
            Call::new("openapi", "This document")
                .giving::<document::DocumentShape>()
                .text("OpenAPI 3.1 as JSON. The page before it says the same to people."),
        ),
        get("/api/visitor", Some(Viewer), visitor::show)
            .called(Call::new("getVisitor", "Who asks").giving::<visitor::VisitorShape>()),
        get("/api/overview", Some(Viewer), overview::show).called(
            Call::new("getOverview", "Whether all is well")
                .text("Counted once in ten seconds for all who ask; each number up to 10,000.")
                .giving::<overview::OverviewShape>(),
        ),
        get("/api/account", Some(Viewer), account::show)
            .called(Call::new("getAccount", "Whether the account sends").giving::<account::AccountShape>()),
        get("/api/account/pause", Some(Manager), account::outlook)
            .called(Call::new("beforePause", "What a pause will cost").giving::<account::OutlookShape>()),
        post("/api/account/pause", Some(Manager), account::pause).called(
            Call::new("pause", "Stops all sending")
                .text("Until somebody resumes it. Twice is once.")
                .taking::<account::PauseBody>()
                .or_nothing()
                .giving::<account::AccountShape>(),
        ),
        post("/api/account/resume", Some(Manager), account::resume).called(
            Call::new("resume", "Lets sending go on")
                .text("Nothing is done where it is paused otherwise, or for another reason, than was seen. Twice is once.")
                .taking::<account::ResumeBody>()
                .giving::<account::AccountShape>(),
        ),
    ]
}
