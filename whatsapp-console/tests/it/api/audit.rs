//! The audit, for programs.

use serde_json::json;
use whatsapp_core::UserId;
use whatsapp_core::audit::Actor;
use whatsapp_core::desk::{Consent, SettingEdit};

use super::caller::{Caller, shop};
use crate::door::{ask, console, request};

#[tokio::test]
async fn entries_are_told_page_by_page_and_filtered() {
    let shop = shop();
    let asha = Actor::Person(UserId::new("asha").unwrap());
    for value in ["2", "1", "0"] {
        let edit = [SettingEdit::new("whatsapp_retry_max", value)];
        shop.desk().save_settings(&edit, Consent::NotAsked, &asha).await.unwrap();
        shop.clock.advance(chrono::TimeDelta::minutes(1));
    }
    shop.desk().pause(&Actor::Host).await.unwrap();
    let caller = Caller::of_api(&shop).await;
    let first = caller.get("/api/audit?limit=2").await;
    let texts = |reply: &super::caller::Reply| -> Vec<String> {
        let entries = reply.json["entries"].as_array().unwrap().iter();
        entries
            .map(|it| {
                format!("{} {}", it["text"].as_str().unwrap(), it["change"].as_str().unwrap())
            })
            .collect()
    };
    assert_eq!(
        texts(&first),
        [
            "The shop's program paused all sending. ",
            "asha changed the setting Retries. From 1 to 0."
        ]
    );
    let next = first.json["next"].as_str().unwrap();
    let rest = caller.get(&format!("/api/audit?limit=2&after={next}")).await;
    assert_eq!(texts(&rest).len(), 2);
    assert!(rest.json.get("next").is_none());
    let entry = &rest.json["entries"][0];
    assert_eq!((&entry["who"], &entry["person"]), (&json!("person"), &json!("asha")));
    assert_eq!((&entry["before"], &entry["after"]), (&json!("2"), &json!("1")));
    for (query, count) in [
        ("person=asha", 3),
        ("who=host", 1),
        ("act=account_paused", 1),
        ("about=setting&id=whatsapp_retry_max", 3),
        ("about=setting&id=whatsapp_enabled", 0),
        ("when=today", 4),
        ("until=2026-01-26", 0),
    ] {
        let found = caller.get(&format!("/api/audit?{query}")).await;
        assert_eq!(found.json["entries"].as_array().unwrap().len(), count, "{query}");
    }
    for (query, problem) in [
        ("act=x", "invalid-query"),
        ("evil=1", "invalid-query"),
        ("limit=201", "invalid-query"),
        ("person=asha&person=vik", "invalid-query"),
        ("after=1", "invalid-value"),
    ] {
        let refused = caller.get(&format!("/api/audit?{query}")).await;
        assert_eq!(refused.problem(), problem, "{query}");
    }
    let viewer = caller.as_who("Bearer viewer").get("/api/audit").await;
    assert_eq!(viewer.problem(), "only-managers");
}

#[tokio::test]
async fn the_file_is_that_of_the_page() {
    let shop = shop();
    shop.desk().pause(&Actor::Host).await.unwrap();
    let console = console(&shop.ports).router();
    let manager = &[("authorization", "Bearer manager")];
    let asked = request(axum::http::Method::GET, "/api/audit.csv?who=host", manager);
    let file = ask(&console, asked, "").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.text().trim_end().split("\r\n").count(), 2, "{}", file.text());
}
