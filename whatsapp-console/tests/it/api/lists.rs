//! The list of messages, for front ends that read the predecessor's table.

use serde_json::json;
use whatsapp_core::message::Delivery;
use whatsapp_testkit::fixtures::START;

use super::caller::{Caller, shop};
use crate::shop::{Shop, exhausted, message, minutes, sent};

/// A message a minute: those with an even number failed.
async fn scene(number: u64) -> Shop {
    let shop = shop();
    for seed in 1..=number {
        let at = START - minutes(i64::try_from(seed).unwrap());
        let state = if seed % 2 == 0 { exhausted() } else { sent(at, Delivery::Read) };
        shop.put(message(seed, "Asha Traders", at, state)).await;
    }
    shop
}

fn about(reply: &super::caller::Reply) -> Vec<String> {
    let messages = reply.json["messages"].as_array().unwrap();
    messages.iter().map(|it| it["about"].as_str().unwrap().to_owned()).collect()
}

/// The counterpart of the predecessor's `range(0, 19)` with an exact count.
#[tokio::test]
async fn a_page_of_twenty_with_how_many_there_are_in_all_and_the_next_one() {
    let shop = scene(45).await;
    let caller = Caller::of_api(&shop).await;
    let first = caller.get("/api/messages?limit=20&count=1").await;
    assert_eq!((&first.json["total"], &first.json["totalIsExact"]), (&json!(45), &json!(true)));
    assert_eq!((about(&first).len(), about(&first)[0].as_str()), (20, "SO-1"));
    assert!(first.json.get("previous").is_none());
    let next = first.json["next"].as_str().unwrap();
    let second = caller.get(&format!("/api/messages?limit=20&after={next}")).await;
    assert_eq!(about(&second)[0], "SO-21");
    assert!(second.json.get("total").is_none());
    let next = second.json["next"].as_str().unwrap();
    let last = caller.get(&format!("/api/messages?limit=20&after={next}")).await;
    assert_eq!((about(&last).len(), last.json.get("next")), (5, None));
    let previous = last.json["previous"].as_str().unwrap();
    let back = caller.get(&format!("/api/messages?limit=20&before={previous}")).await;
    assert_eq!(about(&back), about(&second));
    assert_eq!(about(&caller.get("/api/messages").await).len(), 20);
}

/// The last day, which the predecessor's `endDate` loses.
#[tokio::test]
async fn filters_are_those_of_the_page_and_the_last_day_is_included() {
    let shop = scene(10).await;
    let caller = Caller::of_api(&shop).await;
    let of = "status=failed&type=festival&trigger=scheduled&from=2026-01-27&until=2026-01-27";
    let failed = caller.get(&format!("/api/messages?{of}&sort=oldest&count=1")).await;
    assert_eq!(about(&failed), ["SO-10", "SO-8", "SO-6", "SO-4", "SO-2"]);
    assert_eq!(failed.json["total"], 5);
    let before = caller.get("/api/messages?until=2026-01-26&count=1").await;
    assert_eq!((about(&before).len(), &before.json["total"]), (0, &json!(0)));
    let some =
        caller.get("/api/messages?status=failed&status=sent&delivery=read&customer=C-3").await;
    assert_eq!(some.status, 200);
}

#[tokio::test]
async fn outcomes_and_the_order_of_names_are_those_of_the_page() {
    let shop = scene(3).await;
    let row = message(4, "Zoya Stores", START, sent(START, Delivery::Accepted));
    shop.put(row).await;
    let row = message(5, "Anand Mills", START - minutes(9), exhausted());
    shop.put(row).await;
    let caller = Caller::of_api(&shop).await;
    let named = caller.get("/api/messages?sort=customer").await;
    assert_eq!(about(&named), ["SO-5", "SO-1", "SO-2", "SO-3", "SO-4"]);
    let next = caller.get("/api/messages?sort=customer&limit=2").await;
    let next = next.json["next"].as_str().unwrap();
    let next = caller.get(&format!("/api/messages?sort=customer&limit=2&after={next}")).await;
    assert_eq!(about(&next), ["SO-2", "SO-3"]);
    let failed = caller.get("/api/messages?outcome=failed&outcome=accepted").await;
    assert_eq!(about(&failed), ["SO-4", "SO-2", "SO-5"]);
}

#[tokio::test]
async fn a_message_is_found_by_the_beginning_of_its_key() {
    let shop = scene(3).await;
    let caller = Caller::of_api(&shop).await;
    let all = caller.get("/api/messages").await.json;
    let key = all["messages"][1]["key"].as_str().unwrap();
    let named: String = url::form_urlencoded::byte_serialize(key.as_bytes()).collect();
    assert_eq!(about(&caller.get(&format!("/api/messages?key={named}")).await), ["SO-2"]);
    let begin = key.split(':').next().unwrap();
    assert_eq!(about(&caller.get(&format!("/api/messages?key={begin}")).await).len(), 3);
    assert_eq!(about(&caller.get("/api/messages?key=nothing").await).len(), 0);
    let viewer = caller.as_who("Bearer viewer").get("/api/messages").await.json;
    assert_eq!(viewer["messages"][1].get("key"), None);
    let bad = caller.get("/api/messages?key=a%20b").await;
    assert_eq!((bad.status.as_u16(), bad.problem()), (400, "invalid-query"));
}

#[tokio::test]
async fn what_cannot_be_asked_is_named() {
    let shop = scene(1).await;
    let caller = Caller::of_api(&shop).await;
    for (query, status, problem, parameter) in [
        ("evil=1", 400, "invalid-query", Some("evil")),
        ("done=paused", 400, "invalid-query", Some("done")),
        ("status=gone", 400, "invalid-query", Some("status")),
        ("outcome=gone", 400, "invalid-query", Some("outcome")),
        ("status=", 400, "invalid-query", Some("status")),
        ("when=today&when=yesterday", 400, "invalid-query", Some("when")),
        ("limit=0", 400, "invalid-query", Some("limit")),
        ("limit=201", 400, "invalid-query", Some("limit")),
        ("count=yes", 400, "invalid-query", Some("count")),
        ("about=a%00b", 400, "invalid-query", Some("about")),
        ("from=0001-01-01", 422, "invalid-value", Some("from")),
        ("after=1.2", 422, "invalid-value", Some("after")),
    ] {
        let reply = caller.get(&format!("/api/messages?{query}")).await;
        assert_eq!((reply.status.as_u16(), reply.problem()), (status, problem), "{query}");
        let named = reply.json["errors"][0]["parameter"].as_str();
        assert_eq!(named, parameter, "{query}");
        let detail = reply.json["detail"].as_str().unwrap();
        assert!(detail.starts_with(&format!("{}: ", parameter.unwrap())), "{query}: {detail}");
    }
    for path in [
        "/api/overview?x=1",
        "/api/account?x=1",
        "/api/account/pause?x=1",
        "/api/visitor?x=1",
        "/api/held?x=1",
        "/api/openapi.json?x=1",
    ] {
        assert_eq!(caller.get(path).await.problem(), "invalid-query", "{path}");
    }
}
