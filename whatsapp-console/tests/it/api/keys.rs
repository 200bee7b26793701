//! The header `Idempotency-Key`.

#![expect(clippy::disallowed_methods, reason = "the clock of these tests stands still and jumps")]

use serde_json::{Value, json};
use whatsapp_core::CustomerId;
use whatsapp_core::port::Customer;
use whatsapp_testkit::fixtures::number;

use super::caller::{Caller, sending, shop};

const SEND: &str = "/api/whatsapp-send";

fn greeting(festival: &str) -> Value {
    json!({
        "customerId": "C-7", "messageType": "festival", "triggerType": "manual",
        "placeholders": {"festivalName": festival},
    })
}

#[tokio::test]
async fn the_same_call_twice_is_one_message_and_says_that_it_is() {
    let shop = shop();
    let running = sending(&shop);
    let caller = Caller::of_api(&shop).await.with("idempotency-key", "8e03978e");
    let first = caller.post(SEND, &greeting("Holi")).await;
    assert!(first.headers.get("idempotent-replayed").is_none());
    // Whatever was changed since: the answer is made from the message.
    shop.store.put_setting("whatsapp_festival_enabled", "false");
    shop.customers.remove(&CustomerId::new("C-7").unwrap());
    let turned = r#"{"placeholders":{"festivalName":"Holi"},"triggerType":"manual",
        "messageType":"festival","customerId":"C-7"}"#;
    let again = caller.post(SEND, &serde_json::from_str(turned).unwrap()).await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(again.json, first.json);
    assert_eq!(shop.store.messages().len(), 1);
    running.stop().await;
}

#[tokio::test]
async fn a_key_belongs_to_one_body_and_to_one_person() {
    let shop = shop();
    let running = sending(&shop);
    let caller = Caller::of_api(&shop).await.with("idempotency-key", "8e03978e");
    let first = caller.post(SEND, &greeting("Holi")).await;
    let other = caller.post(SEND, &greeting("Diwali")).await;
    assert_eq!((other.status.as_u16(), other.problem()), (422, "idempotency-key-reused"));
    assert_eq!(other.json["messageLogId"], first.json["messageLogId"]);
    let admin = caller.as_who("Bearer admin").post(SEND, &greeting("Diwali")).await;
    assert_eq!((admin.status.as_u16(), &admin.json["success"]), (200, &json!(true)));
    assert_eq!(shop.store.messages().len(), 2);
    running.stop().await;
}

#[tokio::test]
async fn a_call_that_was_refused_without_a_row_is_looked_at_again() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await.with("idempotency-key", "8e03978e");
    shop.store.put_setting("whatsapp_festival_enabled", "false");
    assert_eq!(caller.post(SEND, &greeting("Holi")).await.json["success"], false);
    shop.store.put_setting("whatsapp_festival_enabled", "true");
    let running = sending(&shop);
    let sent = caller.post(SEND, &greeting("Holi")).await;
    assert_eq!(sent.json["success"], true);
    assert!(sent.headers.get("idempotent-replayed").is_none());
    running.stop().await;
}

#[tokio::test]
async fn a_call_that_was_refused_with_a_row_gives_that_row_again() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await.with("idempotency-key", "8e03978e");
    let id = CustomerId::new("C-7").unwrap();
    shop.customers.put(Customer::new(id.clone(), "Asha Traders", None));
    let first = caller.post(SEND, &greeting("Holi")).await;
    assert_eq!((&first.json["success"], &first.json["status"]), (&json!(false), &json!("failed")));
    shop.customers.put(Customer::new(id, "Asha Traders", Some(&number(7))));
    let again = caller.post(SEND, &greeting("Holi")).await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(again.json, first.json);
    // Another call is another message.
    let running = sending(&shop);
    let other = Caller::of_api(&shop).await.with("idempotency-key", "b");
    let fresh = other.post(SEND, &greeting("Holi")).await;
    assert_eq!(fresh.json["success"], true);
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_call_in_hand_is_not_answered_twice_at_once() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await.with("idempotency-key", "8e03978e");
    let body = greeting("Holi");
    let (first, second) = tokio::join!(caller.post(SEND, &body), async {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        caller.post(SEND, &body).await
    });
    assert_eq!(first.json["success"], true);
    assert_eq!((second.status.as_u16(), second.problem()), (409, "in-hand"));
    assert_eq!(second.headers["retry-after"], "1");
    assert_eq!(shop.store.messages().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn whoever_hangs_up_finds_the_message_by_the_same_key() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await.with("idempotency-key", "8e03978e");
    let body = greeting("Holi");
    {
        let call = caller.post(SEND, &body);
        let patience = tokio::time::sleep(std::time::Duration::from_secs(1));
        tokio::pin!(call, patience);
        tokio::select! {
            reply = &mut call => panic!("answered: {reply:?}"),
            () = &mut patience => {}
        }
    }
    tokio::time::sleep(std::time::Duration::from_secs(20)).await;
    let again = caller.post(SEND, &body).await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(shop.store.messages().len(), 1);
}

#[tokio::test]
async fn a_key_that_is_none_is_refused_before_anything_is_done() {
    let shop = shop();
    for key in ["a b".to_owned(), "k".repeat(256)] {
        let caller = Caller::of_api(&shop).await.with("idempotency-key", key);
        let reply = caller.post(SEND, &greeting("Holi")).await;
        assert_eq!((reply.status.as_u16(), reply.problem()), (400, "invalid-idempotency-key"));
    }
    assert!(shop.store.messages().is_empty());
    let running = sending(&shop);
    let long = Caller::of_api(&shop).await.with("idempotency-key", "k".repeat(255));
    assert_eq!(long.post(SEND, &greeting("Holi")).await.json["success"], true);
    let again = long.post(SEND, &greeting("Holi")).await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    running.stop().await;
}
