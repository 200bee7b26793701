//! The schedule of the next days, for programs.

use serde_json::{Value, json};
use whatsapp_core::audit::{Act, Actor};
use whatsapp_core::format::Amount;
use whatsapp_core::port::{AuditFilter, Clock as _, Due, Standing};
use whatsapp_core::{CustomerId, InvoiceId, Planner};
use whatsapp_testkit::fixtures::START;

use super::caller::{Caller, shop};
use crate::shop::{Shop, message, minutes, waiting};

fn owed(no: u64, id: &str) -> Due {
    let date = "2026-01-27".parse::<chrono::NaiveDate>().unwrap();
    let customer = CustomerId::new(format!("C-{no}")).unwrap();
    let due = date + chrono::TimeDelta::days(15);
    let id = InvoiceId::new(id).unwrap();
    Due::new(id.clone(), customer, format!("No. {id}"), date, due, Amount::rupees("500").unwrap())
}

/// A shop in which three are to be reminded on 30 January, and one is not because of a dispute; a
/// message waits.
async fn scene() -> (Shop, Caller) {
    let shop = shop();
    for no in 1..=3 {
        shop.customer(no, &format!("Customer {no}"));
        shop.ledger.owe(owed(no, &format!("INV/{no}")));
    }
    shop.ledger.owe(owed(3, "INV/9").with_standing(Standing::Disputed));
    shop.put(message(1, "Customer 1", START, waiting(START + minutes(3 * 24 * 60)))).await;
    let caller = Caller::of_api(&shop).await;
    (shop, caller)
}

async fn acts(shop: &Shop) -> Vec<Act> {
    let audit = shop.desk().audit(&AuditFilter::default(), None, 200).await.unwrap();
    audit.entries.into_iter().map(|entry| entry.act).collect()
}

/// Lets the planner note the results of its messages.
async fn planned(shop: &Shop) {
    let planner = Planner::new(shop.ports.clone()).unwrap();
    planner.tick(shop.clock.now()).await.unwrap();
}

