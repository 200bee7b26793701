//! Interpretation of servers' answers: which answers are a file, and the meaning of the others.

use reqwest::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, LOCATION};
use reqwest::{Response, StatusCode};
use url::Url;
use whatsapp_core::attachment::InvalidAttachment;
use whatsapp_core::port::SourceError;

use super::name;

/// The refusal of a link whose server requires an account.
pub(super) const SIGN_IN: &str =
    "the link asks whoever follows it to sign in: make it public or give the file itself";

/// Answer of a server.
pub(super) enum Answer {
    /// A redirect to this link.
    GoTo(String),
    /// A file.
    File(Arriving),
}

/// A file whose bytes are still to come.
pub(super) struct Arriving(Response);

/// A file that was fetched.
pub(super) struct Reply {
    pub(super) bytes: Vec<u8>,
    pub(super) name: Option<String>,
    pub(super) content_type: Option<String>,
    /// True if every server on the way is public, and the last does not call the file a web page.
    pub(super) anybody: bool,
}

impl Answer {
    /// Interprets an answer. `signed_in` tells whether the request had the host's access.
    pub(super) fn of(response: Response, signed_in: bool) -> Result<Self, SourceError> {
        let status = response.status();
        tracing::debug!(http.status = status.as_u16(), "a link's server answered");
        if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            let location = response.headers().get(LOCATION);
            let link = location.and_then(|to| String::from_utf8(to.as_bytes().to_vec()).ok());
            return link.map(Self::GoTo).ok_or_else(|| {
                SourceError::refused("the link leads on to another one, and does not say to which")
            });
        }
        if status != StatusCode::OK {
            return Err(no_file(status, signed_in));
        }
        // The request asked for no compression; a compressed answer could unpack to any size.
        let packed = header(&response, CONTENT_ENCODING);
        if packed.is_some_and(|how| !how.trim().eq_ignore_ascii_case("identity")) {
            return Err(SourceError::refused(
                "the link's server compresses the file, which it was asked not to do",
            ));
        }
        Ok(Self::File(Arriving(response)))
    }
}

impl Arriving {
    /// Reads all bytes of the file, at most `most`.
    pub(super) async fn read(
        self,
        given: &Url,
        last: &Url,
        most: u64,
        anybody: bool,
    ) -> Result<Reply, SourceError> {
        let Self(mut response) = self;
        let disposition = response.headers().get(CONTENT_DISPOSITION);
        let name = disposition
            .and_then(|value| name::of_disposition(value.as_bytes()))
            .or_else(|| name::of_link(given))
            .or_else(|| name::of_link(last));
        let content_type = header(&response, CONTENT_TYPE);
        // Careless servers call any file a page; the bytes tell the truth. But a recipient of the
        // link itself may believe the server.
        let anybody = anybody && !content_type.as_deref().is_some_and(is_web_page);
        // A length is believed only if it is too large.
        if response.content_length().is_some_and(|length| length > most) {
            return Err(InvalidAttachment::TooLarge.into());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
            if (bytes.len() + chunk.len()) as u64 > most {
                return Err(InvalidAttachment::TooLarge.into());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Reply { bytes, name, content_type, anybody })
    }
}

fn header(response: &Response, name: HeaderName) -> Option<String> {
    let value = response.headers().get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn is_web_page(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    ["text/html", "application/xhtml+xml"].iter().any(|page| essence.eq_ignore_ascii_case(page))
}

/// The error for a status other than 200.
fn no_file(status: StatusCode, signed_in: bool) -> SourceError {
    match status.as_u16() {
        // A token that has just ended is replaced by the next call's.
        401 if signed_in => SourceError::unreachable(
            "the cloud drive does not accept the access that was set up for it",
        ),
        403 if signed_in => SourceError::refused(
            "the file is not shared with the account that was set up for the cloud drive",
        ),
        401 | 403 => SourceError::refused(SIGN_IN),
        404 | 410 => SourceError::refused("there is no file at the link"),
        408 | 425 | 429 | 500..=599 => {
            SourceError::unreachable("the link's server cannot give the file just now")
        }
        _ => SourceError::refused("the link's server gives something else than a file"),
    }
}

/// The error for a failure of the client. Its own text is never shown: it contains URLs.
pub(super) fn failure(error: &reqwest::Error) -> SourceError {
    SourceError::unreachable(if error.is_timeout() {
        "the link's server did not answer in time"
    } else if error.is_connect() {
        "the link's server could not be reached"
    } else {
        "the connection to the link's server broke off"
    })
}
