//! Settings, the connection and the tag that a change is made over.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use whatsapp_core::port::SettingsStore as _;

use super::caller::{Caller, Reply, shop};
use crate::shop::Shop;

const RETRIES: &str = "whatsapp_retry_max";

async fn patch(caller: &Caller, tag: &str, body: &Value) -> Reply {
    let caller = caller.with("content-type", "application/json").with("if-match", tag);
    caller.call(Method::PATCH, "/api/settings", &body.to_string()).await
}

async fn value(shop: &Shop, key: &str) -> Option<String> {
    let rows = shop.store.load_settings().await.unwrap();
    rows.into_iter().find(|row| row.key == key).map(|row| row.value)
}

fn setting<'a>(reply: &'a Reply, key: &str) -> &'a Value {
    let all = reply.json["settings"].as_array().unwrap();
    all.iter().find(|one| one["key"] == key).unwrap()
}

#[tokio::test]
async fn each_setting_is_told_and_private_ones_to_managers_alone() {
    let shop = shop();
    let manager = Caller::of_api(&shop).await;
    let all = manager.get("/api/settings").await;
    assert_eq!(all.status, StatusCode::OK);
    assert_eq!(all.headers["etag"].to_str().unwrap(), all.json["etag"].as_str().unwrap());
    let retries = setting(&all, RETRIES);
    assert_eq!(retries["value"], "3");
    assert_eq!(retries["expected"], "a whole number from 0 to 3");
    assert_eq!(retries["group"], "retries");
    let email = "whatsapp_failure_notification_email";
    assert_eq!(setting(&all, email)["value"], "asha@shop.example");
    let viewer = manager.as_who("Bearer viewer");
    let seen = viewer.get("/api/settings").await;
    assert!(setting(&seen, email).get("value").is_none());
    assert!(!seen.json.to_string().contains("asha@shop"), "{}", seen.json);
    let one = viewer.get(&format!("/api/settings/{RETRIES}")).await;
    assert_eq!(one.json["value"], "3");
    let none = viewer.get("/api/settings/whatsapp_nothing").await;
    assert_eq!((none.status, none.problem()), (StatusCode::NOT_FOUND, "unknown-setting"));
    shop.store.put_setting(email, "Ab0123456789abcdefKANARIE");
    let broken = manager.get(&format!("/api/settings/{email}")).await;
    assert!(
        broken.json["problem"].as_str().unwrap().contains("An e-mail address"),
        "{}",
        broken.json
    );
    assert!(!broken.json.to_string().contains("KANARIE"));
}

#[tokio::test]
async fn a_change_is_made_over_what_was_looked_at() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    let tag = caller.get("/api/settings").await.json["etag"].as_str().unwrap().to_owned();
    let body = json!({"settings": {RETRIES: "2", "whatsapp_retry_interval_minutes": "45"}});
    let without = caller.with("content-type", "application/json");
    let without = without.call(Method::PATCH, "/api/settings", &body.to_string()).await;
    assert_eq!((without.status.as_u16(), without.problem()), (428, "version-missing"));
    let done = patch(&caller, &tag, &body).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.json);
    assert_eq!(setting(&done, RETRIES)["value"], "2");
    assert_eq!(setting(&done, RETRIES)["changedBy"], "U-manager");
    let fresh = done.json["etag"].as_str().unwrap();
    assert_ne!(fresh, tag);
    // Over a value that is not so any more nothing is saved, and both values are told.
    let late = patch(&caller, &tag, &json!({"settings": {RETRIES: "1"}})).await;
    assert_eq!((late.status.as_u16(), late.problem()), (412, "version-passed"));
    assert_eq!(late.json["errors"][0]["detail"], "it is 2 by now; 1 was sent");
    assert_eq!(late.pointers(), [format!("#/settings/{RETRIES}")]);
    assert_eq!(value(&shop, RETRIES).await.as_deref(), Some("2"));
    let done = patch(&caller, "*", &json!({"settings": {RETRIES: "1"}})).await;
    assert_eq!(done.status, StatusCode::OK);
    assert_eq!(value(&shop, RETRIES).await.as_deref(), Some("1"));
}

