//! What the core asks of the host about its invoices.

use std::fmt::{self, Debug};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};

use super::directory::DirectoryError;
use crate::format::Amount;
use crate::id::{CustomerId, InvoiceId};
use crate::private::Private;

/// What the host's books say of an invoice just now.
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
    /// Who is to pay it.
    pub customer: CustomerId,
    /// The invoice's number, as people know it.
    pub number: String,
    /// The date of the invoice.
    pub date: NaiveDate,
    /// The day by which it is to be paid.
    pub due: NaiveDate,
    /// What is still to be paid, net of all that the host has booked; zero once it is paid.
    pub outstanding: Amount,
    /// Whether anybody should still be asked to pay it.
    pub standing: Standing,
    /// Where it can be paid, as `{paymentLink}` says it; `None` keeps what the message was enqueued
    /// with.
    pub pay_link: Option<Private>,
}

/// How an invoice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Standing {
    /// It counts; whether it is paid, the outstanding amount says.
    #[default]
    Open,
    /// It is paid, whatever the amount says.
    Paid,
    /// It was withdrawn.
    Void,
    /// The customer objects to it: reminders wait until it is open again.
    Disputed,
    /// The customer promised to pay by the end of this day: reminders wait until it is over. Once it
    /// is, the invoice counts as open.
    PromisedUntil(NaiveDate),
    /// The host cannot tell just now, such as where its record cannot be read: reminders of this invoice
    /// wait, and those of others go on. The other fields but its key may be those of before.
    Unknown,
}

impl Due {
    /// An invoice that counts.
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

    /// The same with another standing.
    #[must_use]
    pub const fn with_standing(mut self, standing: Standing) -> Self {
        self.standing = standing;
        self
    }

    /// The same with a link by which it can be paid.
    #[must_use]
    pub fn with_pay_link(mut self, link: impl Into<Private>) -> Self {
        self.pay_link = Some(link.into());
        self
    }

    /// Whether anything is to be paid on it, now or later.
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

/// Shows how it stands, and nothing that only its customer should read.
impl fmt::Debug for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Due").field("standing", &self.standing).finish_non_exhaustive()
    }
}

/// The host's invoices.
///
/// Only [`due`](Self::due) has to be there. A host that leaves out the rest has no credit and no
/// payments of which it knows the date, and gives no invoices to plan by.
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
/// sending waits for it. Is asked right before each send of a message that names an invoice, of a
/// type that asks the ledger, and of a summary that the planner made. So each answer must be the
/// truth of that moment: the reminder says what it says, and a customer who has paid is not dunned.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait InvoiceLedger: Debug + Send + Sync + 'static {
    /// What the books say of each of these invoices, in their order; `None` where there is no such
    /// invoice.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now: the messages then wait.
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError>;

    /// A page of the invoices on which something is to be paid, in an order that the host chooses and
    /// that does not change: at most `limit`, beginning behind the invoice `after`, or at the front.
    /// An invoice may be paid or gone by the time that it is named as `after`. An empty page is the
    /// end.
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

    /// The money that a customer has with the host and that is booked to no invoice: credit notes and
    /// payments in advance, at most one amount a currency. No reminder asks for what it covers.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now: the message then waits.
    async fn credit(&self, customer: &CustomerId) -> Result<Vec<Amount>, DirectoryError> {
        let _ = customer;
        Ok(Vec::new())
    }

    /// The [credit](Self::credit) of several customers, in their order. A host whose books are asked by
    /// SQL answers with one statement; the default asks for one customer after another.
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

    /// Until when the host knows all payments, such as the time of the last bank statement; `None`
    /// where they are always known. Is asked only where `whatsapp_payments_fresh_days` is set.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now: the message then waits.
    async fn payments_known_until(&self) -> Result<Option<DateTime<Utc>>, DirectoryError> {
        Ok(None)
    }
}

/// What the books say of these invoices; an answer that is about others, or about fewer, is none.
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

/// What the books say of one invoice.
pub(crate) async fn due_on(
    ledger: &dyn InvoiceLedger,
    invoice: &InvoiceId,
) -> Result<Option<Due>, DirectoryError> {
    let mut answers = due_on_all(ledger, std::slice::from_ref(invoice)).await?;
    Ok(answers.pop().flatten())
}
