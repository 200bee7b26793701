//! The calls about bulk acts on many messages.

use crate::api::call::Call;
use crate::api::{bulk, parameters};
use crate::gate::Role;
use crate::route::{Entry, get, post};

/// The calls about bulk acts on many messages.
pub(crate) fn table() -> Vec<Entry> {
    let manager = Some(Role::Manager);
    vec![
        post("/api/bulk", manager, bulk::count).called(
            Call::new("countBulk", "Choose messages for a bulk act")
                .text(
                    "Chooses messages by their ids, or by the filter of the list. A filter chooses \
                     the newest 10,000 messages. The choice is fixed: messages that match later \
                     are not added. Nothing is done before the act is confirmed. An act that \
                     nobody confirms is forgotten after a day.",
                )
                .taking::<bulk::CountBody>()
                .giving::<bulk::BulkShape>(),
        ),
        get("/api/bulk/{bulk}", manager, bulk::one).called(
            Call::new("getBulk", "Get a bulk act")
                .text("Returns a bulk act and its progress.")
                .with(parameters::bulk)
                .giving::<bulk::BulkShape>(),
        ),
        get("/api/bulk/{bulk}/items", manager, bulk::items).called(
            Call::new("listBulkItems", "List the messages of a bulk act")
                .text("Returns a page of the messages with one outcome, in the order of the act.")
                .with(parameters::of_items)
                .giving::<bulk::ItemsShape>(),
        ),
        post("/api/bulk/{bulk}/confirm", manager, bulk::confirm).called(
            Call::new("confirmBulk", "Confirm a bulk act")
                .text(
                    "Starts the act. The process that sends messages carries it out, one message \
                     after another. Each message is processed in the state that was counted, or \
                     not at all. The same call by the same person starts it once.",
                )
                .with(parameters::bulk)
                .taking::<bulk::ConfirmBody>()
                .or_nothing()
                .giving::<bulk::BulkShape>(),
        ),
        post("/api/bulk/{bulk}/stop", manager, bulk::stop).called(
            Call::new("stopBulk", "Stop a bulk act")
                .text(
                    "Begins no further message. Messages that were processed until then stay \
                     processed. A repeat of the call changes nothing.",
                )
                .with(parameters::bulk)
                .giving::<bulk::BulkShape>(),
        ),
    ]
}
