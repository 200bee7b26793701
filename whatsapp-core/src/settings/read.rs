//! Settings read from the rows of the database.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::define::{KEY_ELSEWHERE, SettingDef, SettingKind};
use super::together;
use super::{SETTINGS, SettingProblem, SettingRow, Settings, SettingsError};
use crate::message::MessageType;
use crate::private::Private;
use crate::template::Types;

/// The setting that is needed to report that the other settings are broken.
const FAILURE_EMAIL: &str = "whatsapp_failure_notification_email";

/// The current state of a setting: its definition, its value, and the problem of its row.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SettingNow {
    /// The definition.
    pub def: Cow<'static, SettingDef>,
    /// Its value; the default where there is no row, and never a key.
    pub value: Private,
    /// Reason why its row cannot be used; nothing is sent then.
    pub problem: Option<SettingProblem>,
}

impl Settings {
    /// Reads the rows of the database. A key without a row has its documented default.
    ///
    /// # Errors
    /// [`SettingsError`] with every row that holds an unusable value.
    ///
    /// ```
    /// use whatsapp_core::port::SettingRow;
    /// use whatsapp_core::settings::Settings;
    ///
    /// let row = |key: &str, value: &str| SettingRow { key: key.into(), value: value.into() };
    /// assert_eq!(Settings::read(&[])?.retry_max, 3);
    /// let error = Settings::read(&[row("whatsapp_retry_max", "many")]).unwrap_err();
    /// assert_eq!(error.to_string(), "setting whatsapp_retry_max: a whole number from 0 to 3 is expected");
    /// # Ok::<(), whatsapp_core::settings::SettingsError>(())
    /// ```
    pub fn read(rows: &[SettingRow]) -> Result<Self, SettingsError> {
        let mut settings = Self::default();
        let mut problems = Vec::new();
        for row in rows {
            let value = row.value.trim();
            let def = SettingDef::of(&row.key);
            let note = match def.as_deref() {
                None => Some("this setting is not known to this version and has no effect"),
                Some(def) if def.kind == SettingKind::Nothing => {
                    (!value.is_empty()).then_some(KEY_ELSEWHERE)
                }
                Some(def) => {
                    if let Err(what) = (def.set)(&mut settings, def, value) {
                        problems.push(SettingProblem { key: row.key.clone(), what });
                    }
                    None
                }
            };
            let note = note.map(|what| SettingProblem { key: row.key.clone(), what: what.into() });
            settings.notes.extend(note);
        }
        if problems.is_empty() {
            problems.extend(settings.take_hours().err().map(together::problem));
            problems.extend(together::gap(&settings));
        }
        if problems.is_empty() { Ok(settings) } else { Err(SettingsError { problems }) }
    }

    /// Addresses for failure notices, however broken the other settings are; `None` where nothing
    /// is set.
    ///
    /// # Errors
    /// [`SettingProblem`] where the row's value cannot be used.
    pub fn failure_email_in(rows: &[SettingRow]) -> Result<Option<Private>, SettingProblem> {
        let row = rows.iter().find(|row| row.key == FAILURE_EMAIL);
        let (Some(row), Some(def)) = (row, SettingDef::of(FAILURE_EMAIL)) else { return Ok(None) };
        let mut settings = Self::default();
        (def.set)(&mut settings, &def, row.value.trim())
            .map_err(|what| SettingProblem { key: row.key.clone(), what })?;
        Ok(Some(settings.failure_email).filter(|all| !all.as_str().is_empty()))
    }

    /// Every setting, in the order in which they are shown. The switches come last: those of the
    /// host's own among these message types, and of types that have a row.
    #[must_use]
    pub fn all_in(rows: &[SettingRow], types: &Types) -> Vec<SettingNow> {
        let together: Vec<_> = together::in_rows(rows).collect();
        let now = |def: Cow<'static, SettingDef>| {
            let row = rows.iter().find(|row| row.key == def.key);
            let value = row.map_or(def.default, |row| row.value.trim());
            let problem = def.check(value).err();
            let problem =
                problem.or_else(|| together.iter().find(|one| one.key == def.key).cloned());
            let shown = if def.kind == SettingKind::Nothing { "" } else { value };
            SettingNow { value: shown.into(), problem, def }
        };
        let own = types.iter().map(MessageType::switched_by);
        let mut others: BTreeMap<_, _> = rows
            .iter()
            .filter_map(|row| SettingDef::of(&row.key))
            .chain(own.filter_map(|one| {
                let mut def = SettingDef::of(&one.switch_key())?.into_owned();
                def.default = if one.is_on_by_default() { "true" } else { "false" };
                Some(Cow::Owned(def))
            }))
            .map(|def| (def.key.clone(), def))
            .collect();
        others.retain(|key, _| !SETTINGS.iter().any(|def| def.key == *key));
        let others = others.into_values();
        SETTINGS.iter().map(Cow::Borrowed).chain(others).map(now).collect()
    }
}
