//! What is asked of the database: part of a filter, between two points of an order.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use whatsapp_core::message::{Outcome, Status, Trigger, TypeName};
use whatsapp_core::port::{Cursor, LogFilter};

/// A point in the order of the log: an instant, and the id of a row, as it stands there. The empty id
/// stands before all ids of its instant.
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

    /// The cursor that names it; `None` where the id is none.
    pub(crate) fn cursor(&self) -> Option<Cursor> {
        Some(Cursor { created_at: self.at, id: self.id.parse().ok()?, status: None })
    }

    /// Whether a cursor can name it.
    pub(crate) fn is_named(&self) -> bool {
        self.cursor().is_some()
    }
}

/// What one statement is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) filter: LogFilter,
    pub(crate) newest_first: bool,
    /// Between these points, neither of them included; `None` is the end of time on its side.
    pub(crate) low: Option<Point>,
    pub(crate) high: Option<Point>,
    /// How many rows.
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

    /// The same for what lies behind this point; `false` where it is asked for already.
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

/// A filter as the words that statements take; `None` is not asked.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub(crate) statuses: Option<Vec<&'static str>>,
    pub(crate) of_type: Option<String>,
    /// The triggers asked for: one, or else all.
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

/// Whether one type is asked for.
pub(crate) type OneType = bool;

/// A page that one statement may read: that of a database where an index leads to all that is asked for, and
/// past nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain {
    /// Messages of one status, and of one type if that is asked for.
    Status(Status, OneType),
    /// Messages of one type.
    Type,
    /// All.
    All,
}

impl Plain {
    /// How a part of a filter may be read by one statement.
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

    /// What leads to a status and a type.
    pub(crate) const fn along(status: Option<Status>, part: &LogFilter) -> Self {
        match (status, part.message_type.is_some()) {
            (None, true) => Self::Type,
            (Some(status), one_type) => Self::Status(status, one_type),
            (None, false) => Self::All,
        }
    }
}

/// A filter as parts that each ask for one status at most wherever an index leads by status: together
/// they show what the filter shows.
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

/// The parts of a filter that asks for outcomes: one a status, and what will be tried again by itself,
/// which has an index of its own.
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
