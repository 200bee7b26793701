//! Pages, counts and lists of the log.

use whatsapp_core::port::{
    Count, Cursor, EXPORT_MAX, ExportPage, LogFilter, LogPage, NAMES_MAX, SeenMessage, Sort,
    StoreError, Turn, WALK_ROWS,
};

use super::ask::{Ask, Plain, Point, parts};
use super::rows::{self, Candidate, Placed, TakenOut};
use super::walk::{self, Budget, Reach, ReadLog};

/// Maximum number of rows on a page.
const PAGE_MAX: u32 = 200;

/// Rows in an order.
#[derive(Debug, Default)]
struct Found {
    rows: Vec<Placed>,
    /// The place where the search stopped at its limit.
    end: Option<Cursor>,
}

pub(crate) async fn page(
    log: &impl ReadLog,
    filter: &LogFilter,
    sort: Sort,
    turn: Turn,
    limit: u32,
) -> Result<LogPage, StoreError> {
    filter.check()?;
    let limit = limit.clamp(1, PAGE_MAX);
    let (start, backwards) = match turn {
        Turn::First => (None, false),
        Turn::After(cursor) => (Some(cursor), false),
        Turn::Before(cursor) => (Some(cursor), true),
    };
    // One row more tells whether another page follows.
    let mut want = limit + 1;
    let mut budget = Budget::one_in(1);
    let (Found { mut rows, end }, limit) = loop {
        let found = if sort == Sort::Status {
            by_status(log, filter, backwards, start, (want, &mut budget)).await?
        } else if sort == Sort::Customer {
            by_name(log, filter, backwards, start, want).await?
        } else {
            let newest_first = (sort == Sort::Newest) != backwards;
            by_age(log, filter, newest_first, start.as_ref(), (want, &mut budget)).await?
        };
        let named = found.rows.iter().position(|(place, _)| place.is_some());
        let is_all = found.rows.len() < want as usize || want > WALK_ROWS;
        // If no cursor can name any row of the page, the page is extended to the first row that one
        // can name.
        match named {
            Some(first) => break (found, (limit as usize).max(first + 1)),
            None if is_all => break (found, usize::MAX),
            None => want = want.saturating_mul(4),
        }
    };
    let more = rows.len() > limit;
    rows.truncate(limit);
    if more && let Some(last) = rows.iter().rposition(|(place, _)| place.is_some()) {
        // The rows after it begin the next page.
        rows.truncate(last + 1);
    }
    if backwards {
        rows.reverse();
    }
    let first = rows.iter().find_map(|(place, _)| *place);
    let last = rows.iter().rev().find_map(|(place, _)| *place);
    let (previous, next) = match turn {
        Turn::First => (None, last.filter(|_| more)),
        Turn::After(_) => (first, last.filter(|_| more)),
        Turn::Before(_) => (first.filter(|_| more), last),
    };
    let (mut messages, mut broken) = (Vec::with_capacity(rows.len()), Vec::new());
    for (_, row) in rows {
        match row {
            Ok(message) => messages.push(*message),
            Err(row) => broken.push(row),
        }
    }
    Ok(LogPage { messages, broken, previous, next, further: end.filter(|_| !more) })
}

/// Counts the messages that a filter shows. If that needs a walk, it may cost half as much as the
/// page that it is shown with.
pub(crate) async fn count(
    log: &impl ReadLog,
    filter: &LogFilter,
    most: u64,
) -> Result<Count, StoreError> {
    filter.check()?;
    let want = most.saturating_add(1);
    let mut all = Count { number: 0, is_exact: true };
    let mut budget = Budget::one_in(2);
    for (part, way) in ways(log, filter) {
        if all.number >= want {
            break;
        }
        let ask = Ask::new(part, true, None, u32::try_from(want).unwrap_or(u32::MAX));
        all = all.and(match way {
            Way::Plain(plain) => {
                Count { number: log.plain_count(plain, &ask).await?, is_exact: true }
            }
            Way::Walk { walks } => {
                let reach = Reach { want, behind: None, budget: Some((&mut budget, walks)) };
                let kept = walk::walk(log, ask, reach).await?;
                Count { number: kept.found.len() as u64, is_exact: kept.end.is_none() }
            }
        });
    }
    Ok(Count::up_to(all.number, most, all.is_exact))
}

/// The way to read a part of a filter.
enum Way {
    /// By one statement.
    Plain(Plain),
    /// By a walk; with the number of walks left, this one included.
    Walk { walks: u32 },
}

