//! The table of invoices, as the books that the library asks about due amounts.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{Days, NaiveDate};
use whatsapp_core::format::Amount;
use whatsapp_core::port::{Clock, DirectoryError, Due, InvoiceLedger, Standing};
use whatsapp_core::schedule::{ReminderStep, StepName};
use whatsapp_core::time::Zone;
use whatsapp_core::{CustomerId, InvoiceId};

use crate::data::{Folder, InvoiceRow, LeftOut, Place};
use crate::known::subject;

/// The invoices of a folder, each in its state on the day that the clock shows: one that is paid
/// later is still open.
pub(crate) struct Books {
    rows: BTreeMap<InvoiceId, InvoiceRow>,
    /// Invoices whose rows cannot be used, with the reason: nobody knows what is due on them.
    troubles: BTreeMap<InvoiceId, String>,
    earlier: Earlier,
    clock: Arc<dyn Clock>,
    zone: Zone,
}

/// Invoices that the database has reminders of: exports may give new ids to their rows.
#[derive(Debug, Default)]
pub(crate) struct Earlier {
    /// For each invoice the customer, the number, and the date that its reminders count from.
    by_id: BTreeMap<InvoiceId, (CustomerId, String, NaiveDate)>,
    by_number: BTreeMap<(CustomerId, String), InvoiceId>,
}

impl Earlier {
    pub(crate) fn of(steps: &[ReminderStep]) -> Self {
        let mut earlier = Self::default();
        let mut steps: Vec<&ReminderStep> = steps.iter().collect();
        // Reminders by hand tell no date, and come last.
        steps.sort_by_key(|step| step.name);
        for step in steps {
            let (id, customer) = (step.invoice.clone(), step.customer.clone());
            let number = subject(&step.subject);
            earlier.by_number.entry((customer.clone(), number.clone())).or_insert(id.clone());
            let days = match step.name {
                StepName::After(days) => u64::from(days),
                StepName::Now(_) => 0,
            };
            let from = step.own_day.checked_sub_days(Days::new(days)).unwrap_or(step.own_day);
            earlier.by_id.entry(id).or_insert((customer, number, from));
        }
        earlier
    }

    /// Returns the id under which this invoice is known. If another invoice had the id, it names
    /// none, and the error is the number of that invoice.
    fn id_of(&self, id: InvoiceId, row: &InvoiceRow) -> Result<InvoiceId, &str> {
        let number = subject(&row.number);
        let its = self.by_id.get(&id);
        if its.is_some_and(|(_, known, _)| *known == number) {
            return Ok(id);
        }
        match (self.by_number.get(&(row.customer.clone(), number)), its) {
            (Some(earlier), _) => Ok(earlier.clone()),
            (None, Some((_, another, _))) => Err(another),
            (None, None) => Ok(id),
        }
    }
}

