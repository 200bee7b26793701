//! The folder of business data: three tables, read step by step, from bytes to dates and amounts. A
//! row that cannot be used is reported and left out; the others are used.
//!
//! `decode` gives text, `columns` finds the header, `rows` cuts the rows, `table` puts these
//! together, `typed` reads dates and amounts, `records` are the result, and `once` drops
//! duplicates.

mod amounts;
mod columns;
mod dates;
mod decode;
mod habits;
mod once;
mod reading;
mod records;
mod rows;
mod table;
mod typed;

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

use anyhow::{Result, bail};
use whatsapp_core::CustomerId;
use whatsapp_core::port::Customer;

use habits::Habits;
use once::{Record, once};
use records::{CUSTOMERS, CustomerRow, INVOICES, ORDERS};
pub(crate) use records::{InvoiceRow, OrderRow};
use table::{Row, Table};
use typed::Typed;

/// The customers that ship with this example: their numbers are invented.
const SAMPLES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/customers.csv"));

/// The tables of a folder as they were read. The meaning of their cells depends on a language.
#[derive(Debug)]
pub(crate) struct Tables {
    customers: Table,
    invoices: Option<Table>,
    orders: Option<Table>,
}

/// Content of the folder, without the rows that cannot be used.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) customers: Vec<Customer>,
    pub(crate) invoices: Vec<InvoiceRow>,
    pub(crate) orders: Vec<OrderRow>,
    /// Rows that were left out.
    pub(crate) left_out: Vec<LeftOut>,
    /// Notes on cells that were understood in another way than they are written.
    pub(crate) notes: Vec<String>,
}

/// Place of a row: its file and its line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: &'static str,
    pub(crate) line: u64,
}

/// A row that nothing is sent for, and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) place: Place,
    /// Messages that are not sent because of the row, if they could be read.
    pub(crate) what: Vec<About>,
    pub(crate) reason: Reason,
    /// Customer of the row.
    pub(crate) owner: Option<CustomerId>,
    /// Id of the row, if it could be read.
    pub(crate) id: Option<String>,
}

/// Subject of a row or a message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct About {
    /// `invoice`, `invoices` or `order`.
    pub(crate) kind: &'static str,
    pub(crate) number: String,
}

/// Reason why a row is left out: the same words for every row of a kind, around the cell that it is
/// about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reason {
    pub(crate) before: String,
    pub(crate) cell: Option<String>,
    pub(crate) after: String,
}

impl Reason {
    fn about(column: &str, cell: &str, why: &str) -> Self {
        Self { before: column.to_owned(), cell: Some(cell.to_owned()), after: why.to_owned() }
    }
}

impl From<String> for Reason {
    fn from(before: String) -> Self {
        Self { before, cell: None, after: String::new() }
    }
}

impl From<&str> for Reason {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl LeftOut {
    pub(crate) fn new(place: Place, reason: impl Into<Reason>) -> Self {
        Self { place, what: Vec::new(), reason: reason.into(), owner: None, id: None }
    }

    /// Returns true if the row is one of the table of invoices.
    pub(crate) fn is_invoice(&self) -> bool {
        self.place.file == INVOICES.file
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.before)?;
        self.cell.iter().try_for_each(|cell| write!(f, " {cell:?} {}", self.after))
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.number)
    }
}

/// Reads the tables of a folder. The table of customers must be there, and one of the others.
pub(crate) fn open(folder: &Path) -> Result<Tables> {
    let shown = folder.display();
    let Some(customers) = CUSTOMERS.open(folder)? else {
        bail!("{shown} has no customers.csv");
    };
    let (invoices, orders) = (INVOICES.open(folder)?, ORDERS.open(folder)?);
    if invoices.is_none() && orders.is_none() {
        bail!("{shown} has neither invoices.csv nor orders.csv: there is nothing to tell anybody");
    }
    Ok(Tables { customers, invoices, orders })
}

