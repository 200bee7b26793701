//! Presentation of settings to people: the name of each, and its group.

use std::borrow::Cow;

use super::SettingDef;
use super::table::switched_by;
use crate::word::words;

words!(
    /// A group of settings that are shown together.
    #[non_exhaustive]
    SettingGroup, "group",
    "switches, gateway, retries, notices, reminders, hours, campaigns, files, region",
    {
        /// Switches that decide what is sent at all.
        Switches => "switches", "What is sent";
        /// The gateway that messages go to.
        Gateway => "gateway", "Gateway";
        /// Retries after a failed attempt.
        Retries => "retries", "When sending fails";
        /// Recipients and content of notices.
        Notices => "notices", "Who is told of failures";
        /// Payment reminders.
        Reminders => "reminders", "Payment reminders";
        /// Hours in which customers are written to.
        Hours => "hours", "Hours in which customers are written to";
        /// Greetings and announcements.
        Campaigns => "campaigns", "Greetings and announcements";
        /// Attached files.
        Files => "files", "Attached files";
        /// Clocks and spellings.
        Region => "region", "Time zone and language";
    }
);

/// The group and the name of each setting of the table.
pub(super) const SHOWN: &[(&str, SettingGroup, &str)] = {
    use SettingGroup::{
        Campaigns, Files, Gateway, Hours, Notices, Region, Reminders, Retries, Switches,
    };
    &[
        ("whatsapp_enabled", Switches, "WhatsApp messages"),
        ("whatsapp_stock_delivered_enabled", Switches, "Delivered orders"),
        ("whatsapp_invoice_enabled", Switches, "Invoices"),
        ("whatsapp_payment_reminder_enabled", Switches, "Payment reminders"),
        ("whatsapp_festival_enabled", Switches, "Festival greetings"),
        ("whatsapp_announcement_enabled", Switches, "Announcements"),
        ("whatsapp_trial", Switches, "Trial"),
        ("whatsapp_trial_numbers", Switches, "Numbers of the trial"),
        ("whatsapp_api_key", Gateway, "API key"),
        ("whatsapp_api_url", Gateway, "Gateway's address"),
        ("whatsapp_requests_per_second", Gateway, "Requests per second"),
        ("whatsapp_retry_max", Retries, "Retries"),
        ("whatsapp_retry_interval_minutes", Retries, "Time between retries"),
        ("whatsapp_on_unknown", Retries, "After an unknown outcome"),
        ("whatsapp_failure_notification_email", Notices, "E-mail for failures"),
        ("whatsapp_undelivered_alert", Notices, "Undelivered messages in a row"),
        ("whatsapp_payment_reminder_days", Reminders, "Reminder days"),
        ("whatsapp_payment_reminder_from", Reminders, "Counted from"),
        ("whatsapp_reminder_gap_days", Reminders, "Rest between two reminders"),
        ("whatsapp_reminders_per_day", Reminders, "Most per number and day"),
        ("whatsapp_reminder_summary", Reminders, "One message for all invoices"),
        ("whatsapp_reminder_minimum", Reminders, "Least open amount"),
        ("whatsapp_payments_fresh_days", Reminders, "Age of the newest payment"),
        ("whatsapp_bulk_per_hour", Campaigns, "Most within an hour"),
        ("whatsapp_bulk_per_day", Campaigns, "Most on a day"),
        ("whatsapp_bulk_gap_least", Campaigns, "Least time between two"),
        ("whatsapp_bulk_gap_most", Campaigns, "Most time between two"),
        ("whatsapp_attachment_link_hours", Files, "Links work for"),
        ("whatsapp_attachment_pass_on_links", Files, "Pass public links on"),
        ("whatsapp_time_zone", Region, "Time zone"),
        ("whatsapp_locale", Region, "Language of amounts and dates"),
        ("whatsapp_send_days", Hours, "Days of the week"),
        ("whatsapp_send_from", Hours, "From"),
        ("whatsapp_send_until", Hours, "Until"),
        ("whatsapp_closed_dates", Hours, "Closed dates"),
        ("whatsapp_send_window_types", Hours, "Other messages within these hours"),
    ]
};

impl SettingDef {
    /// The setting's name for people.
    ///
    /// ```
    /// use whatsapp_core::settings::{SettingDef, SettingGroup};
    ///
    /// let days = SettingDef::of("whatsapp_payment_reminder_days").unwrap();
    /// assert_eq!((&*days.name(), days.group()), ("Reminder days", SettingGroup::Reminders));
    /// let own = SettingDef::of("whatsapp_stock_note_enabled").unwrap();
    /// assert_eq!((&*own.name(), own.group()), ("Messages of the type stock_note", SettingGroup::Switches));
    /// ```
    #[must_use]
    pub fn name(&self) -> Cow<'static, str> {
        let shown = SHOWN.iter().find(|(key, ..)| *key == self.key);
        match (shown, switched_by(&self.key)) {
            (Some((_, _, name)), _) => Cow::Borrowed(*name),
            (None, Some(of)) => Cow::Owned(format!("Messages of the type {of}")),
            (None, None) => self.description.clone(),
        }
    }

    /// The group in which the setting is shown. Switches of the host's own types are with the
    /// other switches.
    #[must_use]
    pub fn group(&self) -> SettingGroup {
        let shown = SHOWN.iter().find(|(key, ..)| *key == self.key);
        shown.map_or(SettingGroup::Switches, |(_, group, _)| *group)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::SHOWN;
    use crate::settings::SETTINGS;

    #[test]
    fn every_setting_has_a_name_of_its_own_in_its_group() {
        let shown: BTreeSet<_> = SHOWN.iter().map(|(key, ..)| *key).collect();
        let known: BTreeSet<_> = SETTINGS.iter().map(|def| &*def.key).collect();
        assert_eq!(shown, known);
        let names: BTreeSet<_> = SHOWN.iter().map(|(_, group, name)| (group, name)).collect();
        assert_eq!((SHOWN.len(), names.len()), (known.len(), known.len()));
    }
}
