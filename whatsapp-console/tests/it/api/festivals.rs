//! Festivals by the API: errors are named, nothing is done that nobody agreed to, and
//! twice is once.

use chrono::TimeDelta;
use serde_json::{Value, json};
use whatsapp_core::audit::{Act, Actor};
use whatsapp_core::campaign::CampaignPlan;
use whatsapp_core::port::{AuditFilter, Clock as _};
use whatsapp_core::{CampaignFeeder, Campaigns};
use whatsapp_testkit::fixtures::number;

use super::caller::{Caller, Reply};
use crate::shop::Shop;

const OTHER: &str = "/api/festivals/01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f";

async fn scene() -> (Shop, Caller) {
    let shop = Shop::new();
    for seed in 1..=5 {
        shop.customer(seed, &format!("Customer {seed}"));
    }
    let caller = Caller::of_api(&shop).await;
    (shop, caller)
}

fn diwali() -> Value {
    json!({"name": "Diwali", "date": "2026-01-28", "words": "Happy {festivalName}, {customerName}!"})
}

async fn created(caller: &Caller) -> String {
    let made = caller.post("/api/festivals", &diwali()).await;
    assert_eq!((made.status.as_u16(), tag(&made)), (200, "\"0\""), "{}", made.json);
    format!("/api/festivals/{}", made.json["id"].as_str().unwrap())
}

fn tag(reply: &Reply) -> &str {
    reply.headers.get("etag").map_or("", |tag| tag.to_str().unwrap())
}

async fn armed(caller: &Caller, path: &str) -> Reply {
    let checked = caller.post(&format!("{path}/check"), &json!({})).await.json;
    caller.post(&format!("{path}/arm"), &json!({"agreed": checked["agreed"]})).await
}

/// The acts done so far, in the order of their words: several may be done at one instant.
async fn acts(shop: &Shop) -> Vec<Act> {
    let audit = shop.desk().audit(&AuditFilter::default(), None, 200).await.unwrap();
    sorted(audit.entries.into_iter().map(|entry| entry.act))
}

fn sorted(acts: impl IntoIterator<Item = Act>) -> Vec<Act> {
    let mut acts: Vec<_> = acts.into_iter().collect();
    acts.sort();
    acts
}

