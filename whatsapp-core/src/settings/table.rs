//! All settings.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{NaiveDate, TimeDelta, WeekdaySet};

use super::define::{SettingDef, SettingKind, Wrong};
use super::edit::SettingEdit;
use super::problem::SettingProblem;
use super::written::Written as _;
use super::{Settings, value};
use crate::format::{Amount, Formats};
use crate::message::TypeName;
use crate::number::WhatsAppNumber;
use crate::retry::OnUnknown;
use crate::schedule::{DayTime, ReminderFrom};
use crate::time::{InvalidZone, Zone};

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

/// The function of [`SettingEdit`] for one setting.
macro_rules! edit {
    (set $name:ident($value:ident: $type:ty), $description:literal) => {
        #[doc = concat!("Sets `whatsapp_", stringify!($name), "`: ", $description, ".")]
        #[must_use]
        pub fn $name($value: $type) -> Self {
            Self::new(concat!("whatsapp_", stringify!($name)), $value.written())
        }
    };
    (check $name:ident($value:ident: $type:ty), $description:literal) => {
        #[doc = concat!("Sets `whatsapp_", stringify!($name), "`: ", $description, ".")]
        ///
        /// # Errors
        /// [`SettingProblem`], which says what is accepted.
        pub fn $name($value: $type) -> Result<Self, SettingProblem> {
            Self::checked(concat!("whatsapp_", stringify!($name)), $value.written())
        }
    };
    (empty $name:ident(), $description:literal) => {
        #[doc = concat!(
            "Empties `whatsapp_", stringify!($name), "`, which accepts no value: ", $description, "."
        )]
        #[must_use]
        pub fn $name() -> Self {
            Self::new(concat!("whatsapp_", stringify!($name)), "")
        }
    };
}

/// The table: for each setting its row, and the function of [`SettingEdit`] by which code sets it.
///
/// A row has these parts:
///
/// - `set` for a setting that accepts every value of a type, `check` for one that accepts some, and
///   `empty` for one that accepts none;
/// - the name, which is the key without `whatsapp_`, and the type of its value;
/// - the kind, the unit after `of`, and `is private`;
/// - the default, the description, and the function that takes a value over.
macro_rules! settings {
    ($(
        $how:ident $name:ident($($value:ident: $type:ty)?),
        $kind:ident $(($($among:tt)*))? $(of $unit:literal)? $(is $private:ident)?,
        $default:literal, $description:literal, $take:expr;
    )+) => {
        /// All settings: the specification's eleven and later additions. Each message type of the
        /// host's own has a switch as well:
        /// [`MessageType::switch_key`](crate::message::MessageType::switch_key).
        pub static SETTINGS: &[SettingDef] = &[$(
            def(
                concat!("whatsapp_", stringify!($name)),
                SettingKind::$kind $(($($among)*))?,
                $default,
                $description,
                $take,
            )
            $(.of_unit($unit))?
            $(.$private())?,
        )+];

        /// A function for each setting.
        #[allow(clippy::doc_markdown, reason = "descriptions are plain text, as the tables have them")]
        impl SettingEdit {
            $(edit!($how $name($($value: $type)?), $description);)+
        }
    };
}

