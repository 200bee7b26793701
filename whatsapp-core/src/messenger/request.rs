//! Requests of a host for messages.

use std::collections::BTreeMap;

use chrono::{DateTime, SubsecRound as _, Utc};

use crate::attachment::Attachment;
use crate::audit::Actor;
use crate::campaign::FrozenText;
use crate::compose::Content;
use crate::consent::Consent;
use crate::id::{CustomerId, InvoiceId, MessageId, TemplateId, UserId};
use crate::message::{Fingerprint, MessageKey, MessageType, Trigger};
use crate::private::Private;
use crate::template::{
    Festival, Invoice, Payload, PaymentReminder, PaymentSummary, StockDelivered,
};

/// One message that a host wants sent to one customer.
///
/// It is made from a typed payload, from a checked map of values, or from a manager's own text.
///
/// ```
/// use whatsapp_core::format::Amount;
/// use whatsapp_core::template::Invoice;
/// use whatsapp_core::{Attachment, CustomerId, InvoiceId, Request};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let invoice = Invoice {
///     number: "INV-2026-0042".into(),
///     date: "2026-01-27".parse()?,
///     amount: Amount::rupees("15000")?,
///     due: "2026-02-11".parse()?,
///     link: None,
/// };
/// let request = Request::invoice(CustomerId::new("42")?, invoice)
///     .with_invoice(InvoiceId::new("81")?)
///     .with_attachment(Attachment::path("INV-2026-0042.pdf"))
///     .with_schedule("2026-01-28T04:30:00Z".parse()?);
/// # drop(request);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub(crate) customer_id: CustomerId,
    pub(crate) content: Content,
    pub(crate) trigger: Trigger,
    pub(crate) template_id: Option<TemplateId>,
    pub(crate) attachment: Option<Attachment>,
    pub(crate) scheduled_for: Option<DateTime<Utc>>,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) key: Option<MessageKey>,
    pub(crate) invoice_id: Option<InvoiceId>,
    pub(crate) created_by: Option<UserId>,
    pub(crate) subject: Option<String>,
    pub(crate) same: Same,
    pub(crate) warnings: Vec<String>,
    pub(crate) frozen: Option<Box<FrozenText>>,
    pub(crate) consent: Consent,
    pub(crate) audited: Option<Actor>,
}

/// The rule that decides whether a request is the same message as another one under its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Same {
    /// The content decides.
    Content,
    /// The key alone decides.
    Key,
    /// This fingerprint decides.
    As(Fingerprint),
}

impl Request {
    fn of(customer_id: CustomerId, trigger: Trigger, content: Content) -> Self {
        Self {
            customer_id,
            content,
            trigger,
            template_id: None,
            attachment: None,
            scheduled_for: None,
            expires_at: None,
            key: None,
            invoice_id: None,
            created_by: None,
            subject: None,
            same: Same::Content,
            warnings: Vec::new(),
            frozen: None,
            consent: Consent::NotAsked,
            audited: None,
        }
    }

    /// A request to tell the customer that an order was delivered. The key is the order's number.
    #[must_use]
    pub fn stock_delivered(customer: CustomerId, order: StockDelivered) -> Self {
        Self::of(customer, Trigger::Auto, Content::Payload(Payload::StockDelivered(order)))
    }

    /// A request to send an invoice; its PDF must be attached. The key is the invoice's number.
    #[must_use]
    pub fn invoice(customer: CustomerId, invoice: Invoice) -> Self {
        Self::of(customer, Trigger::Auto, Content::Payload(Payload::Invoice(invoice)))
    }

    /// A request for a reminder of an unpaid invoice.
    ///
    /// Right before the reminder is sent, the [`InvoiceLedger`](crate::port::InvoiceLedger) is
    /// asked whether `invoice` is still due. The key is the invoice's number and the date on which
    /// the reminder is read. A host that reminds in steps gives the step with
    /// [`with_key`](Self::with_key) instead.
    #[must_use]
    pub fn payment_reminder(
        customer: CustomerId,
        invoice: InvoiceId,
        reminder: PaymentReminder,
    ) -> Self {
        let content = Content::Payload(Payload::PaymentReminder(reminder));
        Self::of(customer, Trigger::Scheduled, content).with_invoice(invoice)
    }

