//! Serves attached files on this machine, so that a gateway on this machine can fetch them.
//!
//! A real shop puts its files where the gateway on the internet can reach them: an object store, or
//! its own web server. The rules are the same: a path that nobody can guess, ending in the file's
//! name, and headers that leave no doubt about what it is.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use axum::Router;
use axum::extract::{Path as Segments, State};
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::routing::get;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::net::TcpListener;
use whatsapp_core::attachment::{AttachmentKind, CheckedFile, safe_file_name};
use whatsapp_core::port::{Entropy as _, MediaError, MediaHost, SystemEntropy};

/// What stands in a URL as it is (RFC 3986, 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A folder of published files and the address that they are served at.
#[derive(Debug)]
pub(crate) struct FileServer {
    folder: PathBuf,
    address: String,
}

impl FileServer {
    /// Serves the files of a folder until the program ends. The folder stays, and so does the port
    /// if it is free: the links in messages that wait for a retry work after a restart too.
    pub(crate) async fn start(folder: PathBuf) -> Result<Self> {
        let make = || format!("{} cannot be written", folder.display());
        std::fs::create_dir_all(&folder).with_context(make)?;
        let note = folder.join("port");
        let port = std::fs::read_to_string(&note).ok().and_then(|port| port.parse().ok());
        let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
                .await
                .context("no port of 127.0.0.1 can be opened")?,
        };
        let port = listener.local_addr()?.port();
        std::fs::write(&note, port.to_string()).with_context(make)?;

        let app = Router::new()
            .route("/{token}/{name}", get(serve)) // HEAD comes with it
            .with_state(folder.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { folder, address: format!("http://127.0.0.1:{port}") })
    }
}

#[async_trait]
impl MediaHost for FileServer {
    async fn publish(&self, file: &CheckedFile) -> Result<String, MediaError> {
        let mut token = [0_u8; 16];
        SystemEntropy.fill(&mut token);
        let token = hex::encode(token);
        let folder = self.folder.join(&token);
        tokio::fs::create_dir(&folder).await.map_err(MediaError::new)?;
        tokio::fs::write(folder.join(file.name()), file.bytes()).await.map_err(MediaError::new)?;
        let name = utf8_percent_encode(file.name(), UNRESERVED);
        Ok(format!("{}/{token}/{name}", self.address))
    }
}

async fn serve(
    State(folder): State<PathBuf>,
    Segments((token, name)): Segments<(String, String)>,
) -> Result<(HeaderMap, Vec<u8>), StatusCode> {
    let is_ours = token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit());
    let kind = AttachmentKind::from_name(&name);
    let (true, true, Some(kind)) = (is_ours, safe_file_name(&name) == name, kind) else {
        return Err(StatusCode::NOT_FOUND);
    };
    let bytes = read(&folder.join(token).join(&name)).await?;
    let disposition =
        format!("inline; filename*=UTF-8''{}", utf8_percent_encode(&name, UNRESERVED));
    let disposition =
        HeaderValue::try_from(disposition).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let fixed = |name: HeaderName, value| (name, HeaderValue::from_static(value));
    let headers = HeaderMap::from_iter([
        fixed(CONTENT_TYPE, kind.content_type()),
        fixed(X_CONTENT_TYPE_OPTIONS, "nosniff"),
        fixed(REFERRER_POLICY, "no-referrer"),
        (CONTENT_DISPOSITION, disposition),
    ]);
    Ok((headers, bytes))
}

async fn read(path: &Path) -> Result<Vec<u8>, StatusCode> {
    tokio::fs::read(path).await.map_err(|_| StatusCode::NOT_FOUND)
}
