//! The managers' pages over the shop's own database.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use whatsapp_example_backend::database::Database;
use whatsapp_example_backend::staff::first_manager;
use whatsapp_example_backend::wiring::{Backend, GatewayAt};

use crate::trial::{Place, Trial, on_both};

on_both! {
    a_manager_signs_in_once_and_sees_what_became_of_an_invoice_also_after_a_restart,
    a_front_end_finds_the_functions_where_supabase_has_them,
}

const HERE: &str = "127.0.0.1:8360";

async fn ask(site: &Router, request: Request<Body>) -> Response {
    site.clone().oneshot(request).await.unwrap()
}

async fn sign_in(site: &Router, password: &str) -> Response {
    let form = Request::post("/console/sign-in")
        .header(HOST, HERE)
        .header(ORIGIN, format!("http://{HERE}"))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let body = Body::from(format!("name=manager&password={password}&next=messages"));
    ask(site, form.body(body).unwrap()).await
}

fn cookie_of(entered: &Response) -> String {
    let cookie = entered.headers()[SET_COOKIE].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

async fn page(site: &Router, path: &str, cookie: &str) -> (StatusCode, String) {
    let request = Request::get(path).header(HOST, HERE).header(COOKIE, cookie);
    let response = ask(site, request.body(Body::empty()).unwrap()).await;
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn a_manager_signs_in_once_and_sees_what_became_of_an_invoice_also_after_a_restart(
    place: Place,
) {
    let trial = Trial::open(place).await;
    trial.shop().create_invoice(trial.invoice("INV-2026-0001")).await.unwrap();
    trial.dispatch().await;
    let site = trial.backend.site(&trial.backend.console(&trial.users).unwrap());
    assert_eq!(first_manager(&trial.users).unwrap(), None, "there is one");

    let (status, refused) = page(&site, "/console/messages", "console=x").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(refused.contains("name=\"password\"") && !refused.contains("Asha"), "{refused}");
    let wrong = trial.password.replace(|digit: char| digit.is_ascii_hexdigit(), "0");
    for wrong in ["", "x", &wrong] {
        assert_eq!(sign_in(&site, wrong).await.status(), StatusCode::UNAUTHORIZED);
    }

    let entered = sign_in(&site, &trial.password).await;
    assert_eq!(entered.status(), StatusCode::SEE_OTHER);
    assert_eq!(entered.headers()[LOCATION], "messages");
    let cookie = cookie_of(&entered);
    let (status, list) = page(&site, "/console/messages", &cookie).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    assert!(list.contains("Asha Traders") && list.contains("INV-2026-0001"), "{list}");

    let database = Database::open(&trial.url()).await.unwrap();
    let at = GatewayAt { url: trial.gateway.url(), key: trial.gateway.key().to_owned() };
    let again = Backend::start(database, at, &trial.files, 0).await.unwrap();
    let site = again.site(&again.console(&trial.users).unwrap());
    let (status, overview) = page(&site, "/console/overview", &cookie).await;
    assert_eq!(status, StatusCode::OK, "{overview}");
    again.stop().await;
    trial.backend.stop().await;
}

/// Calls a function, with the headers that show the caller.
async fn call(site: &Router, who: &[(&str, &str)], body: &Value) -> (StatusCode, Value) {
    let call = Request::post("/functions/v1/whatsapp-send")
        .header(HOST, HERE)
        .header(ORIGIN, format!("http://{HERE}"))
        .header(CONTENT_TYPE, "application/json");
    let call = who.iter().fold(call, |call, (name, value)| call.header(*name, *value));
    let response = ask(site, call.body(Body::from(body.to_string())).unwrap()).await;
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

async fn a_front_end_finds_the_functions_where_supabase_has_them(place: Place) {
    let trial = Trial::open(place).await;
    let database = Database::open(&trial.url()).await.unwrap();
    let at = GatewayAt { url: trial.gateway.url(), key: trial.gateway.key().to_owned() };
    let sending = Backend::start(database, at, &trial.files, 1).await.unwrap();
    let site = sending.site(&sending.console(&trial.users).unwrap());
    let message = json!({
        "customerId": trial.customer,
        "messageType": "festival",
        "customMessage": "Dear {customerName}, we are closed tomorrow.",
    });

    // The project's public key, which the predecessor sent, belongs to nobody; nor does a cookie
    // without its token.
    let anon: &[(&str, &str)] = &[("authorization", "Bearer anon"), ("apikey", "anon")];
    for who in [&[], anon] as [&[(&str, &str)]; 2] {
        let (status, refused) = call(&site, who, &message).await;
        assert_eq!((status, &refused["success"]), (StatusCode::UNAUTHORIZED, &json!(false)));
    }
    let cookie = cookie_of(&sign_in(&site, &trial.password).await);
    let (status, refused) = call(&site, &[("cookie", &cookie)], &message).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{refused}");
    assert_eq!(trial.messages().await, 0);

    let (_, visitor) = page(&site, "/console/api/visitor", &cookie).await;
    let visitor: Value = serde_json::from_str(&visitor).unwrap();
    let token = visitor["csrfToken"].as_str().unwrap();
    let manager = [("cookie", cookie.as_str()), ("x-csrf-token", token)];
    let (status, sent) = call(&site, &manager, &message).await;
    assert_eq!((status, &sent["success"]), (StatusCode::OK, &json!(true)), "{sent}");
    assert_eq!(sent["status"], "sent", "{sent}");
    assert_eq!(trial.sent(), ["Dear Asha Traders, we are closed tomorrow."]);
    sending.stop().await;
    trial.backend.stop().await;
}
