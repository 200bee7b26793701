//! Acts on many messages: chosen by the list's filter or one by one, confirmed, done and told.

use serde_json::{Value, json};
use whatsapp_core::BulkRunner;
use whatsapp_core::audit::{Act, AuditTarget};
use whatsapp_core::message::{Delivery, Status};
use whatsapp_core::port::{AuditFilter, MessageLog as _};
use whatsapp_testkit::fixtures::START;

use super::caller::{Caller, shop};
use crate::shop::{Shop, exhausted, message, minutes, not_on_whatsapp, sent, unknown, waiting};

/// Messages that failed because of the number, may have arrived, were read, wait, and failed
/// because of the gateway.
async fn scene() -> (Shop, Caller) {
    let shop = shop();
    for (seed, state) in [
        (1, not_on_whatsapp()),
        (2, unknown()),
        (3, sent(START, Delivery::Read)),
        (4, waiting(START + minutes(90))),
        (5, exhausted()),
    ] {
        shop.customer(seed, "Asha");
        let at = START - minutes(60) + minutes(i64::try_from(seed).unwrap());
        shop.put(message(seed, "Asha", at, state)).await;
    }
    let caller = Caller::of_api(&shop).await;
    (shop, caller)
}

async fn counted(caller: &Caller, body: Value) -> Value {
    let reply = caller.post("/api/bulk", &body).await;
    assert_eq!(reply.status, 200, "{}", reply.json);
    reply.json
}

async fn run(shop: &Shop) {
    let runner = BulkRunner::new(shop.ports.clone()).unwrap();
    while runner.tick().await.unwrap() {}
}

fn path(bulk: &Value, behind: &str) -> String {
    format!("/api/bulk/{}{behind}", bulk["id"].as_str().unwrap())
}

