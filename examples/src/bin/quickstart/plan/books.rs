//! The table of invoices as the books that the library asks what is due.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

use async_trait::async_trait;
use whatsapp_core::port::{Clock, DirectoryError, Due, InvoiceLedger};
use whatsapp_core::time::Zone;
use whatsapp_core::{CustomerId, InvoiceId};

use crate::data::{Folder, InvoiceRow, LeftOut};

/// The invoices of a folder, each as it stands on the day that the clock shows: one that is paid later
/// is still open.
pub(crate) struct Books {
    rows: BTreeMap<InvoiceId, InvoiceRow>,
    /// Invoices whose rows cannot be read, with where they stand: nobody knows what is due on them.
    unreadable: BTreeMap<InvoiceId, String>,
    clock: Arc<dyn Clock>,
    zone: Zone,
}

impl Books {
    /// Takes the invoices out of a folder. Rows with an id that no book can have are left out, and so
    /// are those of customers whose own row was left out.
    pub(crate) fn take(folder: &mut Folder, clock: Arc<dyn Clock>, zone: Zone) -> Self {
        let mut unreadable = BTreeMap::new();
        for row in &folder.left_out {
            let id = row.id.as_deref().filter(|_| row.is_invoice());
            if let Some(id) = id.and_then(|id| InvoiceId::new(id).ok()) {
                let place = &row.place;
                let why = format!("{} line {}: {}", place.file, place.line, row.reason);
                unreadable.insert(id, why);
            }
        }
        let lost: HashSet<CustomerId> =
            folder.left_out.iter().filter_map(|row| row.owner.clone()).collect();
        let mut rows = BTreeMap::new();
        for row in std::mem::take(&mut folder.invoices) {
            if lost.contains(&row.customer) {
                let told =
                    folder.left_out.iter_mut().find(|it| it.owner.as_ref() == Some(&row.customer));
                if let Some(told) = told {
                    told.what.push(row.subject());
                }
                if let Ok(id) = InvoiceId::new(row.id.as_str()) {
                    unreadable
                        .insert(id, format!("the row of {}'s customer is left out", row.number));
                }
                continue;
            }
            match InvoiceId::new(row.id.as_str()) {
                Ok(id) => {
                    rows.insert(id, row);
                }
                Err(why) => {
                    let mut told = LeftOut::new(row.place.clone(), format!("id: {why}"));
                    told.what.push(row.subject());
                    folder.left_out.push(told);
                }
            }
        }
        Self { rows, unreadable, clock, zone }
    }

    /// The numbers of all invoices.
    pub(crate) fn numbers(&self) -> BTreeSet<&str> {
        self.rows.values().map(|row| row.number.as_str()).collect()
    }

    fn say(&self, id: &InvoiceId, row: &InvoiceRow) -> Due {
        let (customer, number) = (row.customer.clone(), row.number.clone());
        let standing = row.stands_on(self.zone.date(self.clock.now()));
        Due::new(id.clone(), customer, number, row.date, row.due, row.amount)
            .with_standing(standing)
    }
}

/// Shows how many there are, and nothing that only a customer should read.
impl fmt::Debug for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Books").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

#[async_trait]
impl InvoiceLedger for Books {
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        let due = |id: &InvoiceId| match (self.rows.get(id), self.unreadable.get(id)) {
            (Some(row), _) => Ok(Some(self.say(id, row))),
            // Neither due nor gone: whatever was said of it could be wrong.
            (None, Some(why)) => Err(DirectoryError::new(why.clone())),
            (None, None) => Ok(None),
        };
        invoices.iter().map(due).collect()
    }

    async fn unpaid(
        &self,
        after: Option<InvoiceId>,
        limit: u32,
    ) -> Result<Vec<Due>, DirectoryError> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let rows = self.rows.range((from, Bound::Unbounded));
        let open = rows.map(|(id, row)| self.say(id, row)).filter(Due::is_open);
        Ok(open.take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
    }
}

#[cfg(test)]
mod tests {
    use whatsapp_core::format::Amount;
    use whatsapp_core::port::Standing;
    use whatsapp_testkit::ManualClock;

    use super::*;
    use crate::data::Place;

    const PLACE: Place = Place { file: "invoices.csv", line: 2 };

