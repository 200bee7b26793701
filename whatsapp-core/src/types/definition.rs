//! The definition of a message type, and the handle by which it is used.

use std::fmt;

use super::name::{InvalidTypeName, TypeName};
use super::placeholder::{Placeholder, ValueKind};
use super::rules::{Category, Class, FileRule};

/// The definition of a message type: the content of its messages, and the rules that they
/// are under.
///
/// A host writes one as a `static` for each type of its own, gives its [`MessageType`] to the
/// [`Types`](crate::template::Types) of its ports, and enqueues messages of it with
/// [`Request::values`](crate::Request::values).
///
/// ```
/// use whatsapp_core::message::{Class, MessageType, Placeholder, TypeDef};
/// use whatsapp_core::template::Types;
///
/// static PAYMENT_RECEIVED: TypeDef = TypeDef::new(
///     "payment_received",
///     "Payment received",
///     &[
///         Placeholder::CUSTOMER_NAME,
///         Placeholder::line("invoiceNumber", "Invoice number", "INV-2026-0042"),
///         Placeholder::amount("amount", "Amount received", "₹1,23,456.00"),
///     ],
///     "Dear {customerName},\n\nWe have received {amount} for invoice {invoiceNumber}. Thank you!",
/// )
/// .with_subject("invoiceNumber", "Invoice");
/// const RECEIVED: MessageType = MessageType::of(&PAYMENT_RECEIVED);
///
/// let types = Types::new([RECEIVED])?;
/// assert_eq!(types.get("payment_received".parse()?), Some(RECEIVED));
/// assert_eq!(RECEIVED.class(), Class::Transactional);
/// assert_eq!(RECEIVED.switch_key(), "whatsapp_payment_received_enabled");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own, with a name")]
#[derive(Debug, PartialEq, Eq)]
pub struct TypeDef {
    name: Result<TypeName, InvalidTypeName>,
    word: &'static str,
    label: &'static str,
    placeholders: &'static [Placeholder],
    text: &'static str,
    zero: Option<(&'static str, &'static str)>,
    subject: Option<(&'static str, &'static str)>,
    file: FileRule,
    free_text: bool,
    class: Class,
    category: Category,
    in_send_window: bool,
    for_a_day: bool,
    asks_ledger: bool,
    switch_of: Option<MessageType>,
    on_by_default: bool,
}

impl TypeDef {
    /// A type with this name (see [`TypeName`]), the label that people read, its placeholders, and
    /// the text that is used while the business has written no template.
    ///
    /// Its messages follow on something that just happened. They are
    /// [transactional](Class::Transactional), of the category [`Service`](Category::Service), go
    /// out at any hour, and may have a file. The host enqueues no text of its own for them, and no
    /// ledger is asked. Its switch is its own, and on.
    #[must_use]
    pub const fn new(
        name: &'static str,
        label: &'static str,
        placeholders: &'static [Placeholder],
        text: &'static str,
    ) -> Self {
        Self {
            name: TypeName::new(name),
            word: name,
            label,
            placeholders,
            text,
            zero: None,
            subject: None,
            file: FileRule::Optional,
            free_text: false,
            class: Class::Transactional,
            category: Category::Service,
            in_send_window: false,
            for_a_day: false,
            asks_ledger: false,
            switch_of: None,
            on_by_default: true,
        }
    }

    /// Sets whether a file goes with the type's messages.
    #[must_use]
    pub const fn with_file(self, file: FileRule) -> Self {
        Self { file, ..self }
    }

    /// Lets the host's code enqueue a text of its own. A manager may write one for any type.
    #[must_use]
    pub const fn with_free_text(self) -> Self {
        Self { free_text: true, ..self }
    }

    /// Sets the class of the type's messages, that is their urgency.
    #[must_use]
    pub const fn with_class(self, class: Class) -> Self {
        Self { class, ..self }
    }

