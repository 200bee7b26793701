//! Cases for stored templates.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::message::{MessageType};
use whatsapp_core::port::{SavedTemplate, Store, StoreError, StoredTemplate};

use super::trial::Trial;
use crate::fixtures::{self, START};

/// How a template reads back that was saved once.
fn stored(saved: &SavedTemplate) -> StoredTemplate {
    let saved = saved.clone();
    StoredTemplate {
        id: saved.id,
        name: saved.name,
        message_type: saved.message_type,
        content: saved.content,
        placeholders: saved.placeholders,
        is_active: saved.is_active,
        version: 1,
        created_at: saved.at,
        updated_at: saved.at,
        created_by: saved.by,
    }
}

async fn save(store: &dyn Store, template: &SavedTemplate) {
    store.save_template(template).await.expect("save_template");
}

async fn active(store: &dyn Store, message_type: MessageType) -> Option<StoredTemplate> {
    let active = store.active_template(message_type.name()).await;
    active.expect("active_template")
}

pub async fn a_saved_template_reads_back(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let by_nobody = SavedTemplate {
        by: None,
        is_active: false,
        placeholders: Vec::new(),
        content: "शुभ दीपावली 🪔\n{}'\"".to_owned(),
        name: "दीपावली".to_owned(),
        message_type: MessageType::FESTIVAL.name(),
        ..fixtures::template(2, START)
    };
    for saved in [fixtures::template(1, START), by_nobody] {
        save(&*trial.store, &saved).await;
        let read = trial.store.template(saved.id).await.expect("template");
        assert_eq!(read, Some(stored(&saved)));
    }
    let unknown = fixtures::template(3, START).id;
    assert_eq!(trial.store.template(unknown).await.expect("template"), None);
}

pub async fn a_changed_template_keeps_who_made_it_and_when(store: Arc<dyn Store>) {
    let first = fixtures::template(1, START);
    save(&*store, &first).await;
    let changed = SavedTemplate {
        id: first.id,
        by: None,
        is_active: false,
        message_type: MessageType::FESTIVAL.name(),
        content: "Something else".to_owned(),
        placeholders: Vec::new(),
        ..fixtures::template(2, START + TimeDelta::hours(1))
    };
    save(&*store, &changed).await;
    let expected = StoredTemplate {
        version: 2,
        created_at: first.at,
        created_by: first.by,
        ..stored(&changed)
    };
    let read = store.template(first.id).await.expect("template");
    assert_eq!(read, Some(expected.clone()));
    assert_eq!(store.templates().await.expect("templates"), [expected]);
}

pub async fn a_taken_name_is_a_conflict_and_changes_nothing(store: Arc<dyn Store>) {
    let (first, second) = (fixtures::template(1, START), fixtures::template(2, START));
    save(&*store, &first).await;
    save(&*store, &second).await;
    let new = SavedTemplate {
        name: first.name.clone(),
        message_type: MessageType::FESTIVAL.name(),
        ..fixtures::template(3, START)
    };
    let renamed = SavedTemplate {
        name: first.name.clone(),
        content: "Something else".to_owned(),
        ..second.clone()
    };
    for template in [new, renamed] {
        let answer = store.save_template(&template).await;
        assert!(matches!(answer, Err(StoreError::Conflict { .. })), "{answer:?}");
    }
    let expected = [stored(&first), stored(&second)];
    assert_eq!(store.templates().await.expect("templates"), expected);
}

pub async fn a_template_may_keep_its_own_name(store: Arc<dyn Store>) {
    let first = fixtures::template(1, START);
    save(&*store, &first).await;
    let at = START + TimeDelta::hours(1);
    save(&*store, &SavedTemplate { at, ..first.clone() }).await;
    let read = store.template(first.id).await.expect("template");
    assert_eq!(read.map(|template| template.updated_at), Some(at));
}

pub async fn the_active_template_is_the_one_that_changed_last(store: Arc<dyn Store>) {
    let invoice = MessageType::INVOICE;
    assert_eq!(active(&*store, invoice).await, None);
    let later = |hours| START + TimeDelta::hours(hours);
    let first = fixtures::template(1, later(0));
    let second = fixtures::template(2, later(1));
    let inactive = SavedTemplate { is_active: false, ..fixtures::template(3, later(2)) };
    let festival =
        SavedTemplate { message_type: MessageType::FESTIVAL.name(), ..fixtures::template(4, later(3)) };
    for template in [&second, &first, &inactive, &festival] {
        save(&*store, template).await;
    }
    assert_eq!(active(&*store, invoice).await, Some(stored(&second)));
    assert_eq!(active(&*store, MessageType::STOCK_DELIVERED).await, None);

    let touched = SavedTemplate { at: later(4), ..first };
    save(&*store, &touched).await;
    let now_active = active(&*store, invoice).await;
    assert_eq!(now_active.map(|template| template.id), Some(touched.id));

    for template in [touched, second] {
        let off = SavedTemplate { is_active: false, ..template };
        save(&*store, &off).await;
    }
    assert_eq!(active(&*store, invoice).await, None);
}

pub async fn templates_come_by_type_and_name(store: Arc<dyn Store>) {
    let names = ["b", "B", "a", "é", "a b", "Z"];
    for (seed, name) in (0..).zip(names) {
        let message_type = MessageType::BUILT_IN[usize::from(seed % 2 == 0) * 3];
        let template = SavedTemplate {
            name: name.to_owned(),
            message_type: message_type.name(),
            ..fixtures::template(seed, START)
        };
        save(&*store, &template).await;
    }
    let templates = store.templates().await.expect("templates");
    let order: Vec<_> =
        templates.iter().map(|template| (template.message_type, template.name.as_str())).collect();
    // By their characters, the same on every database.
    let (orders, greetings) = (MessageType::STOCK_DELIVERED.name(), MessageType::FESTIVAL.name());
    let expected = [
        (greetings, "a"),
        (greetings, "a b"),
        (greetings, "b"),
        (orders, "B"),
        (orders, "Z"),
        (orders, "é"),
    ];
    assert_eq!(order, expected);
}

pub async fn a_template_of_any_type_is_kept_and_found(store: Arc<dyn Store>) {
    let names = ["quotation", "a", &"t".repeat(50), "step_2"];
    for (seed, name) in (0..).zip(names) {
        let message_type = fixtures::type_name(name);
        let template = SavedTemplate { message_type, ..fixtures::template(seed, START) };
        save(&*store, &template).await;
        let read = store.active_template(message_type).await.expect("active_template");
        assert_eq!(read, Some(stored(&template)), "{name}");
    }
    assert_eq!(store.templates().await.expect("templates").len(), names.len());
}
