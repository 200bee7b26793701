//! Addresses of the console's pages.

pub(crate) mod audit;
pub(crate) mod cursor;
pub(crate) mod festivals;
pub(crate) mod held;
mod prefix;
pub(crate) mod query;
pub(crate) mod schedule;
pub(crate) mod segment;
pub(crate) mod within;

use std::fmt::Display;

use whatsapp_core::schedule::StepName;
use whatsapp_core::{CustomerId, InvoiceId, MessageId};

/// Makes the addresses of a page's links. An identifier of ours needs no escaping; text that people
/// typed goes through [`query`](Links::query).
#[derive(Debug, Clone)]
pub(crate) struct Links {
    /// Beginning of every address: `""`, `"../"`, or the public path.
    pub(crate) to: String,
}

impl Links {
    /// Links for the page at `inner`, a path within the console, that was asked for as `asked`.
    pub(crate) fn on(public_path: Option<&str>, inner: &str, asked: &str) -> Self {
        let to = match public_path {
            Some(path) => format!("{path}/"),
            None => prefix::relative(inner, asked),
        };
        Self { to }
    }

    /// A page by its path from the console's root, without a slash before it.
    pub(crate) fn page(&self, path: impl Display) -> String {
        format!("{}{path}", self.to)
    }

    /// The first page.
    pub(crate) fn overview(&self) -> String {
        self.page("overview")
    }

    /// The page of a message.
    pub(crate) fn message(&self, id: MessageId) -> String {
        self.page(format_args!("messages/{id}"))
    }

    /// The page of a customer.
    pub(crate) fn customer(&self, id: &CustomerId) -> String {
        self.page(customer(id))
    }

    /// A page with these parameters.
    pub(crate) fn query<'a>(
        &self,
        path: &str,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters);
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        self.page(format_args!("{path}{mark}{query}"))
    }
}

/// The page of a customer, from the console's root.
pub(crate) fn customer(id: &CustomerId) -> String {
    format!("customers/{}", segment::written(id.as_str()))
}

/// The page of a reminder, from the console's root.
pub(crate) fn reminder(invoice: &InvoiceId, name: StepName) -> String {
    let (invoice, name) = (segment::written(invoice.as_str()), name.to_string());
    format!("held/{invoice}/{}", segment::written(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_stays_one_value_of_the_query() {
        let links = Links::on(None, "/messages/1", "/console/messages/1");
        let link = links.query("messages", [("about", "a&b=c#d é"), ("sort", "oldest")]);
        assert_eq!(link, "../messages?about=a%26b%3Dc%23d+%C3%A9&sort=oldest");
        assert_eq!(links.query("messages", []), "../messages");
    }

    #[test]
    fn a_public_path_stands_before_every_link() {
        let links = Links::on(Some("/x/console"), "/messages/1", "/messages/1");
        assert_eq!(links.overview(), "/x/console/overview");
    }
}
