//! The style sheet, the script and the icon. Their names have a hash of their content, so that
//! browsers keep them for ever and still have the newest.

use std::sync::LazyLock;

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use sha2::{Digest, Sha256};

/// The assets of this build.
pub(crate) static ASSETS: LazyLock<Assets> = LazyLock::new(|| Assets {
    css: Asset::new(
        bare(include_str!("../assets/console.css"), "/*", ""),
        "css",
        "text/css; charset=utf-8",
    ),
    js: Asset::new(
        bare(include_str!("../assets/console.js"), "//", "\n"),
        "js",
        "text/javascript; charset=utf-8",
    ),
    icon: format!(
        "data:image/svg+xml,{}",
        utf8_percent_encode(include_str!("../assets/icon.svg").trim_end(), DATA)
    ),
});

/// Characters that a `data:` address within an attribute of a page must escape.
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

/// A file that the console serves.
#[derive(Debug)]
pub(crate) struct Asset {
    /// The file's name, with the hash.
    pub(crate) name: String,
    text: String,
    content_type: &'static str,
}

impl Asset {
    fn new(text: String, ending: &str, content_type: &'static str) -> Self {
        let hash = hex::encode(Sha256::digest(text.as_bytes()).get(..8).unwrap_or_default());
        Self { name: format!("console.{hash}.{ending}"), text, content_type }
    }
}

/// Strips a file to what browsers need: no indentation, and no lines that are a comment.
///
/// The files are written for it: a comment has a line of its own, and no text goes over
/// several lines.
fn bare(text: &str, comment: &str, between: &str) -> String {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with(comment))
        .collect::<Vec<_>>()
        .join(between)
}

/// Serves the file with this name.
pub(crate) fn serve(name: &str) -> Option<Response> {
    let asset = [&ASSETS.css, &ASSETS.js].into_iter().find(|asset| asset.name == name)?;
    let mut response = asset.text.as_str().into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    let for_ever = "public, max-age=31536000, immutable";
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(for_ever));
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bounds that the pages were designed with; what is measured is what a browser gets.
    #[test]
    fn each_file_stays_within_its_own_bound() {
        assert!(ASSETS.css.text.len() <= 14 * 1024, "{}", ASSETS.css.text.len());
        assert!(ASSETS.js.text.len() <= 8 * 1024, "{}", ASSETS.js.text.len());
    }

    /// A comment that goes on after its first line would be served from there on.
    #[test]
    fn what_is_left_out_was_a_whole_comment() {
        let sheet = include_str!("../assets/console.css");
        for line in sheet.lines().map(str::trim).filter(|line| line.contains("/*")) {
            assert!(line.starts_with("/*") && line.ends_with("*/"), "{line}");
        }
        // A rule that goes over two lines within a selector would lose the blank between.
        for line in sheet.lines().map(str::trim).filter(|line| !line.is_empty()) {
            assert!(line.ends_with(['{', '}', ';', ',', '/']), "{line}");
        }
        let script = include_str!("../assets/console.js");
        assert_eq!(script.matches('`').count() % 2, 0);
        for line in script.lines() {
            assert_eq!(line.matches('`').count() % 2, 0, "{line}");
        }
    }

    #[test]
    fn the_texts_of_a_script_stay_as_they_are() {
        let script = "// why\n  f(\"// not a comment\");\n\n  // more\n g();\n";
        assert_eq!(bare(script, "//", "\n"), "f(\"// not a comment\");\ng();");
    }
}
