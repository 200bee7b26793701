//! Settings: the `whatsapp_*` rows of `invoice_configurations` (specification 4.3), typed.

use std::borrow::Cow;

use chrono::TimeDelta;
use url::Url;

use crate::address::is_https_or_loopback;
use crate::format::Formats;
use crate::message::MessageType;
use crate::port::SettingRow;
use crate::retry::{OnUnknown, RetryPolicy};
use crate::time::{InvalidZone, Zone};

/// A setting as the database describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SettingDef {
    /// `config_key`.
    pub key: &'static str,
    /// The value when there is no row.
    pub default: &'static str,
    /// `config_type`: `boolean`, `number` or `string`.
    pub kind: &'static str,
    /// What it is for.
    pub description: &'static str,
}

const fn def(
    key: &'static str,
    default: &'static str,
    kind: &'static str,
    description: &'static str,
) -> SettingDef {
    SettingDef { key, default, kind, description }
}

/// All settings: the specification's eleven, then those added beside them.
pub const SETTINGS: &[SettingDef] = &[
    def("whatsapp_enabled", "true", "boolean", "Enable WhatsApp messaging"),
    def(
        "whatsapp_stock_delivered_enabled",
        "true",
        "boolean",
        "Enable stock delivered notifications",
    ),
    def("whatsapp_invoice_enabled", "true", "boolean", "Enable invoice messages"),
    def("whatsapp_payment_reminder_enabled", "true", "boolean", "Enable payment reminders"),
    def("whatsapp_festival_enabled", "true", "boolean", "Enable festival messages"),
    def("whatsapp_api_key", "", "string", "360Messenger API Key"),
    def("whatsapp_api_url", "https://api.360messenger.com", "string", "360Messenger API Base URL"),
    def("whatsapp_retry_max", "3", "number", "Maximum retry attempts"),
    def("whatsapp_retry_interval_minutes", "30", "number", "Retry interval in minutes"),
    def("whatsapp_failure_notification_email", "", "string", "Email for failure notifications"),
    def(
        "whatsapp_payment_reminder_days",
        "3,7",
        "string",
        "Days after invoice for payment reminders (comma-separated)",
    ),
    def(
        "whatsapp_requests_per_second",
        "4",
        "number",
        "Most requests to the gateway in one second",
    ),
    def("whatsapp_on_unknown", "resend", "string", "After an unknown outcome: resend or hold"),
    def(
        "whatsapp_attachment_link_hours",
        "24",
        "number",
        "Hours for which the link to an attached file works after the message is sent",
    ),
    def(
        "whatsapp_attachment_pass_on_links",
        "false",
        "boolean",
        "Pass public links to files on as they are instead of keeping a copy",
    ),
    def(
        "whatsapp_undelivered_alert",
        "5",
        "number",
        "Messages in a row, accepted and not delivered within 30 minutes, that are told; 0 for never",
    ),
    def("whatsapp_time_zone", "Asia/Kolkata", "string", "Time zone of the business"),
    def("whatsapp_locale", "en-IN", "string", "How amounts and dates are written"),
];

/// The settings, checked.
#[expect(clippy::struct_excessive_bools, reason = "the specification has five switches")]
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// `whatsapp_enabled`: the master switch.
    pub enabled: bool,
    /// `whatsapp_stock_delivered_enabled`.
    pub stock_delivered_enabled: bool,
    /// `whatsapp_invoice_enabled`.
    pub invoice_enabled: bool,
    /// `whatsapp_payment_reminder_enabled`.
    pub payment_reminder_enabled: bool,
    /// `whatsapp_festival_enabled`.
    pub festival_enabled: bool,
    /// `whatsapp_api_url`: https, or http to this machine.
    pub api_url: String,
    /// `whatsapp_retry_max`: 0 to 3. More than 3 would break the promise of at most 4 POSTs.
    pub retry_max: u32,
    /// `whatsapp_retry_interval_minutes`: 1 to 1,440 minutes.
    pub retry_interval: TimeDelta,
    /// `whatsapp_failure_notification_email`: empty means that notices wait.
    pub failure_email: String,
    /// `whatsapp_payment_reminder_days`: 1 to 10 different days, each 1 to 365, ascending.
    pub reminder_days: Vec<u16>,
    /// `whatsapp_requests_per_second`: 0.1 to 50; the pace of the account.
    pub requests_per_second: f64,
    /// `whatsapp_on_unknown`.
    pub on_unknown: OnUnknown,
    /// `whatsapp_attachment_link_hours`: 1 to 720 hours.
    pub attachment_link_life: TimeDelta,
    /// `whatsapp_attachment_pass_on_links`.
    pub pass_on_links: bool,
    /// `whatsapp_undelivered_alert`: 0 to 1,000; so many messages in a row that were accepted half
    /// an hour ago and not delivered are told; 0 for never.
    pub undelivered_alert: u32,
    /// `whatsapp_time_zone`: the business's.
    pub time_zone: Zone,
    /// `whatsapp_locale`, a BCP 47 tag that [`Formats`] knows.
    pub locale: String,
    /// What is odd but stands in nobody's way: unknown keys, a key where none belongs.
    pub notes: Vec<SettingProblem>,
}

