//! The page of settings: its content for each visitor, and saving all of it or nothing.

use axum::http::StatusCode;
use chrono::TimeDelta;
use whatsapp_console::{English, SettingSentences as _};
use whatsapp_core::UserId;
use whatsapp_core::audit::{Act, Actor, AuditChange};
use whatsapp_core::desk::{Consent, SettingEdit};
use whatsapp_core::message::{Facts, HeldFor, MessageType, NewMessage};
use whatsapp_core::port::{AuditFilter, AuditLog as _, Due, SettingsStore as _};
use whatsapp_core::settings::SETTINGS;
use whatsapp_core::{CustomerId, InvoiceId, Planner, Private};
use whatsapp_testkit::FixedLedger;
use whatsapp_testkit::fixtures::START;

use crate::shop::{Form, Page, Shop, message, minutes, waiting};

const RETRIES: &str = "whatsapp_retry_max";
const INTERVAL: &str = "whatsapp_retry_interval_minutes";
const EMAIL: &str = "whatsapp_failure_notification_email";

fn meena() -> Actor {
    Actor::Person(UserId::new("meena").unwrap())
}

async fn value(shop: &Shop, key: &str) -> Option<String> {
    let rows = shop.store.load_settings().await.unwrap();
    rows.into_iter().find(|row| row.key == key).map(|row| row.value)
}

async fn saved(shop: &Shop) -> Vec<(String, String, AuditChange)> {
    let filter = AuditFilter::only(Act::SettingSaved);
    let page = shop.store.audit(&filter, None, 200).await.unwrap();
    let told = page.entries.into_iter();
    told.map(|it| (it.by.user().unwrap().to_string(), it.on.id(), it.change)).collect()
}

fn typed(page: &Page, values: &[(&str, &str)]) -> Form {
    let form = page.form("#settings");
    values.iter().fold(form, |form, (key, value)| form.with(&format!("v.{key}"), value))
}

/// Saves a setting as somebody else, meanwhile.
async fn meanwhile(shop: &Shop, key: &str, value: &str) {
    let edit = [SettingEdit::new(key, value)];
    shop.desk().save_settings(&edit, Consent::Given, &meena()).await.unwrap();
}

#[tokio::test]
async fn every_setting_is_there_with_what_it_is_for_and_what_may_stand_there() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let page = browser.open("settings").await;
    let told = page.told();
    for def in SETTINGS {
        assert!(told.contains(&*def.name()), "{}", def.key);
        let meaning = English.setting_meaning(&def.key, &def.description);
        assert!(told.contains(&meaning), "{}: {meaning}", def.key);
        let fields = page.all(&format!("[name='v.{}']", def.key)).len();
        let has_field = !["whatsapp_api_url", "whatsapp_api_key"].contains(&&*def.key);
        assert_eq!(fields, usize::from(has_field), "{}", def.key);
        let labelled = page.attribute(&format!("#f-{}", def.key), "id").len();
        assert_eq!(labelled, 1, "{}", def.key);
    }
    assert!(told.contains("May be a whole number from 0 to 3. Default: 3."), "{told}");
    assert!(told.contains("Default: 30 minutes."), "{told}");
    assert!(page.has_link("Gateway and key"));
    assert_eq!(page.form("#settings").value(&format!("v.{EMAIL}")), "asha@shop.example");
}

#[tokio::test]
async fn a_viewer_sees_what_holds_and_neither_fields_nor_addresses() {
    let shop = Shop::new();
    meanwhile(&shop, RETRIES, "2").await;
    let mut viewer = shop.viewer();
    let page = viewer.open("settings").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.all("#settings, main input, main select, main button").is_empty());
    let told = page.told();
    assert!(told.contains("1 value, which managers see") && !page.body.contains("asha@shop"));
    assert!(!told.contains("meena"), "who changed what is for managers: {told}");
    assert!(!page.has_link("Who did what"));
    assert_eq!(viewer.open("audit").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_was_typed_is_saved_together_and_says_by_whom() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let form = typed(browser.open("settings").await, &[(RETRIES, "2"), (INTERVAL, " 45 ")]);
    let page = browser.submit(&form).await;
    assert_eq!(page.one("p.note[role=status]"), "The settings are saved.");
    assert_eq!(value(&shop, RETRIES).await.as_deref(), Some("2"));
    assert_eq!(value(&shop, INTERVAL).await.as_deref(), Some("45"));
    let entries = saved(&shop).await;
    assert_eq!(entries.len(), 2, "{entries:?}");
    assert!(page.told().contains("asha changed it, 10:00."), "{}", page.told());
    // The same form once more does nothing, and says that all values are as wanted.
    let again = browser.submit(&form).await;
    assert_eq!(again.one("p.note[role=status]"), "The settings are saved.");
    assert_eq!(saved(&shop).await, entries);
    let same = browser.open("settings").await.form("#settings");
    let page = browser.submit(&same).await;
    assert_eq!(page.one("p.note[role=status]"), "Nothing was changed.");
}

