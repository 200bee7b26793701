//! What servers answer: which answers are a file, and what the others mean.

use reqwest::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, LOCATION};
use reqwest::{Response, StatusCode};
use url::Url;
use whatsapp_core::attachment::InvalidAttachment;
use whatsapp_core::port::SourceError;

use super::name;

/// The refusal of a link to which its server asks for an account.
pub(super) const SIGN_IN: &str =
    "the link asks whoever follows it to sign in: make it public or give the file itself";

/// What a server answered.
pub(super) enum Answer {
    /// It is elsewhere, at this link.
    GoTo(String),
    /// It is here.
    File(Arriving),
}

/// A file whose bytes are still to come.
pub(super) struct Arriving(Response);

/// A file that was fetched.
pub(super) struct Reply {
    pub(super) bytes: Vec<u8>,
    pub(super) name: Option<String>,
    pub(super) content_type: Option<String>,
    /// Every server on the way to it is a public one, and the last does not call it a web page.
    pub(super) anybody: bool,
}

impl Answer {
    /// What an answer means. `signed_in` tells whether it was asked for with the host's access.
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
        // Whoever packs what was asked for as it is would unpack to any size.
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
    /// Reads all its bytes, at most `most`.
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
        // Careless servers call whatever they give a page. What it is tell its bytes; but who is
        // given the link itself may believe the server.
        let anybody = anybody && !content_type.as_deref().is_some_and(is_web_page);
        // A length is believed when it is too large, and never otherwise.
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

/// What a status other than 200 means.
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

/// What an error of the client means. Its own words are never shown: they hold URLs.
pub(super) fn failure(error: &reqwest::Error) -> SourceError {
    SourceError::unreachable(if error.is_timeout() {
        "the link's server did not answer in time"
    } else if error.is_connect() {
        "the link's server could not be reached"
    } else {
        "the connection to the link's server broke off"
    })
}
