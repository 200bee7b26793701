//! The placeholders of each message type (specification 7.2).

use crate::message::MessageType;

/// The most placeholders a message type has.
pub(crate) const SLOTS: usize = 6;

/// What kind of value stands in for a placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValueKind {
    /// One line of text.
    Line,
    /// Text that may have several lines.
    Lines,
    /// An amount of money with its currency sign.
    Amount,
}

/// A placeholder of a message type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Placeholder {
    /// Its name, without braces.
    pub name: &'static str,
    /// What stands in for it.
    pub kind: ValueKind,
    /// What it means, for the person who writes a template.
    pub about: &'static str,
    /// A value to preview with.
    pub sample: &'static str,
}

const fn placeholder(
    name: &'static str,
    kind: ValueKind,
    about: &'static str,
    sample: &'static str,
) -> Placeholder {
    Placeholder { name, kind, about, sample }
}

const CUSTOMER: Placeholder =
    placeholder("customerName", ValueKind::Line, "Customer name", "Asha Traders");
const INVOICE_NUMBER: Placeholder =
    placeholder("invoiceNumber", ValueKind::Line, "Invoice number", "INV-2026-0042");
const DUE_DATE: Placeholder =
    placeholder("dueDate", ValueKind::Line, "Payment due date", "11 Feb 2026");

const STOCK_DELIVERED: &[Placeholder] = &[
    CUSTOMER,
    placeholder("orderNumber", ValueKind::Line, "Order number", "SO-2026-0107"),
    placeholder("deliveryDate", ValueKind::Line, "Delivery date", "27 Jan 2026"),
    placeholder(
        "items",
        ValueKind::Lines,
        "List of items delivered",
        "20 × LED bulb 9 W\n5 × Switch board",
    ),
];
const INVOICE: &[Placeholder] = &[
    CUSTOMER,
    INVOICE_NUMBER,
    placeholder("invoiceDate", ValueKind::Line, "Invoice date", "27 Jan 2026"),
    placeholder("amount", ValueKind::Amount, "Invoice amount", "₹1,23,456.00"),
    DUE_DATE,
    placeholder(
        "invoiceLink",
        ValueKind::Line,
        "Link to view the invoice",
        "https://shop.example/i/INV-2026-0042.pdf",
    ),
];
const PAYMENT_REMINDER: &[Placeholder] = &[
    CUSTOMER,
    INVOICE_NUMBER,
    placeholder("amount", ValueKind::Amount, "Outstanding amount", "₹1,23,456.00"),
    DUE_DATE,
    placeholder("daysOverdue", ValueKind::Line, "Days past the due date", "7"),
];
const FESTIVAL: &[Placeholder] =
    &[CUSTOMER, placeholder("festivalName", ValueKind::Line, "Festival or event name", "Diwali")];

/// The placeholders that templates of this type may use. A placeholder's place in the list is its
/// slot.
#[must_use]
pub const fn catalogue(message_type: MessageType) -> &'static [Placeholder] {
    match message_type {
        MessageType::StockDelivered => STOCK_DELIVERED,
        MessageType::Invoice => INVOICE,
        MessageType::PaymentReminder => PAYMENT_REMINDER,
        MessageType::Festival => FESTIVAL,
    }
}

/// The slot of a name in a type's catalogue.
pub(crate) fn slot(message_type: MessageType, name: &str) -> Option<usize> {
    catalogue(message_type).iter().position(|placeholder| placeholder.name == name)
}

/// Whether a slot holds an amount of money.
pub(super) fn is_amount(message_type: MessageType, slot: usize) -> bool {
    catalogue(message_type).get(slot).is_some_and(|known| known.kind == ValueKind::Amount)
}

/// The names of a type's catalogue as a template writes them: `{customerName}, {orderNumber}`.
pub(super) fn listed(message_type: MessageType) -> String {
    let names = catalogue(message_type).iter().map(|known| format!("{{{}}}", known.name));
    names.collect::<Vec<_>>().join(", ")
}
