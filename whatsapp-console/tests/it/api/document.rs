//! The `OpenAPI` document describes every route, and nothing else.

use std::collections::BTreeSet;

use axum::http::Method;
use scraper::{Html, Selector};
use serde_json::Value;

use super::caller::{Caller, shop};
use crate::door::{console, get};

#[tokio::test]
async fn every_route_of_the_api_is_in_the_document_and_nothing_else() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    let routes = console(&shop.ports).routes().into_iter();
    let routes: BTreeSet<(String, String)> = routes
        .filter(|route| route.path.starts_with("/api/"))
        .map(|route| (route.path.to_owned(), route.method.as_str().to_lowercase()))
        .collect();
    let mut documented = BTreeSet::new();
    for (path, item) in caller.document()["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            documented.insert((path.clone(), method.clone()));
        }
    }
    assert_eq!(routes, documented);
    assert!(routes.len() > 15);
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_every_operation_has_what_its_path_names() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    let document = caller.document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    references(document, document);
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let at = format!("{method} {path}");
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{at}");
            let named: BTreeSet<&str> = path
                .split('/')
                .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
                .collect();
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let of_path = parameters.iter().filter(|one| one["in"] == "path");
            let of_path: BTreeSet<&str> =
                of_path.map(|one| one["name"].as_str().unwrap()).collect();
            assert_eq!(named, of_path, "{at}");
            let problem = operation["responses"]["default"]["content"].as_object().unwrap();
            assert!(problem.contains_key("application/problem+json"), "{at}");
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            assert!(caller.operation(&method, path).is_some(), "{at}");
        }
    }
    let bodies = [
        "Send",
        "Retry",
        "RetryMessage",
        "ResendMessage",
        "RescheduleMessage",
        "Seen",
        "Search",
        "CountBulk",
        "ConfirmBulk",
        "MuteCustomer",
        "MuteInvoice",
        "ChangeReminders",
        "ComingReminder",
        "RemindNow",
        "Pause",
        "Resume",
        "ChangeSettings",
        "CheckSettings",
        "SaveTemplate",
        "RestoreTemplate",
        "CheckTemplate",
        "PreviewTemplate",
        "SaveFestival",
        "ArmFestival",
        "ConfirmFestival",
        "CopyFestival",
        "TryFestival",
    ];
    for body in bodies {
        let schema = &document["components"]["schemas"][body];
        assert_eq!(schema["additionalProperties"], false, "{body} takes what it does not know");
    }
}

fn references(document: &Value, within: &Value) {
    match within {
        Value::Object(members) => {
            if let Some(place) = members.get("$ref").and_then(Value::as_str) {
                assert!(document.pointer(place.trim_start_matches('#')).is_some(), "{place}");
            }
            members.values().for_each(|member| references(document, member));
        }
        Value::Array(items) => items.iter().for_each(|item| references(document, item)),
        _ => {}
    }
}

#[tokio::test]
async fn the_page_explains_every_call_and_every_problem() {
    let shop = shop();
    let caller = Caller::of_api(&shop).await;
    let console = console(&shop.ports).router();
    let page = get(&console, "/api").await;
    assert_eq!(page.status, 200);
    let text = page.text();
    let tabs = Selector::parse(".tabs a").unwrap();
    let html = Html::parse_document(&text);
    let parts: Vec<_> =
        html.select(&tabs).map(|tab| format!("/{}", tab.attr("href").unwrap())).collect();
    let mut told = String::new();
    for part in &parts {
        let page = get(&console, part).await;
        assert_eq!(page.status, 200, "{part}");
        told += &page.text();
    }
    assert!(!told.contains('`'), "people read no marks of Markdown");
    for (path, item) in caller.document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(told.contains(&format!("id=\"{id}\"")), "{id}");
            assert!(told.contains(&format!("{} {path}", method.to_uppercase())), "{id}");
            assert!(text.contains(&format!("#{id}\"")), "{id} is linked");
        }
    }
    for word in ["outside-hours", "missing-value", "idempotency-key-reused", "mistake"] {
        assert!(text.contains(&format!("<code>{word}</code>")), "{word}");
    }
    assert!(told.contains("curl -H"), "a line to try each with");
    // The calls are grouped by subject, and the page leads back to the one that links to it.
    for part in ["messages", "templates", "festivals", "settings"] {
        assert!(parts.contains(&format!("/api?about={part}")), "{part}: {parts:?}");
        assert_eq!(text.matches(&format!(r#"<h2 id="about-{part}">"#)).count(), 1, "{part}");
    }
    assert!(text.contains(r#"<a class="back" href="help">"#));
}

#[tokio::test]
async fn the_document_leads_to_the_console_wherever_it_is_mounted() {
    let shop = shop();
    let console = console(&shop.ports);
    let host = console.mount(axum::Router::new(), "/shops/7/console");
    let page = get(&host, "/shops/7/console/api/openapi.json").await;
    let document: Value = serde_json::from_slice(&page.bytes).unwrap();
    assert_eq!(document["servers"][0]["url"], "..");
}
