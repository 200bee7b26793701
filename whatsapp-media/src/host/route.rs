//! The route that serves the files.

mod range;
mod tally;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, RANGE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{Error, GetOptions, GetRange, ObjectStoreExt};
use percent_encoding::percent_decode_str;
use whatsapp_core::attachment::AttachmentKind;
use whatsapp_core::port::FetchLog;

use self::range::Asked;
use self::tally::Tally;
use super::StoredMedia;
use super::links::Links;
use super::name::content_disposition;
use super::objects::StorageFailure;
use super::token::Claim;

/// Timeout for the store to start its answer.
const LONGEST_WAIT: Duration = Duration::from_secs(25);

/// Headers of every answer.
const ALWAYS: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "private, no-store"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

struct Shared {
    media: StoredMedia,
    log: Arc<dyn FetchLog>,
}

/// Reason why there is no file; each gives an answer without a body.
enum NotServed {
    /// 404: the link was never given.
    Unknown,
    /// 410: the link has ended or was withdrawn.
    Gone,
    /// 416: no byte of the file is in the range.
    Beyond(u64),
    /// 503: the store does not answer.
    StorageFailure(StorageFailure),
}

impl<E: Into<StorageFailure>> From<E> for NotServed {
    fn from(error: E) -> Self {
        Self::StorageFailure(error.into())
    }
}

impl StoredMedia {
    /// Builds the route that serves the files: GET and HEAD, whole or a range. Mount it at the
    /// `base_url`, without authentication: the links are the credentials.
    ///
    /// `log` is told once a file was handed over to its last byte; every store of messages is a
    /// `FetchLog`. A database that does not answer disturbs no fetch.
    ///
    /// A link that was never given is answered with 404, and one that has ended or was withdrawn
    /// with 410. While the store does not answer, every link is answered with 503. All these
    /// answers have no body. With [presigned](Self::presigned) links there is nothing to serve, and
    /// all are 404.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use axum::Router;
    /// use whatsapp_core::port::FetchLog;
    /// use whatsapp_media::StoredMedia;
    ///
    /// // `StoredMedia::on_disk(…, "https://shop.example.com/media", …)`
    /// fn app(media: &StoredMedia, log: Arc<dyn FetchLog>) -> Router {
    ///     Router::new().nest("/media", media.router(log))
    /// }
    /// ```
    pub fn router(&self, log: Arc<dyn FetchLog>) -> Router {
        let shared = Arc::new(Shared { media: self.clone(), log });
        Router::new().route("/{token}/{name}", any(serve)).fallback(serve).with_state(shared)
    }
}

async fn serve(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let mut response = if method == Method::GET || method == Method::HEAD {
        let answer = shared.answer(&method, uri.path(), headers.get(RANGE));
        match tokio::time::timeout(LONGEST_WAIT, answer).await {
            Ok(Ok(response)) => response,
            Ok(Err(without)) => without.into_response(),
            Err(_) => NotServed::StorageFailure(StorageFailure::TimedOut).into_response(),
        }
    } else {
        (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response()
    };
    for (name, value) in ALWAYS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

impl Shared {
    async fn answer(
        self: &Arc<Self>,
        method: &Method,
        path: &str,
        range: Option<&HeaderValue>,
    ) -> Result<Response, NotServed> {
        let (claim, name) = self.claim(path).ok_or(NotServed::Unknown)?;
        if claim.until <= self.media.clock.now() {
            return Err(NotServed::Gone);
        }
        let kept = self.media.kept();
        let marker = kept.marker(claim.address, claim.message_id, claim.publication_id).await?;
        let file = kept.file(&marker.ok_or(NotServed::Gone)?, &name)?;
        let response = Response::builder()
            .header(ACCEPT_RANGES, "bytes")
            .header(CONTENT_DISPOSITION, content_disposition(&name))
            .header(CONTENT_TYPE, content_type(&name));
        let built = if method == Method::HEAD {
            let size = self.size(&file).await?;
            response.header(CONTENT_LENGTH, size).body(Body::empty())
        } else {
            let range = match range {
                Some(range) => self.range(&file, range).await?,
                None => None,
            };
            let partial = range.is_some();
            let options = GetOptions { range, ..GetOptions::default() };
            let found = self.media.store.get_opts(&file, options).await.map_err(lost)?;
            let (sent, size) = (found.range.clone(), found.meta.size);
            let mut tally = Tally::new(Arc::clone(self), claim.message_id, sent.end - sent.start);
            let bytes = found.into_stream().map_err(StorageFailure::from);
            let body = Body::from_stream(bytes.inspect_ok(move |bytes| tally.add(bytes.len())));
            let response = response.header(CONTENT_LENGTH, sent.end - sent.start);
            if partial {
                let part = format!("bytes {}-{}/{size}", sent.start, sent.end - 1);
                response.status(StatusCode::PARTIAL_CONTENT).header(CONTENT_RANGE, part).body(body)
            } else {
                response.body(body)
            }
        };
        built.map_err(|_| NotServed::StorageFailure(StorageFailure::Name))
    }

    /// Returns the signed claim in a path, and the name at its end.
    fn claim(&self, path: &str) -> Option<(Claim, String)> {
        let secret = match &self.media.links {
            Links::Ours { secret, .. } => secret,
            #[cfg(feature = "presigned")]
            Links::Presigned(_) => return None,
        };
        let (token, name) = path.strip_prefix('/')?.split_once('/')?;
        let name = percent_decode_str(name).decode_utf8().ok()?;
        let claim = Claim::verify(token, &name, secret)?;
        Some((claim, name.into_owned()))
    }

    async fn range(&self, file: &Path, range: &HeaderValue) -> Result<Option<GetRange>, NotServed> {
        let size = self.size(file).await?;
        match Asked::of(range, size) {
            Asked::Whole => Ok(None),
            Asked::Part(part) => Ok(Some(GetRange::Bounded(part))),
            Asked::Beyond => Err(NotServed::Beyond(size)),
        }
    }

    async fn size(&self, file: &Path) -> Result<u64, NotServed> {
        Ok(self.media.store.head(file).await.map_err(lost)?.size)
    }
}

/// Bytes whose marker is still there are being withdrawn, or were lost: gone, in either case.
fn lost(error: Error) -> NotServed {
    match error {
        Error::NotFound { .. } => NotServed::Gone,
        error => NotServed::from(error),
    }
}

/// A checked file's name has the extension of its kind.
fn content_type(name: &str) -> &'static str {
    AttachmentKind::from_name(name).map_or("application/octet-stream", AttachmentKind::content_type)
}

impl IntoResponse for NotServed {
    fn into_response(self) -> Response {
        match self {
            Self::Unknown => StatusCode::NOT_FOUND.into_response(),
            Self::Gone => StatusCode::GONE.into_response(),
            Self::Beyond(size) => {
                let size = format!("bytes */{size}");
                (StatusCode::RANGE_NOT_SATISFIABLE, [(CONTENT_RANGE, size)]).into_response()
            }
            Self::StorageFailure(trouble) => {
                tracing::warn!(error = %trouble, "an attachment could not be served");
                StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
        }
    }
}
