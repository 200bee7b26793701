//! A query of the database: part of a filter, between two points of an order.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use whatsapp_core::message::{Outcome, Status, Trigger, TypeName};
use whatsapp_core::port::{Cursor, LogFilter};

/// A point in the order of the log: an instant, and the id of a row in its stored form. The empty
/// id comes before all ids of its instant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Point {
    pub(crate) at: DateTime<Utc>,
    pub(crate) id: String,
}

impl Point {
    const fn before_all_of(at: DateTime<Utc>) -> Self {
        Self { at, id: String::new() }
    }

    pub(crate) fn of(cursor: &Cursor) -> Self {
        Self { at: cursor.created_at, id: cursor.id.to_string() }
    }

    /// Returns the cursor that names the point; `None` if its id is no valid id.
    pub(crate) fn cursor(&self) -> Option<Cursor> {
        Some(Cursor { created_at: self.at, id: self.id.parse().ok()?, status: None })
    }

    /// Returns true if a cursor can name the point.
    pub(crate) fn is_named(&self) -> bool {
        self.cursor().is_some()
    }
}

/// A query for one statement.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) filter: LogFilter,
    pub(crate) newest_first: bool,
    /// Limits of the range, both excluded; `None` means no limit on that side.
    pub(crate) low: Option<Point>,
    pub(crate) high: Option<Point>,
    /// Maximum number of rows.
    pub(crate) limit: u32,
}

impl Ask {
    pub(crate) fn new(
        filter: LogFilter,
        newest_first: bool,
        start: Option<&Point>,
        limit: u32,
    ) -> Self {
        let low = filter.from.map(Point::before_all_of);
        let high = filter.until.map(Point::before_all_of);
        let mut ask = Self { filter, newest_first, low, high, limit };
        if let Some(start) = start {
            ask.go_on(start);
        }
        ask
    }

    /// Continues the query after this point; `false` if the query begins there or later already.
    pub(crate) fn go_on(&mut self, start: &Point) -> bool {
        let side = if self.newest_first { &mut self.high } else { &mut self.low };
        let is_nearer = |end: &Point| if self.newest_first { start < end } else { start > end };
        let goes_on = side.as_ref().is_none_or(is_nearer);
        if goes_on {
            *side = Some(start.clone());
        }
        goes_on
    }

    pub(crate) fn words(&self) -> Words {
        Words::of(&self.filter)
    }
}

/// A filter as the words that statements take; `None` means no condition.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub(crate) statuses: Option<Vec<&'static str>>,
    pub(crate) of_type: Option<String>,
    /// The triggers wanted: one, or else all.
    pub(crate) triggers: Vec<&'static str>,
    pub(crate) held_for: Option<Vec<&'static str>>,
    pub(crate) deliveries: Option<Vec<&'static str>>,
    pub(crate) spellings: Option<Vec<String>>,
    pub(crate) key_prefix: Option<String>,
    pub(crate) needs: Option<Vec<&'static str>>,
    pub(crate) failed_since: Option<DateTime<Utc>>,
    pub(crate) silent_before: Option<DateTime<Utc>>,
    pub(crate) outcomes: Option<Vec<&'static str>>,
}

impl Words {
    fn of(filter: &LogFilter) -> Self {
        fn asked(words: impl Iterator<Item = &'static str>) -> Option<Vec<&'static str>> {
            let words: Vec<_> = words.collect();
            (!words.is_empty()).then_some(words)
        }
        let triggers = filter.trigger.as_ref().map_or(Trigger::ALL, std::slice::from_ref);
        let attention = filter.attention.as_ref();
        Self {
            statuses: asked(filter.statuses.iter().map(|one| one.as_str())),
            of_type: filter.message_type.as_ref().map(TypeName::as_str).map(str::to_owned),
            triggers: triggers.iter().map(|one| one.as_str()).collect(),
            held_for: asked(filter.held_for.iter().map(|one| one.as_str())),
            deliveries: asked(filter.deliveries.iter().map(|one| one.as_str())),
            spellings: filter.spellings().map(|all| all.into_iter().collect()),
            key_prefix: filter.key_prefix.clone(),
            needs: attention.map(|needs| needs.kinds.iter().map(|one| one.as_str()).collect()),
            failed_since: attention.map(|needs| needs.failed_since),
            silent_before: attention.map(|needs| needs.silent_before),
            outcomes: asked(filter.outcomes.iter().map(|one| one.as_str())),
        }
    }
}

/// True if one type is wanted.
pub(crate) type OneType = bool;

/// A page that one statement may read, if an index of the database leads to all wanted rows and to
/// no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain {
    /// Messages of one status, and of one type if that is wanted.
    Status(Status, OneType),
    /// Messages of one type.
    Type,
    /// All messages.
    All,
}

