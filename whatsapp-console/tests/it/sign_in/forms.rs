//! Forms that lay open until their sender was signed out.

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use scraper::{Html, Selector};

use super::scene::{PASSWORD, Scene};
use crate::door::{Answer, Door, ask, built, request};

/// The fields of the page's only form, in order.
fn fields(answer: &Answer) -> (String, Vec<(String, String)>) {
    let html = Html::parse_document(&answer.text());
    let forms = Selector::parse("main form").unwrap();
    let mut forms = html.select(&forms);
    let form = forms.next().unwrap();
    assert!(forms.next().is_none(), "one form: {}", answer.text());
    let inputs = Selector::parse("input[name]").unwrap();
    let fields = form.select(&inputs).map(|input| {
        let value = input.attr("value").unwrap_or_default();
        (input.attr("name").unwrap().to_owned(), value.to_owned())
    });
    (form.attr("action").unwrap().to_owned(), fields.collect())
}

fn typed_into(
    fields: &[(String, String)],
    typed: &[(&'static str, &'static str)],
) -> Vec<(String, String)> {
    let value = |name: &str| typed.iter().find(|(field, _)| *field == name).map(|it| it.1);
    fields
        .iter()
        .map(|(name, before)| (name.clone(), value(name).unwrap_or(before).to_owned()))
        .collect()
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (&**name, &**value)).collect()
}

/// A path that a form on this page leads to.
fn led(page: &str, action: &str) -> String {
    let base = url::Url::parse(&format!("https://shop.example{page}")).unwrap();
    base.join(action).unwrap().path().to_owned()
}

#[tokio::test]
async fn a_form_that_was_open_for_a_day_comes_back_after_signing_in_with_what_was_typed() {
    let scene = Scene::new();
    let mut browser = scene.signed_in("asha").await;
    let id = scene.failed().await;
    let path = format!("/messages/{id}/number");
    let (_, form) = fields(&browser.get(&path).await);
    scene.shop.clock.advance(TimeDelta::days(1));

    // The typed number is wrong, so that the page shows it once more instead of acting.
    let form = typed_into(&form, &[("number", "98765 é \"><b>\n2nd line")]);
    let form: Vec<(String, String)> =
        [form, vec![("number2".to_owned(), "1st\n2nd \"line\" é".to_owned())]].concat();
    let kept = browser.post(&path, &pairs(&form)).await;
    assert_eq!(kept.status, StatusCode::UNAUTHORIZED);
    let page = kept.text();
    assert!(page.contains("What you typed is kept"), "{page}");
    let (action, door) = fields(&kept);
    assert_eq!(led(&path, &action), "/sign-in");

    // A wrong password loses nothing.
    let wrong = typed_into(&door, &[("name", "asha"), ("password", "wrong password")]);
    let wrong = browser.post("/sign-in", &pairs(&wrong)).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    let (_, door) = fields(&wrong);
    let right = typed_into(&door, &[("name", "asha"), ("password", PASSWORD)]);
    let again = browser.post("/sign-in", &pairs(&right)).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text());
    assert!(again.text().contains("Press the button once more"));

    let (action, back) = fields(&again);
    assert_eq!(led("/sign-in", &action), path);
    let without_token = |fields: &[(String, String)]| -> Vec<(String, String)> {
        fields.iter().filter(|(name, _)| name != "csrf").cloned().collect()
    };
    assert_eq!(without_token(&back), without_token(&form), "nothing is lost, and nothing added");
    let pressed = browser.post(&path, &pairs(&back)).await;
    // The form itself is refused for its value, which shows that it arrived.
    assert_eq!(pressed.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", pressed.text());
}

