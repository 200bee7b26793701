//! The calls about festivals.

use super::acts;
use super::body::{ArmBody, ConfirmBody, CopyBody, FestivalBody, TryBody};
use super::shape::{
    CheckedShape, FestivalShape, FestivalsShape, PreviewedShape, RecipientsShape, SuggestionsShape,
    TriedShape,
};
use crate::api::call::Call;
use crate::api::functions::PATIENCE;
use crate::api::parameters;
use crate::gate::Role;
use crate::route::{Entry, get, post};

/// All calls about festivals.
pub(in crate::api) fn table() -> Vec<Entry> {
    let mut table = of_all();
    table.extend(of_one());
    table.extend(of_acts());
    table
}

/// The list, a new entry, the preview and the suggestions.
fn of_all() -> Vec<Entry> {
    use Role::{Manager, Viewer};
    vec![
        get("/api/festivals", Some(Viewer), super::list).called(
            Call::new("listFestivals", "List festival entries")
                .text(
                    "Returns a page of greetings and announcements to many customers, the latest \
                     dates first. Only managers see the texts.",
                )
                .with(parameters::of_festivals)
                .giving::<FestivalsShape>(),
        ),
        post("/api/festivals", Some(Manager), super::create).called(
            Call::new("createFestival", "Create a festival entry")
                .text(
                    "Saves a new entry as a draft. Nothing is sent until it is armed. With an \
                     `id`, the same call made twice makes one entry.",
                )
                .taking::<FestivalBody>()
                .giving::<FestivalShape>()
                .tagged(),
        ),
        post("/api/festivals/preview", Some(Manager), super::preview).called(
            Call::new("previewFestival", "Preview a festival entry")
                .text(
                    "Returns the text as customers would get it, and the time at which sending \
                     would begin. Nothing is saved, and no recipients are counted.",
                )
                .taking::<FestivalBody>()
                .giving::<PreviewedShape>(),
        ),
        get("/api/festivals/suggestions", Some(Viewer), super::suggestions).called(
            Call::new("suggestFestivals", "Suggest festivals of the next twelve months")
                .text(
                    "Returns the festivals of India, or of a state of it. A date is a suggestion: \
                     nothing is sent for it.",
                )
                .with(parameters::of_suggestions)
                .giving::<SuggestionsShape>(),
        ),
    ]
}

/// One entry, and its recipients.
fn of_one() -> Vec<Entry> {
    use Role::{Manager, Viewer};
    vec![
        get("/api/festivals/{festival}", Some(Viewer), super::one).called(
            Call::new("getFestival", "Get a festival entry")
                .text("Returns an entry, and the number of recipients in each state.")
                .with(parameters::festival)
                .giving::<FestivalShape>()
                .tagged(),
        ),
        post("/api/festivals/{festival}", Some(Manager), super::change).called(
            Call::new("changeFestival", "Change a draft festival entry")
                .text(
                    "Replaces the draft. A member that is left out gets the default of a new \
                     entry. Nothing is done if somebody changed the entry since the caller read \
                     it. The same call made twice changes it once.",
                )
                .with(parameters::festival)
                .taking::<FestivalBody>()
                .giving::<FestivalShape>()
                .over(parameters::seen),
        ),
        get("/api/festivals/{festival}/recipients", Some(Viewer), super::recipients).called(
            Call::new("listRecipients", "List the recipients of a festival entry")
                .text(
                    "Returns a page of the recipients, each with its message, in an order of their \
                     own. A draft has none: recipients are fixed when it is armed.",
                )
                .with(parameters::of_recipients)
                .giving::<RecipientsShape>(),
        ),
    ]
}

/// The acts on one entry.
fn of_acts() -> Vec<Entry> {
    let manager = Some(Role::Manager);
    let act = |id, summary, text| {
        Call::new(id, summary)
            .text(text)
            .with(parameters::festival)
            .giving::<FestivalShape>()
            .tagged()
    };
    vec![
        post("/api/festivals/{festival}/check", manager, acts::check).waiting(PATIENCE).called(
            Call::new("checkFestival", "Check a festival entry before arming it")
                .text(
                    "Returns the result of arming the entry now: the number of recipients, the \
                     reasons for leaving customers out, the times, and the text. Nothing is \
                     saved.",
                )
                .with(parameters::festival)
                .giving::<CheckedShape>(),
        ),
        post("/api/festivals/{festival}/arm", manager, acts::arm).waiting(PATIENCE).called(
            act(
                "armFestival",
                "Arm a festival entry",
                "Fixes the text and the recipients. Nothing is done if the result would differ \
                 from the check that the person agreed to. A repeat of the call changes nothing.",
            )
            .taking::<ArmBody>(),
        ),
        post("/api/festivals/{festival}/pause", manager, acts::pause).called(act(
            "pauseFestival",
            "Pause a festival entry",
            "Stops the entry until a person resumes it. A repeat of the call changes nothing.",
        )),
        post("/api/festivals/{festival}/resume", manager, acts::resume).called(act(
            "resumeFestival",
            "Resume a paused festival entry",
            "Lets the entry go on. Nobody gets its message twice. A repeat of the call changes \
             nothing.",
        )),
        post("/api/festivals/{festival}/cancel", manager, acts::cancel).called(act(
            "cancelFestival",
            "Cancel a festival entry for good",
            "Stops the entry for good. A repeat of the call changes nothing.",
        )),
        post("/api/festivals/{festival}/confirm-date", manager, acts::confirm).called(
            act(
                "confirmFestivalDate",
                "Confirm the date of a festival entry",
                "Confirms a date that depends on the moon, in the three days before it or on it. \
                 It can also move the entry to the date that was announced, at most two days from \
                 the date that was entered.",
            )
            .taking::<ConfirmBody>(),
        ),
        post("/api/festivals/{festival}/copy", manager, acts::copy).called(
            act(
                "copyFestival",
                "Copy a festival entry for next year",
                "Makes a draft for the festival's next date, or for the same day as a guess. With \
                 an `id`, the same call made twice makes one copy.",
            )
            .taking::<CopyBody>()
            .or_nothing(),
        ),
        post("/api/festivals/{festival}/try", manager, acts::try_out).called(
            Call::new("tryFestival", "Send a trial of a festival entry")
                .text(
                    "Sends the message of the entry to one number at once, at any hour. The \
                     recipients are not affected. With an `id`, the same call made twice sends one \
                     message.",
                )
                .with(parameters::festival)
                .taking::<TryBody>()
                .giving::<TriedShape>(),
        ),
    ]
}
