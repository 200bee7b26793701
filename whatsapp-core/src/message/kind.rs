//! What a message is, what set it off, and how far it has come.

use crate::word::words;

words!(
    /// What set a message off.
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
        /// Waits for its time, is under way, or its outcome is being looked up.
        Pending => "pending", "Pending";
        /// The gateway accepted it.
        Sent => "sent", "Sent";
        /// The last attempt failed.
        Failed => "failed", "Failed";
        /// Withdrawn before anything was sent.
        Cancelled => "cancelled", "Cancelled";
    }
);

words!(
    /// How far an accepted message has come. Only ever moves forward: accepted < delivered < read.
    Delivery, "delivery", "accepted, delivered, read, undelivered",
    {
        /// The gateway took it.
        Accepted => "accepted", "Accepted";
        /// The handset has it.
        Delivered => "delivered", "Delivered";
        /// It was read.
        Read => "read", "Read";
        /// The gateway could not deliver it.
        Undelivered => "undelivered", "Undelivered";
    }
);

words!(
    /// Why a message is `failed`, in one word.
    FailureKind, "failure kind",
    "rejected, exhausted, invalid, unknown_outcome, undelivered, poison",
    {
        /// The gateway said no, and asking again would not help.
        Rejected => "rejected", "The gateway refused it";
        /// Every attempt failed.
        Exhausted => "exhausted", "All attempts failed";
        /// It could never have been sent: no number, no such customer.
        Invalid => "invalid", "It could not be sent";
        /// Nobody knows whether the gateway took it, and the gateway cannot be asked.
        UnknownOutcome => "unknown_outcome", "It is not known whether it was sent";
        /// The gateway took it and could not deliver it.
        Undelivered => "undelivered", "It was not delivered";
        /// Workers died three times before they could begin to send it.
        Poison => "poison", "Sending it broke down three times";
    }
);

words!(
    /// Whose trouble it is that a message was not taken: who has to do something about it.
    Cause, "cause", "message, recipient, account, address, between, gateway, host",
    {
        /// The message's own: its text, its file, what it asks for.
        Message => "message", "The message itself";
        /// The recipient's number: missing, impossible, not on WhatsApp.
        Recipient => "recipient", "The customer's number";
        /// The account's: its key, its subscription, its linked phone, its rate.
        Account => "account", "The account at the gateway";
        /// The address that requests go to leads elsewhere.
        Address => "address", "The gateway's address";
        /// Something on the way answered in the gateway's place: a firewall, a maintenance page.
        Between => "between", "Something before the gateway";
        /// The gateway's own: out of reach, out of order.
        Gateway => "gateway", "The gateway";
        /// The host's: its files, its customers, its rows.
        Host => "host", "This program's own data";
    }
);

words!(
    /// Why a message was withdrawn.
    CancelReason, "cancel reason",
    "paid, switched_off, expired, manager, opted_out, muted, void, below_minimum, campaign, \
     superseded",
    {
        /// The invoice is no longer due.
        Paid => "paid", "The invoice is no longer due";
        /// Messages of this type were switched off before it went out.
        SwitchedOff => "switched_off", "Messages of this type are switched off";
        /// Its time had passed.
        Expired => "expired", "It was too late to send it";
        /// A manager cancelled it.
        Manager => "manager", "Cancelled by a manager";
        /// The customer asked not to be written to any more.
        OptedOut => "opted_out", "The customer does not want such messages";
        /// Such messages to the customer or the number, or about the invoice, were muted.
        Muted => "muted", "Such messages are kept back";
        /// The invoice was withdrawn, or is in the books no more.
        Void => "void", "The invoice was cancelled";
        /// Less is to be paid than reminders are sent for.
        BelowMinimum => "below_minimum", "Too little is open to remind of it";
        /// The campaign that it belongs to was stopped.
        Campaign => "campaign", "Its festival message was cancelled";
        /// A newer message says what it would have said.
        Superseded => "superseded", "A newer message takes its place";
    }
);

words!(
    /// Why a message that was due waits, in one word.
    HeldFor, "reason to wait", "disputed, promised, credit, stale_payments, records, hours, trial",
    {
        /// The customer objects to the invoice.
        Disputed => "disputed", "The invoice is disputed";
        /// The customer promised to pay by a day that is not over.
        Promised => "promised", "Payment is promised";
        /// The customer has credit that covers what it would ask for.
        Credit => "credit", "The customer has credit";
        /// The host does not know the latest payments.
        StalePayments => "stale_payments", "Payments are out of date";
        /// The host's records, or the message's template, could not be read, or its type is not known here.
        Records => "records", "The records could not be read";
        /// Customers are not written to at this hour.
        Hours => "hours", "Business hours have not begun";
        /// Messages are tried out, and its number is not one of those that get any.
        Trial => "trial", "The trial is on";
    }
);

words!(
    /// What is owed to an unsettled message next.
    Step, "step", "send, look, watch",
    {
        /// A POST.
        Send => "send", "Send";
        /// A look: the outcome of a POST is unknown.
        Look => "look", "Check";
        /// The gateway accepted it; its delivery is followed.
        Watch => "watch", "Watch";
    }
);
