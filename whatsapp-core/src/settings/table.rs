//! All settings.

use std::borrow::Cow;
use std::fmt;

use chrono::TimeDelta;

use super::define::{SettingDef, SettingKind, Wrong};
use super::{Settings, value};
use crate::format::Formats;
use crate::message::TypeName;
use crate::retry::OnUnknown;
use crate::schedule::DayTime;
use crate::time::InvalidZone;

/// A row of `invoice_configurations`. `Debug` shows only its key: the value may be private.
#[derive(Clone, PartialEq, Eq)]
pub struct SettingRow {
    /// `config_key`.
    pub key: String,
    /// `config_value`.
    pub value: String,
}

impl fmt::Debug for SettingRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SettingRow").field("key", &self.key).finish_non_exhaustive()
    }
}

/// The function by which a definition takes a value over.
type Set = fn(&mut Settings, &SettingDef, &str) -> Result<(), Wrong>;

const fn def(
    key: &'static str,
    kind: SettingKind,
    default: &'static str,
    description: &'static str,
    set: Set,
) -> SettingDef {
    let (key, description) = (Cow::Borrowed(key), Cow::Borrowed(description));
    SettingDef { key, kind, default, unit: None, is_private: false, description, set }
}

const fn counting(unit: &'static str, mut def: SettingDef) -> SettingDef {
    def.unit = Some(unit);
    def
}

const fn private(mut def: SettingDef) -> SettingDef {
    def.is_private = true;
    def
}

/// All settings: the specification's eleven and later additions. Each message type of the host's
/// own has a switch as well: [`MessageType::switch_key`](crate::message::MessageType::switch_key).
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
        switched,
    ),
    def(
        "whatsapp_invoice_enabled",
        SettingKind::Switch,
        "true",
        "Enable invoice messages",
        switched,
    ),
    def(
        "whatsapp_payment_reminder_enabled",
        SettingKind::Switch,
        "true",
        "Enable payment reminders",
        switched,
    ),
    def(
        "whatsapp_festival_enabled",
        SettingKind::Switch,
        "true",
        "Enable festival messages",
        switched,
    ),
    def(
        "whatsapp_announcement_enabled",
        SettingKind::Switch,
        "false",
        "Enable announcements",
        switched,
    ),
    def(
        "whatsapp_trial",
        SettingKind::Switch,
        "false",
        "Try messages out: only the numbers of the trial get any",
        |settings, def, value| def.switch(value).map(|on| settings.trial = on),
    ),
    private(def(
        "whatsapp_trial_numbers",
        SettingKind::Numbers,
        "",
        "Numbers that get messages while the trial is on",
        |settings, def, value| {
            def.by(value::numbers, value).map(|numbers| settings.trial_numbers = numbers)
        },
    )),
    // A key in this row is reported and not used: it blocks nothing.
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
        |settings, def, value| {
            def.by(value::emails, value).map(|all| settings.failure_email = all.into())
        },
    )),
    def(
        "whatsapp_payment_reminder_days",
        SettingKind::Days,
        "3,7",
        "Days after invoice for payment reminders (comma-separated)",
        |settings, def, value| def.by(value::days, value).map(|days| settings.reminder_days = days),
    ),
    def(
        "whatsapp_payment_reminder_from",
        SettingKind::Choice(&["invoice_date", "due_date"]),
        "invoice_date",
        "The date that the days of payment reminders are counted from: invoice_date or due_date",
        |settings, def, value| {
            def.by(|word| word.parse().ok(), value).map(|from| settings.reminder_from = from)
        },
    ),
    counting(
        "days",
        def(
            "whatsapp_reminder_gap_days",
            SettingKind::Whole(0..=30),
            "2",
            "Least days from one day on which a customer is reminded to the next",
            |settings, def, value| {
                let days = def.whole(value)?;
                settings.reminder_gap_days = u16::try_from(days).unwrap_or(u16::MAX);
                Ok(())
            },
        ),
    ),
    counting(
        "messages",
        def(
            "whatsapp_reminders_per_day",
            SettingKind::Whole(1..=20),
            "2",
            "Most reminders and greetings that one number gets on one day",
            |settings, def, value| def.whole(value).map(|most| settings.reminders_per_day = most),
        ),
    ),
    counting(
        "messages",
        def(
            "whatsapp_bulk_per_hour",
            SettingKind::Whole(1..=3_600),
            "60",
            "Most greetings and announcements of campaigns within any hour",
            |settings, def, value| def.whole(value).map(|most| settings.bulk_per_hour = most),
        ),
    ),
    counting(
        "messages",
        def(
            "whatsapp_bulk_per_day",
            SettingKind::Whole(1..=50_000),
            "400",
            "Most greetings and announcements of campaigns on one day",
            |settings, def, value| def.whole(value).map(|most| settings.bulk_per_day = most),
        ),
    ),
    counting(
        "seconds",
        def(
            "whatsapp_bulk_gap_least",
            SettingKind::Whole(1..=3_600),
            "20",
            "Least time from one message of a campaign to the next",
            |settings, def, value| {
                let seconds = def.whole(value)?;
                settings.bulk_gap_least = TimeDelta::seconds(seconds.into());
                Ok(())
            },
        ),
    ),
    counting(
        "seconds",
        def(
            "whatsapp_bulk_gap_most",
            SettingKind::Whole(1..=3_600),
            "100",
            "Most time from one message of a campaign to the next, each time another one at random",
            |settings, def, value| {
                let seconds = def.whole(value)?;
                settings.bulk_gap_most = TimeDelta::seconds(seconds.into());
                Ok(())
            },
        ),
    ),
    def(
        "whatsapp_reminder_summary",
        SettingKind::Switch,
        "false",
        "Send each customer one message a day that lists all due invoices, instead of one for each",
        |settings, def, value| def.switch(value).map(|on| settings.reminder_summary = on),
    ),
    def(
        "whatsapp_reminder_minimum",
        SettingKind::Amounts,
        "",
        "Least open amount that reminders are sent for, per currency",
        |settings, def, value| {
            def.by(value::amounts, value).map(|least| settings.reminder_minimum = least)
        },
    ),
    counting(
        "days",
        def(
            "whatsapp_payments_fresh_days",
            SettingKind::Whole(0..=365),
            "0",
            "Days after which reminders wait for newer payments; 0 for never",
            |settings, def, value| {
                let days = def.whole(value)?;
                settings.payments_fresh_days = u16::try_from(days).unwrap_or(u16::MAX);
                Ok(())
            },
        ),
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
    def(
        "whatsapp_send_days",
        SettingKind::Weekdays,
        "mon-sat",
        "Days of the week on which the hours begin in which customers may be written to; greetings on any day",
        |settings, def, value| {
            def.by(value::weekdays, value).map(|days| settings.hours.days = days)
        },
    ),
    def(
        "whatsapp_send_from",
        SettingKind::Time(DayTime::START..=DayTime::LAST_MINUTE),
        "09:00",
        "Beginning of the hours in which customers may be written to, in the time zone of the business",
        |settings, def, value| def.time(value).map(|from| settings.hours.from = from),
    ),
    def(
        "whatsapp_send_until",
        SettingKind::Time(DayTime::START..=DayTime::END),
        "20:00",
        "End of the hours in which customers may be written to, on the next day where it is before their beginning",
        |settings, def, value| def.time(value).map(|until| settings.hours.until = until),
    ),
    def(
        "whatsapp_closed_dates",
        SettingKind::Dates,
        "",
        "Dates on which the business is closed: what keeps to hours waits, but for greetings",
        |settings, def, value| {
            def.by(value::dates, value).map(|closed| settings.hours.closed = closed)
        },
    ),
    def(
        "whatsapp_send_window_types",
        SettingKind::Types,
        "",
        "Message types that keep to the hours in which customers may be written to, beside reminders, greetings and announcements, or not",
        |settings, def, value| {
            def.by(value::types, value).map(|types| settings.window_types = types)
        },
    ),
];

