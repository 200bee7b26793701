//! Settings: the `whatsapp_*` rows of `invoice_configurations` (specification 4.3), typed.

mod change;
mod define;
mod edit;
mod problem;
mod read;
mod shown;
mod table;
#[cfg(test)]
mod tests;
mod together;
mod value;
mod written;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use change::SettingChange;
pub use define::{SettingDef, SettingKind};
pub use edit::SettingEdit;
pub use problem::{SettingProblem, SettingsError};
pub use read::SettingNow;
pub use shown::SettingGroup;
use table::switched_by;
pub use table::{SETTINGS, SettingRow};

use std::borrow::Cow;

use chrono::{DateTime, TimeDelta, Utc};

use crate::format::{Amount, region};
use crate::message::{Class, MessageType, TypeName};
use crate::number::WhatsAppNumber;
use crate::private::Private;
use crate::retry::{OnUnknown, RetryPolicy};
use crate::schedule::{InvalidWindow, ReminderFrom, SendHours, SendWindow};
use crate::template::Types;
use crate::time::Zone;

/// The checked settings.
///
/// ```
/// # use std::sync::Arc;
/// # use whatsapp_testkit::{FixedDirectory, MemoryStore};
/// use whatsapp_core::audit::Actor;
/// use whatsapp_core::desk::{Consent, SettingEdit};
/// use whatsapp_core::message::MessageType;
/// use whatsapp_core::{Desk, Ports};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let ports = Ports::new(Arc::new(MemoryStore::new()), Arc::new(FixedDirectory::default()));
/// assert!(ports.settings().await?.allows(MessageType::FESTIVAL));
/// let off = SettingEdit::festival_enabled(false);
/// Desk::new(ports.clone()).save_settings(&[off], Consent::NotAsked, &Actor::Host).await?;
/// assert!(!ports.settings().await?.allows(MessageType::FESTIVAL));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that a manager sees as one")]
pub struct Settings {
    /// `whatsapp_enabled`: the master switch.
    pub enabled: bool,
    /// `whatsapp_<name>_enabled`: the switch of each message type that has one, by the type's name.
    pub switches: BTreeMap<TypeName, bool>,
    /// `whatsapp_trial`: true if only the [numbers of the trial](Self::trial_numbers) get messages.
    pub trial: bool,
    /// `whatsapp_trial_numbers`: up to 50 different numbers. While the trial is on and there is no
    /// number, nothing goes out.
    pub trial_numbers: Vec<WhatsAppNumber>,
    /// `whatsapp_api_url`: https, or http to this machine.
    pub api_url: String,
    /// `whatsapp_retry_max`: 0 to 3. More than 3 would break the promise of at most 4 POSTs.
    pub retry_max: u32,
    /// `whatsapp_retry_interval_minutes`: 1 to 1,440 minutes.
    pub retry_interval: TimeDelta,
    /// `whatsapp_failure_notification_email`: empty means that notices wait.
    pub failure_email: Private,
    /// `whatsapp_payment_reminder_days`: 1 to 10 different days, each 1 to 365, ascending.
    pub reminder_days: Vec<u16>,
    /// `whatsapp_payment_reminder_from`: the date of an invoice from which these days are counted.
    pub reminder_from: ReminderFrom,
    /// `whatsapp_reminder_gap_days`: 0 to 30; the least number of days between two days on which a
    /// customer is reminded.
    pub reminder_gap_days: u16,
    /// `whatsapp_reminders_per_day`: 1 to 20 reminders and greetings per number and day.
    pub reminders_per_day: u32,
    /// `whatsapp_bulk_per_hour`: 1 to 3,600 messages of campaigns within any hour.
    pub bulk_per_hour: u32,
    /// `whatsapp_bulk_per_day`: 1 to 50,000 messages of campaigns on one date.
    pub bulk_per_day: u32,
    /// `whatsapp_bulk_gap_least`: 1 to 3,600 seconds; the least time between two messages of
    /// campaigns.
    pub bulk_gap_least: TimeDelta,
    /// `whatsapp_bulk_gap_most`: 1 to 3,600 seconds, and not less than the least.
    pub bulk_gap_most: TimeDelta,
    /// `whatsapp_reminder_summary`: true if a customer gets one message a day that lists all
    /// invoices whose reminders are due, instead of a message for each.
    pub reminder_summary: bool,
    /// `whatsapp_reminder_minimum`: at most one amount per currency; no reminder asks for less. A
    /// currency that is not named has no minimum.
    pub reminder_minimum: Vec<Amount>,
    /// `whatsapp_payments_fresh_days`: 0 to 365; the number of days for which reminders are sent
    /// although no newer payments are known. 0 for always.
    pub payments_fresh_days: u16,
    /// `whatsapp_requests_per_second`: 0.1 to 50; the rate limit of the account.
    pub requests_per_second: f64,
    /// `whatsapp_on_unknown`.
    pub on_unknown: OnUnknown,
    /// `whatsapp_attachment_link_hours`: 1 to 720 hours.
    pub attachment_link_life: TimeDelta,
    /// `whatsapp_attachment_pass_on_links`.
    pub pass_on_links: bool,
    /// `whatsapp_undelivered_alert`: 0 to 1,000. An alert is raised for this number of messages in
    /// a row that were accepted half an hour ago and not delivered; 0 for never.
    pub undelivered_alert: u32,
    /// `whatsapp_time_zone`: the business's time zone.
    pub time_zone: Zone,
    /// `whatsapp_locale`, a BCP 47 tag that [`Formats`](crate::format::Formats) knows.
    pub locale: String,
    /// `whatsapp_send_days`, `whatsapp_send_from`, `whatsapp_send_until` and
    /// `whatsapp_closed_dates`, by the clocks of the business: the hours in which customers may be
    /// written to.
    pub send_window: SendWindow,
    /// `whatsapp_send_window_types`: the types with a rule of their own, by name; true for a type
    /// that keeps to these hours.
    pub window_types: BTreeMap<TypeName, bool>,
    /// Oddities that block nothing: unknown keys, a key where none belongs.
    pub notes: Vec<SettingProblem>,
    /// The hours as written in the rows. `send_window` is made of them.
    hours: SendHours,
}

