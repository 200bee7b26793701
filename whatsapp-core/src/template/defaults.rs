//! The texts that are used while a business has written none of its own (specification 7.1).

use crate::message::MessageType;

const STOCK_DELIVERED: &str = "\
Hello {customerName},

Your order {orderNumber} has been delivered on {deliveryDate}.

Items delivered:
{items}

Thank you for your business!";

const INVOICE: &str = "\
Dear {customerName},

Your invoice {invoiceNumber} dated {invoiceDate} for ₹{amount} is ready.

Due Date: {dueDate}

View invoice: {invoiceLink}

Thank you!";

const PAYMENT_REMINDER: &str = "\
Hello {customerName},

This is a friendly reminder that your invoice {invoiceNumber} for ₹{amount} is {daysOverdue} days overdue.

Due Date: {dueDate}

Please make the payment at your earliest convenience.

Thank you!";

const NOT_YET_DUE: &str = "\
Hello {customerName},

This is a friendly reminder that your invoice {invoiceNumber} for ₹{amount} is due on {dueDate}.

Please make the payment by then. If you have already paid, thank you, and please ignore this message.

Thank you!";

const FESTIVAL: &str = "\
Dear {customerName},

Warm wishes to you and your family on {festivalName}!

Thank you for being with us.";

/// The built-in text of a message type.
#[must_use]
pub const fn built_in(message_type: MessageType) -> &'static str {
    match message_type {
        MessageType::StockDelivered => STOCK_DELIVERED,
        MessageType::Invoice => INVOICE,
        MessageType::PaymentReminder => PAYMENT_REMINDER,
        MessageType::Festival => FESTIVAL,
    }
}

/// The built-in reminder for an invoice that is not overdue yet: "is 0 days overdue" would be false.
#[must_use]
pub const fn not_yet_due_reminder() -> &'static str {
    NOT_YET_DUE
}
