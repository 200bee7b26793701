//! Personal OneDrive, as read by anybody with a sharing link: with an anonymous token. OneDrive's
//! own web page does so; Microsoft documents none of it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;
use whatsapp_core::attachment::{ATTACHMENT_MAX_BYTES, FoundFile, InvalidAttachment};
use whatsapp_core::port::SourceError;

use super::answer::SIGN_IN;
use super::api::{ABOUT_MAX_BYTES, said, secret_value};
use super::cloud;
use super::web::{Request, Web, under};

/// Body of the request for a token: it names OneDrive's own web page.
const FOR_WHOM: &str = r#"{"appId":"5cbed6ac-a083-4e14-b191-b4ba07653de2"}"#;

const CLOSED: &str = "OneDrive gives files no more to programs that have only a link: give the file \
                      itself, or set up access to OneDrive";

/// The addresses for anonymous tokens and for files, and the last token. A token is valid for about
/// a week.
pub(super) struct OneDrive {
    tokens: Url,
    files: Url,
    kept: Mutex<Option<SecretString>>,
}

#[derive(Deserialize)]
struct Token {
    token: String,
}

/// OneDrive's data about a shared file.
#[derive(Deserialize)]
struct Item {
    name: Option<String>,
    /// Size in bytes.
    size: Option<u64>,
    folder: Option<serde::de::IgnoredAny>,
    /// A link to the file itself, which needs no token.
    #[serde(rename = "@content.downloadUrl", alias = "@microsoft.graph.downloadUrl")]
    download: Option<String>,
}

impl OneDrive {
    pub(super) const fn new(tokens: Url, files: Url) -> Self {
        Self { tokens, files, kept: Mutex::new(None) }
    }

    /// Reads a file that is shared with everybody.
    pub(super) async fn read(&self, web: &Web, share: &str) -> Result<FoundFile, SourceError> {
        let item = self.item(web, share).await?;
        if item.folder.is_some() {
            return Err(cloud::folder());
        }
        if item.size.is_some_and(|size| size > ATTACHMENT_MAX_BYTES) {
            return Err(InvalidAttachment::TooLarge.into());
        }
        let unnamed = || SourceError::refused("OneDrive does not say where the shared file is");
        let link = item.download.ok_or_else(unnamed)?;
        let reply = web.fetch(Request::plain(&link, ATTACHMENT_MAX_BYTES)).await?;
        let name = item.name.or(reply.name);
        Ok(FoundFile::new(reply.bytes).with_name(name).with_content_type(reply.content_type))
    }

    /// Reads OneDrive's data about a shared file: with the last token, and if that has ended, with
    /// a new one.
    async fn item(&self, web: &Web, share: &str) -> Result<Item, SourceError> {
        let kept = self.kept().clone();
        if let Some(token) = kept {
            match self.item_for(web, share, &token).await {
                Err(error) if error == SourceError::refused(SIGN_IN) => {}
                said => return said,
            }
        }
        let ask = Request {
            body: Some(FOR_WHOM),
            ..Request::plain(self.tokens.as_str(), ABOUT_MAX_BYTES)
        };
        let Token { token } = said(web, ask).await.map_err(|error| {
            if error.is_transient() { error } else { SourceError::refused(CLOSED) }
        })?;
        let token = SecretString::from(token);
        *self.kept() = Some(token.clone());
        self.item_for(web, share, &token).await
    }

    async fn item_for(
        &self,
        web: &Web,
        share: &str,
        token: &SecretString,
    ) -> Result<Item, SourceError> {
        let badge = SecretString::from(format!("Badger {}", token.expose_secret()));
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, secret_value(badge.expose_secret())?);
        // The same request admits the token to the shared file.
        headers.insert("prefer", HeaderValue::from_static("autoredeem"));
        let link = under(&self.files, &["shares", share, "driveitem"], &[]);
        let ask = Request {
            credentials: Some(&headers),
            ..Request::plain(link.as_str(), ABOUT_MAX_BYTES)
        };
        said(web, ask).await
    }

    fn kept(&self) -> MutexGuard<'_, Option<SecretString>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
