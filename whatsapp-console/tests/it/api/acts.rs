//! Acts on one message: each says what it saw, and is done once.

use serde_json::{Value, json};
use whatsapp_core::MessageId;
use whatsapp_core::audit::AuditTarget;
use whatsapp_core::message::{State, Status};
use whatsapp_core::port::AuditFilter;
use whatsapp_testkit::fixtures::START;

use super::caller::{Caller, shop};
use crate::shop::{Shop, exhausted, message, minutes, not_on_whatsapp, unknown, waiting};

async fn scene(state: State) -> (Shop, MessageId, Caller) {
    let shop = shop();
    let id = shop.put(message(7, "Asha Traders", START - minutes(9), state)).await;
    let caller = Caller::of_api(&shop).await;
    (shop, id, caller)
}

async fn seen(caller: &Caller, id: MessageId) -> Value {
    caller.get(&format!("/api/messages/{id}")).await.json["updatedAt"].clone()
}

async fn entries(shop: &Shop, id: MessageId) -> usize {
    let filter = AuditFilter::about(AuditTarget::Message(id));
    shop.desk().audit(&filter, None, 200).await.unwrap().entries.len()
}

#[tokio::test]
async fn each_act_is_done_once_over_what_was_seen() {
    for (act, more, state) in [
        ("retry", json!({}), exhausted()),
        ("cancel", json!({}), waiting(START + minutes(60))),
        ("reschedule", json!({"at": "2026-01-27T09:30:00Z"}), waiting(START + minutes(60))),
    ] {
        let (shop, id, caller) = scene(state).await;
        let mut body = more.clone();
        body["seen"] = seen(&caller, id).await;
        let path = format!("/api/messages/{id}/{act}");
        shop.clock.advance(minutes(1));
        let done = caller.post(&path, &body).await;
        assert_eq!(done.status, 200, "{act}: {}", done.json);
        assert_eq!(done.json["message"]["id"], id.to_string());
        assert_ne!(done.json["message"]["updatedAt"], body["seen"], "{act}");
        let again = caller.post(&path, &body).await;
        assert_eq!((again.status.as_u16(), again.problem()), (409, "changed"), "{act}");
        assert_eq!(again.json["messageLogId"], id.to_string());
        assert_eq!(entries(&shop, id).await, 1, "{act}");
        assert!(
            more.get("at")
                .is_none_or(|_| { done.json["message"]["scheduledFor"] == "2026-01-27T09:30:00Z" })
        );
    }
}

#[tokio::test]
async fn an_instant_that_has_passed_is_asked_about() {
    let (shop, id, caller) = scene(waiting(START + minutes(60))).await;
    let path = format!("/api/messages/{id}/reschedule");
    let mut body = json!({"seen": seen(&caller, id).await, "at": "2026-01-26T09:30:00Z"});
    let asked = caller.post(&path, &body).await;
    assert_eq!((asked.status.as_u16(), asked.problem()), (409, "instant-passed"));
    assert_eq!(entries(&shop, id).await, 0);
    body["atOnce"] = json!(true);
    assert_eq!(caller.post(&path, &body).await.status, 200);
}

#[tokio::test]
async fn without_what_was_seen_nothing_is_done() {
    let (shop, id, caller) = scene(exhausted()).await;
    for (act, missing) in [
        ("retry", "#/seen"),
        ("cancel", "#/seen"),
        ("reschedule", "#/seen"),
        ("put-aside", "#/seen"),
        ("take-up", "#/seen"),
        ("resend", "#/resends"),
    ] {
        let reply = caller.post(&format!("/api/messages/{id}/{act}"), &json!({})).await;
        assert_eq!((reply.status.as_u16(), reply.problem()), (400, "invalid-body"), "{act}");
        assert_eq!(reply.pointers(), [missing], "{act}");
    }
    assert_eq!((entries(&shop, id).await, shop.store.messages().len()), (0, 1));
}

