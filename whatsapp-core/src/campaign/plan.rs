//! The plan of a campaign: the audience, the day and the words.

use chrono::{DateTime, NaiveDate, Utc};

use crate::id::{CustomerId, TemplateId};
use crate::private::Private;
use crate::schedule::DayTime;
use crate::time::Zone;
use crate::types::MessageType;
use crate::visible::is_blank;
use crate::word::words;

/// The most characters of a campaign's name.
pub const NAME_MAX: usize = 100;

/// The most customers that a list may name.
pub const AUDIENCE_MAX: usize = 10_000;

words!(
    /// The kind of message that a campaign sends.
    #[non_exhaustive]
    CampaignKind, "kind of campaign", "festival, announcement",
    {
        /// A greeting: messages of the type [`FESTIVAL`](MessageType::FESTIVAL).
        Festival => "festival", "Festival greeting";
        /// News: messages of the type [`ANNOUNCEMENT`](MessageType::ANNOUNCEMENT).
        Announcement => "announcement", "Announcement";
    }
);

impl CampaignKind {
    /// Returns the type of its messages.
    #[must_use]
    pub const fn message_type(self) -> MessageType {
        match self {
            Self::Festival => MessageType::FESTIVAL,
            Self::Announcement => MessageType::ANNOUNCEMENT,
        }
    }
}

/// The customers that a campaign writes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// All customers of
    /// [`CustomerDirectory::reachable`](crate::port::CustomerDirectory::reachable).
    Everybody,
    /// The customers of this list.
    Customers(Vec<CustomerId>),
}

/// The plan of a campaign, as a person makes it.
///
/// ```
/// use whatsapp_core::campaign::{CampaignPlan, InvalidPlan};
///
/// let diwali = CampaignPlan::festival("Diwali", "2026-11-08".parse()?);
/// assert!(diwali.check().is_ok());
/// let unnamed = CampaignPlan::festival(" ", "2026-11-08".parse()?);
/// assert_eq!(unnamed.check(), Err(InvalidPlan::NoName));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CampaignPlan {
    /// The name for people: the festival's name, which greetings say, or a word for the news.
    pub name: String,
    /// The kind of message that it sends.
    pub kind: CampaignKind,
    /// Its day, a local date of the business.
    pub date: NaiveDate,
    /// Time of the first message on that day.
    pub time: DayTime,
    /// The words of a person. For a greeting: the whole text with its placeholders, or empty for
    /// the template's text. For an announcement: the news, which stand in the template's
    /// `{announcement}`.
    pub words: Private,
    /// The template; `None` for the one in use.
    pub template: Option<TemplateId>,
    /// The customers that it writes to.
    pub audience: Audience,
    /// True if the date depends on the moon, and must be confirmed in the last three days.
    pub estimated: bool,
}

/// A plan that cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPlan {
    /// It has no name.
    #[error("name: there is none; one such as Diwali is expected")]
    NoName,
    /// Its name is too long.
    #[error("name: it has {0} characters; at most {NAME_MAX} are allowed")]
    NameTooLong(usize),
    /// Its hour is the day's end.
    #[error("time: nothing can be sent at 24:00 of its day; a time such as 10:00 is expected")]
    Time,
    /// It is an announcement without news.
    #[error("words: there are no news; write what is to be announced")]
    NoWords,
    /// Its list of customers is empty.
    #[error("audience: the list names nobody; name at least one customer, or everybody")]
    Nobody,
    /// Its list of customers is too long.
    #[error(
        "audience: the list names {0} customers; at most {AUDIENCE_MAX} are allowed, or everybody"
    )]
    TooMany(usize),
}

impl CampaignPlan {
    /// Creates a plan for messages of this kind to everybody at 10:00, without words of a person.
    pub fn new(kind: CampaignKind, name: impl Into<String>, date: NaiveDate) -> Self {
        Self {
            name: name.into(),
            kind,
            date,
            time: DayTime::TEN,
            words: Private::default(),
            template: None,
            audience: Audience::Everybody,
            estimated: false,
        }
    }

    /// Creates a plan for a greeting to everybody at 10:00, in the words of the template.
    pub fn festival(name: impl Into<String>, date: NaiveDate) -> Self {
        Self::new(CampaignKind::Festival, name, date)
    }

    /// Creates a plan for news to everybody at 10:00, within the words of the template.
    pub fn announcement(
        name: impl Into<String>,
        date: NaiveDate,
        words: impl Into<Private>,
    ) -> Self {
        Self::new(CampaignKind::Announcement, name, date).with_words(words)
    }

    /// The same plan with another time of the first message.
    #[must_use]
    pub fn with_time(mut self, time: DayTime) -> Self {
        self.time = time;
        self
    }