impl Default for Settings {
    fn default() -> Self {
        DEFAULTS.clone()
    }
}

/// The defaults of the table. A test checks that each of them is accepted.
static DEFAULTS: LazyLock<Settings> = LazyLock::new(|| {
    let mut settings = Settings {
        enabled: false,
        switches: BTreeMap::new(),
        trial: false,
        trial_numbers: Vec::new(),
        api_url: String::new(),
        retry_max: 0,
        retry_interval: TimeDelta::zero(),
        failure_email: Private::default(),
        reminder_days: Vec::new(),
        reminder_from: ReminderFrom::InvoiceDate,
        reminder_gap_days: 0,
        reminders_per_day: 0,
        bulk_per_hour: 0,
        bulk_per_day: 0,
        bulk_gap_least: TimeDelta::zero(),
        bulk_gap_most: TimeDelta::zero(),
        reminder_summary: false,
        reminder_minimum: Vec::new(),
        payments_fresh_days: 0,
        requests_per_second: 0.0,
        on_unknown: OnUnknown::Hold,
        attachment_link_life: TimeDelta::zero(),
        pass_on_links: false,
        undelivered_alert: 0,
        time_zone: Zone::default(),
        locale: String::new(),
        send_window: SendWindow::always(Zone::default()),
        window_types: BTreeMap::new(),
        notes: Vec::new(),
        hours: SendHours::ALWAYS,
    };
    for def in SETTINGS {
        let _ = (def.set)(&mut settings, def, def.default);
    }
    let _ = settings.take_hours();
    settings
});

impl Settings {
    /// Returns true if messages of this type may be sent: the master switch and the type's switch
    /// are on. A type without a row is on, unless its definition says otherwise.
    #[must_use]
    pub fn allows(&self, message_type: MessageType) -> bool {
        let switch = self.switches.get(&message_type.switched_by().name());
        self.enabled && switch.copied().unwrap_or_else(|| message_type.is_on_by_default())
    }

