//! Every route of a console behind its own sign-in × each visitor × each origin that a request
//! may claim.

use axum::Router;
use axum::http::{Method, StatusCode};
use whatsapp_console::Route;
use whatsapp_core::MessageId;
use whatsapp_core::port::{AuditFilter, AuditLog as _, MessageLog as _};

use super::scene::{Browser, PASSWORD, Scene, signed_in};
use crate::door::{Answer, ask, request};

/// The visitors: the changes to the headers of somebody who is signed in.
const VISITORS: [(&str, &[(&str, &str)]); 8] = [
    ("nobody", &[]),
    ("a cookie that is none", &[("cookie", "__Host-console=AAAA")]),
    ("the plain cookie", &[("cookie", "console={cookie}")]),
    ("a token beside the cookie", &[("cookie", COOKIE), ("authorization", "Bearer x")]),
    ("a password beside the cookie", &[("cookie", COOKIE), ("authorization", "Basic YTpi")]),
    ("somebody signed out", &[("cookie", COOKIE)]),
    ("somebody switched off", &[("cookie", COOKIE)]),
    ("a manager", &[("cookie", COOKIE)]),
];

const COOKIE: &str = "__Host-console={cookie}";

/// The headers that claim an origin, whether the request has the token, and whether that will do.
type Proof = (&'static str, &'static [(&'static str, &'static str)], bool, bool);

const PROOFS: [Proof; 7] = [
    ("own", &[("sec-fetch-site", "same-origin"), ("origin", "https://shop.example")], true, true),
    ("own, older", &[("origin", "https://shop.example")], true, true),
    ("own, no token", &[("sec-fetch-site", "same-origin")], false, false),
    (
        "foreign",
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        true,
        false,
    ),
    ("a sister", &[("sec-fetch-site", "same-site")], true, false),
    ("hidden", &[("sec-fetch-site", "same-origin"), ("origin", "null")], true, false),
    ("no headers", &[], true, false),
];

/// Somebody who was signed in, at a console in whose shop nothing was done yet.
struct Fresh {
    scene: Scene,
    id: MessageId,
    site: Router,
    sheet: String,
    cookie: String,
    token: String,
}

impl Fresh {
    async fn of(who: &str) -> Self {
        let scene = Scene::new();
        let id = scene.failed().await;
        let site = scene.another_process();
        let browser = Browser::new(site.clone(), "https://shop.example");
        let mut browser = signed_in(browser, "asha").await;
        let page = browser.get("/keys").await;
        let text = page.text();
        let sheet = text.split_once("assets/").unwrap().1.split('"').next().unwrap().to_owned();
        let cookie = browser.jar["__Host-console"].clone();
        match who {
            "somebody signed out" => {
                browser.act("/sign-out", &[]).await;
            }
            "somebody switched off" => scene.users(&scene.line("asha", "manager", "off", PASSWORD)),
            _ => {}
        }
        Self { scene, id, site, sheet, cookie, token: page.token() }
    }
}

#[tokio::test]
async fn every_route_lets_through_whoever_is_signed_in_and_nobody_else() {
    let routes = Scene::new().console(|sign_in| sign_in).routes();
    for path in ["/sign-in", "/sign-out"] {
        assert!(routes.iter().any(|it| it.path == path && it.method == Method::POST), "{path}");
    }
    for (who, shown) in VISITORS {
        let mut fresh = Fresh::of(who).await;
        for route in &routes {
            let proofs = if route.method == Method::GET { &PROOFS[6..] } else { &PROOFS[..] };
            for proof in proofs {
                let may_have_done = cell(&fresh, route, who, shown, *proof).await;
                if may_have_done {
                    fresh = Fresh::of(who).await;
                }
            }
        }
    }
}

