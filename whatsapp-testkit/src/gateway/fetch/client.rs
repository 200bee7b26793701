//! Fetches a link as a browser does that knows nobody: no credentials, a few redirects.

use std::io;
use std::time::Duration;

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, RANGE};
use axum::http::{Method, StatusCode};
use chrono::{DateTime, Utc};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use sha2::{Digest as _, Sha256};
use whatsapp_core::attachment::AttachmentKind;

use super::name::{UNTITLED, file_name};
use super::{Fetched, Fetching};

/// The most bytes that are read.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// The longest that one answer may take, to its last byte.
const LONGEST: Duration = Duration::from_secs(30);

/// Redirects that are followed.
const REDIRECTS: usize = 5;

/// The ranges of a file fetched in pieces: sixteen bytes, and the rest.
const PIECES: [&str; 2] = ["bytes=0-15", "bytes=16-"];

#[derive(Debug, Clone)]
pub(in crate::gateway) struct Fetcher(Client);

/// Result of one request.
#[derive(Debug, Default)]
struct Got {
    status: Option<StatusCode>,
    content_type: Option<String>,
    content_disposition: Option<String>,
    file_name: Option<String>,
    body: Vec<u8>,
    /// True if the body came to its end.
    whole: bool,
}

impl Fetcher {
    pub(in crate::gateway) fn new() -> io::Result<Self> {
        Client::builder()
            .no_proxy()
            .redirect(Policy::limited(REDIRECTS))
            .retry(reqwest::retry::never())
            .timeout(LONGEST)
            .user_agent(concat!(
                "Mozilla/5.0 (compatible; stand-in-gateway/",
                env!("CARGO_PKG_VERSION"),
                ")"
            ))
            .build()
            .map(Self)
            .map_err(io::Error::other)
    }

    /// Fetches a link. The world dates the results.
    pub(in crate::gateway) async fn fetch(&self, link: &str, fetching: Fetching) -> Vec<Fetched> {
        match fetching {
            Fetching::Once => vec![self.get(link).await.into()],
            Fetching::Twice => vec![self.get(link).await.into(), self.get(link).await.into()],
            Fetching::HeadFirst => {
                let head = self.ask(Method::HEAD, link, None).await;
                let got = if head.is_success() { self.get(link).await } else { head };
                vec![got.into()]
            }
            Fetching::InPieces => vec![self.get_pieces(link).await.into()],
        }
    }

    async fn get(&self, link: &str) -> Got {
        self.ask(Method::GET, link, None).await
    }

    async fn get_pieces(&self, link: &str) -> Got {
        let [first, rest] = PIECES;
        let mut got = self.ask(Method::GET, link, Some(first)).await;
        if got.status != Some(StatusCode::PARTIAL_CONTENT) || !got.whole {
            return got;
        }
        let rest = self.ask(Method::GET, link, Some(rest)).await;
        match rest.status {
            Some(StatusCode::PARTIAL_CONTENT) => {
                got.body.extend(rest.body);
                Got { whole: rest.whole, ..got }
            }
            // The first piece was the whole file.
            Some(StatusCode::RANGE_NOT_SATISFIABLE) => got,
            _ => rest,
        }
    }

    async fn ask(&self, method: Method, link: &str, range: Option<&str>) -> Got {
        let mut request = self.0.request(method, link);
        if let Some(range) = range {
            request = request.header(RANGE, range);
        }
        match request.send().await {
            Ok(response) => Got::read(response).await,
            Err(_) => Got::default(),
        }
    }
}

impl Got {
    async fn read(mut response: Response) -> Self {
        let header = |name: HeaderName| {
            let value = response.headers().get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let mut got = Self {
            status: Some(response.status()),
            content_type: header(CONTENT_TYPE),
            content_disposition: header(CONTENT_DISPOSITION),
            ..Self::default()
        };
        got.file_name = file_name(got.content_disposition.as_deref(), response.url().path());
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if got.body.len() + chunk.len() <= MOST_BYTES => {
                    got.body.extend_from_slice(&chunk);
                }
                Ok(None) => {
                    got.whole = true;
                    return got;
                }
                Ok(Some(_)) | Err(_) => return got,
            }
        }
    }

    fn is_success(&self) -> bool {
        self.status.is_some_and(|status| status.is_success())
    }
}

impl From<Got> for Fetched {
    fn from(got: Got) -> Self {
        let kind = if got.is_success() && got.whole {
            AttachmentKind::of_bytes(&got.body).map_err(Some)
        } else {
            Err(None)
        };
        let problem = match (got.status, kind) {
            (_, Ok(_)) => None,
            (_, Err(Some(why))) => Some(why.to_string()),
            (None, _) => Some("the link does not answer".to_owned()),
            (Some(status), _) if !status.is_success() => {
                Some(format!("the link answers {}", status.as_u16()))
            }
            (Some(_), _) => Some("the answer breaks off".to_owned()),
        };
        Self {
            status: got.status.map(|status| status.as_u16()),
            content_type: got.content_type,
            content_disposition: got.content_disposition,
            file_name: got.file_name.unwrap_or_else(|| UNTITLED.to_owned()),
            bytes: got.body.len() as u64,
            sha256: hex::encode(Sha256::digest(&got.body)),
            kind: kind.ok(),
            problem,
            fetched_at: DateTime::<Utc>::UNIX_EPOCH,
            at: Duration::ZERO,
        }
    }
}
