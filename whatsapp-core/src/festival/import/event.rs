//! From the events of a calendar to dates.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::{NaiveDate, NaiveDateTime};

use super::property::{Property, unfolded};
use super::text::{NO_TEXT, Text, quoted};
use super::yearly::{Yearly, date};
use super::{Import, ImportedDate, Reading, Unreadable, entry};
use crate::time::Zone;

const EVENT: &str = "event";

/// An event as written in the file.
#[derive(Debug)]
struct Event {
    line: u64,
    properties: Vec<Property>,
    /// Reason why the event cannot be read as a whole.
    broken: Option<String>,
}

/// The content of an event.
struct Said {
    dates: Vec<NaiveDate>,
    name: String,
    estimated: bool,
}

/// Dates that single events take from the repetition with the same identity.
type Taken = BTreeSet<(String, NaiveDate)>;

/// A problem of an event: its field, and the fault.
type Problem = (&'static str, String);

pub(super) fn read(
    bytes: &[u8],
    zone: &Zone,
    between: &RangeInclusive<NaiveDate>,
) -> Result<Import, Unreadable> {
    let text = Text::of(bytes)?;
    let lines = unfolded(&text.lines());
    let events = events(&lines, &text)?;
    let taken: Taken = events.iter().filter_map(|event| event.takes(zone)).collect();
    let mut reading = Reading::default();
    for event in events {
        reading.import.rows += 1;
        if let Some(why) = event.broken {
            reading.refuse(event.line, EVENT, why);
            continue;
        }
        match event.said(zone, between, &taken) {
            Ok(None) => reading.import.cancelled += 1,
            Ok(Some(Said { dates, .. })) if dates.is_empty() => reading.import.outside += 1,
            Ok(Some(Said { dates, name, estimated })) => {
                for date in dates {
                    let (name, line) = (name.clone(), event.line);
                    let read = ImportedDate { line, date, name, estimated, time: None, text: None };
                    reading.take(read, EVENT);
                }
            }
            Err(problems) => {
                for (field, why) in problems {
                    reading.refuse(event.line, field, why);
                }
            }
        }
    }
    Ok(reading.import)
}

/// The events among the lines of a file.
fn events(lines: &[(u64, String)], text: &Text) -> Result<Vec<Event>, Unreadable> {
    let mut events: Vec<Event> = Vec::new();
    let mut open: Option<Event> = None;
    // Number of open parts inside the event, such as its alarms.
    let mut inner = 0_usize;
    let mut calendar = false;
    for (number, line) in lines {
        let property = Property::read(line);
        let mark = property.as_ref().map(|it| (it.name.as_str(), it.value.to_ascii_uppercase()));
        match mark.as_ref().map(|(name, value)| (*name, value.as_str())) {
            Some(("BEGIN", "VCALENDAR")) => calendar = true,
            Some(("BEGIN", "VEVENT")) => {
                events.extend(open.take().map(Event::unclosed));
                open = Some(Event { line: *number, properties: Vec::new(), broken: None });
                inner = 0;
            }
            Some(("END", "VEVENT")) => events.extend(open.take()),
            Some(("END", "VCALENDAR")) => events.extend(open.take().map(Event::unclosed)),
            Some(("BEGIN", _)) => inner += 1,
            Some(("END", _)) => inner = inner.saturating_sub(1),
            _ => {
                if let Some(event) = open.as_mut().filter(|_| inner == 0) {
                    event.add(*number, line, property, text);
                }
            }
        }
    }
    events.extend(open.map(Event::unclosed));
    match (calendar, events.is_empty()) {
        (false, _) => Err(Unreadable::NoCalendar),
        (true, true) => Err(Unreadable::NoEvents),
        (true, false) => Ok(events),
    }
}

impl Event {
    fn unclosed(mut self) -> Self {
        self.broken.get_or_insert_with(|| "it is not closed; END:VEVENT is expected".to_owned());
        self
    }

    fn add(&mut self, number: u64, line: &str, property: Option<Property>, text: &Text) {
        if text.is_damaged(line) {
            self.broken.get_or_insert_with(|| NO_TEXT.to_owned());
        }
        match property {
            Some(property) => self.properties.push(property),
            None if line.trim().is_empty() => {}
            None => {
                self.broken.get_or_insert_with(|| {
                    format!(
                        "line {number} is no property; one such as SUMMARY:Diwali is expected, and a \
                         blank before the rest of a line"
                    )
                });
            }
        }
    }

    /// The property of this name, if there is only one.
    fn only(&self, name: &'static str) -> Result<Option<&Property>, Problem> {
        let mut all = self.properties.iter().filter(|it| it.name == name);
        match (all.next(), all.next()) {
            (first, None) => Ok(first),
            (_, Some(_)) => Err((name, "it stands there twice; leave one out".to_owned())),
        }
    }

    fn uid(&self) -> String {
        let uid = self.properties.iter().find(|it| it.name == "UID");
        uid.map(|it| it.value.clone()).unwrap_or_default()
    }

    /// The repetition that the event belongs to, and the date in it that the event stands for.
    fn takes(&self, zone: &Zone) -> Option<(String, NaiveDate)> {
        let id = self.only("RECURRENCE-ID").ok()??;
        Some((self.uid(), local_date(id, &id.value, zone).ok()?))
    }

    /// Reads the event's content; `None` if it is cancelled.
    fn said(
        &self,
        zone: &Zone,
        between: &RangeInclusive<NaiveDate>,
        taken: &Taken,
    ) -> Result<Option<Said>, Vec<Problem>> {
        let mut problems = Vec::new();
        let dates = self.dates(zone, between, taken).map_err(|why| problems.push(why));
        let name = self.name().map_err(|why| problems.push(why));
        let status = self.only("STATUS").map_err(|why| problems.push(why));
        let is = |word: &str| {
            let status = status.as_ref().ok().copied().flatten();
            status.is_some_and(|it| it.value.eq_ignore_ascii_case(word))
        };
        let stands_for = self.properties.iter().any(|it| it.name == "RECURRENCE-ID");
        // A cancelled event needs nothing but the date that it takes away.
        if is("CANCELLED") && (!stands_for || self.takes(zone).is_some()) {
            return Ok(None);
        }
        match (dates, name) {
            (Ok(dates), Ok((name, said))) if problems.is_empty() => {
                Ok(Some(Said { dates, name, estimated: said || is("TENTATIVE") }))
            }
            _ => Err(problems),
        }
    }

    fn name(&self) -> Result<(String, bool), Problem> {
        let text = self.only("SUMMARY")?.map(Property::text).unwrap_or_default();
        entry::name(&text).map_err(|why| ("SUMMARY", why))
    }

    fn dates(
        &self,
        zone: &Zone,
        between: &RangeInclusive<NaiveDate>,
        taken: &Taken,
    ) -> Result<Vec<NaiveDate>, Problem> {
        let none = || ("DTSTART", "there is no date; one such as 20271029 is expected".to_owned());
        let start = self.only("DTSTART")?.ok_or_else(none)?;
        let first = local_date(start, &start.value, zone).map_err(|why| ("DTSTART", why))?;
        if self.properties.iter().any(|it| it.name == "RDATE") {
            let why = "further dates are not read; give them as events of their own";
            return Err(("RDATE", why.to_owned()));
        }
        if let Some(id) = self.only("RECURRENCE-ID")? {
            local_date(id, &id.value, zone).map_err(|why| ("RECURRENCE-ID", why))?;
            if id.parameter("RANGE").is_some() {
                let why =
                    "a change of all later dates is not read; give each as an event of its own";
                return Err(("RECURRENCE-ID", why.to_owned()));
            }
            return Ok([first].into_iter().filter(|date| between.contains(date)).collect());
        }
        let mut dates = match self.only("RRULE")? {
            Some(rule) => {
                let rule = Yearly::read(&rule.value, first).map_err(|why| ("RRULE", why))?;
                rule.dates(between)
            }
            None => [first].into_iter().filter(|date| between.contains(date)).collect(),
        };
        let uid = self.uid();
        if !uid.is_empty() {
            dates.retain(|date| !taken.contains(&(uid.clone(), *date)));
        }
        for left_out in self.properties.iter().filter(|it| it.name == "EXDATE") {
            for value in left_out.value.split(',') {
                let gone = local_date(left_out, value, zone).map_err(|why| ("EXDATE", why))?;
                dates.retain(|date| *date != gone);
            }
        }
        Ok(dates)
    }
}

/// The date of a value by the business's clocks, where it has a time and a zone; else the date
/// as written.
fn local_date(property: &Property, value: &str, zone: &Zone) -> Result<NaiveDate, String> {
    let written = || {
        let value = value.trim();
        if let Some(date) = date(value) {
            return Some(date);
        }
        let (time, utc) = match value.strip_suffix(['Z', 'z']) {
            Some(time) => (time, true),
            None => (value, false),
        };
        let (day, clock) = time.split_once(['T', 't'])?;
        let fits = clock.len() == 6 && clock.bytes().all(|byte| byte.is_ascii_digit());
        let day = date(day).filter(|_| fits)?;
        let at =
            NaiveDateTime::parse_from_str(&format!("{day} {clock}"), "%Y-%m-%d %H%M%S").ok()?;
        if utc {
            return Some(zone.date(at.and_utc()));
        }
        let other: Option<Zone> = property.parameter("TZID").and_then(|name| name.parse().ok());
        let instant = other.and_then(|other| other.first_at(at.date(), at.time()));
        Some(instant.map_or(day, |instant| zone.date(instant)))
    };
    written().ok_or_else(|| {
        format!(
            "{} is not a date; one such as 20271029 or 20271029T090000 is expected",
            quoted(value)
        )
    })
}
