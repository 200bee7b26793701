//! A host with fixed customers.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use whatsapp_core::CustomerId;
use whatsapp_core::port::{Customer, CustomerDirectory, CustomerSearch, DirectoryError, Sought};

/// A [`CustomerDirectory`] and [`CustomerSearch`] over a list. Clones share their state.
///
/// ```
/// use whatsapp_core::CustomerId;
/// use whatsapp_core::port::{Customer, CustomerDirectory};
/// use whatsapp_testkit::FixedDirectory;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let asha = Customer::new(CustomerId::new("C-1")?, "Asha Traders", Some("+919876543210"));
/// let directory = FixedDirectory::new([asha.clone()]);
/// assert_eq!(directory.find_many(&[asha.id.clone()]).await?, [asha]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct FixedDirectory(Arc<Mutex<Customers>>);

#[derive(Debug, Default)]
struct Customers {
    by_id: BTreeMap<CustomerId, Customer>,
    failures: u32,
    questions: u64,
}

impl FixedDirectory {
    /// Makes a directory of these customers.
    #[must_use]
    pub fn new(customers: impl IntoIterator<Item = Customer>) -> Self {
        let directory = Self::default();
        for customer in customers {
            directory.put(customer);
        }
        directory
    }

    /// Adds a customer, or replaces the one with the same id.
    pub fn put(&self, customer: Customer) {
        let mut customers = lock(&self.0);
        customers.by_id.insert(customer.id.clone(), customer);
    }

    /// Takes a customer out of the records.
    pub fn remove(&self, id: &CustomerId) {
        lock(&self.0).by_id.remove(id);
    }

    /// Fails the next `times` calls.
    pub fn fail_next(&self, times: u32) {
        lock(&self.0).failures = times;
    }

    /// Number of calls that the directory got.
    #[must_use]
    pub fn questions(&self) -> u64 {
        lock(&self.0).questions
    }
}

#[async_trait]
impl CustomerDirectory for FixedDirectory {
    async fn find_many(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError> {
        let mut customers = lock(&self.0);
        customers.questions += 1;
        fail_if_asked(&mut customers.failures)?;
        Ok(ids.iter().filter_map(|id| customers.by_id.get(id).cloned()).collect())
    }

    async fn reachable(
        &self,
        after: Option<CustomerId>,
        limit: u32,
    ) -> Result<Vec<Customer>, DirectoryError> {
        let mut customers = lock(&self.0);
        customers.questions += 1;
        fail_if_asked(&mut customers.failures)?;
        let behind = customers
            .by_id
            .range((after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded));
        Ok(behind.take(limit as usize).map(|(_, customer)| customer.clone()).collect())
    }
}

#[async_trait]
impl CustomerSearch for FixedDirectory {
    async fn search(&self, text: &str, limit: u32) -> Result<Vec<Customer>, DirectoryError> {
        let mut customers = lock(&self.0);
        customers.questions += 1;
        fail_if_asked(&mut customers.failures)?;
        let sought = Sought::new(text);
        let found = customers.by_id.values().filter(|customer| sought.fits(customer));
        Ok(found.take(limit as usize).cloned().collect())
    }
}

pub(crate) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn fail_if_asked(failures: &mut u32) -> Result<(), DirectoryError> {
    match failures.checked_sub(1) {
        None => Ok(()),
        Some(left) => {
            *failures = left;
            Err(DirectoryError::new("the test asked for a failure"))
        }
    }
}
