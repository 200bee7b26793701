//! Keeping messages back from a customer.

use serde_json::json;
use whatsapp_core::audit::Act;
use whatsapp_core::port::AuditFilter;

use super::caller::{Caller, shop};
use crate::shop::{Shop, minutes};

#[tokio::test]
async fn messages_are_kept_back_once_and_let_go_once() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    let path = "/api/customers/C-7/mute";
    let muted = caller.post(path, &json!({"of": "greetings"})).await;
    assert_eq!(muted.status, 200, "{}", muted.json);
    assert_eq!((&muted.json["on"], &muted.json["by"]), (&json!("customer"), &json!("U-manager")));
    shop.clock.advance(minutes(1));
    let again = caller.as_who("Bearer admin").post(path, &json!({"of": "greetings"})).await;
    assert_eq!(again.json, muted.json);
    let all = caller.post(path, &json!({"of": "all"})).await.json;
    let shown = caller.get("/api/customers/C-7").await.json;
    assert_eq!(shown["mutes"], json!([all, muted.json]));

    shop.clock.advance(minutes(1));
    let end = format!("{path}s/{}/end", all["id"].as_str().unwrap());
    for _ in 0..2 {
        let left = caller.post(&end, &json!({})).await;
        assert_eq!((left.status.as_u16(), &left.json), (200, &json!({"mutes": [muted.json]})));
    }
    let audit = shop.desk().audit(&AuditFilter::default(), None, 200).await.unwrap();
    let acts: Vec<_> = audit.entries.iter().map(|entry| entry.act).collect();
    assert_eq!(acts, [Act::Unmuted, Act::Muted, Act::Muted]);
}

#[tokio::test]
async fn what_cannot_be_kept_back_is_told() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    let of = caller.post("/api/customers/C-7/mute", &json!({"of": "invoices"})).await;
    assert_eq!((of.status.as_u16(), of.pointers()), (400, vec!["#/of"]));
    let customer = caller.post("/api/customers/a%20b/mute", &json!({"of": "all"})).await;
    assert_eq!((customer.status.as_u16(), customer.problem()), (404, "unknown-customer"));
    let mute = caller.post("/api/customers/C-7/mutes/x/end", &json!({})).await;
    assert_eq!((mute.status.as_u16(), mute.problem()), (404, "unknown-mute"));
    let caller = Caller::of_api(&Shop::without_search()).await;
    for path in [
        "/api/customers/C-7/mute",
        "/api/customers/C-7/mutes/0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b/end",
    ] {
        let body = if path.ends_with("end") { json!({}) } else { json!({"of": "all"}) };
        let none = caller.post(path, &body).await;
        assert_eq!((none.status.as_u16(), none.problem()), (404, "not-set-up"), "{path}");
    }
}
