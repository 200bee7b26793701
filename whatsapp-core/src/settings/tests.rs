mod edit;

use super::*;
use crate::message::TypeDef;

fn read(key: &str, value: &str) -> Result<Settings, String> {
    let row = SettingRow { key: key.to_owned(), value: value.to_owned() };
    Settings::read(&[row]).map_err(|error| error.to_string())
}

#[test]
fn the_documented_defaults_are_the_defaults() {
    let rows: Vec<SettingRow> = SETTINGS
        .iter()
        .map(|def| SettingRow { key: def.key.clone().into_owned(), value: def.default.to_owned() })
        .collect();
    assert_eq!(Settings::read(&rows).unwrap(), Settings::default());
    assert_eq!(rows.len(), 36);
    assert_eq!(Settings::read(&[]).unwrap(), Settings::default());
    for def in SETTINGS {
        def.check(def.default).unwrap();
    }
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
        ("whatsapp_bulk_per_hour", "0"),
        ("whatsapp_bulk_per_day", "50001"),
        ("whatsapp_bulk_gap_least", "0"),
        ("whatsapp_bulk_gap_most", "19"),
        ("whatsapp_payment_reminder_days", ""),
        ("whatsapp_payment_reminder_days", "3,3"),
        ("whatsapp_payment_reminder_days", "3;7"),
        ("whatsapp_payment_reminder_days", "0"),
        ("whatsapp_reminder_minimum", "500"),
        ("whatsapp_reminder_minimum", "INR"),
        ("whatsapp_reminder_minimum", "INR 0"),
        ("whatsapp_reminder_minimum", "INR -5"),
        ("whatsapp_reminder_minimum", "inr 500"),
        ("whatsapp_reminder_minimum", "XYZ 500"),
        ("whatsapp_reminder_minimum", "JPY 0.5"),
        ("whatsapp_reminder_minimum", "INR 500, INR 600"),
        ("whatsapp_reminder_minimum", "INR 500,"),
        ("whatsapp_payments_fresh_days", "-1"),
        ("whatsapp_payments_fresh_days", "366"),
        ("whatsapp_requests_per_second", "0"),
        ("whatsapp_requests_per_second", "NaN"),
        ("whatsapp_on_unknown", "retry"),
        ("whatsapp_time_zone", "IST"),
        ("whatsapp_locale", "??"),
        ("whatsapp_send_days", ""),
        ("whatsapp_send_days", "mon,"),
        ("whatsapp_send_days", "mon-"),
        ("whatsapp_send_days", "every day"),
        ("whatsapp_send_from", "9"),
        ("whatsapp_send_from", "24:00"),
        ("whatsapp_send_until", "24:01"),
        ("whatsapp_closed_dates", "2026-02-29"),
        ("whatsapp_closed_dates", "2026-8-15"),
        ("whatsapp_closed_dates", "2026-08-15;2026-10-02"),
        ("whatsapp_send_window_types", "Invoice"),
        ("whatsapp_send_window_types", "invoice,not invoice"),
        ("whatsapp_send_window_types", "except invoice"),
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
    assert!(!read("whatsapp_enabled", " false ").unwrap().allows(MessageType::INVOICE));
    assert_eq!(
        read("whatsapp_failure_notification_email", "a@shop.example, b@shop.example")
            .unwrap()
            .failure_email
            .as_str(),
        "a@shop.example, b@shop.example"
    );
    let least = read("whatsapp_reminder_minimum", " INR 500,EUR  10.50 ").unwrap().reminder_minimum;
    let euros = "EUR".parse().unwrap();
    assert_eq!(least, [Amount::rupees("500").unwrap(), Amount::parse("10.5", euros).unwrap()]);
    assert_eq!(read("whatsapp_reminder_minimum", "").unwrap().reminder_minimum, []);
    assert_eq!(read("whatsapp_payments_fresh_days", "3").unwrap().payments_fresh_days, 3);
    let off = read("whatsapp_invoice_enabled", "false").unwrap();
    assert!(!off.allows(MessageType::INVOICE) && off.allows(MessageType::FESTIVAL));
}

