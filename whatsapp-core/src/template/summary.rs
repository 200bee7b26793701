//! The values of a payment summary: a line for each invoice, and a total for each currency.

use chrono::NaiveDate;

use crate::format::{Amount, Formats};

/// An invoice that is not paid yet, as a [`PaymentSummary`] lists it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenInvoice {
    /// The invoice's number.
    pub number: String,
    /// Due date.
    pub due: NaiveDate,
    /// The amount still to be paid.
    pub amount: Amount,
}

impl OpenInvoice {
    /// The invoice with this number, of which the amount is still to be paid.
    pub fn new(number: impl Into<String>, due: NaiveDate, amount: Amount) -> Self {
        Self { number: number.into(), due, amount }
    }
}

/// The values of a reminder about several unpaid invoices of a customer.
///
/// If the text would be too long, the last invoices are counted instead of listed. The totals are
/// those of all invoices.
///
/// ```
/// use whatsapp_core::format::{Amount, Formats};
/// use whatsapp_core::template::{OpenInvoice, Payload, PaymentSummary};
///
/// let open = |number: &str, due: &str, amount: &str| -> Result<_, Box<dyn std::error::Error>> {
///     Ok(OpenInvoice::new(number, due.parse()?, Amount::rupees(amount)?))
/// };
/// let invoices = [open("INV-9", "2026-02-18", "5000")?, open("INV-7", "2026-02-11", "123456")?];
/// let payload = Payload::PaymentSummary(PaymentSummary::new(invoices));
/// let values = payload.values("Asha Traders", "", &Formats::default());
/// assert_eq!(
///     values.values().get("invoices"),
///     "INV-7, due 11 Feb 2026: ₹1,23,456.00\nINV-9, due 18 Feb 2026: ₹5,000.00"
/// );
/// assert_eq!(values.values().get("totals"), "₹1,28,456.00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PaymentSummary {
    /// The invoices, the earliest due first.
    invoices: Vec<OpenInvoice>,
    /// Largest number of invoices that are listed.
    listed: usize,
}

impl PaymentSummary {
    /// A summary of these invoices. It lists them by their due dates.
    pub fn new(invoices: impl IntoIterator<Item = OpenInvoice>) -> Self {
        let mut invoices: Vec<OpenInvoice> = invoices.into_iter().collect();
        invoices.sort_by(|a, b| (a.due, &a.number).cmp(&(b.due, &b.number)));
        Self { invoices, listed: usize::MAX }
    }

    /// The invoices, by their due dates.
    #[must_use]
    pub fn invoices(&self) -> &[OpenInvoice] {
        &self.invoices
    }

    /// The same summary with a line for this many invoices at most.
    pub(crate) fn listing(&self, most: usize) -> Self {
        Self { listed: most, ..self.clone() }
    }

    /// A line for each invoice, and the number of invoices that are not listed.
    pub(super) fn lines(&self, formats: &Formats) -> String {
        let line = |open: &OpenInvoice| {
            let number: Vec<&str> = open.number.split_whitespace().collect();
            let (due, amount) = (formats.date(open.due), formats.amount(open.amount));
            format!("{}, due {due}: {amount}", number.join(" "))
        };
        let mut lines: Vec<String> = self.invoices.iter().take(self.listed).map(line).collect();
        match (self.invoices.len() - lines.len(), lines.len()) {
            (0, _) => {}
            (1, 0) => lines.push("1 invoice".to_owned()),
            (more, 0) => lines.push(format!("{more} invoices")),
            (more, _) => lines.push(format!("and {more} more")),
        }
        lines.join("\n")
    }

    /// Total in each currency, a line each, in the order of the invoices.
    pub(super) fn totals(&self, formats: &Formats) -> String {
        let total = |amount: &Amount| formats.amount(*amount);
        let totals = totals(self.invoices.iter().map(|open| open.amount));
        totals.iter().map(total).collect::<Vec<_>>().join("\n")
    }

    /// The earliest due date.
    pub(super) fn oldest(&self, formats: &Formats) -> String {
        self.invoices.first().map(|open| formats.date(open.due)).unwrap_or_default()
    }
}

/// The totals of amounts, each currency by itself, in the order in which the currencies come. A
/// total above an [`Amount`]'s limit counts as the limit.
pub(crate) fn totals(amounts: impl IntoIterator<Item = Amount>) -> Vec<Amount> {
    let mut totals: Vec<Amount> = Vec::new();
    for amount in amounts {
        match totals.iter_mut().find(|total| total.currency() == amount.currency()) {
            Some(total) => *total = total.saturating_add(amount),
            None => totals.push(amount),
        }
    }
    totals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(number: &str, due: &str, amount: &str, currency: &str) -> OpenInvoice {
        let amount = Amount::parse(amount, currency.parse().unwrap()).unwrap();
        OpenInvoice { number: number.to_owned(), due: due.parse().unwrap(), amount }
    }

    fn summary() -> PaymentSummary {
        PaymentSummary::new([
            open("INV-3", "2026-02-18", "10", "EUR"),
            open("INV\n2", "2026-02-11", "500.50", "INR"),
            open("INV-1", "2026-02-18", "100", "INR"),
        ])
    }

    #[test]
    fn currencies_are_never_added_together() {
        let formats = Formats::default();
        assert_eq!(summary().totals(&formats), "₹600.50\n€10.00");
        assert_eq!(summary().oldest(&formats), "11 Feb 2026");
        assert!(totals([]).is_empty());
    }

    #[test]
    fn what_is_not_listed_is_counted() {
        let formats = Formats::default();
        let all = "INV 2, due 11 Feb 2026: ₹500.50\nINV-1, due 18 Feb 2026: ₹100.00\n\
                   INV-3, due 18 Feb 2026: €10.00";
        let lines = |most| summary().listing(most).lines(&formats);
        assert_eq!(lines(9), all);
        assert_eq!(lines(3), all);
        assert_eq!(lines(1), "INV 2, due 11 Feb 2026: ₹500.50\nand 2 more");
        assert_eq!(lines(0), "3 invoices");
        assert_eq!(summary().listing(1).totals(&formats), summary().totals(&formats));
    }

    #[test]
    fn a_total_beyond_all_amounts_stays_one() {
        let most = Amount::rupees("999999999999.99").unwrap();
        assert_eq!(totals([most, most]), [most]);
    }
}