#[tokio::test]
async fn what_was_settled_in_another_way_is_put_aside_and_taken_up_again() {
    let (shop, id, caller) = scene(not_on_whatsapp()).await;
    let path = |act: &str| format!("/api/messages/{id}/{act}");
    let needs = async || {
        let list = caller.get("/api/messages?attention=all").await.json;
        list["messages"].as_array().unwrap().len()
    };
    assert_eq!(needs().await, 1);
    let body = json!({"seen": seen(&caller, id).await});
    shop.clock.advance(minutes(1));
    let aside = caller.post(&path("put-aside"), &body).await;
    assert_eq!(aside.status, 200, "{}", aside.json);
    let message = &aside.json["message"];
    assert_eq!((&message["isPutAside"], &message["status"]), (&json!(true), &json!("failed")));
    let can = (&message["can"]["putAside"], &message["can"]["takeUp"]);
    assert_eq!(can, (&json!("no"), &json!("yes")));
    assert_eq!(needs().await, 0);
    // A second click, and that of somebody else.
    let again = caller.post(&path("put-aside"), &body).await;
    assert_eq!((again.status.as_u16(), again.problem()), (409, "changed"));
    let list = caller.get("/api/messages").await.json;
    assert_eq!(list["messages"][0]["isPutAside"], true);
    shop.clock.advance(minutes(1));
    let body = json!({"seen": seen(&caller, id).await});
    let taken_up = caller.post(&path("take-up"), &body).await;
    assert_eq!(taken_up.json["message"]["isPutAside"], false, "{}", taken_up.json);
    assert_eq!(needs().await, 1);
    let told = caller.get(&path("history")).await.json;
    let acts: Vec<_> = told["acts"].as_array().unwrap().iter().map(|it| &it["act"]).collect();
    assert_eq!(acts, [&json!("message_taken_up"), &json!("message_put_aside")]);
    assert_eq!(told["acts"][0]["by"], "U-manager");
    let told = told["acts"][1]["text"].as_str().unwrap();
    assert!(told.contains("U-manager"), "{told}");
}

#[tokio::test]
async fn what_did_not_fail_is_not_put_aside() {
    let (shop, id, caller) = scene(waiting(START + minutes(60))).await;
    let body = json!({"seen": seen(&caller, id).await});
    for act in ["put-aside", "take-up"] {
        let reply = caller.post(&format!("/api/messages/{id}/{act}"), &body).await;
        assert_eq!((reply.status.as_u16(), reply.problem()), (409, "not-possible"), "{act}");
    }
    assert_eq!(entries(&shop, id).await, 0);
    let gone = "/api/messages/0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b/history";
    assert_eq!(caller.get(gone).await.problem(), "unknown-message");
}

#[tokio::test]
async fn whoever_says_what_was_seen_does_not_send_again_what_was_put_aside_since() {
    let (_shop, id, caller) = scene(not_on_whatsapp()).await;
    let path = |act: &str| format!("/api/messages/{id}{act}");
    let before = caller.get(&path("")).await.json["updatedAt"].clone();
    let aside = caller.post(&path("/put-aside"), &json!({"seen": before})).await;
    assert_eq!(aside.status, 200, "{}", aside.json);
    let late = caller.post(&path("/resend"), &json!({"resends": 0, "seen": before})).await;
    assert_eq!((late.status.as_u16(), late.problem()), (409, "changed"));
    let now = caller.get(&path("")).await.json["updatedAt"].clone();
    assert_ne!(now, before);
    let sent = caller.post(&path("/resend"), &json!({"resends": 0, "seen": now})).await;
    assert_eq!(sent.status, 200, "{}", sent.json);
}