impl SettingDef {
    /// The definition with this key: one of [`SETTINGS`], or the switch of a message type of the
    /// host's own, known here or not.
    #[must_use]
    pub fn of(key: &str) -> Option<Cow<'static, Self>> {
        let listed = SETTINGS.iter().find(|def| def.key == key).map(Cow::Borrowed);
        listed.or_else(|| switched_by(key).map(Self::switch_of).map(Cow::Owned))
    }

    /// The switch of a message type of the host's own; on, where there is no row.
    fn switch_of(name: TypeName) -> Self {
        Self {
            key: Cow::Owned(format!("whatsapp_{name}_enabled")),
            kind: SettingKind::Switch,
            default: "true",
            unit: None,
            is_private: false,
            description: Cow::Owned(format!("Enable {name} messages")),
            set: switched,
        }
    }
}

/// Takes over the switch of a message type.
fn switched(settings: &mut Settings, def: &SettingDef, value: &str) -> Result<(), Wrong> {
    let on = def.switch(value)?;
    settings.switches.extend(switched_by(&def.key).map(|name| (name, on)));
    Ok(())
}

/// The name of the message type to which the switch with this key belongs.
pub(super) fn switched_by(key: &str) -> Option<TypeName> {
    key.strip_prefix("whatsapp_")?.strip_suffix("_enabled")?.parse().ok()
}

fn on_unknown(word: &str) -> Option<OnUnknown> {
    match word {
        "resend" => Some(OnUnknown::Resend),
        "hold" => Some(OnUnknown::Hold),
        _ => None,
    }
}
