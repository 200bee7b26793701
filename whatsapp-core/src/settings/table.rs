//! All settings.

use chrono::TimeDelta;

use super::define::{SettingDef, SettingKind, Wrong};
use super::{Settings, value};
use crate::format::Formats;
use crate::retry::OnUnknown;
use crate::time::InvalidZone;

/// A row of `invoice_configurations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingRow {
    /// `config_key`.
    pub key: String,
    /// `config_value`.
    pub value: String,
}

/// How a definition takes a value over.
type Set = fn(&mut Settings, &SettingDef, &str) -> Result<(), Wrong>;

const fn def(
    key: &'static str,
    kind: SettingKind,
    default: &'static str,
    description: &'static str,
    set: Set,
) -> SettingDef {
    SettingDef { key, kind, default, unit: None, is_private: false, description, set }
}

const fn counting(unit: &'static str, def: SettingDef) -> SettingDef {
    SettingDef { unit: Some(unit), ..def }
}

const fn private(def: SettingDef) -> SettingDef {
    SettingDef { is_private: true, ..def }
}

/// All settings: the specification's eleven, then those added beside them.
pub static SETTINGS: &[SettingDef] = &[
    def(
        "whatsapp_enabled",
        SettingKind::Switch,
        "true",
        "Enable WhatsApp messaging",
        |settings, def, value| def.switch(value).map(|on| settings.enabled = on),
    ),
    def(
        "whatsapp_stock_delivered_enabled",
        SettingKind::Switch,
        "true",
        "Enable stock delivered notifications",
        |settings, def, value| def.switch(value).map(|on| settings.stock_delivered_enabled = on),
    ),
    def(
        "whatsapp_invoice_enabled",
        SettingKind::Switch,
        "true",
        "Enable invoice messages",
        |settings, def, value| def.switch(value).map(|on| settings.invoice_enabled = on),
    ),
    def(
        "whatsapp_payment_reminder_enabled",
        SettingKind::Switch,
        "true",
        "Enable payment reminders",
        |settings, def, value| def.switch(value).map(|on| settings.payment_reminder_enabled = on),
    ),
    def(
        "whatsapp_festival_enabled",
        SettingKind::Switch,
        "true",
        "Enable festival messages",
        |settings, def, value| def.switch(value).map(|on| settings.festival_enabled = on),
    ),
    // A key that stands there is told and not used: it stands in nobody's way.
    private(def(
        "whatsapp_api_key",
        SettingKind::Nothing,
        "",
        "360Messenger API Key",
        |_, _, _| Ok(()),
    )),
    def(
        "whatsapp_api_url",
        SettingKind::Address,
        "https://api.360messenger.com",
        "360Messenger API Base URL",
        |settings, def, value| def.by(value::url, value).map(|url| settings.api_url = url),
    ),
    // More than 3 would break the promise of at most 4 POSTs.
    def(
        "whatsapp_retry_max",
        SettingKind::Whole(0..=3),
        "3",
        "Maximum retry attempts",
        |settings, def, value| def.whole(value).map(|most| settings.retry_max = most),
    ),
    counting(
        "minutes",
        def(
            "whatsapp_retry_interval_minutes",
            SettingKind::Whole(1..=1_440),
            "30",
            "Retry interval in minutes",
            |settings, def, value| {
                let minutes = def.whole(value)?;
                settings.retry_interval = TimeDelta::minutes(minutes.into());
                Ok(())
            },
        ),
    ),
    private(def(
        "whatsapp_failure_notification_email",
        SettingKind::Emails,
        "",
        "Email for failure notifications",
        |settings, def, value| def.by(value::emails, value).map(|all| settings.failure_email = all),
    )),
    def(
        "whatsapp_payment_reminder_days",
        SettingKind::Days,
        "3,7",
        "Days after invoice for payment reminders (comma-separated)",
        |settings, def, value| def.by(value::days, value).map(|days| settings.reminder_days = days),
    ),
    def(
        "whatsapp_requests_per_second",
        SettingKind::Decimal(0.1..=50.0),
        "4",
        "Most requests to the gateway in one second",
        |settings, def, value| def.decimal(value).map(|rate| settings.requests_per_second = rate),
    ),
    def(
        "whatsapp_on_unknown",
        SettingKind::Choice(&["resend", "hold"]),
        "resend",
        "After an unknown outcome: resend or hold",
        |settings, def, value| def.by(on_unknown, value).map(|choice| settings.on_unknown = choice),
    ),
    counting(
        "hours",
        def(
            "whatsapp_attachment_link_hours",
            SettingKind::Whole(1..=720),
            "24",
            "Hours for which the link to an attached file works after the message is sent",
            |settings, def, value| {
                let hours = def.whole(value)?;
                settings.attachment_link_life = TimeDelta::hours(hours.into());
                Ok(())
            },
        ),
    ),
    def(
        "whatsapp_attachment_pass_on_links",
        SettingKind::Switch,
        "false",
        "Pass public links to files on as they are instead of keeping a copy",
        |settings, def, value| def.switch(value).map(|on| settings.pass_on_links = on),
    ),
    counting(
        "messages",
        def(
            "whatsapp_undelivered_alert",
            SettingKind::Whole(0..=1_000),
            "5",
            "Messages in a row, accepted and not delivered within 30 minutes, that are told; 0 for never",
            |settings, def, value| def.whole(value).map(|most| settings.undelivered_alert = most),
        ),
    ),
    def(
        "whatsapp_time_zone",
        SettingKind::Zone,
        "Asia/Kolkata",
        "Time zone of the business",
        |settings, _, value| {
            let zone = value.parse().map_err(|error: InvalidZone| error.to_string())?;
            settings.time_zone = zone;
            Ok(())
        },
    ),
    def(
        "whatsapp_locale",
        SettingKind::Locale,
        "en-IN",
        "How amounts and dates are written",
        |settings, _, value| {
            Formats::new(value).map_err(|error| error.to_string())?;
            value.clone_into(&mut settings.locale);
            Ok(())
        },
    ),
];

impl SettingDef {
    /// The definition with this key.
    #[must_use]
    pub fn of(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|def| def.key == key)
    }
}

fn on_unknown(word: &str) -> Option<OnUnknown> {
    match word {
        "resend" => Some(OnUnknown::Resend),
        "hold" => Some(OnUnknown::Hold),
        _ => None,
    }
}
