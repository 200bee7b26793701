//! Settings read from the rows of the database.

use std::borrow::Cow;

use chrono::TimeDelta;

use super::value::{boolean, days, email, url, whole};
use super::{SettingProblem, SettingRow, Settings, SettingsError};
use crate::format::Formats;
use crate::message::TypeName;
use crate::retry::OnUnknown;
use crate::time::InvalidZone;

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
            if let Err(what) = settings.set(&row.key, row.value.trim()) {
                problems.push(SettingProblem { key: row.key.clone(), what });
            }
        }
        if problems.is_empty() { Ok(settings) } else { Err(SettingsError { problems }) }
    }

    /// Where failures are told, however broken the other settings are; `None` where nothing usable
    /// is set.
    #[must_use]
    pub fn failure_email_in(rows: &[SettingRow]) -> Option<String> {
        let row = rows.iter().find(|row| row.key == "whatsapp_failure_notification_email")?;
        email(row.value.trim()).ok().filter(|address| !address.is_empty())
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), Cow<'static, str>> {
        match key {
            "whatsapp_enabled" => self.enabled = boolean(value)?,
            "whatsapp_api_key" => {
                if !value.is_empty() {
                    self.note(
                        key,
                        "the API key does not belong into the database: give it to the \
                                    program by its environment and empty this setting",
                    );
                }
            }
            "whatsapp_api_url" => self.api_url = url(value)?,
            "whatsapp_retry_max" => {
                self.retry_max =
                    whole(value, 0..=3).ok_or("a whole number from 0 to 3 is expected")?;
            }
            "whatsapp_retry_interval_minutes" => {
                let minutes = whole(value, 1..=1_440)
                    .ok_or("a whole number of minutes from 1 to 1440 is expected")?;
                self.retry_interval = TimeDelta::minutes(minutes.into());
            }
            "whatsapp_failure_notification_email" => self.failure_email = email(value)?,
            "whatsapp_payment_reminder_days" => self.reminder_days = days(value)?,
            "whatsapp_requests_per_second" => {
                self.requests_per_second = value
                    .parse()
                    .ok()
                    .filter(|rate| (0.1..=50.0).contains(rate))
                    .ok_or("a number from 0.1 to 50 is expected")?;
            }
            "whatsapp_on_unknown" => {
                self.on_unknown = match value {
                    "resend" => OnUnknown::Resend,
                    "hold" => OnUnknown::Hold,
                    _ => return Err("resend or hold is expected".into()),
                };
            }
            "whatsapp_attachment_link_hours" => {
                let hours = whole(value, 1..=720)
                    .ok_or("a whole number of hours from 1 to 720 is expected")?;
                self.attachment_link_life = TimeDelta::hours(hours.into());
            }
            "whatsapp_attachment_pass_on_links" => self.pass_on_links = boolean(value)?,
            "whatsapp_undelivered_alert" => {
                self.undelivered_alert =
                    whole(value, 0..=1_000).ok_or("a whole number from 0 to 1000 is expected")?;
            }
            "whatsapp_time_zone" => {
                self.time_zone = value.parse().map_err(|error: InvalidZone| error.to_string())?;
            }
            "whatsapp_locale" => {
                Formats::new(value).map_err(|error| error.to_string())?;
                value.clone_into(&mut self.locale);
            }
            _ => match switched(key) {
                Some(name) => {
                    self.switches.insert(name, boolean(value)?);
                }
                None => {
                    self.note(key, "this setting is not known to this version and has no effect");
                }
            },
        }
        Ok(())
    }

    fn note(&mut self, key: &str, what: &'static str) {
        self.notes.push(SettingProblem { key: key.to_owned(), what: what.into() });
    }
}

/// The name of the message type that the switch with this key is of.
fn switched(key: &str) -> Option<TypeName> {
    key.strip_prefix("whatsapp_")?.strip_suffix("_enabled")?.parse().ok()
}
