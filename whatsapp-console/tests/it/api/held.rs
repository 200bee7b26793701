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

/// What an act says of the first reminder of the list.
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
    // A place behind which nothing can be.
    for bad in ["x", "2026-01-27.T+3", "1969-01-01.T+3.INV-1"] {
        let bad: String = url::form_urlencoded::byte_serialize(bad.as_bytes()).collect();
        let reply = caller.get(&format!("/api/held?after={bad}")).await;
        assert_eq!((reply.status.as_u16(), reply.problem()), (422, "invalid-value"), "{bad}");
    }
    // The list is there although the host's records are not.
    shop.customers.fail_next(9);
    let list = caller.get("/api/held").await.json;
    assert_eq!((list["reminders"].as_array().unwrap().len(), list.get("next")), (3, None));
    assert!(list["reminders"][0].get("customerName").is_none());
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
        let on = Some(AuditTarget::Reminder("T+3".parse().unwrap(), invoice));
        let filter = AuditFilter { on, ..AuditFilter::default() };
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