#[tokio::test]
async fn the_kept_form_is_done_by_one_press_and_not_by_signing_in() {
    let scene = Scene::new();
    let mut browser = scene.signed_in("asha").await;
    let paused = async || {
        let account = scene.shop.desk().account().await.unwrap();
        account.is_held()
    };
    let token = browser.get("/pause").await.token();
    scene.shop.clock.advance(TimeDelta::hours(13));
    let kept = browser.post("/pause", &[("csrf", &token), ("seen", "none")]).await;
    let (_, door) = fields(&kept);
    let door = typed_into(&door, &[("name", "vik"), ("password", PASSWORD)]);
    let again = browser.post("/sign-in", &pairs(&door)).await;
    assert_eq!((again.status, paused().await), (StatusCode::OK, false), "{}", again.text());
    let (_, back) = fields(&again);
    let done = browser.post("/pause", &pairs(&back)).await;
    assert_eq!((done.status, paused().await), (StatusCode::SEE_OTHER, true));
}

#[tokio::test]
async fn a_form_of_the_greatest_size_is_kept_too() {
    let scene = Scene::new();
    let mut browser = scene.signed_in("asha").await;
    let token = browser.get("/keys").await.token();
    scene.shop.clock.advance(TimeDelta::hours(13));
    let long = "x".repeat(256 * 1024 - 300);
    let kept = browser.post("/theme", &[("csrf", &token), ("back", "keys"), ("x", &long)]).await;
    assert_eq!(kept.status, StatusCode::UNAUTHORIZED);
    let door = typed_into(&fields(&kept).1, &[("name", "asha"), ("password", PASSWORD)]);
    let again = browser.post("/sign-in", &pairs(&door)).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(fields(&again).1.contains(&("x".to_owned(), long)));
}

#[tokio::test]
async fn what_another_site_sends_is_not_kept_and_neither_is_a_sign_out() {
    let scene = Scene::new();
    let site = scene.another_process();
    let foreign: [&[(&str, &str)]; 3] = [
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        &[("origin", "null")],
        &[],
    ];
    for headers in foreign {
        let asked = request(Method::POST, "/pause", headers)
            .header("content-type", "application/x-www-form-urlencoded");
        let answer = ask(&site, asked, "number=planted").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{headers:?}");
        assert!(!answer.text().contains("planted"), "{headers:?}");
    }
    let mut browser = scene.browser();
    let answer = browser.post("/sign-out", &[("csrf", "x")]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(!answer.text().contains("typed."), "{}", answer.text());
}

#[tokio::test]
async fn what_is_sent_to_the_api_is_not_kept_and_a_problem_says_why() {
    let scene = Scene::new();
    let own = [("sec-fetch-site", "same-origin"), ("origin", "https://shop.example")];
    for kind in ["application/json", "application/x-www-form-urlencoded"] {
        let asked = request(Method::POST, "/api/account/pause", &own).header("content-type", kind);
        let answer = ask(&scene.another_process(), asked, "number=planted").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{kind}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{kind}");
        let problem: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
        assert_eq!(problem["type"], "urn:whatsapp-console:problem:not-signed-in", "{kind}");
        assert!(!answer.text().contains("planted"), "{kind}");
    }
}

#[tokio::test]
async fn behind_the_hosts_own_sign_in_a_form_is_kept_on_its_page() {
    let scene = Scene::new();
    let ports = scene.shop.ports.clone();
    let console =
        built(whatsapp_console::Console::builder(ports, std::sync::Arc::new(Door))).router();
    let token = crate::door::get(&console, "/keys").await.token();
    let body = format!("csrf={token}&theme=dark&back=messages%3Fabout%3Dx");
    let kept = crate::door::post(&console, "/theme", "visit=stranger", &body).await;
    assert_eq!(kept.status, StatusCode::UNAUTHORIZED);
    let page = kept.text();
    assert!(page.contains(r#"href="/sign-in" target="_blank" rel="noopener""#), "{page}");
    assert!(page.contains("What you typed is kept on this page."), "{page}");
    let send = |fields: Vec<(String, String)>| {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields).finish()
    };
    // The person is signed in by now, in another tab. The page's token was nobody's: it asks
    // once more.
    let body = send(fields(&kept).1);
    let again = crate::door::post(&console, "/theme", "visit=manager", &body).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
    let body = send(fields(&again).1);
    let done = crate::door::post(&console, "/theme", "visit=manager", &body).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(done.header("location"), "messages?about=x");
}