    /// A request for a summary of several unpaid invoices.
    ///
    /// Right before a summary that the planner made is sent, its list is made again; a host's
    /// summary is sent as it is. Without [`with_key`](Self::with_key) every call is a message of
    /// its own. Keys of the form `payment_summary:<customer>:<date>` belong to the planner.
    #[must_use]
    pub fn payment_summary(customer: CustomerId, summary: PaymentSummary) -> Self {
        Self::of(customer, Trigger::Scheduled, Content::Payload(Payload::PaymentSummary(summary)))
    }

    /// A request for a greeting. The key is the festival's name, the customer and the year.
    #[must_use]
    pub fn festival(customer: CustomerId, festival: Festival) -> Self {
        Self::of(customer, Trigger::Scheduled, Content::Payload(Payload::Festival(festival)))
    }

    /// A request for a message of this type with values by placeholder name, written out as
    /// customers read them.
    ///
    /// A name that is none of the type's [placeholders](MessageType::placeholders) is refused; the
    /// customer's name and the link to the file are filled in. Without [`with_key`](Self::with_key)
    /// every call is a message of its own.
    ///
    /// A type of the host's own is part of its ports: see [`TypeDef`](crate::message::TypeDef).
    #[must_use]
    pub fn values(
        customer: CustomerId,
        message_type: MessageType,
        values: BTreeMap<String, String>,
    ) -> Self {
        Self::of(customer, Trigger::Manual, Content::Values { message_type, values })
    }

    /// A request with a text that a manager wrote.
    ///
    /// Placeholders of the type are filled in from `values`; other braces stay as they are, with a
    /// warning on the message. Without [`with_key`](Self::with_key) every call is a message of its
    /// own.
    ///
    /// With another [trigger](Self::with_trigger) than [`Trigger::Manual`] the text comes from the
    /// host without a person, which only some types [allow](MessageType::allows_free_text).
    #[must_use]
    pub fn text(
        customer: CustomerId,
        message_type: MessageType,
        text: impl Into<Private>,
        values: BTreeMap<String, String>,
    ) -> Self {
        Self::of(
            customer,
            Trigger::Manual,
            Content::Text { message_type, text: text.into(), values },
        )
    }

    /// Attaches a file, or a link to one.
    #[must_use]
    pub fn with_attachment(mut self, attachment: Attachment) -> Self {
        self.attachment = Some(attachment);
        self
    }

    /// Uses this stored template instead of the active one of the type.
    #[must_use]
    pub const fn with_template(mut self, template: TemplateId) -> Self {
        self.template_id = Some(template);
        self
    }

    /// Sends at this instant, to the microsecond, instead of at once.
    #[must_use]
    pub fn with_schedule(mut self, instant: DateTime<Utc>) -> Self {
        self.scheduled_for = Some(instant.trunc_subsecs(6));
        self
    }

    /// Cancels the message if it could not be sent before this instant.
    #[must_use]
    pub fn with_expiry(mut self, instant: DateTime<Utc>) -> Self {
        self.expires_at = Some(instant.trunc_subsecs(6));
        self
    }

    /// Sets the idempotency key.
    #[must_use]
    pub fn with_key(mut self, key: MessageKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Names the invoice whose ledger is asked right before a payment reminder is sent.
    #[must_use]
    pub fn with_invoice(mut self, invoice: InvoiceId) -> Self {
        self.invoice_id = Some(invoice);
        self
    }

    /// Sets the trigger of the message.
    #[must_use]
    pub const fn with_trigger(mut self, trigger: Trigger) -> Self {
        self.trigger = trigger;
        self
    }

    /// Tells whether a person agreed that the message is sent
    /// [outside business hours](crate::messenger::OutsideHours). It matters where the message is
    /// [`Trigger::Manual`] and its send time is outside them.
    #[must_use]
    pub const fn with_consent(mut self, consent: Consent) -> Self {
        self.consent = consent;
        self
    }

    /// Lets the key alone decide whether this is the same message: its content and number may
    /// change from one call to the next.
    #[must_use]
    pub(crate) const fn by_key_alone(mut self) -> Self {
        self.same = Same::Key;
        self
    }

    /// Lets this fingerprint, in place of the content, decide whether this is the same message as
    /// another one under its [key](Self::with_key). It is the hash of everything that a program
    /// asked for. Where the log has it, also as a refused message, nothing else about the request
    /// is checked.
    ///
    /// ```
    /// # use std::collections::BTreeMap;
    /// use whatsapp_core::message::{Fingerprint, MessageKey, MessageType};
    /// # use whatsapp_core::{CustomerId, Request};
    ///
    /// # let (asha, values) = (CustomerId::new("C-1")?, BTreeMap::new());
    /// let kind = MessageType::STOCK_DELIVERED;
    /// let request = Request::values(asha, kind, values)
    ///     .with_key(MessageKey::of(kind, &["call", "8e03978e"]))
    ///     .with_fingerprint(Fingerprint::of(&[("body", "{…}")]));
    /// # let _ = request;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn with_fingerprint(mut self, fingerprint: Fingerprint) -> Self {
        self.same = Same::As(fingerprint);
        self
    }

