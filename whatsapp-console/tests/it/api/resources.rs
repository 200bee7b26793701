//! Resources beside the list: a message with its attempts, customers, the overview and the account.

use axum::http::Method;
use serde_json::json;
use whatsapp_core::audit::Actor;
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::port::{AccountChange, AccountStep, AccountStore as _, Clock as _, PauseReason};
use whatsapp_core::schedule::StepState;
use whatsapp_core::{AccountEventId, CustomerId, DailyTally};
use whatsapp_testkit::fixtures::{START, number};

use super::caller::{Caller, shop};
use crate::door::{ask, console, request};
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
        "retry": "no", "resend": "yes", "resendToOtherNumber": "yes", "cancel": "no", "reschedule": "no",
        "putAside": "yes", "takeUp": "no",
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
async fn a_customer_is_shown_with_messages_reminders_and_mutes() {
    let shop = shop();
    let id = CustomerId::new("C-7").unwrap();
    shop.put(
        message(7, "Asha Traders", START - minutes(9), exhausted())
            .with_facts(|facts| whatsapp_core::message::Facts { customer_id: id.clone(), ..facts }),
    )
    .await;
    let by = Actor::Host;
    shop.desk().mute(MuteOn::Customer(id.clone()), MuteOf::Reminders, &by).await.unwrap();
    shop.remind(7, "81", StepState::Planned).await;
    shop.remind(7, "82", StepState::Held).await;
    shop.remind(7, "83", StepState::Dropped).await;
    let caller = Caller::of_api(&shop).await;
    let shown = caller.get("/api/customers/C-7").await.json;
    assert_eq!(shown["customer"]["name"], "Asha Traders");
    assert_eq!(
        (shown["messages"].as_array().unwrap().len(), &shown["mutes"][0]["of"]),
        (1, &json!("reminders"))
    );
    assert_eq!((&shown["total"], &shown["totalIsExact"]), (&json!(1), &json!(true)));
    let open = shown["reminders"].as_array().unwrap();
    let open: Vec<_> = open.iter().map(|it| (&it["invoiceId"], &it["state"])).collect();
    let expected = [("81", "planned"), ("82", "held")].map(|(id, state)| (json!(id), json!(state)));
    assert_eq!(open, expected.each_ref().map(|(id, state)| (id, state)));
    assert_eq!(shown["areMoreReminders"], false);
    // A customer whom the host's records lost still has the messages.
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
    assert_eq!(caller.call(Method::POST, "/api/account/pause", "").await.status, 200);
    let unseen = caller.post("/api/account/resume", &json!({})).await;
    assert_eq!((unseen.status.as_u16(), unseen.pointers()), (400, vec!["#/seen"]));
    for _ in 0..2 {
        let seen = json!({"seen": paused["seen"]});
        let resumed = caller.post("/api/account/resume", &seen).await.json;
        assert_eq!(resumed, json!({"isPaused": false, "isPausedByHand": false, "seen": "none"}));
        assert_eq!(caller.get("/api/account").await.json, resumed);
    }
}

#[tokio::test]
async fn whoever_lets_sending_go_on_has_seen_why_it_was_stopped() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    let trouble = async |reason: PauseReason| {
        let step = AccountStep::Stop { reason, detail: None, rest: minutes(9), trial: false };
        let (id, at) = (AccountEventId::from_bytes([reason as u8; 16]), shop.clock.now());
        shop.store.change_account(&AccountChange { id, at, step, by: None }).await.unwrap();
        caller.get("/api/account").await.json
    };
    let outage = trouble(PauseReason::Outage).await;
    shop.clock.advance(minutes(1));
    let refused = trouble(PauseReason::KeyRefused).await;
    assert_eq!(outage["since"], refused["since"], "it is one pause");
    for act in ["resume", "pause"] {
        let path = format!("/api/account/{act}");
        let late = caller.post(&path, &json!({"seen": outage["seen"]})).await;
        assert_eq!((late.status.as_u16(), late.problem()), (409, "changed"), "{act}");
        assert_eq!(late.pointers(), ["#/seen"]);
        let whim = caller.post(&path, &json!({"seen": "whim"})).await;
        assert_eq!((whim.status.as_u16(), whim.problem()), (422, "invalid-value"), "{act}");
    }
    assert_eq!(caller.get("/api/account").await.json, refused);
    let resumed = caller.post("/api/account/resume", &json!({"seen": refused["seen"]})).await;
    assert_eq!((resumed.status.as_u16(), &resumed.json["isPaused"]), (200, &json!(false)));
}

#[tokio::test]
async fn what_a_pause_will_cost_is_told_before_it() {
    let shop = shop();
    shop.put(message(7, "Asha Traders", START, crate::shop::waiting(START))).await;
    let caller = Caller::of_api(&shop).await;
    let outlook = caller.get("/api/account/pause").await.json;
    assert_eq!(outlook["waiting"], json!({"number": 1, "isExact": true}));
    assert_eq!(caller.get("/api/account").await.json["isPaused"], false);
}

#[tokio::test]
async fn who_asks_is_told_and_given_the_token_that_a_cookie_needs() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    let manager = caller.get("/api/visitor").await.json;
    let expected =
        json!({"userId": "U-manager", "name": "manager", "role": "manager", "mayAct": true});
    assert_eq!(manager, expected);
    let viewer = caller.as_who("Bearer viewer").get("/api/visitor").await.json;
    assert_eq!((&viewer["role"], &viewer["mayAct"]), (&json!("viewer"), &json!(false)));

    let console = console(&shop.ports).router();
    let cookie = [("cookie", "visit=manager")];
    let told = ask(&console, request(Method::GET, "/api/visitor", &cookie), "").await;
    let told: serde_json::Value = serde_json::from_slice(&told.bytes).unwrap();
    let pause = request(Method::POST, "/api/account/pause", &cookie)
        .header("sec-fetch-site", "same-origin")
        .header("x-csrf-token", told["csrfToken"].as_str().unwrap());
    assert_eq!(ask(&console, pause, "").await.status, 200);
    assert!(shop.desk().account().await.unwrap().is_held());
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
