//! Cases for stored templates.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{MessageType, TypeDef};
use whatsapp_core::port::{
    Saved, Store, StoreError, StoredTemplate, TemplateOutside, TemplateVersion,
};

use super::trial::Trial;
use crate::fixtures::{self, NewTemplate, START, audit_id};

/// The row that a template reads back as after it was saved once.
fn stored(new: &NewTemplate) -> StoredTemplate {
    let save = new.save();
    let placeholders = save.draft().placeholders().iter().map(|&name| name.to_owned());
    let new = new.clone();
    StoredTemplate {
        id: new.id,
        name: new.name,
        message_type: new.message_type.name(),
        content: new.content,
        placeholders: placeholders.collect(),
        is_active: new.is_active,
        version: save.version(),
        is_recorded: true,
        created_at: new.at,
        updated_at: new.at,
        created_by: new.by.user().cloned(),
    }
}

async fn save(store: &dyn Store, template: &NewTemplate) {
    let saved = store.save_template(&template.save()).await.expect("save_template");
    assert_eq!(saved, Saved::Done);
}

async fn templates(store: &dyn Store) -> Vec<StoredTemplate> {
    let list = store.templates().await.expect("templates");
    assert_eq!(list.broken, []);
    list.templates
}

async fn versions(store: &dyn Store, new: &NewTemplate) -> Vec<TemplateVersion> {
    store.template_versions(new.id, None, 100).await.expect("template_versions").versions
}

/// The version that a save leaves.
fn version(new: &NewTemplate) -> TemplateVersion {
    let version = new.save().version();
    let NewTemplate { name, message_type, content, is_active, at, by, note, .. } = new.clone();
    let message_type = message_type.name();
    let note = Some(note).filter(|note| !note.is_empty());
    TemplateVersion { version, name, message_type, content, is_active, at, by, note }
}

async fn active(store: &dyn Store, message_type: MessageType) -> Option<StoredTemplate> {
    let active = store.active_template(message_type.name()).await;
    active.expect("active_template")
}

