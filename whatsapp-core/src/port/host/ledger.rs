//! The host's invoices, as the core asks for them.

use std::fmt::{self, Debug};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};

use super::directory::DirectoryError;
use crate::format::Amount;
use crate::id::{CustomerId, InvoiceId};
use crate::private::Private;

/// The state of an invoice in the host's books just now.
///
/// ```
/// use whatsapp_core::format::Amount;
/// use whatsapp_core::port::{Due, Standing};
/// use whatsapp_core::{CustomerId, InvoiceId};
///
/// let due = Due::new(
///     InvoiceId::new("81")?,
///     CustomerId::new("42")?,
///     "INV-2026-0042",
///     "2026-01-27".parse()?,
///     "2026-02-11".parse()?,
///     Amount::rupees("15000")?,
/// );
/// assert!(due.is_open());
/// assert!(!due.with_standing(Standing::Void).is_open());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Due {
    /// The host's key of the invoice.
    pub invoice: InvoiceId,
    /// The customer who is to pay the invoice.
    pub customer: CustomerId,
    /// The invoice's number, as people know it.
    pub number: String,
    /// The date of the invoice.
    pub date: NaiveDate,
    /// The day by which it is to be paid.
    pub due: NaiveDate,
    /// The amount still to be paid, net of all that the host has booked; zero once it is paid.
    pub outstanding: Amount,
    /// The standing of the invoice: whether reminders may still ask for payment.
    pub standing: Standing,
    /// The link for payment, as `{paymentLink}` gives it; `None` keeps the link that the message
    /// was enqueued with.
    pub pay_link: Option<Private>,
}

/// The standing of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Standing {
    /// The invoice counts; the outstanding amount tells whether it is paid.
    #[default]
    Open,
    /// The invoice is paid, whatever the amount says.
    Paid,
    /// The invoice was withdrawn.
    Void,
    /// The customer disputes the invoice: reminders wait until it is open again.
    Disputed,
    /// The customer promised to pay by the end of this day: reminders wait until the day is over.
    /// After it, the invoice counts as open.
    PromisedUntil(NaiveDate),
    /// The host cannot tell just now, for example because its record cannot be read. Reminders of
    /// this invoice wait, and those of others go on. Except for the key, the other fields may hold
    /// earlier values.
    Unknown,
}

impl Due {
    /// An open invoice.
    pub fn new(
        invoice: InvoiceId,
        customer: CustomerId,
        number: impl Into<String>,
        date: NaiveDate,
        due: NaiveDate,
        outstanding: Amount,
    ) -> Self {
        let (number, standing) = (number.into(), Standing::Open);
        Self { invoice, customer, number, date, due, outstanding, standing, pay_link: None }
    }

    /// The same invoice with another standing.
    #[must_use]
    pub const fn with_standing(mut self, standing: Standing) -> Self {
        self.standing = standing;
        self
    }

    /// The same invoice with a link for payment.
    #[must_use]
    pub fn with_pay_link(mut self, link: impl Into<Private>) -> Self {
        self.pay_link = Some(link.into());
        self
    }

    /// Returns true if anything is to be paid on the invoice, now or later. An unknown standing
    /// counts as open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        match self.standing {
            Standing::Paid | Standing::Void => false,
            Standing::Unknown => true,
            Standing::Open | Standing::Disputed | Standing::PromisedUntil(_) => {
                self.outstanding.minor() > 0
            }
        }
    }
}

/// Shows the standing, and nothing that only the customer should read.
impl fmt::Debug for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Due").field("standing", &self.standing).finish_non_exhaustive()
    }
}

/// The host's invoices.
///
/// Only [`due`](Self::due) is required. With the defaults of the other methods, the host has no
/// credit and no date up to which it knows the payments, and gives no invoices to plan by.
///
/// ```
/// use async_trait::async_trait;
/// use whatsapp_core::InvoiceId;
/// use whatsapp_core::port::{DirectoryError, Due, InvoiceLedger};
///
/// #[derive(Debug)]
/// struct Books(Vec<Due>);
///
/// #[async_trait]
/// impl InvoiceLedger for Books {
///     async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
///         let find = |id: &InvoiceId| self.0.iter().find(|due| due.invoice == *id).cloned();
///         Ok(invoices.iter().map(find).collect())
///     }
/// }
/// ```
///
/// # Contract
/// Reads only; may be asked any number of times at once. Answers, or fails, within 10 seconds:
/// sending waits for it.
///
/// It is asked right before each send of two kinds of messages. These are messages that name an
/// invoice and whose type asks the ledger, and summaries that the planner made. So each answer must
/// be the truth of that moment. The reminder repeats it, and a customer who has paid must not be
/// asked to pay.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait InvoiceLedger: Debug + Send + Sync + 'static {
    /// The state of each of these invoices, in their order; `None` where there is no such invoice.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now: the messages then wait.
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError>;

    /// A page of the invoices on which something is to be paid.
    ///
    /// The host chooses an order that does not change. The page holds at most `limit` invoices and
    /// begins after the invoice `after`, or at the front. That invoice may be paid or removed
    /// meanwhile. An empty page is the end.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now.
    async fn unpaid(
        &self,
        after: Option<InvoiceId>,
        limit: u32,
    ) -> Result<Vec<Due>, DirectoryError> {
        let _ = (after, limit);
        Ok(Vec::new())
    }

    /// The money of a customer that is booked to no invoice: credit notes and payments in advance,
    /// at most one amount per currency. No reminder asks for an amount that this money covers.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now: the message then waits.
    async fn credit(&self, customer: &CustomerId) -> Result<Vec<Amount>, DirectoryError> {
        let _ = customer;
        Ok(Vec::new())
    }

    /// The [credit](Self::credit) of several customers, in their order. A host that keeps its books
    /// in SQL answers with one statement; the default asks for one customer after another.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now.
    async fn credits(&self, customers: &[CustomerId]) -> Result<Vec<Vec<Amount>>, DirectoryError> {
        let mut credits = Vec::with_capacity(customers.len());
        for customer in customers {
            credits.push(self.credit(customer).await?);
        }
        Ok(credits)
    }

    /// The time until which the host knows all payments, such as the time of the last bank
    /// statement; `None` where they are always known. It is asked only where
    /// `whatsapp_payments_fresh_days` is set.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now: the message then waits.
    async fn payments_known_until(&self) -> Result<Option<DateTime<Utc>>, DirectoryError> {
        Ok(None)
    }
}

/// Asks for the state of these invoices; an answer about others, or about fewer, is an error.
pub(crate) async fn due_on_all(
    ledger: &dyn InvoiceLedger,
    invoices: &[InvoiceId],
) -> Result<Vec<Option<Due>>, DirectoryError> {
    let answers = ledger.due(invoices).await?;
    if answers.len() != invoices.len() {
        let (given, asked) = (answers.len(), invoices.len());
        let why = format!("the ledger gave {given} answers about {asked} invoices");
        return Err(DirectoryError::new(why));
    }
    let mut both = answers.iter().zip(invoices);
    if both.any(|(due, asked)| due.as_ref().is_some_and(|due| due.invoice != *asked)) {
        return Err(DirectoryError::new("the ledger answered about another invoice"));
    }
    Ok(answers)
}

/// Asks for the state of one invoice.
pub(crate) async fn due_on(
    ledger: &dyn InvoiceLedger,
    invoice: &InvoiceId,
) -> Result<Option<Due>, DirectoryError> {
    let mut answers = due_on_all(ledger, std::slice::from_ref(invoice)).await?;
    Ok(answers.pop().flatten())
}
