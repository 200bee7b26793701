//! Reminders that wait for approval: the list, and acts over what was seen.

use serde_json::{Value, json};
use whatsapp_core::audit::{Act, AuditTarget};
use whatsapp_core::port::AuditFilter;
use whatsapp_core::schedule::StepState;

use super::caller::{Caller, shop};
use crate::shop::{Shop, minutes};

async fn scene() -> (Shop, Caller) {
    let shop = shop();
    for no in 1..=3 {
        shop.remind(7, &format!("INV/{no}"), StepState::Held).await;
    }
    let caller = Caller::of_api(&shop).await;
    (shop, caller)
}

/// The body of an act on the first reminder of the list.
async fn seen(caller: &Caller) -> Value {
    let list = caller.get("/api/held").await.json;
    json!({"seen": list["reminders"][0]["since"]})
}

#[tokio::test]
async fn what_waits_is_listed_page_by_page_with_who_is_to_pay() {
    let (shop, caller) = scene().await;
    let first = caller.get("/api/held?limit=2").await.json;
    let reminder = &first["reminders"][0];
    assert_eq!(
        (&reminder["invoiceId"], &reminder["about"]),
        (&json!("INV/1"), &json!("No. INV/1"))
    );
    assert_eq!(reminder["customerName"], "Asha Traders");
    let told = reminder["statusText"].as_str().unwrap();
    assert!(told.starts_with("It waits for approval: "), "{told}");
    let next: String =
        url::form_urlencoded::byte_serialize(first["next"].as_str().unwrap().as_bytes()).collect();
    let last = caller.get(&format!("/api/held?limit=2&after={next}")).await.json;
    assert_eq!((&last["reminders"][0]["about"], last.get("next")), (&json!("No. INV/3"), None));
    // A place after which nothing can be.
    for bad in ["x", "2026-01-27.T+3", "1969-01-01.T+3.INV-1"] {
        let bad: String = url::form_urlencoded::byte_serialize(bad.as_bytes()).collect();
        let reply = caller.get(&format!("/api/held?after={bad}")).await;
        assert_eq!((reply.status.as_u16(), reply.problem()), (422, "invalid-value"), "{bad}");
    }
    // The list is there although the host's records are not.
    shop.customers.fail_next(9);
    let nameless = caller.get("/api/held").await.json;
    assert_eq!(nameless["reminders"].as_array().unwrap().len(), 3);
    assert!(nameless["reminders"][0].get("customerName").is_none());
}