/// Checks one combination. Returns true if something may have been done.
async fn cell(
    fresh: &Fresh,
    route: &Route,
    who: &str,
    shown: &[(&str, &str)],
    (proof, headers, has_token, holds): (&str, &[(&str, &str)], bool, bool),
) -> bool {
    let Fresh { scene, id, site, sheet, cookie, token } = fresh;
    let before = deeds(scene, *id).await;
    let path = crate::access::address(route, *id, sheet);
    let mut asked = request(route.method.clone(), &path, headers);
    for (name, value) in shown {
        asked = asked.header(*name, value.replace("{cookie}", cookie));
    }
    let is_api = route.path.starts_with("/api/");
    let body = match (is_api, has_token) {
        (true, true) => {
            asked = asked.header("x-csrf-token", token);
            crate::access::body_of(route.path)
        }
        (true, false) => crate::access::body_of(route.path),
        (false, true) => format!("csrf={token}"),
        (false, false) => String::new(),
    };
    let kind = if is_api { "application/json" } else { "application/x-www-form-urlencoded" };
    let asked = asked.header("content-type", kind);
    let refused = expected(route, who, holds, proof.starts_with("own"));
    // A stream that was let through has no end here.
    if refused.is_none() && route.path == "/events" {
        return false;
    }
    let answer = ask(site, asked, &body).await;

    let cell = format!("{} {} · {who} · {proof}: {}", route.method, route.path, answer.status);
    match refused {
        Some(status) => {
            assert_eq!(answer.status, status, "{cell}\n{}", answer.text());
            assert_eq!(deeds(scene, *id).await, before, "{cell}: something was done");
            assert!(!answer.text().contains("Asha Traders"), "{cell}: something was shown");
        }
        None => fine(&answer, &cell),
    }
    // Signing in remembers who failed to.
    route.method != Method::GET && (refused.is_none() || route.role.is_none())
}

fn fine(answer: &Answer, cell: &str) {
    // Things that the shop does not have are not found.
    let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::METHOD_NOT_ALLOWED];
    assert!(!refused.contains(&answer.status), "{cell}");
    assert!(!answer.status.is_server_error(), "{cell}\n{}", answer.text());
}

fn expected(route: &Route, who: &str, holds: bool, is_from_here: bool) -> Option<StatusCode> {
    let is_post = route.method != Method::GET;
    if route.path == "/sign-in" {
        // A form without a name, or one that comes from elsewhere; its token does not matter.
        return match (is_post, is_from_here) {
            (false, _) => None,
            (true, true) => Some(StatusCode::UNAUTHORIZED),
            (true, false) => Some(StatusCode::FORBIDDEN),
        };
    }
    route.role?;
    match who {
        "somebody switched off" => Some(StatusCode::FORBIDDEN),
        "a manager" => (is_post && !holds).then_some(StatusCode::FORBIDDEN),
        _ => Some(StatusCode::UNAUTHORIZED),
    }
}

async fn deeds(scene: &Scene, id: MessageId) -> (usize, String) {
    let audit = scene.shop.store.audit(&AuditFilter::default(), None, 200).await.unwrap();
    (audit.entries.len(), format!("{:?}", scene.shop.store.message(id).await.unwrap()))
}

#[tokio::test]
async fn an_act_without_a_cookie_is_401_and_with_a_cookie_and_no_headers_403() {
    let scene = Scene::new();
    let id = scene.failed().await;
    let site = scene.another_process();
    let mut browser = signed_in(Browser::new(site.clone(), "https://shop.example"), "asha").await;
    let token = browser.get("/keys").await.token();
    let before = deeds(&scene, id).await;
    for path in [format!("/messages/{id}/resend"), "/pause".to_owned()] {
        // As `curl -X POST` sends it.
        let bare = ask(&site, request(Method::POST, &path, &[]), "").await;
        assert_eq!(bare.status, StatusCode::UNAUTHORIZED, "{path}");
        let cookie = format!("__Host-console={}", browser.jar["__Host-console"]);
        for body in ["", &format!("csrf={token}")] {
            let asked = request(Method::POST, &path, &[("cookie", &cookie)])
                .header("content-type", "application/x-www-form-urlencoded");
            let answer = ask(&site, asked, body).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
    assert_eq!(deeds(&scene, id).await, before);
}