/// The parts of a filter, each with the way to read it. Parts that one statement reads come first,
/// because they limit the walks.
fn ways(log: &impl ReadLog, filter: &LogFilter) -> Vec<(LogFilter, Way)> {
    let plain = |part: &LogFilter| Plain::of(part).filter(|plain| log.leads(*plain));
    let (read, walked): (Vec<_>, Vec<_>) =
        parts(filter).into_iter().partition(|part| plain(part).is_some());
    let read = read.into_iter().filter_map(|part| {
        let way = plain(&part).map(Way::Plain)?;
        Some((part, way))
    });
    let left = (1..=u32::try_from(walked.len()).unwrap_or(u32::MAX)).rev();
    let walked = walked.into_iter().zip(left).map(|(part, walks)| (part, Way::Walk { walks }));
    read.chain(walked).collect()
}

/// The newest messages that a filter shows, and whether there are more.
pub(crate) async fn ids(
    log: &impl ReadLog,
    filter: &LogFilter,
    most: u32,
) -> Result<(Vec<SeenMessage>, bool), StoreError> {
    let (all, more) = newest(log, filter, most).await?;
    // An id that cannot be read names no message.
    let listed = all.iter().filter_map(|one| Some((one.point.id.parse().ok()?, one.updated_at)));
    Ok((listed.collect(), more))
}

/// The newest rows that a filter shows, including those whose ids cannot be read, and whether there
/// are more.
async fn newest(
    log: &impl ReadLog,
    filter: &LogFilter,
    most: u32,
) -> Result<(Vec<Candidate>, bool), StoreError> {
    filter.check()?;
    let mut all = Vec::new();
    for part in parts(filter) {
        let ask = Ask::new(part, true, None, 0);
        let reach = Reach { want: u64::from(most) + 1, behind: None, budget: None };
        all.extend(walk::walk(log, ask, reach).await?.found);
    }
    walk::in_order(&mut all, true);
    all.dedup_by(|a, b| a.point == b.point);
    let more = all.len() > most as usize;
    all.truncate(most as usize);
    Ok((all, more))
}

/// The newest messages after a place that a filter shows, in the form of an export.
pub(crate) async fn export(
    log: &impl ReadLog,
    filter: &LogFilter,
    texts: bool,
    after: Option<Cursor>,
    limit: u32,
) -> Result<ExportPage, StoreError> {
    filter.check()?;
    let limit = limit.clamp(1, EXPORT_MAX);
    // One row more tells whether others follow.
    let mut want = limit + 1;
    let (mut rows, limit) = loop {
        let rows = out(log, filter, texts, after, want).await?;
        let named = rows.iter().position(|(place, _)| place.is_some());
        let is_all = rows.len() < want as usize || want > WALK_ROWS;
        // If no cursor can name any row, the page is extended to the first row that one can name.
        match named {
            Some(first) => break (rows, (limit as usize).max(first + 1)),
            None if is_all => break (rows, usize::MAX),
            None => want = want.saturating_mul(4),
        }
    };
    let more = rows.len() > limit;
    rows.truncate(limit);
    if more && let Some(last) = rows.iter().rposition(|(place, _)| place.is_some()) {
        // The rows after it come with the next page.
        rows.truncate(last + 1);
    }
    let next = rows.iter().rev().find_map(|(place, _)| *place).filter(|_| more);
    let all = rows.len();
    let rows: Vec<_> = rows.into_iter().filter_map(|(_, row)| row.ok()).collect();
    let broken = (all - rows.len()) as u64;
    Ok(ExportPage { rows, broken, next })
}

/// The newest rows after a place, in order.
async fn out(
    log: &impl ReadLog,
    filter: &LogFilter,
    texts: bool,
    after: Option<Cursor>,
    want: u32,
) -> Result<Vec<TakenOut>, StoreError> {
    let (start, parts) = (after.as_ref().map(Point::of), parts(filter));
    let ask = |part| Ask::new(part, true, start.as_ref(), want);
    let plain = parts.first().filter(|_| parts.len() == 1).and_then(Plain::of);
    let plain = plain.filter(|plain| log.leads(*plain));
    let mut rows = match (plain, <[LogFilter; 1]>::try_from(parts)) {
        (Some(plain), Ok([part])) => log.plain_out(plain, &ask(part), texts).await?,
        (_, parts) => {
            let mut found = Vec::new();
            for part in parts.map_or_else(|all| all, Vec::from) {
                let reach = Reach { want: u64::from(want), behind: None, budget: None };
                found.extend(walk::walk(log, ask(part), reach).await?.found);
            }
            walk::in_order(&mut found, true);
            found.dedup_by(|a, b| a.point == b.point);
            found.truncate(want as usize);
            let ids: Vec<_> = found.into_iter().map(|one| one.point.id).collect();
            if ids.is_empty() { Vec::new() } else { log.rows_out(ids, texts).await? }
        }
    };
    rows::in_order(&mut rows, true);
    Ok(rows)
}