#[tokio::test]
async fn each_is_approved_or_dropped_once_over_what_was_seen() {
    let (shop, caller) = scene().await;
    let body = seen(&caller).await;
    let approved = caller.post("/api/held/INV%2F1/T+3/approve", &body).await;
    assert_eq!(approved.json["state"], "planned", "{}", approved.json);
    let dropped = caller.post("/api/held/INV%2F2/T+3/drop", &body).await;
    assert_eq!(dropped.json["state"], "dropped");
    // A second click, and that of somebody else who saw the same.
    shop.clock.advance(minutes(1));
    for (path, who) in [
        ("INV%2F1/T+3/approve", "Bearer manager"),
        ("INV%2F1/T+3/drop", "Bearer admin"),
        ("INV%2F2/T+3/approve", "Bearer admin"),
    ] {
        let again = caller.as_who(who).post(&format!("/api/held/{path}"), &body).await;
        let problem = again.problem();
        assert!(["changed", "not-possible"].contains(&problem), "{path}: {problem}");
        assert_eq!(again.status, 409, "{path}");
    }
    let entries = async |invoice: &str| {
        let invoice = whatsapp_core::InvoiceId::new(invoice).unwrap();
        let on = AuditTarget::Reminder("T+3".parse().unwrap(), invoice);
        let filter = AuditFilter::about(on);
        let page = shop.desk().audit(&filter, None, 200).await.unwrap();
        page.entries.into_iter().map(|entry| entry.act).collect::<Vec<_>>()
    };
    assert_eq!(entries("INV/1").await, [Act::ReminderApproved]);
    assert_eq!(entries("INV/2").await, [Act::ReminderDropped]);
    assert_eq!(caller.get("/api/held").await.json["reminders"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_waits_for_another_reason_by_now_is_left_as_it_is() {
    let (shop, caller) = scene().await;
    let body = seen(&caller).await;
    shop.clock.advance(minutes(1));
    shop.remind(7, "INV/1", StepState::Held).await;
    for act in ["approve", "drop"] {
        let late = caller.post(&format!("/api/held/INV%2F1/T+3/{act}"), &body).await;
        assert_eq!((late.status.as_u16(), late.problem()), (409, "changed"), "{act}");
        let unseen = caller.post(&format!("/api/held/INV%2F1/T+3/{act}"), &json!({})).await;
        assert_eq!((unseen.status.as_u16(), unseen.pointers()), (400, vec!["#/seen"]), "{act}");
    }
    assert_eq!(caller.get("/api/held").await.json["reminders"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn what_is_no_reminder_is_told() {
    let (_, caller) = scene().await;
    let body = seen(&caller).await;
    for unknown in ["INV%2F9/T+3", "INV%2F3/T+8", "INV%2F3/x", "%00/T+3"] {
        let reply = caller.post(&format!("/api/held/{unknown}/drop"), &body).await;
        assert_eq!(
            (reply.status.as_u16(), reply.problem()),
            (404, "unknown-reminder"),
            "{unknown}"
        );
    }
}

#[tokio::test]
async fn many_are_decided_each_as_it_was_seen_and_once() {
    let (shop, caller) = scene().await;
    let list = caller.get("/api/held").await.json;
    let named = |no: usize| {
        let reminder = &list["reminders"][no - 1];
        json!({
            "invoiceId": reminder["invoiceId"], "step": reminder["step"], "seen": reminder["since"],
        })
    };
    // One reminder is held anew meanwhile, one is named twice, and one never was there.
    shop.clock.advance(minutes(1));
    shop.remind(7, "INV/2", StepState::Held).await;
    let nothing = json!({"invoiceId": "INV/9", "step": "T+3", "seen": "2026-01-27T04:30:00Z"});
    let body = json!({"reminders": [named(1), named(2), named(3), named(1), nothing]});
    for who in ["Bearer manager", "Bearer manager", "Bearer admin"] {
        let reply = caller.as_who(who).post("/api/held/approve", &body).await;
        let is_mine = who == "Bearer manager";
        let told: Vec<_> = reply.json["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (it["invoiceId"].as_str().unwrap(), it["problem"].as_str()))
            .collect();
        let over = (!is_mine).then_some("changed");
        assert_eq!(
            told,
            [
                ("INV/1", over),
                ("INV/2", Some("changed")),
                ("INV/3", over),
                ("INV/9", Some("unknown-reminder"))
            ],
            "{who}"
        );
        assert_eq!(reply.json["done"], if is_mine { 2 } else { 0 }, "{who}");
        assert_eq!((reply.status.as_u16(), &reply.json["success"]), (200, &json!(true)));
    }
    let audit = shop.desk().audit(&AuditFilter::default(), None, 200).await.unwrap();
    let acts: Vec<_> = audit.entries.iter().map(|entry| entry.act).collect();
    assert_eq!(acts, [Act::ReminderApproved, Act::ReminderApproved]);
    let dropped = caller.get("/api/held").await.json["reminders"][0].clone();
    let body = json!({"reminders": [{
        "invoiceId": dropped["invoiceId"], "step": dropped["step"], "seen": dropped["since"],
    }]});
    assert_eq!(caller.post("/api/held/drop", &body).await.json["done"], 1);
    assert_eq!(caller.get("/api/held").await.json["reminders"], json!([]));
}

#[tokio::test]
async fn what_does_not_name_reminders_is_told_where() {
    let (shop, caller) = scene().await;
    let one = json!({"invoiceId": "INV/1", "step": "T+3", "seen": "2026-01-27T04:30:00Z"});
    let with = |name: &str, value: Value| {
        let mut one = one.clone();
        one[name] = value;
        json!({"reminders": [one]})
    };
    for (body, pointer) in [
        (json!({}), "#/reminders"),
        (json!({"reminders": []}), "#/reminders"),
        (json!({"reminders": vec![one.clone(); 501]}), "#/reminders"),
        (with("invoiceId", json!("a b")), "#/reminders/0/invoiceId"),
        (with("step", json!("soon")), "#/reminders/0/step"),
        (with("seen", json!("today")), "#/reminders/0/seen"),
        (with("all", json!(true)), "#/reminders/0/all"),
    ] {
        let reply = caller.post("/api/held/drop", &body).await;
        assert_eq!((reply.status.as_u16(), reply.problem()), (400, "invalid-body"), "{pointer}");
        assert_eq!(reply.pointers(), [pointer]);
    }
    assert!(shop.desk().audit(&AuditFilter::default(), None, 1).await.unwrap().entries.is_empty());
}
