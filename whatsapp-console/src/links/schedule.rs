//! The entries of a day of the schedule, and places among them, as addresses have them.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use url::form_urlencoded;
use whatsapp_core::schedule::StepName;
use whatsapp_core::{CampaignId, InvoiceId, MessageId};

use super::held;

/// Name of an entry of a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Campaign(CampaignId),
    Message(MessageId),
    Reminder(InvoiceId, StepName),
}

/// Kind of entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Reminders,
    Messages,
    Campaigns,
}

impl Class {
    pub(crate) const ALL: [Self; 3] = [Self::Reminders, Self::Messages, Self::Campaigns];

    /// The word of an address.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Reminders => "reminders",
            Self::Messages => "messages",
            Self::Campaigns => "campaigns",
        }
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.word() == word)
    }
}

impl Key {
    pub(crate) const fn class(&self) -> Class {
        match self {
            Self::Campaign(_) => Class::Campaigns,
            Self::Message(_) => Class::Messages,
            Self::Reminder(..) => Class::Reminders,
        }
    }

    /// Reads the entry that a text names; `None` for anything else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (class, rest) = text.split_once('.')?;
        Some(match Class::read(class)? {
            Class::Campaigns => Self::Campaign(rest.parse().ok()?),
            Class::Messages => Self::Message(rest.parse().ok()?),
            Class::Reminders => {
                let (name, invoice) = held::read_key(rest)?;
                Self::Reminder(invoice, name)
            }
        })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = self.class().word();
        match self {
            Self::Campaign(id) => write!(f, "{class}.{id}"),
            Self::Message(id) => write!(f, "{class}.{id}"),
            Self::Reminder(invoice, name) => write!(f, "{class}.{}", held::key(*name, invoice)),
        }
    }
}

/// The place of an entry in the list of its day: by the moment from which on it goes out. Entries
/// without a moment come after all others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    has_no_moment: bool,
    /// The moment in microseconds.
    at: i64,
    key: Key,
}

impl Place {
    pub(crate) fn new(at: Option<DateTime<Utc>>, key: Key) -> Self {
        let micros = at.map(|at| at.timestamp_micros());
        Self { has_no_moment: micros.is_none(), at: micros.unwrap_or_default(), key }
    }

    pub(crate) const fn key(&self) -> &Key {
        &self.key
    }

    /// Reads the place that a text names; `None` for anything else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if let Some(key) = Key::read(text) {
            return Some(Self::new(None, key));
        }
        let (at, key) = text.split_once('.')?;
        let micros: i64 = at.parse().ok().filter(|micros: &i64| micros.to_string() == at)?;
        Some(Self::new(Some(DateTime::from_timestamp_micros(micros)?), Key::read(key)?))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.has_no_moment {
            write!(f, "{}.", self.at)?;
        }
        self.key.fmt(f)
    }
}

/// The entries of a day that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Show {
    #[default]
    All,
    /// Entries that go out.
    Out,
    /// Entries that are held back.
    Kept,
}

impl Show {
    pub(crate) const ALL: [Self; 3] = [Self::All, Self::Out, Self::Kept];

    /// The word of an address; `All` has none.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Out => "out",
            Self::Kept => "kept",
        }
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        [Self::Out, Self::Kept].into_iter().find(|show| show.word() == word)
    }
}

/// The part of the schedule that an address asks for: all days, or a page of one of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Wanted {
    /// The day; `None` for all days.
    pub(crate) day: Option<NaiveDate>,
    pub(crate) class: Option<Class>,
    pub(crate) show: Show,
    /// The entry after which the page begins; `None` for the first page.
    pub(crate) after: Option<Place>,
    /// Set to look further than at first.
    pub(crate) is_further: bool,
}

/// A parameter of an address that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadPlace;

impl Wanted {
    /// A day, or all days, within the limits of another page.
    pub(crate) fn of(day: Option<NaiveDate>, is_further: bool) -> Self {
        Self { day, is_further, ..Self::default() }
    }

    /// Reads the part of an address after the `?`; its path names the day.
    pub(crate) fn read(day: Option<NaiveDate>, query: &str) -> Result<Self, BadPlace> {
        let mut wanted = Self::of(day, false);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "further" if value == "1" => wanted.is_further = true,
                "class" if day.is_some() => {
                    wanted.class = Some(Class::read(&value).ok_or(BadPlace)?);
                }
                "show" if day.is_some() => wanted.show = Show::read(&value).ok_or(BadPlace)?,
                "after" if day.is_some() => {
                    wanted.after = Some(Place::read(&value).ok_or(BadPlace)?);
                }
                _ => return Err(BadPlace),
            }
        }
        Ok(wanted)
    }

    /// Reads an address from the console's root.
    pub(crate) fn at(path: &str, query: &str) -> Option<Self> {
        let day = match path.strip_prefix("schedule")? {
            "" => None,
            day => Some(super::query::read_day(day.strip_prefix('/')?)?),
        };
        Self::read(day, query).ok()
    }

    /// The address from the console's root.
    pub(crate) fn address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(class) = self.class {
            query.append_pair("class", class.word());
        }
        if self.show != Show::All {
            query.append_pair("show", self.show.word());
        }
        if self.is_further {
            query.append_pair("further", "1");
        }
        if let Some(after) = &self.after {
            query.append_pair("after", &after.to_string());
        }
        let (query, path) = (
            query.finish(),
            match self.day {
                Some(day) => format!("schedule/{day}"),
                None => "schedule".to_owned(),
            },
        );
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }
}

#[cfg(test)]
mod tests {
    use whatsapp_core::InvoiceId;
    use whatsapp_core::schedule::StepName;

    use super::{BadPlace, Class, Key, Place, Show, Wanted};

    fn read(address: &str) -> Option<Wanted> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        Wanted::at(path, query)
    }

    #[test]
    fn an_address_comes_back_as_it_was_written() {
        let day = "2026-11-30".parse().ok();
        let key = Key::Reminder(InvoiceId::new("INV/7.&=+").unwrap(), StepName::After(3));
        let after = Some(Place::new(None, key));
        let id = "01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f";
        let at = "2026-11-30T04:30:00.000007Z".parse().ok();
        let message = Some(Place::new(at, Key::Message(id.parse().unwrap())));
        let all = Wanted::of(day, false);
        for wanted in [
            Wanted::default(),
            Wanted::of(None, true),
            all.clone(),
            Wanted { class: Some(Class::Reminders), show: Show::Kept, after, ..all.clone() },
            Wanted { show: Show::Out, after: message, is_further: true, ..all },
        ] {
            assert_eq!(read(&wanted.address()), Some(wanted));
        }
        assert_eq!(Wanted::default().address(), "schedule");
        assert_eq!(Wanted::of(day, true).address(), "schedule/2026-11-30?further=1");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for bad in [
            "schedules",
            "schedule/",
            "schedule/x",
            "schedule/2026-11-31",
            "schedule?show=out",
            "schedule?further=2",
            "schedule/2026-11-30?show=all",
            "schedule/2026-11-30?class=x",
            "schedule/2026-11-30?after=reminders.T%2B3",
            "schedule/2026-11-30?after=messages.1",
            "schedule/2026-11-30?after=007.reminders.T%2B3.81",
            "schedule/2026-11-30?after=x.reminders.T%2B3.81",
            "schedule/2026-11-30?after=9223372036854775807.reminders.T%2B3.81",
            "schedule/2026-11-30?x=1",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert_eq!(Wanted::read(None, "after=1"), Err(BadPlace));
    }
}
