//! The calls about the schedule of the next days, and about invoices.

use crate::api::call::Call;
use crate::api::given::Given;
use crate::api::{PATIENCE, held, mutes, parameters, schedule};
use crate::gate::Role;
use crate::page::schedule::StepAct;
use crate::route::{Entry, get, post};
use crate::visit::Visit;

/// Skips or holds many reminders.
fn of_coming(path: &'static str, act: StepAct, call: Call) -> Entry {
    let handler =
        move |visit: Visit, given: Given<schedule::ManyBody>| schedule::change(visit, given, act);
    let call = call.taking::<schedule::ManyBody>().giving::<held::ManyShape>();
    post(path, Some(Role::Manager), handler).waiting(PATIENCE).called(call)
}

/// The calls about the schedule of the next days, and about invoices.
pub(crate) fn table() -> Vec<Entry> {
    use Role::{Manager, Viewer};
    vec![
        get("/api/schedule", Some(Viewer), schedule::list).called(
            Call::new("listSchedule", "What goes out in the next 14 days")
                .text(
                    "By day and kind: how many go out, and how many are held back and why. What was not looked at \
                     because there is too much of it is said.",
                )
                .with(parameters::of_schedule)
                .giving::<schedule::ScheduleShape>(),
        ),
        get("/api/schedule/{day}", Some(Viewer), schedule::day).called(
            Call::new("getScheduleDay", "What goes out on a day, to whom and why")
                .text("Campaigns first, then messages that wait, then reminders by their invoices.")
                .with(parameters::of_day)
                .giving::<schedule::DayShape>(),
        ),
        of_coming(
            "/api/schedule/skip",
            StepAct::Skip,
            Call::new("skipReminders", "Leaves reminders out").text(
                "One or many, also before their day; later reminders of the same invoices go out as ever. Each by \
                 itself, as it was seen: one that changed meanwhile is left, and its result says so. The same call \
                 twice is once.",
            ),
        ),
        of_coming(
            "/api/schedule/hold",
            StepAct::Hold,
            Call::new("holdReminders", "Holds reminders until somebody approves them").text(
                "One or many, also before their day. Each by itself, as it was seen: one that changed meanwhile is \
                 left, and its result says so. The same call twice is once.",
            ),
        ),
        post("/api/invoices/{invoice}/remind", Some(Manager), schedule::remind).called(
            Call::new("remindNow", "Reminds a customer of an invoice at once")
                .text(
                    "The next reminder that goes by itself waits as many days after it as the settings ask for. While such a reminder is on its \
                     way, the same call is that one; with `seen` it is so also once that one was sent.",
                )
                .with(parameters::invoice)
                .taking::<schedule::RemindBody>()
                .or_nothing()
                .giving::<schedule::RemindedShape>(),
        ),
        get("/api/invoices/{invoice}/mutes", Some(Viewer), mutes::of_invoice).called(
            Call::new("listInvoiceMutes", "What keeps messages about an invoice back")
                .with(parameters::invoice)
                .giving::<mutes::MutesShape>(),
        ),
        post("/api/invoices/{invoice}/mute", Some(Manager), mutes::mute_invoice).called(
            Call::new("muteInvoice", "Keeps messages about an invoice back")
                .text("What waits is cancelled when its turn comes. Twice is once.")
                .with(parameters::invoice)
                .taking::<mutes::MuteInvoiceBody>()
                .giving::<mutes::MuteShape>(),
        ),
        post("/api/invoices/{invoice}/mutes/{mute}/end", Some(Manager), mutes::end_of_invoice).called(
            Call::new("endInvoiceMute", "Ends a mute of an invoice")
                .text("Messages that it cancelled stay cancelled. Twice is once.")
                .with(parameters::invoice_mute)
                .giving::<mutes::MutesShape>(),
        ),
    ]
}
