//! From rows to requests: what is sent to whom.

use std::fmt;
use std::path::{Component, Path};

use whatsapp_core::attachment::{ATTACHMENT_MAX_BYTES, InvalidAttachment};
use whatsapp_core::message::{MessageKey, MessageType};
use whatsapp_core::template::{Invoice, StockDelivered};
use whatsapp_core::{Attachment, Request};

use crate::data::{Folder, InvoiceRow, OrderRow, Place};

/// One row that somebody is to be told about.
#[derive(Debug)]
pub(crate) enum Errand<'a> {
    Invoice(&'a InvoiceRow),
    Order(&'a OrderRow),
}

impl<'a> Errand<'a> {
    /// Every unpaid invoice and every delivered order.
    pub(crate) fn all(folder: &'a Folder) -> Vec<Self> {
        let unpaid = folder.invoices.iter().filter(|invoice| invoice.paid_on.is_none());
        let delivered = folder.orders.iter().filter(|order| order.delivered_on.is_some());
        unpaid.map(Self::Invoice).chain(delivered.map(Self::Order)).collect()
    }

    pub(crate) fn place(&self) -> &Place {
        match self {
            Self::Invoice(invoice) => &invoice.place,
            Self::Order(order) => &order.place,
        }
    }

    /// What it is about, as people call it.
    pub(crate) fn about(&self) -> About {
        match self {
            Self::Invoice(invoice) => About { kind: "invoice", number: invoice.number.clone() },
            Self::Order(order) => About { kind: "order", number: order.number.clone() },
        }
    }

    /// The request that the library is asked. `folder` is where the PDFs lie.
    pub(crate) async fn request(&self, folder: &Path) -> Result<Request, String> {
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
                // The key makes it happen once, also when the invoice is numbered anew.
                Ok(Request::invoice(row.customer.clone(), invoice)
                    .with_key(MessageKey::of(MessageType::Invoice, &[&row.id]))
                    .with_attachment(attachment(folder, pdf).await?))
            }
            Self::Order(row) => {
                let order = StockDelivered {
                    order_number: row.number.clone(),
                    delivered_on: row.delivered_on.ok_or("it is not delivered yet")?,
                    items: row.items.clone(),
                };
                Ok(Request::stock_delivered(row.customer.clone(), order)
                    .with_key(MessageKey::of(MessageType::StockDelivered, &[&row.id])))
            }
        }
    }
}

/// What a message is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct About {
    /// `invoice` or `order`.
    pub(crate) kind: &'static str,
    pub(crate) number: String,
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.number)
    }
}

/// A link as it stands, or the bytes of a file in the folder.
async fn attachment(folder: &Path, pdf: &str) -> Result<Attachment, String> {
    if pdf.contains("://") {
        return Attachment::link(pdf).map_err(|why| format!("{pdf}: {why}"));
    }
    // Nothing outside of the folder goes to a customer, whatever the table says.
    let inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if !Path::new(pdf).components().all(inside) {
        return Err(format!("{pdf} is not in the data folder"));
    }
    let path = folder.join(pdf);
    // A link in the folder may lead out of it, or to what is no file and never ends.
    let (real, home) =
        (tokio::fs::canonicalize(&path).await, tokio::fs::canonicalize(folder).await);
    if let (Ok(real), Ok(home)) = (&real, &home)
        && !real.starts_with(home)
    {
        return Err(format!("{pdf} is not in the data folder"));
    }
    let file = tokio::fs::metadata(&path).await;
    let bytes = match file.map(|file| (file.is_file(), file.len())) {
        Ok((false, _)) => return Err(format!("{pdf} is not a file")),
        Ok((true, size)) if size > ATTACHMENT_MAX_BYTES => {
            return Err(format!("{pdf}: {}", InvalidAttachment::TooLarge));
        }
        Ok(_) => tokio::fs::read(&path).await,
        Err(error) => Err(error),
    };
    let bytes = bytes.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("{pdf} is missing"),
        _ => format!("{pdf} cannot be read: {error}"),
    })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Attachment::file(&name, bytes).map_err(|why| match why {
        InvalidAttachment::WebPage => {
            format!("{pdf} is a web page")
        }
        why => format!("{pdf}: {why}"),
    })
}