#[test]
fn unknown_keys_and_a_stored_key_are_noted() {
    assert_eq!(read("whatsapp_retry_maximum", "3").unwrap().notes.len(), 1);
    let noted = read("whatsapp_api_key", "secret-value").unwrap();
    assert!(!format!("{:?}", noted.notes).contains("secret-value"));
    assert_eq!(noted.notes[0].key, "whatsapp_api_key");
}

#[test]
fn a_broken_address_for_failures_is_told_and_no_other_row_is_in_its_way() {
    let row = |key: &str, value: &str| SettingRow { key: key.to_owned(), value: value.to_owned() };
    let email = |value| row("whatsapp_failure_notification_email", value);
    let in_rows = |rows: &[SettingRow]| Settings::failure_email_in(rows);
    let others = row("whatsapp_retry_max", "many");
    let found = in_rows(&[others, email("a@shop.example")]).unwrap();
    assert_eq!(found, Some("a@shop.example".into()));
    assert_eq!((in_rows(&[]).unwrap(), in_rows(&[email(" ")]).unwrap()), (None, None));
    let problem = in_rows(&[email("owner")]).unwrap_err();
    assert_eq!(problem.key, "whatsapp_failure_notification_email");
}

#[test]
fn keys_and_their_rows_say_what_the_table_says() {
    let keys: std::collections::BTreeSet<_> = SETTINGS.iter().map(|def| &def.key).collect();
    assert_eq!(keys.len(), SETTINGS.len(), "each has one definition");
    for def in SETTINGS {
        assert!(def.key.starts_with("whatsapp_") && !def.expected().is_empty(), "{}", def.key);
        assert!(["boolean", "number", "string"].contains(&def.kind.word()));
    }
}

#[test]
fn every_message_type_has_a_switch_whoever_knows_the_type() {
    static OWN: TypeDef = TypeDef::new("own", "Own", &[], "Hello!");
    static OFF: TypeDef = TypeDef::new("other", "Other", &[], "Hello!").off_by_default();
    let (own, other) = (MessageType::of(&OWN), MessageType::of(&OFF));
    let none = Settings::default();
    assert!(none.allows(own) && !none.allows(other));
    let off = read("whatsapp_own_enabled", "false").unwrap();
    assert!(!off.allows(own) && off.notes.is_empty(), "{:?}", off.notes);
    assert!(read("whatsapp_other_enabled", "true").unwrap().allows(other));
    assert!(!read("whatsapp_enabled", "false").unwrap().allows(own));
    assert_eq!(
        read("whatsapp_own_enabled", "yes").unwrap_err(),
        "setting whatsapp_own_enabled: true or false is expected"
    );
    let summary = MessageType::PAYMENT_SUMMARY;
    assert!(!read("whatsapp_payment_reminder_enabled", "false").unwrap().allows(summary));
    assert!(read("whatsapp_payment_summary_enabled", "false").unwrap().allows(summary));
}

