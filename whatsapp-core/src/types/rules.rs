//! The rules that a message type sets for its messages.

use crate::attachment::AttachmentKind;
use crate::word::words;

words!(
    /// The class of a message, that is its urgency: the more urgent class is sent first.
    #[non_exhaustive]
    Class, "class", "transactional, reminder, greeting, bulk",
    {
        /// Somebody waits for the message: it follows on something that just happened, or a person
        /// sends it singly.
        Transactional => "transactional", "Urgent, such as invoices";
        /// The message reminds of something.
        Reminder => "reminder", "Reminder";
        /// The message is for a day, not for an hour.
        Greeting => "greeting", "Greeting";
        /// A message to very many at once.
        Bulk => "bulk", "To very many at once";
    }
);

words!(
    /// The category of a message, that is the kind of messages that a customer can opt out of.
    #[non_exhaustive]
    Category, "category", "service, reminders, greetings, news",
    {
        /// Orders, invoices, appointments: messages that follow on something that the customer did.
        Service => "service", "Orders and invoices";
        /// Reminders of things to be paid or done.
        Reminders => "reminders", "Reminders";
        /// Wishes for a festival or an event.
        Greetings => "greetings", "Greetings";
        /// News and offers.
        News => "news", "News and offers";
    }
);

impl Category {
    /// The messages that a customer does not want: the end of a sentence.
    pub(crate) const fn things(self) -> &'static str {
        match self {
            Self::Service => "messages about orders and invoices",
            Self::Reminders => "reminders",
            Self::Greetings => "greetings",
            Self::News => "news and offers",
        }
    }
}

/// The rule about a file with the messages of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileRule {
    /// No file is allowed.
    None,
    /// A file is allowed.
    Optional,
    /// A file of one of these kinds is required.
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
