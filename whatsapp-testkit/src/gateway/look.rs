//! Questions put to the gateway, and the ways in which it may fail to answer them.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// The way in which the gateway answers a question for a list of sent messages or a status.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Look {
    /// With the truth, as far as the lag lets it know.
    #[default]
    Honest,
    /// With this HTTP status and the error body.
    Status(u16),
    /// Not at all; the connection stays open.
    Hang,
    /// With a TCP reset.
    Reset,
    /// With 200 and an HTML page.
    Garbage,
    /// With half of the body.
    Truncated,
    /// With the page after the one that was asked for. A status is answered honestly.
    WrongPage,
    /// With all messages, whatever number was asked for. A status is answered honestly.
    Unfiltered,
    /// With 404 if nothing was sent to the number. A status is answered honestly.
    NoSuchChat,
    /// With nothing of what was sent, as another account's list would be. A status is answered
    /// honestly.
    Nothing,
}

/// The answer of the connection's state and the group list while the whole account is in trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Probed {
    /// That all is well, in spite of the trouble.
    Yes,
    /// The same answer that every POST gets.
    No,
}

/// A question that was put to the gateway: a GET for a list, a status, the connection's state or
/// the groups, with the right key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Question {
    /// The path, with `{key}` in place of a key.
    pub path: String,
    /// The `phonenumber` parameter.
    pub number: Option<String>,
    /// The `page` parameter.
    pub page: Option<String>,
    /// The `id` parameter.
    pub id: Option<String>,
    /// Monotonic time since the gateway's start.
    pub at: Duration,
    /// Arrival by the gateway's clock.
    pub received_at: DateTime<Utc>,
}
