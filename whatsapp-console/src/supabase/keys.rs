//! The keys that a project signs by: a secret, or keys that it publishes.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey};
use reqwest::{Client, redirect, retry};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;
use whatsapp_core::port::Clock;

use super::SupabaseError;
use super::token::does_not_hold;
use crate::gate::Refused;

/// Time for which published keys hold before they are fetched anew.
const HOLD: Duration = Duration::from_secs(10 * 60);

/// Shortest time between two fetches, even where tokens name keys that are not there.
const AGAIN: Duration = Duration::from_secs(60);

/// Shortest time to the next fetch after one that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(10);

/// Timeout of a fetch.
const TIME_MAX: Duration = Duration::from_secs(5);

/// The largest answer that is read.
const SIZE_MAX: usize = 64 * 1024;

/// The most keys that are taken.
const KEYS_MAX: usize = 20;

/// The fewest bytes of a secret.
const SECRET_MIN: usize = 32;

/// The way in which a project signs. A token that names another algorithm is not valid.
#[derive(Clone)]
#[non_exhaustive]
pub enum SupabaseKeys {
    /// By HS256 with the project's JWT secret.
    Secret(SecretString),
    /// By ES256, with keys that the project publishes.
    Es256,
    /// By RS256, with keys that the project publishes.
    Rs256,
}

impl fmt::Debug for SupabaseKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret(_) => "Secret",
            Self::Es256 => "Es256",
            Self::Rs256 => "Rs256",
        })
    }
}

/// The keys at hand.
pub(super) enum Keys {
    Secret(Box<DecodingKey>),
    Published(Box<Published>),
}

/// Keys that the project publishes.
pub(super) struct Published {
    algorithm: Algorithm,
    address: String,
    client: Client,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
    /// Lock for a single fetch at a time.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<String, DecodingKey>,
    /// Time of the last fetch, if there was one.
    at: Option<Duration>,
    /// Time before which nothing is fetched.
    not_before: Duration,
}

impl Keys {
    pub(super) fn new(
        keys: SupabaseKeys,
        issuer: &str,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SupabaseError> {
        let algorithm = match keys {
            SupabaseKeys::Secret(secret) => {
                let bytes = secret.expose_secret().as_bytes();
                if bytes.len() < SECRET_MIN {
                    return Err(SupabaseError::WeakSecret(bytes.len()));
                }
                let key = DecodingKey::from_secret(bytes);
                let key = key.map_err(|_| SupabaseError::WeakSecret(bytes.len()))?;
                return Ok(Self::Secret(Box::new(key)));
            }
            SupabaseKeys::Es256 => Algorithm::ES256,
            SupabaseKeys::Rs256 => Algorithm::RS256,
        };
        let client = Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .timeout(TIME_MAX)
            .https_only(issuer.starts_with("https://"))
            .no_proxy()
            .build()
            .map_err(|error| SupabaseError::Client(error.without_url().to_string()))?;
        Ok(Self::Published(Box::new(Published {
            algorithm,
            address: format!("{issuer}/.well-known/jwks.json"),
            client,
            clock,
            known: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
        })))
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        match self {
            Self::Secret(_) => Algorithm::HS256,
            Self::Published(published) => published.algorithm,
        }
    }

    /// Finds the key that a token was signed by.
    pub(super) async fn of(&self, id: Option<&str>) -> Result<DecodingKey, Refused> {
        match self {
            Self::Secret(key) => Ok((**key).clone()),
            Self::Published(published) => {
                let id = id.filter(|id| !id.is_empty()).ok_or_else(does_not_hold)?;
                published.of(id).await
            }
        }
    }
}

impl Published {
    async fn of(&self, id: &str) -> Result<DecodingKey, Refused> {
        if let (Some(key), true) = self.key(id) {
            return Ok(key);
        }
        {
            let _one = self.fetching.lock().await;
            // Another request may have fetched them meanwhile.
            if let (Some(key), true) = self.key(id) {
                return Ok(key);
            }
            if self.may_fetch() {
                self.fetch().await;
            }
        }
        // If a fetch failed, the keys that were there stay valid.
        let has_any = self.known().at.is_some();
        match self.key(id) {
            (Some(key), _) => Ok(key),
            (None, _) if has_any => Err(does_not_hold()),
            (None, _) => Err(Refused::Unavailable),
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A key, and whether the keys were fetched a short time ago.
    fn key(&self, id: &str) -> (Option<DecodingKey>, bool) {
        let (known, now) = (self.known(), self.clock.monotonic());
        let is_new = known.at.is_some_and(|at| now.saturating_sub(at) < HOLD);
        (known.keys.get(id).cloned(), is_new)
    }

    fn may_fetch(&self) -> bool {
        let known = self.known();
        self.clock.monotonic() >= known.not_before
    }

    async fn fetch(&self) {
        let fetched = self.fetched().await;
        let (mut known, now) = (self.known(), self.clock.monotonic());
        match fetched {
            Ok(keys) => {
                *known = Known { keys, at: Some(now), not_before: now + AGAIN };
            }
            Err(why) => {
                known.not_before = now + AFTER_FAILURE;
                tracing::warn!("the project's keys cannot be fetched: {why}");
            }
        }
    }

    async fn fetched(&self) -> Result<HashMap<String, DecodingKey>, String> {
        let failed = |error: reqwest::Error| error.without_url().to_string();
        let mut response = self.client.get(&self.address).send().await.map_err(failed)?;
        if !response.status().is_success() {
            return Err(format!("it answers {}", response.status().as_u16()));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > SIZE_MAX {
                return Err("the answer is larger than any list of keys".to_owned());
            }
        }
        let set: KeySet =
            serde_json::from_slice(&bytes).map_err(|_| "the answer is no list of keys")?;
        let keys = set.keys.into_iter().take(KEYS_MAX);
        let keys: HashMap<_, _> = keys.filter_map(|key| usable(key, self.algorithm)).collect();
        // An empty list would lock everybody out for as long as it is kept.
        if keys.is_empty() { Err("no key of it can be used".to_owned()) } else { Ok(keys) }
    }
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

/// A published key (RFC 7517).
#[derive(Deserialize)]
struct PublishedKey {
    kty: String,
    kid: String,
    alg: Option<String>,
    #[serde(rename = "use")]
    for_what: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

/// A key of the configured kind that checks signatures; others are left out.
fn usable(key: Value, algorithm: Algorithm) -> Option<(String, DecodingKey)> {
    let key: PublishedKey = serde_json::from_value(key).ok()?;
    let name = if algorithm == Algorithm::ES256 { "ES256" } else { "RS256" };
    let is_for_it = key.alg.as_deref().is_none_or(|alg| alg == name)
        && key.for_what.as_deref().is_none_or(|it| it == "sig")
        && !key.kid.is_empty();
    let made = match (algorithm, &*key.kty) {
        _ if !is_for_it => return None,
        (Algorithm::ES256, "EC") if key.crv.as_deref() == Some("P-256") => {
            DecodingKey::from_ec_components(&key.x?, &key.y?)
        }
        (Algorithm::RS256, "RSA") => DecodingKey::from_rsa_components(&key.n?, &key.e?),
        _ => return None,
    };
    Some((key.kid, made.ok()?))
}