#[tokio::test]
async fn entries_are_listed_by_pages_and_texts_are_for_managers() {
    let (shop, caller) = scene().await;
    let campaigns = Campaigns::new(shop.ports.clone()).unwrap();
    for day in 1..=5 {
        let date = format!("2026-03-0{day}").parse().unwrap();
        campaigns.create(CampaignPlan::festival("Fair", date), &Actor::Host).await.unwrap();
    }
    let path = created(&caller).await;
    let mut dates = Vec::new();
    let mut after = String::new();
    loop {
        let page = caller.get(&format!("/api/festivals?limit=2{after}")).await.json;
        let all = page["festivals"].as_array().unwrap();
        dates.extend(all.iter().map(|one| one["date"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    let expected: Vec<_> = (1..=5).rev().map(|day| format!("2026-03-0{day}")).collect();
    assert_eq!(dates, [expected, vec!["2026-01-28".to_owned()]].concat());
    let viewer = caller.as_who("Bearer viewer");
    assert_eq!(caller.get(&path).await.json["words"], "Happy {festivalName}, {customerName}!");
    let one = viewer.get(&path).await.json;
    assert_eq!((one.get("words"), &one["state"]), (None, &"draft".into()));
    assert_eq!(one["standing"], "Nothing is sent until somebody checks and arms it.");
    for (query, status, problem) in [
        ("after=x", 422, "invalid-value"),
        ("limit=0", 400, "invalid-query"),
        ("evil=1", 400, "invalid-query"),
    ] {
        let refused = caller.get(&format!("/api/festivals?{query}")).await;
        assert_eq!((refused.status.as_u16(), refused.problem()), (status, problem), "{query}");
    }
    assert_eq!(caller.get(OTHER).await.problem(), "no-such-festival");
}

#[tokio::test]
async fn the_calendar_suggests_for_a_place() {
    let (shop, caller) = scene().await;
    let all = caller.get("/api/festivals/suggestions").await.json;
    assert_eq!((&all["place"], &all["suggestions"][0]["festival"]), (&"IN".into(), &"holi".into()));
    shop.clock.advance(TimeDelta::days(100));
    let all = caller.get("/api/festivals/suggestions").await.json;
    let eid =
        all["suggestions"].as_array().unwrap().iter().find(|it| it["festival"] == "eid_al_fitr");
    assert_eq!(eid.unwrap()["isEstimated"], true);
    let state = caller.as_who("Bearer viewer").get("/api/festivals/suggestions?place=IN-TN").await;
    assert_eq!(state.json["place"], "IN-TN");
    for (place, status) in [("IN-XX", 422), ("Maharashtra", 400), ("in", 400)] {
        let refused = caller.get(&format!("/api/festivals/suggestions?place={place}")).await;
        assert_eq!(refused.status.as_u16(), status, "{place}");
    }
}

#[tokio::test]
async fn what_cannot_be_saved_is_named_with_its_place() {
    let (_, caller) = scene().await;
    for (member, value, status, problem) in [
        ("name", json!(" "), 422, "invalid-value"),
        ("name", json!("x".repeat(101)), 422, "invalid-value"),
        ("kind", json!("party"), 400, "invalid-body"),
        ("date", json!("2026-02-31"), 400, "invalid-body"),
        ("date", json!("2026-1-2"), 400, "invalid-body"),
        ("date", json!("0001-01-01"), 422, "invalid-value"),
        ("time", json!("24:00"), 400, "invalid-body"),
        ("time", json!("9:00"), 400, "invalid-body"),
        ("words", json!("Dear {custmerName}"), 422, "text-unusable"),
        ("customerIds", json!([]), 422, "invalid-value"),
        ("templateId", Value::Null, 400, "invalid-body"),
        ("evil", json!(1), 400, "invalid-body"),
    ] {
        let mut body = diwali();
        body[member] = value;
        for path in ["/api/festivals", "/api/festivals/preview"] {
            if member == "words" && path.ends_with("preview") {
                continue;
            }
            let refused = caller.post(path, &body).await;
            assert_eq!((refused.status.as_u16(), refused.problem()), (status, problem), "{body}");
            assert_eq!(refused.pointers(), [format!("#/{member}")], "{body}");
        }
    }
    let news = json!({"name": "Move", "kind": "announcement", "date": "2026-01-28"});
    assert_eq!(caller.post("/api/festivals", &news).await.pointers(), ["#/words"]);
    assert_eq!(caller.get("/api/festivals").await.json["festivals"], json!([]));
}

#[tokio::test]
async fn the_same_id_twice_is_one_entry() {
    let (shop, caller) = scene().await;
    let mut body = diwali();
    body["id"] = json!("01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f");
    for _ in 0..2 {
        let made = caller.post("/api/festivals", &body).await;
        assert_eq!((made.status.as_u16(), &made.json["id"]), (200, &body["id"]));
    }
    body["name"] = json!("Deepavali");
    let other = caller.post("/api/festivals", &body).await;
    assert_eq!((other.problem(), other.pointers()), ("changed", vec!["#/id"]));
    assert_eq!(acts(&shop).await, [Act::CampaignSaved]);
}

#[tokio::test]
async fn a_change_names_the_version_that_it_is_decided_over() {
    let (_, caller) = scene().await;
    let path = created(&caller).await;
    let mut body = diwali();
    body["time"] = json!("11:30");
    assert_eq!(caller.post(&path, &body).await.problem(), "version-missing");
    for _ in 0..2 {
        let changed = caller.with("if-match", "\"0\"").post(&path, &body).await;
        assert_eq!((changed.status.as_u16(), tag(&changed)), (200, "\"1\""), "twice is once");
        assert_eq!(changed.json["time"], "11:30");
    }
    let late = caller.with("if-match", "\"0\"").post(&path, &diwali()).await;
    assert_eq!((late.status.as_u16(), late.problem()), (412, "version-passed"));
    body["id"] = json!("01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f");
    let named = caller.with("if-match", "\"1\"").post(&path, &body).await;
    assert_eq!(named.problem(), "contradictory-body");
    armed(&caller, &path).await;
    let fixed = caller.with("if-match", "\"2\"").post(&path, &diwali()).await;
    assert_eq!((fixed.status.as_u16(), fixed.problem()), (409, "not-possible"));
}

#[tokio::test]
async fn a_plan_is_previewed_without_being_saved() {
    let (_, caller) = scene().await;
    let shown = caller.post("/api/festivals/preview", &diwali()).await.json;
    assert_eq!(shown["text"], "Happy Diwali, Asha Traders!");
    assert_eq!(shown["beginsAt"], "2026-01-28T04:30:00Z");
    let mut late = diwali();
    late["time"] = json!("22:00");
    let shown = caller.post("/api/festivals/preview", &late).await.json;
    assert!(shown["problem"].as_str().unwrap().starts_with("Time: at 22:00"), "{shown}");
    late["templateId"] = json!("01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f");
    late["words"] = json!("");
    let gone = caller.post("/api/festivals/preview", &late).await;
    assert_eq!((gone.problem(), gone.pointers()), ("unknown-template", vec!["#/templateId"]));
}

#[tokio::test]
async fn it_is_armed_as_it_was_checked_and_otherwise_not() {
    let (shop, caller) = scene().await;
    let path = created(&caller).await;
    let checked = caller.post(&format!("{path}/check"), &json!({})).await.json;
    assert_eq!((&checked["recipients"], &checked["canGo"]), (&5.into(), &5.into()));
    assert_eq!(checked["text"], "Happy Diwali, Customer 1!");
    assert!(checked["needs"].as_str().unwrap().contains("has not run yet"));
    assert_eq!(acts(&shop).await, [Act::CampaignSaved], "a check changes nothing");
    shop.customer(6, "Customer 6");
    let arm = |agreed: &Value| json!({"agreed": agreed});
    let stale = caller.post(&format!("{path}/arm"), &arm(&checked["agreed"])).await;
    assert_eq!((stale.status.as_u16(), stale.problem()), (409, "changed"));
    for _ in 0..2 {
        let checked = caller.post(&format!("{path}/check"), &json!({})).await.json;
        let agreed = if checked["agreed"].is_string() {
            checked["agreed"].clone()
        } else {
            json!("00000000000000000000000000000000.1.0")
        };
        let done = caller.post(&format!("{path}/arm"), &arm(&agreed)).await;
        assert_eq!((done.status.as_u16(), &done.json["state"]), (200, &"armed".into()));
        assert_eq!(done.json["recipients"]["waiting"], 6);
    }
    assert_eq!(acts(&shop).await, sorted([Act::CampaignSaved, Act::CampaignArmed]));
    let bad = caller.post(&format!("{path}/arm"), &arm(&"x".into())).await;
    assert_eq!((bad.status.as_u16(), bad.pointers()), (422, vec!["#/agreed"]));
    let again = caller.post(&format!("{path}/check"), &json!({})).await;
    assert_eq!((again.status.as_u16(), again.problem()), (409, "not-possible"));
}

#[tokio::test]
async fn it_is_paused_goes_on_and_is_cancelled_each_once() {
    let (shop, caller) = scene().await;
    let path = created(&caller).await;
    armed(&caller, &path).await;
    for (act, state) in [("pause", "paused"), ("resume", "armed"), ("cancel", "cancelled")] {
        for _ in 0..2 {
            let done = caller.post(&format!("{path}/{act}"), &json!({})).await;
            assert_eq!((done.status.as_u16(), &done.json["state"]), (200, &state.into()), "{act}");
        }
        assert_eq!(caller.post(&format!("{OTHER}/{act}"), &json!({})).await.status, 404);
        let viewer = caller.as_who("Bearer viewer");
        assert_eq!(viewer.post(&format!("{path}/{act}"), &json!({})).await.status, 403);
    }
    let late = caller.post(&format!("{path}/pause"), &json!({})).await;
    assert_eq!((late.status.as_u16(), late.problem()), (409, "not-possible"));
    let expected = [
        Act::CampaignSaved,
        Act::CampaignArmed,
        Act::CampaignPaused,
        Act::CampaignResumed,
        Act::CampaignCancelled,
    ];
    assert_eq!(acts(&shop).await, sorted(expected));
}

#[tokio::test]
async fn an_act_may_name_the_version_that_it_is_decided_over() {
    let (_, caller) = scene().await;
    let path = created(&caller).await;
    let act = async |version: &str, act: &str| {
        caller.with("if-match", version).post(&format!("{path}/{act}"), &json!({})).await
    };
    let version = tag(&armed(&caller, &path).await).to_owned();
    let paused = tag(&act(&version, "pause").await).to_owned();
    assert_eq!((version.as_str(), paused.as_str()), ("\"1\"", "\"2\""));
    for _ in 0..2 {
        let again = act(&version, "pause").await;
        assert_eq!((again.status.as_u16(), tag(&again)), (200, "\"2\""), "twice is once");
    }
    act(&paused, "resume").await;
    // Somebody else pauses it once more: the earlier decision does not count any more.
    let newer = caller.post(&format!("{path}/pause"), &json!({})).await;
    assert_eq!(tag(&newer), "\"4\"");
    for what in ["resume", "cancel"] {
        let late = act(&paused, what).await;
        assert_eq!((late.status.as_u16(), late.problem()), (412, "version-passed"), "{what}");
        let unfit = act("x", what).await;
        assert_eq!((unfit.status.as_u16(), unfit.problem()), (400, "version-unusable"), "{what}");
    }
    assert_eq!(caller.get(&path).await.json["state"], "paused");
    assert_eq!(act("\"4\"", "resume").await.json["state"], "armed");
}

#[tokio::test]
async fn a_date_is_confirmed_and_an_entry_is_copied_and_tried_out() {
    let (shop, caller) = scene().await;
    let mut body = diwali();
    body["isEstimated"] = json!(true);
    let path = caller.post("/api/festivals", &body).await.json["id"].as_str().unwrap().to_owned();
    let path = format!("/api/festivals/{path}");
    let confirm = async |date: &str| {
        caller.post(&format!("{path}/confirm-date"), &json!({"date": date})).await
    };
    let far = confirm("2026-02-10").await;
    assert_eq!((far.status.as_u16(), far.pointers()), (422, vec!["#/date"]));
    assert_eq!(confirm("2026-01-25").await.status, 422);
    for _ in 0..2 {
        let done = confirm("2026-01-29").await.json;
        assert_eq!(
            (&done["date"], &done["enteredDate"]),
            (&"2026-01-29".into(), &"2026-01-28".into())
        );
        assert_eq!(done["confirmedOn"], "2026-01-27");
    }
    let body = json!({"date": "2026-01-28"});
    let late = caller.with("if-match", "\"0\"").post(&format!("{path}/confirm-date"), &body).await;
    assert_eq!((late.status.as_u16(), late.problem()), (412, "version-passed"));
    let copy = caller.post(&format!("{path}/copy"), &json!({"place": "IN-MH"})).await.json;
    assert_eq!((&copy["date"], &copy["state"]), (&"2026-11-08".into(), &"draft".into()));
    for (place, status) in [("IN-XX", 422), ("Goa", 400)] {
        let refused = caller.post(&format!("{path}/copy"), &json!({"place": place})).await;
        assert_eq!((refused.status.as_u16(), refused.pointers()), (status, vec!["#/place"]));
    }
    let number = json!({"whatsappNumber": "12"});
    let refused = caller.post(&format!("{path}/try"), &number).await;
    assert_eq!((refused.status.as_u16(), refused.pointers()), (422, vec!["#/whatsappNumber"]));
    let trial =
        json!({"whatsappNumber": "+919876500099", "id": "01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f"});
    let first = caller.post(&format!("{path}/try"), &trial).await.json;
    assert_eq!(
        caller.post(&format!("{path}/try"), &trial).await.json,
        first,
        "twice is one message"
    );
    assert_eq!(shop.store.messages().len(), 1);
    let expected =
        [Act::CampaignSaved, Act::CampaignConfirmed, Act::CampaignSaved, Act::CampaignTried];
    assert_eq!(acts(&shop).await, sorted(expected));
}

#[tokio::test]
async fn recipients_come_by_pages_with_their_messages() {
    let (shop, caller) = scene().await;
    let path = created(&caller).await;
    let none = caller.get(&format!("{path}/recipients")).await.json;
    assert_eq!(none, json!({"recipients": []}));
    armed(&caller, &path).await;
    let feeder = CampaignFeeder::new(shop.ports.clone()).unwrap();
    shop.clock.advance(TimeDelta::hours(24));
    feeder.tick(shop.clock.now()).await.unwrap();
    while shop.dispatcher().tick(shop.clock.now()).await.unwrap().claimed > 0 {}
    feeder.tick(shop.clock.now()).await.unwrap();
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = caller.get(&format!("{path}/recipients?limit=2{after}")).await.json;
        seen.extend(page["recipients"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        assert!(!next.contains("98765"), "{next}");
        after = format!("&after={next}");
    }
    assert_eq!(seen.len(), 5);
    let sent = seen.iter().find(|one| one["state"] == "sent").unwrap();
    let message =
        caller.get(&format!("/api/messages/{}", sent["messageLogId"].as_str().unwrap())).await;
    assert_eq!(message.json["customerId"], sent["customerId"]);
    assert!(seen.iter().any(|one| one["whatsappNumber"] == number(1)));
    let viewer = caller.as_who("Bearer viewer").get(&format!("{path}/recipients?state=sent")).await;
    assert!(viewer.json["recipients"][0]["whatsappNumber"].as_str().unwrap().starts_with('…'));
    for (query, status) in [("state=gone", 400), ("after=0123456789abcdef", 422), ("after=x", 422)]
    {
        let refused = caller.get(&format!("{path}/recipients?{query}")).await;
        assert_eq!(refused.status.as_u16(), status, "{query}");
    }
    assert_eq!(caller.get(&format!("{OTHER}/recipients")).await.problem(), "no-such-festival");
}

#[tokio::test]
async fn a_shop_without_campaigns_says_that_it_has_none() {
    let shop = Shop::without_search();
    let caller = Caller::of_api(&shop).await;
    for path in ["/api/festivals", "/api/festivals/suggestions", OTHER] {
        let refused = caller.get(path).await;
        assert_eq!((refused.status.as_u16(), refused.problem()), (404, "not-set-up"), "{path}");
    }
}
