//! Customers of messages, as the host knows them now.

use std::collections::BTreeSet;

use super::Messenger;
use crate::id::CustomerId;
use crate::port::{Customer, DirectoryError};
use crate::wiring::Ports;

impl Messenger {
    /// Returns the customer as the host's records have them now; `None` where they have none.
    /// Messages that are sent from now on go to this number.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now.
    pub async fn customer(&self, id: &CustomerId) -> Result<Option<Customer>, DirectoryError> {
        known(&self.ports, id).await
    }

    /// Returns those of the given customers that are in the host's records, in any order.
    ///
    /// # Errors
    /// As [`customer`](Self::customer).
    pub async fn customers(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let once: BTreeSet<&CustomerId> = ids.iter().collect();
        let once: Vec<CustomerId> = once.into_iter().cloned().collect();
        self.ports.customers.find_many(&once).await
    }
}

/// Returns the customer as the host's records have them now; `None` where they have none.
pub(super) async fn known(
    ports: &Ports,
    id: &CustomerId,
) -> Result<Option<Customer>, DirectoryError> {
    let found = ports.customers.find_many(std::slice::from_ref(id)).await?;
    Ok(found.into_iter().find(|customer| customer.id == *id))
}
