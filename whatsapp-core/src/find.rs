//! Search by a typed name, number, invoice or message id.

use chrono::TimeDelta;

use crate::id::MessageId;
use crate::number::WhatsAppNumber;
use crate::port::{Customer, DirectoryError, LogFilter, Sort, Sought, StoreError, Turn};
use crate::settings::Settings;
use crate::wiring::Ports;

/// The largest number of customers found at once.
pub const CUSTOMERS_FOUND: usize = 20;

/// No text with fewer digits is taken for a telephone number.
const NUMBER_DIGITS: usize = 6;

/// Age limit of the attempts that are searched for a number.
const LOOKED_BACK: TimeDelta = TimeDelta::days(180);

/// Result of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found {
    /// The message with this id.
    Message(MessageId),
    /// Messages about a subject that begins with this text, such as the number of an invoice.
    Subject(String),
    /// Customers whose name or number was typed.
    Customers(Customers),
    /// A telephone number.
    Number {
        /// The number.
        number: WhatsAppNumber,
        /// The newest message that an attempt of the last 180 days sent to the number, also under
        /// an earlier number of a customer.
        any: Option<MessageId>,
        /// The customers with this number.
        customers: Customers,
    },
    /// Nothing was found.
    Nothing {
        /// True if customers cannot be searched: the ports have no
        /// [search](crate::Ports::with_search).
        no_directory: bool,
    },
}

/// Customers who were found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Customers {
    /// The customers, at most [`CUSTOMERS_FOUND`].
    pub found: Vec<Customer>,
    /// True if there are more: more of the name has to be typed.
    pub are_more: bool,
}

/// Reason why a search was not possible.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FindError {
    /// The host could not be asked.
    #[error(transparent)]
    Directory(DirectoryError),
    /// The database did not do what it was asked to do.
    #[error(transparent)]
    Store(StoreError),
}

impl From<DirectoryError> for FindError {
    fn from(error: DirectoryError) -> Self {
        Self::Directory(error)
    }
}

impl From<StoreError> for FindError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Finds the thing that a person means by a typed text. It tries the id of a message first, then a
/// telephone number, then the subjects of messages, then customers. Reads along indexes only,
/// however long the log is.
///
/// # Errors
/// [`FindError`] when the database does not answer; or the host, where nothing else fits this text.
///
/// ```
/// # use std::sync::Arc;
/// use whatsapp_core::find::{Found, find};
/// # use whatsapp_core::port::Customer;
/// # use whatsapp_core::{CustomerId, Ports};
/// # use whatsapp_testkit::{FixedDirectory, MemoryStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let asha = Customer::new(CustomerId::new("C-1")?, "Asha Traders", Some("+919876543210"));
/// # let customers = Arc::new(FixedDirectory::new([asha.clone()]));
/// # let ports = Ports::new(Arc::new(MemoryStore::new()), customers.clone()).with_search(customers);
/// let Found::Customers(customers) = find(&ports, "asha").await? else { panic!() };
/// assert_eq!(customers.found, [asha]);
/// # Ok(())
/// # }
/// ```
pub async fn find(ports: &Ports, text: &str) -> Result<Found, FindError> {
    let (text, sought) = (text.trim(), Sought::new(text));
    let nothing = Found::Nothing { no_directory: ports.search.is_none() };
    // A control character is in no name and no number, and databases refuse some.
    if sought.text.is_empty() || text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Ok(nothing);
    }
    if let Ok(id) = sought.text.parse::<MessageId>() {
        let message = ports.store.messages(&[id]).await?;
        return Ok(if message.is_empty() { nothing } else { Found::Message(id) });
    }
    let number = match &sought.digits {
        Some(digits) if digits.len() >= NUMBER_DIGITS => number(ports, &sought.text).await,
        _ => None,
    };
    // Other results for this text are found although the host does not answer.
    let (customers, no_answer) = match customers(ports, &sought.text).await {
        Ok(customers) => (customers, None),
        Err(error) => (Customers::default(), Some(error)),
    };
    if let Some(number) = number {
        let since = ports.clock.now() - LOOKED_BACK;
        let any = ports.store.newest_to(&number.variant_key(), since).await?;
        if any.is_some() || !customers.found.is_empty() {
            return Ok(Found::Number { number, any, customers });
        }
    }
    if let Some(about) = subject(ports, text).await? {
        Ok(Found::Subject(about))
    } else if !customers.found.is_empty() {
        Ok(Found::Customers(customers))
    } else {
        no_answer.map_or(Ok(nothing), |error| Err(FindError::Directory(error)))
    }
}

/// Finds a subject of messages that begins with a text, as typed, or with plain blanks and digits.
///
/// # Errors
/// [`StoreError`] when the database does not answer.
pub async fn subject(ports: &Ports, text: &str) -> Result<Option<String>, StoreError> {
    let (typed, plain) = (text.trim().to_owned(), Sought::new(text).text);
    let texts = if typed == plain { vec![typed] } else { vec![typed, plain] };
    for text in texts.into_iter().filter(|text| !text.chars().any(char::is_control)) {
        let about = LogFilter { about: Some(text.clone()), ..LogFilter::default() };
        let page = ports.store.page(&about, Sort::Newest, Turn::First, 1).await?;
        if !page.messages.is_empty() || !page.broken.is_empty() {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// The number that a person typed, who may have left out the country code of the business.
async fn number(ports: &Ports, text: &str) -> Option<WhatsAppNumber> {
    // Unreadable settings are reported elsewhere: a number with its country code is found
    // without them.
    let settings = ports.settings().await.ok();
    typed(text, settings.as_ref().map_or("", Settings::country))
}

#[cfg(feature = "suggest")]
fn typed(text: &str, country: &str) -> Option<WhatsAppNumber> {
    WhatsAppNumber::typed(text, country).ok().map(|typed| typed.number)
}

/// Without the rules of countries a number is found by its digits with the country code alone.
#[cfg(not(feature = "suggest"))]
fn typed(text: &str, _country: &str) -> Option<WhatsAppNumber> {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    WhatsAppNumber::parse(&digits).ok()
}

async fn customers(ports: &Ports, text: &str) -> Result<Customers, DirectoryError> {
    let Some(search) = &ports.search else { return Ok(Customers::default()) };
    let asked = u32::try_from(CUSTOMERS_FOUND + 1).unwrap_or(u32::MAX);
    let mut found = search.search(text, asked).await?;
    let are_more = found.len() > CUSTOMERS_FOUND;
    found.truncate(CUSTOMERS_FOUND);
    Ok(Customers { found, are_more })
}
