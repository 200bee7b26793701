//! The rules that a message type puts its messages under.

use crate::attachment::AttachmentKind;
use crate::word::words;

words!(
    /// How urgent a message is: the more urgent class is sent first.
    Class, "class", "transactional, reminder, greeting, bulk",
    {
        /// Somebody waits for it: it follows on what just happened, or a person sends it singly.
        Transactional => "transactional", "Urgent, such as invoices";
        /// It reminds of something.
        Reminder => "reminder", "Reminder";
        /// It is for a day, not for an hour.
        Greeting => "greeting", "Greeting";
        /// A message to very many at once.
        Bulk => "bulk", "To very many at once";
    }
);

words!(
    /// What a customer can ask not to be written about any more.
    Category, "category", "service, reminders, greetings, news",
    {
        /// Orders, invoices, appointments: what follows on something that the customer did.
        Service => "service", "Orders and invoices";
        /// Reminders of what is to be paid or done.
        Reminders => "reminders", "Reminders";
        /// Wishes for a festival or an event.
        Greetings => "greetings", "Greetings";
        /// News and offers.
        News => "news", "News and offers";
    }
);

impl Category {
    /// What a customer wants none of: the end of a sentence.
    pub(crate) const fn things(self) -> &'static str {
        match self {
            Self::Service => "messages about orders and invoices",
            Self::Reminders => "reminders",
            Self::Greetings => "greetings",
            Self::News => "news and offers",
        }
    }
}

/// Whether a file goes with the messages of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileRule {
    /// No file may.
    None,
    /// A file may.
    Optional,
    /// A file of one of these kinds must.
    Mandatory(&'static [AttachmentKind]),
}

impl FileRule {
    /// The kinds of file that may go with a message.
    #[must_use]
    pub const fn kinds(self) -> &'static [AttachmentKind] {
        match self {
            Self::None => &[],
            Self::Optional => AttachmentKind::ALL,
            Self::Mandatory(kinds) => kinds,
        }
    }
}