impl Books {
    /// Takes the invoices out of a folder. An invoice whose id was changed is known by its number
    /// and its customer. Rows with an id that no book can have, or that another invoice had, are
    /// left out. So are the rows of customers whose own row was left out.
    pub(crate) fn take(
        folder: &mut Folder,
        earlier: Earlier,
        clock: Arc<dyn Clock>,
        zone: Zone,
    ) -> Self {
        let mut books =
            Self { rows: BTreeMap::new(), troubles: BTreeMap::new(), earlier, clock, zone };
        for row in &folder.left_out {
            let id = row.id.as_deref().filter(|_| row.is_invoice());
            if let Some(id) = id.and_then(|id| InvoiceId::new(id).ok()) {
                books.troubles.insert(id, at(&row.place, &row.reason.to_string()));
            }
        }
        let lost: HashSet<CustomerId> =
            folder.left_out.iter().filter_map(|row| row.owner.clone()).collect();
        for row in std::mem::take(&mut folder.invoices) {
            let (place, number) = (row.place.clone(), row.number.clone());
            let id = match InvoiceId::new(row.id.as_str()) {
                Ok(id) => id,
                Err(why) => {
                    let mut told = LeftOut::new(place, format!("id: {why}"));
                    told.what.push(row.subject());
                    folder.left_out.push(told);
                    continue;
                }
            };
            if lost.contains(&row.customer) {
                let told =
                    folder.left_out.iter_mut().find(|it| it.owner.as_ref() == Some(&row.customer));
                if let Some(told) = told {
                    told.what.push(row.subject());
                }
                let why = at(&place, &format!("the row of {number}'s customer is left out"));
                books.troubles.insert(id, why);
                continue;
            }
            match books.earlier.id_of(id.clone(), &row) {
                Ok(known) => {
                    if known != id {
                        folder.notes.push(format!(
                            "{}: {number} has the id {id} now, and had {known} before: it is taken for \
                             the same invoice of the same customer",
                            at(&place, "id")
                        ));
                    }
                    books.rows.insert(known, row);
                }
                Err(another) => {
                    let why = format!(
                        "its id is that of invoice {another}, for which reminders were planned before: \
                         if this is another one, give it an id of its own; nobody is reminded of it \
                         under this one"
                    );
                    books.troubles.insert(id, at(&place, &why));
                    let mut told = LeftOut::new(place, why);
                    told.what.push(row.subject());
                    folder.left_out.push(told);
                }
            }
        }
        // An invoice that one row has, under whatever id, is no trouble because of another row.
        books.troubles.retain(|id, _| !books.rows.contains_key(id));
        books
    }

    /// Returns the reasons why nobody knows what is due on some invoices, each with the line of its
    /// row.
    pub(crate) const fn troubles(&self) -> &BTreeMap<InvoiceId, String> {
        &self.troubles
    }

    /// Returns the numbers of all invoices.
    pub(crate) fn numbers(&self) -> BTreeSet<&str> {
        self.rows.values().map(|row| row.number.as_str()).collect()
    }

    fn say(&self, id: &InvoiceId, row: &InvoiceRow) -> Due {
        let (customer, number) = (row.customer.clone(), row.number.clone());
        let standing = row.stands_on(self.zone.date(self.clock.now()));
        Due::new(id.clone(), customer, number, row.date, row.due, row.amount)
            .with_standing(standing)
    }

    /// Returns an invoice whose row cannot be used, as far as its reminders tell of it: neither due
    /// nor gone.
    fn unknown(&self, id: &InvoiceId, why: &str) -> Result<Due, DirectoryError> {
        let (known, amount) = (self.earlier.by_id.get(id), Amount::rupees("1"));
        let (Some((customer, number, day)), Ok(amount)) = (known, amount) else {
            return Err(DirectoryError::new(why));
        };
        let due = Due::new(id.clone(), customer.clone(), number.clone(), *day, *day, amount);
        Ok(due.with_standing(Standing::Unknown))
    }
}

/// Returns a remark about a row, with the place of the row.
fn at(place: &Place, what: &str) -> String {
    format!("{} line {}: {what}", place.file, place.line)
}

/// Shows the number of invoices, and nothing that only a customer should read.
impl fmt::Debug for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Books").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

