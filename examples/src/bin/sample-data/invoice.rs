//! Sixty invoices of October and November 2026, three quarters of them unpaid.

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
    pdf: String,
}

impl Invoice<'_> {
    /// The sum of the lines, before tax.
    pub(crate) fn net(&self) -> Paise {
        self.lines.iter().map(Line::amount).sum()
    }

    /// Of the net sum, rounded once.
    pub(crate) fn tax(&self) -> Paise {
        self.net().percent(TAX)
    }

    /// What is to be paid.
    pub(crate) fn total(&self) -> Paise {
        self.net() + self.tax()
    }

    /// Where its document belongs, relative to the data folder.
    pub(crate) fn pdf(&self) -> String {
        format!("pdf/{}.pdf", self.number)
    }

    /// As it stands in the table.
    pub(crate) fn row(&self) -> Row<'_> {
        Row {
            id: self.id,
            customer_id: self.customer.id,
            number: &self.number,
            date: self.date,
            amount: self.total().to_string(),
            due_date: self.due,
            paid_on: self.paid,
            pdf: self.pdf(),
        }
    }
}

/// An invoice for each day from 1 October on, over all customers in turn.
pub(crate) fn all(customers: &[Customer]) -> Vec<Invoice<'_>> {
    let first = NaiveDate::from_ymd_opt(2026, 10, 1).unwrap_or_default();
    let dates = first.iter_days().enumerate().take(COUNT);
    dates.map(|(index, date)| invoice(customers, index, date)).collect()
}

fn invoice(customers: &[Customer], index: usize, date: NaiveDate) -> Invoice<'_> {
    let number = format!("INV-2026-{:04}", index + 1);
    let step = index as u64;
    Invoice {
        id: Uuid::new_v5(&Uuid::NAMESPACE_OID, number.as_bytes()),
        customer: &customers[index * 7 % customers.len()],
        number,
        date,
        due: date + Days::new(15 + step * 4 % 16),
        paid: (index % 4 == 3).then(|| date + Days::new(4 + step % 9)),
        lines: basket(index),
    }
}
