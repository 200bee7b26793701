//! What the core asks of the host: its customers and its invoices.

use std::fmt::{self, Debug};
use std::sync::Arc;

use async_trait::async_trait;
use chrono::NaiveDate;

use crate::format::Amount;
use crate::id::{CustomerId, InvoiceId};
use crate::private::Private;

/// A customer, as the host knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The host's key.
    pub id: CustomerId,
    /// The name that messages address.
    pub name: Private,
    /// The WhatsApp number as the host has it; checked before anything is sent.
    pub whatsapp_number: Option<Private>,
}

impl Customer {
    /// A customer with a number as the host has it, `None` when there is none.
    pub fn new(id: CustomerId, name: impl Into<Private>, number: Option<&str>) -> Self {
        Self { id, name: name.into(), whatsapp_number: number.map(Private::from) }
    }

    /// Takes the number that was probably meant, where the number cannot be used as it stands:
    /// `098765 43210` becomes `+919876543210`.
    ///
    /// A number that can be used stays, and so does a number that nothing can be made of.
    /// `country` is the ISO 3166 code that a number without a country code is read in, such as `IN`.
    ///
    /// ```
    /// use whatsapp_core::CustomerId;
    /// use whatsapp_core::port::Customer;
    ///
    /// let asha = Customer::new(CustomerId::new("C-1")?, "Asha", Some("098765 43210"));
    /// let number = asha.with_suggested_number("IN").whatsapp_number;
    /// assert_eq!(number.as_ref().map(|number| number.as_str()), Some("+919876543210"));
    /// # Ok::<(), whatsapp_core::InvalidHostKey>(())
    /// ```
    #[cfg(feature = "suggest")]
    #[must_use]
    pub fn with_suggested_number(mut self, country: &str) -> Self {
        let typed = self.whatsapp_number.as_ref().map_or("", Private::as_str);
        if let Ok(number) = crate::number::WhatsAppNumber::from_typed(typed, country) {
            self.whatsapp_number = Some(number.as_str().into());
        }
        self
    }
}

/// The host could not be asked. An enqueue fails by that and stores nothing; a payment reminder
/// that was about to be sent waits and asks again.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the host's records could not be read")]
pub struct DirectoryError(#[source] Arc<dyn std::error::Error + Send + Sync>);

impl DirectoryError {
    /// Wraps the host's own error.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(Arc::from(source.into()))
    }
}

/// The host's customers.
///
/// A number is taken as it is given, and is refused unless it is `+` and digits. A host whose
/// people type numbers as they like may take what they probably meant, with one call in `find_many`:
/// `Customer::with_suggested_number` (feature `suggest`), which is `WhatsAppNumber::from_typed`.
///
/// # Contract
/// Reads only; may be asked any number of times at once. Answers, or fails, within 10 seconds.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CustomerDirectory: Debug + Send + Sync + 'static {
    /// The customers with these ids, in any order; an id that nobody has is left out. Each id is asked
    /// for once, and as many as one call enqueues together: one query answers them all.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now.
    async fn find_many(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError>;
}

/// What the host's books say of an invoice just now.
///
/// ```
/// use whatsapp_core::format::Amount;
/// use whatsapp_core::port::{Due, Standing};
///
/// let due = Due::new(
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
}

impl Due {
    /// An invoice that counts.
    pub fn new(
        number: impl Into<String>,
        date: NaiveDate,
        due: NaiveDate,
        outstanding: Amount,
    ) -> Self {
        Self { number: number.into(), date, due, outstanding, standing: Standing::Open }
    }

    /// The same with another standing.
    #[must_use]
    pub const fn with_standing(mut self, standing: Standing) -> Self {
        self.standing = standing;
        self
    }

    /// Whether anything is to be paid on it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.standing == Standing::Open && self.outstanding.minor() > 0
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
/// # Contract
/// Reads only. Answers, or fails, within 10 seconds: sending waits for it. Is asked right before
/// each send of a payment reminder that names an invoice, so the answer must be the truth of that
/// moment: the reminder says what it says, and a customer who has paid is not dunned.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait InvoiceLedger: Debug + Send + Sync + 'static {
    /// What the books say of this invoice; `None` when there is no such invoice.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now: the message then waits.
    async fn due(&self, invoice: &InvoiceId) -> Result<Option<Due>, DirectoryError>;
}
