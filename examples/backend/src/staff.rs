//! Who may open the console: the shop's one manager, known by a key that the program prints. A real
//! back-end has people and sessions of its own; the console asks it the same question.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::extract::{Form, State};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use uuid::Uuid;
use whatsapp_console::{Credential, Gate, Refused, Role, Visitor};
use whatsapp_core::UserId;
use whatsapp_core::port::{Entropy, random};

/// Where the key is typed.
pub const SIGN_IN: &str = "/sign-in";

/// Where the console is.
pub const CONSOLE: &str = "/console";

const COOKIE_NAME: &str = "shop-manager";

const FORM: &str = r#"<!doctype html><html lang="en"><title>Shop</title>
<form method="post"><label>The manager's key, as the program printed it
<input name="key" type="password" autocomplete="off" required></label> <button>Sign in</button></form>"#;

/// The manager's key. It is never the same twice, and not printed by `Debug`.
#[derive(Clone)]
pub struct Staff {
    key: Arc<str>,
}

impl Staff {
    /// A new key, for as long as this program runs.
    #[must_use]
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self { key: Uuid::from_bytes(random(entropy)).simple().to_string().into() }
    }

    /// The key, to be told to the manager.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The page to sign in on.
    pub fn routes(&self) -> Router {
        let form = || async { ([(CONTENT_TYPE, "text/html; charset=utf-8")], FORM) };
        Router::new().route(SIGN_IN, get(form).post(enter)).with_state(self.clone())
    }

    /// Whether this is the key, in the same time whichever character is wrong.
    fn is(&self, typed: &str) -> bool {
        let differ = |(typed, right): (u8, u8)| typed ^ right;
        let wrong = typed.bytes().zip(self.key.bytes()).map(differ).fold(0, |all, it| all | it);
        typed.len() == self.key.len() && wrong == 0
    }
}

impl std::fmt::Debug for Staff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Staff")
    }
}

async fn enter(State(staff): State<Staff>, Form(typed): Form<Vec<(String, String)>>) -> Response {
    let key = typed.into_iter().find(|(name, _)| name == "key").map(|(_, key)| key);
    let Some(key) = key.filter(|key| staff.is(key.trim())) else {
        return (StatusCode::UNAUTHORIZED, "this is not the key that the program printed")
            .into_response();
    };
    // Over https a cookie is `Secure` as well.
    let cookie = format!("{COOKIE_NAME}={}; Path=/; HttpOnly; SameSite=Lax", key.trim());
    let Ok(cookie) = HeaderValue::try_from(cookie) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let console = HeaderValue::from_static(CONSOLE);
    (StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, console)]).into_response()
}

#[async_trait]
impl Gate for Staff {
    async fn enter(&self, request: &Parts) -> Result<Visitor, Refused> {
        let cookies = request.headers.get_all(COOKIE).into_iter();
        let cookies = cookies.filter_map(|cookie| cookie.to_str().ok());
        let mut pairs =
            cookies.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
        let key = pairs.find(|(name, _)| *name == COOKIE_NAME).map(|(_, key)| key);
        if !key.is_some_and(|key| self.is(key)) {
            return Err(Refused::Nobody);
        }
        let user = UserId::new("manager").map_err(|_| Refused::Nobody)?;
        Ok(Visitor::new(user, "Manager", Role::Manager, Credential::Ambient, self.key()))
    }

    fn sign_in(&self) -> Option<String> {
        Some(SIGN_IN.to_owned())
    }
}
