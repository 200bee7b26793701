//! The builder of a gateway, which checks its settings.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{FixedOffset, Offset, Utc};
use whatsapp_core::port::{ApiKeySource, Clock, SystemClock};

use crate::address::{BuildError, DEFAULT_BASE_URL, Rule, VENDOR, base, hosts};
use crate::dialect::{BodyType, Dialect};
use crate::gateway::{Gateway, Now};
use crate::http::{self, LONGEST_CALL};
use crate::reach::Place;
use crate::request::RequestWriter;

/// Prepares a [`Gateway`]; made by [`Gateway::builder`].
#[must_use = "nothing is sent until `build` is called"]
pub struct GatewayBuilder {
    key_source: Arc<dyn ApiKeySource>,
    base_url: Option<String>,
    allowed: Vec<String>,
    name: Option<String>,
    dialect: Dialect,
    body_type: BodyType,
    key_in_url: bool,
    system_proxy: bool,
    reply_offset: FixedOffset,
    clock: Arc<dyn Clock>,
    timeout: Duration,
    look_timeout: Duration,
}

impl GatewayBuilder {
    pub(crate) fn new(key_source: Arc<dyn ApiKeySource>) -> Self {
        Self {
            key_source,
            base_url: None,
            allowed: vec![VENDOR.to_owned()],
            name: None,
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

    /// Sets the address of the gateway, whatever the settings say. A slash or `/v2` at the end is
    /// understood. http is accepted for this machine only: see [`whatsapp_core::address`].
    ///
    /// Without this, the setting `whatsapp_api_url` decides, among the [allowed](Self::allow_host)
    /// hosts. For that, the gateway must also be given to `Ports::with_gateway`. Until then its
    /// address is [`DEFAULT_BASE_URL`].
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Allows the settings to name this host, such as `gate.example`, on any port.
    ///
    /// The key, and customers' numbers and texts, go to the address in the settings. Allowed are
    /// 360Messenger's own host, `api.360messenger.com`, and this machine; each call adds one more
    /// host.
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.allowed.push(host.into());
        self
    }

    /// Sets the name that attempts record for the gateway's host. It is for a gateway whose
    /// [`base_url`](Self::base_url) changes often, such as a stand-in on any free port. Without it,
    /// a gateway at another address counts as another gateway, and its list proves no absence.
    pub fn known_as(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the interface of the gateway. Default: [`Dialect::V2`].
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

    /// Sets the form of the body of a v2 send. Default: [`BodyType::Json`].
    pub const fn body_type(mut self, body_type: BodyType) -> Self {
        self.body_type = body_type;
        self
    }

    /// Sends through the proxy of the environment or the system. Default: no proxy.
    pub const fn use_system_proxy(mut self) -> Self {
        self.system_proxy = true;
        self
    }

    /// Sets the time zone of the times in the gateway's lists, which do not name theirs. Default:
    /// UTC.
    pub const fn reply_offset(mut self, offset: FixedOffset) -> Self {
        self.reply_offset = offset;
        self
    }

    /// Sets the clock that a date in `Retry-After` is compared with. Default: [`SystemClock`].
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Sets the timeout of one send, from its first byte to the last byte of the answer. Default
    /// and maximum: 30 seconds.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the timeout of one look-up (a probe, a status, one page of a list). Default: 10
    /// seconds; maximum: 30.
    pub const fn look_timeout(mut self, timeout: Duration) -> Self {
        self.look_timeout = timeout;
        self
    }

    /// Checks everything and builds the gateway. Opens no connection.
    ///
    /// # Errors
    /// The first [`BuildError`] that applies.
    pub fn build(self) -> Result<Gateway, BuildError> {
        let base = base(self.base_url.as_deref().unwrap_or(DEFAULT_BASE_URL))?;
        let rule = match self.base_url {
            Some(_) => Rule::Fixed,
            None => Rule::Settings { allowed: hosts(&self.allowed)? },
        };
        if self.dialect == Dialect::V1 && !self.key_in_url {
            return Err(BuildError::KeyInUrl);
        }
        for timeout in [self.timeout, self.look_timeout] {
            if timeout.is_zero() || timeout > LONGEST_CALL {
                return Err(BuildError::Timeout);
            }
        }
        let client = http::client(&base, self.system_proxy).map_err(|_| BuildError::Client)?;
        let place = Place {
            client,
            writer: RequestWriter { base, dialect: self.dialect, body_type: self.body_type },
            clock: self.clock,
            reply_offset: self.reply_offset,
            timeout: self.timeout,
            look_timeout: self.look_timeout,
            name: self.name.filter(|_| matches!(rule, Rule::Fixed)),
            system_proxy: self.system_proxy,
            strange_words: Arc::default(),
        };
        let now = Mutex::new(Now { place: Arc::new(place), is_set: false });
        Ok(Gateway { key_source: self.key_source, rule, now })
    }
}

/// Shows neither the key's source nor the given address: either may by mistake contain a secret.
impl fmt::Debug for GatewayBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayBuilder")
            .field("dialect", &self.dialect)
            .field("body_type", &self.body_type)
            .finish_non_exhaustive()
    }
}
