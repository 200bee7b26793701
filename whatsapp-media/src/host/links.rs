//! The server of the links, and the making of links.

#[cfg(feature = "presigned")]
use std::sync::Arc;

use chrono::{DateTime, Utc};
#[cfg(feature = "presigned")]
use object_store::signer::{Method, Signer};
use url::Url;
use whatsapp_core::address::is_https_or_loopback;

use super::layout::Marker;
use super::name::segment;
use super::objects::StorageFailure;
use super::publications::Publications;
use super::secret::LinkSecret;
use super::token::Claim;

/// The longest time for which S3 signs a link: 7 days. The other stores allow as long.
#[cfg(feature = "presigned")]
const LONGEST_PRESIGNED: chrono::TimeDelta = chrono::TimeDelta::days(7);

/// The server of the links.
#[derive(Clone)]
pub(super) enum Links {
    /// The host, under this address without a slash at its end.
    Ours { base: String, secret: LinkSecret },
    /// The store.
    #[cfg(feature = "presigned")]
    Presigned(Arc<dyn Signer>),
}

impl Links {
    /// Returns true if recipients see the store's own keys.
    pub(super) const fn show_keys(&self) -> bool {
        match self {
            Self::Ours { .. } => false,
            #[cfg(feature = "presigned")]
            Self::Presigned(_) => true,
        }
    }

    /// Returns the end of a link that should end at `until`. Stores sign for whole seconds, and for
    /// a limited time.
    pub(super) fn end(&self, until: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        #[cfg(feature = "presigned")]
        if let Self::Presigned(_) = self {
            let left = (until - now).clamp(chrono::TimeDelta::seconds(1), LONGEST_PRESIGNED);
            return now + chrono::TimeDelta::seconds(left.num_seconds());
        }
        let _ = now;
        until
    }

    /// Builds the link to the file of a marker, made at `now`.
    pub(super) async fn link(
        &self,
        kept: &Publications,
        marker: &Marker,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<String, StorageFailure> {
        match self {
            Self::Ours { base, secret } => {
                let _ = (kept, now);
                let token = Claim::from(marker).token(secret, name);
                Ok(format!("{base}/{token}/{}", segment(name)))
            }
            #[cfg(feature = "presigned")]
            Self::Presigned(signer) => {
                let file = kept.file(marker, name)?;
                let left = (marker.until - now).to_std().unwrap_or_default();
                Ok(signer.signed_url(Method::GET, &file, left).await?.into())
            }
        }
    }
}

/// Checks an address to put links under, and removes a slash from its end.
pub(super) fn base(url: &str) -> Option<String> {
    let parsed = Url::parse(url).ok()?;
    let bare = parsed.query().is_none() && parsed.fragment().is_none();
    let anonymous = parsed.username().is_empty() && parsed.password().is_none();
    let fits = is_https_or_loopback(&parsed) && bare && anonymous;
    fits.then(|| parsed.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use whatsapp_testkit::fixtures::{OTHER_MACHINES, THIS_MACHINE};

    use super::*;

    #[test]
    fn links_lead_over_https_or_to_this_machine() {
        let shop = base("https://shop.example/media/");
        assert_eq!(shop.as_deref(), Some("https://shop.example/media"));
        assert_eq!(base("http://127.0.0.1:80/m").as_deref(), Some("http://127.0.0.1/m"));
        for host in THIS_MACHINE {
            assert!(base(&format!("http://{host}:8080/m")).is_some(), "{host}");
        }
        for host in OTHER_MACHINES {
            assert_eq!(base(&format!("http://{host}:8080/m")), None, "{host}");
            assert!(base(&format!("https://{host}:8443/m")).is_some(), "{host}");
        }
        for bad in [
            "shop.example/media",
            "http://shop.example/media",
            "https://shop.example/media?a=1",
            "https://shop.example/media#a",
            "https://me:secret@shop.example/media",
            "file:///srv/media",
        ] {
            assert_eq!(base(bad), None, "{bad}");
        }
    }
}
