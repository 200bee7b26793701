//! The token by which a form proves that it was made for this visit.

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use whatsapp_core::port::random;

use crate::gate::Visitor;
use crate::inner::Inner;
use crate::secret::ConsoleSecret;
use crate::typed::Typed;
use crate::visit::Visit;

/// Days for which a token is valid: a form may lie open over a weekend and a holiday.
const DAYS: i64 = 8;

const BYTES: usize = 32;

/// Makes a new token. It looks different each time, so that an answer's compressed size tells
/// nothing of it.
pub(crate) fn new(inner: &Inner, visitor: &Visitor, now: DateTime<Utc>) -> String {
    let pad = random::<BYTES>(inner.ports.entropy());
    let mac: [u8; BYTES] = code(&inner.secret, visitor, day(now)).finalize().into_bytes().into();
    let mut token = pad.to_vec();
    token.extend(pad.iter().zip(mac).map(|(pad, byte)| pad ^ byte));
    URL_SAFE_NO_PAD.encode(token)
}

/// Tells whether a form, or the header in its place, has a token of this visit.
pub(crate) fn holds(visit: &Visit, headers: &HeaderMap, typed: &Typed) -> bool {
    let header = headers.get("x-csrf-token").and_then(|it| it.to_str().ok());
    let token = header.unwrap_or_else(|| typed.get("csrf"));
    is_of(&visit.inner.secret, &visit.visitor, visit.now, token)
}

fn is_of(secret: &ConsoleSecret, visitor: &Visitor, now: DateTime<Utc>, token: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
    let Some((pad, masked)) = bytes.split_first_chunk::<BYTES>() else { return false };
    let Ok(masked) = <[u8; BYTES]>::try_from(masked) else { return false };
    let given: Vec<u8> = pad.iter().zip(masked).map(|(pad, byte)| pad ^ byte).collect();
    let today = day(now);
    (0..DAYS).any(|ago| code(secret, visitor, today - ago).verify_slice(&given).is_ok())
}

fn code(secret: &ConsoleSecret, visitor: &Visitor, day: i64) -> Hmac<Sha256> {
    secret.over(&[visitor.user.as_str(), visitor.session.as_str(), &day.to_string()])
}

const fn day(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(24 * 60 * 60)
}
