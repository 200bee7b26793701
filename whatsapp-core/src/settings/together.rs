//! Problems of settings that are right one by one.

use chrono::{DateTime, Utc};

use super::define::Wrong;
use super::{SettingDef, SettingProblem, SettingRow, Settings};
use crate::schedule::InvalidWindow;
use crate::template::Types;

const UNTIL: &str = "whatsapp_send_until";
const CLOSED: &str = "whatsapp_closed_dates";
const TYPES: &str = "whatsapp_send_window_types";
const GAP_MOST: &str = "whatsapp_bulk_gap_most";

/// The settings for the gap between two messages of campaigns.
const GAP: [&str; 2] = ["whatsapp_bulk_gap_least", GAP_MOST];

/// The settings for the opening of the send window.
const HOURS: [&str; 5] =
    ["whatsapp_send_days", "whatsapp_send_from", UNTIL, CLOSED, "whatsapp_time_zone"];

/// The problem of hours that form no window.
pub(super) fn problem(why: InvalidWindow) -> SettingProblem {
    SettingProblem { key: UNTIL.to_owned(), what: why.to_string().into() }
}

/// The problems of the rows of the hours together, and of the rows of the gap; none also where a
/// single row is wrong.
pub(super) fn in_rows(rows: &[SettingRow]) -> impl Iterator<Item = SettingProblem> {
    let hours = hours(rows).ok().and_then(Result::err).map(problem);
    hours.into_iter().chain(gap_in(rows))
}

/// The problem of the least and the most gap in these rows.
fn gap_in(rows: &[SettingRow]) -> Option<SettingProblem> {
    let mut settings = Settings::default();
    for row in rows.iter().filter(|row| GAP.contains(&row.key.as_str())) {
        let def = SettingDef::of(&row.key)?;
        (def.set)(&mut settings, &def, row.value.trim()).ok()?;
    }
    gap(&settings)
}

/// The problem of the least and the most gap together.
pub(super) fn gap(settings: &Settings) -> Option<SettingProblem> {
    (settings.bulk_gap_most < settings.bulk_gap_least).then(|| SettingProblem {
        key: GAP_MOST.to_owned(),
        what: format!(
            "it is less than the least gap; at least {} seconds are expected",
            settings.bulk_gap_least.num_seconds()
        )
        .into(),
    })
}

/// Reads the settings of the send window without the others. The outer error is for a single wrong
/// row.
fn hours(rows: &[SettingRow]) -> Result<Result<Settings, InvalidWindow>, Wrong> {
    let mut settings = Settings::default();
    for row in rows {
        let def = SettingDef::of(&row.key);
        if let Some(def) = def.filter(|def| HOURS.contains(&&*def.key) || def.key == TYPES) {
            (def.set)(&mut settings, &def, row.value.trim())?;
        }
    }
    Ok(settings.take_hours().map(|()| settings))
}

impl Settings {
    /// The problems of these rows together, as far as settings with these keys are changed. The
    /// problem of a single row is reported with that row.
    pub(crate) fn wrong_together(
        rows: &[SettingRow],
        changed: &[&str],
        types: &Types,
        now: DateTime<Utc>,
    ) -> Vec<SettingProblem> {
        let has = |keys: &[&str]| changed.iter().any(|key| keys.contains(key));
        let gap = gap_in(rows).filter(|_| has(&GAP));
        let settings = match hours(rows) {
            Ok(Ok(settings)) => settings,
            Ok(Err(why)) if has(&HOURS) => return gap.into_iter().chain([problem(why)]).collect(),
            Ok(Err(_)) | Err(_) => return gap.into_iter().collect(),
        };
        let shut = has(&HOURS) && settings.send_window.next_opening(now).is_none();
        let shut = shut.then(|| SettingProblem {
            key: CLOSED.to_owned(),
            what:
                "with these closed dates the hours do not begin within 400 days, and nothing would \
                   ever be sent; leave some of them out"
                    .into(),
        });
        let unknown = settings.unknown_in_window(types).filter(|_| has(&[TYPES]));
        gap.into_iter().chain(shut).chain(unknown).collect()
    }

    /// The problem of types that the setting names and that are not known here.
    pub(super) fn unknown_in_window(&self, types: &Types) -> Option<SettingProblem> {
        let unknown: Vec<_> = self
            .window_types
            .keys()
            .filter(|name| types.get(**name).is_none())
            .map(ToString::to_string)
            .collect();
        (!unknown.is_empty()).then(|| SettingProblem {
            key: TYPES.to_owned(),
            what: format!("no message type {} is known here", unknown.join(", ")).into(),
        })
    }
}