/// A setting that cannot be used, or is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("setting {key}: {what}")]
pub struct SettingProblem {
    /// Its key.
    pub key: String,
    /// What is wrong and what would be right. Never holds the value.
    pub what: Cow<'static, str>,
}

/// Settings that cannot be used: nothing is sent until they are mended, and nothing is replaced by
/// a default.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct SettingsError {
    /// At least one.
    pub problems: Vec<SettingProblem>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enabled: true,
            stock_delivered_enabled: true,
            invoice_enabled: true,
            payment_reminder_enabled: true,
            festival_enabled: true,
            api_url: "https://api.360messenger.com".to_owned(),
            retry_max: 3,
            retry_interval: TimeDelta::minutes(30),
            failure_email: String::new(),
            reminder_days: vec![3, 7],
            requests_per_second: 4.0,
            on_unknown: OnUnknown::Resend,
            attachment_link_life: TimeDelta::hours(24),
            pass_on_links: false,
            undelivered_alert: 5,
            time_zone: Zone::default(),
            locale: "en-IN".to_owned(),
            notes: Vec::new(),
        }
    }
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
            "whatsapp_stock_delivered_enabled" => self.stock_delivered_enabled = boolean(value)?,
            "whatsapp_invoice_enabled" => self.invoice_enabled = boolean(value)?,
            "whatsapp_payment_reminder_enabled" => {
                self.payment_reminder_enabled = boolean(value)?;
            }
            "whatsapp_festival_enabled" => self.festival_enabled = boolean(value)?,
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
            _ => self.note(key, "this setting is not known to this version and has no effect"),
        }
        Ok(())
    }

    fn note(&mut self, key: &str, what: &'static str) {
        self.notes.push(SettingProblem { key: key.to_owned(), what: what.into() });
    }

    /// Whether messages of this type may be sent: the master switch and the type's own.
    #[must_use]
    pub const fn allows(&self, message_type: MessageType) -> bool {
        self.enabled
            && match message_type {
                MessageType::StockDelivered => self.stock_delivered_enabled,
                MessageType::Invoice => self.invoice_enabled,
                MessageType::PaymentReminder => self.payment_reminder_enabled,
                MessageType::Festival => self.festival_enabled,
            }
    }

    /// The retry policy that follows from the settings.
    #[must_use]
    pub const fn retry_policy(&self) -> RetryPolicy {
        RetryPolicy::new(self.retry_max, self.retry_interval).with_on_unknown(self.on_unknown)
    }
}

fn boolean(value: &str) -> Result<bool, &'static str> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("true or false is expected"),
    }
}

fn whole(value: &str, range: std::ops::RangeInclusive<u32>) -> Option<u32> {
    let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| value.parse().ok()).flatten().filter(|number| range.contains(number))
}

fn url(value: &str) -> Result<String, &'static str> {
    const EXPECTED: &str = "a complete address such as https://api.360messenger.com is expected; \
                            http is allowed only to this machine";
    let clean = value.bytes().all(|b| b.is_ascii_graphic() && !b"\\@?#".contains(&b));
    // The parser would take the first part of a path for the host.
    let names_a_host = value.split_once("://").is_some_and(|(_, rest)| !rest.starts_with('/'));
    let fits = Url::parse(value).is_ok_and(|url| is_https_or_loopback(&url));
    if clean && names_a_host && fits {
        Ok(value.trim_end_matches('/').to_owned())
    } else {
        Err(EXPECTED)
    }
}

fn email(value: &str) -> Result<String, &'static str> {
    let fits = |address: &str| {
        let address = address.trim();
        let parts = address.split_once('@');
        let clean = address.bytes().all(|b| b.is_ascii_graphic() && !b"<>,;:\"()[]".contains(&b));
        clean
            && parts.is_some_and(|(name, host)| {
                !name.is_empty() && host.len() > 2 && !host.contains('@') && !host.starts_with('.')
            })
    };
    if value.is_empty() || value.split(',').all(fits) {
        Ok(value.to_owned())
    } else {
        Err("an e-mail address such as owner@shop.example is expected, several with commas between")
    }
}