settings! {
    set enabled(on: bool), Switch, "true",
        "Enable WhatsApp messaging",
        |settings, def, value| def.switch(value).map(|on| settings.enabled = on);
    set stock_delivered_enabled(on: bool), Switch, "true",
        "Enable stock delivered notifications",
        switched;
    set invoice_enabled(on: bool), Switch, "true",
        "Enable invoice messages",
        switched;
    set payment_reminder_enabled(on: bool), Switch, "true",
        "Enable payment reminders",
        switched;
    set festival_enabled(on: bool), Switch, "true",
        "Enable festival messages",
        switched;
    set announcement_enabled(on: bool), Switch, "false",
        "Enable announcements",
        switched;
    set trial(on: bool), Switch, "false",
        "Try messages out: only the numbers of the trial get any",
        |settings, def, value| def.switch(value).map(|on| settings.trial = on);
    check trial_numbers(numbers: &[WhatsAppNumber]), Numbers is private, "",
        "Numbers that get messages while the trial is on",
        |settings, def, value| {
            def.by(value::numbers, value).map(|numbers| settings.trial_numbers = numbers)
        };
    // A key in this row is reported and not used: it blocks nothing.
    empty api_key(), Nothing is private, "",
        "360Messenger API Key",
        |_, _, _| Ok(());
    check api_url(address: &str), Address, "https://api.360messenger.com",
        "360Messenger API Base URL",
        |settings, def, value| def.by(value::url, value).map(|url| settings.api_url = url);
    // More than 3 would break the promise of at most 4 POSTs.
    check retry_max(retries: u32), Whole(0..=3), "3",
        "Maximum retry attempts",
        |settings, def, value| def.whole(value).map(|most| settings.retry_max = most);
    check retry_interval_minutes(minutes: u32), Whole(1..=1_440) of "minutes", "30",
        "Retry interval in minutes",
        |settings, def, value| {
            let minutes = def.whole(value)?;
            settings.retry_interval = TimeDelta::minutes(minutes.into());
            Ok(())
        };
    check failure_notification_email(addresses: &str), Emails is private, "",
        "Email for failure notifications",
        |settings, def, value| {
            def.by(value::emails, value).map(|all| settings.failure_email = all.into())
        };
    check payment_reminder_days(days: &[u16]), Days, "3,7",
        "Days after invoice for payment reminders (comma-separated)",
        |settings, def, value| def.by(value::days, value).map(|days| settings.reminder_days = days);
    set payment_reminder_from(date: ReminderFrom),
        Choice(&["invoice_date", "due_date"]), "invoice_date",
        "The date that the days of payment reminders are counted from: invoice_date or due_date",
        |settings, def, value| {
            def.by(|word| word.parse().ok(), value).map(|from| settings.reminder_from = from)
        };
    check reminder_gap_days(days: u16), Whole(0..=30) of "days", "2",
        "Least days from one day on which a customer is reminded to the next",
        |settings, def, value| {
            let days = def.whole(value)?;
            settings.reminder_gap_days = u16::try_from(days).unwrap_or(u16::MAX);
            Ok(())
        };
    check reminders_per_day(messages: u32), Whole(1..=20) of "messages", "2",
        "Most reminders and greetings that one number gets on one day",
        |settings, def, value| def.whole(value).map(|most| settings.reminders_per_day = most);
    check bulk_per_hour(messages: u32), Whole(1..=3_600) of "messages", "60",
        "Most greetings and announcements of campaigns within any hour",
        |settings, def, value| def.whole(value).map(|most| settings.bulk_per_hour = most);
    check bulk_per_day(messages: u32), Whole(1..=50_000) of "messages", "400",
        "Most greetings and announcements of campaigns on one day",
        |settings, def, value| def.whole(value).map(|most| settings.bulk_per_day = most);
    check bulk_gap_least(seconds: u32), Whole(1..=3_600) of "seconds", "20",
        "Least time from one message of a campaign to the next",
        |settings, def, value| {
            let seconds = def.whole(value)?;
            settings.bulk_gap_least = TimeDelta::seconds(seconds.into());
            Ok(())
        };
    check bulk_gap_most(seconds: u32), Whole(1..=3_600) of "seconds", "100",
        "Most time from one message of a campaign to the next, each time another one at random",
        |settings, def, value| {
            let seconds = def.whole(value)?;
            settings.bulk_gap_most = TimeDelta::seconds(seconds.into());
            Ok(())
        };
    set reminder_summary(on: bool), Switch, "false",
        "Send each customer one message a day that lists all due invoices, instead of one for each",
        |settings, def, value| def.switch(value).map(|on| settings.reminder_summary = on);
    check reminder_minimum(amounts: &[Amount]), Amounts, "",
        "Least open amount that reminders are sent for, per currency",
        |settings, def, value| {
            def.by(value::amounts, value).map(|least| settings.reminder_minimum = least)
        };
    check payments_fresh_days(days: u16), Whole(0..=365) of "days", "0",
        "Days after which reminders wait for newer payments; 0 for never",
        |settings, def, value| {
            let days = def.whole(value)?;
            settings.payments_fresh_days = u16::try_from(days).unwrap_or(u16::MAX);
            Ok(())
        };
    check requests_per_second(requests: f64), Decimal(0.1..=50.0), "4",
        "Most requests to the gateway in one second",
        |settings, def, value| def.decimal(value).map(|rate| settings.requests_per_second = rate);
    set on_unknown(choice: OnUnknown), Choice(&["resend", "hold"]), "resend",
        "After an unknown outcome: resend or hold",
        |settings, def, value| def.by(on_unknown, value).map(|choice| settings.on_unknown = choice);
    check attachment_link_hours(hours: u32), Whole(1..=720) of "hours", "24",
        "Hours for which the link to an attached file works after the message is sent",
        |settings, def, value| {
            let hours = def.whole(value)?;
            settings.attachment_link_life = TimeDelta::hours(hours.into());
            Ok(())
        };
    set attachment_pass_on_links(on: bool), Switch, "false",
        "Pass public links to files on as they are instead of keeping a copy",
        |settings, def, value| def.switch(value).map(|on| settings.pass_on_links = on);
    check undelivered_alert(messages: u32), Whole(0..=1_000) of "messages", "5",
        "Messages in a row, accepted and not delivered within 30 minutes, that are told; 0 for never",
        |settings, def, value| def.whole(value).map(|most| settings.undelivered_alert = most);
    set time_zone(zone: &Zone), Zone, "Asia/Kolkata",
        "Time zone of the business",
        |settings, _, value| {
            let zone = value.parse().map_err(|error: InvalidZone| error.to_string())?;
            settings.time_zone = zone;
            Ok(())
        };
    check locale(tag: &str), Locale, "en-IN",
        "How amounts and dates are written",
        |settings, _, value| {
            Formats::new(value).map_err(|error| error.to_string())?;
            value.clone_into(&mut settings.locale);
            Ok(())
        };
    check send_days(days: WeekdaySet), Weekdays, "mon-sat",
        "Days of the week on which the hours begin in which customers may be written to; greetings on any day",
        |settings, def, value| {
            def.by(value::weekdays, value).map(|days| settings.hours.days = days)
        };
    check send_from(time: DayTime), Time(DayTime::START..=DayTime::LAST_MINUTE), "09:00",
        "Beginning of the hours in which customers may be written to, in the time zone of the business",
        |settings, def, value| def.time(value).map(|from| settings.hours.from = from);
    set send_until(time: DayTime), Time(DayTime::START..=DayTime::END), "20:00",
        "End of the hours in which customers may be written to, on the next day where it is before their beginning",
        |settings, def, value| def.time(value).map(|until| settings.hours.until = until);
    set closed_dates(dates: &BTreeSet<NaiveDate>), Dates, "",
        "Dates on which the business is closed: what keeps to hours waits, but for greetings",
        |settings, def, value| {
            def.by(value::dates, value).map(|closed| settings.hours.closed = closed)
        };
    set send_window_types(types: &BTreeMap<TypeName, bool>), Types, "",
        "Message types that keep to the hours in which customers may be written to, beside reminders, greetings and announcements, or not",
        |settings, def, value| {
            def.by(value::types, value).map(|types| settings.window_types = types)
        };
}

impl SettingDef {
    /// The definition with this key: one of [`SETTINGS`], or the switch of a message type of the
    /// host's own, known here or not.
    #[must_use]
    pub fn of(key: &str) -> Option<Cow<'static, Self>> {
        let listed = SETTINGS.iter().find(|def| def.key == key).map(Cow::Borrowed);
        listed.or_else(|| switched_by(key).map(Self::switch_of).map(Cow::Owned))
    }

    /// The same definition of a number that counts this.
    const fn of_unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(unit);
        self
    }

    /// The same definition of a setting that only managers may see.
    const fn private(mut self) -> Self {
        self.is_private = true;
        self
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
