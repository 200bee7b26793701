//! What the library asks the shop: who a customer is, and whether an invoice is still due.

use async_trait::async_trait;
use uuid::Uuid;
use whatsapp_core::port::{Customer, CustomerDirectory, DirectoryError, InvoiceLedger};
use whatsapp_core::{CustomerId, InvoiceId};

use crate::database::Database;

#[async_trait]
impl CustomerDirectory for Database {
    async fn find(&self, id: &CustomerId) -> Result<Option<Customer>, DirectoryError> {
        // An id that is none of the shop's is that of nobody.
        let Ok(key) = id.as_str().parse::<Uuid>() else { return Ok(None) };
        let row = self.customer(key).await.map_err(DirectoryError::new)?;
        Ok(row.map(|row| Customer::new(id.clone(), row.name, row.whatsapp_number.as_deref())))
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
