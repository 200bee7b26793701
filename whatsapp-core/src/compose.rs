//! From content to text: the template, the values, the text, and which part of it goes first.
//!
//! One [`Composer`] serves one call about any number of messages: it reads each template once, and
//! all customers in one question.

mod books;
mod choose;
mod content;
mod outside;
mod sample;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::lock::Mutex;

pub(crate) use choose::Chosen;
pub use choose::ComposeError;
pub(crate) use content::Content;
pub(crate) use outside::met;
pub(crate) use sample::preview;
pub use sample::{Preview, PreviewError};

use choose::Templates;

use crate::format::Formats;
use crate::id::{CustomerId, TemplateId};
use crate::message::{CUSTOMER_NAME_MAX, MessageValues, Part};
use crate::port::{Customer, DirectoryError};
use crate::settings::Settings;
use crate::template::{Payload, RenderError, Values};
use crate::wiring::{Ports, SettingsUnread};

/// Makes the texts of one call.
#[derive(Debug)]
pub(crate) struct Composer<'a> {
    pub(crate) ports: &'a Ports,
    pub(crate) settings: Settings,
    pub(crate) now: DateTime<Utc>,
    formats: Formats,
    templates: Mutex<Templates>,
}

/// A finished text, and its parts.
#[derive(Debug)]
pub(crate) struct Composed {
    pub(crate) text: String,
    /// Values in the text by placeholder; `None` for a text that a person wrote.
    pub(crate) values: Option<MessageValues>,
    /// The part that is sent first.
    pub(crate) part: Part,
    /// Warnings for the manager about the values, a sentence each.
    pub(crate) warnings: Vec<String>,
}

impl<'a> Composer<'a> {
    pub(crate) fn new(ports: &'a Ports, settings: Settings, now: DateTime<Utc>) -> Self {
        let formats = Formats::new(&settings.locale).unwrap_or_default();
        Self { ports, settings, now, formats, templates: Mutex::default() }
    }

    /// A composer by the settings and the time of now.
    pub(crate) async fn of_now(ports: &'a Ports) -> Result<Self, SettingsUnread> {
        let settings = ports.settings().await?;
        Ok(Self::new(ports, settings, ports.clock.now()))
    }

    /// The customers with these ids, asked for in one question.
    pub(crate) async fn customers(
        &self,
        ids: impl IntoIterator<Item = &CustomerId>,
    ) -> Result<BTreeMap<CustomerId, Customer>, DirectoryError> {
        let ids: BTreeSet<&CustomerId> = ids.into_iter().collect();
        let ids: Vec<CustomerId> = ids.into_iter().cloned().collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let found = self.ports.customers.find_many(&ids).await?;
        Ok(found.into_iter().map(|customer| (customer.id.clone(), customer)).collect())
    }

    /// The text alone, with `link` where the link of the file stands.
    pub(crate) fn text(
        &self,
        chosen: &Chosen,
        content: &Content,
        customer_name: &str,
        link: &str,
    ) -> Result<String, RenderError> {
        let content = self.fitting(chosen, content, customer_name, link);
        content.with_values(customer_name, link, &self.formats, |values| {
            chosen.template.render(values)
        })
    }

    /// Works on the values of a content as they are written out for a customer.
    pub(crate) fn with_values<T>(
        &self,
        content: &Content,
        customer_name: &str,
        link: &str,
        work: impl FnOnce(&Values<'_>) -> T,
    ) -> T {
        content.with_values(customer_name, link, &self.formats, work)
    }

    /// The content with as much of its list as a message holds, where it has one that may be cut.
    fn fitting<'c>(
        &self,
        chosen: &Chosen,
        content: &'c Content,
        customer_name: &str,
        link: &str,
    ) -> Cow<'c, Content> {
        let fits = |content: &Content| {
            let render = |values: &Values<'_>| chosen.template.render(values);
            let text = content.with_values(customer_name, link, &self.formats, render);
            !matches!(text, Err(RenderError::TooLong { .. }))
        };
        let Content::Payload(Payload::PaymentSummary(summary)) = content else {
            return Cow::Borrowed(content);
        };
        if fits(content) {
            return Cow::Borrowed(content);
        }
        let listing = |most| Content::Payload(Payload::PaymentSummary(summary.listing(most)));
        // `low` lines are not known to be too many; `high` lines are.
        let (mut low, mut high) = (0, summary.invoices().len());
        while low + 1 < high {
            let most = usize::midpoint(low, high);
            if fits(&listing(most)) { low = most } else { high = most }
        }
        Cow::Owned(listing(low))
    }

    /// The finished message: `link` is the link of its file, where it has one, and `day` the day on
    /// which it is to be sent.
    pub(crate) fn compose(
        &self,
        chosen: &Chosen,
        content: &Content,
        customer_name: &str,
        link: Option<&str>,
        day: NaiveDate,
    ) -> Result<Composed, RenderError> {
        let url = link.unwrap_or_default();
        let content = self.fitting(chosen, content, customer_name, url);
        content.with_values(customer_name, url, &self.formats, |values| {
            let text = chosen.template.render(values)?;
            let mut warnings = chosen.template.warnings(values);
            warnings.extend(content.warnings(day));
            Ok(Composed {
                values: (!content.is_free()).then(|| written(values)),
                part: Part::first(&text, link.is_some()),
                text,
                warnings,
            })
        })
    }

    /// The known values of a message that cannot be composed: all but those that its customer and
    /// its file would give. A list is cut to what a message to any customer holds, because a text
    /// that is composed of these values later cannot be cut any more.
    pub(crate) async fn known_values(
        &self,
        content: &Content,
        template: Option<TemplateId>,
    ) -> MessageValues {
        if !matches!(content, Content::Payload(Payload::PaymentSummary(_))) {
            return content.with_values("", "", &self.formats, written);
        }
        let chosen = match self.choose(content, template).await {
            Err(_) if template.is_some() => self.choose(content, None).await,
            chosen => chosen,
        };
        let longest = "x".repeat(CUSTOMER_NAME_MAX);
        let content = match &chosen {
            Ok(chosen) => self.fitting(chosen, content, &longest, ""),
            Err(_) => Cow::Borrowed(content),
        };
        content.with_values("", "", &self.formats, written)
    }
}

/// Values as they are written in a text; missing ones are left out.
fn written(values: &Values<'_>) -> MessageValues {
    MessageValues::new(values.written())
}