#[async_trait]
impl InvoiceLedger for Books {
    async fn due(&self, invoices: &[InvoiceId]) -> Result<Vec<Option<Due>>, DirectoryError> {
        let due = |id: &InvoiceId| match (self.rows.get(id), self.troubles.get(id)) {
            (Some(row), _) => Ok(Some(self.say(id, row))),
            (None, Some(why)) => self.unknown(id, why).map(Some),
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
    use chrono::{DateTime, Utc};
    use whatsapp_testkit::ManualClock;

    use super::*;

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

    /// Returns what a database has of these invoices, each by its id and number.
    fn earlier(invoices: &[(&str, &str)]) -> Earlier {
        let step = |(invoice, number): &(&str, &str)| {
            let (customer, day) = (CustomerId::new("C-1").unwrap(), "2026-10-17".parse().unwrap());
            let (name, now) = (StepName::After(3), DateTime::<Utc>::UNIX_EPOCH);
            ReminderStep::new(id(invoice), name, customer, (*number).to_owned(), day, now)
        };
        Earlier::of(&invoices.iter().map(step).collect::<Vec<_>>())
    }

    fn books(invoices: Vec<InvoiceRow>, left_out: Vec<LeftOut>) -> (Books, Folder, ManualClock) {
        books_after(Earlier::default(), invoices, left_out)
    }

    fn books_after(
        earlier: Earlier,
        invoices: Vec<InvoiceRow>,
        left_out: Vec<LeftOut>,
    ) -> (Books, Folder, ManualClock) {
        let clock = ManualClock::starting_at("2026-10-17T06:00:00Z".parse().unwrap());
        let (customers, orders, notes) = (Vec::new(), Vec::new(), Vec::new());
        let mut folder = Folder { customers, invoices, orders, left_out, notes };
        let zone = "Asia/Kolkata".parse().unwrap();
        let books = Books::take(&mut folder, earlier, Arc::new(clock.clone()), zone);
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
        let known = earlier(&[("8", "INV-8"), ("9", "INV-9")]);
        let (books, folder, _) = books_after(known, rows, vec![broken, customer]);
        let due = books.due(&["1", "8", "9"].map(id)).await.unwrap();
        let standings: Vec<_> = due.into_iter().map(|due| due.unwrap().standing).collect();
        assert_eq!(standings, [Standing::Open, Standing::Unknown, Standing::Unknown]);
        // Its reminders stay on their days.
        let unknown = books.due(&[id("8")]).await.unwrap().remove(0).unwrap();
        assert_eq!((unknown.date, unknown.due), (row("8").date, row("8").date));
        let why = "invoices.csv line 2: standing \"dispued\" is no word";
        assert_eq!(books.troubles()[&id("8")], why);
        assert_eq!(books.unpaid(None, 10).await.unwrap().len(), 1);
        let what: Vec<usize> = folder.left_out.iter().map(|row| row.what.len()).collect();
        assert_eq!(what, [0, 1, 1]);
        let reason = folder.left_out[2].reason.to_string();
        assert!(reason.starts_with("id: an invoice id has"), "{reason}");
    }

    #[tokio::test]
    async fn an_invoice_whose_id_was_changed_is_known_by_its_number_and_customer() {
        let known = earlier(&[("1", "INV-1"), ("2", "INV-2"), ("3", "INV-3"), ("4", "INV-4")]);
        let with = |id: &str, number: &str| InvoiceRow {
            id: id.to_owned(),
            number: number.to_owned(),
            ..row("1")
        };
        // Row 1 was taken out, and all ids are the numbers of their rows; one row is new.
        let rows =
            vec![with("1", "INV-2"), with("2", "INV-3"), with("3", "INV-9"), with("7", "INV-7")];
        let (books, folder, _) = books_after(known, rows, Vec::new());
        let ids = ["1", "2", "3", "4", "7"].map(id);
        let due = books.due(&ids).await.unwrap();
        let numbers: Vec<_> =
            due.iter().map(|due| due.as_ref().map(|due| due.number.as_str())).collect();
        assert_eq!(numbers, [None, Some("INV-2"), Some("INV-3"), None, Some("INV-7")]);
        assert_eq!(folder.notes.len(), 2);
        let note = "invoices.csv line 2: id: INV-2 has the id 1 now, and had 2 before";
        assert!(folder.notes[0].starts_with(note), "{}", folder.notes[0]);
        // Nobody is reminded of the new invoice under the id of another.
        let [left] = folder.left_out.as_slice() else { panic!("{:?}", folder.left_out) };
        let reason = left.reason.to_string();
        assert!(reason.starts_with("its id is that of invoice INV-3, for which"), "{reason}");
    }
}
