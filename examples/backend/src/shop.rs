//! The work of the shop. Wherever the shop tells a customer something, its own rows and the message
//! are written in one transaction.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;
use whatsapp_core::attachment::InvalidAttachment;
use whatsapp_core::audit::Actor;
use whatsapp_core::format::Amount;
use whatsapp_core::messenger::Consent;
use whatsapp_core::messenger::{Draft, Receipt, SendError};
use whatsapp_core::planner::{Anyway, PlannerError, ReminderActError};
use whatsapp_core::port::{Clock, Enqueued, Store, StoreError};
use whatsapp_core::schedule::ReminderStep;
use whatsapp_core::template::{Invoice as InvoiceMessage, StockDelivered};
use whatsapp_core::time::Zone;
use whatsapp_core::{Attachment, InvoiceId, MessageId, Messenger, Planner, Request, Wake};
use whatsapp_media::StoredMedia;

use crate::database::{Database, Transaction};
use crate::document;
use crate::records::{Customer, Invoice, Order};

/// The shop. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Shop {
    pub(crate) database: Database,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) messenger: Messenger,
    pub(crate) planner: Arc<Planner>,
    /// Wakes the dispatchers of this process after a commit.
    pub(crate) wake: Wake,
    /// Keeps the PDFs that the gateway is to fetch.
    pub(crate) media: StoredMedia,
}

/// An invoice to make out.
#[derive(Debug, Clone)]
pub struct NewInvoice {
    /// Customer of the invoice.
    pub customer_id: Uuid,
    /// Number of the invoice, such as `INV-2026-0107`.
    pub number: String,
    /// Amount to pay.
    pub amount: Amount,
    /// Date by which it is to be paid.
    pub due_on: NaiveDate,
}

/// Outcome of the message about an invoice or an order.
#[derive(Debug)]
pub enum Told {
    /// The message is in the outbox.
    Message(MessageId),
    /// There is no message, or it failed at once, for this reason. The shop's own rows are there.
    Refused(String),
    /// The customer was told before.
    Before,
}

/// Reason why the shop did nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShopError {
    /// The customer is unknown.
    #[error("customerId: there is no such customer")]
    NoCustomer,
    /// There is no invoice with the number.
    #[error("number: there is no invoice {0}")]
    NoInvoice(String),
    /// There is no order with the number.
    #[error("number: there is no order {0}")]
    NoOrder(String),
    /// The number is taken.
    #[error("number: {0} is taken")]
    NumberTaken(String),
    /// The PDF that was drawn may not be attached.
    #[error("the PDF cannot be attached: {0}")]
    Pdf(InvalidAttachment),
    /// The shop's own rows could not be read or written.
    #[error("the database does not answer; try again")]
    Database(#[source] sqlx::Error),
    /// Somebody else wrote the same message at the same moment, and so nothing was written here.
    #[error("somebody else did the same at the same moment; try again")]
    Meanwhile,
    /// The message could not be written, and so nothing was.
    #[error("the database does not answer; try again")]
    Store(#[source] StoreError),
    /// The reminder could not be made just now, and so it was not.
    #[error("no reminder can be made just now: {0}")]
    Planner(PlannerError),
}

impl From<StoreError> for ShopError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => Self::Meanwhile,
            error => Self::Store(error),
        }
    }
}

