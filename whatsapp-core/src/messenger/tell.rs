//! Telling a customer something, in one line at the place of use.

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;

use super::request::Request;
use super::{Messenger, Receipt, SendError, SendErrorKind};
use crate::attachment::Attachment;
use crate::id::{CustomerId, InvalidHostKey};
use crate::template::{Festival, Invoice, InvoiceReminder, PaymentSummary, StockDelivered};

/// Content of a message, which [`Messenger::tell`] takes: the typed payloads, and types of a
/// host's own.
///
/// ```
/// use whatsapp_core::message::{MessageType, Placeholder, TypeDef};
/// use whatsapp_core::messenger::Tell;
/// use whatsapp_core::{CustomerId, Request};
///
/// static VISIT: TypeDef = TypeDef::new(
///     "visit",
///     "Visit",
///     &[Placeholder::line("day", "The day of the visit", "Monday")],
///     "We will visit you on {day}.",
/// );
///
/// struct Visit {
///     day: String,
/// }
///
/// impl Tell for Visit {
///     fn request_to(self, customer: CustomerId) -> Request {
///         let values = [("day".to_owned(), self.day)];
///         Request::values(customer, MessageType::of(&VISIT), values.into())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that a customer can be told",
    note = "a payment reminder needs its invoice: `reminder.about(invoice)?`",
    note = "a message type of your own implements `Tell`"
)]
pub trait Tell {
    /// Makes the request to tell this customer.
    fn request_to(self, customer: CustomerId) -> Request;
}

impl Tell for StockDelivered {
    fn request_to(self, customer: CustomerId) -> Request {
        Request::stock_delivered(customer, self)
    }
}

impl Tell for Invoice {
    fn request_to(self, customer: CustomerId) -> Request {
        Request::invoice(customer, self)
    }
}

impl Tell for InvoiceReminder {
    fn request_to(self, customer: CustomerId) -> Request {
        Request::payment_reminder(customer, self.invoice, self.reminder)
    }
}

impl Tell for PaymentSummary {
    fn request_to(self, customer: CustomerId) -> Request {
        Request::payment_summary(customer, self)
    }
}

impl Tell for Festival {
    fn request_to(self, customer: CustomerId) -> Request {
        Request::festival(customer, self)
    }
}

/// A message that [`Messenger::tell`] prepared. Awaiting it enqueues the message.
#[derive(Debug)]
#[must_use = "nobody is told anything until this is awaited"]
pub struct Telling<'a> {
    messenger: &'a Messenger,
    request: Result<Request, InvalidHostKey>,
}

impl Telling<'_> {
    /// Attaches a file, or a link to one.
    pub fn with_attachment(self, attachment: Attachment) -> Self {
        self.with(|request| request.with_attachment(attachment))
    }

    /// Sends at this instant, to the microsecond, instead of at once.
    pub fn with_schedule(self, instant: DateTime<Utc>) -> Self {
        self.with(|request| request.with_schedule(instant))
    }

    fn with(self, change: impl FnOnce(Request) -> Request) -> Self {
        Self { request: self.request.map(change), ..self }
    }
}

impl<'a> IntoFuture for Telling<'a> {
    type Output = Result<Receipt, SendError>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let request = self.request.map_err(SendErrorKind::CustomerId)?;
            self.messenger.enqueue(request).await
        })
    }
}

impl Messenger {
    /// Tells a customer something: [`enqueue`](Self::enqueue) in one line.
    ///
    /// `customer` is the host's own id of the customer: a text, an integer, a UUID or a
    /// [`CustomerId`]. `message` is a typed payload. A [`PaymentReminder`] names its invoice with
    /// [`about`], so that the ledger is asked before it is sent. A [`Request`] says everything else
    /// that a message may have, such as a key of its own.
    ///
    /// The answer is a [`Receipt`], or the error that [`enqueue`](Self::enqueue) has. A customer id
    /// that cannot be one is [`SendErrorKind::CustomerId`].
    ///
    /// [`PaymentReminder`]: crate::template::PaymentReminder
    /// [`about`]: crate::template::PaymentReminder::about
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use whatsapp_core::port::Customer;
    /// # use whatsapp_testkit::{FixedDirectory, MemoryStore};
    /// use whatsapp_core::template::StockDelivered;
    /// use whatsapp_core::{CustomerId, Messenger, Ports};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let asha = Customer::new(CustomerId::new("C-1")?, "Asha Traders", Some("+919876500001"));
    /// # let (store, customers) = (MemoryStore::new(), FixedDirectory::new([asha]));
    /// # let messenger = Messenger::new(Ports::new(Arc::new(store), Arc::new(customers)));
    /// # let (order_number, delivered_on) = ("SO-2026-0107".to_owned(), "2026-01-27".parse()?);
    /// let order = StockDelivered { order_number, delivered_on, items: vec!["Fan".into()] };
    /// let receipt = messenger.tell("C-1", order).await?;
    /// assert!(receipt.is_new);
    /// # Ok(())
    /// # }
    /// ```
    pub fn tell(
        &self,
        customer: impl TryInto<CustomerId, Error: Into<InvalidHostKey>>,
        message: impl Tell,
    ) -> Telling<'_> {
        let customer: Result<CustomerId, InvalidHostKey> = customer.try_into().map_err(Into::into);
        Telling { messenger: self, request: customer.map(|it| message.request_to(it)) }
    }
}
