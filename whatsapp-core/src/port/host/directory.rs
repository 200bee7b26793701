//! What the core asks of the host about its customers.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use crate::id::CustomerId;
use crate::number::WhatsAppNumber;
use crate::private::Private;
use crate::types::Category;
use crate::visible::is_unsafe;

/// A customer, as the host knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The host's key.
    pub id: CustomerId,
    /// The name that messages address.
    pub name: Private,
    /// The WhatsApp number as the host has it; checked before anything is sent.
    pub whatsapp_number: Option<Private>,
    /// What the customer has asked not to be written about; nothing of these categories is sent.
    pub declines: BTreeSet<Category>,
    /// Where the host's people look at the customer and correct the number.
    pub page: Option<String>,
}

impl Customer {
    /// A customer with a number as the host has it, `None` when there is none. Marks of direction and other
    /// characters that nobody sees are left out of the name: they would turn round what stands beside it.
    pub fn new(id: CustomerId, name: impl Into<Private>, number: Option<&str>) -> Self {
        let whatsapp_number = number.map(Private::from);
        let mut name = name.into();
        if name.as_str().contains(is_unsafe) {
            name = name.as_str().replace(is_unsafe, "").into();
        }
        Self { id, name, whatsapp_number, declines: BTreeSet::new(), page: None }
    }

    /// The same, who does not want to be written about this.
    #[must_use]
    pub fn with_declined(mut self, category: Category) -> Self {
        self.declines.insert(category);
        self
    }

    /// The same with the host's own page about the customer: an address that begins with `https://` or
    /// `http://`, or a path of the host's that begins with a single `/`. Anything else is left out, with a
    /// warning in the log.
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

    /// The number; `None` where there is none that can be used.
    pub(crate) fn number(&self) -> Option<WhatsAppNumber> {
        WhatsAppNumber::parse(self.whatsapp_number.as_ref()?.as_str()).ok()
    }

    /// Why messages of this category are not sent to the customer, where that is not wanted.
    pub(crate) fn declined(&self, category: Category) -> Option<Private> {
        let sentence = || format!("The customer wants no {}.", category.things()).into();
        self.declines.contains(&category).then(sentence)
    }

    /// Takes the number that was probably meant, where the number cannot be used as it stands:
    /// `098765 43210` becomes `+919876543210`.
    ///
    /// A number that can be used stays, and so does a number that nothing can be made of.
    /// `country` is the ISO 3166 code that a number without a country code is read in, such as `IN`.
    ///
    /// ```
    /// use whatsapp_core::CustomerId;
    /// use whatsapp_core::port::Customer;
    ///
    /// let asha = Customer::new(CustomerId::new("C-1")?, "Asha", Some("098765 43210"));
    /// let number = asha.with_suggested_number("IN").whatsapp_number;
    /// assert_eq!(number.as_ref().map(|number| number.as_str()), Some("+919876543210"));
    /// # Ok::<(), whatsapp_core::InvalidHostKey>(())
    /// ```
    #[cfg(feature = "suggest")]
    #[must_use]
    pub fn with_suggested_number(mut self, country: &str) -> Self {
        let typed = self.whatsapp_number.as_ref().map_or("", Private::as_str);
        if let Ok(number) = crate::number::WhatsAppNumber::from_typed(typed, country) {
            self.whatsapp_number = Some(number.as_str().into());
        }
        self
    }
}

/// Whether a link leads to a page of the web or of the host.
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

/// The host could not be asked. An enqueue fails by that and stores nothing; a reminder that was about to be
/// sent waits and asks again, and so does whatever was enqueued more than an hour ago.
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
/// A number is taken as it is given, and is refused unless it is `+` and digits. A host whose
/// people type numbers as they like may take what they probably meant, with one call in `find_many`:
/// `Customer::with_suggested_number` (feature `suggest`), which is `WhatsAppNumber::from_typed`.
///
/// # Contract
/// Reads only; may be asked any number of times at once. Answers, or fails, within 10 seconds.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CustomerDirectory: Debug + Send + Sync + 'static {
    /// The customers with these ids, in any order; an id that nobody has is left out. Each id is asked
    /// for once, and as many as one call enqueues together: one query answers them all.
    ///
    /// # Errors
    /// [`DirectoryError`] when the host cannot answer just now.
    async fn find_many(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError>;

    /// A page of the customers whom a greeting or an announcement to everybody goes to, in an order that
    /// the host chooses and that does not change: at most `limit`, beginning behind the customer `after`,
    /// or at the front. A customer may be gone by the time that it is named as `after`. An empty page is
    /// the end. A host that lists nobody has no such messages, only those to lists of customers.
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
}
