//! Changing settings: checked, audited, and never over what somebody else wrote meanwhile.

mod error;

pub use error::SaveSettingsError;

use super::Desk;
use super::shift::{KEYS, ReminderShift, Unknown, shift};
use crate::audit::Actor;
use crate::consent::Consent;
use crate::port::{Saved, SettingsSave, StoreError};
use crate::private::Private;
use crate::settings::{
    SettingChange, SettingEdit, SettingNow, SettingProblem, SettingRow, Settings,
};
use crate::wiring::{Ports, audit_id};

/// The setting that is tried out before it is written, where the program uses the setting.
const ADDRESS: &str = "whatsapp_api_url";

/// A setting that somebody else changed since a form showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SettingClash {
    /// Its key.
    pub key: String,
    /// The value that was to be written.
    pub yours: Private,
    /// The value that is there now.
    pub theirs: Private,
}

impl Desk {
    /// Every setting with its value, and the problem of a row that cannot be used.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not answer.
    pub async fn settings(&self) -> Result<Vec<SettingNow>, StoreError> {
        Ok(Settings::all_in(&self.ports.store.load_settings().await?, &self.ports.types))
    }

    /// Checks edits and saves them, all or none, with an entry in the audit for each value
    /// that changes.
    ///
    /// It asks first if the edits move reminders and the ports have
    /// [invoices](crate::Ports::with_invoices) and [steps](crate::Ports::with_plans).
    ///
    /// # Errors
    /// [`SaveSettingsError`]: nothing was saved.
    pub async fn save_settings(
        &self,
        edits: &[SettingEdit],
        consent: Consent,
        by: &Actor,
    ) -> Result<(), SaveSettingsError> {
        if self.ports.address.is_some() && edits.iter().any(|edit| edit.key == ADDRESS) {
            return Err(SaveSettingsError::Invalid(vec![SettingProblem {
                key: ADDRESS.to_owned(),
                what: "the gateway's address is changed with Messenger::change_gateway_address, \
                       which tries it out first"
                    .into(),
            }]));
        }
        let changes = self.check_settings(edits).await?;
        self.write_settings(changes, consent, by).await
    }

    /// The effect of edits on the reminders that are planned or held, by the current ledger and
    /// steps; nothing where the edits touch no setting of reminders. Nothing is written.
    ///
    /// It goes through all unpaid invoices once. A customer who shares a number with another is
    /// counted alone, and a reminder that a full day moves on to the next ones is counted once.
    ///
    /// # Errors
    /// [`SaveSettingsError`] as [`save_settings`](Self::save_settings) has it.
    pub async fn reminder_shift(
        &self,
        edits: &[SettingEdit],
    ) -> Result<ReminderShift, SaveSettingsError> {
        shift_by(&self.ports, &self.check_settings(edits).await?).await
    }

