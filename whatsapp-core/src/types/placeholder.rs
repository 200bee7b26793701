//! Placeholders: the variable parts of a type's messages.

/// The largest number of placeholders of a message type.
pub const PLACEHOLDERS_MAX: usize = 10;

/// The kind of a placeholder's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValueKind {
    /// One line of text.
    Line,
    /// Text that may have several lines.
    Lines,
    /// An amount of money with its currency sign.
    Amount,
    /// A date, such as `27 Jan 2026`.
    Date,
    /// A whole number.
    Number,
    /// A web address.
    Link,
}

/// The source of a placeholder's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// The host, with each message.
    Host,
    /// The customer's record: the name.
    CustomerName,
    /// The link to the message's file, where the host gives no other.
    FileLink,
}

/// A placeholder of a message type.
///
/// ```
/// use whatsapp_core::message::{Placeholder, ValueKind};
///
/// const PLACEHOLDERS: &[Placeholder] = &[
///     Placeholder::CUSTOMER_NAME,
///     Placeholder::line("appointmentTime", "Day and time", "11 Feb 2026, 10:30"),
///     Placeholder::lines("address", "Where to come", "12 Station Road\nPune"),
///     Placeholder::amount("fee", "What it costs", "₹500.00"),
/// ];
/// assert_eq!(PLACEHOLDERS[3].kind, ValueKind::Amount);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Placeholder {
    /// The placeholder's name, without braces: letters and digits, of which the first is a
    /// lower-case letter.
    pub name: &'static str,
    /// The kind of its value.
    pub kind: ValueKind,
    /// The source of its value.
    pub source: Source,
    /// Its meaning, for the person who writes a template.
    pub about: &'static str,
    /// A value for previews.
    pub sample: &'static str,
}

impl Placeholder {
    /// `{customerName}`: the name in the customer's record.
    pub const CUSTOMER_NAME: Self =
        Self::line("customerName", "Customer name", "Asha Traders").from(Source::CustomerName);

    /// One line of text. `about` gives its meaning to the person who writes a template, and
    /// previews show `sample`.
    #[must_use]
    pub const fn line(name: &'static str, about: &'static str, sample: &'static str) -> Self {
        Self { name, kind: ValueKind::Line, source: Source::Host, about, sample }
    }

    /// Text of several lines.
    #[must_use]
    pub const fn lines(name: &'static str, about: &'static str, sample: &'static str) -> Self {
        Self { kind: ValueKind::Lines, ..Self::line(name, about, sample) }
    }

    /// An amount of money. Values are written with their currency, such as `₹500.00`.
    #[must_use]
    pub const fn amount(name: &'static str, about: &'static str, sample: &'static str) -> Self {
        Self { kind: ValueKind::Amount, ..Self::line(name, about, sample) }
    }

    /// A date. Values are written as the business writes dates, such as `27 Jan 2026`.
    #[must_use]
    pub const fn date(name: &'static str, about: &'static str, sample: &'static str) -> Self {
        Self { kind: ValueKind::Date, ..Self::line(name, about, sample) }
    }

    /// A whole number.
    #[must_use]
    pub const fn number(name: &'static str, about: &'static str, sample: &'static str) -> Self {
        Self { kind: ValueKind::Number, ..Self::line(name, about, sample) }
    }

    /// A web address.
    #[must_use]
    pub const fn link(name: &'static str, about: &'static str, sample: &'static str) -> Self {
        Self { kind: ValueKind::Link, ..Self::line(name, about, sample) }
    }

    /// The link to the message's file, where the host gives no link of its own.
    #[must_use]
    pub const fn file_link(name: &'static str, about: &'static str, sample: &'static str) -> Self {
        Self::link(name, about, sample).from(Source::FileLink)
    }

    const fn from(self, source: Source) -> Self {
        Self { source, ..self }
    }
}
