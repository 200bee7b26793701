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
            Call::new("countBulk", "Chooses messages for an act on many")
                .text(
                    "By their ids, or by the filter of the list, of which it takes the newest 10,000. They are \
                     these from now on, whatever fits later. Nothing is done before it is confirmed; what \
                     nobody confirms is forgotten after a day.",
                )
                .taking::<bulk::CountBody>()
                .giving::<bulk::BulkShape>(),
        ),
        get("/api/bulk/{bulk}", manager, bulk::one).called(
            Call::new("getBulk", "An act on many messages, and how far it is")
                .with(parameters::bulk)
                .giving::<bulk::BulkShape>(),
        ),
        get("/api/bulk/{bulk}/items", manager, bulk::items).called(
            Call::new("listBulkItems", "The messages of an act, and what came of each")
                .with(parameters::of_items)
                .giving::<bulk::ItemsShape>(),
        ),
        post("/api/bulk/{bulk}/confirm", manager, bulk::confirm).called(
            Call::new("confirmBulk", "Lets an act on many messages begin")
                .text(
                    "Whichever process sends does it, one message after another: to each as it was counted, or \
                     not at all. The same call twice is once.",
                )
                .with(parameters::bulk)
                .taking::<bulk::ConfirmBody>()
                .or_nothing()
                .giving::<bulk::BulkShape>(),
        ),
        post("/api/bulk/{bulk}/stop", manager, bulk::stop).called(
            Call::new("stopBulk", "Stops an act on many messages")
                .text("No message more is begun; what was done until then is done. Twice is once.")
                .with(parameters::bulk)
                .giving::<bulk::BulkShape>(),
        ),
    ]
}
