//! The folder of business data: three tables, read row by row. A row that cannot be used is
//! reported and left out; the rest goes on.

mod table;

use std::fmt;
use std::path::Path;

use anyhow::Result;
use chrono::NaiveDate;
use whatsapp_core::CustomerId;
use whatsapp_core::format::Amount;
use whatsapp_core::port::Customer;

use table::{Row, Table};

/// What the folder holds, without the rows that cannot be used.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) customers: Vec<Customer>,
    pub(crate) invoices: Vec<InvoiceRow>,
    pub(crate) orders: Vec<OrderRow>,
    /// Rows that were left out.
    pub(crate) left_out: Vec<LeftOut>,
}

/// Where a row stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: &'static str,
    pub(crate) line: u64,
}

/// A row that nothing is sent for, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) place: Place,
    /// What the row is about, when that could be read.
    pub(crate) what: Option<String>,
    pub(crate) reason: String,
}

#[derive(Debug)]
pub(crate) struct InvoiceRow {
    pub(crate) place: Place,
    pub(crate) id: String,
    pub(crate) customer: CustomerId,
    pub(crate) number: String,
    pub(crate) date: NaiveDate,
    pub(crate) amount: Amount,
    pub(crate) due: NaiveDate,
    pub(crate) paid_on: Option<NaiveDate>,
    /// A URL, or a file in the folder; `None` when the cell is empty.
    pub(crate) pdf: Option<String>,
}

#[derive(Debug)]
pub(crate) struct OrderRow {
    pub(crate) place: Place,
    pub(crate) id: String,
    pub(crate) customer: CustomerId,
    pub(crate) number: String,
    pub(crate) delivered_on: Option<NaiveDate>,
    pub(crate) items: Vec<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} line {}", self.file, self.line)
    }
}

/// Reads the three tables of a folder.
pub(crate) fn read(folder: &Path) -> Result<Folder> {
    let mut left_out = Vec::new();
    let customers = Table { file: "customers.csv", columns: &["id", "name", "whatsapp_number"] };
    let invoices = Table {
        file: "invoices.csv",
        columns: &["id", "customer_id", "number", "date", "amount", "due_date", "paid_on", "pdf"],
    };
    let orders = Table {
        file: "orders.csv",
        columns: &["id", "customer_id", "number", "delivered_on", "items"],
    };
    Ok(Folder {
        customers: customers.read(folder, customer, &mut left_out)?,
        invoices: invoices.read(folder, invoice, &mut left_out)?,
        orders: orders.read(folder, order, &mut left_out)?,
        left_out,
    })
}

fn customer(row: &Row<'_>) -> Result<Customer, String> {
    let id = customer_id(row, "id")?;
    let name = row.filled("name")?;
    // Taken as it was typed: the library checks it and says what is wrong.
    Ok(Customer::new(id, name, row.optional("whatsapp_number")))
}

fn invoice(row: &Row<'_>) -> Result<InvoiceRow, String> {
    let amount = row.filled("amount")?;
    Ok(InvoiceRow {
        place: row.place(),
        id: row.filled("id")?.to_owned(),
        customer: customer_id(row, "customer_id")?,
        number: row.filled("number")?.to_owned(),
        date: date("date", row.filled("date")?)?,
        amount: Amount::rupees(amount).map_err(|why| format!("amount {amount:?}: {why}"))?,
        due: date("due_date", row.filled("due_date")?)?,
        paid_on: row.optional("paid_on").map(|text| date("paid_on", text)).transpose()?,
        pdf: row.optional("pdf").map(str::to_owned),
    })
}

fn order(row: &Row<'_>) -> Result<OrderRow, String> {
    let items = row.filled("items")?.split(';').map(str::trim);
    let items: Vec<String> = items.filter(|item| !item.is_empty()).map(str::to_owned).collect();
    if items.is_empty() {
        return Err("items holds nothing but separators".to_owned());
    }
    Ok(OrderRow {
        place: row.place(),
        id: row.filled("id")?.to_owned(),
        customer: customer_id(row, "customer_id")?,
        number: row.filled("number")?.to_owned(),
        delivered_on: row
            .optional("delivered_on")
            .map(|text| date("delivered_on", text))
            .transpose()?,
        items,
    })
}

fn customer_id(row: &Row<'_>, column: &str) -> Result<CustomerId, String> {
    CustomerId::new(row.filled(column)?).map_err(|why| format!("{column}: {why}"))
}

fn date(column: &str, text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_err(|_| format!("{column} {text:?} is not a date such as 2026-10-31"))
}
