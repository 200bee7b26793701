//! The address of the list of messages: filters, order and page, and never a number or a name.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, Utc};
use url::form_urlencoded;
use whatsapp_core::CustomerId;
use whatsapp_core::message::{
    Delivery, MESSAGE_KEY_MAX, MessageKey, Outcome, SUBJECT_MAX, Status, Trigger, TypeName,
};
use whatsapp_core::port::{Attention, AttentionFor, CUSTOMERS_MAX, LogFilter, Sort, Turn};
use whatsapp_core::time::Zone;

use super::cursor;
use crate::words::times::{begin_of, end_of};

/// The part of the log that is shown, its order, and the page of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Query {
    pub(crate) statuses: BTreeSet<Status>,
    pub(crate) deliveries: BTreeSet<Delivery>,
    pub(crate) outcomes: BTreeSet<Outcome>,
    pub(crate) message_type: Option<TypeName>,
    pub(crate) trigger: Option<Trigger>,
    pub(crate) when: Option<When>,
    /// The first day; if it or `until` is given, `when` is ignored.
    pub(crate) from: Option<NaiveDate>,
    /// The last day, which is included.
    pub(crate) until: Option<NaiveDate>,
    pub(crate) attention: Option<Wanted>,
    pub(crate) customers: BTreeSet<CustomerId>,
    pub(crate) about: Option<String>,
    /// The beginning of the messages' own keys.
    pub(crate) key: Option<String>,
    pub(crate) sort: Sort,
    pub(crate) turn: Turn,
}

/// Days that are named by their distance from today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Today,
    Yesterday,
    LastSeven,
    ThisMonth,
    LastMonth,
}

/// The messages that are wanted, of all that need a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    All,
    Only(AttentionFor),
}

/// A parameter that cannot be used, and the values that can. Never holds what was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadQuery {
    /// The parameter's name; empty where the name itself is not known.
    pub(crate) name: &'static str,
    /// The values that can be used.
    pub(crate) expected: Cow<'static, str>,
}

/// All parameters of the list, in the order in which an address has them.
const NAMES: &str = "status, delivery, outcome, type, trigger, when, from, until, attention, customer, \
                     about, key, sort, after and before";

const DAY: &str = "a day such as 2026-11-29";

impl When {
    pub(crate) const ALL: [Self; 5] =
        [Self::Today, Self::Yesterday, Self::LastSeven, Self::ThisMonth, Self::LastMonth];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Yesterday => "yesterday",
            Self::LastSeven => "last-7",
            Self::ThisMonth => "this-month",
            Self::LastMonth => "last-month",
        }
    }

    /// The first and the last of these days.
    pub(crate) fn days(self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let back = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
        let first = today.with_day(1).unwrap_or(today);
        match self {
            Self::Today => (today, today),
            Self::Yesterday => (back(1), back(1)),
            Self::LastSeven => (back(6), today),
            Self::ThisMonth => (first, today),
            Self::LastMonth => {
                let begin = first.checked_sub_months(Months::new(1)).unwrap_or(first);
                (begin, first.pred_opt().unwrap_or(first))
            }
        }
    }
}

impl Wanted {
    pub(crate) const ALL: [Self; 4] = [
        Self::All,
        Self::Only(AttentionFor::Failed),
        Self::Only(AttentionFor::Unknown),
        Self::Only(AttentionFor::Silent),
    ];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Only(one) => one.as_str(),
        }
    }
}

impl Query {
    /// All messages with one of these outcomes.
    pub(crate) fn coming_to(outcomes: &[Outcome]) -> Self {
        Self { outcomes: outcomes.iter().copied().collect(), ..Self::default() }
    }

    /// All messages that need a person, or one kind of them.
    pub(crate) fn wanting(wanted: Wanted) -> Self {
        Self { attention: Some(wanted), ..Self::default() }
    }

    /// All messages of one customer.
    pub(crate) fn of_customer(customer: CustomerId) -> Self {
        Self { customers: [customer].into(), ..Self::default() }
    }

