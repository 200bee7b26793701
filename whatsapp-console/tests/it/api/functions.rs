//! The calls that front ends of the predecessor make, written down from what they send and read.

use serde_json::json;
use whatsapp_core::message::{Facts, Status};
use whatsapp_core::port::TransportError;
use whatsapp_core::retry::Disposition;
use whatsapp_testkit::fixtures::START;

use super::caller::{Caller, sending, shop};
use crate::shop::{Shop, exhausted, message, minutes, not_on_whatsapp, sent, unknown, waiting};

const SEND: &str = "/functions/v1/whatsapp-send";
const RETRY: &str = "/functions/v1/whatsapp-retry";

/// A caller with the headers that such a front end sends along.
async fn front_end(shop: &Shop) -> Caller {
    let caller = Caller::of_functions(shop).await;
    caller.with("apikey", "public-anon-key").with("x-client-info", "supabase-js-web/2.109.0")
}

#[tokio::test]
async fn an_invoice_with_its_file_goes_out_although_the_call_has_more_names_than_the_template() {
    let shop = shop();
    let running = sending(&shop);
    let call = json!({
        "customerId": "C-7",
        "messageType": "invoice",
        "triggerType": "manual",
        "attachmentUrl": "https://files.example/INV-7.pdf",
        "attachmentType": "application/pdf",
        "placeholders": {
            "customerName": "Asha Traders",
            "invoiceNumber": "INV-7",
            "invoiceDate": "27 Jan 2026",
            "dueDate": "11 Feb 2026",
            "amount": "₹1,234.00",
            "branch": "Pune",
            "invoiceCount": 1,
        },
    });
    let reply = front_end(&shop).await.post(SEND, &call).await;
    assert_eq!(reply.status, 200, "{}", reply.json);
    assert_eq!((&reply.json["success"], &reply.json["status"]), (&json!(true), &json!("sent")));
    let message = shop.store.messages().pop().unwrap();
    assert_eq!(reply.json["messageLogId"], message.facts.id.to_string());
    let text = message.facts.text.as_str();
    assert!(text.contains("for ₹1,234.00 is ready"), "the sign stands once: {text}");
    let warning = message.facts.warning.unwrap();
    assert!(warning.contains("{branch}, {invoiceCount}"), "{warning}");
    assert_eq!(message.facts.created_by.unwrap().as_str(), "U-manager");
    running.stop().await;
}

#[tokio::test]
async fn a_file_may_be_named_by_the_hosts_key_and_its_kind_by_a_word() {
    let shop = shop();
    let running = sending(&shop);
    let call = json!({
        "customerId": "C-7",
        "messageType": "invoice",
        "triggerType": "auto",
        "attachmentFileId": "drive-7",
        "attachmentType": "document",
        "placeholders": {
            "invoiceNumber": "INV-7", "invoiceDate": "27 Jan 2026", "dueDate": "11 Feb 2026", "amount": 500
        },
    });
    let reply = front_end(&shop).await.post(SEND, &call).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.json["success"]),
        (200, &json!(true)),
        "{}",
        reply.json
    );
    let facts = shop.store.messages().pop().unwrap().facts;
    assert_eq!((facts.trigger.as_str(), facts.attachment.is_some()), ("auto", true));
    running.stop().await;
}