    /// Checks edits without saving them; those that change nothing are left out. It is for a host
    /// that has to try a value out before it is written, such as a gateway's address.
    /// [`write_settings`](Self::write_settings) writes the result, unless somebody else was faster.
    ///
    /// # Errors
    /// [`SaveSettingsError`] with every value that cannot be saved.
    pub async fn check_settings(
        &self,
        edits: &[SettingEdit],
    ) -> Result<Vec<SettingChange>, SaveSettingsError> {
        let rows = self.ports.store.load_settings().await?;
        let shown = Settings::all_in(&rows, &self.ports.types);
        let (mut changes, mut problems, mut clashes) = (Vec::new(), Vec::new(), Vec::new());
        for edit in edits {
            let named_before = changes.iter().any(|one: &SettingChange| one.key() == edit.key);
            match SettingChange::check(&rows, &edit.key, edit.value.as_str()) {
                Ok(_) if named_before => problems.push(SettingProblem {
                    key: edit.key.clone(),
                    what: "it is named twice; one value is expected".into(),
                }),
                Ok(Some(change)) => {
                    let now = shown.iter().find(|now| now.def.key == change.key());
                    let idle = Settings::idle_switch(change.key(), &self.ports.types);
                    // A broken row of any switch blocks all sending, so it can be mended.
                    if let Some(idle) = idle.filter(|_| now.is_none_or(|now| now.problem.is_none()))
                    {
                        problems.push(idle);
                        continue;
                    }
                    let clash = clash(&change, now);
                    let seen = edit.seen.as_ref().map(|seen| seen.as_str().trim());
                    clashes.extend(
                        seen.is_some_and(|seen| seen != clash.theirs.as_str()).then_some(clash),
                    );
                    changes.push(change);
                }
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() {
            problems.extend(wrong_together(&self.ports, rows, &changes));
        }
        if !problems.is_empty() {
            return Err(SaveSettingsError::Invalid(problems));
        }
        if !clashes.is_empty() {
            return Err(SaveSettingsError::Changed(clashes));
        }
        Ok(changes)
    }

    /// Writes checked changes, all or none, each with its entry in the audit. It asks first in the
    /// way of [`save_settings`](Self::save_settings).
    ///
    /// # Errors
    /// [`SaveSettingsError::Changed`] when somebody else changed one of the settings since
    /// the check.
    pub async fn write_settings(
        &self,
        changes: Vec<SettingChange>,
        consent: Consent,
        by: &Actor,
    ) -> Result<(), SaveSettingsError> {
        if changes.is_empty() {
            return Ok(());
        }
        if consent == Consent::NotAsked {
            let shift = shift_by(&self.ports, &changes).await?;
            if !shift.is_nothing() {
                return Err(SaveSettingsError::Unconfirmed(shift));
            }
        }
        let ports = &self.ports;
        let save = SettingsSave::new(changes, by, ports.clock.now(), || audit_id(ports));
        match ports.store.save_settings(&save).await? {
            Saved::Done => {
                // Messages that were blocked or switched off may go on.
                ports.wake.wake();
                Ok(())
            }
            Saved::Stale => {
                let rows = ports.store.load_settings().await?;
                let shown = Settings::all_in(&rows, &ports.types);
                Err(SaveSettingsError::Changed(clashes(save.changes(), &rows, &shown)))
            }
        }
    }
}

/// Returns the effect of checked changes on reminders.
async fn shift_by(
    ports: &Ports,
    changes: &[SettingChange],
) -> Result<ReminderShift, SaveSettingsError> {
    let touches = changes.iter().any(|change| KEYS.contains(&change.key()));
    let (Some(invoices), Some(plans), true) = (&ports.invoices, &ports.plans, touches) else {
        return Ok(ReminderShift::default());
    };
    let rows = ports.store.load_settings().await?;
    let after = Settings::read(&changed(rows.clone(), changes));
    // Unusable settings send nothing: they are mended without a question.
    let (Ok(before), Ok(after)) = (Settings::read(&rows), after) else {
        return Ok(ReminderShift::default());
    };
    let both = (invoices.as_ref(), plans.as_ref());
    let shift = shift(both, &before, &after, ports.clock.now()).await;
    shift.map_err(|unknown| match unknown {
        Unknown::Store(error) => SaveSettingsError::Store(error),
        Unknown::Directory(error) => SaveSettingsError::Directory(error),
    })
}

/// The problems of the rows as they would be with these changes.
fn wrong_together(
    ports: &Ports,
    rows: Vec<SettingRow>,
    changes: &[SettingChange],
) -> Vec<SettingProblem> {
    let rows = changed(rows, changes);
    let keys: Vec<_> = changes.iter().map(SettingChange::key).collect();
    let now = ports.clock.now();
    Settings::wrong_together(&rows, &keys, &ports.types, now)
}

/// The rows as they would be with these changes.
fn changed(mut rows: Vec<SettingRow>, changes: &[SettingChange]) -> Vec<SettingRow> {
    rows.retain(|row| changes.iter().all(|change| change.key() != row.key));
    let new = |change: &SettingChange| (change.key().to_owned(), change.value().to_owned());
    rows.extend(changes.iter().map(new).map(|(key, value)| SettingRow { key, value }));
    rows
}

/// The clashing changes: those whose rows have changed since.
fn clashes(
    changes: &[SettingChange],
    rows: &[SettingRow],
    shown: &[SettingNow],
) -> Vec<SettingClash> {
    let now = |key: &str| rows.iter().find(|row| row.key == key).map(|row| row.value.as_str());
    let stale = changes.iter().filter(|change| change.was() != now(change.key()));
    let shown = |key: &str| shown.iter().find(|now| now.def.key == key);
    stale.map(|change| clash(change, shown(change.key()))).collect()
}

/// A clash with the value shown now: never a key.
fn clash(change: &SettingChange, now: Option<&SettingNow>) -> SettingClash {
    SettingClash {
        key: change.key().to_owned(),
        yours: change.value().into(),
        theirs: now.map(|now| now.value.clone()).unwrap_or_default(),
    }
}
