//! Cases for settings.

use std::sync::Arc;

use whatsapp_core::port::{SettingRow, Store, StoreError};

fn rows(pairs: &[(&str, &str)]) -> Vec<SettingRow> {
    let row = |(key, value): &(&str, &str)| SettingRow {
        key: (*key).to_owned(),
        value: (*value).to_owned(),
    };
    pairs.iter().map(row).collect()
}

async fn load(store: &dyn Store) -> Vec<SettingRow> {
    store.load_settings().await.expect("load_settings")
}

async fn save(store: &dyn Store, pairs: &[(&str, &str)]) {
    store.save_settings(&rows(pairs)).await.expect("save_settings");
}

pub async fn saved_settings_read_back_by_key(store: Arc<dyn Store>) {
    let store = &*store;
    save(store, &[("whatsapp_zone", "Asia/Kolkata"), ("whatsapp_a", "")]).await;
    let text = "नमस्ते\n'\"{};--";
    save(store, &[("whatsapp_note", text)]).await;
    let expected = [("whatsapp_a", ""), ("whatsapp_note", text), ("whatsapp_zone", "Asia/Kolkata")];
    let saved: Vec<_> = load(store)
        .await
        .into_iter()
        .filter(|row| expected.iter().any(|(key, _)| *key == row.key))
        .collect();
    assert_eq!(saved, rows(&expected));
}

pub async fn saving_changes_the_given_rows_and_leaves_the_others(store: Arc<dyn Store>) {
    let store = &*store;
    save(store, &[("whatsapp_a", "1"), ("whatsapp_b", "2")]).await;
    let before = load(store).await;
    save(store, &[("whatsapp_b", "3")]).await;
    let expected: Vec<_> = before
        .into_iter()
        .map(|row| match row.key.as_str() {
            "whatsapp_b" => rows(&[("whatsapp_b", "3")]).remove(0),
            _ => row,
        })
        .collect();
    assert_eq!(load(store).await, expected);
}

pub async fn the_hosts_rows_are_never_written(store: Arc<dyn Store>) {
    let store = &*store;
    save(store, &[("whatsapp_a", "1")]).await;
    let before = load(store).await;
    for key in ["company_name", "whatsapp", "whatsappx", "WHATSAPP_A", ""] {
        let answer = store.save_settings(&rows(&[("whatsapp_a", "2"), (key, "x")])).await;
        assert!(matches!(answer, Err(StoreError::Other { .. })), "{key}: {answer:?}");
        assert_eq!(load(store).await, before, "one transaction");
    }
}
