//! A console behind the gate, people with roles, and tokens.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use axum::Router;
use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::SecretString;
use serde_json::{Value, json};
use whatsapp_console::{
    Console, Member, Role, RoleDirectory, RolesUnread, SupabaseGate, SupabaseKeys,
};
use whatsapp_core::UserId;

use crate::door::{Answer, ask, request};
use crate::shop::Shop;

pub(crate) const PROJECT: &str = "https://abcdefghijklmnopqrst.supabase.co";
pub(crate) const SECRET: &str = "super-secret-jwt-token-with-at-least-32-characters-long";

/// The roles of a few people, and the number of times they were asked for.
#[derive(Debug, Default)]
pub(crate) struct Profiles {
    pub(crate) asked: AtomicU32,
    pub(crate) changed: std::sync::Mutex<Option<Member>>,
    pub(crate) broken: std::sync::atomic::AtomicBool,
}

#[async_trait]
impl RoleDirectory for Profiles {
    async fn member(&self, user: &UserId) -> Result<Option<Member>, RolesUnread> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.broken.load(Ordering::Relaxed) {
            return Err(RolesUnread("the database is away".to_owned()));
        }
        if let Some(member) = self.changed.lock().unwrap().clone() {
            return Ok(Some(member));
        }
        Ok(match user.as_str() {
            "u-manager" => Some(Member::new("Asha Rao", Role::Manager)),
            "u-admin" => Some(Member::new("Vik", Role::Admin)),
            "u-viewer" => Some(Member::new("Meera", Role::Viewer)),
            "u-off" => Some(Member::new("Ravi", Role::Manager).switched_off()),
            _ => None,
        })
    }
}

pub(crate) struct Scene {
    pub(crate) shop: Shop,
    pub(crate) roles: Arc<Profiles>,
    pub(crate) console: Console,
    pub(crate) site: Router,
    pub(crate) issuer: String,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::of(PROJECT, SupabaseKeys::Secret(SecretString::from(SECRET)))
    }

    pub(crate) fn of(project: &str, keys: SupabaseKeys) -> Self {
        let (shop, roles) = (Shop::new(), Arc::new(Profiles::default()));
        let clock = Arc::new(shop.clock.clone());
        let gate = SupabaseGate::new(project, keys, roles.clone(), clock).unwrap();
        let console = Console::builder(shop.ports.clone(), Arc::new(gate)).build().unwrap();
        let issuer = format!("{}/auth/v1", project.trim_end_matches('/'));
        Self { shop, roles, site: console.router(), console, issuer }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        use whatsapp_core::port::Clock as _;
        self.shop.clock.now()
    }

    /// The claims of a manager's token.
    pub(crate) fn claims(&self) -> Value {
        let now = self.now().timestamp();
        json!({
            "iss": self.issuer, "aud": "authenticated", "role": "authenticated",
            "sub": "u-manager", "session_id": "s-1", "iat": now, "exp": now + 3_600,
            "email": "asha@shop.example", "is_anonymous": false,
        })
    }

    pub(crate) fn with(&self, name: &str, value: Value) -> Value {
        let mut claims = self.claims();
        claims[name] = value;
        claims
    }

    pub(crate) async fn get(&self, token: &str) -> Answer {
        let value = format!("Bearer {token}");
        let shown = [("authorization", &*value)];
        ask(&self.site, request(Method::GET, "/keys", &shown), "").await
    }

    pub(crate) async fn status(&self, token: &str) -> StatusCode {
        self.get(token).await.status
    }
}

/// A token signed by the project's secret.
pub(crate) fn signed(claims: &Value) -> String {
    by(&Header::new(Algorithm::HS256), claims, SECRET.as_bytes())
}

pub(crate) fn by(header: &Header, claims: &Value, secret: &[u8]) -> String {
    encode(header, claims, &EncodingKey::from_secret(secret).unwrap()).unwrap()
}

pub(crate) fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
