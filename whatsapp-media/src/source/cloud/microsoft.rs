//! OneDrive, of people and of organisations, and SharePoint.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use url::Url;
use whatsapp_core::port::SourceError;

use super::{folder, is_id, query, segments};

/// Where the drives of people are since they were moved to SharePoint.
const PERSONAL: &str = "my.microsoftpersonalcontent.com";

/// A file in OneDrive or SharePoint.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::source) struct Shared {
    /// The link as Microsoft's interfaces take it: `u!` and base64url.
    pub(in crate::source) share: String,
    /// Where anybody can download it.
    pub(super) download: String,
}

/// What a link of OneDrive or SharePoint shares.
pub(super) fn shared(url: &Url) -> Result<Option<Shared>, SourceError> {
    let Some(host) = url.host_str() else { return Ok(None) };
    let parts = segments(url);
    let download = if host == "1drv.ms" {
        Some(short(url, &parts)?)
    } else if host == "onedrive.live.com" {
        personal(url, &parts)?
    } else if host.strip_suffix(".sharepoint.com").is_some_and(|tenant| !tenant.is_empty()) {
        by_marks(host, &parts)?.or_else(|| with_download(url, &parts))
    } else {
        None
    };
    let share = || share(url.as_str());
    Ok(download.map(|download| Shared { share: share(), download }))
}

/// `1drv.ms/b/c/OWNER/TOKEN`, or `1drv.ms/b/s!TOKEN` of drives that were not moved.
fn short(url: &Url, parts: &[&str]) -> Result<String, SourceError> {
    match parts {
        ["f", ..] => Err(folder()),
        [_, "c", owner, token] if is_id(owner) && is_id(token) => {
            Ok(download_page(PERSONAL, &["personal", owner], token))
        }
        _ => Ok(through_shares(url)),
    }
}

/// Links from the address bar: what they show was a `1drv.ms` link, which is still in them, or has
/// SharePoint's marks, or lies in a drive that was not moved.
fn personal(url: &Url, parts: &[&str]) -> Result<Option<String>, SourceError> {
    if parts.first().is_some_and(|first| ["download", "download.aspx"].contains(first)) {
        return Ok(None);
    }
    if let Some(download) = by_marks(PERSONAL, parts)? {
        return Ok(Some(download));
    }
    let redeemed = query(url, "redeem").and_then(|code| {
        let code = code.trim_end_matches('=').replace('+', "-").replace('/', "_");
        let link = URL_SAFE_NO_PAD.decode(code).ok()?;
        Url::parse(std::str::from_utf8(&link).ok()?).ok()
    });
    match redeemed {
        Some(link) if link.scheme() == "https" && link.host_str() == Some("1drv.ms") => {
            short(&link, &segments(&link)).map(Some)
        }
        _ => Ok(Some(through_shares(url))),
    }
}

/// SharePoint's own links: a mark for the kind of file, one for the kind of place, where, and a
/// token: `/:b:/g/personal/asha_shop_example/TOKEN`, `/:b:/s/accounts/TOKEN`.
fn by_marks(host: &str, parts: &[&str]) -> Result<Option<String>, SourceError> {
    let [kind, place, within @ .., token] = parts else { return Ok(None) };
    if kind.len() != 3 || !kind.starts_with(':') || !kind.ends_with(':') {
        return Ok(None);
    }
    if kind.eq_ignore_ascii_case(":f:") {
        return Err(folder());
    }
    if !is_id(token) {
        return Ok(None);
    }
    let site: Vec<&str> = match (*place, within) {
        ("g", within) => within.to_vec(),
        ("s", [site]) => vec!["sites", site],
        ("t", [team]) => vec!["teams", team],
        ("p", [person]) => vec!["personal", person],
        _ => return Ok(None),
    };
    Ok(Some(download_page(host, &site, token)))
}

/// The page that gives a shared file itself, without the cookie that the sharing link sets first.
fn download_page(host: &str, site: &[&str], token: &str) -> String {
    let site: String = site.iter().flat_map(|part| ["/", *part]).collect();
    format!("https://{host}{site}/_layouts/15/download.aspx?share={token}")
}

/// Any other link of SharePoint: the same, with the wish for the file instead of a page about it.
fn with_download(url: &Url, parts: &[&str]) -> Option<String> {
    if parts.last() == Some(&"download.aspx") {
        return None;
    }
    let mut url = url.clone();
    url.set_fragment(None);
    if query(&url, "download").is_none() {
        url.query_pairs_mut().append_pair("download", "1");
    }
    Some(url.into())
}

/// Through the interface for shared files, which takes links of drives that were not moved.
fn through_shares(url: &Url) -> String {
    format!("https://api.onedrive.com/v1.0/shares/{}/root/content", share(url.as_str()))
}

/// A link as Microsoft's interfaces take it.
fn share(link: &str) -> String {
    format!("u!{}", URL_SAFE.encode(link).trim_end_matches('='))
}
