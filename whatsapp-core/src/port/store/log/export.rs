//! Messages as they are taken out of the log.

use chrono::{DateTime, Utc};

use super::page::Cursor;
use crate::id::{CustomerId, MessageId};
use crate::message::{Delivery, Status, Trigger, TypeName};
use crate::private::Private;

/// The most rows that one call takes out.
pub const EXPORT_MAX: u32 = 2_000;

/// A message as it is taken out of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRow {
    /// Its id.
    pub id: MessageId,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The customer.
    pub customer_id: CustomerId,
    /// The customer's name as it was.
    pub customer_name: Private,
    /// The number that it goes to.
    pub whatsapp_number: Private,
    /// Its type.
    pub message_type: TypeName,
    /// What made it.
    pub trigger: Trigger,
    /// Its status.
    pub status: Status,
    /// How far it has come.
    pub delivery: Option<Delivery>,
    /// How often it was tried again.
    pub retry_count: u32,
    /// Why it failed, or why it was withdrawn.
    pub reason: Option<String>,
    /// What it is about, as people know it.
    pub subject: Option<String>,
    /// When the gateway took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// Its text, where that was asked for.
    pub text: Option<Private>,
}

/// Rows that were taken out, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportPage {
    /// The rows.
    pub rows: Vec<ExportRow>,
    /// How many more there are here that cannot be read, because something else than the library changed
    /// them.
    pub broken: u64,
    /// Where the next ones begin; `None` at the end.
    pub next: Option<Cursor>,
}
