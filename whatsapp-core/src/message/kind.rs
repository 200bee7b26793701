//! Words for a message: its trigger, status, delivery, failures and waits.

use crate::word::words;

words!(
    /// The trigger of a message.
    Trigger, "trigger", "auto, scheduled, manual",
    {
        /// An event in the host, such as a new invoice.
        Auto => "auto", "Automatic";
        /// A schedule, such as that of reminders and festivals.
        Scheduled => "scheduled", "Scheduled";
        /// A manager.
        Manual => "manual", "Manual";
    }
);

words!(
    /// The status column: the specification's three words and `cancelled`.
    ///
    /// `failed` with a next attempt is not final: see [`State`](crate::message::State).
    Status, "status", "pending, sent, failed, cancelled",
    {
        /// The message waits for its time, is being sent, or its outcome is being looked up.
        Pending => "pending", "Pending";
        /// The gateway accepted the message.
        Sent => "sent", "Sent";
        /// The last attempt failed.
        Failed => "failed", "Failed";
        /// The message was withdrawn before anything was sent.
        Cancelled => "cancelled", "Cancelled";
    }
);

words!(
    /// The delivery of an accepted message. It only moves forward: accepted < delivered < read.
    Delivery, "delivery", "accepted, delivered, read, undelivered",
    {
        /// The gateway accepted the message.
        Accepted => "accepted", "Accepted";
        /// The message reached the handset.
        Delivered => "delivered", "Delivered";
        /// The message was read.
        Read => "read", "Read";
        /// The gateway could not deliver the message.
        Undelivered => "undelivered", "Undelivered";
    }
);

words!(
    /// The kind of failure of a `failed` message, in one word.
    #[non_exhaustive]
    FailureKind, "failure kind",
    "rejected, exhausted, invalid, unknown_outcome, undelivered, poison",
    {
        /// The gateway refused the message, and another attempt would not help.
        Rejected => "rejected", "The gateway refused it";
        /// Every attempt failed.
        Exhausted => "exhausted", "All attempts failed";
        /// The message could never have been sent: no number, no such customer.
        Invalid => "invalid", "It could not be sent";
        /// Nobody knows whether the gateway accepted the message, and the gateway cannot be asked.
        UnknownOutcome => "unknown_outcome", "It is not known whether it was sent";
        /// The gateway accepted the message and could not deliver it.
        Undelivered => "undelivered", "It was not delivered";
        /// Workers died three times before they could begin to send the message.
        Poison => "poison", "Sending it broke down three times";
    }
);

words!(
    /// The cause of a failure: the party that has to do something about it.
    #[non_exhaustive]
    Cause, "cause", "message, recipient, account, address, between, gateway, host",
    {
        /// The message: its text, its file, what it asks for.
        Message => "message", "The message itself";
        /// The recipient's number: missing, impossible, not on WhatsApp.
        Recipient => "recipient", "The customer's number";
        /// The account: its key, its subscription, its linked phone, its rate limit.
        Account => "account", "The account at the gateway";
        /// The address that requests are sent to leads elsewhere.
        Address => "address", "The gateway's address";
        /// Something on the way answered in the gateway's place: a firewall, a maintenance page.
        Between => "between", "Something before the gateway";
        /// The gateway: out of reach, out of order.
        Gateway => "gateway", "The gateway";
        /// The host: its files, its customers, its rows.
        Host => "host", "This program's own data";
    }
);

words!(
    /// The reason why a message was withdrawn.
    #[non_exhaustive]
    CancelReason, "cancel reason",
    "paid, switched_off, expired, manager, opted_out, muted, void, below_minimum, campaign, \
     superseded",
    {
        /// The invoice is no longer due.
        Paid => "paid", "The invoice is no longer due";
        /// Messages of this type were switched off before it was sent.
        SwitchedOff => "switched_off", "Messages of this type are switched off";
        /// The message had expired.
        Expired => "expired", "It was too late to send it";
        /// A manager cancelled the message.
        Manager => "manager", "Cancelled by a manager";
        /// The customer does not want such messages any more.
        OptedOut => "opted_out", "The customer does not want such messages";
        /// Such messages to the customer or the number, or about the invoice, were muted.
        Muted => "muted", "Such messages are kept back";
        /// The invoice was withdrawn, or is no longer in the books.
        Void => "void", "The invoice was cancelled";
        /// The amount to be paid is below the minimum for reminders.
        BelowMinimum => "below_minimum", "Too little is open to remind of it";
        /// The campaign of the message was stopped.
        Campaign => "campaign", "Its festival message was cancelled";
        /// A newer message says what this one would have said.
        Superseded => "superseded", "A newer message takes its place";
    }
);

words!(
    /// The reason why a message that was due waits, in one word.
    #[non_exhaustive]
    HeldFor, "reason to wait", "disputed, promised, credit, stale_payments, records, hours, trial",
    {
        /// The customer disputes the invoice.
        Disputed => "disputed", "The invoice is disputed";
        /// The customer promised to pay by a day that is not over.
        Promised => "promised", "Payment is promised";
        /// The customer has credit that covers the amount of the message.
        Credit => "credit", "The customer has credit";
        /// The host does not know the latest payments.
        StalePayments => "stale_payments", "Payments are out of date";
        /// The host's records or the message's template could not be read, or the message's type is
        /// not known here.
        Records => "records", "The records could not be read";
        /// No messages are sent to customers at this hour.
        Hours => "hours", "Business hours have not begun";
        /// Messages are on trial, and this number is not one of those that get any.
        Trial => "trial", "The trial is on";
    }
);

words!(
    /// The next step that is owed to an unsettled message.
    Step, "step", "send, look, watch",
    {
        /// Send: a POST.
        Send => "send", "Send";
        /// Look: a lookup, because the outcome of a POST is unknown.
        Look => "look", "Check";
        /// Watch: the gateway accepted the message, and its delivery is followed.
        Watch => "watch", "Watch";
    }
);
