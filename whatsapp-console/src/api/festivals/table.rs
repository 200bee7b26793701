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
            Call::new("listFestivals", "Greetings and announcements to many customers")
                .text("Those of the latest dates first. Texts are for managers.")
                .with(parameters::of_festivals)
                .giving::<FestivalsShape>(),
        ),
        post("/api/festivals", Some(Manager), super::create).called(
            Call::new("createFestival", "Makes an entry")
                .text("It is a draft: nothing is sent until it is armed.")
                .taking::<FestivalBody>()
                .giving::<FestivalShape>()
                .tagged(),
        ),
        post("/api/festivals/preview", Some(Manager), super::preview).called(
            Call::new("previewFestival", "What customers would get, and when it would begin")
                .text("Nothing is saved, and nobody is counted.")
                .taking::<FestivalBody>()
                .giving::<PreviewedShape>(),
        ),
        get("/api/festivals/suggestions", Some(Viewer), super::suggestions).called(
            Call::new("suggestFestivals", "The festivals of the next twelve months")
                .text("Of India or a state of it. A date is a suggestion: nothing is sent for it.")
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
            Call::new("getFestival", "An entry, and how many recipients stand where")
                .with(parameters::festival)
                .giving::<FestivalShape>()
                .tagged(),
        ),
        post("/api/festivals/{festival}", Some(Manager), super::change).called(
            Call::new("changeFestival", "Changes a draft")
                .text("What is left out stands as in a new one. Nothing is done where somebody changed it meanwhile.")
                .with(parameters::festival)
                .taking::<FestivalBody>()
                .giving::<FestivalShape>()
                .over(parameters::seen),
        ),
        get("/api/festivals/{festival}/recipients", Some(Viewer), super::recipients).called(
            Call::new("listRecipients", "The recipients of an entry, each with its message")
                .text("In an order of their own. A draft has none: they are fixed when it is armed.")
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
            Call::new("checkFestival", "What an entry would do if it were armed now")
                .text("How many get it, why others do not, when, and the text. Nothing is written.")
                .with(parameters::festival)
                .giving::<CheckedShape>(),
        ),
        post("/api/festivals/{festival}/arm", manager, acts::arm).waiting(PATIENCE).called(
            act(
                "armFestival",
                "Arms an entry",
                "Text and recipients are fixed from then on. Nothing is done where it would do something else by \
                 now than what was agreed to. Twice is once.",
            )
            .taking::<ArmBody>(),
        ),
        post("/api/festivals/{festival}/pause", manager, acts::pause).called(act(
            "pauseFestival",
            "Stops an entry until somebody lets it go on",
            "Twice is once.",
        )),
        post("/api/festivals/{festival}/resume", manager, acts::resume).called(act(
            "resumeFestival",
            "Lets a paused entry go on",
            "Nobody gets it twice. The same call twice is once.",
        )),
        post("/api/festivals/{festival}/cancel", manager, acts::cancel).called(act(
            "cancelFestival",
            "Stops an entry for good",
            "Twice is once.",
        )),
        post("/api/festivals/{festival}/confirm-date", manager, acts::confirm).called(
            act(
                "confirmFestivalDate",
                "Confirms a date that depends on the moon",
                "In the three days before it, or on it; or the one that was announced, at most two days from the \
                 date that was entered.",
            )
            .taking::<ConfirmBody>(),
        ),
        post("/api/festivals/{festival}/copy", manager, acts::copy).called(
            act(
                "copyFestival",
                "Makes a draft of an entry for the year after",
                "On the festival's next date, or on the same day as a guess.",
            )
            .taking::<CopyBody>()
            .or_nothing(),
        ),
        post("/api/festivals/{festival}/try", manager, acts::try_out).called(
            Call::new("tryFestival", "Sends the message of an entry to one number")
                .text("At once, at any hour. No recipient is touched by it.")
                .with(parameters::festival)
                .taking::<TryBody>()
                .giving::<TriedShape>(),
        ),
    ]
}
