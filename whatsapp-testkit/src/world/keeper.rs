//! The keeper of a shop's books: writes into them what happens in a world.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use whatsapp_core::InvoiceId;
use whatsapp_core::port::{Customer, DirectoryError, Due};

use super::database::Way;
use super::sim::Sim;
use crate::{FixedDirectory, FixedLedger};

/// Writes into a host's own books what happens in a world: its customers, what they owe, and what
/// they have paid. See [`World::with_keeper`](super::World::with_keeper).
///
/// ```
/// use std::sync::Arc;
///
/// use async_trait::async_trait;
/// use whatsapp_core::InvoiceId;
/// use whatsapp_core::port::{Customer, DirectoryError, Due};
/// use whatsapp_testkit::world::{Bookkeeper, Plan, World};
/// use whatsapp_testkit::{FixedDirectory, FixedLedger};
///
/// /// Stands for the tables of a back-end.
/// #[derive(Debug, Clone, Default)]
/// struct Tables {
///     customers: FixedDirectory,
///     invoices: FixedLedger,
/// }
///
/// #[async_trait]
/// impl Bookkeeper for Tables {
///     async fn customer(&self, customer: &Customer) -> Result<(), DirectoryError> {
///         self.customers.put(customer.clone());
///         Ok(())
///     }
///
///     async fn owes(&self, due: &Due) -> Result<(), DirectoryError> {
///         self.invoices.owe(due.clone());
///         Ok(())
///     }
///
///     async fn paid(&self, invoice: &InvoiceId) -> Result<(), DirectoryError> {
///         self.invoices.pay(invoice.clone());
///         Ok(())
///     }
/// }
///
/// let tables = Tables::default();
/// let outcome = World::new(Plan::of_seed(7).with_messages(20))
///     .with_customers(Arc::new(tables.customers.clone()))
///     .with_invoices(Arc::new(tables.invoices.clone()))
///     .with_keeper(Arc::new(tables))
///     .run();
/// assert!(outcome.violations.is_empty(), "{:?}", outcome.violations);
/// assert!(outcome.sent > 0);
/// ```
#[async_trait]
pub trait Bookkeeper: fmt::Debug + Send + Sync {
    /// Writes a customer down, who is new or has another number from now on.
    ///
    /// # Errors
    /// Fails if the books cannot be written. The world takes that for a broken promise.
    async fn customer(&self, customer: &Customer) -> Result<(), DirectoryError>;

    /// Writes down that an invoice is due.
    ///
    /// # Errors
    /// As [`customer`](Self::customer).
    async fn owes(&self, due: &Due) -> Result<(), DirectoryError>;

    /// Writes down that an invoice is paid. From now on nobody may be reminded of it.
    ///
    /// # Errors
    /// As [`customer`](Self::customer).
    async fn paid(&self, invoice: &InvoiceId) -> Result<(), DirectoryError>;
}

/// The books of a world over no books of a host's own.
#[derive(Debug, Clone, Default)]
pub(super) struct OwnBooks {
    pub(super) customers: FixedDirectory,
    pub(super) invoices: FixedLedger,
}

#[async_trait]
impl Bookkeeper for OwnBooks {
    async fn customer(&self, customer: &Customer) -> Result<(), DirectoryError> {
        self.customers.put(customer.clone());
        Ok(())
    }

    async fn owes(&self, due: &Due) -> Result<(), DirectoryError> {
        self.invoices.owe(due.clone());
        Ok(())
    }

    async fn paid(&self, invoice: &InvoiceId) -> Result<(), DirectoryError> {
        self.invoices.pay(invoice.clone());
        Ok(())
    }
}

/// The keeper's pen: its entries are in the books before anything else happens.
#[derive(Clone)]
pub(super) struct Pen {
    pub(super) sim: Arc<Sim>,
    pub(super) keeper: Arc<dyn Bookkeeper>,
    pub(super) way: Way,
}

impl Pen {
    pub(super) fn customer(&self, customer: &Customer) {
        self.written(self.way.ask(self.keeper.customer(customer)));
    }

    pub(super) fn owes(&self, due: &Due) {
        self.written(self.way.ask(self.keeper.owes(due)));
    }

    pub(super) fn paid(&self, invoice: &InvoiceId) {
        self.written(self.way.ask(self.keeper.paid(invoice)));
    }

    fn written(&self, answer: Option<Result<(), DirectoryError>>) {
        let what = match answer {
            Some(Ok(())) => return,
            Some(Err(error)) => error.to_string(),
            None => "they take time: give the world a runtime for what waits".to_owned(),
        };
        self.sim.violate("books that can be written", None, what);
    }
}
