//! What came of fetching a link.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use whatsapp_core::attachment::AttachmentKind;

use crate::gateway::post::micros;

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
