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
    table.extend(of_one_message());
    table.extend(sending::table());
    table.extend(bulk::table());
    table.extend(of_customers());
    table.extend(of_held());
    table.extend(schedule::table());
    table.extend(templates::table());
    table.extend(festivals::table());
    table.extend(of_settings());
    table.extend(of_all());
    table
}

/// The lists of messages, and the calls that read one message.
fn of_messages() -> Vec<Entry> {
    use Role::{Manager, Viewer};
    vec![
        get("/api/messages", Some(Viewer), messages::list).called(
            Call::new("listMessages", "List messages")
                .text(
                    "Returns a page of the log, the newest messages first unless `sort` names \
                     another order. The filter, the order and the cursors have the same form as in \
                     the addresses of the console. Days are days of the business, and both ends \
                     are included.",
                )
                .with(parameters::of_list)
                .giving::<messages::ListShape>(),
        ),
        get("/api/messages.csv", Some(Manager), export::show).called(
            Call::new("exportMessages", "Export messages as a CSV file")
                .text(
                    "Returns all messages that the list shows with the same filter, always the \
                     newest first. The address of any page of the list can be used. The texts are \
                     in the file only with `texts=1`. The audit records who exported it.",
                )
                .with(parameters::of_export)
                .giving_file("text/csv"),
        ),
        get("/api/messages/{message}", Some(Viewer), messages::one).called(
            Call::new("getMessage", "Get a message")
                .text(
                    "Returns one message of the log, with the ids of the messages that replaced \
                     it.",
                )
                .with(parameters::message)
                .giving::<resource::MessageShape>(),
        ),
        get("/api/messages/{message}/attempts", Some(Viewer), attempts::list).called(
            Call::new("listAttempts", "List the attempts to send a message")
                .text("Returns all attempts, the oldest first.")
                .with(parameters::message)
                .giving::<attempts::AttemptsShape>(),
        ),
        get("/api/messages/{message}/history", Some(Viewer), history::show).called(
            Call::new("getHistory", "List what people did to a message")
                .text(
                    "Returns the acts of people, the newest first, 50 at most. The list is empty \
                     where the host offers no reading of the audit.",
                )
                .with(parameters::message)
                .giving::<history::HistoryShape>(),
        ),
    ]
}

