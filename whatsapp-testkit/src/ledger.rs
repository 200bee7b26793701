//! A host with fixed invoices.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use whatsapp_core::format::Amount;
use whatsapp_core::port::{DirectoryError, Due, InvoiceLedger, Standing};
use whatsapp_core::{CustomerId, InvoiceId};

use crate::directory::{fail_if_asked, lock};

/// An [`InvoiceLedger`] in which every invoice is due until it is [paid](Self::pay). Unless
/// [`owe`](Self::owe) says otherwise, an invoice owes ₹500.00 by 11 February 2026 under its id.
/// Books that know only certain invoices are made by [`of`](Self::of). Clones share their state.
#[derive(Debug, Clone, Default)]
pub struct FixedLedger(Arc<Mutex<Invoices>>);

#[derive(Debug, Default)]
struct Invoices {
    /// The invoices that a test set; `None` for one that was lost.
    said: BTreeMap<InvoiceId, Option<Due>>,
    /// Set where the books know only the invoices that a test set.
    knows_no_other: bool,
    credit: BTreeMap<CustomerId, Vec<Amount>>,
    payments_known_until: Option<DateTime<Utc>>,
    failures: u32,
    questions: u64,
}

impl FixedLedger {
    /// Makes a ledger in which nothing is paid.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a ledger of these invoices. It knows no other, until one is put in by
    /// [`owe`](Self::owe).
    #[must_use]
    pub fn of(invoices: impl IntoIterator<Item = Due>) -> Self {
        let said = invoices.into_iter().map(|due| (due.invoice.clone(), Some(due))).collect();
        let invoices = Invoices { said, knows_no_other: true, ..Invoices::default() };
        Self(Arc::new(Mutex::new(invoices)))
    }

    /// Puts this invoice into the books, from now on.
    pub fn owe(&self, due: Due) {
        lock(&self.0).said.insert(due.invoice.clone(), Some(due));
    }

    /// Pays this invoice: from now on nothing is due on it.
    pub fn pay(&self, invoice: InvoiceId) {
        let mut invoices = lock(&self.0);
        let due = invoices.due(&invoice).or_else(|| usual(&invoice));
        invoices.said.insert(invoice, due.map(|due| due.with_standing(Standing::Paid)));
    }

    /// Loses this invoice: from now on the books know nothing of it.
    pub fn lose(&self, invoice: InvoiceId) {
        lock(&self.0).said.insert(invoice, None);
    }

    /// Gives the customer this credit, from now on.
    pub fn credit_to(&self, customer: CustomerId, credit: Vec<Amount>) {
        lock(&self.0).credit.insert(customer, credit);
    }

    /// Sets the instant until which payments are known, from now on; `None` for always.
    pub fn know_payments_until(&self, until: Option<DateTime<Utc>>) {
        lock(&self.0).payments_known_until = until;
    }

    /// Fails the next `times` calls that ask what is due.
    pub fn fail_next(&self, times: u32) {
        lock(&self.0).failures = times;
    }

    /// Number of calls that asked what is due.
    #[must_use]
    pub fn questions(&self) -> u64 {
        lock(&self.0).questions
    }
}

impl Invoices {
    fn due(&self, invoice: &InvoiceId) -> Option<Due> {
        let unsaid = || if self.knows_no_other { None } else { usual(invoice) };
        self.said.get(invoice).cloned().unwrap_or_else(unsaid)
    }
}

/// An invoice that no test has set.
fn usual(invoice: &InvoiceId) -> Option<Due> {
    let date = |month, day| NaiveDate::from_ymd_opt(2026, month, day);
    let customer = CustomerId::new("C-1").ok()?;
    let outstanding = Amount::rupees("500").ok()?;
    let (date, due) = (date(1, 27)?, date(2, 11)?);
    Some(Due::new(invoice.clone(), customer, invoice.as_str(), date, due, outstanding))
}

#[async_trait]
impl InvoiceLedger for FixedLedger {
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        let mut ledger = lock(&self.0);
        ledger.questions += 1;
        fail_if_asked(&mut ledger.failures)?;
        Ok(invoices.iter().map(|invoice| ledger.due(invoice)).collect())
    }

    /// The open ones among the invoices that a test set, by their ids.
    async fn unpaid(
        &self,
        after: Option<InvoiceId>,
        limit: u32,
    ) -> Result<Vec<Due>, DirectoryError> {
        let ledger = lock(&self.0);
        let behind = ledger.said.iter().filter(|(id, _)| after.as_ref().is_none_or(|at| *id > at));
        let open = behind.filter_map(|(_, due)| due.clone().filter(Due::is_open));
        Ok(open.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
    }

    async fn credit(&self, customer: &CustomerId) -> Result<Vec<Amount>, DirectoryError> {
        Ok(lock(&self.0).credit.get(customer).cloned().unwrap_or_default())
    }

    async fn payments_known_until(&self) -> Result<Option<DateTime<Utc>>, DirectoryError> {
        Ok(lock(&self.0).payments_known_until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pages_hold_each_open_invoice_once_whatever_is_paid_between_them() {
        let ledger = FixedLedger::new();
        let id = |n: u32| InvoiceId::new(format!("INV-{n}")).unwrap();
        for n in 1..=5 {
            ledger.owe(usual(&id(n)).unwrap());
        }
        ledger.pay(id(2));
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = ledger.unpaid(after, 2).await.unwrap();
            assert!(page.len() <= 2);
            let Some(last) = page.last() else { break };
            after = Some(last.invoice.clone());
            // The last invoice of this page is paid before the next page is read.
            ledger.pay(last.invoice.clone());
            seen.extend(page.into_iter().map(|due| due.invoice));
        }
        assert_eq!(seen, [1, 3, 4, 5].map(id));
    }

    #[tokio::test]
    async fn books_of_certain_invoices_know_no_other() {
        let [known, unknown] = ["INV-1", "INV-2"].map(|id| InvoiceId::new(id).unwrap());
        let due = usual(&known).unwrap();
        let ledger = FixedLedger::of([due.clone()]);
        let asked = [known.clone(), unknown.clone()];
        assert_eq!(ledger.due(&asked).await.unwrap(), [Some(due), None]);
        let owed = usual(&unknown).unwrap();
        ledger.owe(owed.clone());
        ledger.pay(known.clone());
        let due = ledger.due(&asked).await.unwrap();
        assert_eq!(due[0].as_ref().map(|due| due.standing), Some(Standing::Paid));
        assert_eq!(due[1], Some(owed));
    }
}
