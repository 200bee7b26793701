use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta, Weekday, WeekdaySet};

use crate::format::Amount;
use crate::message::{MessageType, TypeDef};
use crate::number::WhatsAppNumber;
use crate::retry::OnUnknown;
use crate::schedule::{DayTime, ReminderFrom};
use crate::settings::{SETTINGS, SettingDef, SettingEdit, SettingKind, SettingRow, Settings};

/// An edit of each setting by its own function, with a value that is not the default.
fn edits() -> Vec<SettingEdit> {
    let number = |number: &str| WhatsAppNumber::parse(number).unwrap();
    let (dinars, date) = ("KWD".parse().unwrap(), |date: &str| date.parse().unwrap());
    let minimum = [
        Amount::rupees("0.05").unwrap(),
        Amount::parse("1.5", dinars).unwrap(),
        Amount::parse("700", "JPY".parse().unwrap()).unwrap(),
    ];
    let days: WeekdaySet = [Weekday::Sun, Weekday::Tue].into_iter().collect();
    let closed: BTreeSet<NaiveDate> = [date("2026-10-02"), date("2026-08-15")].into();
    let types = [(MessageType::INVOICE.name(), true), (MessageType::FESTIVAL.name(), false)];
    [
        SettingEdit::enabled(false),
        SettingEdit::stock_delivered_enabled(false),
        SettingEdit::invoice_enabled(false),
        SettingEdit::payment_reminder_enabled(false),
        SettingEdit::festival_enabled(false),
        SettingEdit::announcement_enabled(true),
        SettingEdit::trial(true),
        SettingEdit::api_key(),
        SettingEdit::payment_reminder_from(ReminderFrom::DueDate),
        SettingEdit::reminder_summary(true),
        SettingEdit::on_unknown(OnUnknown::Hold),
        SettingEdit::attachment_pass_on_links(true),
        SettingEdit::time_zone(&"Europe/Berlin".parse().unwrap()),
        SettingEdit::send_until(DayTime::END),
        SettingEdit::closed_dates(&closed),
        SettingEdit::send_window_types(&types.into()),
    ]
    .into_iter()
    .chain(
        [
            SettingEdit::trial_numbers(&[number("+919876500001"), number("+919876500002")]),
            SettingEdit::api_url("https://gate.example"),
            SettingEdit::retry_max(2),
            SettingEdit::retry_interval_minutes(45),
            SettingEdit::failure_notification_email("owner@shop.example"),
            SettingEdit::payment_reminder_days(&[10, 4]),
            SettingEdit::reminder_gap_days(5),
            SettingEdit::reminders_per_day(3),
            SettingEdit::bulk_per_hour(61),
            SettingEdit::bulk_per_day(401),
            SettingEdit::bulk_gap_least(21),
            SettingEdit::bulk_gap_most(101),
            SettingEdit::reminder_minimum(&minimum),
            SettingEdit::payments_fresh_days(6),
            SettingEdit::requests_per_second(0.5),
            SettingEdit::attachment_link_hours(25),
            SettingEdit::undelivered_alert(7),
            SettingEdit::locale("de-DE"),
            SettingEdit::send_days(days),
            SettingEdit::send_from(DayTime::TEN),
        ]
        .map(Result::unwrap),
    )
    .collect()
}

