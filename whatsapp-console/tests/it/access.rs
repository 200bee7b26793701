//! Access to each address, and the proof that a form needs: every route of the table.

mod gates;
mod rooms;

use std::collections::BTreeMap;

use axum::Router;
use axum::http::{Method, StatusCode};
use whatsapp_console::{Role, Route};
use whatsapp_core::audit::AuditTarget;
use whatsapp_core::port::{AuditFilter, AuditLog as _, MessageLog as _};
use whatsapp_core::{AccountId, Desk, MessageId};

use crate::door::{ask, console, request};
use crate::shop::Shop;

pub(crate) use rooms::{address, body_of};
use rooms::{shop, style_sheet};

type Headers = &'static [(&'static str, &'static str)];

/// The visitors, and the headers that show them.
const VISITORS: [(&str, Headers); 12] = [
    ("nobody", &[]),
    ("a cookie that is none", &[("cookie", "visit=stranger")]),
    ("a bad token", &[("authorization", "Bearer stranger")]),
    (
        "a bad token beside a good cookie",
        &[("authorization", "Bearer x"), ("cookie", "visit=admin")],
    ),
    ("inactive staff", &[("cookie", "visit=inactive")]),
    ("inactive staff by token", &[("authorization", "Bearer inactive")]),
    ("viewer", &[("cookie", "visit=viewer")]),
    ("viewer by token", &[("authorization", "Bearer viewer")]),
    ("manager", &[("cookie", "visit=manager")]),
    ("manager by token", &[("authorization", "Bearer manager")]),
    ("admin", &[("cookie", "visit=admin")]),
    ("a token beside a cookie", &[("authorization", "Bearer manager"), ("cookie", "visit=viewer")]),
];

/// The headers by which a form says where it comes from.
struct Proof {
    name: &'static str,
    headers: Headers,
    has_token: bool,
    holds: bool,
}

const fn own(name: &'static str, headers: Headers) -> Proof {
    Proof { name, headers, has_token: true, holds: true }
}

const fn foreign(name: &'static str, headers: Headers) -> Proof {
    Proof { name, headers, has_token: true, holds: false }
}

const PROOFS: [Proof; 10] = [
    own("own page", &[("sec-fetch-site", "same-origin"), ("origin", "https://shop.example")]),
    own("own page of an older browser", &[("origin", "https://shop.example")]),
    own("own page without an origin", &[("sec-fetch-site", "same-origin")]),
    Proof {
        name: "own page, no token",
        headers: &[("sec-fetch-site", "same-origin")],
        has_token: false,
        holds: false,
    },
    foreign(
        "another site",
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
    ),
    foreign("a sister", &[("sec-fetch-site", "same-site"), ("origin", "https://a.shop.example")]),
    foreign("another site, older browser", &[("origin", "https://evil.example")]),
    foreign("no origin", &[("sec-fetch-site", "same-origin"), ("origin", "null")]),
    foreign("no origin, older browser", &[("origin", "null")]),
    foreign("no headers", &[]),
];

/// The answer that is expected: refused with this status, or let through.
fn expected(route: &Route, who: &str, by_cookie: bool, is_proven: bool) -> Option<StatusCode> {
    let needed = route.role?;
    let role = match who {
        "nobody" | "a cookie that is none" | "a bad token" | "a bad token beside a good cookie" => {
            return Some(StatusCode::UNAUTHORIZED);
        }
        "inactive staff" | "inactive staff by token" => return Some(StatusCode::FORBIDDEN),
        "viewer" | "viewer by token" => Role::Viewer,
        "admin" => Role::Admin,
        _ => Role::Manager,
    };
    if role < needed || route.method != Method::GET && by_cookie && !is_proven {
        return Some(StatusCode::FORBIDDEN);
    }
    None
}

/// The acts in the shop until now, as far as the audit and the message tell.
async fn deeds(shop: &Shop, id: MessageId) -> (usize, String) {
    let audit = shop.store.audit(&AuditFilter::default(), None, 200).await.unwrap();
    let message = shop.store.message(id).await.unwrap();
    (audit.entries.len(), format!("{message:?}"))
}

/// A shop in which nothing was done yet, and the tokens of those who visit its console.
struct Fresh {
    shop: Shop,
    id: MessageId,
    console: Router,
    sheet: String,
    tokens: BTreeMap<&'static str, String>,
}

impl Fresh {
    async fn new() -> Self {
        let (shop, id) = shop().await;
        let console = console(&shop.ports).router();
        let sheet = style_sheet(&ask(&console, request(Method::GET, "/keys", &[]), "").await);
        Self { shop, id, console, sheet, tokens: BTreeMap::new() }
    }

