//! Placeholders: what stands in the messages of a type.

/// The most placeholders that a message type has.
pub const PLACEHOLDERS_MAX: usize = 10;

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
    /// A date, such as `27 Jan 2026`.
    Date,
    /// A whole number.
    Number,
    /// An address of the web.
    Link,
}

/// Who gives the value of a placeholder.
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
    /// Its name, without braces: letters and digits, of which the first is a lower-case letter.
    pub name: &'static str,
    /// What stands in for it.
    pub kind: ValueKind,
    /// Who gives its value.
    pub source: Source,
    /// What it means, for the person who writes a template.
    pub about: &'static str,
    /// A value to preview with.
    pub sample: &'static str,
}

impl Placeholder {
    /// `{customerName}`: the name in the customer's record.
    pub const CUSTOMER_NAME: Self =
        Self::line("customerName", "Customer name", "Asha Traders").from(Source::CustomerName);

    /// One line of text. `about` says what it means to the person who writes a template, and `sample`
    /// stands there in previews.
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

    /// An address of the web.
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