    /// Sets the category, that is the kind of messages that a customer can opt out of. Mutes go
    /// by it ([`MuteOf`](crate::mute::MuteOf)), and so does the list of categories that
    /// customers [decline](crate::port::Customer::declines).
    #[must_use]
    pub const fn with_category(self, category: Category) -> Self {
        Self { category, ..self }
    }

    /// Keeps its messages to the [send window](crate::settings::Settings::send_window), the hours
    /// in which customers may be written to, unless the settings have another rule for the type.
    /// Messages that a person sends or retries singly go out at once.
    #[must_use]
    pub const fn in_send_window(self) -> Self {
        Self { in_send_window: true, ..self }
    }

    /// Makes its messages true only on the day for which they were made: they are not sent again in
    /// bulk on a later day.
    #[must_use]
    pub const fn for_a_day(self) -> Self {
        Self { for_a_day: true, ..self }
    }

    /// Asks the [`InvoiceLedger`](crate::port::InvoiceLedger) right before each message that names
    /// an invoice is sent. A message whose invoice is not due any more is withdrawn. Others get the
    /// current values of the books in `{invoiceNumber}`, `{invoiceDate}`, `{dueDate}`,
    /// `{daysOverdue}` and `{amount}`, as far as the type has these placeholders.
    #[must_use]
    pub const fn with_ledger(self) -> Self {
        Self { asks_ledger: true, ..self }
    }

    /// Uses this text instead of any template that uses `{placeholder}` where its value is 0.
    #[must_use]
    pub const fn with_text_for_zero(self, placeholder: &'static str, text: &'static str) -> Self {
        Self { zero: Some((placeholder, text)), ..self }
    }

    /// Makes the value of this placeholder the subject of a message, such as the invoice's number;
    /// `thing` is the word that people use for it, such as "Invoice".
    #[must_use]
    pub const fn with_subject(self, placeholder: &'static str, thing: &'static str) -> Self {
        Self { subject: Some((placeholder, thing)), ..self }
    }

    /// Puts the type's messages under the switch of another type instead of one of their own.
    #[must_use]
    pub const fn under_the_switch_of(self, other: MessageType) -> Self {
        Self { switch_of: Some(other), ..self }
    }

    /// Switches the type's messages off where the settings say nothing.
    #[must_use]
    pub const fn off_by_default(self) -> Self {
        Self { on_by_default: false, ..self }
    }
}

