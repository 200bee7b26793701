//! What the gateway gets when it fetches the link of an accepted message, and when it does.

mod client;
mod name;
mod queue;

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use whatsapp_core::attachment::AttachmentKind;

use super::post::micros;
use super::{Accepted, StandInGateway};

pub(super) use client::Fetcher;
pub(super) use queue::{Errand, Queue};

/// How the gateway asks for the file behind a link. The real one asks as it likes: a link has to
/// stand all of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Fetching {
    /// With one GET.
    #[default]
    Once,
    /// With one GET, and then with another, as if the first file had got lost. The last one counts.
    Twice,
    /// With a HEAD, and with a GET if that is answered well.
    HeadFirst,
    /// With two GETs for a range of bytes each. A server that answers the first with the whole file
    /// is not asked again.
    InPieces,
}

/// What the gateway got when it fetched the link of an accepted message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fetched {
    /// HTTP status of the last answer; `None` if there was none.
    pub status: Option<u16>,
    /// Its `Content-Type`.
    pub content_type: Option<String>,
    /// Its `Content-Disposition`.
    pub content_disposition: Option<String>,
    /// The name under which the recipient sees the file: by the Content-Disposition, or else by the
    /// end of the link's path; `Untitled` when neither has one.
    pub file_name: String,
    /// How many bytes of content arrived.
    pub bytes: u64,
    /// Their SHA-256, 64 hexadecimal digits.
    pub sha256: String,
    /// What they are, if they are a PDF, JPG or PNG that is whole to its end; else sending fails.
    pub kind: Option<AttachmentKind>,
    /// Why they are not, in plain words.
    pub problem: Option<String>,
    /// The end of the fetch by the gateway's clock.
    pub fetched_at: DateTime<Utc>,
    /// The end of the fetch in monotonic time since the gateway's start; zero for one that an
    /// earlier gateway recorded.
    #[serde(rename = "at_us", serialize_with = "micros", skip_deserializing)]
    pub at: Duration,
}

/// Links of accepted messages, with [`GatewayBuilder::fetching`](super::GatewayBuilder::fetching).
impl StandInGateway {
    /// How links are fetched from now on.
    pub fn fetches(&self, fetching: Fetching) {
        self.shared.with(|world, _| world.fetches.fetching = fetching);
    }

    /// Begins no more fetches until [`release_fetches`](Self::release_fetches); those under way go
    /// on. The messages meanwhile stay `PENDING`.
    pub fn hold_fetches(&self) {
        self.shared.with(|world, _| world.fetches.held = true);
    }

    /// Begins the fetches that were held back; returns how many.
    #[must_use = "a test that releases nothing may be wrong about what it did before"]
    pub fn release_fetches(&self) -> usize {
        self.shared.with(|world, _| {
            world.fetches.held = false;
            world.fetches.begin()
        })
    }

    /// Waits until the links of at least this many messages were fetched, however that went, and
    /// returns all messages of which this is so, in order of acceptance.
    pub async fn wait_for_fetched(&self, messages: usize) -> Vec<Accepted> {
        self.wait_until(|counts| counts.fetched >= messages).await;
        self.shared.with(|world, _| {
            world.accepted.iter().filter(|message| !message.fetched.is_empty()).cloned().collect()
        })
    }
}
