//! The books of the shop: the truth of every moment.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use whatsapp_core::format::Amount;
use whatsapp_core::port::{
    Customer, CustomerDirectory, DirectoryError, Due, InvoiceLedger, Standing,
};
use whatsapp_core::time::Zone;
use whatsapp_core::{CustomerId, InvoiceId};

use super::Year;

/// An invoice, with all that will happen to it.
#[derive(Debug, Clone)]
pub(super) struct Invoice {
    pub(super) id: InvoiceId,
    pub(super) customer: CustomerId,
    pub(super) date: NaiveDate,
    written_at: DateTime<Utc>,
    paid_at: Option<DateTime<Utc>>,
    disputed: Option<(DateTime<Utc>, DateTime<Utc>)>,
    promised: Option<(DateTime<Utc>, NaiveDate)>,
    part_paid_at: Option<DateTime<Utc>>,
}

/// The books; clones share them.
#[derive(Debug, Clone)]
pub(super) struct Books(Arc<Mutex<Pages>>);

#[derive(Debug)]
struct Pages {
    now: DateTime<Utc>,
    zone: Zone,
    invoices: BTreeMap<InvoiceId, Invoice>,
}

impl Invoice {
    /// Returns the reason why nobody is to be reminded of the invoice at this instant; `None` if
    /// there is none.
    pub(super) fn is_quiet(&self, now: DateTime<Utc>, zone: &Zone) -> Option<&'static str> {
        if self.paid_at.is_some_and(|at| at <= now) {
            return Some("paid");
        }
        match self.standing(now) {
            Standing::Disputed => Some("disputed"),
            Standing::PromisedUntil(day) if zone.date(now) <= day => Some("promised"),
            _ => None,
        }
    }

    /// Returns true if the invoice was open all the time from one day to another.
    pub(super) fn was_open(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> bool {
        self.written_at <= from && self.paid_at.is_none_or(|at| at > until)
    }

    fn standing(&self, now: DateTime<Utc>) -> Standing {
        if self.paid_at.is_some_and(|at| at <= now) {
            return Standing::Paid;
        }
        if self.disputed.is_some_and(|(from, until)| from <= now && now < until) {
            return Standing::Disputed;
        }
        match self.promised {
            Some((at, until)) if at <= now => Standing::PromisedUntil(until),
            _ => Standing::Open,
        }
    }

    fn due(&self, now: DateTime<Utc>) -> Option<Due> {
        let open = if self.part_paid_at.is_some_and(|at| at <= now) { "400" } else { "1000" };
        let due = self.date + Days::new(15);
        let amount = Amount::rupees(open).ok()?;
        let (id, customer) = (self.id.clone(), self.customer.clone());
        let due = Due::new(id.clone(), customer, id.as_str(), self.date, due, amount);
        Some(due.with_standing(self.standing(now)))
    }
}

impl Books {
    /// Makes the books of a shop that writes some invoices on each day of the year.
    pub(super) fn of(year: &Year, zone: &Zone, random: &mut fastrand::Rng) -> Self {
        let (from, customers) = (year.from, year.habits.customers);
        let mut invoices = BTreeMap::new();
        for date in from.iter_days().take(usize::from(year.days)) {
            for no in 0..random.u8(0..=year.habits.invoices) {
                let customer = random.usize(0..customers);
                if let Some(invoice) = written(zone, date, no, customer, random) {
                    invoices.insert(invoice.id.clone(), invoice);
                }
            }
        }
        let now = zone.first_at(from, NaiveTime::MIN).unwrap_or_default();
        Self(Arc::new(Mutex::new(Pages { now, zone: zone.clone(), invoices })))
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the present instant.
    pub(super) fn turn_to(&self, now: DateTime<Utc>) {
        self.pages().now = now;
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.pages().now
    }

    pub(super) fn invoice(&self, id: &str) -> Option<Invoice> {
        self.pages().invoices.get(&InvoiceId::new(id).ok()?).cloned()
    }

    pub(super) fn all(&self) -> Vec<Invoice> {
        self.pages().invoices.values().cloned().collect()
    }

    pub(super) fn is_quiet(&self, id: &str) -> Option<&'static str> {
        let (now, zone) = (self.now(), self.pages().zone.clone());
        self.invoice(id)?.is_quiet(now, &zone)
    }
}

/// Returns the number of a customer. The first two share a telephone.
pub(super) fn number_of(id: &CustomerId) -> Option<String> {
    let no: u32 = id.as_str().strip_prefix("C-")?.parse().ok()?;
    Some(format!("+9198765{:05}", no.max(1)))
}

/// Makes an invoice of this date and the course that it takes.
fn written(
    zone: &Zone,
    date: NaiveDate,
    no: u8,
    customer: usize,
    random: &mut fastrand::Rng,
) -> Option<Invoice> {
    let at = |random: &mut fastrand::Rng, first: i64, last: i64| {
        let midnight = zone.first_at(date, NaiveTime::MIN)?;
        midnight.checked_add_signed(TimeDelta::minutes(random.i64(first * 1_440..last * 1_440)))
    };
    let customer = CustomerId::new(format!("C-{customer}")).ok()?;
    let midnight = zone.first_at(date, NaiveTime::MIN)?;
    let written_at = midnight + TimeDelta::minutes(random.i64(540..1_200));
    // Many pay in the hours between a reminder's plan and its message.
    let paid_at = match random.u8(0..10) {
        0..5 => at(random, 1, 25),
        5..7 => {
            let day = date + Days::new(if random.bool() { 3 } else { 7 });
            let midnight = zone.first_at(day, NaiveTime::MIN);
            midnight.map(|midnight| midnight + TimeDelta::minutes(random.i64(180..530)))
        }
        _ => None,
    };
    let disputed = (random.u8(0..10) == 0).then(|| at(random, 1, 8)).flatten();
    let disputed = disputed.map(|from| (from, from + TimeDelta::days(random.i64(1..12))));
    let promised = (random.u8(0..10) == 0).then(|| at(random, 1, 8)).flatten();
    let promised = promised.map(|at| (at, zone.date(at) + Days::new(random.u64(1..12))));
    let part_paid_at = (random.u8(0..10) == 0).then(|| at(random, 1, 10)).flatten();
    let id = InvoiceId::new(format!("INV-{date}-{no}")).ok()?;
    Some(Invoice { id, customer, date, written_at, paid_at, disputed, promised, part_paid_at })
}

#[async_trait]
impl InvoiceLedger for Books {
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        let pages = self.pages();
        let due = |id: &InvoiceId| pages.invoices.get(id)?.due(pages.now);
        Ok(invoices.iter().map(due).collect())
    }

    async fn unpaid(
        &self,
        after: Option<InvoiceId>,
        limit: u32,
    ) -> Result<Vec<Due>, DirectoryError> {
        let pages = self.pages();
        let behind = pages.invoices.values().filter(|invoice| after.as_ref() < Some(&invoice.id));
        let there = behind.filter(|invoice| invoice.written_at <= pages.now);
        let open = there.filter_map(|invoice| invoice.due(pages.now)).filter(Due::is_open);
        Ok(open.take(limit.try_into().unwrap_or(usize::MAX)).collect())
    }
}

#[async_trait]
impl CustomerDirectory for Books {
    async fn find_many(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError> {
        let customer = |id: &CustomerId| {
            let name = format!("Customer {}", id.as_str());
            Some(Customer::new(id.clone(), name, Some(&number_of(id)?)))
        };
        Ok(ids.iter().filter_map(customer).collect())
    }
}
