//! Putting a gateway together, and checking what the settings say.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chrono::{FixedOffset, Offset, Utc};
use url::Url;
use whatsapp_core::address::is_https_or_loopback;
use whatsapp_core::port::{ApiKeySource, Clock, SystemClock};

use crate::dialect::{BodyType, Dialect};
use crate::gateway::Gateway;
use crate::http::{self, LONGEST_CALL};
use crate::request::Speech;

/// Where the vendor's gateway is.
pub const DEFAULT_BASE_URL: &str = "https://api.360messenger.com";

/// Prepares a [`Gateway`]; made by [`Gateway::builder`].
#[must_use = "nothing is sent until `build` is called"]
pub struct GatewayBuilder {
    key_source: Arc<dyn ApiKeySource>,
    base_url: String,
    dialect: Dialect,
    body_type: BodyType,
    key_in_url: bool,
    system_proxy: bool,
    reply_offset: FixedOffset,
    clock: Arc<dyn Clock>,
    timeout: Duration,
    look_timeout: Duration,
}

/// Why a [`Gateway`] cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The base URL is no absolute http or https URL.
    #[error("the gateway's address must be a complete link such as https://api.360messenger.com")]
    NotAUrl,
    /// The base URL is http, and leads to another machine.
    #[error("the gateway's address must begin with https://: the key would travel unprotected")]
    NotHttps,
    /// The base URL holds a user name, a password, a query or a fragment.
    #[error("the gateway's address must end after the path: no user name, no ? and no #")]
    TooMuch,
    /// Dialect v1 without [`GatewayBuilder::allow_key_in_url`].
    #[error(
        "version 1 of the gateway puts the key into each URL: allow that explicitly, or use \
         version 2"
    )]
    KeyInUrl,
    /// A time-out of zero or more than 30 seconds.
    #[error("time-outs must be longer than nothing and at most 30 seconds")]
    Timeout,
    /// The HTTP client could not be made, most likely because this machine has no trusted
    /// certificates.
    #[error("the HTTP client could not be made: are there trusted certificates on this machine?")]
    Client,
}

impl GatewayBuilder {
    pub(crate) fn new(key_source: Arc<dyn ApiKeySource>) -> Self {
        Self {
            key_source,
            base_url: DEFAULT_BASE_URL.to_owned(),
            dialect: Dialect::default(),
            body_type: BodyType::default(),
            key_in_url: false,
            system_proxy: false,
            reply_offset: Utc.fix(),
            clock: Arc::new(SystemClock::new()),
            timeout: LONGEST_CALL,
            look_timeout: Duration::from_secs(10),
        }
    }

    /// Where the gateway is. Default: [`DEFAULT_BASE_URL`]. A slash or `/v2` at the end is
    /// understood. http is taken only for this machine: see [`whatsapp_core::address`].
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Which interface is spoken. Default: [`Dialect::V2`].
    pub const fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Allows [`Dialect::V1`], which puts the key into each URL: proxies and servers on the way
    /// write URLs into their logs. This crate never prints them.
    pub const fn allow_key_in_url(mut self) -> Self {
        self.key_in_url = true;
        self
    }

    /// How the body of a v2 send is written. Default: [`BodyType::Json`].
    pub const fn body_type(mut self, body_type: BodyType) -> Self {
        self.body_type = body_type;
        self
    }

    /// Sends through the proxy that the environment or the system names. Default: no proxy.
    pub const fn use_system_proxy(mut self) -> Self {
        self.system_proxy = true;
        self
    }

    /// The zone of the times in the gateway's lists, which do not say theirs. Default: UTC.
    pub const fn reply_offset(mut self, offset: FixedOffset) -> Self {
        self.reply_offset = offset;
        self
    }

    /// What a date in `Retry-After` is held against. Default: [`SystemClock`].
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// How long one send may take, from its first byte to the last one of the answer. Default, and
    /// the most: 30 seconds.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long one look-up (a probe, a status, one page of a list) may take. Default: 10 seconds;
    /// at most 30.
    pub const fn look_timeout(mut self, timeout: Duration) -> Self {
        self.look_timeout = timeout;
        self
    }