#[tokio::test]
async fn while_one_is_wrong_nothing_is_saved() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    let wrong = json!({"settings": {RETRIES: "many", "whatsapp_send_from": "25:00", "whatsapp_undelivered_alert": "7"}});
    for reply in
        [patch(&caller, "*", &wrong).await, caller.post("/api/settings/check", &wrong).await]
    {
        assert_eq!((reply.status.as_u16(), reply.problem()), (422, "invalid-value"));
        let pointers = reply.pointers();
        assert_eq!(pointers, ["#/settings/whatsapp_retry_max", "#/settings/whatsapp_send_from"]);
    }
    assert_ne!(value(&shop, "whatsapp_undelivered_alert").await.as_deref(), Some("7"));
    for (body, problem) in [
        (json!({"settings": {"whatsapp_nothing": "1"}}), "unknown-setting"),
        (json!({"settings": {"whatsapp_api_key": "secret"}}), "invalid-value"),
        (json!({"settings": {RETRIES: 2}}), "invalid-body"),
        (json!({"settings": {}, "more": 1}), "invalid-body"),
        (json!({}), "invalid-body"),
    ] {
        let reply = patch(&caller, "*", &body).await;
        assert_eq!(reply.problem(), problem, "{body}: {}", reply.json);
    }
}

#[tokio::test]
async fn what_moves_or_stops_messages_needs_a_yes() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    let off = |confirmed: bool| json!({"settings": {"whatsapp_enabled": "false"}, "confirmed": confirmed});
    let outlook = caller
        .post("/api/settings/check", &json!({"settings": {"whatsapp_enabled": "false"}}))
        .await;
    assert_eq!(outlook.json["needsConfirmation"], true);
    assert_eq!(outlook.json["changes"][0]["after"], "Off");
    assert_eq!(outlook.json["moves"][0], "No message is sent while this is off.");
    let asked = patch(&caller, "*", &off(false)).await;
    assert_eq!((asked.status.as_u16(), asked.problem()), (409, "confirmation-needed"));
    assert_ne!(value(&shop, "whatsapp_enabled").await.as_deref(), Some("false"));
    assert_eq!(patch(&caller, "*", &off(true)).await.status, StatusCode::OK);
    assert_eq!(value(&shop, "whatsapp_enabled").await.as_deref(), Some("false"));
}

#[tokio::test]
async fn the_gateways_address_is_changed_alone_and_only_where_that_is_left_to_the_settings() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    let both = json!({"settings": {"whatsapp_api_url": "https://gate.example", RETRIES: "1"}});
    assert_eq!(patch(&caller, "*", &both).await.problem(), "contradictory-body");
    let alone = json!({"settings": {"whatsapp_api_url": "https://gate.example"}});
    let fixed = patch(&caller, "*", &alone).await;
    assert_eq!((fixed.status.as_u16(), fixed.problem()), (422, "gateway-address-unusable"));
    assert_eq!(fixed.pointers(), ["#/settings/whatsapp_api_url"]);
}

#[tokio::test]
async fn a_test_of_the_connection_says_what_the_gateway_answered() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    let ready = caller.post("/api/connection-test", &json!({})).await;
    assert_eq!(ready.json["answer"], "ready");
    assert!(ready.json["addressIsFixed"].is_string(), "{}", ready.json);
    shop.gateway.next_probe(Ok(whatsapp_core::port::Probe::Refused));
    let refused = caller.call(Method::POST, "/api/connection-test", "").await;
    assert_eq!(refused.json["answer"], "refused");
    assert!(refused.json["text"].as_str().unwrap().contains("refuses the key"));
    let viewer = caller.as_who("Bearer viewer").post("/api/connection-test", &json!({})).await;
    assert_eq!(viewer.problem(), "only-managers");
}