pub async fn a_saved_template_reads_back(store: Arc<dyn Store>) {
    let trial = Trial::new(store);
    let by_nobody = NewTemplate {
        by: Actor::Host,
        is_active: false,
        content: "शुभ दीपावली 🪔\n'\"".to_owned(),
        name: "दीपावली".to_owned(),
        message_type: MessageType::FESTIVAL,
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
    let changed = NewTemplate {
        id: first.id,
        over: Some(1),
        by: Actor::Host,
        is_active: false,
        message_type: MessageType::FESTIVAL,
        content: "Something else".to_owned(),
        ..fixtures::template(2, START + TimeDelta::hours(1))
    };
    save(&*store, &changed).await;
    let expected = StoredTemplate {
        created_at: first.at,
        created_by: first.by.user().cloned(),
        ..stored(&changed)
    };
    let read = store.template(first.id).await.expect("template");
    assert_eq!(read, Some(expected.clone()));
    assert_eq!(templates(&*store).await, [expected]);
}

pub async fn a_taken_name_is_a_conflict_and_changes_nothing(store: Arc<dyn Store>) {
    let (first, second) = (fixtures::template(1, START), fixtures::template(2, START));
    save(&*store, &first).await;
    save(&*store, &second).await;
    let new = NewTemplate {
        name: first.name.clone(),
        message_type: MessageType::FESTIVAL,
        ..fixtures::template(3, START)
    };
    let renamed = NewTemplate {
        name: first.name.clone(),
        content: "Something else".to_owned(),
        over: Some(1),
        ..second.clone()
    };
    for template in [new, renamed] {
        let answer = store.save_template(&template.save()).await;
        assert!(matches!(answer, Err(StoreError::Conflict { .. })), "{answer:?}");
    }
    let expected = [stored(&first), stored(&second)];
    assert_eq!(templates(&*store).await, expected);
}

pub async fn a_template_may_keep_its_own_name(store: Arc<dyn Store>) {
    let first = fixtures::template(1, START);
    save(&*store, &first).await;
    let at = START + TimeDelta::hours(1);
    save(&*store, &NewTemplate { at, over: Some(1), ..first.clone() }).await;
    let read = store.template(first.id).await.expect("template");
    assert_eq!(read.map(|template| template.updated_at), Some(at));
}

pub async fn the_active_template_is_the_one_that_changed_last(store: Arc<dyn Store>) {
    let invoice = MessageType::INVOICE;
    assert_eq!(active(&*store, invoice).await, None);
    let later = |hours| START + TimeDelta::hours(hours);
    let first = fixtures::template(1, later(0));
    let second = fixtures::template(2, later(1));
    let inactive = NewTemplate { is_active: false, ..fixtures::template(3, later(2)) };
    let festival =
        NewTemplate { message_type: MessageType::FESTIVAL, ..fixtures::template(4, later(3)) };
    for template in [&second, &first, &inactive, &festival] {
        save(&*store, template).await;
    }
    assert_eq!(active(&*store, invoice).await, Some(stored(&second)));
    assert_eq!(active(&*store, MessageType::STOCK_DELIVERED).await, None);

    let touched = NewTemplate { at: later(4), over: Some(1), ..first };
    save(&*store, &touched).await;
    let now_active = active(&*store, invoice).await;
    assert_eq!(now_active.map(|template| template.id), Some(touched.id));

    for (template, over) in [(touched, 2), (second, 1)] {
        let off = NewTemplate { is_active: false, over: Some(over), ..template };
        save(&*store, &off).await;
    }
    assert_eq!(active(&*store, invoice).await, None);
}

pub async fn templates_come_by_type_and_name(store: Arc<dyn Store>) {
    let names = ["b", "B", "a", "é", "a b", "Z"];
    for (seed, name) in (0..).zip(names) {
        let message_type = MessageType::BUILT_IN[usize::from(seed % 2 == 0) * 3];
        let template =
            NewTemplate { name: name.to_owned(), message_type, ..fixtures::template(seed, START) };
        save(&*store, &template).await;
    }
    let templates = templates(&*store).await;
    let order: Vec<_> =
        templates.iter().map(|template| (template.message_type, template.name.as_str())).collect();
    // Ordered by their characters, the same on every database.
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

/// A host's own types, with names of every shape.
static OWN: [TypeDef; 4] = [
    TypeDef::new("quotation", "Quotation", &[], "Hello!"),
    TypeDef::new("a", "A", &[], "Hello!"),
    TypeDef::new("tttttttttttttttttttttttttttttttttttttttttttttttttt", "T", &[], "Hello!"),
    TypeDef::new("step_2", "Step 2", &[], "Hello!"),
];

pub async fn a_template_of_any_type_is_kept_and_found(store: Arc<dyn Store>) {
    for (seed, def) in (0..).zip(&OWN) {
        let (message_type, content) = (MessageType::of(def), "Hello!".to_owned());
        let template = NewTemplate { message_type, content, ..fixtures::template(seed, START) };
        save(&*store, &template).await;
        assert_eq!(active(&*store, message_type).await, Some(stored(&template)), "{message_type}");
    }
}

pub async fn every_save_is_kept_as_a_version(store: Arc<dyn Store>) {
    let first = fixtures::template(1, START);
    let second = NewTemplate {
        over: Some(1),
        name: "Renamed".to_owned(),
        content: "Dear {customerName}".to_owned(),
        by: Actor::Host,
        at: START + TimeDelta::hours(1),
        note: "छोटा: \"shorter\", as Asha asked".to_owned(),
        ..first.clone()
    };
    let third = NewTemplate {
        over: Some(2),
        note: String::new(),
        is_active: false,
        message_type: MessageType::FESTIVAL,
        at: START + TimeDelta::hours(2),
        ..second.clone()
    };
    let other = fixtures::template(2, START);
    for template in [&first, &other, &second, &third] {
        save(&*store, template).await;
    }
    let expected = [version(&third), version(&second), version(&first)];
    assert_eq!(versions(&*store, &first).await, expected);
    assert_eq!(versions(&*store, &other).await, [version(&other)]);
    let before = store.template_versions(first.id, Some(3), 1).await.expect("template_versions");
    assert_eq!((before.versions.as_slice(), before.next), (&expected[1..2], Some(2)));
    let last = store.template_versions(first.id, Some(2), 1).await.expect("template_versions");
    assert_eq!((last.versions.as_slice(), last.next), (&expected[2..], None));
    let unknown = fixtures::template(3, START);
    assert_eq!(versions(&*store, &unknown).await, []);
    // If the newest version already holds the row as it is, nothing is recorded.
    let outside = TemplateOutside { id: first.id, at: START, audit: audit_id(START) };
    let kept = store.record_template(&outside).await.expect("record_template");
    assert_eq!(kept, store.template(first.id).await.expect("template"));
    assert_eq!(versions(&*store, &first).await, expected);
    let outside = TemplateOutside { id: unknown.id, at: START, audit: audit_id(START) };
    assert_eq!(store.record_template(&outside).await.expect("record_template"), None);
}

pub async fn a_save_over_another_version_changes_nothing(store: Arc<dyn Store>) {
    let first = fixtures::template(1, START);
    save(&*store, &first).await;
    let second = NewTemplate { over: Some(1), content: "Second".to_owned(), ..first.clone() };
    save(&*store, &second).await;
    let before = templates(&*store).await;
    let unknown = fixtures::template(2, START);
    for late in [
        NewTemplate { over: Some(1), content: "Late".to_owned(), ..first.clone() },
        NewTemplate { over: Some(3), content: "Early".to_owned(), ..first.clone() },
        NewTemplate { over: Some(1), ..unknown },
    ] {
        let saved = store.save_template(&late.save()).await.expect("save_template");
        assert_eq!(saved, Saved::Stale);
    }
    let again = store.save_template(&first.save()).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
    assert_eq!(templates(&*store).await, before);
    assert_eq!(versions(&*store, &first).await.len(), 2);
}

pub async fn of_concurrent_saves_over_one_version_one_is_written(store: Arc<dyn Store>) {
    let first = fixtures::template(1, START);
    save(&*store, &first).await;
    let saves: Vec<_> = (0..16)
        .map(|no| {
            let content = format!("Text {no}");
            let save = NewTemplate { over: Some(1), content, ..first.clone() }.save();
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.save_template(&save).await.expect("save_template") })
        })
        .collect();
    let mut done = 0;
    for save in saves {
        done += u32::from(save.await.expect("no panic") == Saved::Done);
    }
    assert_eq!((done, versions(&*store, &first).await.len()), (1, 2));
}
