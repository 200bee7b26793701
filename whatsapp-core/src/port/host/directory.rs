//! The host's customers, as the core asks for them.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use crate::id::CustomerId;
use crate::number::{InvalidNumber, WhatsAppNumber};
use crate::private::Private;
use crate::types::Category;
use crate::visible::is_unsafe;

/// A customer, as the host knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Customer {
    /// The host's key of the customer.
    pub id: CustomerId,
    /// The name that messages address.
    pub name: Private,
    /// The WhatsApp number as the host has it; checked before anything is sent.
    pub whatsapp_number: Option<Private>,
    /// Categories that the customer does not want to be written about; no message of these is sent.
    pub declines: BTreeSet<Category>,
    /// The host's page on which its people look at the customer and correct the number.
    pub page: Option<String>,
    /// The reason why no number can be read from the text of [`with_typed_number`].
    ///
    /// [`with_typed_number`]: Self::with_typed_number
    unread: Option<InvalidNumber>,
}

impl Customer {
    /// A customer with the number as the host has it, `None` when there is none. Direction marks
    /// and other invisible characters are removed from the name: they would change the direction of
    /// the text beside it.
    pub fn new(id: CustomerId, name: impl Into<Private>, number: Option<&str>) -> Self {
        let whatsapp_number = number.map(Private::from);
        let mut name = name.into();
        if name.as_str().contains(is_unsafe) {
            name = name.as_str().replace(is_unsafe, "").into();
        }
        Self { id, name, whatsapp_number, declines: BTreeSet::new(), page: None, unread: None }
    }

    /// The same customer, who does not want messages of this category.
    #[must_use]
    pub fn with_declined(mut self, category: Category) -> Self {
        self.declines.insert(category);
        self
    }

    /// The same customer with the host's own page about them: an address that begins with
    /// `https://` or `http://`, or a path of the host's that begins with a single `/`. Anything
    /// else is left out, with a warning in the log.
    ///
    /// ```
    /// use whatsapp_core::CustomerId;
    /// use whatsapp_core::port::Customer;
    ///
    /// let asha = Customer::new(CustomerId::new("C-1")?, "Asha", None);
    /// assert!(asha.clone().with_page("/customers/1/edit").page.is_some());
    /// assert_eq!(asha.with_page("javascript:alert(1)").page, None);
    /// # Ok::<(), whatsapp_core::InvalidHostKey>(())
    /// ```
    #[must_use]
    pub fn with_page(mut self, link: impl Into<String>) -> Self {
        self.page = Some(link.into()).filter(|link| is_page(link));
        if self.page.is_none() {
            tracing::warn!(
                customer.id = %self.id,
                "the page of a customer is neither an http address nor a path: it is left out"
            );
        }
        self
    }

    /// The number, or the reason why it cannot be used.
    pub(crate) fn number(&self) -> Result<WhatsAppNumber, InvalidNumber> {
        let text = self.whatsapp_number.as_ref().map_or("", Private::as_str);
        WhatsAppNumber::parse(text).map_err(|invalid| self.unread.unwrap_or(invalid))
    }

    /// The reason why the customer gets no messages of this category; `None` unless they declined
    /// it.
    pub(crate) fn declined(&self, category: Category) -> Option<Private> {
        let sentence = || format!("The customer wants no {}.", category.things()).into();
        self.declines.contains(&category).then(sentence)
    }

    /// Reads the number as people write it, by [`WhatsAppNumber::typed`]: `098765 43210` becomes
    /// `+919876543210`.
    ///
    /// A text that no number can be read from stays, and the message fails with the reason why it
    /// cannot be read, such as that there are letters in it.
    /// `country` is the ISO 3166 code of the country for numbers without a country code, such as
    /// `IN`.
    ///
    /// ```
    /// use whatsapp_core::CustomerId;
    /// use whatsapp_core::port::Customer;
    ///
    /// let asha = Customer::new(CustomerId::new("C-1")?, "Asha", Some("098765 43210"));
    /// let number = asha.with_typed_number("IN").whatsapp_number;
    /// assert_eq!(number.as_ref().map(|number| number.as_str()), Some("+919876543210"));
    /// # Ok::<(), whatsapp_core::InvalidHostKey>(())
    /// ```
    #[cfg(feature = "suggest")]
    #[must_use]
    pub fn with_typed_number(mut self, country: &str) -> Self {
        let Some(text) = &self.whatsapp_number else { return self };
        match WhatsAppNumber::typed(text.as_str(), country) {
            Ok(typed) => self.whatsapp_number = Some(typed.number.as_str().into()),
            Err(invalid) => self.unread = Some(invalid),
        }
        self
    }
}

