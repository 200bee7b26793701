//! Results of fetching a link.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use whatsapp_core::attachment::AttachmentKind;

use crate::gateway::post::micros;

/// Result of fetching the link of an accepted message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fetched {
    /// HTTP status of the last answer; `None` if there was none.
    pub status: Option<u16>,
    /// `Content-Type` of that answer.
    pub content_type: Option<String>,
    /// `Content-Disposition` of that answer.
    pub content_disposition: Option<String>,
    /// The name under which the recipient sees the file: from the Content-Disposition, or else from
    /// the end of the link's path; `Untitled` when neither has one.
    pub file_name: String,
    /// Number of bytes of content that arrived.
    pub bytes: u64,
    /// SHA-256 of these bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// Kind of the file, if it is a PDF, JPG or PNG that is whole to its end; else sending fails.
    pub kind: Option<AttachmentKind>,
    /// Reason why the file is none of these, in plain words.
    pub problem: Option<String>,
    /// End of the fetch by the gateway's clock.
    pub fetched_at: DateTime<Utc>,
    /// End of the fetch in monotonic time since the gateway's start; zero for a fetch that an
    /// earlier gateway recorded.
    #[serde(rename = "at_us", serialize_with = "micros", skip_deserializing)]
    pub at: Duration,
}
