//! Answers to the library's questions: about a customer, about all customers, about customers by
//! their names, and about what is still due on an invoice.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use uuid::Uuid;
use whatsapp_core::format::{Amount, Currency};
use whatsapp_core::port::{
    Customer, CustomerDirectory, CustomerSearch, DirectoryError, Due, InvoiceLedger, Sought,
    Standing,
};
use whatsapp_core::{CustomerId, InvoiceId};

use crate::database::Database;
use crate::records::Invoice;

#[async_trait]
impl CustomerDirectory for Database {
    async fn find_many(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError> {
        // An id that is not one of the shop's belongs to nobody.
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

    async fn reachable(
        &self,
        after: Option<CustomerId>,
        limit: u32,
    ) -> Result<Vec<Customer>, DirectoryError> {
        // No customer has the nil id.
        let after = after.map_or(Ok(Uuid::nil()), |id| id.as_str().parse());
        let after = after.map_err(DirectoryError::new)?;
        let rows = self.customers_after(after, limit).await.map_err(DirectoryError::new)?;
        Ok(rows.into_iter().map(customer).collect())
    }
}

#[async_trait]
impl CustomerSearch for Database {
    async fn search(&self, text: &str, limit: u32) -> Result<Vec<Customer>, DirectoryError> {
        let sought = Sought::new(text);
        let rows = self.search_customers(&sought.words, sought.digits.as_deref(), limit).await;
        Ok(rows.map_err(DirectoryError::new)?.into_iter().map(customer).collect())
    }
}

fn customer(row: crate::records::Customer) -> Customer {
    Customer::new(row.id.into(), row.name, row.whatsapp_number.as_deref())
}

#[async_trait]
impl InvoiceLedger for Database {
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        // An id that is not one of the shop's belongs to no invoice.
        let keys = invoices.iter().filter_map(|id| id.as_str().parse().ok());
        let keys: BTreeSet<Uuid> = keys.collect();
        let keys: Vec<Uuid> = keys.into_iter().collect();
        let rows = self.invoices(&keys).await.map_err(DirectoryError::new)?;
        let rows: BTreeMap<Uuid, &Invoice> = rows.iter().map(|row| (row.id, row)).collect();
        let due = invoices.iter().map(|id| {
            let row = id.as_str().parse().ok().and_then(|key: Uuid| rows.get(&key));
            row.map(|row| due_on(id.clone(), row)).transpose()
        });
        due.collect()
    }

    async fn unpaid(
        &self,
        after: Option<InvoiceId>,
        limit: u32,
    ) -> Result<Vec<Due>, DirectoryError> {
        // No invoice has the nil id.
        let after = after.map_or(Ok(Uuid::nil()), |id| id.as_str().parse());
        let after = after.map_err(DirectoryError::new)?;
        let rows = Self::unpaid(self, after, limit).await.map_err(DirectoryError::new)?;
        rows.iter().map(|row| due_on(row.id.into(), row)).collect()
    }
}

fn due_on(invoice: InvoiceId, row: &Invoice) -> Result<Due, DirectoryError> {
    let amount = Amount::from_minor(row.amount, Currency::INR).map_err(DirectoryError::new)?;
    let standing = if row.paid_on.is_some() { Standing::Paid } else { Standing::Open };
    let number = row.number.as_str();
    let customer = row.customer_id.into();
    let due = Due::new(invoice, customer, number, row.issued_on, row.due_on, amount);
    Ok(due.with_standing(standing))
}