/// A message type: a handle to its [definition](TypeDef). Two are equal if their names are.
///
/// The specification's four (3.1 to 3.4) and two more are constants; a host adds its own.
///
/// ```
/// use whatsapp_core::message::{Class, FileRule, MessageType};
///
/// assert_eq!(MessageType::INVOICE.label(), "Invoice");
/// assert!(matches!(MessageType::INVOICE.file(), FileRule::Mandatory(_)));
/// assert_eq!(MessageType::FESTIVAL.class(), Class::Greeting);
/// ```
#[derive(Clone, Copy)]
pub struct MessageType(&'static TypeDef);

impl MessageType {
    /// The type with this definition.
    #[must_use]
    pub const fn of(definition: &'static TypeDef) -> Self {
        Self(definition)
    }

    /// The type's definition.
    #[must_use]
    pub const fn definition(self) -> &'static TypeDef {
        self.0
    }

    /// The type's name, as rows and filters hold it. A type whose definition has an impossible name
    /// is called `x`, and no registry accepts it.
    #[must_use]
    pub const fn name(self) -> TypeName {
        match self.0.name {
            Ok(name) => name,
            Err(InvalidTypeName) => TypeName::NONE,
        }
    }

    /// The type's name as text, as the definition has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0.word
    }

    /// The label that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        self.0.label
    }

    /// The type's placeholders. The index of a placeholder in the list is its slot.
    #[must_use]
    pub const fn placeholders(self) -> &'static [Placeholder] {
        self.0.placeholders
    }

    /// The text that is used while the business has written no template (specification 7.1).
    #[must_use]
    pub const fn built_in_text(self) -> &'static str {
        self.0.text
    }

    /// The placeholder that no text should name while its value is 0, and the text for that case.
    #[must_use]
    pub const fn text_for_zero(self) -> Option<(&'static str, &'static str)> {
        self.0.zero
    }

    /// The placeholder that says what a message is about, and the word that people use for it.
    #[must_use]
    pub const fn subject(self) -> Option<(&'static str, &'static str)> {
        self.0.subject
    }

    /// The rule about a file with the type's messages.
    #[must_use]
    pub const fn file(self) -> FileRule {
        self.0.file
    }

    /// Returns true if the host's code may enqueue a text of its own.
    #[must_use]
    pub const fn allows_free_text(self) -> bool {
        self.0.free_text
    }

    /// The class of the type's messages, that is their urgency, where nobody waits for one of them.
    #[must_use]
    pub const fn class(self) -> Class {
        self.0.class
    }

    /// The category, that is the kind of messages that a customer can opt out of.
    #[must_use]
    pub const fn category(self) -> Category {
        self.0.category
    }

    /// Returns true if the type's messages keep to the hours in which customers may be written to,
    /// where the settings have no rule for the type.
    #[must_use]
    pub const fn obeys_send_window(self) -> bool {
        self.0.in_send_window
    }

    /// Returns true if the type's messages are true only on the day for which they were made.
    #[must_use]
    pub const fn is_for_a_day(self) -> bool {
        self.0.for_a_day
    }

    /// Returns true if the host's ledger is asked before each message that names an invoice. It is
    /// always asked about the invoices of the planner's summaries.
    #[must_use]
    pub const fn asks_ledger(self) -> bool {
        self.0.asks_ledger
    }

    /// Returns true if waiting messages of the type are composed again right before they are sent,
    /// with the template of that time. These are messages whose invoice the ledger is asked about,
    /// and the planner's summaries. All others go out as they were enqueued.
    #[must_use]
    pub fn is_composed_again(self) -> bool {
        self.0.asks_ledger || self == Self::PAYMENT_SUMMARY
    }

    /// The type whose switch the messages are under: the type itself, if the definition names
    /// no other.
    #[must_use]
    pub const fn switched_by(self) -> Self {
        match self.0.switch_of {
            Some(other) => other,
            None => self,
        }
    }

    /// The key of the setting that switches the type's messages off: `whatsapp_<name>_enabled`.
    #[must_use]
    pub fn switch_key(self) -> String {
        format!("whatsapp_{}_enabled", self.switched_by().as_str())
    }

    /// Returns true if the type's messages are on where the settings say nothing.
    #[must_use]
    pub const fn is_on_by_default(self) -> bool {
        self.switched_by().0.on_by_default
    }

    /// The slot of a placeholder.
    pub(crate) fn slot(self, name: &str) -> Option<usize> {
        self.0.placeholders.iter().position(|placeholder| placeholder.name == name)
    }

    /// Returns true if a slot holds an amount of money.
    pub(crate) fn is_amount(self, slot: usize) -> bool {
        self.0.placeholders.get(slot).is_some_and(|known| known.kind == ValueKind::Amount)
    }
}

impl PartialEq for MessageType {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0) || self.0.word == other.0.word
    }
}

impl Eq for MessageType {}

impl PartialEq<MessageType> for TypeName {
    fn eq(&self, other: &MessageType) -> bool {
        *self == other.name()
    }
}

impl PartialEq<TypeName> for MessageType {
    fn eq(&self, other: &TypeName) -> bool {
        other == self
    }
}

impl From<MessageType> for TypeName {
    fn from(message_type: MessageType) -> Self {
        message_type.name()
    }
}

impl fmt::Display for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageType({self})")
    }
}

impl serde::Serialize for MessageType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
