//! What there is beside the list: a message with its attempts, customers, the overview, the account, and what
//! waits for approval.

use serde_json::json;
use whatsapp_core::audit::Actor;
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::port::{PlanWrite, PlannerStore as _, StepWrite};
use whatsapp_core::schedule::{ReminderStep, StepName, StepReason, StepState};
use whatsapp_core::{CustomerId, DailyTally, InvoiceId};
use whatsapp_testkit::fixtures::{START, number};

use super::caller::{Caller, shop};
use crate::shop::{Shop, exhausted, message, minutes, not_on_whatsapp};

#[tokio::test]
async fn a_message_says_where_it_stands_why_and_what_can_be_done() {
    let shop = shop();
    let id = shop.put(message(7, "Asha Traders", START - minutes(9), not_on_whatsapp())).await;
    let caller = Caller::of_api(&shop).await;
    let message = caller.get(&format!("/api/messages/{id}")).await.json;
    assert_eq!(message["failure"]["cause"], "recipient");
    assert_eq!((&message["phase"], &message["resends"]), (&json!("failed"), &json!([])));
    assert!(message["statusText"].as_str().unwrap().contains("not on WhatsApp"), "{message}");
    assert_eq!(message["whatsappNumber"], number(7));
    let can = json!({
        "retry": "no", "resend": "yes", "resendToOtherNumber": "yes", "cancel": "no", "reschedule": "no"
    });
    assert_eq!(message["can"], can);
    let gone = caller.get("/api/messages/0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b").await;
    assert_eq!((gone.status.as_u16(), gone.problem()), (404, "unknown-message"));
    let gone = caller.get("/api/messages/0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b/attempts").await;
    assert_eq!(gone.problem(), "unknown-message");
}

#[tokio::test]
async fn attempts_are_told_one_by_one() {
    let shop = shop();
    let id = shop.put(message(7, "Asha Traders", START, crate::shop::waiting(START))).await;
    shop.dispatcher().tick(START).await.unwrap();
    let caller = Caller::of_api(&shop).await;
    let attempts = caller.get(&format!("/api/messages/{id}/attempts")).await.json;
    assert_eq!(attempts["attempts"][0]["outcome"], "accepted");
    assert_eq!(
        (&attempts["attempts"][0]["no"], &attempts["attempts"][0]["gatewayId"]),
        (&json!(1), &json!("G-1"))
    );
    assert_eq!(attempts["attempts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_typed_finds_customers_numbers_subjects_and_messages() {
    let shop = shop();
    let id = shop.put(message(7, "Asha Traders", START - minutes(9), exhausted())).await;
    let caller = Caller::of_api(&shop).await;
    let found = async |text: &str| {
        let reply = caller.post("/api/customers/search", &json!({"text": text})).await;
        assert_eq!(reply.status, 200, "{}", reply.json);
        reply.json
    };
    assert_eq!(found("asha").await["customers"][0]["id"], "C-7");
    assert_eq!(found(&number(7)).await["customers"][0]["name"], "Asha Traders");
    assert_eq!(found("SO-7").await["about"], "SO-7");
    assert_eq!(found(&id.to_string()).await["messageLogId"], id.to_string());
    let nothing = found("nobody").await;
    assert_eq!(nothing, json!({"customers": [], "areMore": false, "namesAreSearched": true}));
    assert_eq!(found("as\u{0}ha").await, nothing);
    for bad in ["", &"x".repeat(101)] {
        let reply = caller.post("/api/customers/search", &json!({"text": bad})).await;
        assert_eq!((reply.status.as_u16(), reply.pointers()), (400, vec!["#/text"]));
    }
}

#[tokio::test]
async fn a_customer_is_shown_with_messages_and_mutes() {
    let shop = shop();
    let id = CustomerId::new("C-7").unwrap();
    shop.put(
        message(7, "Asha Traders", START - minutes(9), exhausted())
            .with_facts(|facts| whatsapp_core::message::Facts { customer_id: id.clone(), ..facts }),
    )
    .await;
    let by = Actor::Host;
    shop.desk().mute(MuteOn::Customer(id.clone()), MuteOf::Reminders, &by).await.unwrap();
    let caller = Caller::of_api(&shop).await;
    let shown = caller.get("/api/customers/C-7").await.json;
    assert_eq!(shown["customer"]["name"], "Asha Traders");
    assert_eq!(
        (shown["messages"].as_array().unwrap().len(), &shown["mutes"][0]["of"]),
        (1, &json!("reminders"))
    );
    // What the host's records lost has its messages still.
    shop.customers.remove(&id);
    let shown = caller.get("/api/customers/C-7").await.json;
    assert!(shown.get("customer").is_none());
    assert_eq!(shown["messages"].as_array().unwrap().len(), 1);
    for unknown in ["C-404", "%00", "a%20b"] {
        let reply = caller.get(&format!("/api/customers/{unknown}")).await;
        assert_eq!(
            (reply.status.as_u16(), reply.problem()),
            (404, "unknown-customer"),
            "{unknown}"
        );
    }
}

#[tokio::test]
async fn the_overview_says_whether_all_is_well_and_the_account_is_paused_and_resumed_once() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    assert_eq!(caller.get("/api/overview").await.json["isWell"], true);
    shop.put(message(7, "Asha Traders", START - minutes(9), not_on_whatsapp())).await;
    let paused = caller.post("/api/account/pause", &json!({})).await.json;
    assert_eq!((&paused["isPausedByHand"], &paused["reason"]), (&json!(true), &json!("held")));
    assert_eq!(paused.get("until"), None, "only a person lifts it");
    let overview = caller.get("/api/overview").await.json;
    assert_eq!(
        (&overview["isWell"], &overview["needs"]["failed"]["number"]),
        (&json!(false), &json!(1))
    );
    assert_eq!(overview["account"], paused);
    assert_eq!(caller.call(axum::http::Method::POST, "/api/account/pause", "").await.status, 200);
    let resumed = caller.post("/api/account/resume", &json!({})).await.json;
    assert_eq!(resumed, json!({"isPaused": false, "isPausedByHand": false}));
    assert_eq!(caller.get("/api/account").await.json, resumed);
}

#[tokio::test]
async fn the_overview_has_the_last_days_once_they_are_counted() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    assert_eq!(caller.get("/api/overview").await.json["days"], json!([]));
    let yesterday = START - minutes(24 * 60);
    shop.put(message(1, "Asha Traders", yesterday, exhausted())).await;
    let tally = DailyTally::new(shop.ports.clone()).unwrap();
    while tally.tick(START).await.unwrap() {}
    shop.put(message(2, "Asha Traders", START, not_on_whatsapp())).await;
    shop.clock.advance(minutes(1));
    let overview = caller.get("/api/overview").await.json;
    let days = overview["days"].as_array().unwrap();
    assert_eq!((days.len(), &days[0]["day"]), (14, &json!("2026-01-14")));
    assert_eq!((&days[12]["day"], &days[12]["tally"]["failed"]), (&json!("2026-01-26"), &json!(1)));
    assert_eq!((&days[13]["day"], &days[13]["tally"]), (&json!("2026-01-27"), &overview["today"]));
}

