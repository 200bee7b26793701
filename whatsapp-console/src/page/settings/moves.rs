//! Effects of a change of settings, told before it is saved.

use whatsapp_core::desk::{Consent, SaveSettingsError, SettingEdit};
use whatsapp_core::message::{HeldFor, Status, TypeName};
use whatsapp_core::port::{Count, LogFilter, StoreError};
use whatsapp_core::schedule::DayTime;
use whatsapp_core::settings::{SettingChange, SettingKind, SettingNow};

use super::value::{seen, told};
use crate::visit::Visit;
use crate::words::{sentence, times};
use crate::work::BrokeOff;

/// Limit up to which messages are counted.
const MOST: u64 = 10_000;

const ENABLED: &str = "whatsapp_enabled";
const ZONE: &str = "whatsapp_time_zone";
const TRIAL: &str = "whatsapp_trial";
const TRIAL_NUMBERS: &str = "whatsapp_trial_numbers";
const FROM: &str = "whatsapp_send_from";
const UNTIL: &str = "whatsapp_send_until";

/// A save that is checked, with what it will do.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) changes: Vec<SettingChange>,
    /// The changes as people read them.
    pub(crate) told: Vec<Told>,
    /// Sentences that say what it moves or stops: empty where nobody has to be asked.
    pub(crate) moves: Vec<String>,
}

impl Plan {
    /// Checks edits, and says what they will do. Writes nothing.
    pub(crate) async fn of(
        edits: &[SettingEdit],
        now: &[SettingNow],
        visit: &Visit,
    ) -> Result<Self, SaveSettingsError> {
        let changes = visit.inner.desk.check_settings(edits).await?;
        let moves = moves(edits, &changes, now, visit).await?;
        Ok(Self { told: told_of(&changes, now, visit), changes, moves })
    }

    /// Saves the changes, all or none. It goes on to its end also where the browser hangs up.
    pub(crate) async fn save(
        self,
        consent: Consent,
        visit: &Visit,
    ) -> Result<Result<(), SaveSettingsError>, BrokeOff> {
        let (inner, by) = (visit.inner.clone(), visit.actor());
        let saved = async move { inner.desk.write_settings(self.changes, consent, &by).await };
        let saved = visit.inner.work.finish(saved).await?;
        visit.inner.cache.forget().await;
        Ok(saved)
    }
}

/// A change as people read it.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// The changes as people read them.
fn told_of(changes: &[SettingChange], now: &[SettingNow], visit: &Visit) -> Vec<Told> {
    let t = visit.texts();
    let one = |change: &SettingChange| {
        let def = change.def();
        let setting = now.iter().find(|setting| setting.def.key == def.key);
        let before = setting.map(|it| seen(it, visit.may_act(), t));
        Told {
            key: change.key().to_owned(),
            name: def.name().into_owned(),
            before: before.unwrap_or_else(|| t.nothing_set().to_owned()),
            after: told(def, change.value(), t),
        }
    };
    changes.iter().map(one).collect()
}

/// Sentences that say what the changes move or stop.
async fn moves(
    edits: &[SettingEdit],
    changes: &[SettingChange],
    now: &[SettingNow],
    visit: &Visit,
) -> Result<Vec<String>, SaveSettingsError> {
    let t = visit.texts();
    let mut told = Vec::new();
    match visit.inner.desk.reminder_shift(edits).await {
        Ok(shift) if shift.is_nothing() => {}
        Ok(shift) => {
            let shift = sentence(&shift.to_string());
            told.push(format!("{} {shift}", t.settings_moves_reminders()));
        }
        // It may be saved all the same, by somebody who knows that nobody can tell.
        Err(SaveSettingsError::Directory(_)) => told.push(t.settings_no_ledger().to_owned()),
        Err(error) => return Err(error),
    }
    told.extend(at_night(changes, now).map(|(from, until)| t.hours_at_night(from, until)));
    for change in changes {
        let before = now.iter().find(|setting| setting.def.key == change.key());
        // A row that could not be used held everything back anyway: it is mended without a
        // question.
        let Some(before) = before.filter(|it| it.problem.is_none()) else { continue };
        let (was, is) = (before.value.as_str(), change.value());
        match (change.key(), &change.def().kind) {
            (ENABLED, _) if is == "false" => {
                let outlook = visit.inner.desk.before_pause().await?;
                told.push(t.settings_all_off(outlook.waiting));
            }
            (ENABLED, _) if was == "false" => told.push(t.settings_all_on().to_owned()),
            (TRIAL, _) if is == "false" => told.push(t.trial_ends(kept_by_trial(visit).await?)),
            (TRIAL, _) => told.push(t.trial_begins(trial_numbers(changes, now))),
            (ZONE, _) => {
                let place = |zone| times::place(zone).replace('_', " ");
                told.push(t.settings_zone(&place(was), &place(is)));
            }
            (key, SettingKind::Switch) => {
                let Some(of) = switched(key) else { continue };
                let name = change.def().name();
                told.push(match is {
                    "false" => t.settings_type_off(&name, waiting(of, visit).await?),
                    _ => t.settings_type_on(&name),
                });
            }
            _ => {}
        }
    }
    Ok(told)
}

/// The value of a setting once the changes are saved.
fn will_be<'a>(key: &str, changes: &'a [SettingChange], now: &'a [SettingNow]) -> &'a str {
    let wanted = changes.iter().find(|change| change.key() == key);
    let stands = now.iter().find(|setting| setting.def.key == key);
    wanted.map(SettingChange::value).or(stands.map(|it| it.value.as_str())).unwrap_or_default()
}

/// The hours in which customers may be written to, where they change and some of them are at night.
fn at_night<'a>(changes: &'a [SettingChange], now: &'a [SettingNow]) -> Option<(&'a str, &'a str)> {
    if !changes.iter().any(|change| [FROM, UNTIL].contains(&change.key())) {
        return None;
    }
    let hours = (will_be(FROM, changes, now), will_be(UNTIL, changes, now));
    let (from, until): (DayTime, DayTime) = (hours.0.parse().ok()?, hours.1.parse().ok()?);
    let (morning, evening) = (DayTime::new(7, 0).ok()?, DayTime::new(21, 0).ok()?);
    (from < morning || until > evening || from > until).then_some(hours)
}

/// The message type that a switch is for.
fn switched(key: &str) -> Option<TypeName> {
    key.strip_prefix("whatsapp_")?.strip_suffix("_enabled")?.parse().ok()
}

/// Number of messages that wait for the end of the trial.
async fn kept_by_trial(visit: &Visit) -> Result<Count, StoreError> {
    let mut filter = LogFilter::default();
    filter.held_for = [HeldFor::Trial].into();
    visit.ports().log().count(&filter, MOST).await
}

/// Number of phone numbers that get messages during the trial, once the changes are saved.
fn trial_numbers(changes: &[SettingChange], now: &[SettingNow]) -> usize {
    let value = will_be(TRIAL_NUMBERS, changes, now);
    value.split(',').filter(|number| !number.trim().is_empty()).count()
}

/// Number of messages of a type that wait.
async fn waiting(of: TypeName, visit: &Visit) -> Result<Count, StoreError> {
    let mut filter = LogFilter::default();
    filter.statuses = [Status::Pending].into();
    filter.message_type = Some(of);
    visit.ports().log().count(&filter, MOST).await
}
