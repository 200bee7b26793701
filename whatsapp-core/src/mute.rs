//! Mutes: customers, numbers and invoices about which nothing, or nothing of a kind, is sent.

use chrono::{DateTime, Utc};

use crate::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use crate::id::{AuditId, CustomerId, InvoiceId, MuteId};
use crate::number::WhatsAppNumber;
use crate::private::Private;
use crate::types::Category;
use crate::word::words;

words!(
    /// The messages that a mute keeps back.
    #[non_exhaustive]
    MuteOf, "mute category", "reminders, greetings, all",
    {
        /// Messages of the category [`Reminders`](Category::Reminders).
        Reminders => "reminders", "Reminders";
        /// Messages of the category [`Greetings`](Category::Greetings).
        Greetings => "greetings", "Greetings";
        /// Messages of every type.
        All => "all", "All messages";
    }
);

impl MuteOf {
    /// Returns true if messages of this category are kept back.
    #[must_use]
    pub const fn covers(self, category: Category) -> bool {
        matches!(
            (self, category),
            (Self::All, _)
                | (Self::Reminders, Category::Reminders)
                | (Self::Greetings, Category::Greetings)
        )
    }
}

/// The customer, number or invoice of a mute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MuteOn {
    /// Messages to this customer, whatever the number.
    Customer(CustomerId),
    /// Messages to all spellings of a number, whoever has it: the
    /// [key](WhatsAppNumber::variant_key) that they share.
    Number(Private),
    /// Messages about this invoice.
    Invoice(InvoiceId),
}

impl MuteOn {
    /// A mute's target for a number, in all its spellings.
    #[must_use]
    pub fn number(number: &WhatsAppNumber) -> Self {
        Self::Number(number.variant_key().into())
    }

    /// The word of the target's kind, as databases use it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Customer(_) => "customer",
            Self::Number(_) => "number",
            Self::Invoice(_) => "invoice",
        }
    }

    /// The customer's or the invoice's id, or the key of the number.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Customer(id) => id.as_str(),
            Self::Number(key) => key.as_str(),
            Self::Invoice(id) => id.as_str(),
        }
    }

    /// Reads the target of a row.
    #[must_use]
    pub fn read(kind: &str, key: String) -> Option<Self> {
        match kind {
            "customer" => CustomerId::new(key).ok().map(Self::Customer),
            "number" => Some(Self::Number(key.into())),
            "invoice" => InvoiceId::new(key).ok().map(Self::Invoice),
            _ => None,
        }
    }
}

/// A mute: the messages that are kept back, from when on, and until when.
///
/// ```
/// use whatsapp_core::WhatsAppNumber;
/// use whatsapp_core::message::Category;
/// use whatsapp_core::mute::{MuteOf, MuteOn};
///
/// assert!(MuteOf::Reminders.covers(Category::Reminders));
/// assert!(!MuteOf::Reminders.covers(Category::Service));
/// assert!(MuteOf::All.covers(Category::Service));
/// // Brazil's ninth digit makes no other number of it.
/// let on = |number| WhatsAppNumber::parse(number).map(|number| MuteOn::number(&number));
/// assert_eq!(on("+5531987654321")?, on("+553187654321")?);
/// # Ok::<(), whatsapp_core::InvalidNumber>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mute {
    /// Identifies the mute.
    pub id: MuteId,
    /// The customer, number or invoice that it is about.
    pub on: MuteOn,
    /// The messages that it keeps back.
    pub of: MuteOf,
    /// The person or code that asked for it.
    pub by: Actor,
    /// Time from which it holds.
    pub at: DateTime<Utc>,
    /// Its end; `None` while it holds.
    pub ended: Option<MuteEnded>,
}

/// The end of a mute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MuteEnded {
    /// The person or code that ended it.
    pub by: Actor,
    /// Time of the end.
    pub at: DateTime<Utc>,
}

impl Mute {
    /// The sentence that people read about a message that it keeps back.
    #[must_use]
    pub fn sentence(&self) -> String {
        let place = match self.on {
            MuteOn::Customer(_) => "to this customer",
            MuteOn::Number(_) => "to this number",
            MuteOn::Invoice(_) => "about this invoice",
        };
        format!("{} {place} are kept back.", self.of.label())
    }

    /// The audit's entry about the last change of the mute: that it was set, or ended.
    #[must_use]
    pub fn entry(&self, id: AuditId) -> AuditEntry {
        let on = AuditTarget::Mute(self.id);
        let (at, by, act, change) = match &self.ended {
            None => (self.at, &self.by, Act::Muted, AuditChange::state("none", self.of)),
            Some(end) => (end.at, &end.by, Act::Unmuted, AuditChange::state(self.of, "none")),
        };
        AuditEntry { id, at, by: by.clone(), act, on, change }
    }
}

/// The sentence for messages of this category, if any of these mutes keeps them back.
pub(crate) fn why(mutes: &[Mute], category: Category) -> Option<Private> {
    let mute = mutes.iter().find(|mute| mute.of.covers(category));
    mute.map(|mute| mute.sentence().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mute(on: MuteOn, of: MuteOf) -> Mute {
        let id = MuteId::new(DateTime::UNIX_EPOCH, [7; 10]);
        Mute { id, on, of, by: Actor::Host, at: DateTime::UNIX_EPOCH, ended: None }
    }

    fn number() -> MuteOn {
        MuteOn::number(&WhatsAppNumber::parse("+919876543210").unwrap())
    }

    #[test]
    fn each_mute_has_a_sentence_of_its_own() {
        let customer = MuteOn::Customer(CustomerId::new("C-1").unwrap());
        let invoice = MuteOn::Invoice(InvoiceId::new("81").unwrap());
        for (on, of, sentence) in [
            (customer.clone(), MuteOf::Reminders, "Reminders to this customer are kept back."),
            (number(), MuteOf::Greetings, "Greetings to this number are kept back."),
            (invoice, MuteOf::All, "All messages about this invoice are kept back."),
            (customer, MuteOf::All, "All messages to this customer are kept back."),
        ] {
            assert_eq!(mute(on, of).sentence(), sentence);
        }
    }

    #[test]
    fn only_a_mute_that_covers_the_category_keeps_a_message_back() {
        let of = |of| mute(number(), of);
        let two = [of(MuteOf::Greetings), of(MuteOf::Reminders)];
        let said = |category| why(&two, category).map(Private::into_string);
        assert_eq!(said(Category::Reminders).unwrap(), "Reminders to this number are kept back.");
        assert_eq!(said(Category::Greetings).unwrap(), "Greetings to this number are kept back.");
        assert_eq!(said(Category::Service), None);
        assert_eq!(said(Category::News), None);
        for &category in Category::ALL {
            assert!(why(&[of(MuteOf::All)], category).is_some(), "{category}");
        }
    }

    #[test]
    fn what_a_mute_is_about_reads_back_and_shows_no_number() {
        let id = "C-1".to_owned();
        for kind in ["customer", "number", "invoice"] {
            let on = MuteOn::read(kind, id.clone()).unwrap();
            assert_eq!((on.kind(), on.key()), (kind, "C-1"));
        }
        assert_eq!(MuteOn::read("supplier", id), None);
        assert_eq!(MuteOn::read("invoice", "INV 7".to_owned()), None);
        let shown = format!("{:?}", mute(number(), MuteOf::All));
        assert!(!shown.contains("76543210"), "{shown}");
    }
}
