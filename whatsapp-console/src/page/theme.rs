//! The theme, light or dark, which the browser keeps.

use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::Response;

use super::see_other;
use crate::links::within::is_within;
use crate::oops::Oops;
use crate::typed::Typed;
use crate::visit::{THEME_COOKIE, Theme, Visit};

/// Lifetime of the cookie: a year, in seconds.
const KEPT: u32 = 365 * 24 * 60 * 60;

/// Changes the theme and leads back to the page.
pub(crate) async fn choose(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    let theme = Theme::read(typed.get("theme"));
    let back = typed.get("back");
    // It came from a page of ours, and is a path within the console: nothing that leads elsewhere.
    let back = if is_within(back) { back } else { "overview" };
    let mut response = see_other(&visit.links.page(back))?;
    // Without a path the browser keeps it for the folder of this address: the console,
    // wherever it is.
    let cookie =
        format!("{THEME_COOKIE}={}; Max-Age={KEPT}; HttpOnly; SameSite=Lax", theme.as_str());
    let cookie = HeaderValue::try_from(cookie).map_err(|_| Oops::Broken("a cookie is none"))?;
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}
