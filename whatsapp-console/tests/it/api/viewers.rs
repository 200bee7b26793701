//! Answers for a viewer: neither texts nor whole numbers, and no acts.

use serde_json::Value;
use whatsapp_testkit::fixtures::{START, number};

use super::caller::{Caller, shop};
use crate::shop::{message, minutes, not_on_whatsapp, waiting};

#[tokio::test]
async fn a_viewer_sees_that_a_message_is_there_and_not_what_it_says_nor_to_which_number() {
    let shop = shop();
    let id = shop.put(message(7, "Asha Traders", START - minutes(9), not_on_whatsapp())).await;
    shop.put(message(8, "Ravi Stores", START - minutes(9), waiting(START))).await;
    shop.dispatcher().tick(START).await.unwrap();
    let manager = Caller::of_api(&shop).await;
    let viewer = manager.as_who("Bearer viewer");
    for path in [
        "/api/messages".to_owned(),
        format!("/api/messages/{id}"),
        format!("/api/messages/{id}/attempts"),
        "/api/customers/C-7".to_owned(),
        "/api/overview".to_owned(),
        "/api/account".to_owned(),
        "/api/held".to_owned(),
        "/api/visitor".to_owned(),
        "/api/templates".to_owned(),
        format!("/api/messages/{id}/history"),
        "/api/openapi.json".to_owned(),
    ] {
        let reply = viewer.get(&path).await;
        assert_eq!(reply.status, 200, "{path}");
        let said = reply.json.to_string();
        for secret in [&number(7)[3..], &number(8)[3..], "is ready", "G-1"] {
            assert!(!said.contains(secret), "{path}: {secret} in {said}");
        }
    }
    let shown = manager.get(&format!("/api/messages/{id}")).await.json.to_string();
    assert!(shown.contains(&number(7)) && shown.contains("is ready"), "{shown}");
    let one = viewer.get(&format!("/api/messages/{id}")).await.json;
    assert_eq!((one.get("can"), one.get("text")), (None, None::<&Value>));
    assert!(one["whatsappNumber"].as_str().unwrap().starts_with('…'), "{one}");
}