    /// Returns true if the trial lets a message to this number through: the trial is off, or the
    /// number is one of its numbers, in any variant.
    ///
    /// ```
    /// use whatsapp_core::number::WhatsAppNumber;
    /// use whatsapp_core::settings::Settings;
    ///
    /// let number = WhatsAppNumber::parse("+919876500001")?;
    /// let mut settings = Settings::default();
    /// assert!(settings.lets_through(&number));
    /// settings.trial = true;
    /// assert!(!settings.lets_through(&number));
    /// settings.trial_numbers = vec![number.clone()];
    /// assert!(settings.lets_through(&number));
    /// # Ok::<(), whatsapp_core::number::InvalidNumber>(())
    /// ```
    #[must_use]
    pub fn lets_through(&self, number: &WhatsAppNumber) -> bool {
        let is_it = |one: &WhatsAppNumber| one.variant_key() == number.variant_key();
        !self.trial || self.trial_numbers.iter().any(is_it)
    }

    /// The country in which numbers without a country code are read: that of the
    /// [locale](Self::locale), such as `IN` of `en-IN`; empty where the locale names none.
    ///
    /// ```
    /// use whatsapp_core::settings::Settings;
    ///
    /// assert_eq!(Settings::default().country(), "IN");
    /// ```
    #[must_use]
    pub fn country(&self) -> &str {
        region(&self.locale).unwrap_or_default()
    }

    /// Returns true if messages of this type keep to the [send window](Self::send_window), by the
    /// setting for the type, or else by its definition.
    #[must_use]
    pub fn keeps_window(&self, message_type: MessageType) -> bool {
        let said = self.window_types.get(&message_type.name()).copied();
        said.unwrap_or_else(|| message_type.obeys_send_window())
    }

    /// The hours in which messages of this type may be sent, where it [keeps](Self::keeps_window)
    /// to them. A greeting is about its day, which is closed for most people: it keeps only the
    /// hours, not the days.
    #[must_use]
    pub fn window(&self, message_type: MessageType) -> Cow<'_, SendWindow> {
        match message_type.class() {
            Class::Greeting => Cow::Owned(self.send_window.on_every_day()),
            _ => Cow::Borrowed(&self.send_window),
        }
    }

    /// Returns true if messages of this type keep to the send window, and it is closed at
    /// an instant.
    #[must_use]
    pub fn is_outside_hours(&self, of: MessageType, at: DateTime<Utc>) -> bool {
        self.keeps_window(of) && !self.window(of).is_open(at)
    }

    /// The urgency of messages of this type, where nobody waits for one of them. A type that keeps
    /// to the send window may wait for the morning: it is never transactional.
    #[must_use]
    pub fn class(&self, message_type: MessageType) -> Class {
        match message_type.class() {
            Class::Transactional if self.keeps_window(message_type) => Class::Reminder,
            own => own,
        }
    }

    /// Makes the send window from the hours.
    fn take_hours(&mut self) -> Result<(), InvalidWindow> {
        self.send_window = SendWindow::new(self.hours.clone(), self.time_zone.clone())?;
        Ok(())
    }

    /// Settings without effect: switches that switch nothing, because no known type is under them,
    /// and unknown types.
    #[must_use]
    pub fn idle_switches(&self, types: &Types) -> Vec<SettingProblem> {
        let switches = self.switches.keys().filter_map(|name| idle(*name, types));
        switches.chain(self.unknown_in_window(types)).collect()
    }

    /// The problem of the switch with this key, where it switches nothing.
    pub(crate) fn idle_switch(key: &str, types: &Types) -> Option<SettingProblem> {
        idle(switched_by(key)?, types)
    }

    /// The retry policy that follows from the settings.
    #[must_use]
    pub const fn retry_policy(&self) -> RetryPolicy {
        RetryPolicy::new(self.retry_max, self.retry_interval).with_on_unknown(self.on_unknown)
    }
}

/// The problem of this type's own switch, where it switches nothing.
fn idle(name: TypeName, types: &Types) -> Option<SettingProblem> {
    let what = match types.get(name) {
        Some(known) if known.switched_by() == known => return None,
        Some(known) => {
            let key = known.switch_key();
            format!("{name} messages have no switch of their own: use {key}")
        }
        None => format!("no message type {name} is known here"),
    };
    Some(SettingProblem { key: format!("whatsapp_{name}_enabled"), what: what.into() })
}