#[tokio::test]
async fn a_resend_is_one_message_for_all_who_saw_the_same() {
    let (shop, id, caller) = scene(not_on_whatsapp()).await;
    let path = format!("/api/messages/{id}/resend");
    let body = json!({"resends": 0, "whatsappNumber": "98765 00077"});
    let first = caller.post(&path, &body).await;
    assert_eq!(first.status, 200, "{}", first.json);
    let fresh = &first.json["message"];
    assert_eq!(fresh["whatsappNumber"], "+919876500077");
    assert_eq!(fresh["resendOf"], id.to_string());
    let again = caller.post(&path, &body).await;
    assert_eq!(again.json["message"]["id"], fresh["id"]);
    // Somebody else who saw the same, and meant another number.
    let other = json!({"resends": 0, "whatsappNumber": "98765 00078"});
    let other = caller.as_who("Bearer admin").post(&path, &other).await;
    assert_eq!((other.status.as_u16(), other.problem()), (409, "changed"));
    // Nobody saw a number of resends that was not there.
    let ahead = caller.post(&path, &json!({"resends": 7})).await;
    assert_eq!(ahead.problem(), "changed");
    assert_eq!(shop.store.messages().len(), 2);
    let old = caller.get(&format!("/api/messages/{id}")).await;
    assert_eq!(old.json["resends"], json!([fresh["id"]]));
    let list = caller.get("/api/messages?sort=oldest").await.json;
    let sent_again = |no: usize| list["messages"][no]["isSentAgain"].clone();
    assert_eq!((&old.json["isSentAgain"], sent_again(0)), (&json!(true), json!(true)));
    assert_eq!(sent_again(1), false);
}

#[tokio::test]
async fn what_may_have_arrived_is_sent_again_only_when_the_customer_was_asked() {
    let (shop, id, caller) = scene(unknown()).await;
    let path = format!("/api/messages/{id}/resend");
    let asked = caller.post(&path, &json!({"resends": 0})).await;
    assert_eq!((asked.status.as_u16(), asked.problem()), (409, "may-have-arrived"));
    assert_eq!(shop.store.messages().len(), 1);
    let done = caller.post(&path, &json!({"resends": 0, "notArrived": true})).await;
    assert_eq!(done.status, 200, "{}", done.json);
}

#[tokio::test]
async fn what_took_a_messages_place_keeps_it_from_being_tried_again_unseen() {
    let (shop, id, caller) = scene(exhausted()).await;
    caller.post(&format!("/api/messages/{id}/resend"), &json!({"resends": 0})).await;
    let seen = seen(&caller, id).await;
    let path = format!("/api/messages/{id}/retry");
    assert_eq!(caller.post(&path, &json!({"seen": seen})).await.problem(), "changed");
    let wanted = caller.post(&path, &json!({"seen": seen, "resends": 1})).await;
    assert_eq!(wanted.status, 200, "{}", wanted.json);
    assert_eq!(shop.store.messages().len(), 2);
}

#[tokio::test]
async fn what_cannot_be_done_says_why() {
    let (shop, id, caller) = scene(not_on_whatsapp()).await;
    let seen = seen(&caller, id).await;
    let path = |act: &str| format!("/api/messages/{id}/{act}");
    let retry = caller.post(&path("retry"), &json!({"seen": seen})).await;
    assert_eq!((retry.status.as_u16(), retry.problem()), (409, "not-possible"));
    let cancel = caller.post(&path("cancel"), &json!({"seen": seen})).await;
    assert_eq!(cancel.problem(), "not-possible");
    let number = caller.post(&path("resend"), &json!({"resends": 0, "whatsappNumber": "12"})).await;
    assert_eq!((number.status.as_u16(), number.problem()), (422, "number-unusable"));
    assert!(!number.json.to_string().contains("\"12\""), "{}", number.json);
    let gone = "/api/messages/0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b/cancel";
    let gone = caller.post(gone, &json!({"seen": seen})).await;
    assert_eq!((gone.status.as_u16(), gone.problem()), (404, "unknown-message"));
    assert_eq!(caller.post("/api/messages/x/cancel", &json!({"seen": seen})).await.status, 404);
    let year = json!({"seen": seen, "at": "0026-01-27T09:30:00Z"});
    let year = caller.post(&path("reschedule"), &year).await;
    assert_eq!((year.status.as_u16(), year.problem()), (422, "instant-unusable"));
    assert_eq!(shop.store.messages()[0].state.status, Status::Failed);
}