#[tokio::test]
async fn while_one_is_wrong_nothing_is_saved_and_each_error_stands_beside_its_field() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let values = [(RETRIES, "many"), (INTERVAL, "45"), ("whatsapp_send_from", "25:00")];
    let form = typed(browser.open("settings").await, &values);
    let page = browser.submit(&form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(value(&shop, INTERVAL).await.unwrap_or_else(|| "30".to_owned()), "30");
    assert_eq!(saved(&shop).await, []);
    let summary = page.one("#problem[autofocus][tabindex='-1'][role=alert]");
    assert!(summary.starts_with("Nothing was saved 2 settings cannot be saved"), "{summary}");
    let links = page.attribute("#problem a", "href");
    assert_eq!(links, [format!("#f-{RETRIES}"), "#f-whatsapp_send_from".to_owned()]);
    for (key, right) in
        [(RETRIES, "A whole number from 0 to 3"), ("whatsapp_send_from", "A time from 00:00")]
    {
        let error = page.one(&format!("#e-{key}"));
        assert!(error.starts_with(right), "{error}");
        let field = format!("#f-{key}[aria-invalid=true][aria-describedby^='e-{key}']");
        assert_eq!(page.attribute(&field, "name"), [format!("v.{key}")]);
    }
    // Typed values are kept: right or wrong.
    let form = page.form("#settings");
    for (key, typed) in values {
        assert_eq!(form.value(&format!("v.{key}")), typed);
    }
    let mended = form.with(&format!("v.{RETRIES}"), "1").with("v.whatsapp_send_from", "08:30");
    browser.submit(&mended).await;
    assert_eq!(value(&shop, INTERVAL).await.as_deref(), Some("45"));
    assert_eq!(saved(&shop).await.len(), 3);
}

#[tokio::test]
async fn settings_that_are_wrong_together_are_refused() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let form = typed(browser.open("settings").await, &[("whatsapp_bulk_gap_least", "200")]);
    let page = browser.submit(&form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let error = page.one("#e-whatsapp_bulk_gap_most");
    assert!(error.contains("at least 200 seconds"), "{error}");
}

#[tokio::test]
async fn a_switch_says_what_it_stops_before_it_is_saved() {
    let shop = Shop::new();
    for seed in [1, 2] {
        let at = START - minutes(5);
        let waits = message(seed, "Asha Traders", at, waiting(START + minutes(60)));
        let waits =
            waits.with_facts(|facts| Facts { message_type: MessageType::FESTIVAL.name(), ..facts });
        shop.put(waits).await;
    }
    let mut browser = shop.manager();
    let form = typed(browser.open("settings").await, &[("whatsapp_festival_enabled", "false")]);
    let page = browser.submit(&form).await;
    assert_eq!(page.one("h1"), "Save these settings?");
    let told = page.told();
    assert!(told.contains("Festival greetings: from On to Off."), "{told}");
    assert!(told.contains("The 2 messages that wait are cancelled"), "{told}");
    assert_eq!(saved(&shop).await, [], "nothing before the answer");
    let ask = page.form("#ask");
    let page = browser.submit(&ask).await;
    assert_eq!(page.one("p.note[role=status]"), "The settings are saved.");
    assert_eq!(value(&shop, "whatsapp_festival_enabled").await.as_deref(), Some("false"));
    // A second press of the same button does nothing more.
    browser.submit(&ask).await;
    assert_eq!(saved(&shop).await.len(), 1);
}

#[tokio::test]
async fn another_zone_and_the_master_switch_are_asked_about_too() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    for (key, value, says) in [
        (
            "whatsapp_time_zone",
            "Europe/Berlin",
            "are those of Berlin from now on, and no longer those of Kolkata",
        ),
        ("whatsapp_enabled", "false", "No message is sent while this is off."),
        (
            "whatsapp_send_from",
            "06:30",
            "from 06:30 to 20:00: some of these hours lie in the night",
        ),
        (
            "whatsapp_send_from",
            "22:00",
            "from 22:00 to 20:00: some of these hours lie in the night",
        ),
    ] {
        let form = typed(browser.open("settings").await, &[(key, value)]);
        let page = browser.submit(&form).await;
        assert!(page.told().contains(says), "{key}: {}", page.told());
        let ask = page.form("#ask");
        browser.submit(&ask).await;
        assert_eq!(self::value(&shop, key).await.as_deref(), Some(value));
    }
}