async fn hold(shop: &Shop, no: u64) {
    let invoice = InvoiceId::new(format!("INV/{no}")).unwrap();
    let day = "2026-01-20".parse().unwrap();
    let customer = CustomerId::new("C-7").unwrap();
    let step =
        ReminderStep::new(invoice, StepName::After(7), customer, format!("INV-{no}"), day, START);
    let step =
        step.stands(StepState::Held, Some(StepReason::TooLate), Some("It is late.".into()), START);
    let steps = vec![StepWrite { step, seen: None, message: None }];
    shop.store.write_plan(&PlanWrite { steps, ..PlanWrite::default() }).await.unwrap();
}

#[tokio::test]
async fn what_waits_for_approval_is_listed_approved_and_dropped() {
    let shop = shop();
    for no in 1..=3 {
        hold(&shop, no).await;
    }
    let caller = Caller::of_api(&shop).await;
    let first = caller.get("/api/held?limit=2").await.json;
    assert_eq!(first["reminders"][0]["invoiceId"], "INV/1");
    assert_eq!(first["reminders"][1]["reasonText"], "It is late.");
    let next: String =
        url::form_urlencoded::byte_serialize(first["next"].as_str().unwrap().as_bytes()).collect();
    let last = caller.get(&format!("/api/held?limit=2&after={next}")).await.json;
    assert_eq!((&last["reminders"][0]["about"], last.get("next")), (&json!("INV-3"), None));
    let approved = caller.post("/api/held/INV%2F1/T+7/approve", &json!({})).await;
    assert_eq!(approved.json["state"], "planned", "{}", approved.json);
    let dropped = caller.post("/api/held/INV%2F2/T+7/drop", &json!({})).await;
    assert_eq!(dropped.json["state"], "dropped");
    let again = caller.post("/api/held/INV%2F2/T+7/approve", &json!({})).await;
    assert_eq!((again.status.as_u16(), again.problem()), (409, "not-possible"));
    for unknown in ["INV%2F9/T+7", "INV%2F3/T+8", "INV%2F3/x", "%00/T+7"] {
        let reply = caller.post(&format!("/api/held/{unknown}/drop"), &json!({})).await;
        assert_eq!(
            (reply.status.as_u16(), reply.problem()),
            (404, "unknown-reminder"),
            "{unknown}"
        );
    }
    assert_eq!(caller.get("/api/held").await.json["reminders"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_host_without_reminders_or_search_says_so() {
    let shop = Shop::without_search();
    let caller = Caller::of_api(&shop).await;
    let held = caller.get("/api/held").await;
    assert_eq!((held.status.as_u16(), held.problem()), (404, "not-set-up"));
    let found = caller.post("/api/customers/search", &json!({"text": "asha"})).await;
    assert_eq!(found.json["namesAreSearched"], false);
    shop.customer(7, "Asha Traders");
    assert_eq!(caller.get("/api/customers/C-7").await.json["mutes"], json!([]));
}
