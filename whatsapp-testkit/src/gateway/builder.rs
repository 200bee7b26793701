//! Settings of the gateway, chosen before it starts.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Offset, Utc};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};

use super::clock::{Now, Stopwatch, system};
use super::dialect::{Envelope, V1Reply};
use super::fetch::Fetcher;
use super::record::Record;
use super::server::serve;
use super::world::World;
use super::{Counts, Shared, StandInGateway};

/// Settings that stay the same while the gateway runs.
pub(super) struct Config {
    pub(super) key: String,
    pub(super) wrong_key_status: u16,
    pub(super) page_size: usize,
    pub(super) envelope: Envelope,
    pub(super) v1_reply: V1Reply,
    pub(super) groups: Vec<(String, String)>,
    pub(super) without: Vec<String>,
    pub(super) zone: FixedOffset,
    pub(super) fetching: bool,
    pub(super) now: Now,
}

/// Prepares a [`StandInGateway`]; made by [`StandInGateway::builder`].
#[must_use = "a gateway runs once `start` is called"]
pub struct GatewayBuilder {
    config: Config,
    bind: SocketAddr,
    seed: u64,
    list_lag: Duration,
    delivery_lag: Duration,
    long_ids: bool,
    record: Option<PathBuf>,
    continuing: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            key: "stand-in-key".to_owned(),
            wrong_key_status: 401,
            page_size: 20,
            envelope: Envelope::default(),
            v1_reply: V1Reply::default(),
            groups: Vec::new(),
            without: Vec::new(),
            zone: Utc.fix(),
            fetching: false,
            now: system(),
        }
    }
}

impl Default for GatewayBuilder {
    fn default() -> Self {
        Self {
            config: Config::default(),
            bind: (Ipv4Addr::LOCALHOST, 0).into(),
            seed: 0,
            list_lag: Duration::ZERO,
            delivery_lag: Duration::ZERO,
            long_ids: false,
            record: None,
            continuing: false,
        }
    }
}

impl GatewayBuilder {
    /// Sets the one key that is let in. Default: `stand-in-key`.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.config.key = key.into();
        self
    }

    /// Sets the status for any other key: 401 by default, 403 is as likely with the real gateway.
    pub fn wrong_key_status(mut self, status: u16) -> Self {
        self.config.wrong_key_status = status;
        self
    }

    /// Sets the address to listen on. Default: a free port of 127.0.0.1.
    pub fn bind(mut self, address: impl Into<SocketAddr>) -> Self {
        self.bind = address.into();
        self
    }

    /// Sets the rows on a page of a sent list, at least 1. Default: 20.
    pub fn page_size(mut self, rows: usize) -> Self {
        self.config.page_size = rows.max(1);
        self
    }

    /// Sets the time, by the gateway's clock, from a message's acceptance until lists and status
    /// answers show it; until then its status is 404. Default: none.
    pub fn list_lag(mut self, lag: Duration) -> Self {
        self.list_lag = lag;
        self
    }

    /// Sets the time, by the gateway's clock, that a message stays `PENDING`. Default: none.
    pub fn delivery_lag(mut self, lag: Duration) -> Self {
        self.delivery_lag = lag;
        self
    }

    /// Sets the seed that message ids are made from. Default: 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Gives messages ids of 21 digits, which are more than a JSON number usually keeps; v1's
    /// tracking codes stay short.
    pub fn long_ids(mut self) -> Self {
        self.long_ids = true;
        self
    }

    /// Sets the name under which v2 gives statuses and lists.
    pub fn envelope(mut self, envelope: Envelope) -> Self {
        self.config.envelope = envelope;
        self
    }

    /// Sets the answer of v1 to an accepted POST.
    pub fn v1_reply(mut self, reply: V1Reply) -> Self {
        self.config.v1_reply = reply;
        self
    }

    /// Adds a group to the group list.
    pub fn group(mut self, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.config.groups.push((id.into(), name.into()));
        self
    }

    /// Leaves out the endpoints whose path begins with `path`, for instance
    /// `/api/v1/messages/media` or `/v2`: they answer 404 with the error envelope.
    pub fn without(mut self, path: impl Into<String>) -> Self {
        self.config.without.push(path.into());
        self
    }

    /// Sets the zone that timestamps in replies are written in (they do not say which). Default:
    /// UTC.
    pub fn zone(mut self, zone: FixedOffset) -> Self {
        self.config.zone = zone;
        self
    }

    /// Fetches the links of accepted messages, as the real gateway does: without credentials, and
    /// once the send is answered. Until that is done a message is `PENDING`; if the link gives no
    /// file, sending has failed. Default: a link is believed to lead to its file.
    pub fn fetching(mut self) -> Self {
        self.config.fetching = true;
        self
    }

    /// Sets the gateway's clock. Default: the machine's.
    pub fn now(mut self, now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        self.config.now = Arc::new(now);
        self
    }

    /// Appends every POST and every acceptance to this file before it is answered, one line of JSON
    /// each: `{"event":"post", …}` with the fields of [`Post`](super::Post), and
    /// `{"event":"accepted", …}` with those of [`Accepted`](super::Accepted). The result of
    /// fetching a link follows as `{"event":"fetched", …}` with the message's `arrival` and the
    /// fields of [`Fetched`](super::Fetched).
    ///
    /// If a line cannot be written, the request panics and the gateway answers no more: a record
    /// with holes would make a checker pass what it must fail.
    pub fn record(mut self, file: impl Into<PathBuf>) -> Self {
        self.record = Some(file.into());
        self
    }

    /// As [`record`](Self::record), and goes on where the gateway ended that wrote the file before.
    /// The messages that it accepted are in this one's lists, and no id is given twice. Links that
    /// it did not fetch any more are fetched. So a program that brings its own gateway can be
    /// killed and started again.
    pub fn continuing(mut self, file: impl Into<PathBuf>) -> Self {
        self.continuing = true;
        self.record(file)
    }

    /// Starts the gateway on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// Fails if the address cannot be bound, the record file cannot be opened or read back, or no
    /// HTTP client can be made.
    pub async fn start(self) -> io::Result<StandInGateway> {
        let before = match &self.record {
            Some(file) if self.continuing => Record::recall(file)?,
            _ => (Vec::new(), 0),
        };
        let record = self.record.as_deref().map(Record::open).transpose()?;
        let listener = TcpListener::bind(self.bind).await?;
        let address = listener.local_addr()?;
        let mut world = World::new(self.seed, record);
        let (fetches, errands) = mpsc::unbounded_channel();
        let client = if self.config.fetching {
            world.fetches.open(fetches);
            Some(Fetcher::new()?)
        } else {
            None
        };
        world.remember(before.0, before.1);
        world.list_lag = self.list_lag;
        world.delivery_lag = self.delivery_lag;
        world.long_ids = self.long_ids;
        let shared = Arc::new(Shared {
            config: self.config,
            started: Stopwatch::start(),
            world: Mutex::new(world),
            counts: watch::Sender::new(Counts::default()),
        });
        let (stop, stopped) = oneshot::channel();
        let serving =
            tokio::spawn(serve(listener, Arc::clone(&shared), client.zip(Some(errands)), stopped));
        Ok(StandInGateway { shared, address, stop, serving })
    }
}

impl fmt::Debug for GatewayBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayBuilder").field("bind", &self.bind).finish_non_exhaustive()
    }
}