#[tokio::test]
async fn hours_of_the_day_are_saved_without_a_question_and_late_ones_are_not() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let hours = |from, until| [("whatsapp_send_from", from), ("whatsapp_send_until", until)];
    for (from, until, is_asked) in [
        ("07:00", "21:00", false),
        ("08:00", "21:01", true),
        ("00:00", "24:00", true),
        ("22:00", "06:00", true),
    ] {
        let form = typed(browser.open("settings").await, &hours(from, until));
        let page = browser.submit(&form).await;
        let told = page.told();
        assert_eq!(page.one("h1") == "Save these settings?", is_asked, "{told}");
        assert_eq!(told.contains("lie in the night"), is_asked, "{told}");
    }
    assert_eq!(value(&shop, "whatsapp_send_until").await.as_deref(), Some("21:00"));
}

#[tokio::test]
async fn the_trial_says_who_gets_messages_and_how_many_go_out_when_it_ends() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let (trial, numbers) = ("whatsapp_trial", "whatsapp_trial_numbers");
    let form = typed(browser.open("settings").await, &[(trial, "true")]);
    let page = browser.submit(&form).await;
    assert!(page.told().contains("Nothing goes out while this is on"), "{}", page.told());
    let both = [(trial, "true"), (numbers, "+91 98765 00002, +49 30 1234567")];
    let form = typed(browser.open("settings").await, &both);
    let page = browser.submit(&form).await;
    assert!(
        page.told().contains("Only the 2 numbers of the trial get messages"),
        "{}",
        page.told()
    );
    let ask = page.form("#ask");
    browser.submit(&ask).await;
    assert_eq!(value(&shop, trial).await.as_deref(), Some("true"));
    let page = browser.open("overview").await;
    assert_eq!(page.one("h1"), "Messages are tried out: only 2 numbers get any.");
    assert!(page.told().contains("Sends to the numbers of the trial alone"), "{}", page.told());
    for seed in 1..=3 {
        let held = message(seed, "Asha Traders", START - minutes(5), waiting(START));
        let why = Some(Private::new("It waits for the end of the trial."));
        let by = if seed == 3 { HeldFor::Hours } else { HeldFor::Trial };
        let state = held.state.clone().explained(Some(by), why);
        shop.put(NewMessage { state, ..held }).await;
    }
    let form = typed(browser.open("settings").await, &[(trial, "false")]);
    let page = browser.submit(&form).await;
    let told = page.told();
    assert!(told.contains("2 messages wait for the end of the trial"), "{told}");
    assert!(told.contains("go out within ten minutes"), "{told}");
    let mut viewer = shop.viewer();
    let page = viewer.open("settings").await;
    assert!(!page.body.contains("98765 00002"), "viewers see how many there are");
}

#[tokio::test]
async fn reminder_days_say_how_many_reminders_they_move() {
    let invoices = FixedLedger::new();
    let shop = Shop::new().with(|ports| ports.with_invoices(std::sync::Arc::new(invoices.clone())));
    shop.customer(1, "Asha Traders");
    let planner = Planner::new(shop.ports.clone()).unwrap();
    planner.tick(START).await.unwrap();
    let day = START.date_naive();
    let (invoice, customer) = (InvoiceId::new("81").unwrap(), CustomerId::new("C-1").unwrap());
    let amount = whatsapp_core::format::Amount::parse("500", "INR".parse().unwrap()).unwrap();
    invoices.owe(Due::new(invoice, customer, "INV-81", day, day + TimeDelta::days(15), amount));
    let mut browser = shop.manager();
    let form = typed(browser.open("settings").await, &[("whatsapp_payment_reminder_days", "3,8")]);
    let page = browser.submit(&form).await;
    assert!(
        page.told().contains("1 reminder is new and 1 is not sent any more."),
        "{}",
        page.told()
    );
    let ask = page.form("#ask");
    browser.submit(&ask).await;
    assert_eq!(value(&shop, "whatsapp_payment_reminder_days").await.as_deref(), Some("3,8"));
}

#[tokio::test]
async fn a_save_over_what_somebody_else_changed_shows_both_values() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let form = typed(browser.open("settings").await, &[(RETRIES, "2"), (INTERVAL, "45")]);
    meanwhile(&shop, RETRIES, "1").await;
    let page = browser.submit(&form).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    let told = page.one("#problem");
    assert!(told.contains("Retries: it is 1 by now. You typed 2."), "{told}");
    assert!(page.told().contains("meena changed it"), "{}", page.told());
    assert_eq!(value(&shop, RETRIES).await.as_deref(), Some("1"));
    assert_ne!(value(&shop, INTERVAL).await.as_deref(), Some("45"), "all or nothing");
    // Once both values were seen, the same form saves.
    let again = page.form("#settings");
    browser.submit(&again).await;
    assert_eq!(value(&shop, RETRIES).await.as_deref(), Some("2"));
    assert_eq!(value(&shop, INTERVAL).await.as_deref(), Some("45"));
}

