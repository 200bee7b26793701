//! Light or dark: kept by the browser.

use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::Response;

use super::see_other;
use crate::oops::Oops;
use crate::visit::{THEME_COOKIE, Theme, Typed, Visit};

/// A year.
const KEPT: u32 = 365 * 24 * 60 * 60;

/// Changes the theme and leads back to the page.
pub(crate) async fn choose(visit: Visit, typed: Typed) -> Result<Response, Oops> {
    let theme = Theme::read(typed.get("theme"));
    let back = typed.get("back");
    // It came from a page of ours, and is a path within the console: nothing that leads elsewhere.
    let back = if is_within(back) { back } else { "overview" };
    let mut response = see_other(&visit.links.page(back))?;
    // Without a path the browser keeps it for the folder of this address: the console, wherever it is.
    let cookie =
        format!("{THEME_COOKIE}={}; Max-Age={KEPT}; HttpOnly; SameSite=Lax", theme.as_str());
    let cookie = HeaderValue::try_from(cookie).map_err(|_| Oops::Broken("a cookie is none"))?;
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}

/// Whether this is a page's path from the console's root: letters, digits, and what keys and queries have.
fn is_within(back: &str) -> bool {
    let path = back.split('?').next().unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/.~+:".contains(&byte);
    let is_shown = back.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    // No part is a step up, and the first one is no scheme.
    let parts_are_names = path.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    let has_scheme = path.split('/').next().is_some_and(|part| part.contains(':'));
    path.bytes().all(is_plain) && is_shown && parts_are_names && !has_scheme
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn the_way_back_stays_within_the_console() {
        for within in [
            "overview",
            "messages/0190b1c2",
            "messages?about=a%26b&sort=oldest",
            "customers/a~2Fb.c",
            "held/81/T+3/approve",
        ] {
            assert!(is_within(within), "{within}");
        }
        for elsewhere in [
            "",
            "?",
            "//evil.example",
            "/etc",
            "https://evil.example",
            "..",
            "../x",
            "messages/../../x",
            "javascript:alert(1)",
            "overview/",
            "a\\b",
            "a?b c",
            "a\r\nb",
        ] {
            assert!(!is_within(elsewhere), "{elsewhere:?}");
        }
    }
}
