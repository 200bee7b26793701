//! The JSON API: the two functions of the specification, and resources for programs. What it answers to
//! viewers is what its pages show them.

mod account;
mod acts;
pub(crate) mod call;
pub(crate) mod cors;
mod customers;
pub(crate) mod document;
pub(crate) mod given;
mod held;
mod messages;
mod overview;
mod parameters;
pub(crate) mod problem;
mod resource;
mod retry;
mod schema;
pub(crate) mod send;
pub(crate) mod slug;

use std::time::Duration;

use call::Call;

use crate::gate::Role;
use crate::route::{Entry, get, post};

/// How long a function may take: it may read a file, and waits for the gateway.
const PATIENCE: Duration = Duration::from_mins(1);

/// All routes.
pub(crate) fn table() -> Vec<Entry> {
    use Role::{Manager, Viewer};
    let mut table = functions("/api");
    table.extend([
        get("/api/openapi.json", Some(Viewer), document::show).called(
            Call::new("openapi", "This document")
                .giving::<document::DocumentShape>()
                .text("OpenAPI 3.1 as JSON. The page before it says the same to people."),
        ),
        get("/api/messages", Some(Viewer), messages::list).called(
            Call::new("listMessages", "The log")
                .text(
                    "Messages, the newest first. Filters, order and places are those of the console's own \
                     addresses; days are those of the business, and both ends are included.",
                )
                .with(parameters::of_list)
                .giving::<messages::ListShape>(),
        ),
        get("/api/messages/{message}", Some(Viewer), messages::one).called(
            Call::new("getMessage", "A message").with(parameters::message).giving::<resource::MessageShape>(),
        ),
        get("/api/messages/{message}/attempts", Some(Viewer), messages::attempts).called(
            Call::new("listAttempts", "The attempts to send a message")
                .with(parameters::message)
                .giving::<resource::AttemptsShape>(),
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
        post("/api/messages/{message}/cancel", Some(Manager), acts::cancel).called(
            Call::new("cancelMessage", "Withdraws a message before it is sent")
                .text("Nothing is done where the message is not as it was seen.")
                .with(parameters::message)
                .taking::<acts::CancelBody>()
                .giving::<acts::Acted>(),
        ),
        post("/api/messages/{message}/reschedule", Some(Manager), acts::reschedule).called(
            Call::new("rescheduleMessage", "Another instant for a message that waits")
                .text("Nothing is done where the message is not as it was seen. Where the instant has passed, a person is asked.")
                .with(parameters::message)
                .taking::<acts::RescheduleBody>()
                .giving::<acts::Acted>(),
        ),
        post("/api/customers/search", Some(Manager), customers::search).called(
            Call::new("search", "Finds what a person types")
                .text("By name, number, invoice or order number, or the id of a message; 20 customers at most.")
                .taking::<customers::SearchBody>()
                .giving::<customers::FoundShape>(),
        ),
        get("/api/customers/{customer}", Some(Viewer), customers::one).called(
            Call::new("getCustomer", "A customer, the newest messages, and what is muted")
                .with(parameters::customer)
                .giving::<customers::OneShape>(),
        ),
        get("/api/overview", Some(Viewer), overview::show).called(
            Call::new("getOverview", "Whether all is well")
                .text("Counted once in ten seconds for all who ask; each number up to 10,000.")
                .giving::<overview::OverviewShape>(),
        ),
        get("/api/account", Some(Viewer), account::show)
            .called(Call::new("getAccount", "Whether the account sends").giving::<account::AccountShape>()),
        post("/api/account/pause", Some(Manager), account::pause).called(
            Call::new("pause", "Stops all sending")
                .text("Until somebody resumes it. Twice is once.")
                .giving::<account::AccountShape>(),
        ),
        post("/api/account/resume", Some(Manager), account::resume).called(
            Call::new("resume", "Lets sending go on").text("Twice is once.").giving::<account::AccountShape>(),
        ),
        get("/api/held", Some(Viewer), held::list).called(
            Call::new("listHeld", "Reminders that wait for approval")
                .with(parameters::of_held)
                .giving::<held::HeldShape>(),
        ),
        post("/api/held/{invoice}/{step}/approve", Some(Manager), held::approve).called(
            Call::new("approveReminder", "Lets a reminder go")
                .with(parameters::reminder)
                .giving::<held::StepShape>(),
        ),
        post("/api/held/{invoice}/{step}/drop", Some(Manager), held::drop).called(
            Call::new("dropReminder", "Drops a reminder")
                .text("Later reminders of the invoice go out as ever.")
                .with(parameters::reminder)
                .giving::<held::StepShape>(),
        ),
    ]);
    table
}

/// The functions of the specification under a path.
pub(crate) fn functions(under: &'static str) -> Vec<Entry> {
    let paths = match under {
        "" => ["/whatsapp-send", "/whatsapp-retry"],
        _ => ["/api/whatsapp-send", "/api/whatsapp-retry"],
    };
    let [send, retry] = paths;
    vec![
        post(send, Some(Role::Manager), send::send).waiting(PATIENCE).called(
            Call::new("send", "Sends a message")
                .text(
                    "It is enqueued, and its first outcome is waited for, 10 seconds at most. `success` is \
                     `false` only where it was refused or failed for good; what waits is on its way. With an \
                     Idempotency-Key the same call twice is one message.",
                )
                .with(parameters::idempotency)
                .taking::<send::SendBody>()
                .giving::<send::SendAnswer>(),
        ),
        post(retry, Some(Role::Manager), retry::retry).waiting(PATIENCE).called(
            Call::new("retry", "Tries failed messages again")
                .text("One that is named, or the newest 100 that failed for good and have an attempt left.")
                .taking::<retry::RetryBody>()
                .or_nothing()
                .giving::<retry::RetryAnswer>(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_are_the_same_under_both_addresses() {
        let within: Vec<_> = functions("/api").iter().map(|entry| entry.route.path).collect();
        let alone: Vec<_> = functions("").iter().map(|entry| entry.route.path).collect();
        assert_eq!(within, ["/api/whatsapp-send", "/api/whatsapp-retry"]);
        assert!(within.iter().zip(alone).all(|(within, alone)| *within == format!("/api{alone}")));
    }
}