impl Tables {
    /// Refuses a folder without a table of invoices: there is nothing to remind of.
    pub(crate) fn need_invoices(&self, folder: &Path) -> Result<()> {
        if self.invoices.is_none() {
            bail!("{} has no invoices.csv: there is nothing to remind of", folder.display());
        }
        Ok(())
    }

    /// Returns true if a customer of the sample data is among the customers, whatever the origin of
    /// the folder.
    pub(crate) fn has_samples(&self) -> bool {
        let mut ids = SAMPLES.lines().skip(1).filter_map(|line| line.split(',').next());
        ids.any(|sample| self.customers.rows.iter().any(|row| row.id() == Some(sample)))
    }

    /// Reads the cells. If the cells do not show how to read them, they are read as is usual in a
    /// locale such as `en-IN`.
    pub(crate) fn read(self, locale: &str) -> Result<Folder> {
        let habits = Habits::of(locale)?;
        let mut left_out = Vec::new();
        let mut notes = Vec::new();
        let customers = take(self.customers, CustomerRow::read, &mut left_out, &mut notes);
        let known: HashSet<&CustomerId> = customers.iter().map(|row| &row.customer.id).collect();
        // One good row of a customer is enough, whatever the others are.
        for row in &mut left_out {
            row.owner.take_if(|owner| known.contains(owner));
        }
        let mut invoices = Vec::new();
        match self.invoices {
            Some(mut table) => {
                let columns = ["date", "due_date", "paid_on", "promised_until"];
                let typed = Typed::decide(&mut table, &columns, habits);
                let read = |row: &Row| InvoiceRow::read(row, &typed);
                invoices = take(table, read, &mut left_out, &mut notes);
            }
            None => notes.push("There is no invoices.csv: no invoice is sent".to_owned()),
        }
        let mut orders = Vec::new();
        match self.orders {
            Some(mut table) => {
                let typed = Typed::decide(&mut table, &["delivered_on"], habits);
                let read = |row: &Row| OrderRow::read(row, &typed);
                orders = take(table, read, &mut left_out, &mut notes);
            }
            None => notes.push("There is no orders.csv: no delivery is announced".to_owned()),
        }
        let customers = customers.into_iter().map(|row| row.customer).collect();
        Ok(Folder { customers, invoices, orders, left_out, notes })
    }
}

impl Folder {
    /// Takes the numbers that were probably meant, and notes each of them.
    pub(crate) fn accept_suggestions(&mut self, locale: &str) {
        for customer in &mut self.customers {
            let typed = customer.whatsapp_number.clone();
            *customer = customer.clone().with_typed_number(country(locale));
            if customer.whatsapp_number != typed
                && let (Some(typed), Some(meant)) = (typed, &customer.whatsapp_number)
            {
                let (name, typed, meant) = (&customer.name, typed.as_str(), meant.as_str());
                let name = name.as_str();
                self.notes.push(format!("{name}: {meant} was taken for {typed}"));
            }
        }
    }
}

/// Returns the country that a number without a country code is read in.
pub(crate) fn country(locale: &str) -> &str {
    whatsapp_core::format::region(locale).unwrap_or("IN")
}

/// Reads a table's rows into records, each thing once.
fn take<T: Record>(
    table: Table,
    read: impl Fn(&Row) -> Result<T, Reason>,
    left_out: &mut Vec<LeftOut>,
    notes: &mut Vec<String>,
) -> Vec<T> {
    let of_customers = |id: &str| CustomerId::new(id).ok();
    notes.extend(table.notes);
    for (mut row, id) in table.broken {
        if row.place.file == CUSTOMERS.file {
            row.owner = id.as_deref().and_then(of_customers);
        }
        left_out.push(row);
    }
    let mut records = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        match read(row) {
            Ok(record) => records.push(record),
            Err(reason) => {
                let mut refused = row.left_out(reason);
                if refused.place.file == CUSTOMERS.file {
                    refused.owner = row.optional("id").and_then(of_customers);
                }
                left_out.push(refused);
            }
        }
    }
    once(records, left_out, notes)
}