#[test]
fn switches_that_switch_nothing_are_told() {
    static OWN: TypeDef = TypeDef::new("own", "Own", &[], "Hello!");
    let types = Types::new([MessageType::of(&OWN)]).unwrap();
    let idle = |key: &str| {
        let idle = read(key, "false").unwrap().idle_switches(&types);
        idle.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(idle("whatsapp_own_enabled"), "");
    assert_eq!(idle("whatsapp_festival_enabled"), "");
    assert_eq!(
        idle("whatsapp_invioce_enabled"),
        "setting whatsapp_invioce_enabled: no message type invioce is known here"
    );
    assert_eq!(
        idle("whatsapp_payment_summary_enabled"),
        "setting whatsapp_payment_summary_enabled: payment_summary messages have no switch of their \
         own: use whatsapp_payment_reminder_enabled"
    );
}

#[test]
fn a_row_shows_no_value() {
    let row = SettingRow { key: "whatsapp_api_key".to_owned(), value: "secret-value".to_owned() };
    let shown = format!("{row:?}");
    assert!(shown.contains("whatsapp_api_key") && !shown.contains("secret-value"), "{shown}");
}

#[test]
fn settings_show_no_address_of_a_person() {
    let settings = read("whatsapp_failure_notification_email", "asha@shop.example").unwrap();
    assert!(!format!("{settings:?}").contains("asha"), "{settings:?}");
}

fn at(instant: &str) -> chrono::DateTime<chrono::Utc> {
    instant.parse().unwrap()
}

fn rows(of: &[(&str, &str)]) -> Vec<SettingRow> {
    of.iter()
        .map(|(key, value)| SettingRow { key: (*key).into(), value: (*value).into() })
        .collect()
}

#[test]
fn the_send_window_is_made_of_its_settings_and_the_zone() {
    // The 27th of January 2026 is a Tuesday; Kolkata is half past five ahead.
    let by_default = Settings::default().send_window;
    assert!(by_default.is_open(at("2026-01-27T03:30:00Z")));
    assert!(!by_default.is_open(at("2026-01-27T14:30:00Z")));
    assert!(!by_default.is_open(at("2026-02-01T06:00:00Z")), "a Sunday");
    let settings = Settings::read(&rows(&[
        ("whatsapp_send_from", "20:00"),
        ("whatsapp_send_until", "23:00"),
        ("whatsapp_send_days", "sat-mon, wed"),
        ("whatsapp_closed_dates", "2026-02-02, 2026-02-04"),
        ("whatsapp_time_zone", "America/New_York"),
    ]));
    let window = settings.unwrap().send_window;
    assert_eq!(window.next_opening(at("2026-01-27T12:00:00Z")), Some(at("2026-01-29T01:00:00Z")));
    assert_eq!(window.next_opening(at("2026-02-02T12:00:00Z")), Some(at("2026-02-08T01:00:00Z")));
    let always = Settings::read(&rows(&[
        ("whatsapp_send_from", "00:00"),
        ("whatsapp_send_until", "24:00"),
        ("whatsapp_send_days", "mon-sun"),
    ]));
    let always = always.unwrap().send_window;
    assert_eq!(always, SendWindow::always(Zone::default()));
}

#[test]
fn hours_that_end_when_they_begin_are_a_problem_with_a_sentence() {
    let rows = rows(&[("whatsapp_send_until", "09:00")]);
    assert_eq!(
        Settings::read(&rows).unwrap_err().to_string(),
        "setting whatsapp_send_until: the hours end when they begin; for the whole day use 00:00 to 24:00"
    );
    let all = Settings::all_in(&rows, &Types::default());
    let told: Vec<_> = all.iter().filter(|now| now.problem.is_some()).collect();
    assert!(matches!(&told[..], [now] if now.def.key == "whatsapp_send_until"), "{told:?}");
}

#[test]
fn a_setting_adds_types_to_the_window_and_takes_them_out() {
    let (invoice, festival) = (MessageType::INVOICE, MessageType::FESTIVAL);
    let by_default = Settings::default();
    assert!(!by_default.keeps_window(invoice) && by_default.keeps_window(festival));
    let settings = read("whatsapp_send_window_types", "invoice, not festival").unwrap();
    assert!(settings.keeps_window(invoice) && !settings.keeps_window(festival));
    assert!(settings.keeps_window(MessageType::PAYMENT_REMINDER));
    let unknown = read("whatsapp_send_window_types", "not parcel,invoice").unwrap();
    let idle = unknown.idle_switches(&Types::default());
    assert_eq!(
        idle.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["setting whatsapp_send_window_types: no message type parcel is known here"]
    );
}

#[test]
fn a_window_that_never_opens_is_told_where_a_change_makes_it_so() {
    let first: chrono::NaiveDate = "2026-01-01".parse().unwrap();
    let closed: Vec<_> = first.iter_days().take(500).map(|date| date.to_string()).collect();
    let closed = closed.join(",");
    let rows = rows(&[("whatsapp_closed_dates", &closed), ("whatsapp_retry_max", "many")]);
    let wrong = |changed: &[&str], now: &str| {
        let all = Settings::wrong_together(&rows, changed, &Types::default(), at(now));
        all.into_iter().map(|problem| problem.key).collect::<Vec<_>>()
    };
    let now = "2026-01-27T04:30:00Z";
    for key in ["whatsapp_closed_dates", "whatsapp_send_days", "whatsapp_time_zone"] {
        assert_eq!(wrong(&[key], now), ["whatsapp_closed_dates"], "{key}");
    }
    assert_eq!(wrong(&["whatsapp_retry_max"], now), [""; 0], "no part of the change");
    assert_eq!(wrong(&["whatsapp_closed_dates"], "2026-05-27T04:30:00Z"), [""; 0]);
}