impl From<sqlx::Error> for ShopError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl Shop {
    /// Returns the shop's database.
    #[must_use]
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// Returns the present time, by the clock that all processes on the database agree by.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Returns today's date in India, where the shop is.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        Zone::default().date(self.now())
    }

    /// Adds a customer.
    ///
    /// # Errors
    /// Returns a [`ShopError`].
    pub async fn add_customer(
        &self,
        name: String,
        whatsapp_number: Option<String>,
    ) -> Result<Customer, ShopError> {
        let customer = Customer { id: new_id(), name, whatsapp_number };
        self.database.add_customer(&customer).await?;
        Ok(customer)
    }

    /// Makes out an invoice and tells its customer: both, or neither.
    ///
    /// # Errors
    /// Returns a [`ShopError`]: then there is neither the invoice nor a message.
    pub async fn create_invoice(&self, new: NewInvoice) -> Result<(Invoice, Told), ShopError> {
        let (invoice, draft) = self.draft_invoice(new).await?;
        let mut transaction = self.database.begin().await?;
        let enqueued = Self::write_invoice(&mut transaction, &invoice, &draft).await?;
        transaction.commit().await?;
        Ok((invoice, self.told(draft, enqueued)))
    }

    /// Does the first half of [`create_invoice`](Self::create_invoice). Nothing is written yet but
    /// the PDF, whose link ends by itself if the second half does not follow.
    ///
    /// # Errors
    /// Returns a [`ShopError`].
    pub async fn draft_invoice(&self, new: NewInvoice) -> Result<(Invoice, Draft), ShopError> {
        let customer = self.database.customer(new.customer_id).await?;
        let customer = customer.ok_or(ShopError::NoCustomer)?;
        let invoice = Invoice {
            id: new_id(),
            customer_id: new.customer_id,
            number: new.number,
            issued_on: self.today(),
            due_on: new.due_on,
            amount: new.amount.minor(),
            paid_on: None,
        };
        let message = InvoiceMessage {
            number: invoice.number.clone(),
            date: invoice.issued_on,
            amount: new.amount,
            due: invoice.due_on,
            link: None,
        };
        let name = format!("{}.pdf", invoice.number);
        let attachment = Attachment::file(&name, document::draw(&invoice, &customer));
        let attachment = attachment.map_err(ShopError::Pdf)?;
        let request = Request::invoice(invoice.customer_id.into(), message)
            .with_invoice(invoice.id.into())
            .with_attachment(attachment);
        let draft = self.messenger.draft(&[request]).await;
        Ok((invoice, draft))
    }

    /// Does the second half: writes the invoice and its message in the caller's transaction.
    ///
    /// # Errors
    /// Returns a [`ShopError`]: then the transaction is to be rolled back.
    pub async fn write_invoice(
        transaction: &mut Transaction,
        invoice: &Invoice,
        draft: &Draft,
    ) -> Result<Vec<Enqueued>, ShopError> {
        let added = transaction.add_invoice(invoice).await;
        added.map_err(|error| unless_taken(error, &invoice.number))?;
        Ok(transaction.enqueue(draft.messages()).await?)
    }

    /// Reminds of an invoice now, because a person wants it, beside the reminders that are planned
    /// by the invoice's date. Outside the hours, or if the customer is reminded on the day already,
    /// it asks first; with `anyway` it does not. Right before the message is sent, it is asked
    /// again whether the invoice is still due.
    ///
    /// # Errors
    /// Returns a [`ShopError`].
    pub async fn remind(&self, number: &str, anyway: bool) -> Result<Told, ShopError> {
        let invoice = self.invoice(number).await?;
        let said = if anyway { Consent::Given } else { Consent::NotAsked };
        let anyway = Anyway::new().with_outside_hours(said).with_again_today(said);
        let key = InvoiceId::from(invoice.id);
        Ok(match self.planner.remind_now(&key, &Actor::Host, anyway, None).await {
            Ok(receipt) if receipt.is_new => Told::Message(receipt.message_id),
            Ok(_) => Told::Before,
            Err(ReminderActError::Planner(error)) => return Err(ShopError::Planner(error)),
            Err(error) => Told::Refused(error.to_string()),
        })
    }

    /// Returns the reminders of an invoice, sent ones and those to come, with their present states.
    ///
    /// # Errors
    /// Returns a [`ShopError`].
    pub async fn reminders(&self, number: &str) -> Result<Vec<ReminderStep>, ShopError> {
        let invoice = self.invoice(number).await?;
        Ok(self.planner.steps(&invoice.id.into()).await?)
    }

    async fn invoice(&self, number: &str) -> Result<Invoice, ShopError> {
        let invoice = self.database.invoice_by_number(number).await?;
        invoice.ok_or_else(|| ShopError::NoInvoice(number.to_owned()))
    }

    /// Marks an invoice paid.
    ///
    /// # Errors
    /// Returns a [`ShopError`].
    pub async fn pay_invoice(&self, number: &str) -> Result<(), ShopError> {
        if self.database.pay_invoice(number, self.today()).await? {
            Ok(())
        } else {
            Err(ShopError::NoInvoice(number.to_owned()))
        }
    }

    /// Adds an order.
    ///
    /// # Errors
    /// Returns a [`ShopError`].
    pub async fn add_order(
        &self,
        customer_id: Uuid,
        number: String,
        items: &[String],
    ) -> Result<Order, ShopError> {
        if self.database.customer(customer_id).await?.is_none() {
            return Err(ShopError::NoCustomer);
        }
        let items = items.join("\n");
        let order = Order { id: new_id(), customer_id, number, items, delivered_on: None };
        let added = self.database.add_order(&order).await;
        added.map_err(|error| unless_taken(error, &order.number))?;
        Ok(order)
    }

    /// Marks an order delivered and tells its customer: both, or neither, and once.
    ///
    /// # Errors
    /// Returns a [`ShopError`].
    pub async fn deliver_order(&self, number: &str) -> Result<Told, ShopError> {
        let order = self.database.order_by_number(number).await?;
        let order = order.ok_or_else(|| ShopError::NoOrder(number.to_owned()))?;
        let today = self.today();
        let message = StockDelivered {
            order_number: order.number.clone(),
            delivered_on: today,
            items: order.items.lines().map(str::to_owned).collect(),
        };
        let request = Request::stock_delivered(order.customer_id.into(), message);
        let draft = self.messenger.draft(&[request]).await;

        let mut transaction = self.database.begin().await?;
        if !transaction.deliver_order(number, today).await? {
            transaction.rollback().await?;
            return Ok(Told::Before);
        }
        let enqueued = transaction.enqueue(draft.messages()).await?;
        transaction.commit().await?;
        Ok(self.told(draft, enqueued))
    }

    /// Follows the commit: wakes the dispatchers of this process, and returns the outcome of the
    /// message.
    fn told(&self, draft: Draft, enqueued: Vec<Enqueued>) -> Told {
        self.wake.wake();
        draft.receipts(enqueued).pop().map_or(Told::Before, told)
    }
}

fn told(answer: Result<Receipt, SendError>) -> Told {
    match answer {
        Ok(receipt) if receipt.is_new => Told::Message(receipt.message_id),
        Ok(_) => Told::Before,
        Err(error) => Told::Refused(error.to_string()),
    }
}

/// Makes an id of the shop's own.
#[expect(clippy::disallowed_methods, reason = "the library's ports are for the library's ids")]
fn new_id() -> Uuid {
    Uuid::new_v4()
}

fn unless_taken(error: sqlx::Error, number: &str) -> ShopError {
    match error.as_database_error() {
        Some(error) if error.is_unique_violation() => ShopError::NumberTaken(number.to_owned()),
        _ => error.into(),
    }
}
