//! Sharing links of cloud drives, recognized by their forms. Pure.

mod dropbox;
mod google;
mod microsoft;
#[cfg(test)]
mod tests;

use percent_encoding::percent_decode_str;
use url::Url;
use whatsapp_core::port::SourceError;

use super::tokens::Cloud;

/// A file that a sharing link leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shared {
    Google(google::Shared),
    Microsoft(microsoft::Shared),
    /// A file of another drive, known only by the link to the file itself.
    Link(String),
}

pub(super) use google::Shared as SharedByGoogle;
pub(super) use microsoft::Shared as SharedByMicrosoft;

/// The way for anybody to read a file that is shared with everybody.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// From this link.
    Link(String),
    /// Through personal OneDrive's interface, by this name.
    OneDrive(String),
}

impl Shared {
    /// Returns the shared file of a link; `None` if it is no sharing link, or one that leads to the
    /// file itself.
    ///
    /// # Errors
    /// [`SourceError::Refused`] for a link to a folder.
    pub(super) fn by(url: &Url) -> Result<Option<Self>, SourceError> {
        let url = &plain(url);
        if let Some(shared) = google::shared(url)? {
            return Ok(Some(Self::Google(shared)));
        }
        if let Some(shared) = microsoft::shared(url)? {
            return Ok(Some(Self::Microsoft(shared)));
        }
        Ok(google::published(url).or(dropbox::download(url)?).map(Self::Link))
    }

    /// Returns the drive of the file, if the host may have its own access to it.
    pub(super) const fn cloud(&self) -> Option<Cloud> {
        match self {
            Self::Google(_) => Some(Cloud::GoogleDrive),
            Self::Microsoft(_) => Some(Cloud::MicrosoftGraph),
            Self::Link(_) => None,
        }
    }

    /// Returns the way for anybody to read the file, if it is shared with everybody.
    pub(super) fn way(&self) -> Way {
        match self {
            Self::Google(shared) => Way::Link(shared.download()),
            Self::Microsoft(shared) => shared.way(),
            Self::Link(link) => Way::Link(link.clone()),
        }
    }
}

/// Returns the advice for a link to a drive that leads to a page: the link to give instead.
pub(super) fn instead(url: &Url) -> Option<&'static str> {
    let host = url.host_str()?;
    if ["drive.google.com", "docs.google.com", "drive.usercontent.google.com"].contains(&host) {
        Some(
            "Google Drive gives a page instead of the file: share the file with anyone who has the \
             link; of a document that was made in Drive, give the link of its own page \
             (docs.google.com), or its PDF",
        )
    } else if microsoft::is_personal(host) {
        Some(
            "OneDrive does not give the file to everybody who has the link: share the file with \
             anyone, and give the link that it copies then, or give the file itself",
        )
    } else if host.ends_with(".sharepoint.com") {
        Some(
            "SharePoint gives a page instead of the file: choose Share and “Anyone with the link”, \
             and give the link that it copies then, or give the file itself",
        )
    } else if dropbox::is_here(host) {
        Some(
            "Dropbox gives a page instead of the file: choose Share and “Anyone with the link”, \
             and give the link that it copies then, or give the file itself",
        )
    } else {
        None
    }
}

/// The refusal of a link to a folder.
pub(super) fn folder() -> SourceError {
    SourceError::refused("the link leads to a folder of a cloud drive: share the file itself")
}

/// Returns a link without needless encoding in its path: mail programs write `_` as `%5F`, which
/// means the same (RFC 3986, 6.2.2.2).
fn plain(url: &Url) -> Url {
    let needs_none = |part: &str| {
        let decoded = percent_decode_str(part).decode_utf8().ok()?;
        let harmless = |c: char| c.is_ascii_alphanumeric() || "-._~!:".contains(c);
        decoded.chars().all(harmless).then(|| decoded.into_owned())
    };
    let parts =
        url.path().split('/').map(|part| needs_none(part).unwrap_or_else(|| part.to_owned()));
    let path = parts.collect::<Vec<_>>().join("/");
    let mut url = url.clone();
    url.set_path(&path);
    url
}

/// Returns true for an id or a key in the drives' form: it stays one segment of a path wherever it
/// is put.
fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 256
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_!".contains(&b))
}

fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v.into_owned())
}

fn segments(url: &Url) -> Vec<&str> {
    url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect()
}
