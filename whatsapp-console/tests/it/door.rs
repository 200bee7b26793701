//! A console behind a door that knows every kind of visitor, and requests as browsers and programs
//! send them.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::request::{Builder, Parts};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use tower::ServiceExt as _;
use whatsapp_console::{Console, ConsoleBuilder, Credential, Gate, Refused, Role, Visitor};
use whatsapp_core::{Ports, UserId};

/// A gate that knows people by a cookie or by the header `Authorization`, and never by a cookie
/// beside that header.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door;

#[async_trait]
impl Gate for Door {
    async fn enter(&self, request: &Parts) -> Result<Visitor, Refused> {
        let header = |name| request.headers.get(name).and_then(|value| value.to_str().ok());
        let known = |word: &str, by| {
            let role = match word {
                "viewer" => Role::Viewer,
                "manager" => Role::Manager,
                "admin" => Role::Admin,
                "inactive" => {
                    return Err(Refused::NotAllowed("Your account was switched off.".into()));
                }
                _ => return Err(Refused::BadCredential("The token is not known here.".into())),
            };
            let user = UserId::new(format!("U-{word}")).unwrap();
            Ok(Visitor::new(user, word, role, by, format!("session of {word}")))
        };
        if let Some(token) = header("authorization") {
            return known(token.trim_start_matches("Bearer "), Credential::Bearer);
        }
        let cookie =
            header("cookie").and_then(|it| it.split("; ").find_map(|it| it.strip_prefix("visit=")));
        known(cookie.ok_or(Refused::Nobody)?, Credential::Ambient)
    }

    fn sign_in(&self) -> Option<String> {
        Some("/sign-in".to_owned())
    }

    fn sign_out(&self) -> Option<String> {
        Some("/sign-out".to_owned())
    }
}

/// The console behind this door, at the root of its host.
pub(crate) fn console(ports: &Ports) -> Console {
    built(Console::builder(ports.clone(), Arc::new(Door)))
}

pub(crate) fn built(builder: ConsoleBuilder) -> Console {
    builder.name("Shree").build().unwrap()
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The token of the page's forms.
    pub(crate) fn token(&self) -> String {
        let text = self.text();
        let (_, behind) = text.split_once(r#"name="csrf" value=""#).expect("a form");
        behind.split('"').next().unwrap().to_owned()
    }
}

/// A request of somebody; `who` has the headers that show it.
pub(crate) fn request(method: Method, path: &str, who: &[(&str, &str)]) -> Builder {
    let request = Request::builder().method(method).uri(path).header("host", "shop.example");
    who.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

pub(crate) async fn ask(console: &Router, request: Builder, body: &str) -> Answer {
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let (parts, body) = console.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Answer { status: parts.status, headers: parts.headers, bytes }
}

/// A page as a manager's browser gets it.
pub(crate) async fn get(console: &Router, path: &str) -> Answer {
    ask(console, request(Method::GET, path, &[("cookie", "visit=manager")]), "").await
}

/// A form as the browser of somebody sends it from the console's own page.
pub(crate) async fn post(console: &Router, path: &str, who: &str, body: &str) -> Answer {
    let form = request(Method::POST, path, &[("cookie", who)])
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("origin", "https://shop.example");
    ask(console, form, body).await
}
