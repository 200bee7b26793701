//! The address of the audit page: filters, and the page of the entries.

use std::fmt;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use url::form_urlencoded;
use whatsapp_core::UserId;
use whatsapp_core::audit::{Act, Actor, AuditTarget, TargetKind};
use whatsapp_core::port::{AuditCursor, AuditFilter};
use whatsapp_core::time::Zone;

use super::query::{BadQuery, When, bad, day, word};
use crate::words::times::{begin_of, end_of};

/// The entries that are shown: the filters, and the place where the page begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct AuditQuery {
    /// The actor: a person, the host's code or somebody outside.
    pub(crate) who: Option<Actor>,
    pub(crate) act: Option<Act>,
    /// The thing that was acted on.
    pub(crate) on: Option<AuditTarget>,
    /// The kind of thing that was acted on.
    pub(crate) kind: Option<TargetKind>,
    pub(crate) when: Option<When>,
    /// The first day; if it or `until` is given, `when` is ignored.
    pub(crate) from: Option<NaiveDate>,
    /// The last day, which is included.
    pub(crate) until: Option<NaiveDate>,
    pub(crate) after: Option<AuditCursor>,
}

/// All parameters of the page, in the order in which an address has them.
const NAMES: &str = "who, person, act, about, id, when, from, until and after";

impl AuditQuery {
    /// All entries about this thing.
    pub(crate) fn about(on: AuditTarget) -> Self {
        Self { on: Some(on), ..Self::default() }
    }

    /// All entries of this actor.
    pub(crate) fn by(who: Actor) -> Self {
        Self { who: Some(who), ..Self::default() }
    }

    /// Reads the part of an address after the `?`. Empty values are those of fields that were
    /// left empty.
    pub(crate) fn read(text: &str) -> Result<Self, BadQuery> {
        let mut query = Self::default();
        let (mut person, mut id) = (None, None);
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let value = value.trim();
            match &*name {
                _ if value.is_empty() => {}
                "who" => query.who = Some(code(value)?),
                "person" => {
                    let user = UserId::new(value);
                    let right = "the name of a person, as the shop's program has it";
                    person = Some(user.map_err(|_| bad("person", right))?);
                }
                "act" => query.act = Some(word("act", value)?),
                "about" => query.kind = Some(word("about", value)?),
                "id" => id = Some(value.to_owned()),
                "when" => {
                    let found = When::ALL.into_iter().find(|when| when.word() == value);
                    let expected = "today, yesterday, last-7, this-month or last-month";
                    query.when = Some(found.ok_or_else(|| bad("when", expected))?);
                }
                "from" => query.from = Some(day("from", value)?),
                "until" => query.until = Some(day("until", value)?),
                "after" => {
                    let expected = "a place of this page, as its own links have it";
                    query.after = Some(place(value).ok_or_else(|| bad("after", expected))?);
                }
                _ => return Err(BadQuery { name: "", expected: NAMES.into() }),
            }
        }
        if let Some(user) = person {
            if query.who.is_some() {
                return Err(bad("person", "a person, or one of the others, and not both"));
            }
            query.who = Some(Actor::Person(user));
        }
        if let Some(id) = id {
            query.on = Some(target(query.kind.take(), &id)?);
        }
        if let (Some(from), Some(until)) = (query.from, query.until)
            && until < from
        {
            return Err(bad("until", "a day that is not before the first one"));
        }
        Ok(query)
    }

    /// The filter of the audit, as of an instant.
    pub(crate) fn filter(&self, now: DateTime<Utc>, zone: &Zone) -> AuditFilter {
        let (from, until) = self.days(zone.date(now)).unwrap_or_default();
        let mut filter = AuditFilter::default();
        (filter.by, filter.act) = (self.who.clone(), self.act);
        (filter.on, filter.kind) = (self.on.clone(), self.kind);
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

    /// The same filters, from the first page on.
    pub(crate) fn first(&self) -> Self {
        Self { after: None, ..self.clone() }
    }

    /// The same filters, from this entry on.
    pub(crate) fn at(&self, after: AuditCursor) -> Self {
        Self { after: Some(after), ..self.clone() }
    }

    /// The same filters with a change, from the first page on.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self.first();
        change(&mut changed);
        changed
    }

    /// The parameters, in the order in which an address has them.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        match &self.who {
            None => {}
            Some(Actor::Person(user)) => pairs.push(("person", user.to_string())),
            Some(code) => pairs.push(("who", code.as_str().to_owned())),
        }
        pairs.extend(self.act.map(|act| ("act", act.to_string())));
        if let Some(on) = &self.on {
            pairs.push(("about", on.kind().to_owned()));
            pairs.push(("id", on.id()));
        }
        pairs.extend(self.kind.map(|kind| ("about", kind.to_string())));
        pairs.extend(self.when.map(|it| ("when", it.word().to_owned())));
        pairs.extend(self.from.map(|it| ("from", it.to_string())));
        pairs.extend(self.until.map(|it| ("until", it.to_string())));
        pairs.extend(self.after.map(|it| ("after", written(it))));
        pairs
    }

    /// The address of this page, or of the file of all its entries, from the console's root.
    pub(crate) fn address(&self, path: &str) -> String {
        let query = self.to_string();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// The part of an address after the `?`.
impl fmt::Display for AuditQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs = self.pairs();
        f.write_str(&form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    }
}

