//! The way a page sees things: the time, its zone, the language, and the rights of the visitor.

use chrono::{DateTime, NaiveDate, Utc};
use whatsapp_core::account::{Account, Pause};
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{Message, Phase, TypeName};
use whatsapp_core::port::Customer;
use whatsapp_core::settings::Settings;
use whatsapp_core::template::Types;
use whatsapp_core::why::Now;
use whatsapp_core::{MessageId, Private, SettingsUnread};

use super::back::{checked, with_back};
use crate::gate::Visitor;
use crate::links::Links;
use crate::oops::Oops;
use crate::visit::Visit;
use crate::words::Texts;
use crate::words::number::{grouped, masked};
use crate::words::times::Times;

/// Everything besides the content that the words of a page depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Eyes<'a> {
    pub(crate) t: &'a dyn Texts,
    pub(crate) now: DateTime<Utc>,
    pub(crate) settings: &'a Settings,
    pub(crate) pause: Option<&'a Pause>,
    pub(crate) types: &'a Types,
    pub(crate) links: &'a Links,
    /// The page from the console's root to which one comes back from a question.
    pub(crate) back: &'a str,
    /// Set if the visitor may act, and may see texts and numbers.
    pub(crate) may_act: bool,
    /// The visitor; `None` where people are named by their keys, whoever looks.
    pub(crate) visitor: Option<&'a Visitor>,
}

impl<'a> Eyes<'a> {
    /// Returns true if the visitor did it.
    pub(crate) fn is_own(&self, by: &Actor) -> bool {
        self.visitor.is_some_and(|visitor| by.user() == Some(&visitor.user))
    }

    /// The same for files and programs: people are named there by their keys, whoever asks.
    pub(crate) const fn by_keys(self) -> Self {
        Self { visitor: None, ..self }
    }

    /// Names a person who did something, as people know them. The visitor is named as on top of the
    /// page; others are named by the key that the audit keeps.
    pub(crate) fn who(&self, by: &Actor) -> String {
        match by {
            Actor::Person(user) => match self.visitor.filter(|_| self.is_own(by)) {
                Some(visitor) => visitor.name.as_str().to_owned(),
                None => user.to_string(),
            },
            Actor::Host => self.t.the_program().to_owned(),
            Actor::Outside => self.t.audit_outside().to_owned(),
            _ => by.as_str().to_owned(),
        }
    }

    pub(crate) const fn times(&self) -> Times<'a> {
        Times::new(self.t, &self.settings.time_zone, self.now)
    }

    /// The facts that a message's sentence depends on.
    pub(crate) const fn told(&self) -> Now<'a> {
        Now::new(self.now, &self.settings.time_zone).with_pause(self.pause)
    }

    /// Phase of a message.
    pub(crate) fn phase(&self, message: &Message) -> Phase {
        message.phase_while(self.now, self.pause.map(|pause| pause.until))
    }

    /// Name of a message type.
    pub(crate) fn kind(&self, of: TypeName) -> String {
        self.types.get(of).map_or_else(|| of.to_string(), |of| of.label().to_owned())
    }

    /// Name of the customer that a message goes to.
    pub(crate) fn customer(&self, message: &Message) -> String {
        let name = message.facts.customer_name.as_str().trim();
        if name.is_empty() { self.t.nameless().to_owned() } else { name.to_owned() }
    }

    /// Formats a number as this visitor may see it.
    pub(crate) fn number(&self, number: &str) -> String {
        match number.trim() {
            "" => self.t.no_number().to_owned(),
            number if self.may_act => grouped(number),
            number => masked(number),
        }
    }

    /// The days of a filter in words, the first and the last included.
    pub(crate) fn days(&self, from: Option<NaiveDate>, until: Option<NaiveDate>) -> String {
        let t = self.t;
        match (from, until) {
            (Some(from), Some(until)) if from == until => t.date(from),
            (Some(from), Some(until)) => t.days(&t.date(from), &t.date(until)),
            (Some(from), None) => t.since(&t.date(from)),
            (None, Some(until)) => t.until(&t.date(until)),
            (None, None) => String::new(),
        }
    }

    /// The page of a message, which leads back to this list.
    pub(crate) fn message(&self, id: MessageId) -> String {
        self.links.page(with_back(&format!("messages/{id}"), self.back))
    }

    /// Formats a customer's number as this visitor may see it.
    pub(crate) fn number_of(&self, customer: &Customer) -> String {
        self.number(customer.whatsapp_number.as_ref().map(Private::as_str).unwrap_or_default())
    }

    /// Names a message in a few words: `the invoice INV-42 to Asha Traders`.
    pub(crate) fn named(&self, message: &Message) -> String {
        let kind = self.kind(message.facts.message_type);
        let about = message.facts.subject.as_deref().unwrap_or_default();
        self.t.named(&kind, about, &self.customer(message))
    }
}

/// The settings and the account that a page's words depend on, read for one request.
#[derive(Debug)]
pub(crate) struct Sight {
    settings: Settings,
    account: Account,
    back: String,
}

impl Sight {
    /// Reads the settings and the account. Settings that cannot be used are replaced by the
    /// defaults, but the time zone is the business's own. The pages then say what is wrong.
    pub(crate) async fn of(visit: &Visit) -> Result<Self, Oops> {
        let settings = match visit.ports().settings().await {
            Ok(settings) => settings,
            Err(SettingsUnread::Broken(_)) => {
                let mut settings = Settings::default();
                let rows = visit.inner.desk.settings().await?;
                let zone = rows.iter().find(|row| row.def.key == "whatsapp_time_zone");
                let zone = zone.and_then(|row| row.value.as_str().parse().ok());
                settings.time_zone = zone.unwrap_or_default();
                settings
            }
            Err(unread) => return Err(unread.into()),
        };
        let account = visit.inner.desk.account().await?;
        let mark = if visit.query.is_empty() { "" } else { "?" };
        let back = checked(&format!("{}{mark}{}", visit.path, visit.query));
        Ok(Self { settings, account, back: back.unwrap_or_default() })
    }

    /// The settings in force.
    pub(crate) const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The eyes with which a page of this visit is seen.
    pub(crate) fn eyes<'a>(&'a self, visit: &'a Visit) -> Eyes<'a> {
        Eyes {
            t: visit.texts(),
            now: visit.now,
            settings: &self.settings,
            pause: self.account.pause.as_ref(),
            types: visit.ports().types(),
            links: &visit.links,
            back: &self.back,
            may_act: visit.may_act(),
            visitor: Some(&visit.visitor),
        }
    }
}
