//! Sharing links of cloud drives, recognised by their forms. Pure.

mod google;
mod microsoft;
#[cfg(test)]
mod tests;

use url::Url;
use whatsapp_core::port::SourceError;

use super::tokens::Cloud;

/// A file that a sharing link leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shared {
    Google(google::Shared),
    Microsoft(microsoft::Shared),
}

pub(super) use google::Shared as SharedByGoogle;
pub(super) use microsoft::Shared as SharedByMicrosoft;

impl Shared {
    /// What a link shares; `None` if it is no sharing link, or one that leads to the file itself.
    ///
    /// # Errors
    /// [`SourceError::Refused`] for a link to a folder.
    pub(super) fn by(url: &Url) -> Result<Option<Self>, SourceError> {
        Ok(match google::shared(url)? {
            Some(shared) => Some(Self::Google(shared)),
            None => microsoft::shared(url)?.map(Self::Microsoft),
        })
    }

    /// Whose it is.
    pub(super) const fn cloud(&self) -> Cloud {
        match self {
            Self::Google(_) => Cloud::GoogleDrive,
            Self::Microsoft(_) => Cloud::MicrosoftGraph,
        }
    }

    /// Where anybody can download it, if it is shared with everybody.
    pub(super) fn download(&self) -> String {
        match self {
            Self::Google(shared) => shared.download(),
            Self::Microsoft(shared) => shared.download.clone(),
        }
    }
}

/// The refusal of a link to a folder.
pub(super) fn folder() -> SourceError {
    SourceError::refused("the link leads to a folder of a cloud drive: share the file itself")
}

/// An id or a key as the drives make them: it stays one segment of a path wherever it is put.
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