/// The acts on one message.
fn of_one_message() -> Vec<Entry> {
    let manager = Some(Role::Manager);
    vec![
        post("/api/messages/{message}/retry", manager, acts::retry).called(
            Call::new("retryMessage", "Retry a message at once")
                .text(
                    "Makes another attempt to send the message. Nothing is done if the message has \
                     changed since the caller looked at it. The same call made twice makes one \
                     attempt.",
                )
                .with(parameters::message)
                .taking::<acts::RetryBody>()
                .giving::<acts::Acted>(),
        ),
        post("/api/messages/{message}/resend", manager, acts::resend).called(
            Call::new("resendMessage", "Send a message again as a new one")
                .text(
                    "For messages that failed for good. All calls with the same number of \
                     `resends` make one new message, no matter how often or by whom they are \
                     made.",
                )
                .with(parameters::message)
                .taking::<acts::ResendBody>()
                .giving::<acts::Acted>(),
        ),
        over_seen(
            "/api/messages/{message}/cancel",
            SeenAct::Cancel,
            Call::new("cancelMessage", "Cancel a message before it is sent").text(
                "Withdraws the message, so that it is never sent. Nothing is done if the message \
                 has changed since the caller looked at it.",
            ),
        ),
        over_seen(
            "/api/messages/{message}/put-aside",
            SeenAct::PutAside,
            Call::new("putMessageAside", "Put a failed message aside").text(
                "For a message that a person settled in another way, such as by telephone. The \
                 message no longer needs a person. Nothing is done if the message has changed \
                 since the caller looked at it.",
            ),
        ),
        over_seen(
            "/api/messages/{message}/take-up",
            SeenAct::TakeUp,
            Call::new("takeMessageUp", "Take up a message put aside").text(
                "For a message that was put aside: it needs a person again. Nothing is done if the \
                 message has changed since the caller looked at it.",
            ),
        ),
        post("/api/messages/{message}/reschedule", manager, acts::reschedule).called(
            Call::new("rescheduleMessage", "Move a waiting message to another time")
                .text(
                    "Gives another time to a message that waits. Nothing is done if the message \
                     has changed since the caller looked at it. If the new time has passed \
                     already, a person must agree first: `atOnce`.",
                )
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

/// Customers and their mutes.
fn of_customers() -> Vec<Entry> {
    use Role::{Manager, Viewer};
    vec![
        post("/api/customers/search", Some(Manager), customers::search).called(
            Call::new("search", "Search for a customer or a message")
                .text(
                    "Searches by name, number, invoice or order number, or the id of a message. \
                     Returns 20 customers at most.",
                )
                .taking::<customers::SearchBody>()
                .giving::<customers::FoundShape>(),
        ),
        get("/api/customers/{customer}", Some(Viewer), customers::one).called(
            Call::new("getCustomer", "Get a customer")
                .text(
                    "Returns the customer with the newest messages, the open reminders, and the \
                     mutes.",
                )
                .with(parameters::customer)
                .giving::<customers::OneShape>(),
        ),
        post("/api/customers/{customer}/mute", Some(Manager), mutes::mute).called(
            Call::new("muteCustomer", "Mute a customer")
                .text(
                    "Keeps messages back from the customer, or from the number in the customer's \
                     record. A message that waits is cancelled when its turn comes. A repeat of \
                     the call changes nothing.",
                )
                .with(parameters::customer)
                .taking::<mutes::MuteBody>()
                .giving::<mutes::MuteShape>(),
        ),
        post("/api/customers/{customer}/mutes/{mute}/end", Some(Manager), mutes::end).called(
            Call::new("endMute", "End a mute of a customer")
                .text(
                    "Lets messages go out again, and returns the mutes that remain. Messages that \
                     the mute cancelled stay cancelled. A repeat of the call changes nothing.",
                )
                .with(parameters::mute)
                .giving::<mutes::MutesShape>(),
        ),
    ]
}

/// Reminders that wait for approval.
fn of_held() -> Vec<Entry> {
    vec![
        get("/api/held", Some(Role::Viewer), held::list).called(
            Call::new("listHeld", "List reminders that wait for approval")
                .text("Returns a page of these reminders, the oldest first.")
                .with(parameters::of_held)
                .giving::<held::HeldShape>(),
        ),
        of_reminder(
            "/api/held/{invoice}/{step}/approve",
            HeldAct::Approve,
            Call::new("approveReminder", "Approve a reminder").text(
                "Lets a reminder go out that waits for approval. Nothing is done if the reminder \
                 has changed since the caller looked at it.",
            ),
        ),
        of_reminder(
            "/api/held/{invoice}/{step}/drop",
            HeldAct::Drop,
            Call::new("dropReminder", "Drop a reminder").text(
                "Leaves out a reminder that waits for approval. Later reminders of the invoice go \
                 out as usual. Nothing is done if the reminder has changed since the caller looked \
                 at it.",
            ),
        ),
        of_reminders(
            "/api/held/approve",
            HeldAct::Approve,
            Call::new("approveReminders", "Approve many reminders").text(
                "Lets 1 to 500 reminders go out that wait for approval. Each reminder is handled \
                 by itself. A reminder that has changed since the caller looked at it is left \
                 unchanged, and its result says so. A repeat of the call changes nothing.",
            ),
        ),
        of_reminders(
            "/api/held/drop",
            HeldAct::Drop,
            Call::new("dropReminders", "Drop many reminders").text(
                "Leaves out 1 to 500 reminders that wait for approval. Each reminder is handled by \
                 itself. A reminder that has changed since the caller looked at it is left \
                 unchanged, and its result says so. A repeat of the call changes nothing.",
            ),
        ),
    ]
}

/// Settings, the gateway, and the audit.
fn of_settings() -> Vec<Entry> {
    use Role::{Manager, Viewer};
    vec![
        get("/api/settings", Some(Viewer), settings::list).called(
            Call::new("listSettings", "List the settings")
                .text(
                    "Returns each setting with its purpose, the values it accepts, and the person \
                     who changed it last.",
                )
                .giving::<settings::SettingsShape>()
                .tagged(),
        ),
        patch("/api/settings", Some(Manager), settings::change).called(
            Call::new("changeSettings", "Change settings")
                .text(
                    "Saves all changes or none. Nothing is saved if one value is wrong, or if \
                     somebody else changed a setting since the caller read them. A change that \
                     moves or stops messages needs the consent of a person: `confirmed`. The \
                     gateway's address is changed alone. It is used once a gateway has answered \
                     there and accepted the key.",
                )
                .over(parameters::if_match)
                .taking::<settings::ChangeBody>()
                .giving::<settings::SettingsShape>(),
        ),
        get("/api/settings/{key}", Some(Viewer), settings::one).called(
            Call::new("getSetting", "Get a setting")
                .text("Returns one setting by its key.")
                .with(parameters::setting)
                .giving::<settings::SettingShape>(),
        ),
        post("/api/settings/check", Some(Manager), settings::check).called(
            Call::new("checkSettings", "Preview a change of settings")
                .text(
                    "Returns the settings that would change, and what the change would move or \
                     stop. Nothing is saved.",
                )
                .taking::<settings::CheckBody>()
                .giving::<settings::OutlookShape>(),
        ),
        post("/api/connection-test", Some(Manager), connection::test).called(
            Call::new("testConnection", "Test the connection to the gateway")
                .text(
                    "Asks the gateway whether it answers and accepts the key. Nothing is sent to \
                     anybody. No more of the key is shown than its last 4 characters.",
                )
                .giving::<connection::ConnectionShape>(),
        ),
        get("/api/audit", Some(Manager), audit::list).called(
            Call::new("listAudit", "List the audit")
                .text(
                    "Returns who did what, the newest entries first. Days are days of the \
                     business, and both ends are included.",
                )
                .with(parameters::of_audit)
                .giving::<audit::AuditShape>(),
        ),
        get("/api/audit.csv", Some(Manager), audit::export).called(
            Call::new("exportAudit", "Export the audit as a CSV file")
                .text(
                    "Returns all entries that the list shows with the same filter. The audit \
                     records who exported it.",
                )
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
            Call::new("openapi", "Get this document")
                .text(
                    "Returns the OpenAPI 3.1 document as JSON. The page `api` of the console shows \
                     its content to people.",
                )
                .giving::<document::DocumentShape>(),
        ),
        get("/api/visitor", Some(Viewer), visitor::show).called(
            Call::new("getVisitor", "Get the caller")
                .text("Returns the person who makes the call, and the role of that person.")
                .giving::<visitor::VisitorShape>(),
        ),
        get("/api/overview", Some(Viewer), overview::show).called(
            Call::new("getOverview", "Get the overview")
                .text(
                    "Returns what needs a person, the numbers of the last days, the account, and \
                     the queue. The overview is counted once in 10 seconds for all callers, each \
                     number up to 10,000.",
                )
                .giving::<overview::OverviewShape>(),
        ),
        get("/api/account", Some(Viewer), account::show).called(
            Call::new("getAccount", "Get the state of the account")
                .text("Returns whether sending is paused, since when, and why.")
                .giving::<account::AccountShape>(),
        ),
        get("/api/account/pause", Some(Manager), account::outlook).called(
            Call::new("beforePause", "Preview a pause of all sending")
                .text(
                    "Returns how many messages wait, and how many of them are cancelled if sending \
                     is still paused in 24 hours.",
                )
                .giving::<account::OutlookShape>(),
        ),
        post("/api/account/pause", Some(Manager), account::pause).called(
            Call::new("pause", "Pause all sending")
                .text(
                    "Sends nothing more until a person resumes it. A repeat of the call changes \
                     nothing.",
                )
                .taking::<account::PauseBody>()
                .or_nothing()
                .giving::<account::AccountShape>(),
        ),
        post("/api/account/resume", Some(Manager), account::resume).called(
            Call::new("resume", "Resume sending")
                .text(
                    "Ends the pause. Nothing is done if sending is now paused in another way, or \
                     for another reason, than the caller saw. A repeat of the call changes \
                     nothing.",
                )
                .taking::<account::ResumeBody>()
                .giving::<account::AccountShape>(),
        ),
    ]
}
