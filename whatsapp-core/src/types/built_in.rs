//! The built-in message types.

use super::definition::{MessageType, TypeDef};
use super::placeholder::Placeholder;
use super::rules::{Category, Class, FileRule};
use crate::attachment::AttachmentKind;

impl MessageType {
    /// The message about a delivered order (specification 3.1).
    pub const STOCK_DELIVERED: Self = Self::of(&STOCK_DELIVERED);
    /// An invoice with its PDF (specification 3.2).
    pub const INVOICE: Self = Self::of(&INVOICE);
    /// The reminder of an unpaid invoice (specification 3.3).
    pub const PAYMENT_REMINDER: Self = Self::of(&PAYMENT_REMINDER);
    /// A greeting (specification 3.4).
    pub const FESTIVAL: Self = Self::of(&FESTIVAL);
    /// The reminder of several unpaid invoices of one customer: one message instead of a reminder
    /// for each. It is under the reminders' switch.
    pub const PAYMENT_SUMMARY: Self = Self::of(&PAYMENT_SUMMARY);
    /// News for many customers; switched off until somebody switches it on.
    pub const ANNOUNCEMENT: Self = Self::of(&ANNOUNCEMENT);

    /// The built-in types, in the order in which they are shown.
    pub const BUILT_IN: &'static [Self] = &[
        Self::STOCK_DELIVERED,
        Self::INVOICE,
        Self::PAYMENT_REMINDER,
        Self::FESTIVAL,
        Self::PAYMENT_SUMMARY,
        Self::ANNOUNCEMENT,
    ];
}

const INVOICE_NUMBER: Placeholder =
    Placeholder::line("invoiceNumber", "Invoice number", "INV-2026-0042");
const DUE_DATE: Placeholder = Placeholder::date("dueDate", "Payment due date", "11 Feb 2026");

static STOCK_DELIVERED: TypeDef = TypeDef::new(
    "stock_delivered",
    "Stock delivered",
    &[
        Placeholder::CUSTOMER_NAME,
        Placeholder::line("orderNumber", "Order number", "SO-2026-0107"),
        Placeholder::date("deliveryDate", "Delivery date", "27 Jan 2026"),
        Placeholder::lines(
            "items",
            "List of items delivered",
            "20 × LED bulb 9 W\n5 × Switch board",
        ),
    ],
    "\
Hello {customerName},

Your order {orderNumber} has been delivered on {deliveryDate}.

Items delivered:
{items}

Thank you for your business!",
)
.with_subject("orderNumber", "Order")
.with_free_text();

static INVOICE: TypeDef = TypeDef::new(
    "invoice",
    "Invoice",
    &[
        Placeholder::CUSTOMER_NAME,
        INVOICE_NUMBER,
        Placeholder::date("invoiceDate", "Invoice date", "27 Jan 2026"),
        Placeholder::amount("amount", "Invoice amount", "₹1,23,456.00"),
        DUE_DATE,
        Placeholder::file_link(
            "invoiceLink",
            "Link to view the invoice",
            "https://shop.example/i/INV-2026-0042.pdf",
        ),
    ],
    "\
Dear {customerName},

Your invoice {invoiceNumber} dated {invoiceDate} for ₹{amount} is ready.

Due Date: {dueDate}

View invoice: {invoiceLink}

Thank you!",
)
.with_subject("invoiceNumber", "Invoice")
.with_file(FileRule::Mandatory(&[AttachmentKind::Pdf]));

static PAYMENT_REMINDER: TypeDef = TypeDef::new(
    "payment_reminder",
    "Payment reminder",
    &[
        Placeholder::CUSTOMER_NAME,
        INVOICE_NUMBER,
        Placeholder::amount("amount", "Outstanding amount", "₹1,23,456.00"),
        DUE_DATE,
        Placeholder::number("daysOverdue", "Days past the due date", "7"),
    ],
    "\
Hello {customerName},

This is a friendly reminder that your invoice {invoiceNumber} for ₹{amount} is {daysOverdue} days overdue.

Due Date: {dueDate}

Please make the payment at your earliest convenience.

Thank you!",
)
.with_subject("invoiceNumber", "Invoice")
.with_class(Class::Reminder)
.with_category(Category::Reminders)
.in_send_window()
.for_a_day()
.with_ledger()
// "is 0 days overdue" would be false.
.with_text_for_zero(
    "daysOverdue",
    "\
Hello {customerName},

This is a friendly reminder that your invoice {invoiceNumber} for ₹{amount} is due on {dueDate}.

Please make the payment by then. If you have already paid, thank you, and please ignore this message.

Thank you!",
);

static FESTIVAL: TypeDef = TypeDef::new(
    "festival",
    "Festival greeting",
    &[
        Placeholder::CUSTOMER_NAME,
        Placeholder::line("festivalName", "Festival or event name", "Diwali"),
    ],
    "\
Dear {customerName},

Warm wishes to you and your family on {festivalName}!

Thank you for being with us.",
)
.with_subject("festivalName", "Festival")
.with_free_text()
.with_class(Class::Greeting)
.with_category(Category::Greetings)
.in_send_window()
.for_a_day();

static PAYMENT_SUMMARY: TypeDef = TypeDef::new(
    "payment_summary",
    "Payment summary",
    &[
        Placeholder::CUSTOMER_NAME,
        Placeholder::lines(
            "invoices",
            "List of open invoices",
            "INV-2026-0042, due 11 Feb 2026: ₹1,23,456.00\nINV-2026-0051, due 18 Feb 2026: ₹5,000.00",
        ),
        Placeholder::lines("totals", "Total of each currency", "₹1,28,456.00"),
        Placeholder::date("oldestDueDate", "The earliest due date among them", "11 Feb 2026"),
    ],
    "\
Hello {customerName},

This is a friendly reminder that these invoices are not paid yet:
{invoices}

Total: {totals}
Oldest due date: {oldestDueDate}

Please make the payment at your earliest convenience. If you have already paid, thank you, and please ignore this message.

Thank you!",
)
.with_class(Class::Reminder)
.with_category(Category::Reminders)
.in_send_window()
.for_a_day()
.under_the_switch_of(MessageType::PAYMENT_REMINDER);

static ANNOUNCEMENT: TypeDef = TypeDef::new(
    "announcement",
    "Announcement",
    &[
        Placeholder::CUSTOMER_NAME,
        Placeholder::lines(
            "announcement",
            "The news",
            "We moved: from 1 March 2026 you find us at 12 Station Road, Pune.",
        ),
    ],
    "\
Dear {customerName},

{announcement}

Thank you for being with us.",
)
.with_free_text()
.with_class(Class::Bulk)
.with_category(Category::News)
.in_send_window()
.off_by_default();
