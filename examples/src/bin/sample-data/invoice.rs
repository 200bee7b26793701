//! Sixty invoices of October and November 2026, three quarters of them unpaid. Those of the middle
//! of October show the different outcomes of reminders.

use chrono::{Days, NaiveDate};
use serde::Serialize;
use uuid::Uuid;

use crate::amount::Paise;
use crate::basket::{Line, basket};
use crate::customer::Customer;

const COUNT: usize = 60;

/// Goods and services tax, in percent.
pub(crate) const TAX: u64 = 18;

/// An invoice as it is printed.
#[derive(Debug)]
pub(crate) struct Invoice<'a> {
    pub(crate) id: Uuid,
    pub(crate) customer: &'a Customer,
    pub(crate) number: String,
    pub(crate) date: NaiveDate,
    pub(crate) due: NaiveDate,
    pub(crate) paid: Option<NaiveDate>,
    pub(crate) standing: Option<&'static str>,
    pub(crate) promised: Option<NaiveDate>,
    pub(crate) lines: Vec<Line>,
}

/// An invoice as a row of `invoices.csv`.
#[derive(Debug, Serialize)]
pub(crate) struct Row<'a> {
    id: Uuid,
    customer_id: Uuid,
    number: &'a str,
    date: NaiveDate,
    amount: String,
    due_date: NaiveDate,
    paid_on: Option<NaiveDate>,
    standing: Option<&'static str>,
    promised_until: Option<NaiveDate>,
    pdf: String,
}

impl Invoice<'_> {
    /// Returns the sum of the lines, before tax.
    pub(crate) fn net(&self) -> Paise {
        self.lines.iter().map(Line::amount).sum()
    }

    /// Returns the tax on the net sum, rounded once.
    pub(crate) fn tax(&self) -> Paise {
        self.net().percent(TAX)
    }

    /// Returns the amount to pay.
    pub(crate) fn total(&self) -> Paise {
        self.net() + self.tax()
    }

    /// Returns the path of its document, relative to the data folder.
    pub(crate) fn pdf(&self) -> String {
        format!("pdf/{}.pdf", self.number)
    }

    /// Returns the invoice's row in the table.
    pub(crate) fn row(&self) -> Row<'_> {
        Row {
            id: self.id,
            customer_id: self.customer.id,
            number: &self.number,
            date: self.date,
            amount: self.total().to_string(),
            due_date: self.due,
            paid_on: self.paid,
            standing: self.standing,
            promised_until: self.promised,
            pdf: self.pdf(),
        }
    }
}

/// Makes an invoice for each day from 1 October on, over all customers in turn, except the
/// [cases](CASES).
pub(crate) fn all(customers: &[Customer]) -> Vec<Invoice<'_>> {
    let first = NaiveDate::from_ymd_opt(2026, 10, 1).unwrap_or_default();
    let dates = first.iter_days().enumerate().take(COUNT);
    dates.map(|(index, date)| invoice(customers, index, date)).collect()
}

/// An invoice that shows an outcome of its reminders on Saturday, 17 October 2026, and after.
struct Case {
    /// End of the invoice's number.
    no: usize,
    /// Day of October of the invoice.
    day: u32,
    /// Place of the customer in the table; `None` for the customer whose turn it is.
    customer: Option<usize>,
    standing: Option<&'static str>,
    /// Day of October for which payment was promised.
    promised: Option<u32>,
}

/// Makes a case like all other invoices, except its day and its customer.
const fn case(no: usize, day: u32, customer: Option<usize>) -> Case {
    Case { no, day, customer, standing: None, promised: None }
}

/// Nair Constructions.
const NAIR: Option<usize> = Some(13);
/// Fernandes Homeware.
const FERNANDES: Option<usize> = Some(11);
/// Das Home Solutions, which has no number.
const DAS: Option<usize> = Some(19);

const CASES: [Case; 8] = [
    // One day after the case before it, for the same customer: the least gap.
    case(11, 11, FERNANDES),
    // Three of one customer on one day: more than two reminders a day.
    case(13, 14, NAIR),
    case(14, 14, NAIR),
    case(15, 14, NAIR),
    case(16, 14, DAS),
    Case { standing: Some("disputed"), ..case(17, 14, None) },
    Case { promised: Some(19), ..case(18, 14, None) },
    // Its first reminder falls on a Sunday.
    case(19, 15, None),
];

fn invoice(customers: &[Customer], index: usize, date: NaiveDate) -> Invoice<'_> {
    let number = format!("INV-2026-{:04}", index + 1);
    let step = index as u64;
    let case = CASES.iter().find(|case| case.no == index + 1);
    let october = |day| NaiveDate::from_ymd_opt(2026, 10, day);
    let date = case.and_then(|case| october(case.day)).unwrap_or(date);
    let customer = case.and_then(|case| case.customer).unwrap_or(index * 7 % customers.len());
    Invoice {
        id: Uuid::new_v5(&Uuid::NAMESPACE_OID, number.as_bytes()),
        customer: &customers[customer],
        number,
        date,
        due: date + Days::new(15 + step * 4 % 16),
        paid: (index % 4 == 3).then(|| date + Days::new(4 + step % 9)),
        standing: case.and_then(|case| case.standing),
        promised: case.and_then(|case| case.promised).and_then(october),
        lines: basket(index),
    }
}