    /// Reads the part of an address after the `?`. Empty values are those of fields that were
    /// left empty.
    pub(crate) fn read(text: &str) -> Result<Self, BadQuery> {
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            if !value.is_empty() {
                query.take(&name, &value)?;
            }
        }
        if let (Some(from), Some(until)) = (query.from, query.until)
            && until < from
        {
            return Err(bad("until", "a day that is not before the one of from"));
        }
        let has_status =
            matches!(query.turn, Turn::After(at) | Turn::Before(at) if at.status.is_some());
        let turned = match query.turn {
            Turn::First => None,
            Turn::After(_) => Some("after"),
            Turn::Before(_) => Some("before"),
        };
        if let Some(name) = turned.filter(|_| has_status != (query.sort == Sort::Status)) {
            return Err(bad(name, "a place of a list in this order"));
        }
        Ok(query)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), BadQuery> {
        match name {
            "status" => {
                self.statuses.insert(word("status", value)?);
            }
            "delivery" => {
                self.deliveries.insert(word("delivery", value)?);
            }
            "outcome" => {
                self.outcomes.insert(word("outcome", value)?);
            }
            "type" => {
                let of = TypeName::new(value);
                self.message_type = Some(
                    of.map_err(|_| bad("type", "the name of a message type, such as invoice"))?,
                );
            }
            "trigger" => self.trigger = Some(word("trigger", value)?),
            "when" => {
                let found = When::ALL.into_iter().find(|when| when.word() == value);
                let expected = "today, yesterday, last-7, this-month or last-month";
                self.when = Some(found.ok_or_else(|| bad("when", expected))?);
            }
            "from" => self.from = Some(day("from", value)?),
            "until" => self.until = Some(day("until", value)?),
            "attention" => {
                let found = Wanted::ALL.into_iter().find(|wanted| wanted.word() == value);
                let expected = "all, failed, unknown or silent";
                self.attention = Some(found.ok_or_else(|| bad("attention", expected))?);
            }
            "customer" => {
                let id = CustomerId::new(value);
                self.customers.insert(id.map_err(|_| {
                    bad("customer", "the key of a customer, 1 to 64 visible characters")
                })?);
                if self.customers.len() > CUSTOMERS_MAX {
                    return Err(bad("customer", format!("{CUSTOMERS_MAX} customers at most")));
                }
            }
            "about" => {
                let is_line = !value.chars().any(char::is_control);
                if !is_line || value.chars().count() > SUBJECT_MAX {
                    let right = format!("a line of {SUBJECT_MAX} characters at most");
                    return Err(bad("about", right));
                }
                self.about = Some(value.to_owned());
            }
            "key" => {
                let key = MessageKey::new(value);
                let right = format!("{MESSAGE_KEY_MAX} visible characters at most");
                self.key = Some(key.map_err(|_| bad("key", right))?.as_str().to_owned());
            }
            "sort" => {
                let found = SORTS.into_iter().find(|(_, word)| *word == value);
                let expected = "newest, oldest, status or customer";
                self.sort = found.ok_or_else(|| bad("sort", expected))?.0;
            }
            "after" => self.turn = Turn::After(place("after", value)?),
            "before" => self.turn = Turn::Before(place("before", value)?),
            _ => return Err(BadQuery { name: "", expected: NAMES.into() }),
        }
        Ok(())
    }

    /// The filter of the log, as of an instant.
    pub(crate) fn filter(&self, now: DateTime<Utc>, zone: &Zone) -> LogFilter {
        let (from, until) = self.days(zone.date(now)).unwrap_or_default();
        let mut filter = LogFilter::default();
        filter.statuses.clone_from(&self.statuses);
        filter.deliveries.clone_from(&self.deliveries);
        filter.outcomes.clone_from(&self.outcomes);
        filter.message_type = self.message_type;
        filter.trigger = self.trigger;
        filter.attention = self.attention.map(|wanted| match wanted {
            Wanted::All => Attention::at(now),
            Wanted::Only(kind) => Attention::at(now).only(kind),
        });
        filter.customers.clone_from(&self.customers);
        filter.about.clone_from(&self.about);
        filter.key_prefix.clone_from(&self.key);
        filter.from = from.and_then(|date| begin_of(date, zone));
        filter.until = until.and_then(|date| end_of(date, zone));
        filter
    }

    /// The first and the last day that are shown; `None` for all days.
    pub(crate) fn days(&self, today: NaiveDate) -> Option<(Option<NaiveDate>, Option<NaiveDate>)> {
        if self.from.is_some() || self.until.is_some() {
            return Some((self.from, self.until));
        }
        let (from, until) = self.when?.days(today);
        Some((Some(from), Some(until)))
    }

    /// Returns true if there is no filter.
    pub(crate) fn is_all(&self) -> bool {
        self.filters() == Self::default()
    }

    /// The filters alone: in the usual order, from the first page on.
    pub(crate) fn filters(&self) -> Self {
        Self { sort: Sort::default(), turn: Turn::First, ..self.clone() }
    }

    /// Another page of the same list.
    pub(crate) fn at(&self, turn: Turn) -> Self {
        Self { turn, ..self.clone() }
    }

    /// The same list with a change, from its first page on.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self.at(Turn::First);
        change(&mut changed);
        changed
    }

    /// The parameters, in the order in which an address has them.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        pairs.extend(self.statuses.iter().map(|it| ("status", it.to_string())));
        pairs.extend(self.deliveries.iter().map(|it| ("delivery", it.to_string())));
        pairs.extend(self.outcomes.iter().map(|it| ("outcome", it.to_string())));
        pairs.extend(self.message_type.map(|it| ("type", it.to_string())));
        pairs.extend(self.trigger.map(|it| ("trigger", it.to_string())));
        pairs.extend(self.when.map(|it| ("when", it.word().to_owned())));
        pairs.extend(self.from.map(|it| ("from", it.to_string())));
        pairs.extend(self.until.map(|it| ("until", it.to_string())));
        pairs.extend(self.attention.map(|it| ("attention", it.word().to_owned())));
        pairs.extend(self.customers.iter().map(|it| ("customer", it.to_string())));
        pairs.extend(self.about.iter().map(|it| ("about", it.clone())));
        pairs.extend(self.key.iter().map(|it| ("key", it.clone())));
        let sort = SORTS.into_iter().find(|(sort, _)| *sort == self.sort);
        let sort = sort.filter(|_| self.sort != Sort::default());
        pairs.extend(sort.map(|(_, word)| ("sort", word.to_owned())));
        match self.turn {
            Turn::First => {}
            Turn::After(at) => pairs.push(("after", cursor::written(at))),
            Turn::Before(at) => pairs.push(("before", cursor::written(at))),
        }
        pairs
    }

    /// The address of the list, from the console's root.
    pub(crate) fn address(&self) -> String {
        let query = self.to_string();
        if query.is_empty() { "messages".to_owned() } else { format!("messages?{query}") }
    }
}

