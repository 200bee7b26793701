//! The day that is played: the checks of its date, and the time at which it begins.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use whatsapp_core::format::Formats;
use whatsapp_core::port::{LogFilter, PlannerStore, Sort, Store, Turn};
use whatsapp_core::schedule::DailyAt;
use whatsapp_core::settings::Settings;

use super::told::LAST_DAY;
use crate::clock::ScaledClock;
use crate::data::Folder;

/// Time of day at which the planner takes up a date.
const PLANNED_AT: NaiveTime = match NaiveTime::from_hms_opt(2, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// Longest time from the last date in the table to the played day: beyond it the year is a slip.
const BEYOND: Days = Days::new(366);

/// The day of `--today`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) date: NaiveDate,
    /// Time at which its planner runs, or later if the database has reached a later time on that
    /// day.
    pub(crate) start: DateTime<Utc>,
}

impl Day {
    /// Checks a date by the invoices and by the times that the database has seen.
    pub(crate) async fn check(
        date: NaiveDate,
        (store, plans): (&dyn Store, &dyn PlannerStore),
        database: &Path,
        folder: &Folder,
        settings: &Settings,
    ) -> Result<Self> {
        let formats = Formats::new(&settings.locale)?;
        within(date, folder, &formats)?;
        let zone = &settings.time_zone;
        let newest =
            store.page(&LogFilter::default(), Sort::Newest, Turn::First, 1).await?.messages;
        let newest = newest.first().map(|message| message.facts.created_at);
        let seen = newest.max(ScaledClock::last_shown(database)?);
        let run = plans.planner_runs(LAST_DAY, 1).await?.pop();
        let planned = run.as_ref().map(|run| run.day);
        if let Some(last) = planned.max(seen.map(|at| zone.date(at))).filter(|last| *last > date) {
            bail!(
                "--today {date}: the database {} has got to {} already, and its days only go on; give \
                 that date or a later one, or another --database",
                database.display(),
                formats.date(last)
            );
        }
        let start = DailyAt::new(PLANNED_AT, zone.clone()).on(date);
        let start = start.with_context(|| format!("--today {date}: {zone} has no such date"))?;
        // A run that was interrupted or killed still has the date until then.
        let held = run.filter(|run| run.day == date).and_then(|run| run.lease_until);
        Ok(Self { date, start: [seen, held].into_iter().flatten().fold(start, DateTime::max) })
    }
}

/// Checks a date by the dates in the table.
fn within(date: NaiveDate, folder: &Folder, formats: &Formats) -> Result<()> {
    let rows = || folder.invoices.iter();
    let first = rows().map(|row| row.date).min();
    let last = rows().map(|row| row.date.max(row.due)).max();
    let (Some(first), Some(last)) = (first, last) else {
        let first = folder.left_out.iter().find(|row| row.is_invoice());
        let why = first.map(|row| format!(": line {}: {}", row.place.line, row.reason));
        let why = why.unwrap_or_default();
        bail!("invoices.csv has no row to remind of{why}");
    };
    if date < first {
        let first = formats.date(first);
        bail!("--today {date} lies before the first invoice of invoices.csv, which is of {first}");
    }
    if date > last.checked_add_days(BEYOND).unwrap_or(last) {
        let last = formats.date(last);
        bail!("--today {date} lies more than a year after the last date in invoices.csv, {last}");
    }
    Ok(())
}