    fn row(id: &str) -> InvoiceRow {
        InvoiceRow {
            place: PLACE,
            id: id.to_owned(),
            customer: CustomerId::new("C-1").unwrap(),
            number: format!("INV-{id}"),
            date: "2026-10-14".parse().unwrap(),
            amount: Amount::rupees("560.50").unwrap(),
            due: "2026-10-29".parse().unwrap(),
            paid_on: None,
            standing: Standing::Open,
            promised_until: None,
            pdf: None,
        }
    }

    fn books(invoices: Vec<InvoiceRow>, left_out: Vec<LeftOut>) -> (Books, Folder, ManualClock) {
        let clock = ManualClock::starting_at("2026-10-17T06:00:00Z".parse().unwrap());
        let (customers, orders, notes) = (Vec::new(), Vec::new(), Vec::new());
        let mut folder = Folder { customers, invoices, orders, left_out, notes };
        let zone = "Asia/Kolkata".parse().unwrap();
        let books = Books::take(&mut folder, Arc::new(clock.clone()), zone);
        (books, folder, clock)
    }

    fn id(id: &str) -> InvoiceId {
        InvoiceId::new(id).unwrap()
    }

    #[tokio::test]
    async fn an_invoice_stands_as_it_does_on_the_day_of_the_clock() {
        let day = |text: &str| Some(text.parse().unwrap());
        let rows = vec![
            row("1"),
            InvoiceRow { paid_on: day("2026-10-18"), ..row("2") },
            InvoiceRow { standing: Standing::Paid, ..row("3") },
            InvoiceRow { standing: Standing::Void, paid_on: day("2026-10-18"), ..row("4") },
            InvoiceRow {
                standing: Standing::Disputed,
                promised_until: day("2026-10-20"),
                ..row("5")
            },
            InvoiceRow { promised_until: day("2026-10-20"), ..row("6") },
        ];
        let (books, _, clock) = books(rows, Vec::new());
        let ids = ["1", "2", "3", "4", "5", "6", "7"].map(id);
        let standings = || async {
            let due = books.due(&ids).await.unwrap();
            due.into_iter().map(|due| due.map(|due| due.standing)).collect::<Vec<_>>()
        };
        let promised = Standing::PromisedUntil("2026-10-20".parse().unwrap());
        let (open, paid, void) = (Standing::Open, Standing::Paid, Standing::Void);
        let rest = [Some(paid), Some(void), Some(Standing::Disputed), Some(promised), None];
        assert_eq!(standings().await, [&[Some(open), Some(open)][..], &rest].concat());
        clock.advance_to("2026-10-17T18:30:00Z".parse().unwrap());
        assert_eq!(standings().await, [&[Some(open), Some(paid)][..], &rest].concat());

        let mut after = None;
        let mut seen = Vec::new();
        loop {
            let page = books.unpaid(after, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.invoice.clone());
            seen.extend(page.into_iter().map(|due| due.number));
        }
        assert_eq!(seen, ["INV-1", "INV-5", "INV-6"]);
    }

    #[tokio::test]
    async fn of_a_row_that_cannot_be_read_nothing_is_said() {
        let mut broken = LeftOut::new(PLACE, "standing \"dispued\" is no word");
        broken.id = Some("8".to_owned());
        let mut customer = LeftOut::new(Place { file: "customers.csv", line: 3 }, "name is empty");
        customer.owner = Some(CustomerId::new("C-2").unwrap());
        customer.id = Some("1".to_owned());
        let of_lost = InvoiceRow { customer: CustomerId::new("C-2").unwrap(), ..row("9") };
        let rows = vec![row("1"), of_lost, row("no key")];
        let (books, folder, _) = books(rows, vec![broken, customer]);
        assert!(books.due(&[id("1")]).await.is_ok());
        for unknown in ["8", "9"] {
            assert!(books.due(&[id("1"), id(unknown)]).await.is_err(), "{unknown}");
        }
        assert_eq!(books.unpaid(None, 10).await.unwrap().len(), 1);
        let what: Vec<usize> = folder.left_out.iter().map(|row| row.what.len()).collect();
        assert_eq!(what, [0, 1, 1]);
        let reason = folder.left_out[2].reason.to_string();
        assert!(reason.starts_with("id: an invoice id has"), "{reason}");
    }
}