/// The part of an address after the `?`.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs = self.pairs();
        f.write_str(&form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    }
}

/// The orders and their words.
pub(crate) const SORTS: [(Sort, &str); 4] = [
    (Sort::Newest, "newest"),
    (Sort::Oldest, "oldest"),
    (Sort::Status, "status"),
    (Sort::Customer, "customer"),
];

pub(super) fn bad(name: &'static str, expected: impl Into<Cow<'static, str>>) -> BadQuery {
    BadQuery { name, expected: expected.into() }
}

pub(super) fn word<W: std::str::FromStr>(name: &'static str, value: &str) -> Result<W, BadQuery>
where
    W::Err: fmt::Display,
{
    value.parse().map_err(|error: W::Err| {
        // `unknown status; one of pending, sent, failed, cancelled is expected`.
        let told = error.to_string();
        let right = told.rsplit("; ").next().unwrap_or_default();
        bad(name, right.trim_end_matches(" is expected").to_owned())
    })
}

pub(super) fn day(name: &'static str, value: &str) -> Result<NaiveDate, BadQuery> {
    read_day(value).ok_or_else(|| bad(name, DAY))
}

/// Reads a day that every database can store.
pub(crate) fn read_day(value: &str) -> Option<NaiveDate> {
    let date = NaiveDate::parse_from_str(value, "%Y-%m-%d").ok();
    date.filter(|date| (1970..=9998).contains(&date.year()))
}

fn place(name: &'static str, value: &str) -> Result<whatsapp_core::port::Cursor, BadQuery> {
    cursor::read(value).ok_or_else(|| bad(name, "a place of a list, as its own links have it"))
}

#[cfg(test)]
mod tests {
    use whatsapp_core::time::Zone;
    use whatsapp_testkit::fixtures::{START, new_message};

    use super::{BadQuery, Query, Wanted, When};

    #[test]
    fn an_address_comes_back_as_it_was_read() {
        let place = format!("1769488200000000.{}", new_message(7, START).facts.id);
        for address in [
            "",
            "status=sent&status=failed",
            "delivery=delivered&delivery=read&type=invoice&trigger=auto",
            "outcome=waiting&outcome=retrying&when=today",
            "when=last-7&attention=silent&customer=C-1&customer=C-2",
            "from=2026-01-03&until=2026-01-05&about=INV+7%26%C3%A9%23",
            "key=invoice%3AINV%25207",
            "sort=oldest",
            "sort=customer",
            &format!("status=failed&after={place}"),
            &format!("sort=status&before={place}.failed"),
        ] {
            assert_eq!(Query::read(address).unwrap().to_string(), address);
        }
        for when in When::ALL {
            assert_eq!(Query::read(&format!("when={}", when.word())).unwrap().when, Some(when));
        }
        for wanted in Wanted::ALL {
            let query = Query::wanting(wanted);
            assert_eq!(Query::read(&query.to_string()), Ok(query));
        }
    }

    #[test]
    fn fields_that_were_left_empty_say_nothing() {
        let read = Query::read("type=&when=&sort=&from=&until=&trigger=");
        assert_eq!(read, Ok(Query::default()));
        assert_eq!(Query::default().address(), "messages");
    }

    #[test]
    fn what_cannot_be_is_named_with_what_would_be_right() {
        for (address, name, expected) in [
            ("status=x", "status", "one of pending, sent, failed, cancelled"),
            ("delivery=x", "delivery", "one of accepted, delivered, read, undelivered"),
            (
                "outcome=x",
                "outcome",
                "one of waiting, retrying, accepted, delivered, read, undelivered, failed, cancelled",
            ),
            ("trigger=x", "trigger", "one of auto, scheduled, manual"),
            ("attention=x", "attention", "all, failed, unknown or silent"),
            ("about=a%00b", "about", "a line of 100 characters at most"),
            ("key=a+b", "key", "200 visible characters at most"),
            ("from=1969-12-31", "from", "a day such as 2026-11-29"),
            ("until=9999-01-01", "until", "a day such as 2026-11-29"),
            (
                "sort=status&after=1.01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f",
                "after",
                "a place of a list in this order",
            ),
            (
                "sort=status&before=1.01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f",
                "before",
                "a place of a list in this order",
            ),
        ] {
            let bad = BadQuery { name, expected: expected.into() };
            assert_eq!(Query::read(address), Err(bad), "{address}");
        }
    }

    #[test]
    fn days_are_those_of_the_business() {
        let zone: Zone = "Asia/Kolkata".parse().unwrap();
        let filter = |address: &str| Query::read(address).unwrap().filter(START, &zone);
        let found = filter("from=2026-01-27&until=2026-01-27");
        assert_eq!(found.from, Some("2026-01-26T18:30:00Z".parse().unwrap()));
        assert_eq!(found.until, Some("2026-01-27T18:30:00Z".parse().unwrap()));
        assert_eq!(filter("when=today"), found);
        // Days that are given count more than those that are named.
        assert_eq!(filter("when=last-month&from=2026-01-27&until=2026-01-27"), found);
        let open = filter("from=2026-01-27");
        assert_eq!((open.from, open.until), (found.from, None));
    }
}
