//! Cases for settings.

use std::sync::Arc;

use whatsapp_core::audit::Actor;
use whatsapp_core::port::{Saved, SettingRow, SettingsSave, Store};
use whatsapp_core::settings::{SETTINGS, SettingChange};

use crate::fixtures::{START, audit_id, save_settings};

const EMAIL: &str = "whatsapp_failure_notification_email";
const RETRIES: &str = "whatsapp_retry_max";

async fn load(store: &dyn Store) -> Vec<SettingRow> {
    store.load_settings().await.expect("load_settings")
}

async fn value(store: &dyn Store, key: &str) -> Option<String> {
    load(store).await.into_iter().find(|row| row.key == key).map(|row| row.value)
}

/// A save of one setting over the rows that were seen.
fn over(seen: &[SettingRow], key: &str, value: &str) -> SettingsSave {
    let change = SettingChange::check(seen, key, value).expect("a value that can stand there");
    SettingsSave::new(change.into_iter().collect(), &Actor::Host, START, || audit_id(START))
}

pub async fn every_setting_has_its_row_from_the_beginning(store: Arc<dyn Store>) {
    let mut defaults: Vec<_> = SETTINGS.iter().map(|def| (def.key.as_ref(), def.default)).collect();
    defaults.sort_unstable();
    let rows = load(&*store).await;
    let rows: Vec<_> = rows.iter().map(|row| (row.key.as_str(), row.value.as_str())).collect();
    assert_eq!(rows, defaults);
}

pub async fn saved_settings_read_back_by_key(store: Arc<dyn Store>) {
    let store = &*store;
    let emails = "o'hara@shop.example, $1@shop.example";
    save_settings(store, &[(EMAIL, emails), (RETRIES, "1")], START).await;
    assert_eq!(value(store, EMAIL).await.as_deref(), Some(emails));
    assert_eq!(value(store, RETRIES).await.as_deref(), Some("1"));
    let rows = load(store).await;
    assert!(rows.is_sorted_by_key(|row| row.key.clone()), "{rows:?}");
}

pub async fn saving_changes_the_given_rows_and_leaves_the_others(store: Arc<dyn Store>) {
    let store = &*store;
    let before = load(store).await;
    save_settings(store, &[(RETRIES, "2")], START).await;
    let expected: Vec<_> = before
        .into_iter()
        .map(|row| match row.key.as_str() {
            RETRIES => SettingRow { value: "2".to_owned(), ..row },
            _ => row,
        })
        .collect();
    assert_eq!(load(store).await, expected);
}

pub async fn a_save_over_what_somebody_else_wrote_changes_nothing(store: Arc<dyn Store>) {
    let store = &*store;
    let seen = load(store).await;
    save_settings(store, &[(RETRIES, "2")], START).await;
    let before = load(store).await;
    // Only one of the two is as it was seen: all are written or none.
    let changes = [(EMAIL, "owner@shop.example"), (RETRIES, "1")].map(|(key, value)| {
        SettingChange::check(&seen, key, value).expect("it can stand there").expect("it is another")
    });
    let late = SettingsSave::new(changes.to_vec(), &Actor::Host, START, || audit_id(START));
    assert_eq!(store.save_settings(&late).await.expect("save_settings"), Saved::Stale);
    assert_eq!(load(store).await, before);
    // A row that was not there when it was read, and one that is no longer there.
    let late = over(&[], RETRIES, "1");
    assert_eq!(store.save_settings(&late).await.expect("save_settings"), Saved::Stale);
    assert_eq!(load(store).await, before);
}

pub async fn of_concurrent_saves_over_the_same_row_one_is_written(store: Arc<dyn Store>) {
    let seen = load(&*store).await;
    let saves: Vec<_> = (0..16)
        .map(|no| {
            let (store, save) = (Arc::clone(&store), over(&seen, RETRIES, &(no % 3).to_string()));
            tokio::spawn(async move { store.save_settings(&save).await.expect("save_settings") })
        })
        .collect();
    let mut done = 0;
    for save in saves {
        done += u32::from(save.await.expect("no panic") == Saved::Done);
    }
    assert_eq!(done, 1);
}