async fn items(caller: &Caller, bulk: &Value, outcome: &str) -> Vec<Value> {
    let page = caller.get(&path(bulk, &format!("/items?outcome={outcome}"))).await;
    assert_eq!(page.status, 200, "{}", page.json);
    page.json["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_set_is_frozen_by_the_lists_filter_confirmed_and_done_once() {
    let (shop, caller) = scene().await;
    let list = caller.get("/api/messages?outcome=failed&when=today").await.json;
    let shown: Vec<_> =
        list["messages"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
    let body = json!({"act": "resend", "filter": {"outcome": ["failed"], "when": "today"}});
    let bulk = counted(&caller, body).await;
    let counts = json!({
        "total": 3, "open": 3, "mayHaveArrived": 1, "outsideHours": 0,
        "done": 0, "leftOut": 0, "failed": 0,
    });
    assert_eq!((&bulk["counts"], &bulk["state"]), (&counts, &json!("counted")));
    assert_eq!((&bulk["by"], &bulk["areMore"]), (&json!("U-manager"), &json!(false)));
    let open = items(&caller, &bulk, "open").await;
    let frozen: Vec<_> = open.iter().map(|item| item["messageLogId"].clone()).collect();
    assert_eq!(frozen, shown, "those that the list shows");
    let asks: Vec<_> = open.iter().map(|item| item["mayHaveArrived"] == true).collect();
    assert_eq!(asks, [false, true, false]);

    // A message that fits later is not in it, and nothing is done before the yes.
    shop.customer(9, "Late");
    let late = shop.put(message(9, "Late", START, not_on_whatsapp())).await;
    run(&shop).await;
    assert_eq!(caller.get(&path(&bulk, "")).await.json, bulk);
    let agreed = json!({"notArrived": true});
    let begun = caller.post(&path(&bulk, "/confirm"), &agreed).await;
    assert_eq!((begun.status.as_u16(), &begun.json["state"]), (200, &json!("running")));
    assert_eq!(begun.json["agreed"], json!({"notArrived": true, "outsideHours": false}));
    // The same yes twice is once, and another one comes too late.
    let again = caller.post(&path(&bulk, "/confirm"), &agreed).await;
    assert_eq!((again.status.as_u16(), &again.json["state"]), (200, &json!("running")));
    for (who, other) in [("Bearer manager", json!({})), ("Bearer admin", agreed.clone())] {
        let other = caller.as_who(who).post(&path(&bulk, "/confirm"), &other).await;
        assert_eq!((other.status.as_u16(), other.problem()), (409, "changed"), "{who}");
        assert_eq!(
            other.json["detail"],
            "The act now stands so: Under way. Read it again, and decide again."
        );
    }
    run(&shop).await;
    let over = caller.get(&path(&bulk, "")).await.json;
    assert_eq!((&over["state"], &over["counts"]["done"]), (&json!("done"), &json!(3)));
    let done = items(&caller, &bulk, "done").await;
    assert!(done.iter().all(|item| item["newMessageLogId"].is_string()), "{done:?}");
    assert_eq!(shop.store.resends_of(late).await.unwrap(), []);
    let mut fresh = shop.store.messages();
    fresh.retain(|it| it.facts.resend_of.is_some());
    assert_eq!(fresh.len(), 3);
    // After its end the same yes is what it was, and there is nothing to stop.
    assert_eq!(caller.post(&path(&bulk, "/confirm"), &agreed).await.json["state"], "done");
    assert_eq!(caller.post(&path(&bulk, "/stop"), &json!({})).await.problem(), "changed");
    let on = AuditTarget::Bulk(bulk["id"].as_str().unwrap().parse().unwrap());
    let filter = AuditFilter::about(on);
    let audit = shop.desk().audit(&filter, None, 200).await.unwrap();
    let acts: Vec<_> = audit.entries.iter().map(|entry| entry.act).collect();
    assert_eq!(acts, [Act::BulkConfirmed]);
}

#[tokio::test]
async fn messages_are_chosen_one_by_one_and_what_nobody_agreed_to_is_left_out() {
    let (shop, caller) = scene().await;
    let ids: Vec<_> = shop.store.messages().iter().map(|it| it.facts.id.to_string()).collect();
    let bulk = counted(&caller, json!({"act": "resend", "messages": ids})).await;
    assert_eq!((&bulk["counts"]["open"], &bulk["counts"]["leftOut"]), (&json!(3), &json!(2)));
    let left = items(&caller, &bulk, "left_out").await;
    assert!(left.iter().all(|item| item["error"].as_str().is_some_and(|it| it.ends_with('.'))));
    // A body without a yes agrees to nothing.
    let begun = caller.call(axum::http::Method::POST, &path(&bulk, "/confirm"), "").await;
    assert_eq!(begun.status, 200, "{}", begun.json);
    run(&shop).await;
    let over = caller.get(&path(&bulk, "")).await.json;
    assert_eq!((&over["counts"]["done"], &over["counts"]["leftOut"]), (&json!(2), &json!(3)));
}

#[tokio::test]
async fn what_is_under_way_is_stopped_once() {
    let (shop, caller) = scene().await;
    let bulk = counted(&caller, json!({"act": "cancel", "filter": {"outcome": ["waiting"]}})).await;
    let early = caller.post(&path(&bulk, "/stop"), &json!({})).await;
    assert_eq!((early.status.as_u16(), early.problem()), (409, "changed"));
    caller.post(&path(&bulk, "/confirm"), &json!({})).await;
    for _ in 0..2 {
        let stopped = caller.post(&path(&bulk, "/stop"), &json!({})).await;
        assert_eq!((stopped.status.as_u16(), &stopped.json["state"]), (200, &json!("stopped")));
    }
    run(&shop).await;
    assert_eq!(items(&caller, &bulk, "open").await.len(), 1);
    let waits = |it: &&whatsapp_core::message::Message| it.state.status == Status::Pending;
    assert_eq!(shop.store.messages().iter().filter(waits).count(), 1);
}

#[tokio::test]
async fn many_items_come_page_by_page() {
    let (shop, caller) = scene().await;
    for seed in 10..30 {
        shop.put(message(seed, "Asha", START, waiting(START + minutes(60)))).await;
    }
    let bulk = counted(&caller, json!({"act": "cancel", "filter": {"status": ["pending"]}})).await;
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = path(&bulk, &format!("/items?outcome=open&limit=8{after}"));
        let page = caller.get(&page).await.json;
        seen.extend(page["items"].as_array().unwrap().iter().map(|it| it["no"].as_u64().unwrap()));
        let Some(next) = page["next"].as_u64() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen, (0..21).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_cannot_be_chosen_or_asked_is_named() {
    let (_, caller) = scene().await;
    let id = "0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b";
    let many: Vec<_> = (0..=5_000).map(|_| id).collect();
    for (body, status, problem, pointer) in [
        (json!({"act": "resend"}), 422, "contradictory-body", "#/messages"),
        (
            json!({"act": "resend", "filter": {}, "messages": [id]}),
            422,
            "contradictory-body",
            "#/filter",
        ),
        (json!({"act": "explode", "filter": {}}), 400, "invalid-body", "#/act"),
        (json!({"filter": {}}), 400, "invalid-body", "#/act"),
        (json!({"act": "retry", "messages": []}), 400, "invalid-body", "#/messages"),
        (json!({"act": "retry", "messages": many}), 400, "invalid-body", "#/messages"),
        (json!({"act": "retry", "messages": [id, "x"]}), 400, "invalid-body", "#/messages/1"),
        (json!({"act": "retry", "filter": null}), 400, "invalid-body", "#/filter"),
        (json!({"act": "retry", "filter": []}), 400, "invalid-body", "#/filter"),
        (
            json!({"act": "retry", "filter": {"sort": "oldest"}}),
            400,
            "invalid-body",
            "#/filter/sort",
        ),
        (
            json!({"act": "retry", "filter": {"status": ["gone"]}}),
            400,
            "invalid-body",
            "#/filter/status",
        ),
        (
            json!({"act": "retry", "filter": {"from": "0001-01-01"}}),
            422,
            "invalid-value",
            "#/filter/from",
        ),
    ] {
        let reply = caller.post("/api/bulk", &body).await;
        let told = (reply.status.as_u16(), reply.problem());
        assert_eq!(told, (status, problem), "{}", reply.json);
        assert_eq!(reply.pointers(), [pointer], "{}", reply.json);
    }
    let nothing = json!({"act": "retry", "filter": {"about": "nothing"}});
    let nothing = caller.post("/api/bulk", &nothing).await;
    assert_eq!((nothing.status.as_u16(), nothing.problem()), (422, "nothing-chosen"));
    for unknown in [id, "x"] {
        for behind in ["", "/items?outcome=open"] {
            let reply = caller.get(&format!("/api/bulk/{unknown}{behind}")).await;
            assert_eq!((reply.status.as_u16(), reply.problem()), (404, "unknown-bulk"));
        }
        for act in ["confirm", "stop"] {
            let reply = caller.post(&format!("/api/bulk/{unknown}/{act}"), &json!({})).await;
            assert_eq!((reply.status.as_u16(), reply.problem()), (404, "unknown-bulk"));
        }
    }
    let bulk = counted(&caller, json!({"act": "cancel", "filter": {}})).await;
    for query in ["", "?outcome=gone", "?outcome=open&limit=501", "?outcome=open&after=10001"] {
        let reply = caller.get(&path(&bulk, &format!("/items{query}"))).await;
        assert_eq!((reply.status.as_u16(), reply.problem()), (400, "invalid-query"), "{query}");
    }
}

#[tokio::test]
async fn a_host_that_keeps_none_says_so() {
    let caller = Caller::of_api(&Shop::without_search()).await;
    let reply = caller.post("/api/bulk", &json!({"act": "retry", "filter": {}})).await;
    assert_eq!((reply.status.as_u16(), reply.problem()), (404, "not-set-up"));
}