#[tokio::test]
async fn what_was_probably_mistyped_is_told_in_the_answer() {
    let shop = shop();
    let running = sending(&shop);
    let call = json!({
        "customerId": "C-7",
        "messageType": "festival",
        "customMessage": "Hello {custmerName}, we are closed tomorrow.",
    });
    let reply = front_end(&shop).await.post(SEND, &call).await;
    assert_eq!((reply.status.as_u16(), &reply.json["success"]), (200, &json!(true)));
    let warning = reply.json["warning"].as_str().unwrap();
    assert!(warning.contains("{customerName}"), "{warning}");
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_text_that_waits_is_a_success_that_says_why_after_ten_seconds() {
    let shop = shop();
    let call = json!({
        "customerId": "C-7",
        "messageType": "festival",
        "triggerType": "manual",
        "customMessage": "Dear {customerName}, we are closed tomorrow.",
    });
    let begun = tokio::time::Instant::now();
    let reply = front_end(&shop).await.post(SEND, &call).await;
    assert_eq!(begun.elapsed().as_secs(), 10);
    assert_eq!(reply.status, 200, "{}", reply.json);
    assert_eq!((&reply.json["success"], &reply.json["status"]), (&json!(true), &json!("pending")));
    assert!(!reply.json["statusText"].as_str().unwrap().is_empty());
    assert!(reply.json.get("error").is_none());
    let text = shop.store.messages().pop().unwrap().facts.text;
    assert_eq!(text.as_str(), "Dear Asha Traders, we are closed tomorrow.");
}

#[tokio::test]
async fn a_value_that_is_missing_is_named() {
    let shop = shop();
    let call = json!({
        "customerId": "C-7",
        "messageType": "payment_reminder",
        "triggerType": "manual",
        "placeholders": {"amount": "1,500.00", "dueDate": "11 Feb 2026"},
    });
    let reply = front_end(&shop).await.post(SEND, &call).await;
    assert_eq!((reply.status.as_u16(), reply.problem()), (422, "missing-value"));
    assert_eq!(reply.pointers(), ["#/placeholders/invoiceNumber", "#/placeholders/daysOverdue"]);
    let error = reply.json["error"].as_str().unwrap();
    assert!(error.starts_with("The template cannot be filled: "), "{error}");
    assert!(shop.store.messages().is_empty());
}

#[tokio::test]
async fn what_is_switched_off_is_told_in_an_answer_and_not_as_a_mistake() {
    let shop = shop();
    shop.store.put_setting("whatsapp_festival_enabled", "false");
    let call = json!({
        "customerId": "C-7", "messageType": "festival", "triggerType": "manual",
        "placeholders": {"festivalName": "Holi"},
    });
    let reply = front_end(&shop).await.post(SEND, &call).await;
    assert_eq!((reply.status.as_u16(), &reply.json["success"]), (200, &json!(false)));
    assert!(reply.json["error"].as_str().unwrap().contains("switched off"), "{}", reply.json);
    assert!(reply.json.get("messageLogId").is_none());
}

#[tokio::test]
async fn a_message_that_was_logged_and_failed_is_an_answer_too() {
    let shop = shop();
    let caller = front_end(&shop).await;
    let call = |customer: &str| {
        json!({
            "customerId": customer, "messageType": "festival", "triggerType": "manual",
            "placeholders": {"festivalName": "Holi"},
        })
    };
    let unknown = caller.post(SEND, &call("C-404")).await;
    let no = TransportError::new(Disposition::Permanent, "The number is not on WhatsApp.");
    shop.gateway.next_send(Err(no.with_status(422)));
    let running = sending(&shop);
    let refused = caller.post(SEND, &call("C-7")).await;
    for reply in [unknown, refused] {
        assert_eq!((reply.status.as_u16(), &reply.json["success"]), (200, &json!(false)));
        assert_eq!(reply.json["status"], "failed", "{}", reply.json);
        assert!(reply.json["error"].is_string() && reply.json["messageLogId"].is_string());
    }
    running.stop().await;
}

#[tokio::test]
async fn a_failed_message_is_tried_again_by_its_id() {
    let shop = shop();
    let id = shop.put(message(7, "Asha Traders", START - minutes(9), exhausted())).await;
    let caller = front_end(&shop).await;
    let reply = caller.post(RETRY, &json!({"messageLogId": id.to_string()})).await;
    assert_eq!(reply.status, 200, "{}", reply.json);
    let expected = json!({
        "success": true, "retried": 1, "results": [{"messageId": id.to_string(), "success": true}]
    });
    assert_eq!(reply.json, expected);
    shop.dispatcher().tick(START).await.unwrap();
    assert_eq!(shop.store.messages()[0].state.status, Status::Sent);
}

#[tokio::test]
async fn a_message_that_has_not_failed_is_not_tried_again_and_the_reason_is_told() {
    let shop = shop();
    let taken = sent(START, whatsapp_core::message::Delivery::Accepted);
    let id = shop.put(message(7, "Asha Traders", START - minutes(9), taken)).await;
    let caller = front_end(&shop).await;
    let reply = caller.post(RETRY, &json!({"messageLogId": id.to_string()})).await;
    assert_eq!((reply.status.as_u16(), reply.problem()), (400, "not-possible"));
    assert_eq!(reply.json["messageLogId"], id.to_string());
    assert_eq!(reply.json["detail"], "The message was already sent.");
    let used_up = message(8, "Ravi Stores", START - minutes(9), waiting(START));
    let used_up = used_up.with_facts(|facts| Facts { max_retries: 0, ..facts });
    let used_up = shop.put(used_up).await;
    shop.gateway.next_send(Err(TransportError::new(Disposition::Transient, "It is busy.")));
    shop.dispatcher().tick(START).await.unwrap();
    let reply = caller.post(RETRY, &json!({"messageLogId": used_up.to_string()})).await;
    assert_eq!(reply.status, 400);
    assert!(reply.json["error"].as_str().unwrap().contains("resend it as a new message"));
    let gone =
        caller.post(RETRY, &json!({"messageLogId": "0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b"})).await;
    assert_eq!((gone.status.as_u16(), gone.problem()), (404, "unknown-message"));
}

#[tokio::test]
async fn all_that_failed_for_good_and_can_be_tried_again_are_with_and_without_a_body() {
    for body in [Some(json!({"autoRetry": true})), Some(json!({})), None] {
        let shop = shop();
        let failed = shop.put(message(7, "Asha Traders", START - minutes(9), exhausted())).await;
        for (seed, state) in [(8, not_on_whatsapp()), (9, unknown())] {
            shop.put(message(seed, "Ravi Stores", START - minutes(9), state)).await;
        }
        let caller = front_end(&shop).await;
        let reply = match body {
            Some(body) => caller.post(RETRY, &body).await,
            None => caller.call(axum::http::Method::POST, RETRY, "").await,
        };
        assert_eq!(reply.json["retried"], 1, "{}", reply.json);
        assert_eq!(
            reply.json["results"],
            json!([{"messageId": failed.to_string(), "success": true}])
        );
        // A message under way is left alone.
        assert_eq!(caller.post(RETRY, &json!({})).await.json["retried"], 0);
    }
}

#[tokio::test]
async fn a_call_for_one_and_for_all_or_for_none_is_not_understood() {
    let shop = shop();
    let caller = front_end(&shop).await;
    let id = "0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b";
    let both = caller.post(RETRY, &json!({"messageLogId": id, "autoRetry": true})).await;
    assert_eq!((both.status.as_u16(), both.pointers()), (422, vec!["#/messageLogId"]));
    let none = caller.post(RETRY, &json!({"autoRetry": false})).await;
    assert_eq!((none.status.as_u16(), none.pointers()), (422, vec!["#/autoRetry"]));
}

#[tokio::test]
async fn what_supabase_adds_to_an_address_is_no_matter() {
    let shop = shop();
    let caller = front_end(&shop).await.with("x-region", "ap-south-1");
    let reply = caller.post(&format!("{RETRY}?forceFunctionRegion=ap-south-1"), &json!({})).await;
    assert_eq!(reply.status, 200);
    assert!(reply.headers.get("x-relay-error").is_none());
}

#[tokio::test]
async fn outside_the_hours_a_person_is_asked_and_what_is_not_by_hand_waits_for_them() {
    let shop = shop();
    shop.clock.advance(minutes(12 * 60));
    let caller = front_end(&shop).await;
    let call = |trigger: &str, agreed: bool| {
        json!({
            "customerId": "C-7", "messageType": "festival", "triggerType": trigger,
            "placeholders": {"festivalName": "Holi"}, "outsideHours": agreed,
        })
    };
    let asked = caller.post(SEND, &call("manual", false)).await;
    assert_eq!((asked.status.as_u16(), asked.problem()), (409, "outside-hours"));
    assert_eq!(asked.pointers(), ["#/outsideHours"]);
    let running = sending(&shop);
    let agreed = caller.post(SEND, &call("manual", true)).await;
    assert_eq!(agreed.json["status"], "sent", "{}", agreed.json);
    let waits = caller.post(SEND, &call("auto", false)).await;
    assert_eq!((&waits.json["success"], &waits.json["status"]), (&json!(true), &json!("pending")));
    running.stop().await;
}
