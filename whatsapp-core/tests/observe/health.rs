//! The health value for readiness checks.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use chrono::TimeDelta;
use serde_json::Value;
use whatsapp_core::port::{PauseReason, Store, StoreError};
use whatsapp_core::readiness::Readiness;
use whatsapp_testkit::{MemoryStore, StoreWrapper, forward_store};

use crate::page::rows;
use crate::scene::{CANARIES, Scene};

/// A store whose database may be away.
#[derive(Debug, Clone)]
struct Fragile {
    store: MemoryStore,
    is_away: Arc<AtomicBool>,
}

#[async_trait]
impl StoreWrapper for Fragile {
    fn inner(&self) -> &dyn Store {
        &self.store
    }

    async fn before(&self, _: &'static str) -> Result<(), StoreError> {
        if self.is_away.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable { reason: "it is away".to_owned() });
        }
        Ok(())
    }
}

forward_store!(Fragile);

#[tokio::test]
async fn a_process_is_ready_while_its_database_answers_and_its_settings_can_be_used() {
    let is_away = Arc::new(AtomicBool::default());
    let of_store = Arc::clone(&is_away);
    let scene = Scene::through(11, |store| Arc::new(Fragile { store, is_away: of_store }));
    let read = async || Readiness::read(&scene.ports).await;
    let ready = read().await;
    assert!(ready.is_ready());
    assert_eq!((ready.due, ready.oldest_due, ready.last_pass), (Some(0), None, None));

    is_away.store(true, Ordering::SeqCst);
    let away = read().await;
    assert!(!away.is_ready());
    assert_eq!(away.database_error.as_deref(), Some("the database is not available: it is away"));
    assert_eq!(away.due, None);

    is_away.store(false, Ordering::SeqCst);
    scene.store.put_setting("whatsapp_send_from", "canary");
    let broken = read().await;
    assert!(!broken.is_ready());
    assert!(broken.broken_settings[0].contains("whatsapp_send_from"), "{broken:?}");
    scene.store.put_setting("whatsapp_send_from", "09:00");
    assert!(read().await.is_ready());
}

#[tokio::test]
async fn a_pause_and_a_backlog_are_shown_and_leave_the_process_ready() {
    let scene = Scene::new(12);
    let opened = scene.now();
    scene.pauses().await;
    scene.clock.advance(TimeDelta::seconds(90));
    let now = Readiness::read(&scene.ports).await;
    assert!(now.is_ready());
    let pause = now.pause.unwrap();
    assert_eq!((pause.reason, pause.since), (PauseReason::KeyRefused, opened));
    assert_eq!((now.due, now.oldest_due), (Some(1), Some(opened)));
    assert_eq!((now.oldest_due_seconds, now.last_pass), (Some(90), Some(opened)));
}

#[tokio::test]
async fn the_newest_run_of_the_planner_is_shown() {
    let scene = Scene::new(13);
    assert_eq!(Readiness::read(&scene.ports).await.last_plan, None);
    let planned = scene.now();
    scene.plans_a_reminder().await;
    let plan = Readiness::read(&scene.ports).await.last_plan.unwrap();
    assert_eq!(plan.day.to_string(), "2026-01-27");
    assert_eq!((plan.started_at, plan.finished_at), (planned, Some(planned)));
}

/// Every member of the value in JSON is on the page, and every one of the page is in JSON.
#[tokio::test]
async fn the_page_lists_the_members_of_the_value_and_no_customer_is_in_it() {
    let is_away = Arc::new(AtomicBool::default());
    let of_store = Arc::clone(&is_away);
    let scene = Scene::through(14, |store| Arc::new(Fragile { store, is_away: of_store }));
    scene.plans_a_reminder().await;
    scene.pauses().await;
    let full = serde_json::to_value(Readiness::read(&scene.ports).await).unwrap();
    is_away.store(true, Ordering::SeqCst);
    let away = serde_json::to_value(Readiness::read(&scene.ports).await).unwrap();
    assert_eq!((&full["ready"], &away["ready"]), (&Value::Bool(true), &Value::Bool(false)));

    let members = |value: &Value| value.as_object().unwrap().keys().cloned().collect();
    let mut code: BTreeSet<String> = members(&full);
    code.extend::<BTreeSet<String>>(members(&away));
    for part in ["pause", "lastPlan"] {
        let inner: BTreeSet<String> = members(&full[part]);
        code.extend(inner.iter().map(|member| format!("{part}.{member}")));
    }
    let page: BTreeSet<String> = rows("Health").into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(page, code);

    let shown = full.to_string().to_lowercase();
    assert!(CANARIES.iter().all(|canary| !shown.contains(canary)), "{shown}");
}
