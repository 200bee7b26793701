//! From rows to requests: the messages to send, and their recipients.

use std::path::{Component, Path};

use whatsapp_core::attachment::InvalidAttachment;
use whatsapp_core::message::{MessageKey, MessageType};
use whatsapp_core::port::SourceError;
use whatsapp_core::template::{Invoice, StockDelivered};
use whatsapp_core::{Attachment, CustomerId, Request};

use crate::data::{About, Folder, InvoiceRow, OrderRow, Place};

/// One row that somebody is to be told about.
#[derive(Debug)]
pub(crate) enum Errand<'a> {
    Invoice(&'a InvoiceRow),
    Order(&'a OrderRow),
}

impl<'a> Errand<'a> {
    /// Returns every unpaid invoice and every delivered order.
    pub(crate) fn all(folder: &'a Folder) -> Vec<Self> {
        let unpaid = folder.invoices.iter().filter(|invoice| invoice.is_unpaid());
        let delivered = folder.orders.iter().filter(|order| order.delivered_on.is_some());
        unpaid.map(Self::Invoice).chain(delivered.map(Self::Order)).collect()
    }

    pub(crate) fn place(&self) -> &Place {
        match self {
            Self::Invoice(invoice) => &invoice.place,
            Self::Order(order) => &order.place,
        }
    }

    pub(crate) const fn customer(&self) -> &CustomerId {
        match self {
            Self::Invoice(invoice) => &invoice.customer,
            Self::Order(order) => &order.customer,
        }
    }

    pub(crate) const fn message_type(&self) -> MessageType {
        match self {
            Self::Invoice(_) => MessageType::INVOICE,
            Self::Order(_) => MessageType::STOCK_DELIVERED,
        }
    }

    /// Returns the key that makes the message go out once, also if the invoice or order gets a new
    /// number.
    pub(crate) fn key(&self) -> MessageKey {
        let id = match self {
            Self::Invoice(invoice) => &invoice.id,
            Self::Order(order) => &order.id,
        };
        MessageKey::of(self.message_type(), &[id])
    }

    /// Returns the subject, as people call it.
    pub(crate) fn about(&self) -> About {
        match self {
            Self::Invoice(invoice) => invoice.subject(),
            Self::Order(order) => About { kind: "order", number: order.number.clone() },
        }
    }

    /// Makes the request to the library.
    pub(crate) fn request(&self) -> Result<Request, String> {
        match self {
            Self::Invoice(row) => {
                let pdf = row.pdf.as_deref().ok_or("it has no PDF: the column pdf is empty")?;
                let invoice = Invoice {
                    number: row.number.clone(),
                    date: row.date,
                    amount: row.amount,
                    due: row.due,
                    link: None, // the PDF's own address
                };
                Ok(Request::invoice(row.customer.clone(), invoice)
                    .with_key(self.key())
                    .with_attachment(attachment(pdf)?))
            }
            Self::Order(row) => {
                let order = StockDelivered {
                    order_number: row.number.clone(),
                    delivered_on: row.delivered_on.ok_or("it is not delivered yet")?,
                    items: row.items.clone(),
                };
                Ok(Request::stock_delivered(row.customer.clone(), order).with_key(self.key()))
            }
        }
    }

    /// Says why the PDF cannot be had. `folder` holds the PDFs.
    pub(crate) fn pdf_trouble(&self, folder: &Path, why: &SourceError) -> String {
        match self {
            Self::Invoice(row) => trouble(folder, row.pdf.as_deref().unwrap_or_default(), why),
            Self::Order(_) => why.to_string(),
        }
    }
}

/// Takes a link unchanged, or the name of a file in the folder.
fn attachment(pdf: &str) -> Result<Attachment, String> {
    if pdf.contains("://") {
        Attachment::link(pdf).map_err(|why| format!("{pdf}: {why}"))
    } else {
        Ok(Attachment::path(pdf))
    }
}

/// Says what is wrong with a PDF, in words for a person who looks into the folder.
fn trouble(folder: &Path, pdf: &str, why: &SourceError) -> String {
    let inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    let path = folder.join(pdf);
    match why {
        SourceError::Invalid(InvalidAttachment::WebPage) => format!("{pdf} is a web page"),
        SourceError::Refused { .. } if !pdf.contains("://") => {
            if !Path::new(pdf).components().all(inside) {
                format!("{pdf} is not in the data folder")
            } else if !path.exists() {
                format!("{pdf} is missing")
            } else if !path.is_file() {
                format!("{pdf} is not a file")
            } else {
                format!("{pdf}: {why}")
            }
        }
        why => format!("{pdf}: {why}"),
    }
}
