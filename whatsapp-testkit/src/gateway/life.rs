//! The life of a message once it is accepted, in the gateway's words.

use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;

use super::fetch::Fetched;
use super::post::{Dialect, PostedFile, micros};

/// A message that the gateway accepted.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Accepted {
    /// The [`Post::arrival`](super::Post::arrival) that brought it.
    pub arrival: u64,
    /// Id of the message as the sender's dialect writes it: a UUID, on v1 an integer.
    pub id: String,
    /// UUID of the message, which v2 and rest show.
    pub uuid: String,
    /// Tracking code of the message, which v1 shows.
    pub tracking_code: u64,
    /// The dialect that brought it.
    pub dialect: Dialect,
    /// The recipient, in digits.
    pub number: String,
    /// The text, empty if there was none.
    pub text: String,
    /// Address of the media that goes with the text.
    pub url: Option<String>,
    /// The uploaded file. `None` on v1 and v2, which take an upload but deliver the text alone.
    pub file: Option<PostedFile>,
    /// Time at which the gateway was asked to send it, if not at once.
    pub scheduled_at: Option<DateTime<Utc>>,
    /// Acceptance by the gateway's clock.
    pub accepted_at: DateTime<Utc>,
    /// Acceptance in monotonic time since the gateway's start.
    #[serde(rename = "at_us", serialize_with = "micros")]
    pub at: Duration,
    /// Results of fetching the link, in order. Empty until that is done, and without
    /// [`GatewayBuilder::fetching`](super::GatewayBuilder::fetching). The last one counts.
    #[serde(skip)]
    pub fetched: Vec<Fetched>,
}

/// The stage that a message reaches, once the delivery lag has passed.
///
/// By name: `pending`, `delivered`, `read`, `failed`, `not-on-whatsapp`, and `status:` with any
/// word.
///
/// ```
/// use whatsapp_testkit::gateway::Delivery;
///
/// let delivery: Delivery = "status:noAccount".parse()?;
/// assert!(matches!(delivery, Delivery::Words { status, .. } if status == "noAccount"));
/// # Ok::<(), whatsapp_testkit::gateway::ParseDeliveryError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivery {
    /// Stays in the queue.
    Pending,
    /// Reaches the recipient's device. The default.
    Delivered,
    /// Is read.
    Read,
    /// Fails.
    Failed,
    /// Fails because the number has no WhatsApp.
    NotOnWhatsApp,
    /// Is described in exactly these words.
    Words {
        /// The `status` field.
        status: String,
        /// The `statusInfo` field; left out if empty.
        info: String,
        /// The `delivery` field; left out if empty.
        delivery: String,
    },
}

/// A text that names no delivery.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of a delivery")]
pub struct ParseDeliveryError(String);

impl FromStr for Delivery {
    type Err = ParseDeliveryError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match (name, name.strip_prefix("status:")) {
            ("pending", _) => Ok(Self::Pending),
            ("delivered", _) => Ok(Self::Delivered),
            ("read", _) => Ok(Self::Read),
            ("failed", _) => Ok(Self::Failed),
            ("not-on-whatsapp", _) => Ok(Self::NotOnWhatsApp),
            (_, Some(status)) if !status.is_empty() => {
                let status = status.to_owned();
                Ok(Self::Words { status, info: String::new(), delivery: String::new() })
            }
            _ => Err(ParseDeliveryError(name.to_owned())),
        }
    }
}

impl Delivery {
    /// The fields `status`, `statusInfo` and `delivery`.
    pub(super) fn words(&self) -> (&str, Option<&str>, Option<&str>) {
        match self {
            Self::Pending => ("PENDING", None, None),
            Self::Delivered => ("OK", Some("message successfully sent"), Some("device")),
            Self::Read => ("OK", Some("message has been read by the user"), Some("read")),
            Self::Failed => ("ERROR", Some("message sending failed"), Some("error")),
            Self::NotOnWhatsApp => ("NOT FOUND", Some("user not found"), Some("not found")),
            Self::Words { status, info, delivery } => (status, filled(info), filled(delivery)),
        }
    }
}

fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// Reads a `delay` field: `MM-DD-YYYY HH:MM` in UTC.
pub(super) fn scheduled(delay: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(delay, "%m-%d-%Y %H:%M").ok().map(|at| at.and_utc())
}
