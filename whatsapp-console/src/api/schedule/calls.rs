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
    let mut table = of_schedule();
    table.extend(of_invoices());
    table
}

/// The schedule, and the acts on its reminders.
fn of_schedule() -> Vec<Entry> {
    let viewer = Some(Role::Viewer);
    vec![
        get("/api/schedule", viewer, schedule::list).called(
            Call::new("listSchedule", "List the schedule of the next 14 days")
                .text(
                    "Returns, by day and kind, how many messages go out, how many are held back, \
                     and why. `cut` names what was left out because there is too much of it.",
                )
                .with(parameters::of_schedule)
                .giving::<schedule::ScheduleShape>(),
        ),
        get("/api/schedule/{day}", viewer, schedule::day).called(
            Call::new("getScheduleDay", "List the schedule of one day")
                .text(
                    "Returns the entries of a day with their recipients and reasons. Campaigns \
                     come first, then messages that wait, then reminders by their invoices.",
                )
                .with(parameters::of_day)
                .giving::<schedule::DayShape>(),
        ),
        of_coming(
            "/api/schedule/skip",
            StepAct::Skip,
            Call::new("skipReminders", "Skip reminders").text(
                "Leaves out 1 to 500 reminders, also before their day. Later reminders of the same \
                 invoices go out as usual. Each reminder is handled by itself. A reminder that has \
                 changed since the caller looked at it is left unchanged, and its result says so. \
                 A repeat of the call changes nothing.",
            ),
        ),
        of_coming(
            "/api/schedule/hold",
            StepAct::Hold,
            Call::new("holdReminders", "Hold reminders for approval").text(
                "Holds 1 to 500 reminders until a person approves them, also before their day. \
                 Each reminder is handled by itself. A reminder that has changed since the caller \
                 looked at it is left unchanged, and its result says so. A repeat of the call \
                 changes nothing.",
            ),
        ),
    ]
}

/// A reminder by hand, and the mutes of invoices.
fn of_invoices() -> Vec<Entry> {
    use Role::{Manager, Viewer};
    vec![
        post("/api/invoices/{invoice}/remind", Some(Manager), schedule::remind).called(
            Call::new("remindNow", "Remind a customer of an invoice now")
                .text(
                    "Sends a reminder at once. The next automatic reminder waits as many days \
                     after it as the settings ask for. While such a reminder is on its way, the \
                     same call returns that reminder. With `seen`, it does so also after the \
                     reminder was sent.",
                )
                .with(parameters::invoice)
                .taking::<schedule::RemindBody>()
                .or_nothing()
                .giving::<schedule::RemindedShape>(),
        ),
        get("/api/invoices/{invoice}/mutes", Some(Viewer), mutes::of_invoice).called(
            Call::new("listInvoiceMutes", "List the mutes of an invoice")
                .text("Returns the mutes that keep messages about the invoice back.")
                .with(parameters::invoice)
                .giving::<mutes::MutesShape>(),
        ),
        post("/api/invoices/{invoice}/mute", Some(Manager), mutes::mute_invoice).called(
            Call::new("muteInvoice", "Mute an invoice")
                .text(
                    "Keeps messages about the invoice back. A message that waits is cancelled when \
                     its turn comes. A repeat of the call changes nothing.",
                )
                .with(parameters::invoice)
                .taking::<mutes::MuteInvoiceBody>()
                .giving::<mutes::MuteShape>(),
        ),
        post("/api/invoices/{invoice}/mutes/{mute}/end", Some(Manager), mutes::end_of_invoice)
            .called(
            Call::new("endInvoiceMute", "End a mute of an invoice")
                .text(
                    "Lets messages go out again, and returns the mutes that remain. Messages that \
                     the mute cancelled stay cancelled. A repeat of the call changes nothing.",
                )
                .with(parameters::invoice_mute)
                .giving::<mutes::MutesShape>(),
        ),
    ]
}
