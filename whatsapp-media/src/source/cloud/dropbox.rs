//! Dropbox.

use url::Url;
use whatsapp_core::attachment::AttachmentKind;
use whatsapp_core::port::SourceError;

use super::{folder, query, segments};

pub(super) fn is_here(host: &str) -> bool {
    host == "dropbox.com" || host == "www.dropbox.com"
}

/// Returns the link for anybody to download a file shared by Dropbox; `None` if the link leads
/// there itself.
pub(super) fn download(url: &Url) -> Result<Option<String>, SourceError> {
    if !url.host_str().is_some_and(is_here) {
        return Ok(None);
    }
    let parts = segments(url);
    match parts.as_slice() {
        ["s", _, ..] | ["scl", "fi", _, ..] => {}
        // A link to a shared folder, or to a file within.
        ["sh", .., last] | ["scl", "fo", .., last] => {
            if AttachmentKind::from_name(last).is_none() {
                return Err(folder());
            }
        }
        _ => return Ok(None),
    }
    let is_file = |name| query(url, name).is_some_and(|value| value == "1");
    if is_file("dl") || is_file("raw") {
        return Ok(None);
    }
    let mut url = url.clone();
    let kept = url.query().unwrap_or_default().split('&');
    let kept = kept
        .filter(|pair| !pair.is_empty() && !matches!(pair.split('=').next(), Some("dl" | "raw")));
    let query = kept.chain(["dl=1"]).collect::<Vec<_>>().join("&");
    url.set_query(Some(&query));
    url.set_fragment(None);
    Ok(Some(url.into()))
}