    /// Adds a sentence that the manager should know about the message to the library's own
    /// warnings.
    #[must_use]
    pub fn with_warning(mut self, warning: impl Into<String>) -> Self {
        self.warnings.push(warning.into());
        self
    }

    /// Makes the message from this text, whatever happened to the template since.
    #[must_use]
    pub(crate) fn made_from(mut self, text: FrozenText) -> Self {
        self.frozen = Some(Box::new(text));
        self
    }

    /// Names the subject of the message, as people know it: the number of an invoice, an order or
    /// an entry. Typed payloads have their own subject; this one takes precedence.
    #[must_use]
    pub fn with_subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Writes an audit entry together with the message, which names the person who sent it by hand.
    #[must_use]
    pub fn audited(mut self, by: Actor) -> Self {
        self.audited = Some(by);
        self
    }

    /// Names the manager who asks for the message.
    #[must_use]
    pub fn with_creator(mut self, user: UserId) -> Self {
        self.created_by = Some(user);
        self
    }

    /// The message type.
    #[must_use]
    pub const fn message_type(&self) -> MessageType {
        self.content.message_type()
    }

    /// The trigger of the message.
    #[must_use]
    pub const fn trigger(&self) -> Trigger {
        self.trigger
    }

    /// The subject, as people know it: the host's, or the number in the payload.
    pub(crate) fn subject(&self) -> Option<&str> {
        let given = self.subject.as_deref();
        let known = match &self.content {
            Content::Payload(Payload::StockDelivered(order)) => Some(order.order_number.as_str()),
            Content::Payload(Payload::Invoice(invoice)) => Some(invoice.number.as_str()),
            Content::Payload(Payload::PaymentReminder(reminder)) => {
                Some(reminder.invoice_number.as_str())
            }
            Content::Payload(Payload::Festival(festival)) => Some(festival.name.as_str()),
            Content::Payload(Payload::PaymentSummary(_)) => None,
            Content::Values { message_type, values }
            | Content::Text { message_type, values, .. } => {
                let name = message_type.subject().map(|(placeholder, _)| placeholder);
                name.and_then(|name| values.get(name).map(String::as_str))
            }
        };
        given.or(known).map(str::trim).filter(|subject| !subject.is_empty())
    }

    /// The key: the given one, that of the payload, or a unique one from the message's id.
    pub(crate) fn key(&self, id: MessageId, year: i32) -> MessageKey {
        if let Some(key) = &self.key {
            return key.clone();
        }
        let kind = self.message_type();
        match &self.content {
            Content::Payload(Payload::StockDelivered(order)) => {
                MessageKey::of(kind, &[&order.order_number])
            }
            Content::Payload(Payload::Invoice(invoice)) => MessageKey::of(kind, &[&invoice.number]),
            Content::Payload(Payload::PaymentReminder(reminder)) => {
                MessageKey::of(kind, &[&reminder.invoice_number, &reminder.today.to_string()])
            }
            Content::Payload(Payload::Festival(festival)) => MessageKey::of(
                kind,
                &[&festival.name, &year.to_string(), self.customer_id.as_str()],
            ),
            Content::Payload(Payload::PaymentSummary(_))
            | Content::Values { .. }
            | Content::Text { .. } => MessageKey::of(kind, &["manual", &id.to_string()]),
        }
    }
}