#[tokio::test]
async fn a_form_that_lay_open_for_a_day_saves_what_its_sender_typed_and_nothing_else() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let form = typed(browser.open("settings").await, &[(INTERVAL, "45")]);
    meanwhile(&shop, RETRIES, "1").await;
    shop.clock.advance(TimeDelta::days(1));
    let page = browser.submit(&form).await;
    assert_eq!(page.one("p.note[role=status]"), "The settings are saved.");
    assert_eq!(value(&shop, RETRIES).await.as_deref(), Some("1"), "what somebody else wanted");
    assert_eq!(value(&shop, INTERVAL).await.as_deref(), Some("45"));
}

#[tokio::test]
async fn a_row_that_cannot_be_used_is_shown_as_that_and_mended() {
    let shop = Shop::new();
    shop.store.put_setting("whatsapp_send_from", "nine");
    let mut browser = shop.manager();
    let page = browser.open("settings").await;
    let error = page.one("#e-whatsapp_send_from");
    assert!(error.contains("nothing is sent until it is mended. A time from 00:00"), "{error}");
    assert_eq!(page.form("#settings").value("v.whatsapp_send_from"), "nine");
    // Another setting can be saved beside it.
    let form = typed(page, &[(RETRIES, "2")]);
    browser.submit(&form).await;
    assert_eq!(value(&shop, RETRIES).await.as_deref(), Some("2"));
    let form = browser.page.form("#settings").with("d.whatsapp_send_from", "yes");
    browser.submit(&form).await;
    assert_eq!(value(&shop, "whatsapp_send_from").await.as_deref(), Some("09:00"));
    assert!(browser.open("settings").await.all("#e-whatsapp_send_from").is_empty());
    let change = saved(&shop).await.into_iter().find(|(_, key, _)| key == "whatsapp_send_from");
    let expected = AuditChange::Value { before: None, after: "09:00".to_owned() };
    assert_eq!(change.map(|(.., change)| change), Some(expected));
}

#[tokio::test]
async fn a_switch_that_cannot_be_read_is_chosen_anew() {
    let shop = Shop::new();
    shop.store.put_setting("whatsapp_enabled", "yess");
    let mut browser = shop.manager();
    let page = browser.open("settings").await;
    assert_eq!(page.form("#settings").value("v.whatsapp_enabled"), "", "neither on nor off");
    let form = typed(page, &[(RETRIES, "2")]);
    browser.submit(&form).await;
    assert_eq!(value(&shop, "whatsapp_enabled").await.as_deref(), Some("yess"), "left alone");
    let form = typed(browser.open("settings").await, &[("whatsapp_enabled", "true")]);
    browser.submit(&form).await;
    assert_eq!(value(&shop, "whatsapp_enabled").await.as_deref(), Some("true"));
}

#[tokio::test]
async fn a_key_in_the_wrong_row_is_told_and_never_shown() {
    const KEY: &str = "Ab0123456789abcdefKANARIE";
    let shop = Shop::new();
    for key in ["whatsapp_api_key", "whatsapp_send_from", "whatsapp_api_url", EMAIL] {
        shop.store.put_setting(key, KEY);
    }
    for mut browser in [shop.manager(), shop.viewer()] {
        for path in ["settings", "settings/connection", "settings/address", "overview"] {
            let page = browser.open(path).await;
            assert!(!page.body.contains("KANARIE"), "{path}");
            assert!(!page.body.contains(&KEY[..12]), "{path}");
        }
    }
    let mut browser = shop.manager();
    let page = browser.open("settings").await;
    assert!(page.one("#e-whatsapp_api_key").contains("does not belong into the database"));
    assert!(page.told().contains("might be a key that was pasted into the wrong field"));
    let form = page
        .form("#settings")
        .with("d.whatsapp_api_key", "yes")
        .with("d.whatsapp_send_from", "yes");
    let form = form.with(&format!("d.{EMAIL}"), "yes");
    browser.submit(&form).await;
    assert_eq!(value(&shop, "whatsapp_api_key").await.as_deref(), Some(""));
    assert_eq!(value(&shop, EMAIL).await.as_deref(), Some(""));
    let audit = format!("{:?}", shop.store.audit(&AuditFilter::default(), None, 99).await.unwrap());
    assert!(!audit.contains("KANARIE"), "{audit}");
}
