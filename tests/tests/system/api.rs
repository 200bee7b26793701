//! Work of a front end through the console's API, over both databases.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;
use whatsapp_core::port::EveryStore;
use whatsapp_core::{BulkRunner, Ports};
use whatsapp_store_sqlx::{PostgresStore, SqliteStore};
use whatsapp_testdb::TestDatabase;
use whatsapp_tests::console::invented;

macro_rules! on_both {
    ($($case:ident,)+) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                let (caller, _folder) = super::Caller::on_sqlite().await;
                super::$case(caller).await;
            })+
        }

        mod postgres {
            $(#[tokio::test]
            async fn $case() {
                let (caller, _database) = super::Caller::on_postgres().await;
                super::$case(caller).await;
            })+
        }
    };
}

on_both! {
    many_messages_are_counted_confirmed_and_done,
    the_list_is_taken_out_as_a_file_with_all_its_rows,
    what_failed_is_put_aside_and_taken_up_again,
    a_reminder_is_approved_over_what_was_seen,
    a_customers_reminders_and_mutes_are_shown_and_changed,
    sending_is_stopped_and_goes_on_over_what_was_seen,
    a_template_is_written_over_the_version_that_was_seen,
}

struct Caller {
    router: Router,
    ports: Ports,
}

impl Caller {
    async fn on_sqlite() -> (Self, TempDir) {
        let folder = TempDir::new().unwrap();
        let store = SqliteStore::open(folder.path().join("whatsapp.db")).await.unwrap();
        (Self::over(store).await, folder)
    }

    async fn on_postgres() -> (Self, TestDatabase) {
        let database = TestDatabase::create().await;
        let store = PostgresStore::open(database.url()).await.unwrap();
        (Self::over(store).await, database)
    }

    async fn over(store: impl EveryStore + Clone) -> Self {
        let (console, ports) = invented(store).await.unwrap();
        Self { router: console.router(), ports }
    }

