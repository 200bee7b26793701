//! Typed payloads: the values of a message as Rust types for the host, so that a missing value does
//! not compile.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::render::Values;
use super::summary::{OpenInvoice, PaymentSummary};
use crate::format::{Amount, Formats};
use crate::id::{InvalidHostKey, InvoiceId};
use crate::types::MessageType;

/// Most values of a payload.
const VALUES: usize = 6;

/// The values of a message about a delivered order.
#[derive(Clone, PartialEq, Eq)]
pub struct StockDelivered {
    /// The order's number.
    pub order_number: String,
    /// The day it was delivered.
    pub delivered_on: NaiveDate,
    /// The delivered items, one per line.
    pub items: Vec<String>,
}

/// The values of a message about a new invoice.
#[derive(Clone, PartialEq, Eq)]
pub struct Invoice {
    /// The invoice's number.
    pub number: String,
    /// The invoice's date.
    pub date: NaiveDate,
    /// The invoice's amount.
    pub amount: Amount,
    /// Due date.
    pub due: NaiveDate,
    /// Link at which the customer can see it; `None` for the address of the attached file.
    pub link: Option<String>,
}

/// The values of a reminder about an unpaid invoice.
#[derive(Clone, PartialEq, Eq)]
pub struct PaymentReminder {
    /// The invoice's number.
    pub invoice_number: String,
    /// The amount still to be paid.
    pub amount: Amount,
    /// Due date.
    pub due: NaiveDate,
    /// The business's date on which the reminder is read: `daysOverdue` counts up to it.
    pub today: NaiveDate,
}

impl PaymentReminder {
    /// Days past the due date, 0 before it.
    #[must_use]
    pub fn days_overdue(&self) -> u32 {
        days_overdue(self.due, self.today)
    }

    /// The reminder with the host's key of its invoice, of which the ledger is asked: for
    /// [`Messenger::tell`](crate::Messenger::tell).
    ///
    /// ```
    /// use whatsapp_core::format::Amount;
    /// use whatsapp_core::template::PaymentReminder;
    ///
    /// let reminder = PaymentReminder {
    ///     invoice_number: "INV-2026-0042".into(),
    ///     amount: Amount::rupees("15000")?,
    ///     due: "2026-02-11".parse()?,
    ///     today: "2026-02-14".parse()?,
    /// };
    /// assert_eq!(reminder.about(81)?.invoice.as_str(), "81");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidHostKey`] when `invoice` cannot be a key.
    pub fn about(
        self,
        invoice: impl TryInto<InvoiceId, Error: Into<InvalidHostKey>>,
    ) -> Result<InvoiceReminder, InvalidHostKey> {
        let invoice: Result<InvoiceId, InvalidHostKey> = invoice.try_into().map_err(Into::into);
        Ok(InvoiceReminder { invoice: invoice?, reminder: self })
    }
}

/// A reminder about an unpaid invoice, with the host's key of the invoice:
/// [`PaymentReminder::about`] makes it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvoiceReminder {
    /// The host's key of the invoice.
    pub invoice: InvoiceId,
    /// The values of the reminder.
    pub reminder: PaymentReminder,
}

/// Days from the due date to this one, 0 before it.
pub(crate) fn days_overdue(due: NaiveDate, today: NaiveDate) -> u32 {
    u32::try_from((today - due).num_days()).unwrap_or(0)
}

/// The values of a greeting.
#[derive(Clone, PartialEq, Eq)]
pub struct Festival {
    /// The festival's or event's name.
    pub name: String,
}

/// The values of a message, by its type.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Payload {
    /// A delivered order.
    StockDelivered(StockDelivered),
    /// A new invoice.
    Invoice(Invoice),
    /// A reminder of an unpaid invoice.
    PaymentReminder(PaymentReminder),
    /// A greeting.
    Festival(Festival),
    /// A reminder of several unpaid invoices.
    PaymentSummary(PaymentSummary),
}

impl Payload {
    /// The message type that these values belong to.
    #[must_use]
    pub const fn message_type(&self) -> MessageType {
        match self {
            Self::StockDelivered(_) => MessageType::STOCK_DELIVERED,
            Self::Invoice(_) => MessageType::INVOICE,
            Self::PaymentReminder(_) => MessageType::PAYMENT_REMINDER,
            Self::Festival(_) => MessageType::FESTIVAL,
            Self::PaymentSummary(_) => MessageType::PAYMENT_SUMMARY,
        }
    }

    /// Writes the values out for a customer, by the rules of a locale. `link` is used where the
    /// host gave no invoice link.
    #[must_use]
    pub fn values<'a>(
        &'a self,
        customer_name: &'a str,
        link: &'a str,
        formats: &Formats,
    ) -> PayloadValues<'a> {
        let text = |text: &'a str| Cow::Borrowed(text);
        let date = |date| Cow::Owned(formats.date(date));
        let amount = |amount| Cow::Owned(formats.amount(amount));
        let name = text(customer_name);
        let none = || text("");
        let values = match self {
            Self::StockDelivered(order) => [
                name,
                text(&order.order_number),
                date(order.delivered_on),
                Cow::Owned(order.items.join("\n")),
                none(),
                none(),
            ],
            Self::Invoice(invoice) => [
                name,
                text(&invoice.number),
                date(invoice.date),
                amount(invoice.amount),
                date(invoice.due),
                text(invoice.link.as_deref().unwrap_or(link)),
            ],
            Self::PaymentReminder(reminder) => [
                name,
                text(&reminder.invoice_number),
                amount(reminder.amount),
                date(reminder.due),
                Cow::Owned(reminder.days_overdue().to_string()),
                none(),
            ],
            Self::Festival(festival) => {
                [name, text(&festival.name), none(), none(), none(), none()]
            }
            Self::PaymentSummary(summary) => [
                name,
                Cow::Owned(summary.lines(formats)),
                Cow::Owned(summary.totals(formats)),
                Cow::Owned(summary.oldest(formats)),
                none(),
                none(),
            ],
        };
        PayloadValues { message_type: self.message_type(), values }
    }
}

/// Payloads hold data that only the customer should read: `Debug` names no more than their type.
macro_rules! closed_debug {
    ($($name:ident),+) => {
        $(impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        })+
    };
}
closed_debug!(
    StockDelivered,
    Invoice,
    PaymentReminder,
    InvoiceReminder,
    Festival,
    PaymentSummary,
    OpenInvoice,
    Payload
);

/// A payload's values as text, in the order of its type's placeholders.
#[derive(Clone, PartialEq, Eq)]
pub struct PayloadValues<'a> {
    message_type: MessageType,
    values: [Cow<'a, str>; VALUES],
}

impl std::fmt::Debug for PayloadValues<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PayloadValues({})", self.message_type)
    }
}

impl PayloadValues<'_> {
    /// The values, for [`Template::render`](super::Template::render).
    #[must_use]
    pub fn values(&self) -> Values<'_> {
        Values::in_order(self.message_type, self.values.iter().map(AsRef::as_ref))
    }
}
