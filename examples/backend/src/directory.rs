//! What the library asks the shop: who a customer is, and whether an invoice is still due.

use std::collections::BTreeMap;

use async_trait::async_trait;
use uuid::Uuid;
use whatsapp_core::port::{Customer, CustomerDirectory, DirectoryError, InvoiceLedger};
use whatsapp_core::{CustomerId, InvoiceId};

use crate::database::Database;

#[async_trait]
impl CustomerDirectory for Database {
    async fn find_many(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError> {
        // An id that is none of the shop's is that of nobody.
        let keys = ids.iter().filter_map(|id| Some((id.as_str().parse().ok()?, id)));
        let keys: BTreeMap<Uuid, &CustomerId> = keys.collect();
        let wanted: Vec<Uuid> = keys.keys().copied().collect();
        let rows = self.customers(&wanted).await.map_err(DirectoryError::new)?;
        let customers = rows.into_iter().filter_map(|row| {
            let id = keys.get(&row.id).copied().cloned()?;
            Some(Customer::new(id, row.name, row.whatsapp_number.as_deref()))
        });
        Ok(customers.collect())
    }
}

#[async_trait]
impl InvoiceLedger for Database {
    async fn still_due(&self, invoice: &InvoiceId) -> Result<bool, DirectoryError> {
        let Ok(key) = invoice.as_str().parse::<Uuid>() else { return Ok(false) };
        let row = self.invoice(key).await.map_err(DirectoryError::new)?;
        Ok(row.is_some_and(|row| row.paid_on.is_none()))
    }
}
