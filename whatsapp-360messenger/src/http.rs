//! The HTTP client, and the only place where its errors are read.

use std::time::Duration;

use reqwest::header::{LOCATION, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response, redirect, retry};
use url::Url;
use whatsapp_core::message::Cause;
use whatsapp_core::port::TransportError;
use whatsapp_core::retry::Disposition;

/// The longest time that one call of a port may take, by the ports' contracts.
pub(crate) const LONGEST_CALL: Duration = Duration::from_secs(30);

/// Timeout for opening a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Time for which a connection is kept for the next request. Servers such as Node's close a
/// connection after 5 seconds. A request that crosses with that close has an unknown outcome and
/// must be looked up.
const KEEP_ALIVE: Duration = Duration::from_secs(4);

/// An answer, as far as it could be read.
#[derive(Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    /// True if the answer points to the same path at another address, or to another host.
    pub(crate) moved: bool,
    /// The body; `None` if it broke off, took too long or was longer than allowed.
    pub(crate) body: Option<Vec<u8>>,
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// A client that makes exactly one HTTP request of each request. It follows no redirect, retries
/// nothing and sends no Referer. It uses a proxy only if asked to, and https everywhere except on
/// this machine.
pub(crate) fn client(base: &Url, system_proxy: bool) -> Result<Client, reqwest::Error> {
    let builder = Client::builder()
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(KEEP_ALIVE)
        .https_only(base.scheme() == "https");
    let builder = if system_proxy { builder } else { builder.no_proxy() };
    builder.build()
}

/// Makes one request, and reads at most `most` bytes of the answer.
///
/// `what` names the request in the log.
pub(crate) async fn call(
    what: &'static str,
    request: RequestBuilder,
    timeout: Duration,
    most: usize,
) -> Result<Reply, TransportError> {
    let response = match request.timeout(timeout).send().await {
        Ok(response) => response,
        Err(error) => {
            let error = failure(&error.without_url());
            tracing::debug!(
                gateway.request = what,
                gateway.reached = error.reached(),
                "the gateway gave no answer: {error}"
            );
            return Err(error);
        }
    };
    let status = response.status().as_u16();
    tracing::debug!(gateway.request = what, http.status = status, "the gateway answered");
    Ok(Reply {
        status,
        retry_after: response
            .headers()
            .get(RETRY_AFTER)
            .map(|value| value.to_str().unwrap_or_default().to_owned()),
        moved: is_moved(&response),
        body: read(response, most).await,
    })
}

/// Returns true if the answer points to the same path at another address, such as https for http,
/// or to another host, such as a login page.
fn is_moved(response: &Response) -> bool {
    let asked = response.url();
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    location.and_then(|location| asked.join(location).ok()).is_some_and(|to| {
        let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
        to.host() != asked.host() || path(&to).ends_with(&path(asked))
    })
}

/// Reads the body; `None` if it is incomplete or longer than `most` bytes.
async fn read(mut response: Response, most: usize) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > most {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(body)
}

/// Interprets an error of the client. Its own text is never shown: it contains URLs.
fn failure(error: &reqwest::Error) -> TransportError {
    if error.is_builder() {
        return TransportError::new(
            Disposition::Misconfigured,
            "The request could not be built; check the gateway's address in the settings",
        )
        .not_reached();
    }
    if error.is_connect() {
        let detail = if error.is_dns() {
            "The gateway's address could not be found; check the internet connection and the \
             gateway's address in the settings"
        } else {
            "The gateway could not be reached"
        };
        let cause = if error.is_dns() { Cause::Address } else { Cause::Gateway };
        return TransportError::new(Disposition::Transient, detail).not_reached().with_cause(cause);
    }
    let detail = if error.is_timeout() {
        "The gateway did not answer in time"
    } else {
        "The connection to the gateway broke before it answered"
    };
    TransportError::new(Disposition::Unknown, detail)
}