fn days(value: &str) -> Result<Vec<u16>, &'static str> {
    const EXPECTED: &str =
        "1 to 10 different whole numbers of days from 1 to 365 with commas between, such as 3,7";
    let mut days: Vec<u16> = value
        .split(',')
        .map(|day| whole(day.trim(), 1..=365).and_then(|day| u16::try_from(day).ok()))
        .collect::<Option<_>>()
        .ok_or(EXPECTED)?;
    days.sort_unstable();
    let different = days.windows(2).all(|pair| pair[0] != pair[1]);
    if different && days.len() <= 10 { Ok(days) } else { Err(EXPECTED) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(key: &str, value: &str) -> Result<Settings, String> {
        let row = SettingRow { key: key.to_owned(), value: value.to_owned() };
        Settings::read(&[row]).map_err(|error| error.to_string())
    }

    #[test]
    fn the_documented_defaults_are_the_defaults() {
        let rows: Vec<SettingRow> = SETTINGS
            .iter()
            .map(|def| SettingRow { key: def.key.to_owned(), value: def.default.to_owned() })
            .collect();
        assert_eq!(Settings::read(&rows).unwrap(), Settings::default());
        assert_eq!(rows.len(), 18);
    }

    #[test]
    fn every_broken_value_is_reported_by_key() {
        let broken = [
            ("whatsapp_enabled", "yes"),
            ("whatsapp_retry_max", "-1"),
            ("whatsapp_retry_max", "4"),
            ("whatsapp_retry_max", "٣"),
            ("whatsapp_retry_interval_minutes", "0"),
            ("whatsapp_retry_interval_minutes", "30 minutes"),
            ("whatsapp_api_url", "api.360messenger.com"),
            ("whatsapp_api_url", "http://api.360messenger.com"),
            ("whatsapp_api_url", "https://a@b.example"),
            ("whatsapp_api_url", "https:///b.example"),
            ("whatsapp_api_url", "https:b.example"),
            ("whatsapp_api_url", "https://:443"),
            ("whatsapp_failure_notification_email", "owner"),
            ("whatsapp_failure_notification_email", "owner@shop.example\nBcc: x@y.example"),
            ("whatsapp_payment_reminder_days", ""),
            ("whatsapp_payment_reminder_days", "3,3"),
            ("whatsapp_payment_reminder_days", "3;7"),
            ("whatsapp_payment_reminder_days", "0"),
            ("whatsapp_requests_per_second", "0"),
            ("whatsapp_requests_per_second", "NaN"),
            ("whatsapp_on_unknown", "retry"),
            ("whatsapp_time_zone", "IST"),
            ("whatsapp_locale", "??"),
        ];
        for (key, value) in broken {
            let error = read(key, value).unwrap_err();
            assert!(error.starts_with(&format!("setting {key}: ")), "{key} {value}: {error}");
        }
    }

    #[test]
    fn the_gateways_address_is_https_or_http_to_this_machine() {
        use whatsapp_testkit::fixtures::{OTHER_MACHINES, THIS_MACHINE};

        let reads = |address: &str| read("whatsapp_api_url", address).is_ok();
        for host in THIS_MACHINE {
            assert!(reads(&format!("http://{host}:8080")), "{host}");
        }
        for host in OTHER_MACHINES {
            assert!(!reads(&format!("http://{host}:8080")), "{host}");
            assert!(reads(&format!("https://{host}:8443")), "{host}");
        }
    }

    #[test]
    fn good_values_are_taken() {
        assert_eq!(read("whatsapp_payment_reminder_days", "7, 3").unwrap().reminder_days, [3, 7]);
        assert_eq!(
            read("whatsapp_api_url", "http://127.0.0.1:9/").unwrap().api_url,
            "http://127.0.0.1:9"
        );
        assert!(!read("whatsapp_enabled", " false ").unwrap().allows(MessageType::Invoice));
        assert_eq!(
            read("whatsapp_failure_notification_email", "a@shop.example, b@shop.example")
                .unwrap()
                .failure_email,
            "a@shop.example, b@shop.example"
        );
        let off = read("whatsapp_invoice_enabled", "false").unwrap();
        assert!(!off.allows(MessageType::Invoice) && off.allows(MessageType::Festival));
    }

    #[test]
    fn unknown_keys_and_a_stored_key_are_noted() {
        assert_eq!(read("whatsapp_retry_maximum", "3").unwrap().notes.len(), 1);
        let noted = read("whatsapp_api_key", "secret-value").unwrap();
        assert!(!format!("{:?}", noted.notes).contains("secret-value"));
        assert_eq!(noted.notes[0].key, "whatsapp_api_key");
    }
}
