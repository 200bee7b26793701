//! What the library asks the shop: who a customer is, and what is still due on an invoice.

use std::collections::BTreeMap;

use async_trait::async_trait;
use uuid::Uuid;
use whatsapp_core::format::{Amount, Currency};
use whatsapp_core::port::{
    Customer, CustomerDirectory, DirectoryError, Due, InvoiceLedger, Standing,
};
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
    async fn due(&self, invoice: &InvoiceId) -> Result<Option<Due>, DirectoryError> {
        let Ok(key) = invoice.as_str().parse::<Uuid>() else { return Ok(None) };
        let row = self.invoice(key).await.map_err(DirectoryError::new)?;
        let Some(row) = row else { return Ok(None) };
        let amount = Amount::from_minor(row.amount, Currency::INR).map_err(DirectoryError::new)?;
        let standing = if row.paid_on.is_some() { Standing::Paid } else { Standing::Open };
        let due = Due::new(row.number, row.issued_on, row.due_on, amount);
        Ok(Some(due.with_standing(standing)))
    }
}