    /// Checks everything and builds the gateway. Opens no connection.
    ///
    /// # Errors
    /// The first [`BuildError`] that holds.
    pub fn build(self) -> Result<Gateway, BuildError> {
        let base = parse_base(&self.base_url)?;
        if self.dialect == Dialect::V1 && !self.key_in_url {
            return Err(BuildError::KeyInUrl);
        }
        for timeout in [self.timeout, self.look_timeout] {
            if timeout.is_zero() || timeout > LONGEST_CALL {
                return Err(BuildError::Timeout);
            }
        }
        let client = http::client(&base, self.system_proxy).map_err(|_| BuildError::Client)?;
        Ok(Gateway {
            client,
            speech: Speech { base, dialect: self.dialect, body_type: self.body_type },
            key_source: self.key_source,
            clock: self.clock,
            reply_offset: self.reply_offset,
            timeout: self.timeout,
            look_timeout: self.look_timeout,
            strange_words: std::sync::Mutex::default(),
        })
    }
}

/// Shows neither the key's source nor what was given as the address: either may be a mistake that
/// holds a secret.
impl fmt::Debug for GatewayBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayBuilder")
            .field("dialect", &self.dialect)
            .field("body_type", &self.body_type)
            .finish_non_exhaustive()
    }
}

/// Reads the base URL and cuts a slash or `/v2` off its end.
fn parse_base(text: &str) -> Result<Url, BuildError> {
    let text = text.trim();
    // The URL parser drops tabs and line ends and turns backslashes: what it sees is not what a
    // person reads.
    if !text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') {
        return Err(BuildError::NotAUrl);
    }
    let mut url = Url::parse(text).map_err(|_| BuildError::NotAUrl)?;
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
        return Err(BuildError::NotAUrl);
    }
    if !is_https_or_loopback(&url) {
        return Err(BuildError::NotHttps);
    }
    if text.contains(['@', '?', '#']) {
        return Err(BuildError::TooMuch);
    }
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/v2").unwrap_or(path);
    let path = path.trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_are_https_and_lose_their_end() {
        for (given, base) in [
            (DEFAULT_BASE_URL, "https://api.360messenger.com/"),
            ("https://api.360messenger.com/", "https://api.360messenger.com/"),
            ("https://api.360messenger.com/v2", "https://api.360messenger.com/"),
            (" https://api.360messenger.com/v2/\n", "https://api.360messenger.com/"),
            ("https://gate.example/wa/v2", "https://gate.example/wa"),
            ("https://gate.example:8443/v2x", "https://gate.example:8443/v2x"),
            ("http://localhost:8080", "http://localhost:8080/"),
            ("http://127.0.0.1:8080/v2", "http://127.0.0.1:8080/"),
            ("http://[::1]:8080", "http://[::1]:8080/"),
        ] {
            assert_eq!(parse_base(given).unwrap().as_str(), base, "{given}");
        }
    }

    #[test]
    fn a_base_is_https_or_http_to_this_machine() {
        use whatsapp_testkit::fixtures::{OTHER_MACHINES, THIS_MACHINE};

        for host in THIS_MACHINE {
            assert!(parse_base(&format!("http://{host}:8080")).is_ok(), "{host}");
        }
        for host in OTHER_MACHINES {
            let plain = parse_base(&format!("http://{host}:8080"));
            assert_eq!(plain, Err(BuildError::NotHttps), "{host}");
            assert!(parse_base(&format!("https://{host}:8443")).is_ok(), "{host}");
        }
    }

    #[test]
    fn other_bases_are_refused() {
        use BuildError as E;
        for (given, error) in [
            ("", E::NotAUrl),
            ("api.360messenger.com", E::NotAUrl),
            ("ftp://gate.example", E::NotAUrl),
            ("mailto:a@gate.example", E::NotAUrl),
            ("https://", E::NotAUrl),
            ("https://gate.exam\tple", E::NotAUrl),
            ("https://gate.example\\@other.example", E::NotAUrl),
            ("https://gäte.example", E::NotAUrl),
            ("http://gate.example", E::NotHttps),
            ("http://localhost.gate.example", E::NotHttps),
            ("http://10.0.0.1", E::NotHttps),
            ("http://127.0.0.1@gate.example", E::NotHttps),
            ("https://user:secret@gate.example", E::TooMuch),
            ("https://@gate.example", E::TooMuch),
            ("https://gate.example/?key=secret", E::TooMuch),
            ("https://gate.example/#v2", E::TooMuch),
        ] {
            assert_eq!(parse_base(given), Err(error), "{given}");
        }
    }
}
