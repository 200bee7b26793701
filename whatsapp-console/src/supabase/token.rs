//! An access token: its claims, and the check of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde::Deserialize;

use crate::gate::Refused;

/// The longest token, in bytes.
const MAX: usize = 8 * 1024;

/// Time by which clocks may differ, in seconds.
const GRACE: f64 = 30.0;

/// Audience and role of a person's token.
const AUTHENTICATED: &str = "authenticated";

/// A token that names the configured algorithm.
pub(super) struct Token<'a> {
    text: &'a str,
    header: Header,
}

/// The claims of a valid token.
pub(super) struct Claims {
    pub(super) sub: String,
    pub(super) session: String,
}

#[derive(Deserialize)]
struct Told {
    iss: String,
    aud: Audience,
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
    role: String,
    sub: String,
    session_id: Option<String>,
    #[serde(default)]
    is_anonymous: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Some(Vec<String>),
}

#[derive(Deserialize)]
struct RoleAlone {
    role: String,
}

impl<'a> Token<'a> {
    pub(super) fn read(text: &'a str, algorithm: Algorithm) -> Result<Self, Refused> {
        if text.len() > MAX {
            return Err(does_not_hold());
        }
        if is_projects_key(text) {
            return Err(Refused::BadCredential(
                "Send the signed-in manager's access token, not the project's key.".into(),
            ));
        }
        let header = decode_header(text).map_err(|_| does_not_hold())?;
        // Keys and links to keys in a token count for nothing: nothing reads them.
        let is_ours = header.alg == algorithm
            && header.crit.is_none()
            && header.typ.as_deref().is_none_or(|it| it.eq_ignore_ascii_case("jwt"));
        if is_ours { Ok(Self { text, header }) } else { Err(does_not_hold()) }
    }

    /// Id of the key that it was signed by, of several.
    pub(super) fn key_id(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// Reads the claims, if the token is valid at this moment.
    pub(super) fn verify(
        &self,
        key: &DecodingKey,
        issuer: &str,
        now: DateTime<Utc>,
    ) -> Result<Claims, Refused> {
        // The crate would take the machine's time; ours is the port's clock.
        let mut signature_alone = Validation::new(self.header.alg);
        signature_alone.required_spec_claims.clear();
        signature_alone.validate_exp = false;
        signature_alone.validate_aud = false;
        let told: Told =
            decode(self.text, key, &signature_alone).map_err(|_| does_not_hold())?.claims;
        #[expect(clippy::cast_precision_loss, reason = "exact for some centuries")]
        let now = now.timestamp_micros() as f64 / 1e6;
        if told.exp + GRACE < now {
            return Err(Refused::BadCredential(
                "The access token has expired. Sign in again, or renew it.".into(),
            ));
        }
        let begins = [told.nbf, told.iat].into_iter().flatten().fold(f64::MIN, f64::max);
        let is_for_people = match &told.aud {
            Audience::One(aud) => aud == AUTHENTICATED,
            Audience::Some(all) => all.iter().any(|aud| aud == AUTHENTICATED),
        };
        let holds = begins - GRACE <= now
            && told.iss == issuer
            && is_for_people
            && told.role == AUTHENTICATED
            && !told.is_anonymous;
        if !holds {
            return Err(does_not_hold());
        }
        let session = told.session_id.unwrap_or_else(|| told.sub.clone());
        Ok(Claims { sub: told.sub, session })
    }
}

pub(super) fn does_not_hold() -> Refused {
    Refused::BadCredential("The access token does not hold.".into())
}

/// Returns true for one of the project's own keys. It is checked before the signature, for such a
/// key lets nobody in.
fn is_projects_key(text: &str) -> bool {
    if text.starts_with("sb_publishable_") || text.starts_with("sb_secret_") {
        return true;
    }
    let claims = text.split('.').nth(1).and_then(|it| URL_SAFE_NO_PAD.decode(it).ok());
    let told = claims.and_then(|it| serde_json::from_slice::<RoleAlone>(&it).ok());
    told.is_some_and(|told| told.role == "anon" || told.role == "service_role")
}
