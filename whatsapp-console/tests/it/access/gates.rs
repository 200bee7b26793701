//! Gates of careless hosts: what the console sees to by itself.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use whatsapp_console::{Console, Credential, Gate, Refused, Role, Visitor};
use whatsapp_core::UserId;

use super::rooms::shop;
use super::{Headers, deeds};
use crate::door::{Door, ask, request};

/// A gate that takes the cookie although another header came along.
#[derive(Debug)]
struct Careless;

#[async_trait]
impl Gate for Careless {
    async fn enter(&self, request: &Parts) -> Result<Visitor, Refused> {
        let mut request = request.clone();
        request.headers.remove("authorization");
        Gate::enter(&Door, &request).await
    }
}

#[tokio::test]
async fn a_careless_gate_cannot_let_a_bad_token_in_by_a_cookie() {
    let (shop, _) = shop().await;
    let gate = Arc::new(Careless);
    let builder = Console::builder(shop.ports.clone(), gate);
    let console = builder.build().unwrap().router();
    let cookie = ("cookie", "visit=manager");
    let alone = ask(&console, request(Method::GET, "/keys", &[cookie]), "").await;
    assert_eq!(alone.status, StatusCode::OK);
    let both = [cookie, ("authorization", "Bearer stranger")];
    let answer = ask(&console, request(Method::GET, "/keys", &both), "").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

/// A gate that takes any value of the header `Authorization` for a bearer token, and finds one even
/// where there is none.
#[derive(Debug)]
struct Gullible;

#[async_trait]
impl Gate for Gullible {
    async fn enter(&self, _: &Parts) -> Result<Visitor, Refused> {
        let user = UserId::new("asha").unwrap();
        let by = Credential::Bearer;
        Ok(Visitor::new(user, "asha", Role::Manager, by, "session"))
    }
}

#[tokio::test]
async fn only_a_bearer_token_is_one_whatever_a_gate_takes_for_it() {
    let (shop, id) = shop().await;
    let gate = Arc::new(Gullible);
    let builder = Console::builder(shop.ports.clone(), gate);
    let console = builder.build().unwrap().router();
    let before = deeds(&shop, id).await;
    // A browser sends each of these by itself, once somebody has typed a password or is in a
    // domain.
    let refused: [Headers; 11] = [
        &[],
        &[("cookie", "session=1")],
        &[("authorization", "Basic YXNoYTpwYXNzd29yZA==")],
        &[("authorization", "Negotiate YII=")],
        &[("authorization", "Digest username=\"asha\"")],
        &[("authorization", "Bearer")],
        &[("authorization", "Bearer ")],
        &[("authorization", "Bearer a b")],
        &[("authorization", "BearerX a")],
        &[("authorization", "Bearer a"), ("authorization", "Basic YTpi")],
        &[("authorization", "Bearer a"), ("authorization", "Bearer a")],
    ];
    for shown in refused {
        for (method, path) in [(Method::GET, "/keys"), (Method::POST, "/pause")] {
            let answer = ask(&console, request(method, path, shown), "").await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path} {shown:?}");
        }
    }
    assert_eq!(deeds(&shop, id).await, before);
    for token in ["Bearer a", "bearer a.b-c_d", "BEARER  a"] {
        let shown = &[("authorization", token)];
        let answer = ask(&console, request(Method::GET, "/keys", shown), "").await;
        assert_eq!(answer.status, StatusCode::OK, "{token}");
    }
}