impl Plain {
    /// Returns the page that one statement may read for a part of a filter; `None` if there is
    /// none.
    pub(crate) fn of(part: &LogFilter) -> Option<Self> {
        let beside = part.attention.is_some()
            || part.about.is_some()
            || part.key_prefix.is_some()
            || !part.deliveries.is_empty()
            || !part.outcomes.is_empty()
            || !part.held_for.is_empty()
            || !part.customers.is_empty();
        let mut statuses = part.statuses.iter();
        match (beside, statuses.next(), statuses.next()) {
            (false, status, None) => Some(Self::along(status.copied(), part)),
            _ => None,
        }
    }

    /// Returns the index that leads to a status and a type.
    pub(crate) const fn along(status: Option<Status>, part: &LogFilter) -> Self {
        match (status, part.message_type.is_some()) {
            (None, true) => Self::Type,
            (Some(status), one_type) => Self::Status(status, one_type),
            (None, false) => Self::All,
        }
    }
}

/// Splits a filter into parts. Wherever an index leads by status, each part wants at most one
/// status. Together the parts show the same messages as the filter.
pub(super) fn parts(filter: &LogFilter) -> Vec<LogFilter> {
    use whatsapp_core::port::AttentionFor::{Failed, Silent, Unknown};

    let mut all = filter.clone();
    if all.statuses.len() == Status::ALL.len() {
        all.statuses.clear();
    }
    if all.outcomes.len() == Outcome::ALL.len() {
        all.outcomes.clear();
    }
    let led = !all.customers.is_empty() || all.about.is_some() || all.key_prefix.is_some();
    if led {
        return vec![all];
    }
    if let Some(attention) = &all.attention {
        let part = |kinds: &[_], status| {
            let mut part = all.clone();
            let mut attention = attention.clone();
            attention.kinds.retain(|kind| kinds.contains(kind));
            let is_asked = all.statuses.is_empty() || all.statuses.contains(&status);
            let some = is_asked && !attention.kinds.is_empty();
            part.attention = Some(attention);
            part.statuses = [status].into();
            some.then_some(part)
        };
        let parts = [part(&[Failed, Unknown], Status::Failed), part(&[Silent], Status::Sent)];
        return parts.into_iter().flatten().collect();
    }
    if !all.held_for.is_empty() {
        return vec![all];
    }
    if !all.outcomes.is_empty() {
        return of_outcomes(&all);
    }
    if all.statuses.is_empty() {
        return vec![all];
    }
    let one = |status: &Status| {
        let mut part = all.clone();
        part.statuses = [*status].into();
        part
    };
    all.statuses.iter().map(one).collect()
}

/// The parts of a filter by outcomes: one for each status, and one for automatic retries, which
/// have an index of their own.
fn of_outcomes(all: &LogFilter) -> Vec<LogFilter> {
    let mut parts = Vec::new();
    let mut part = |status: Status, outcomes: BTreeSet<Outcome>| {
        if outcomes.is_empty() {
            return;
        }
        let mut part = all.clone();
        part.statuses = [status].into();
        let mut of_status = Outcome::ALL.iter().filter(|one| one.statuses().contains(&status));
        let are_all = of_status.all(|one| outcomes.contains(one));
        part.outcomes = if are_all { BTreeSet::new() } else { outcomes };
        parts.push(part);
    };
    for status in Status::ALL.iter().copied() {
        if !all.statuses.is_empty() && !all.statuses.contains(&status) {
            continue;
        }
        let of_status = all.outcomes.iter().copied().filter(|one| one.statuses().contains(&status));
        let (retried, others) = of_status.partition(|one| *one == Outcome::Retrying);
        part(status, retried);
        part(status, others);
    }
    parts
}