    /// The token that a visitor's pages have; empty for a visitor who gets none.
    async fn token(&mut self, who: &'static str, shown: Headers) -> String {
        if let Some(token) = self.tokens.get(who) {
            return token.clone();
        }
        let page = ask(&self.console, request(Method::GET, "/keys", shown), "").await;
        let token = if page.status.is_success() { page.token() } else { String::new() };
        self.tokens.insert(who, token.clone());
        token
    }
}

#[tokio::test]
async fn every_route_lets_through_exactly_whom_it_is_for() {
    let mut fresh = Fresh::new().await;
    let routes = console(&fresh.shop.ports).routes();
    assert!(routes.iter().any(|route| route.method == Method::POST && route.role.is_some()));
    assert!(routes.iter().any(|route| route.role == Some(Role::Manager)));
    for route in &routes {
        for (who, shown) in VISITORS {
            let proofs = if route.method == Method::GET { &PROOFS[9..] } else { &PROOFS[..] };
            for proof in proofs {
                let may_have_done = cell(&mut fresh, route, (who, shown), proof).await;
                if may_have_done {
                    fresh = Fresh::new().await;
                }
            }
        }
    }
}

/// Checks one combination. Returns true if something may have been done.
async fn cell(
    fresh: &mut Fresh,
    route: &Route,
    (who, shown): (&'static str, Headers),
    proof: &Proof,
) -> bool {
    let token = fresh.token(who, shown).await;
    let Fresh { shop, id, console, sheet, .. } = &*fresh;
    let id = *id;
    let address = address(route, id, sheet);
    let before = deeds(shop, id).await;

    let mut asked = request(route.method.clone(), &address, shown);
    for (name, value) in proof.headers {
        asked = asked.header(*name, *value);
    }
    let is_api = route.path.starts_with("/api/");
    let kind = if is_api { "application/json" } else { "application/x-www-form-urlencoded" };
    asked = asked.header("content-type", kind);
    let body = match (is_api, proof.has_token) {
        (true, has_token) => {
            if has_token {
                asked = asked.header("x-csrf-token", token);
            }
            body_of(route.path)
        }
        (false, true) => format!("csrf={token}"),
        (false, false) => String::new(),
    };
    let answer = ask(console, asked, &body).await;

    let cell =
        format!("{} {} · {who} · {}: {}", route.method, route.path, proof.name, answer.status);
    let by_cookie = shown.iter().all(|(name, _)| *name == "cookie");
    let refused = expected(route, who, by_cookie, proof.holds);
    if let Some(status) = refused {
        assert_eq!(answer.status, status, "{cell}");
        assert_eq!(deeds(shop, id).await, before, "{cell}: something was done");
        assert!(!answer.text().contains("Asha Traders"), "{cell}: something was shown");
    } else {
        let refused =
            [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::METHOD_NOT_ALLOWED];
        assert!(!refused.contains(&answer.status), "{cell}");
        assert!(!answer.status.is_server_error(), "{cell}\n{}", answer.text());
        // Everything that the paths name here is there.
        assert_ne!(answer.status, StatusCode::NOT_FOUND, "{cell}");
    }
    if route.path.starts_with("/api/") && !answer.status.is_success() {
        let problem: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
        assert_eq!(problem["success"], false, "{cell}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{cell}");
    }
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{cell}");
    refused.is_none() && route.method != Method::GET
}

#[tokio::test]
async fn a_get_changes_nothing_and_its_head_is_the_same_without_a_body() {
    let (shop, id) = shop().await;
    let console = console(&shop.ports);
    let (routes, console) = (console.routes(), console.router());
    let manager = &[("cookie", "visit=manager")];
    let sheet = style_sheet(&ask(&console, request(Method::GET, "/keys", manager), "").await);
    let before = deeds(&shop, id).await;
    for route in routes.iter().filter(|route| route.method == Method::GET) {
        let address = address(route, id, &sheet);
        let got = ask(&console, request(Method::GET, &address, manager), "").await;
        let head = ask(&console, request(Method::HEAD, &address, manager), "").await;
        assert_eq!(got.status, head.status, "{address}");
        assert_eq!(got.header("content-type"), head.header("content-type"), "{address}");
        assert!(head.bytes.is_empty(), "{address}");
        let nobody = ask(&console, request(Method::HEAD, &address, &[]), "").await;
        let expected = if route.role.is_some() { StatusCode::UNAUTHORIZED } else { got.status };
        assert_eq!(nobody.status, expected, "{address}");
    }
    // A file leaves its entry in the audit, and asking for its head does not.
    let files = routes.iter().filter(|route| route.path.rsplit('.').next() == Some("csv")).count();
    let (entries, message) = before;
    assert_eq!(deeds(&shop, id).await, (entries + files, message));
}

#[tokio::test]
async fn other_methods_are_told_which_ones_there_are_and_nobody_is_told_nothing() {
    let (shop, id) = shop().await;
    let console = console(&shop.ports);
    let (routes, console) = (console.routes(), console.router());
    for route in &routes {
        let address = address(route, id, "console.css");
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE] {
            if routes.iter().any(|it| it.path == route.path && it.method == method) {
                continue;
            }
            let manager = &[("cookie", "visit=manager")];
            let answer = ask(&console, request(method.clone(), &address, manager), "").await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {address}");
            let allowed = answer.header("allow");
            assert!(allowed.contains(route.method.as_str()), "{method} {address}: {allowed:?}");
            let nobody = ask(&console, request(method.clone(), &address, &[]), "").await;
            assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{method} {address}");
        }
    }
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_told_to_visitors_alone() {
    let (shop, _) = shop().await;
    let console = console(&shop.ports).router();
    for path in ["/nothing", "/messages/1/2/3/4", "/assets", "/.env", "/messages/%2e%2e/x"] {
        for method in [Method::GET, Method::POST] {
            let nobody = ask(&console, request(method.clone(), path, &[]), "").await;
            assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{method} {path}");
            let viewer = &[("cookie", "visit=viewer")];
            let answer = ask(&console, request(method.clone(), path, viewer), "").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
            assert!(answer.text().contains("There is no such page"), "{method} {path}");
        }
    }
    let viewer = &[("cookie", "visit=viewer")];
    let answer = ask(&console, request(Method::GET, "/api/nothing", viewer), "").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.text().contains("no-such-address"), "{}", answer.text());
    let asset = ask(&console, request(Method::GET, "/assets/console.css", &[]), "").await;
    assert_eq!(asset.status, StatusCode::NOT_FOUND, "another build's name");
}

