//! Reading cloud drives through their own interfaces, with the host's access.

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;
use whatsapp_core::attachment::{
    ATTACHMENT_MAX_BYTES, AttachmentKind, FoundFile, InvalidAttachment,
};
use whatsapp_core::port::SourceError;

use super::cloud::{self, Shared, SharedByGoogle, SharedByMicrosoft};
use super::web::{Request, Web, under};

/// Maximum size of a drive's data about a file, in bytes.
pub(super) const ABOUT_MAX_BYTES: u64 = 64 * 1024;

/// Prefix of Google's types for documents that are made in Drive and have no bytes of their own.
const GOOGLE_DOCUMENT: &str = "application/vnd.google-apps.";

/// Addresses of the drives' interfaces.
pub(super) struct Interfaces {
    pub(super) google: Url,
    /// Address at which Google exports a single tab of a spreadsheet, which Drive's interface
    /// cannot.
    pub(super) google_documents: Url,
    pub(super) microsoft: Url,
}

/// Drive's data about a file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DriveFile {
    name: Option<String>,
    mime_type: Option<String>,
    /// Size in bytes, in decimal.
    size: Option<String>,
}

/// Graph's data about a file.
#[derive(Deserialize)]
struct DriveItem {
    name: Option<String>,
    /// Size in bytes.
    size: Option<u64>,
    folder: Option<serde::de::IgnoredAny>,
}

impl Interfaces {
    /// Reads a shared file: first its name and size, then its bytes.
    pub(super) async fn read(
        &self,
        web: &Web,
        shared: &Shared,
        token: &SecretString,
    ) -> Result<FoundFile, SourceError> {
        let mut credentials = HeaderMap::new();
        let bearer = SecretString::from(format!("Bearer {}", token.expose_secret()));
        credentials.insert(AUTHORIZATION, secret_value(bearer.expose_secret())?);
        match shared {
            Shared::Google(file) => self.read_google(web, file, credentials).await,
            Shared::Microsoft(file) => self.read_microsoft(web, file, &credentials).await,
            Shared::Link(_) => Err(SourceError::refused("no access to this drive is known")),
        }
    }

    async fn read_google(
        &self,
        web: &Web,
        shared: &SharedByGoogle,
        mut credentials: HeaderMap,
    ) -> Result<FoundFile, SourceError> {
        let id = shared.id.as_str();
        if let Some(key) = &shared.resource_key {
            let value = secret_value(&format!("{id}/{key}"))?;
            credentials.insert("x-goog-drive-resource-keys", value);
        }
        // Without this, Drive says that files of shared drives do not exist.
        let drives = ("supportsAllDrives", "true");
        let files = ["drive", "v3", "files", id];
        let about = under(&self.google, &files, &[("fields", "name,mimeType,size"), drives]);
        let about: DriveFile = about_of(web, &about, &credentials).await?;
        let size = about.size.and_then(|size| size.parse().ok());
        let document = about.mime_type.is_some_and(|kind| kind.starts_with(GOOGLE_DOCUMENT));
        let (link, name) = if let Some(tab) = &shared.tab {
            let parts = ["spreadsheets", "d", id, "export"];
            let link = under(&self.google_documents, &parts, &[("format", "pdf"), ("gid", tab)]);
            (link, about.name.map(|name| format!("{name}.pdf")))
        } else if document {
            let parts = ["drive", "v3", "files", id, "export"];
            let pdf = ("mimeType", AttachmentKind::Pdf.content_type());
            (under(&self.google, &parts, &[pdf]), about.name.map(|name| format!("{name}.pdf")))
        } else {
            (under(&self.google, &files, &[("alt", "media"), drives]), about.name)
        };
        content(web, &link, &credentials, name, size).await
    }

    async fn read_microsoft(
        &self,
        web: &Web,
        shared: &SharedByMicrosoft,
        credentials: &HeaderMap,
    ) -> Result<FoundFile, SourceError> {
        let item = ["v1.0", "shares", &shared.share, "driveItem"];
        let about = under(&self.microsoft, &item, &[("$select", "name,size,folder")]);
        let about: DriveItem = about_of(web, &about, credentials).await?;
        if about.folder.is_some() {
            return Err(cloud::folder());
        }
        let parts = ["v1.0", "shares", &shared.share, "driveItem", "content"];
        // The answer redirects to a link that needs no token, on another server.
        let link = under(&self.microsoft, &parts, &[]);
        content(web, &link, credentials, about.name, about.size).await
    }
}

/// Reads a drive's data about a file.
async fn about_of<T: DeserializeOwned>(
    web: &Web,
    link: &Url,
    credentials: &HeaderMap,
) -> Result<T, SourceError> {
    said(web, Request::signed_in(link.as_str(), credentials, ABOUT_MAX_BYTES)).await
}

/// Reads JSON from a drive's interface.
pub(super) async fn said<T: DeserializeOwned>(
    web: &Web,
    request: Request<'_>,
) -> Result<T, SourceError> {
    let unclear = || SourceError::unreachable("the cloud drive's answer cannot be understood");
    let reply = web.fetch(request).await.map_err(|error| match error {
        // These rules are for files, and this is not a file.
        SourceError::Invalid(_) => unclear(),
        other => other,
    })?;
    serde_json::from_slice(&reply.bytes).map_err(|_| unclear())
}

/// Reads a file's bytes, under the name that the drive has for it.
async fn content(
    web: &Web,
    link: &Url,
    credentials: &HeaderMap,
    name: Option<String>,
    size: Option<u64>,
) -> Result<FoundFile, SourceError> {
    if size.is_some_and(|size| size > ATTACHMENT_MAX_BYTES) {
        return Err(InvalidAttachment::TooLarge.into());
    }
    let request = Request::signed_in(link.as_str(), credentials, ATTACHMENT_MAX_BYTES);
    let reply = web.fetch(request).await?;
    let name = name.or(reply.name);
    Ok(FoundFile::new(reply.bytes).with_name(name).with_content_type(reply.content_type))
}

/// A header value that the HTTP client hides in `Debug`.
pub(super) fn secret_value(value: &str) -> Result<HeaderValue, SourceError> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        SourceError::refused("the access to the cloud drive holds characters that none has")
    })?;
    value.set_sensitive(true);
    Ok(value)
}
