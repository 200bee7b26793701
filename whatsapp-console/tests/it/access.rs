//! Access to each address, and the proof that a form needs: every route of the table.

use std::collections::BTreeMap;

use axum::Router;
use axum::http::{Method, StatusCode};
use whatsapp_console::{Role, Route};
use whatsapp_core::audit::{Act, Actor, AuditTarget};
use whatsapp_core::bulk::{Bulk, BulkAct, BulkAsks, BulkCounts, BulkState};
use whatsapp_core::campaign::CampaignPlan;
use whatsapp_core::message::MessageType;
use whatsapp_core::mute::{Mute, MuteOf, MuteOn};
use whatsapp_core::port::{
    AuditFilter, AuditLog as _, BulkStore as _, MessageLog as _, MuteStore as _, Saved,
    TemplateSave, TemplateStore as _,
};
use whatsapp_core::schedule::StepState;
use whatsapp_core::template::TemplateDraft;
use whatsapp_core::{
    AccountId, AuditId, CampaignId, Campaigns, CustomerId, Desk, MessageId, MuteId, TemplateId,
};
use whatsapp_testkit::fixtures::START;

use crate::door::{Answer, Door, ask, console, request};
use crate::shop::{Shop, message, minutes, not_on_whatsapp};

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

/// A shop with a message that failed, a reminder that waits and a mute.
async fn shop() -> (Shop, MessageId) {
    let shop = Shop::new();
    shop.customer(1, "Asha Traders");
    let failed = message(1, "Asha Traders", START - minutes(60), not_on_whatsapp());
    let id = shop.put(failed).await;
    shop.remind(1, "81", StepState::Held).await;
    let mute = Mute {
        id: mute_id(),
        on: MuteOn::Customer(CustomerId::new("C-1").unwrap()),
        of: MuteOf::Greetings,
        by: Actor::Host,
        at: START,
        ended: None,
    };
    shop.store.add_mute(&mute, AuditId::new(START, [7; 10])).await.unwrap();
    let bulk = Bulk {
        id: BULK.parse().unwrap(),
        act: BulkAct::Resend,
        by: Actor::Host,
        at: START,
        state: BulkState::Counted,
        more: false,
        agreed: BulkAsks::default(),
        changed_at: START,
        counts: BulkCounts::default(),
    };
    shop.store.add_bulk(&bulk, &[]).await.unwrap();
    let text = "Happy {festivalName}, {customerName}!";
    let draft = TemplateDraft::check("Greeting", MessageType::FESTIVAL, text, true).unwrap();
    let (act, by, audit) = (Act::TemplateSaved, Actor::Host, AuditId::new(START, [8; 10]));
    let save = TemplateSave::new(template_id(), None, draft, act, by, START, audit);
    assert_eq!(shop.store.save_template(&save).await.unwrap(), Saved::Done);
    let date = START.date_naive() + chrono::Days::new(1);
    let plan = CampaignPlan::festival("Diwali", date);
    let campaigns = Campaigns::new(shop.ports.clone()).unwrap();
    campaigns.create_as(festival_id(), plan, &Actor::Host).await.unwrap();
    (shop, id)
}

fn mute_id() -> MuteId {
    MuteId::new(START, [9; 10])
}

fn template_id() -> TemplateId {
    TemplateId::new(START, [5; 10])
}

fn festival_id() -> CampaignId {
    CampaignId::new(START, [6; 10])
}

/// The act on many messages that is in the shop.
const BULK: &str = "01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f";

pub(crate) fn address(route: &Route, id: MessageId, style_sheet: &str) -> String {
    let path = route
        .path
        .replace("{message}", &id.to_string())
        .replace("{file}", style_sheet)
        .replace("{customer}", "C-1")
        .replace("{mute}", &mute_id().to_string())
        .replace("{invoice}", "81")
        .replace("{step}", "T+3")
        .replace("{day}", "2026-01-28")
        .replace("{bulk}", BULK)
        .replace("{key}", "whatsapp_retry_max")
        .replace("{template}", &template_id().to_string())
        .replace("{festival}", &festival_id().to_string())
        .replace("{version}", "1");
    assert!(!path.contains('{'), "{path}: a name that this test does not know");
    path
}

fn style_sheet(page: &Answer) -> String {
    let text = page.text();
    let (_, behind) = text.split_once("assets/console.").unwrap();
    format!("console.{}", behind.split('"').next().unwrap())
}