#[test]
fn every_setting_is_set_by_a_function_of_its_own_and_read_as_it_was_given() {
    let edits = edits();
    let keys: BTreeSet<_> = edits.iter().map(|edit| edit.key.as_str()).collect();
    let known: BTreeSet<_> = SETTINGS.iter().map(|def| &*def.key).collect();
    assert_eq!((keys, edits.len()), (known, SETTINGS.len()), "a setting is not tested here");
    let row = |edit: &SettingEdit| SettingRow {
        key: edit.key.clone(),
        value: edit.value.as_str().to_owned(),
    };
    let read = Settings::read(&edits.iter().map(row).collect::<Vec<_>>()).unwrap();
    let hours = read.send_window.hours();
    let amounts: Vec<_> = read.reminder_minimum.iter().map(Amount::minor).collect();
    let expected = Settings {
        enabled: false,
        trial: true,
        trial_numbers: ["+919876500001", "+919876500002"]
            .map(|number| WhatsAppNumber::parse(number).unwrap())
            .into(),
        api_url: "https://gate.example".to_owned(),
        retry_max: 2,
        retry_interval: TimeDelta::minutes(45),
        failure_email: "owner@shop.example".into(),
        reminder_days: vec![4, 10],
        reminder_from: ReminderFrom::DueDate,
        reminder_gap_days: 5,
        reminders_per_day: 3,
        bulk_per_hour: 61,
        bulk_per_day: 401,
        bulk_gap_least: TimeDelta::seconds(21),
        bulk_gap_most: TimeDelta::seconds(101),
        reminder_summary: true,
        payments_fresh_days: 6,
        requests_per_second: 0.5,
        on_unknown: OnUnknown::Hold,
        attachment_link_life: TimeDelta::hours(25),
        pass_on_links: true,
        undelivered_alert: 7,
        locale: "de-DE".to_owned(),
        // Looked at below.
        ..read.clone()
    };
    assert_eq!(read, expected);
    assert_eq!(amounts, [5, 1_500, 700]);
    assert_eq!(read.time_zone.as_str(), "Europe/Berlin");
    let days: WeekdaySet = [Weekday::Sun, Weekday::Tue].into_iter().collect();
    assert_eq!((hours.days, hours.from, hours.until), (days, DayTime::TEN, DayTime::END));
    let closed: Vec<_> = hours.closed.iter().map(ToString::to_string).collect();
    assert_eq!(closed, ["2026-08-15", "2026-10-02"]);
    assert!(read.keeps_window(MessageType::INVOICE) && !read.keeps_window(MessageType::FESTIVAL));
    let on: Vec<_> = read.switches.iter().filter(|(_, on)| **on).map(|(name, _)| *name).collect();
    assert_eq!((read.switches.len(), on), (5, vec![MessageType::ANNOUNCEMENT.name()]));
    assert_eq!(read.notes, [], "the row of the key is empty");
}

#[test]
fn a_typed_value_that_a_setting_does_not_accept_is_its_problem() {
    let number = WhatsAppNumber::parse("+919876500001").unwrap();
    let amount = Amount::rupees("1").unwrap();
    let wrong = [
        SettingEdit::trial_numbers(&[number.clone(), number]),
        SettingEdit::api_url("http://gate.example"),
        SettingEdit::retry_max(4),
        SettingEdit::retry_interval_minutes(0),
        SettingEdit::failure_notification_email("owner"),
        SettingEdit::payment_reminder_days(&[]),
        SettingEdit::reminder_gap_days(31),
        SettingEdit::reminder_minimum(&[amount, amount]),
        SettingEdit::requests_per_second(f64::NAN),
        SettingEdit::requests_per_second(f64::INFINITY),
        SettingEdit::locale("hn-IN"),
        SettingEdit::send_days(WeekdaySet::EMPTY),
        SettingEdit::send_from(DayTime::END),
    ];
    for edit in wrong {
        let problem = edit.unwrap_err();
        let def = SettingDef::of(&problem.key).unwrap();
        assert!(
            def.kind == SettingKind::Locale || problem.what.contains(&def.expected()),
            "{problem}"
        );
    }
}

#[test]
fn the_switch_of_any_type_is_an_edit_of_its_setting() {
    static OWN: TypeDef = TypeDef::new("own", "Own", &[], "Hello!");
    let off = SettingEdit::switch(MessageType::of(&OWN), false);
    assert_eq!(off, SettingEdit::new("whatsapp_own_enabled", "false"));
    let summary = SettingEdit::switch(MessageType::PAYMENT_SUMMARY, true);
    assert_eq!(summary, SettingEdit::payment_reminder_enabled(true));
}
