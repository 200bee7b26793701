//! The managers' pages over the shop's own database.

use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{Request, StatusCode};
use axum::response::Response;
use tower::ServiceExt as _;

use crate::trial::{Place, Trial, on_both};

on_both!(a_manager_signs_in_and_sees_what_became_of_an_invoice);

async fn ask(trial: &Trial, request: Request<Body>) -> Response {
    trial.backend.site().oneshot(request).await.unwrap()
}

async fn sign_in(trial: &Trial, key: &str) -> Response {
    let form = Request::post("/sign-in").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    ask(trial, form.body(Body::from(format!("key={key}"))).unwrap()).await
}

async fn page(trial: &Trial, path: &str, cookie: &str) -> (StatusCode, String) {
    let request = Request::get(path).header(COOKIE, cookie).body(Body::empty()).unwrap();
    let response = ask(trial, request).await;
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn a_manager_signs_in_and_sees_what_became_of_an_invoice(place: Place) {
    let trial = Trial::open(place).await;
    trial.shop().create_invoice(trial.invoice("INV-2026-0001")).await.unwrap();
    trial.dispatch().await;

    let (status, refused) = page(&trial, "/console/messages", "shop-manager=x").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(refused.contains("href=\"/sign-in\"") && !refused.contains("Asha"), "{refused}");
    let (_, form) = page(&trial, "/sign-in", "").await;
    assert!(form.contains("name=\"key\""), "{form}");
    let wrong = trial.backend.staff.key().replace(|digit: char| digit.is_ascii_hexdigit(), "0");
    for wrong in ["", "x", &wrong] {
        assert_eq!(sign_in(&trial, wrong).await.status(), StatusCode::UNAUTHORIZED);
    }

    let entered = sign_in(&trial, trial.backend.staff.key()).await;
    assert_eq!(entered.status(), StatusCode::SEE_OTHER);
    assert_eq!(entered.headers()[LOCATION], "/console");
    let cookie = entered.headers()[SET_COOKIE].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let (status, list) = page(&trial, "/console/messages", cookie).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    assert!(list.contains("Asha Traders") && list.contains("INV-2026-0001"), "{list}");
    let (status, overview) = page(&trial, "/console/overview", cookie).await;
    assert_eq!(status, StatusCode::OK, "{overview}");
    trial.backend.stop().await;
}
