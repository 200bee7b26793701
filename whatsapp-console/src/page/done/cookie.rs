//! The cookie of a notice: its parts, its proof, and how it is given and taken away.

use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use chrono::TimeDelta;
use whatsapp_core::audit::AuditTarget;

use crate::gate::Visitor;
use crate::oops::Oops;
use crate::secret::ConsoleSecret;
use crate::visit::DONE_COOKIE;

/// Takes the cookie away once a page has said its notice.
pub(crate) fn is_said(response: &mut Response) -> Result<(), Oops> {
    response.headers_mut().append(SET_COOKIE, cookie("", TimeDelta::zero())?);
    Ok(())
}

/// The cookie with this content and lifetime.
pub(super) fn cookie(told: &str, lasts: TimeDelta) -> Result<HeaderValue, Oops> {
    let lasts = lasts.num_seconds();
    // Its page may be any of the console's, and only the browser knows under which path that is.
    let cookie = format!("{DONE_COOKIE}={told}; Path=/; Max-Age={lasts}; HttpOnly; SameSite=Lax");
    HeaderValue::try_from(cookie).map_err(|_| Oops::Broken("a cookie is none"))
}

/// The thing that was acted on, as the cookie names it.
pub(super) fn target(of: &AuditTarget) -> String {
    format!("{}:{}", of.kind(), of.id())
}

/// The path of an address.
pub(super) fn path(address: &str) -> &str {
    address.split('?').next().unwrap_or_default()
}

/// The proof of a notice, over all that it says, its page, and whose visit it is for.
pub(super) fn code(
    secret: &ConsoleSecret,
    visitor: &Visitor,
    path: &str,
    word: &str,
    of: &str,
    at: &str,
) -> hmac::Hmac<sha2::Sha256> {
    let (user, session) = (visitor.user.as_str(), visitor.session.as_str());
    secret.over(&["done", user, session, path, word, of, at])
}