/// Returns true if a link leads to a page of the web or of the host.
fn is_page(link: &str) -> bool {
    // Browsers leave out tabs and line breaks, and take `\` for `/`: `/\t/` and `/\` are `//`.
    if link.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
        return false;
    }
    match link.strip_prefix('/') {
        Some(path) => !path.starts_with('/'),
        None => url::Url::parse(link)
            .is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host()),
    }
}

/// The host could not be asked.
///
/// An enqueue then fails and stores nothing. A reminder that was about to be sent waits and asks
/// again, and so does any message that was enqueued more than an hour ago.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the host's records could not be read")]
pub struct DirectoryError(#[source] Arc<dyn std::error::Error + Send + Sync>);

impl DirectoryError {
    /// Wraps the host's own error.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(Arc::from(source.into()))
    }
}

/// The host's customers.
///
/// A number is taken as it is given, and is refused unless it is `+` and digits. Where people wrote
/// numbers freely, such as `098765 43210`, one call reads them: `WhatsAppNumber::typed(text,
/// country)` of the feature `suggest`. It returns the number and what it changed, or says what
/// would be right. `Customer::with_typed_number` is that call in `find_many`:
/// `Customer::new(row.id, row.name, row.mobile.as_deref()).with_typed_number("IN")`.
///
/// ```
/// use async_trait::async_trait;
/// use whatsapp_core::CustomerId;
/// use whatsapp_core::port::{Customer, CustomerDirectory, DirectoryError};
/// # #[derive(Debug)]
/// # struct Database;
/// # struct Row { id: CustomerId, name: String, mobile: Option<String> }
/// # impl Database {
/// #     async fn rows(&self, _sql: &str, _: &[CustomerId]) -> Result<Vec<Row>, std::io::Error> {
/// #         Ok(Vec::new())
/// #     }
/// # }
///
/// #[async_trait]
/// impl CustomerDirectory for Database {
///     async fn find_many(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError> {
///         let all = "SELECT id, name, mobile FROM customers WHERE id = ANY($1)";
///         let rows = self.rows(all, ids).await.map_err(DirectoryError::new)?;
///         let customer = |row: Row| Customer::new(row.id, row.name, row.mobile.as_deref());
///         Ok(rows.into_iter().map(customer).collect())
///     }
/// }
/// ```
///
/// # Contract
/// Reads only; may be asked any number of times at once. Answers, or fails, within 10 seconds.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CustomerDirectory: Debug + Send + Sync + 'static {
    /// The customers with these ids, in any order; an id that no customer has is left out. Each id
    /// is asked for once. One call asks for all ids that are enqueued together, so that one query
    /// can answer it.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now.
    async fn find_many(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError>;

    /// A page of the customers who get a greeting or an announcement to everybody.
    ///
    /// The host chooses an order that does not change. The page holds at most `limit` customers and
    /// begins after the customer `after`, or at the front. That customer may have been removed
    /// meanwhile. An empty page is the end. For a host that lists nobody there are no such
    /// messages, only those to lists of customers.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now.
    async fn reachable(
        &self,
        after: Option<CustomerId>,
        limit: u32,
    ) -> Result<Vec<Customer>, DirectoryError> {
        let _ = (after, limit);
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customers_page_is_of_the_web_or_of_the_host() {
        let customer = Customer::new(CustomerId::new("C-1").unwrap(), "Asha", None);
        let page = |link: &str| customer.clone().with_page(link).page;
        for link in ["/c/1", "/", "/c?id=1#edit", "https://shop.example/c/1", "HTTP://shop.example"]
        {
            assert_eq!(page(link).as_deref(), Some(link));
        }
        let no = [
            "",
            "c/1",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            " /c",
            "https://",
            "javascript:alert(1)",
            "data:text/html,x",
            "mailto:a@shop.example",
            "https:\\evil.example",
        ];
        for link in no {
            assert_eq!(page(link), None, "{link:?}");
        }
    }

    #[cfg(feature = "suggest")]
    #[test]
    fn a_typed_number_that_cannot_be_read_keeps_its_reason() {
        let typed = |text| {
            let id = CustomerId::new("C-1").unwrap();
            Customer::new(id, "Asha", text).with_typed_number("IN")
        };
        let read = typed(Some("098765 43210")).number().unwrap();
        assert_eq!(read.as_str(), "+919876543210");
        for text in ["98765 43210 (wife)", "022 2345 6789", "98765 43210 / 98765 43211"] {
            let why = WhatsAppNumber::typed(text, "IN").unwrap_err();
            let customer = typed(Some(text));
            assert_eq!(customer.number(), Err(why));
            assert_eq!(customer.whatsapp_number.as_ref().map(Private::as_str), Some(text));
        }
        assert_eq!(typed(None).number(), Err(InvalidNumber::Missing));
    }
}