    /// The same plan in the words of a person.
    #[must_use]
    pub fn with_words(mut self, words: impl Into<Private>) -> Self {
        self.words = words.into();
        self
    }

    /// The same plan for these customers.
    #[must_use]
    pub fn with_audience(mut self, audience: Audience) -> Self {
        self.audience = audience;
        self
    }

    /// The same plan with a date that depends on the moon (`true`), or with a date that is certain.
    #[must_use]
    pub fn with_estimated(mut self, estimated: bool) -> Self {
        self.estimated = estimated;
        self
    }

    /// Checks what can be checked without today's date, settings or customers.
    ///
    /// # Errors
    /// [`InvalidPlan`], which names the field.
    pub fn check(&self) -> Result<(), InvalidPlan> {
        let length = self.name.chars().count();
        if is_blank(&self.name) {
            return Err(InvalidPlan::NoName);
        }
        if length > NAME_MAX {
            return Err(InvalidPlan::NameTooLong(length));
        }
        if self.time == DayTime::END {
            return Err(InvalidPlan::Time);
        }
        if self.kind == CampaignKind::Announcement && is_blank(self.words.as_str()) {
            return Err(InvalidPlan::NoWords);
        }
        match &self.audience {
            Audience::Customers(list) if list.is_empty() => Err(InvalidPlan::Nobody),
            Audience::Customers(list) if list.len() > AUDIENCE_MAX => {
                Err(InvalidPlan::TooMany(list.len()))
            }
            Audience::Customers(_) | Audience::Everybody => Ok(()),
        }
    }

    /// Returns the campaign's own text; `None` where the template's is used.
    #[must_use]
    pub fn own_text(&self) -> Option<&str> {
        let own = self.kind == CampaignKind::Festival && !is_blank(self.words.as_str());
        own.then(|| self.words.as_str())
    }

    /// Returns the time of the first message; `None` for a date that does not exist in the zone,
    /// and for an hour that the date does not have.
    #[must_use]
    pub fn start(&self, zone: &Zone) -> Option<DateTime<Utc>> {
        zone.first_at(self.date, self.time.clock()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> CampaignPlan {
        CampaignPlan::festival("Diwali", "2026-11-08".parse().unwrap())
    }

    #[test]
    fn each_field_is_told_by_its_name() {
        let customers = |count: usize| {
            let list = (0..count).map(|no| CustomerId::new(format!("C-{no}")).unwrap());
            CampaignPlan { audience: Audience::Customers(list.collect()), ..plan() }
        };
        for (plan, told) in [
            (CampaignPlan { name: String::new(), ..plan() }, "name: there is none"),
            (CampaignPlan { name: "x".repeat(101), ..plan() }, "name: it has 101 characters"),
            (CampaignPlan { time: DayTime::END, ..plan() }, "time: nothing can be sent at 24:00"),
            (CampaignPlan { kind: CampaignKind::Announcement, ..plan() }, "words: there are no"),
            (customers(0), "audience: the list names nobody"),
            (customers(10_001), "audience: the list names 10001 customers"),
        ] {
            let error = plan.check().unwrap_err().to_string();
            assert!(error.starts_with(told), "{error}");
        }
        for plan in [
            plan(),
            customers(10_000),
            CampaignPlan { name: "x".repeat(100), ..plan() },
            CampaignPlan::announcement("Move", plan().date, "We moved."),
        ] {
            assert_eq!(plan.check(), Ok(()));
        }
    }

    #[test]
    fn words_are_a_greetings_text_and_an_announcements_news() {
        assert_eq!(plan().own_text(), None);
        let own = CampaignPlan { words: "Happy Diwali, {customerName}!".into(), ..plan() };
        assert_eq!(own.own_text(), Some("Happy Diwali, {customerName}!"));
        assert_eq!(CampaignPlan::announcement("Move", plan().date, "We moved.").own_text(), None);
    }

    #[test]
    fn it_starts_at_the_first_instant_of_its_hour_on_its_date() {
        let at = |zone: &str, date: &str, time: &str| {
            let plan = CampaignPlan { time: time.parse().unwrap(), ..plan() };
            let plan = CampaignPlan { date: date.parse().unwrap(), ..plan };
            plan.start(&zone.parse().unwrap()).map(|at| at.to_string())
        };
        let start = at("Asia/Kolkata", "2026-11-08", "10:00");
        assert_eq!(start.as_deref(), Some("2026-11-08 04:30:00 UTC"));
        let gap = at("Europe/Berlin", "2026-03-29", "02:30");
        assert_eq!(gap.as_deref(), Some("2026-03-29 01:00:00 UTC"));
        assert_eq!(at("America/Nuuk", "2026-03-28", "23:00"), None);
        assert_eq!(at("Pacific/Apia", "2011-12-30", "10:00"), None);
    }
}