/// The rows of all parts of a filter, merged by age.
async fn by_age(
    log: &impl ReadLog,
    filter: &LogFilter,
    newest_first: bool,
    start: Option<&Cursor>,
    (want, budget): (u32, &mut Budget),
) -> Result<Found, StoreError> {
    let start = start.map(Point::of);
    let (mut all, mut end): (Vec<Placed>, Option<Point>) = (Vec::new(), None);
    for (part, way) in ways(log, filter) {
        let ask = Ask::new(part, newest_first, start.as_ref(), want);
        let walks = match way {
            Way::Plain(plain) => {
                all.extend(log.plain(plain, &ask).await?);
                continue;
            }
            Way::Walk { walks } => walks,
        };
        // A row after as many rows as are wanted is not on the page.
        rows::in_order(&mut all, newest_first);
        all.dedup_by(|a, b| rows::point(a) == rows::point(b));
        let behind = (want as usize).checked_sub(1).and_then(|last| all.get(last));
        let reach = Reach {
            want: u64::from(want),
            behind: behind.map(rows::point),
            budget: Some((&mut *budget, walks)),
        };
        let kept = walk::walk(log, ask, reach).await?;
        let ids: Vec<_> = kept.found.into_iter().map(|one| one.point.id).collect();
        if !ids.is_empty() {
            all.extend(log.rows_of(ids).await?);
        }
        // All parts were searched as far as the one that stopped first.
        end = match (end, kept.end) {
            (Some(a), Some(b)) => Some(if newest_first { a.max(b) } else { a.min(b) }),
            (a, b) => a.or(b),
        };
    }
    rows::in_order(&mut all, newest_first);
    all.dedup_by(|a, b| rows::point(a) == rows::point(b));
    if let Some(end) = &end {
        let is_looked_at = |at: &Point| if newest_first { at >= end } else { at <= end };
        all.retain(|row| is_looked_at(&rows::point(row)));
    }
    all.truncate(want as usize);
    Ok(Found { rows: all, end: end.and_then(|end| end.cursor()) })
}

/// The rows of one status after the other.
async fn by_status(
    log: &impl ReadLog,
    filter: &LogFilter,
    backwards: bool,
    start: Option<Cursor>,
    (want, budget): (u32, &mut Budget),
) -> Result<Found, StoreError> {
    let mut order = Sort::STATUSES.to_vec();
    if backwards {
        order.reverse();
    }
    let begins = match start {
        None => None,
        Some(Cursor { status: Some(status), .. }) => Some(status),
        Some(_) => {
            let reason = "the cursor names no status, which this order needs".to_owned();
            return Err(StoreError::Other { reason });
        }
    };
    let mut found = Found::default();
    for status in order.into_iter().skip_while(|one| begins.is_some_and(|begins| begins != *one)) {
        if !filter.statuses.is_empty() && !filter.statuses.contains(&status) {
            continue;
        }
        let mut part = filter.clone();
        part.statuses = [status].into();
        let start = start.filter(|_| begins == Some(status));
        let left = want - u32::try_from(found.rows.len()).unwrap_or(want).min(want);
        let mut of = by_age(log, &part, !backwards, start.as_ref(), (left, &mut *budget)).await?;
        let named = |place: Cursor| Cursor { status: Some(status), ..place };
        of.rows.iter_mut().for_each(|(place, _)| *place = place.map(named));
        found.rows.append(&mut of.rows);
        found.end = of.end.map(named);
        if found.rows.len() >= want as usize || found.end.is_some() {
            break;
        }
    }
    Ok(found)
}

/// The rows by their customers' names: all rows of the filter are sorted, and some of them read.
async fn by_name(
    log: &impl ReadLog,
    filter: &LogFilter,
    backwards: bool,
    start: Option<Cursor>,
    want: u32,
) -> Result<Found, StoreError> {
    let (listed, more) = newest(log, filter, NAMES_MAX).await?;
    if more {
        return Err(StoreError::TooMany { most: NAMES_MAX });
    }
    let mut named: Vec<_> = listed.into_iter().map(|one| one.point.id).collect();
    // The row of the cursor may not match the filter any more.
    named.extend(start.map(|start| start.id.to_string()));
    let mut named = if named.is_empty() { Vec::new() } else { log.names_of(named).await? };
    named.sort_unstable();
    named.dedup();
    if backwards {
        named.reverse();
    }
    if let Some(start) = start {
        let id = start.id.to_string();
        let place = named.iter().position(|name| name.point.0.id == id);
        // A row that is gone has no place: the order begins again from the start.
        named.drain(..place.map_or(0, |place| place + 1));
    }
    named.truncate(want as usize);
    let order: Vec<_> = named.into_iter().map(|name| name.point.0.id).collect();
    let mut rows = if order.is_empty() { Vec::new() } else { log.rows_of(order.clone()).await? };
    rows.sort_by_cached_key(|row| {
        let id = rows::point(row).id;
        order.iter().position(|one| *one == id)
    });
    Ok(Found { rows, end: None })
}