/// A body that a call takes.
pub(crate) fn body_of(path: &str) -> String {
    let act = path.rsplit('/').next().unwrap();
    let seen = START.to_rfc3339();
    if matches!(path, "/api/held/approve" | "/api/held/drop") {
        return format!(r#"{{"reminders":[{{"invoiceId":"81","step":"T+3","seen":"{seen}"}}]}}"#);
    }
    if matches!(path, "/api/schedule/skip" | "/api/schedule/hold") {
        return r#"{"reminders":[{"invoiceId":"81","step":"T+3"}]}"#.to_owned();
    }
    if let Some(behind) = path.strip_prefix("/api/festivals") {
        return match behind.strip_prefix("/{festival}").unwrap_or(behind) {
            "" | "/preview" => r#"{"name":"Diwali","date":"2026-11-08"}"#.to_owned(),
            "/arm" => r#"{"agreed":"00000000000000000000000000000000.1.0"}"#.to_owned(),
            "/confirm-date" => r#"{"date":"2026-11-08"}"#.to_owned(),
            "/try" => r#"{"whatsappNumber":"+919876500001"}"#.to_owned(),
            _ => "{}".to_owned(),
        };
    }
    match act {
        "preview" if path.starts_with("/api/messages/") => {
            r#"{"customerId":"C-404","messageType":"festival"}"#.to_owned()
        }
        "files" => r#"{"name":"a.pdf","content":""}"#.to_owned(),
        "whatsapp-send" => r#"{"customerId":"C-404","messageType":"festival"}"#.to_owned(),
        "cancel" | "retry" | "put-aside" | "take-up" | "approve" | "drop" => {
            format!(r#"{{"seen":"{seen}"}}"#)
        }
        "reschedule" => format!(r#"{{"seen":"{seen}","at":"{seen}"}}"#),
        "resend" => r#"{"resends":0}"#.to_owned(),
        "search" => r#"{"text":"asha"}"#.to_owned(),
        "bulk" => r#"{"act":"resend","filter":{}}"#.to_owned(),
        "mute" => r#"{"of":"all"}"#.to_owned(),
        "settings" => r#"{"settings":{}}"#.to_owned(),
        "check" if path.starts_with("/api/settings/") => r#"{"settings":{}}"#.to_owned(),
        "templates" | "{template}" => {
            r#"{"name":"New","messageType":"festival","text":"Happy day","isActive":false}"#
                .to_owned()
        }
        "check" | "preview" => r#"{"messageType":"festival","text":"Happy day"}"#.to_owned(),
        "restore" => r#"{"version":1}"#.to_owned(),
        "resume" => r#"{"seen":"none"}"#.to_owned(),
        _ => "{}".to_owned(),
    }
}

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

/// A gate that takes the cookie although another header came along.
#[derive(Debug)]
struct Careless;

#[async_trait::async_trait]
impl whatsapp_console::Gate for Careless {
    async fn enter(
        &self,
        request: &axum::http::request::Parts,
    ) -> Result<whatsapp_console::Visitor, whatsapp_console::Refused> {
        let mut request = request.clone();
        request.headers.remove("authorization");
        whatsapp_console::Gate::enter(&Door, &request).await
    }
}

#[tokio::test]
async fn a_careless_gate_cannot_let_a_bad_token_in_by_a_cookie() {
    let (shop, _) = shop().await;
    let gate = std::sync::Arc::new(Careless);
    let builder = whatsapp_console::Console::builder(shop.ports.clone(), gate);
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

#[async_trait::async_trait]
impl whatsapp_console::Gate for Gullible {
    async fn enter(
        &self,
        _: &axum::http::request::Parts,
    ) -> Result<whatsapp_console::Visitor, whatsapp_console::Refused> {
        let user = whatsapp_core::UserId::new("asha").unwrap();
        let by = whatsapp_console::Credential::Bearer;
        Ok(whatsapp_console::Visitor::new(user, "asha", Role::Manager, by, "session"))
    }
}

#[tokio::test]
async fn only_a_bearer_token_is_one_whatever_a_gate_takes_for_it() {
    let (shop, id) = shop().await;
    let gate = std::sync::Arc::new(Gullible);
    let builder = whatsapp_console::Console::builder(shop.ports.clone(), gate);
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
