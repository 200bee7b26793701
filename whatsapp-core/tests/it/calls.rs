//! Requests that identify themselves as the same as an earlier one.

use whatsapp_core::message::{Fingerprint, Status};
use whatsapp_core::messenger::SendErrorKind;
use whatsapp_core::port::Customer;
use whatsapp_core::{CustomerId, Request};

use crate::shop::{ASHA, Shop};

fn asha() -> CustomerId {
    CustomerId::new(ASHA).unwrap()
}

fn call(request: Request, body: &str) -> Request {
    let key = whatsapp_core::message::MessageKey::new("call:8e03978e").unwrap();
    request.with_key(key).with_fingerprint(Fingerprint::of(&[("body", body)]))
}

#[tokio::test]
async fn the_same_call_is_the_same_message_whatever_changed_since() {
    let shop = Shop::new();
    let first = shop.messenger.enqueue(call(shop.order("SO-1"), "a")).await.unwrap();
    assert!(first.is_new);
    // Another text, another number, and messages of the type switched off.
    shop.customers.put(Customer::new(asha(), "Asha & Sons", Some("+919876500001")));
    shop.set("whatsapp_stock_delivered_enabled", "false");
    let again = shop.messenger.enqueue(call(shop.order("SO-2"), "a")).await.unwrap();
    assert_eq!((again.message_id, again.is_new), (first.message_id, false));
    shop.customers.remove(&asha());
    let again = shop.messenger.enqueue(call(shop.order("SO-1"), "a")).await.unwrap();
    assert_eq!((again.message_id, again.is_new), (first.message_id, false));
    let other = shop.messenger.enqueue(call(shop.order("SO-1"), "b")).await.unwrap_err();
    let conflict = SendErrorKind::KeyConflict(first.message_id).to_string();
    assert_eq!(other.kind().to_string(), conflict);
    assert_eq!(shop.store.messages().len(), 1);
}

#[tokio::test]
async fn a_call_that_was_refused_gives_its_row_again_and_leaves_the_key_to_another_one() {
    let shop = Shop::new();
    let nobody = CustomerId::new("C-404").unwrap();
    let to_nobody = || call(shop.invoice("C-404", "INV-7"), "a");
    let refused = shop.messenger.enqueue(to_nobody()).await.unwrap_err();
    let row = refused.logged().unwrap();
    shop.customers.put(Customer::new(nobody, "Nobody", Some("+919876500002")));
    let again = shop.messenger.enqueue(to_nobody()).await.unwrap();
    assert_eq!((again.message_id, again.is_new), (row, false));
    assert_eq!(shop.message(row).await.state.status, Status::Failed);
    assert_eq!(shop.store.notices().len(), 1);
    let other = shop.messenger.enqueue(call(shop.invoice(ASHA, "INV-7"), "b")).await.unwrap();
    assert!(other.is_new);
}

#[tokio::test]
async fn what_its_caller_warns_of_stands_on_the_message_before_the_rest() {
    let shop = Shop::new();
    let request = shop.order("SO-1").with_warning("two values have no place");
    let id = shop.messenger.enqueue(request).await.unwrap().message_id;
    let warning = shop.message(id).await.facts.warning.unwrap();
    assert!(warning.starts_with("Two values have no place."), "{warning}");
}

#[tokio::test]
async fn an_outcome_is_waited_for_by_the_messages_id() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    let message = shop.messenger.outcome(id).await.unwrap();
    assert_eq!((message.facts.id, message.state.status), (id, Status::Sent));
}