fn serialized(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn days_are_summed_and_a_day_is_told_page_by_page() {
    let (_, caller) = scene().await;
    let all = caller.as_who("Bearer viewer").get("/api/schedule").await;
    assert_eq!(all.status, 200, "{}", all.json);
    let days = all.json["days"].as_array().unwrap();
    assert_eq!(days.len(), 14);
    let day = &days[3];
    assert_eq!((&day["day"], &day["isClosed"]), (&json!("2026-01-30"), &json!(false)));
    assert_eq!(day["reminders"], json!({"out": 3, "kept": 1}));
    assert_eq!(day["messages"], json!({"out": 1, "kept": 0}));
    assert_eq!(day["reasons"], json!([{"text": "A later reminder takes its place", "number": 1}]));
    assert_eq!(all.json["cut"], json!({"invoices": false, "reminders": false, "messages": false}));

    let (mut path, mut seen) = ("/api/schedule/2026-01-30?limit=2".to_owned(), Vec::new());
    for _ in 0..3 {
        let page = caller.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.json);
        seen.extend(page.json["entries"].as_array().unwrap().clone());
        let Some(next) = page.json["next"].as_str() else { break };
        path = format!("/api/schedule/2026-01-30?limit=2&after={}", serialized(next));
    }
    assert_eq!(seen.len(), 5);
    assert_eq!(
        (&seen[3]["class"], &seen[3]["messageType"]),
        (&json!("messages"), &json!("festival"))
    );
    let reminder = &seen[0];
    assert_eq!((&reminder["invoiceId"], &reminder["step"]), (&json!("INV/1"), &json!("T+3")));
    assert_eq!(
        (&reminder["customerName"], &reminder["goesOut"]),
        (&json!("Customer 1"), &json!(true))
    );
    assert!(seen[4]["statusText"].as_str().unwrap().contains("takes its place"), "{}", seen[4]);
    let kept = caller.get("/api/schedule/2026-01-30?show=kept&class=reminders&further=true").await;
    assert_eq!(kept.json["entries"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let (_, caller) = scene().await;
    for (path, status, problem) in [
        ("/api/schedule?x=1", 400, "invalid-query"),
        ("/api/schedule?further=1", 400, "invalid-query"),
        ("/api/schedule/2026-01-30?show=all", 400, "invalid-query"),
        ("/api/schedule/2026-01-30?class=x", 400, "invalid-query"),
        ("/api/schedule/2026-01-30?limit=0", 400, "invalid-query"),
        ("/api/schedule/2026-01-30?after=x", 422, "invalid-value"),
        ("/api/schedule/2026-01-26", 404, "unknown-day"),
        ("/api/schedule/2026-02-10", 404, "unknown-day"),
        ("/api/schedule/x", 404, "unknown-day"),
    ] {
        let reply = caller.get(path).await;
        assert_eq!((reply.status.as_u16(), reply.problem()), (status, problem), "{path}");
    }
    for (body, status) in [
        (json!({"reminders": []}), 400),
        (json!({"reminders": [{"invoiceId": "INV/1", "step": "T+03"}]}), 400),
        (json!({}), 400),
    ] {
        let reply = caller.post("/api/schedule/skip", &body).await;
        assert_eq!(reply.status.as_u16(), status, "{body}: {}", reply.json);
    }
}

#[tokio::test]
async fn reminders_are_left_out_and_held_each_as_it_was_seen_and_once() {
    let (shop, caller) = scene().await;
    let of = |no: u64| json!({"invoiceId": format!("INV/{no}"), "step": "T+3"});
    let both = json!({"reminders": [of(1), of(2)]});
    for _ in 0..2 {
        let done = caller.post("/api/schedule/skip", &both).await;
        assert_eq!((done.status.as_u16(), &done.json["done"]), (200, &json!(2)), "{}", done.json);
        shop.clock.advance(minutes(1));
    }
    let held = caller.post("/api/schedule/hold", &json!({"reminders": [of(3), of(1)]})).await;
    assert_eq!(held.json["done"], 1, "{}", held.json);
    let results: Vec<&Value> =
        held.json["results"].as_array().unwrap().iter().map(|it| &it["success"]).collect();
    assert_eq!(results, [&json!(true), &json!(false)]);
    assert_eq!(held.json["results"][1]["problem"], "not-possible");
    assert_eq!(acts(&shop).await, [Act::ReminderHeld, Act::ReminderSkipped, Act::ReminderSkipped]);
    // A reminder that has a row is named together with the state that was seen.
    let day = caller.get("/api/schedule/2026-01-30?class=reminders").await.json;
    let entry =
        day["entries"].as_array().unwrap().iter().find(|it| it["invoiceId"] == "INV/3").unwrap();
    assert_eq!((&entry["state"], &entry["goesOut"]), (&json!("held"), &json!(false)));
    let mut seen = of(3);
    seen["seen"] = json!("2026-01-01T00:00:00Z");
    let late = caller.post("/api/schedule/skip", &json!({"reminders": [seen.clone()]})).await;
    assert_eq!(late.json["results"][0]["problem"], "changed", "{}", late.json);
    seen["seen"] = entry["since"].clone();
    let done = caller.post("/api/schedule/skip", &json!({"reminders": [seen]})).await;
    assert_eq!(done.json["done"], 1, "{}", done.json);
}

#[tokio::test]
async fn a_call_that_says_when_it_looked_leaves_what_was_decided_since() {
    let (shop, caller) = scene().await;
    let day = caller.get("/api/schedule/2026-01-30").await.json;
    let of = json!({"invoiceId": "INV/1", "step": "T+3", "at": day["at"]});
    let body = json!({"reminders": [of]});
    shop.clock.advance(minutes(1));
    let held = caller.post("/api/schedule/hold", &body).await;
    assert_eq!(held.json["done"], 1, "{}", held.json);
    let planner = Planner::new(shop.ports.clone()).unwrap();
    let (invoice, step) = (InvoiceId::new("INV/1").unwrap(), "T+3".parse().unwrap());
    shop.clock.advance(minutes(1));
    planner.approve(&invoice, step, &Actor::Host).await.unwrap();
    let late = caller.post("/api/schedule/hold", &body).await;
    assert_eq!(late.json["results"][0]["problem"], "changed", "{}", late.json);
    assert_eq!(acts(&shop).await, [Act::ReminderApproved, Act::ReminderHeld]);
}

#[tokio::test]
async fn a_customer_is_reminded_at_once_and_asked_about_before() {
    let (shop, caller) = scene().await;
    let path = "/api/invoices/INV%2F1/remind";
    let first = caller.post(path, &json!({})).await;
    assert_eq!(
        (first.status.as_u16(), &first.json["isNew"]),
        (200, &json!(true)),
        "{}",
        first.json
    );
    let again = caller.post(path, &json!({"againToday": true})).await;
    assert_eq!(
        (&again.json["messageLogId"], &again.json["isNew"]),
        (&first.json["messageLogId"], &json!(false))
    );
    // Once it was sent, only a call that says what it saw is the same one.
    shop.clock.advance(minutes(1));
    while shop.dispatcher().tick(shop.clock.now()).await.unwrap().claimed > 0 {}
    planned(&shop).await;
    let body = json!({"againToday": true, "outsideHours": true, "seen": 0});
    let again = caller.post(path, &body).await;
    assert_eq!(
        (again.status.as_u16(), &again.json["messageLogId"], &again.json["isNew"]),
        (200, &first.json["messageLogId"], &json!(false)),
        "{}",
        again.json
    );
    for seen in [json!(-1), json!(0.5), json!("0")] {
        let body = json!({"againToday": true, "seen": seen});
        assert_eq!(caller.post(path, &body).await.status, 400, "{body}");
    }
    assert_eq!(acts(&shop).await, [Act::RemindedNow]);
    let body = json!({"againToday": true, "outsideHours": true, "seen": 1.0});
    let other = caller.post(path, &body).await;
    assert_eq!(other.json["isNew"], true, "{}", other.json);
    shop.ledger.owe(owed(1, "INV/7"));
    let other = caller.post("/api/invoices/INV%2F7/remind", &json!({})).await;
    assert_eq!((other.status.as_u16(), other.problem()), (409, "reminded-today"));
    let disputed = caller.post("/api/invoices/INV%2F9/remind", &json!({})).await;
    assert_eq!((disputed.status.as_u16(), disputed.problem()), (409, "not-possible"));
    let none = caller.post("/api/invoices/a%20b/remind", &json!({})).await;
    assert_eq!((none.status.as_u16(), none.problem()), (404, "unknown-invoice"));
}

#[tokio::test]
async fn numbers_and_invoices_are_muted_and_let_go() {
    let (shop, caller) = scene().await;
    let number =
        caller.post("/api/customers/C-1/mute", &json!({"of": "all", "on": "number"})).await;
    assert_eq!(
        (number.status.as_u16(), &number.json["on"]),
        (200, &json!("number")),
        "{}",
        number.json
    );
    let shown = caller.get("/api/customers/C-1").await.json;
    assert_eq!(shown["mutes"], json!([number.json]));
    let path = "/api/invoices/INV%2F2/mute";
    let muted = caller.post(path, &json!({"of": "reminders"})).await;
    assert_eq!((&muted.json["on"], &muted.json["invoiceId"]), (&json!("invoice"), &json!("INV/2")));
    let twice = caller.post(path, &json!({"of": "reminders"})).await;
    assert_eq!(twice.json, muted.json);
    let all = caller.as_who("Bearer viewer").get(&format!("{path}s")).await;
    assert_eq!(all.json, json!({"mutes": [muted.json]}));
    // A muted reminder is held back.
    let day = caller.get("/api/schedule/2026-01-30?class=reminders&show=kept").await.json;
    assert_eq!(day["entries"].as_array().unwrap().len(), 3, "{day}");
    let end = format!("{path}s/{}/end", muted.json["id"].as_str().unwrap());
    for _ in 0..2 {
        assert_eq!(caller.post(&end, &json!({})).await.json, json!({"mutes": []}));
    }
    for (path, body, status, problem) in [
        (
            "/api/customers/C-404/mute",
            json!({"of": "all", "on": "number"}),
            404,
            "unknown-customer",
        ),
        ("/api/invoices/a%20b/mute", json!({"of": "all"}), 404, "unknown-invoice"),
        ("/api/invoices/INV%2F2/mutes/x/end", json!({}), 404, "unknown-mute"),
    ] {
        let reply = caller.post(path, &body).await;
        assert_eq!((reply.status.as_u16(), reply.problem()), (status, problem), "{path}");
    }
    let on = caller.post("/api/customers/C-1/mute", &json!({"of": "all", "on": "x"})).await;
    assert_eq!((on.status.as_u16(), on.pointers()), (400, vec!["#/on"]));
    shop.customers.put(whatsapp_core::port::Customer::new(
        CustomerId::new("C-8").unwrap(),
        "Ravi",
        None,
    ));
    let none = caller.post("/api/customers/C-8/mute", &json!({"of": "all", "on": "number"})).await;
    assert_eq!((none.status.as_u16(), none.problem()), (422, "number-unusable"));
}
