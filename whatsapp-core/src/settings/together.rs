//! What is wrong with settings that are right one by one.

use chrono::{DateTime, Utc};

use super::define::Wrong;
use super::{SettingDef, SettingProblem, SettingRow, Settings};
use crate::schedule::InvalidWindow;
use crate::template::Types;

const UNTIL: &str = "whatsapp_send_until";
const CLOSED: &str = "whatsapp_closed_dates";
const TYPES: &str = "whatsapp_send_window_types";

/// The settings that say when the send window is open.
const HOURS: [&str; 5] =
    ["whatsapp_send_days", "whatsapp_send_from", UNTIL, CLOSED, "whatsapp_time_zone"];

/// What is said of hours that are no window.
pub(super) fn problem(why: InvalidWindow) -> SettingProblem {
    SettingProblem { key: UNTIL.to_owned(), what: why.to_string().into() }
}

/// What is wrong with the hours in these rows together; `None` also where a single row is wrong.
pub(super) fn in_rows(rows: &[SettingRow]) -> Option<SettingProblem> {
    hours(rows).ok()?.err().map(problem)
}

/// The settings of the send window, read without the others; an outer error where a single row is wrong.
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
    /// What is wrong with these rows together, as far as settings with these keys are changed. What is wrong
    /// with a single row is told where it stands.
    pub(crate) fn wrong_together(
        rows: &[SettingRow],
        changed: &[&str],
        types: &Types,
        now: DateTime<Utc>,
    ) -> Vec<SettingProblem> {
        let has = |keys: &[&str]| changed.iter().any(|key| keys.contains(key));
        let settings = match hours(rows) {
            Ok(Ok(settings)) => settings,
            Ok(Err(why)) if has(&HOURS) => return vec![problem(why)],
            Ok(Err(_)) | Err(_) => return Vec::new(),
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
        shut.into_iter().chain(unknown).collect()
    }

    /// The types that are named in the setting and not known here.
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