    async fn asked(&self, request: Request<Body>) -> (StatusCode, String) {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn text(&self, path: &str) -> String {
        let request = Request::get(path).header("authorization", "Bearer manager");
        let (status, text) = self.asked(request.body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::OK, "{path}: {text}");
        text
    }

    async fn get(&self, path: &str) -> Value {
        serde_json::from_str(&self.text(path).await).unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = Request::post(path)
            .header("authorization", "Bearer manager")
            .header("content-type", "application/json");
        let (status, text) = self.asked(request.body(Body::from(body.to_string())).unwrap()).await;
        (status.as_u16(), serde_json::from_str(&text).unwrap())
    }

    /// Posts a change of a version that was seen.
    async fn post_over(&self, path: &str, version: &Value, body: &Value) -> (u16, Value) {
        let request = Request::post(path)
            .header("authorization", "Bearer manager")
            .header("if-match", format!("\"{version}\""))
            .header("content-type", "application/json");
        let (status, text) = self.asked(request.body(Body::from(body.to_string())).unwrap()).await;
        (status.as_u16(), serde_json::from_str(&text).unwrap())
    }

    /// Posts a call that must be done.
    async fn done(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }
}

async fn many_messages_are_counted_confirmed_and_done(caller: Caller) {
    let list = caller.get("/api/messages?outcome=failed&limit=200").await;
    let failed = list["messages"].as_array().unwrap().len();
    assert_eq!(failed, 30);
    let body = json!({"act": "resend", "filter": {"outcome": ["failed"]}});
    let bulk = caller.done("/api/bulk", &body).await;
    let number = |bulk: &Value, name: &str| bulk["counts"][name].as_u64().unwrap();
    let (asks, left_out) = (number(&bulk, "mayHaveArrived"), number(&bulk, "leftOut"));
    assert_eq!(json!(number(&bulk, "total")), json!(failed));
    assert!(asks > 0 && number(&bulk, "open") > asks, "{bulk}");
    let path = format!("/api/bulk/{}", bulk["id"].as_str().unwrap());
    assert_eq!(caller.get(&path).await, bulk);
    let begun = caller.done(&format!("{path}/confirm"), &json!({"outsideHours": true})).await;
    assert_eq!((&begun["state"], &begun["by"]), (&json!("running"), &json!("U-7")));
    let runner = BulkRunner::new(caller.ports.clone()).unwrap();
    while runner.tick().await.unwrap() {}
    let over = caller.get(&path).await;
    assert_eq!((&over["state"], number(&over, "open")), (&json!("done"), 0), "{over}");
    assert!(number(&over, "done") > 0, "{over}");
    // Nobody confirmed that the messages that may have arrived did not.
    assert!(number(&over, "leftOut") >= left_out + asks, "{over}");
    let mut places = Vec::new();
    for outcome in ["done", "left_out", "failed"] {
        let mut after = String::new();
        loop {
            let page = format!("{path}/items?outcome={outcome}&limit=4{after}");
            let page = caller.get(&page).await;
            let items = page["items"].as_array().unwrap();
            places.extend(items.iter().map(|item| item["no"].as_u64().unwrap()));
            let Some(next) = page["next"].as_u64() else { break };
            after = format!("&after={next}");
        }
    }
    places.sort_unstable();
    assert_eq!(places, (0..30).collect::<Vec<_>>());
    let (status, late) = caller.post(&format!("{path}/stop"), &json!({})).await;
    assert_eq!((status, &late["success"]), (409, &json!(false)));
}

async fn the_list_is_taken_out_as_a_file_with_all_its_rows(caller: Caller) {
    for query in ["", "?outcome=failed", "?customer=C-1&customer=C-2", "?texts=1&about=SO-1"] {
        let mark = if query.is_empty() { "?" } else { "&" };
        let list = query.replace("texts=1&", "");
        let list = caller.get(&format!("/api/messages{list}{mark}count=1&limit=1")).await;
        let file = caller.text(&format!("/api/messages.csv{query}")).await;
        let rows = file.lines().filter(|line| line.contains("\"C-")).count();
        assert_eq!(json!(rows), list["total"], "{query}");
    }
}

async fn what_failed_is_put_aside_and_taken_up_again(caller: Caller) {
    let needs = async || caller.get("/api/messages?attention=failed&count=1&limit=1").await;
    let first = needs().await;
    let (id, total) = (first["messages"][0]["id"].as_str().unwrap(), &first["total"]);
    let message = format!("/api/messages/{id}");
    let path = |act: &str| format!("{message}/{act}");
    let seen = json!({"seen": first["messages"][0]["updatedAt"]});
    let aside = caller.done(&path("put-aside"), &seen).await;
    assert_eq!(aside["message"]["isPutAside"], true);
    assert_eq!(needs().await["total"].as_u64(), total.as_u64().map(|total| total - 1));
    let again = caller.post(&path("put-aside"), &seen).await;
    assert_eq!((again.0, &again.1["messageLogId"]), (409, &json!(id)));
    let seen = json!({"seen": caller.get(&message).await["updatedAt"]});
    caller.done(&path("take-up"), &seen).await;
    assert_eq!(&needs().await["total"], total);
    let acts = caller.get(&path("history")).await;
    assert_eq!(acts["acts"].as_array().unwrap().len(), 2);
}

async fn a_reminder_is_approved_over_what_was_seen(caller: Caller) {
    let list = caller.get("/api/held?limit=2").await;
    let [first, second] = list["reminders"].as_array().unwrap().as_slice() else { panic!() };
    assert_eq!(first["customerName"], "Asha Traders");
    let path = |it: &Value, act: &str| {
        let part = |name: &str| it[name].as_str().unwrap().to_owned();
        format!("/api/held/{}/{}/{act}", part("invoiceId"), part("step"))
    };
    let other = json!({"seen": "2026-01-01T00:00:00Z"});
    assert_eq!(caller.post(&path(first, "approve"), &other).await.0, 409);
    let seen = json!({"seen": first["since"]});
    assert_eq!(caller.done(&path(first, "approve"), &seen).await["state"], "planned");
    assert_eq!(caller.post(&path(first, "drop"), &seen).await.0, 409);
    let seen = json!({"seen": second["since"]});
    assert_eq!(caller.done(&path(second, "drop"), &seen).await["state"], "dropped");
    let rest = caller.get("/api/held?limit=200").await;
    let rest = rest["reminders"].as_array().unwrap();
    assert_eq!(rest.len(), 28);
    // All the others together: each over the version that was seen, and a second call does nothing
    // more.
    let named =
        |it: &Value| json!({"invoiceId": it["invoiceId"], "step": it["step"], "seen": it["since"]});
    let mut body = json!({"reminders": rest.iter().map(named).collect::<Vec<_>>()});
    body["reminders"][0]["seen"] = json!("2026-01-01T00:00:00Z");
    for _ in 0..2 {
        let many = caller.done("/api/held/drop", &body).await;
        assert_eq!(
            (&many["done"], &many["results"][0]["problem"]),
            (&json!(27), &json!("changed"))
        );
    }
    let left = caller.get("/api/held").await;
    assert_eq!(left["reminders"].as_array().unwrap().len(), 1);
}

async fn a_customers_reminders_and_mutes_are_shown_and_changed(caller: Caller) {
    let shown = caller.get("/api/customers/C-1").await;
    assert_eq!(shown["reminders"].as_array().unwrap().len(), 30);
    assert_eq!((&shown["mutes"], &shown["areMoreReminders"]), (&json!([]), &json!(false)));
    let muted = caller.done("/api/customers/C-1/mute", &json!({"of": "reminders"})).await;
    let again = caller.done("/api/customers/C-1/mute", &json!({"of": "reminders"})).await;
    assert_eq!(muted, again);
    assert_eq!(caller.get("/api/customers/C-1").await["mutes"], json!([muted]));
    let end = format!("/api/customers/C-1/mutes/{}/end", muted["id"].as_str().unwrap());
    for _ in 0..2 {
        assert_eq!(caller.done(&end, &json!({})).await, json!({"mutes": []}));
    }
}

async fn sending_is_stopped_and_goes_on_over_what_was_seen(caller: Caller) {
    let before = caller.get("/api/account").await;
    let outlook = caller.get("/api/account/pause").await;
    assert!(outlook["waiting"]["number"].as_u64().unwrap() > 0, "{outlook}");
    let paused = caller.done("/api/account/pause", &json!({"seen": before["seen"]})).await;
    assert_eq!(paused["isPausedByHand"], true);
    let early = caller.post("/api/account/resume", &json!({"seen": "1.outage"})).await;
    assert_eq!((early.0, &early.1["errors"][0]["pointer"]), (409, &json!("#/seen")));
    assert_eq!(caller.get("/api/account").await, paused);
    assert_eq!(caller.done("/api/account/resume", &json!({"seen": paused["seen"]})).await, before);
}

async fn a_template_is_written_over_the_version_that_was_seen(caller: Caller) {
    let used = async |of: usize| {
        let list = caller.get("/api/templates").await;
        let of = &list["types"][of];
        let id = of["usedTemplateId"].clone();
        let all = list["templates"].as_array().unwrap();
        let named = all.iter().find(|one| one["id"] == id).map(|one| one["name"].clone());
        (named, of["usedSince"].is_string())
    };
    assert_eq!(used(1).await, (Some(json!("Standard")), true), "of invoices");
    assert_eq!(used(0).await, (None, false), "of orders");
    let text = "Dear *{customerName}*, {invoiceNumber} is ready. ";
    let body = json!({"name": "New", "messageType": "invoice", "text": text, "isActive": false});
    let new = caller.done("/api/templates", &body).await;
    let path = format!("/api/templates/{}", new["id"].as_str().unwrap());
    let (status, on) =
        caller.post_over(&format!("{path}/activate"), &new["version"], &json!({})).await;
    assert_eq!((status, &on["isUsed"]), (200, &json!(true)), "{on}");
    assert_eq!(used(1).await, (Some(json!("New")), true));
    let mut other = body.clone();
    other["text"] = json!("Hello {customerName}");
    let (status, late) = caller.post_over(&path, &new["version"], &other).await;
    assert_eq!((status, &late["success"]), (412, &json!(false)));
    let (status, changed) = caller.post_over(&path, &on["version"], &other).await;
    assert_eq!((status, &changed["isActive"]), (200, &json!(false)));
    assert_eq!(used(1).await, (Some(json!("Standard")), true), "it was switched off with that");
    let restore = format!("{path}/restore");
    let (status, back) =
        caller.post_over(&restore, &changed["version"], &json!({"version": 2})).await;
    assert_eq!((status, &back["text"], &back["version"]), (200, &json!(text), &json!(4)));
    let versions = caller.get(&format!("{path}/versions?limit=3")).await;
    assert_eq!((versions["versions"].as_array().unwrap().len(), &versions["next"]), (3, &json!(2)));
    let asked = json!({"messageType": "festival", "text": "{customerName}!", "customerId": "C-1"});
    let (status, shown) = caller.post("/api/templates/preview", &asked).await;
    assert!(status == 200 || shown["errors"][0]["pointer"] == "#/customerId", "{shown}");
    let (_, again) = caller.post("/api/templates", &body).await;
    assert_eq!(again["type"], "urn:whatsapp-console:problem:name-taken");
}