#[tokio::test]
async fn a_pause_needs_the_form_of_the_page() {
    let (shop, _) = shop().await;
    let console = console(&shop.ports).router();
    let paused = async || {
        let account = Desk::new(shop.ports.clone()).account().await.unwrap();
        account.is_held()
    };
    let token = crate::door::get(&console, "/keys").await.token();
    let refused = crate::door::post(&console, "/pause", "visit=manager", "csrf=x").await;
    assert_eq!((refused.status, paused().await), (StatusCode::FORBIDDEN, false));
    let body = format!("csrf={token}&seen=none");
    let done = crate::door::post(&console, "/pause", "visit=manager", &body).await;
    assert_eq!((done.status, paused().await), (StatusCode::SEE_OTHER, true));
    let audit = shop.store.audit(&AuditFilter::default(), None, 200).await.unwrap();
    let target = AuditTarget::Account(AccountId::default());
    assert!(audit.entries.iter().any(|entry| entry.on == target), "{audit:?}");
}

/// The functions are guarded where a host mounts them as they are under the console.
#[tokio::test]
async fn the_functions_let_through_exactly_whom_they_are_for() {
    let (shop, _) = shop().await;
    let console = console(&shop.ports);
    let functions = console.functions();
    let routes = console.routes();
    let routes: Vec<_> = routes.iter().filter(|it| it.path.starts_with("/api/whatsapp-")).collect();
    assert_eq!(routes.len(), 2);
    for route in routes {
        let path = route.path.strip_prefix("/api").unwrap();
        for (who, shown) in VISITORS {
            for proof in &PROOFS {
                let page = ask(&console.router(), request(Method::GET, "/keys", shown), "").await;
                let mut asked = request(Method::POST, path, shown);
                for (name, value) in proof.headers {
                    asked = asked.header(*name, *value);
                }
                if proof.has_token && page.status.is_success() {
                    asked = asked.header("x-csrf-token", page.token());
                }
                asked = asked.header("content-type", "application/json");
                let answer = ask(&functions, asked, &body_of(path)).await;
                let by_cookie = shown.iter().all(|(name, _)| *name == "cookie");
                let cell = format!("{path} · {who} · {}", proof.name);
                let expected = expected(route, who, by_cookie, proof.holds);
                assert_eq!(answer.status, expected.unwrap_or(StatusCode::OK), "{cell}");
                let json: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
                assert!(json["success"].is_boolean(), "{cell}");
            }
        }
    }
}
