//! The rows of the three tables as what they are about.

use chrono::NaiveDate;
use whatsapp_core::CustomerId;
use whatsapp_core::format::Amount;
use whatsapp_core::port::Customer;

use super::columns::Column;
use super::once::{Key, Record};
use super::table::{Row, Spec};
use super::typed::Typed;
use super::{About, Place, Reason};

#[derive(Debug)]
pub(crate) struct CustomerRow {
    pub(crate) place: Place,
    pub(crate) customer: Customer,
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

const fn column(name: &'static str, also: &'static [&'static str]) -> Column {
    Column { name, also, breaks: false }
}

pub(super) const CUSTOMERS: Spec = Spec {
    file: "customers.csv",
    columns: &[
        column("id", &["customerid", "customercode", "customerno", "code"]),
        column("name", &["customername", "customer", "partyname", "fullname"]),
        column(
            "whatsapp_number",
            &[
                "whatsapp",
                "whatsappno",
                "mobile",
                "mobileno",
                "mobilenumber",
                "phone",
                "phoneno",
                "phonenumber",
                "contactnumber",
                "contactno",
            ],
        ),
    ],
};

pub(super) const INVOICES: Spec = Spec {
    file: "invoices.csv",
    columns: &[
        column("id", &["invoiceid"]),
        column("customer_id", &["customercode", "customerno"]),
        column("number", &["invoicenumber", "invoiceno", "billnumber", "billno", "voucherno"]),
        column("date", &["invoicedate", "billdate", "voucherdate"]),
        column(
            "amount",
            &["invoiceamount", "amountinr", "amountrs", "total", "totalamount", "grandtotal"],
        ),
        column("due_date", &["dueon", "paymentdue"]),
        column("paid_on", &["paiddate", "datepaid", "paidat"]),
        column("pdf", &["pdffile", "pdflink", "pdfurl", "invoicepdf"]),
    ],
};

pub(super) const ORDERS: Spec = Spec {
    file: "orders.csv",
    columns: &[
        column("id", &["orderid"]),
        column("customer_id", &["customercode", "customerno"]),
        column("number", &["ordernumber", "orderno"]),
        column("delivered_on", &["delivereddate", "datedelivered", "deliveredat"]),
        // An item a line is common, and a line that looks like a row is refused.
        Column { name: "items", also: &["products", "itemlist"], breaks: true },
    ],
};

impl CustomerRow {
    pub(super) fn read(row: &Row) -> Result<Self, Reason> {
        let id = customer_id(row, "id")?;
        let name = row.filled("name")?;
        // Taken as it was typed: the library checks it and says what is wrong.
        let customer = Customer::new(id, name, row.optional("whatsapp_number"));
        Ok(Self { place: row.place(), customer })
    }
}

impl InvoiceRow {
    pub(super) fn read(row: &Row, typed: &Typed) -> Result<Self, Reason> {
        Ok(Self {
            place: row.place(),
            id: row.filled("id")?.to_owned(),
            customer: customer_id(row, "customer_id")?,
            number: row.filled("number")?.to_owned(),
            date: typed.date(row, "date")?,
            amount: typed.amount(row)?,
            due: typed.date(row, "due_date")?,
            paid_on: typed.optional_date(row, "paid_on")?,
            pdf: row.optional("pdf").map(str::to_owned),
        })
    }
}

impl OrderRow {
    pub(super) fn read(row: &Row, typed: &Typed) -> Result<Self, Reason> {
        let items = row.filled("items")?.split([';', '\n']).map(str::trim);
        let items: Vec<String> = items.filter(|item| !item.is_empty()).map(str::to_owned).collect();
        if items.is_empty() {
            return Err("items holds nothing but separators".to_owned().into());
        }
        Ok(Self {
            place: row.place(),
            id: row.filled("id")?.to_owned(),
            customer: customer_id(row, "customer_id")?,
            number: row.filled("number")?.to_owned(),
            delivered_on: typed.optional_date(row, "delivered_on")?,
            items,
        })
    }
}

fn customer_id(row: &Row, column: &str) -> Result<CustomerId, Reason> {
    let id = row.filled(column)?;
    CustomerId::new(id).map_err(|why| format!("{column}: {why}").into())
}

/// The columns whose comparison came out as `false`.
fn unequal<const N: usize>(columns: [(&'static str, bool); N]) -> Vec<&'static str> {
    columns.into_iter().filter(|(_, same)| !same).map(|(column, _)| column).collect()
}

impl Record for CustomerRow {
    fn place(&self) -> &Place {
        &self.place
    }

    fn about(&self) -> Option<About> {
        None
    }

    fn owner(&self) -> Option<CustomerId> {
        Some(self.customer.id.clone())
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new("id", self.customer.id.as_str())]
    }

    fn differs(&self, other: &Self) -> Vec<&'static str> {
        let [one, other] = [&self.customer, &other.customer];
        let number = |customer: &Customer| customer.whatsapp_number.clone();
        unequal([
            ("name", one.name == other.name),
            ("whatsapp_number", number(one) == number(other)),
        ])
    }
}

impl Record for InvoiceRow {
    fn place(&self) -> &Place {
        &self.place
    }

    fn about(&self) -> Option<About> {
        Some(About { kind: "invoice", number: self.number.clone() })
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new("id", &self.id), Key::new("number", &self.number)]
    }

    fn differs(&self, other: &Self) -> Vec<&'static str> {
        unequal([
            ("customer_id", self.customer == other.customer),
            ("number", self.number == other.number),
            ("date", self.date == other.date),
            ("amount", self.amount == other.amount),
            ("due_date", self.due == other.due),
            ("paid_on", self.paid_on == other.paid_on),
            ("pdf", self.pdf == other.pdf),
        ])
    }
}

impl Record for OrderRow {
    fn place(&self) -> &Place {
        &self.place
    }

    fn about(&self) -> Option<About> {
        Some(About { kind: "order", number: self.number.clone() })
    }

    /// One order may be delivered in parts, on several days.
    fn keys(&self) -> Vec<Key> {
        let day = self.delivered_on.map_or(String::new(), |day| day.to_string());
        let delivery = Key { column: "number", value: self.number.clone(), part: day };
        vec![Key::new("id", &self.id), delivery]
    }

    fn differs(&self, other: &Self) -> Vec<&'static str> {
        unequal([
            ("customer_id", self.customer == other.customer),
            ("number", self.number == other.number),
            ("delivered_on", self.delivered_on == other.delivered_on),
            ("items", self.items == other.items),
        ])
    }
}
