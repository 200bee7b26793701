//! The rows of the three tables as records of customers, invoices and orders.

use chrono::NaiveDate;
use whatsapp_core::CustomerId;
use whatsapp_core::format::Amount;
use whatsapp_core::port::{Customer, Standing};

use super::columns::{Column, plain};
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
    /// State of the invoice by its own column in the table, without the promise.
    pub(crate) standing: Standing,
    /// Day by whose end the customer promised to pay.
    pub(crate) promised_until: Option<NaiveDate>,
    /// A URL, or a file in the folder; `None` if the cell is empty.
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
    Column { name, also, breaks: false, optional: false }
}

const fn optional(name: &'static str, also: &'static [&'static str]) -> Column {
    Column { optional: true, ..column(name, also) }
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
        optional("standing", &["status", "invoicestatus", "paymentstatus"]),
        optional(
            "promised_until",
            &["promised", "promisedon", "promisedby", "promisedate", "expectedpaymentdate"],
        ),
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
        // Items on several lines are common, and a line that looks like a row is refused.
        Column { name: "items", also: &["products", "itemlist"], breaks: true, optional: false },
    ],
};

impl CustomerRow {
    pub(super) fn read(row: &Row) -> Result<Self, Reason> {
        let id = customer_id(row, "id")?;
        let name = row.filled("name")?;
        // The number is taken as it was typed: the library checks it and says what is wrong.
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
            standing: standing(row)?,
            promised_until: typed.optional_date(row, "promised_until")?,
            pdf: row.optional("pdf").map(str::to_owned),
        })
    }
}

impl InvoiceRow {
    /// Returns the invoice's subject, by its number.
    pub(crate) fn subject(&self) -> About {
        About { kind: "invoice", number: self.number.clone() }
    }

    /// Returns true if the customer is to be told of the invoice, whatever the day.
    pub(crate) const fn is_unpaid(&self) -> bool {
        let counts = !matches!(self.standing, Standing::Paid | Standing::Void);
        counts && self.paid_on.is_none()
    }

    /// Returns the state of the invoice on a day.
    pub(crate) fn stands_on(&self, day: NaiveDate) -> Standing {
        match (self.standing, self.promised_until) {
            (Standing::Void, _) => Standing::Void,
            _ if self.paid_on.is_some_and(|paid| paid <= day) => Standing::Paid,
            (Standing::Open, Some(promised)) => Standing::PromisedUntil(promised),
            (standing, _) => standing,
        }
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

/// Words for the states of an invoice, in small letters and digits alone. A word that may mean two
/// things, such as `partially paid` or `closed`, is not among them.
const STANDINGS: [(Standing, &[&str]); 4] = [
    (
        Standing::Open,
        &[
            "open",
            "unpaid",
            "notpaid",
            "due",
            "overdue",
            "outstanding",
            "pending",
            "sent",
            "issued",
        ],
    ),
    (Standing::Paid, &["paid", "fullypaid", "paidinfull", "settled"]),
    (Standing::Void, &["void", "voided", "cancelled", "canceled", "withdrawn"]),
    (Standing::Disputed, &["disputed", "dispute", "indispute"]),
];

/// Reads the state of the invoice; an empty cell means that it is open.
fn standing(row: &Row) -> Result<Standing, Reason> {
    let Some(text) = row.optional("standing") else { return Ok(Standing::Open) };
    let word = plain(text);
    let known = STANDINGS.iter().find(|(_, words)| words.contains(&word.as_str()));
    let unknown = || Reason::about("standing", text, "is none of open, disputed, void and paid");
    known.map(|(standing, _)| *standing).ok_or_else(unknown)
}

fn customer_id(row: &Row, column: &str) -> Result<CustomerId, Reason> {
    let id = row.filled(column)?;
    CustomerId::new(id).map_err(|why| format!("{column}: {why}").into())
}

/// Returns the columns whose comparison came out as `false`.
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
        Some(self.subject())
    }

    fn id(&self) -> Option<&str> {
        Some(&self.id)
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
            ("standing", self.standing == other.standing),
            ("promised_until", self.promised_until == other.promised_until),
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

    /// Allows one order to be delivered in parts, on several days.
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