/// Reads an actor that is no person.
fn code(value: &str) -> Result<Actor, BadQuery> {
    match value {
        "host" => Ok(Actor::Host),
        "outside" => Ok(Actor::Outside),
        _ => Err(bad("who", "host or outside")),
    }
}

/// Reads the target that a kind and a key or id name.
fn target(kind: Option<TargetKind>, id: &str) -> Result<AuditTarget, BadQuery> {
    let kinds: Vec<_> = TargetKind::ALL.iter().map(|kind| kind.as_str()).collect();
    let beside = || bad("id", format!("about beside it, one of {},", kinds.join(", ")));
    let kind = kind.ok_or_else(beside)?;
    let expected = "the key or the id of such a thing, such as whatsapp_retry_max of a setting";
    AuditTarget::read(kind.as_str(), id).ok_or_else(|| bad("id", expected))
}

/// A place among the entries as a text of an address.
pub(crate) fn written(place: AuditCursor) -> String {
    format!("{}.{}", place.at.timestamp_micros(), place.id)
}

/// The place of an address; `None` for anything else.
pub(crate) fn place(text: &str) -> Option<AuditCursor> {
    let (micros, id) = text.split_once('.')?;
    let at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    // No entry is older than telephones, and no database has all instants.
    let is_known = (1970..=9998).contains(&at.year());
    is_known.then_some(AuditCursor { at, id: id.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use whatsapp_core::AuditId;
    use whatsapp_core::time::Zone;
    use whatsapp_testkit::fixtures::START;

    use super::{AuditQuery, written};
    use whatsapp_core::port::AuditCursor;

    #[test]
    fn an_address_comes_back_as_it_was_read() {
        let place = written(AuditCursor { at: START, id: AuditId::new(START, [7; 10]) });
        for address in [
            "",
            "person=asha&act=setting_saved",
            "who=host&when=last-7",
            "who=outside&about=template&id=01936f0a-7c31-7cc2-9d5e-0f2b3c4d5e6f",
            "about=reminder&id=T%2B3+INV%2F7",
            "about=account",
            "about=account&id=1",
            "about=audit&from=2026-01-03&until=2026-01-05",
            &format!("about=setting&id=whatsapp_retry_max&after={place}"),
        ] {
            assert_eq!(AuditQuery::read(address).unwrap().to_string(), address);
        }
        assert_eq!(AuditQuery::read("who=&person=&about=&id="), Ok(AuditQuery::default()));
    }

    #[test]
    fn what_cannot_be_is_named() {
        for (address, name) in [
            ("who=person", "who"),
            ("who=host&person=asha", "person"),
            ("person=a%00b", "person"),
            ("act=x", "act"),
            ("about=x", "about"),
            ("id=1", "id"),
            ("about=message&id=1", "id"),
            ("about=log&id=1", "id"),
            ("after=1", "after"),
            ("from=2026-01-05&until=2026-01-03", "until"),
            ("evil=1", ""),
        ] {
            assert_eq!(AuditQuery::read(address).unwrap_err().name, name, "{address}");
        }
    }

    #[test]
    fn days_are_those_of_the_business() {
        let zone: Zone = "Asia/Kolkata".parse().unwrap();
        let query = AuditQuery::read("from=2026-01-27&until=2026-01-27").unwrap();
        let filter = query.filter(START, &zone);
        assert_eq!(filter.from, Some("2026-01-26T18:30:00Z".parse().unwrap()));
        assert_eq!(filter.until, Some("2026-01-27T18:30:00Z".parse().unwrap()));
    }
}
