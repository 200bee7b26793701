//! OneDrive, of people and of organisations, and SharePoint.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use url::Url;
use whatsapp_core::port::SourceError;

use super::{Way, folder, is_id, query, segments};

/// Server of personal drives since they were moved to SharePoint.
const PERSONAL: &str = "my.microsoftpersonalcontent.com";

/// A file in OneDrive or SharePoint.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::source) struct Shared {
    /// The link in the form of Microsoft's interfaces: `u!` and base64url.
    pub(in crate::source) share: String,
    /// The link for anybody to download it; `None` for personal drives, which have an interface.
    download: Option<String>,
}

impl Shared {
    /// Returns the way for anybody to read it, if it is shared with everybody.
    pub(super) fn way(&self) -> Way {
        let personal = || Way::OneDrive(self.share.clone());
        self.download.clone().map_or_else(personal, Way::Link)
    }
}

/// Returns true for a server of personal drives.
pub(super) fn is_personal(host: &str) -> bool {
    ["1drv.ms", "onedrive.live.com", PERSONAL].contains(&host)
}

/// Returns the file that a link of OneDrive or SharePoint shares.
pub(super) fn shared(url: &Url) -> Result<Option<Shared>, SourceError> {
    let Some(host) = url.host_str() else { return Ok(None) };
    let parts = segments(url);
    if host == "1drv.ms" {
        return short(url).map(Some);
    }
    if host == "onedrive.live.com" {
        return personal(url, &parts);
    }
    if host.strip_suffix(".sharepoint.com").is_none_or(str::is_empty) {
        return Ok(None);
    }
    let download = match guest(url, &parts)? {
        Some(link) => Some(link),
        None => by_marks(host, &parts)?.or_else(|| with_download(url, &parts)),
    };
    Ok(download.map(|link| Shared { share: share(url.as_str()), download: Some(link) }))
}

/// Reads `1drv.ms/b/c/OWNER/TOKEN`, or `1drv.ms/b/s!TOKEN` of a drive that was not moved.
fn short(url: &Url) -> Result<Shared, SourceError> {
    if segments(url).first() == Some(&"f") {
        return Err(folder());
    }
    Ok(Shared { share: share(url.as_str()), download: None })
}

/// Reads a link from the address bar, which was a `1drv.ms` link before. That link is still in it,
/// or can be built from SharePoint's marks. Otherwise the file is in a drive that was not moved.
fn personal(url: &Url, parts: &[&str]) -> Result<Option<Shared>, SourceError> {
    if parts.first().is_some_and(|first| ["download", "download.aspx"].contains(first)) {
        return Ok(None);
    }
    let redeemed = query(url, "redeem").and_then(|code| {
        let code = code.trim_end_matches('=').replace('+', "-").replace('/', "_");
        let link = URL_SAFE_NO_PAD.decode(code).ok()?;
        Url::parse(std::str::from_utf8(&link).ok()?).ok()
    });
    let redeemed = redeemed.filter(|link| link.as_str().starts_with("https://1drv.ms/"));
    let marked = || match parts {
        [mark, "g", "personal", owner, token] if is_id(owner) && is_id(token) => {
            let kind = mark.strip_prefix(':')?.strip_suffix(':').filter(|kind| is_id(kind))?;
            Url::parse(&format!("https://1drv.ms/{kind}/c/{owner}/{token}")).ok()
        }
        _ => None,
    };
    short(&redeemed.or_else(marked).unwrap_or_else(|| url.clone())).map(Some)
}

/// Reads a link of SharePoint's older kind: the page for guests, beside which another page gives
/// the file itself.
fn guest(url: &Url, parts: &[&str]) -> Result<Option<String>, SourceError> {
    if !parts.last().is_some_and(|last| last.eq_ignore_ascii_case("guestaccess.aspx")) {
        return Ok(None);
    }
    if query(url, "folderid").is_some() {
        return Err(folder());
    }
    let mut url = url.clone();
    url.set_fragment(None);
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().pop().push("download.aspx");
    }
    Ok(Some(url.into()))
}

/// Reads a link of SharePoint's own form: a mark for the kind of file, a mark for the kind of
/// place, the place, and a token. For example `/:b:/g/personal/asha_shop_example/TOKEN`,
/// `/:b:/s/accounts/TOKEN`.
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

/// Returns the page that gives a shared file itself, without the cookie that the sharing link sets
/// first.
fn download_page(host: &str, site: &[&str], token: &str) -> String {
    let site: String = site.iter().flat_map(|part| ["/", *part]).collect();
    format!("https://{host}{site}/_layouts/15/download.aspx?share={token}")
}

/// Returns any other link of SharePoint with a parameter that asks for the file instead of a page
/// about it.
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

/// Returns a link in the form of Microsoft's interfaces.
fn share(link: &str) -> String {
    format!("u!{}", URL_SAFE.encode(link).trim_end_matches('='))
}
