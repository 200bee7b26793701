//! The bearer token of a request.

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::Refused;

/// Reads the bearer token of a request; `None` where it has no header `Authorization`.
///
/// ```
/// use axum::http::{Error, Request};
/// use whatsapp_console::bearer;
///
/// let asked = |value: &str| -> Result<_, Error> {
///     Ok(Request::get("/").header("authorization", value).body(())?.into_parts().0)
/// };
/// assert_eq!(bearer(&asked("Bearer abc")?), Ok(Some("abc")));
/// assert!(bearer(&asked("Basic YTpi")?).is_err());
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// [`Refused::BadCredential`] for anything else in that header, and where the header is
/// there twice.
pub fn bearer(request: &Parts) -> Result<Option<&str>, Refused> {
    let mut all = request.headers.get_all(AUTHORIZATION).into_iter();
    let Some(only) = all.next() else { return Ok(None) };
    if all.next().is_some() {
        return Err(Refused::BadCredential("The header Authorization is there twice.".into()));
    }
    let token = only.to_str().ok().and_then(|value| value.split_once(' ')).and_then(|it| {
        let (scheme, token) = (it.0, it.1.trim());
        let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        (scheme.eq_ignore_ascii_case("bearer") && is_token).then_some(token)
    });
    let none = || Refused::BadCredential("The header Authorization has no bearer token.".into());
    token.map(Some).ok_or_else(none)
}
