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
use crate::records::Invoice;

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
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        let mut due = Vec::new();
        for invoice in invoices {
            let row = match invoice.as_str().parse::<Uuid>() {
                Ok(key) => self.invoice(key).await.map_err(DirectoryError::new)?,
                // An id that is none of the shop's is that of no invoice.
                Err(_) => None,
            };
            due.push(row.map(|row| due_on(invoice, row)).transpose()?);
        }
        Ok(due)
    }
}

fn due_on(invoice: &InvoiceId, row: Invoice) -> Result<Due, DirectoryError> {
    let amount = Amount::from_minor(row.amount, Currency::INR).map_err(DirectoryError::new)?;
    let customer = CustomerId::new(row.customer_id.to_string()).map_err(DirectoryError::new)?;
    let standing = if row.paid_on.is_some() { Standing::Paid } else { Standing::Open };
    let due = Due::new(invoice.clone(), customer, row.number, row.issued_on, row.due_on, amount);
    Ok(due.with_standing(standing))
}
