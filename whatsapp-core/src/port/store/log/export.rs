//! Messages as they are exported from the log.

use chrono::{DateTime, Utc};

use super::page::Cursor;
use crate::id::{CustomerId, MessageId};
use crate::message::{Delivery, Status, Trigger, TypeName};
use crate::private::Private;

/// The most rows that one call exports.
pub const EXPORT_MAX: u32 = 2_000;

/// A message as it is exported from the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRow {
    /// The message's id.
    pub id: MessageId,
    /// Time at which the message was made.
    pub created_at: DateTime<Utc>,
    /// The customer.
    pub customer_id: CustomerId,
    /// The customer's name when the message was made.
    pub customer_name: Private,
    /// The recipient's number.
    pub whatsapp_number: Private,
    /// The message's type.
    pub message_type: TypeName,
    /// The trigger of the message.
    pub trigger: Trigger,
    /// The message's status.
    pub status: Status,
    /// The message's delivery, as far as it is known.
    pub delivery: Option<Delivery>,
    /// Number of retries so far.
    pub retry_count: u32,
    /// Reason why the message failed or was withdrawn.
    pub reason: Option<String>,
    /// The subject of the message, as people know it.
    pub subject: Option<String>,
    /// Time at which the gateway accepted the message.
    pub sent_at: Option<DateTime<Utc>>,
    /// The message's text, where that was asked for.
    pub text: Option<Private>,
}

/// Exported rows, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportPage {
    /// The rows.
    pub rows: Vec<ExportRow>,
    /// Number of further rows of this page that cannot be read, because something else than the
    /// library changed them.
    pub broken: u64,
    /// Start of the next page; `None` at the end.
    pub next: Option<Cursor>,
}
