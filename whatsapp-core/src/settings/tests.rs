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
    assert_eq!(rows.len(), 21);
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
