//! The style sheet, the script and the icon. Their names hold a hash of what they say, so that browsers
//! keep them for ever and still have the newest.

use std::sync::LazyLock;

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use sha2::{Digest, Sha256};

/// The assets of this build.
pub(crate) static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    css: Asset::new(include_str!("../assets/console.css"), "css", "text/css; charset=utf-8"),
    js: Asset::new(include_str!("../assets/console.js"), "js", "text/javascript; charset=utf-8"),
    icon: format!(
        "data:image/svg+xml,{}",
        utf8_percent_encode(include_str!("../assets/icon.svg").trim_end(), DATA)
    ),
});

/// What an address of `data:` cannot hold as it is, within an attribute of a page.
const DATA: &AsciiSet = &CONTROLS.add(b'"').add(b'#').add(b'%').add(b'&').add(b'<').add(b'>');

/// The files that pages refer to.
#[derive(Debug)]
pub(crate) struct Assets {
    /// The style sheet.
    pub(crate) css: Asset,
    /// The script.
    pub(crate) js: Asset,
    /// The icon as an address, which costs no request.
    pub(crate) icon: String,
}

/// A file.
#[derive(Debug)]
pub(crate) struct Asset {
    /// Its name, with the hash.
    pub(crate) name: String,
    text: &'static str,
    content_type: &'static str,
}

impl Asset {
    fn new(text: &'static str, ending: &str, content_type: &'static str) -> Self {
        let hash = hex::encode(Sha256::digest(text.as_bytes()).get(..8).unwrap_or_default());
        Self { name: format!("console.{hash}.{ending}"), text, content_type }
    }
}

/// The file with this name.
pub(crate) fn serve(name: &str) -> Option<Response> {
    let asset = [&ASSETS.css, &ASSETS.js].into_iter().find(|asset| asset.name == name)?;
    let mut response = asset.text.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    let for_ever = "public, max-age=31536000, immutable";
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(for_ever));
    Some(response)
}
