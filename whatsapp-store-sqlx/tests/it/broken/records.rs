//! Templates, their versions and the audit.

use std::sync::Arc;

use whatsapp_core::audit::Actor;
use whatsapp_core::desk::{SaveTemplateError, SeenTemplate};
use whatsapp_core::port::{AuditFilter, Saved, StoreError, StoredTemplate, TemplateOutside};
use whatsapp_core::{Desk, TemplateId};
use whatsapp_testkit::conformance::planner::PlannerPorts;
use whatsapp_testkit::fixtures::{NewTemplate, START, audit_id, template};
use whatsapp_testkit::{FixedDirectory, ManualClock};

use super::Shop;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_template_that_was_written_outside_gets_one_version_whoever_meets_it() {
    for shop in Shop::both().await {
        let (store, new) = (shop.store(), template(1, START));
        store.save_template(&new.save()).await.unwrap();
        let outside = "UPDATE whatsapp_templates SET template_content = 'Hi {customerName}'";
        shop.run(outside.to_owned()).await.unwrap();
        let active = store.active_template(new.message_type.name()).await.unwrap().unwrap();
        assert!(!active.is_recorded && active.version == 1, "{active:?}");

        let met: Vec<_> = (0..8)
            .map(|_| {
                let (store, id) = (Arc::clone(store), new.id);
                let outside = TemplateOutside { id, at: START, audit: audit_id(START) };
                tokio::spawn(async move { store.record_template(&outside).await.unwrap() })
            })
            .collect();
        for met in met {
            let expected = StoredTemplate { version: 2, is_recorded: true, ..active.clone() };
            assert_eq!(met.await.unwrap(), Some(expected));
        }
        let versions = store.template_versions(new.id, None, 9).await.unwrap().versions;
        let told: Vec<_> = versions.iter().map(|one| (one.version, &one.by)).collect();
        assert_eq!(told, [(2, &Actor::Outside), (1, &new.by)]);
        assert_eq!(versions[0].content, "Hi {customerName}");

        // A row that is written once stays, whoever asks to change it.
        for table in ["whatsapp_template_versions", "whatsapp_audit"] {
            for statement in [
                format!("DELETE FROM {table}"),
                format!("UPDATE {table} SET actor = 'host', user_id = NULL"),
            ] {
                shop.run(statement.clone()).await.expect_err(&statement);
            }
        }
        // It stays also when the template is gone and another one takes its id.
        shop.run("DELETE FROM whatsapp_templates".to_owned()).await.unwrap();
        let kept = store.template_versions(new.id, None, 9).await.unwrap();
        assert_eq!(kept.versions, versions);
        let again = store.save_template(&new.save()).await;
        assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
        assert_eq!(store.template(new.id).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_template_that_cannot_be_read_is_shown_beside_the_others() {
    for shop in Shop::both().await {
        let store = shop.store();
        let (broken, good) = (template(1, START), template(2, START));
        for new in [&broken, &good] {
            store.save_template(&new.save()).await.unwrap();
        }
        let set = match shop {
            Shop::Sqlite(..) => "created_by = 'Asha Traders'",
            Shop::Postgres(..) => "created_by_key = 'Asha Traders'",
        };
        let statement = format!("UPDATE whatsapp_templates SET {set} WHERE id = '{}'", broken.id);
        shop.run(statement).await.unwrap();
        let list = store.templates().await.unwrap();
        let ids: Vec<_> = list.templates.iter().map(|template| template.id).collect();
        assert_eq!(ids, [good.id]);
        let columns: Vec<_> = list.broken.iter().map(|row| (row.id.as_str(), row.column)).collect();
        assert_eq!(columns, [(broken.id.to_string().as_str(), "created_by")]);
    }
}

#[tokio::test]
async fn a_template_that_is_put_back_by_hand_at_an_earlier_version_goes_on_behind_its_newest() {
    for shop in Shop::both().await {
        let (store, first) = (shop.store(), template(1, START));
        let second = NewTemplate { over: Some(1), content: "Second".to_owned(), ..first.clone() };
        for save in [&first, &second] {
            assert_eq!(store.save_template(&save.save()).await.unwrap(), Saved::Done);
        }
        for statement in [
            "CREATE TABLE backup AS SELECT * FROM whatsapp_templates",
            "UPDATE backup SET version = 1, template_content = 'Hello {customerName}'",
            "DELETE FROM whatsapp_templates",
            "INSERT INTO whatsapp_templates SELECT * FROM backup",
        ] {
            shop.run(statement.replace("Hello {customerName}", &first.content)).await.unwrap();
        }
        // Its text is the same as that of the first version, but nobody saved it over the second
        // one.
        let back = store.active_template(first.message_type.name()).await.unwrap().unwrap();
        assert!(!back.is_recorded && back.version == 1, "{back:?}");
        let over = |version| NewTemplate { over: Some(version), ..second.clone() }.save();
        assert_eq!(store.save_template(&over(1)).await.unwrap(), Saved::Stale);
        let outside = TemplateOutside { id: first.id, at: START, audit: audit_id(START) };
        let met = store.record_template(&outside).await.unwrap().unwrap();
        assert_eq!((met.version, met.content.as_str()), (3, first.content.as_str()));
        assert_eq!(store.save_template(&over(3)).await.unwrap(), Saved::Done);
        let versions = store.template_versions(first.id, None, 9).await.unwrap().versions;
        let told: Vec<_> = versions.iter().map(|one| (one.version, &one.by)).collect();
        assert_eq!(told, [(4, &second.by), (3, &Actor::Outside), (2, &second.by), (1, &first.by)]);
    }
}

/// Entries of the audit and versions of a template that another program wrote between those of the
/// library. Each of them has an unreadable value.
async fn spoiled(shop: &Shop, of: TemplateId) {
    let (made, id, json) = match shop {
        Shop::Sqlite(..) => (START.timestamp_micros().to_string(), "", ""),
        Shop::Postgres(..) => (format!("'{START:?}'"), "::uuid", "::jsonb"),
    };
    for (nth, user, change) in [(1, "'Asha Traders'", "{}"), (2, "NULL", "{\"of\": 1}")] {
        let actor = if user == "NULL" { "host" } else { "person" };
        let written = format!(
            "INSERT INTO whatsapp_audit (id, at, actor, user_id, act, target, target_id, change) \
             VALUES ('00000000-0000-0000-0000-00000000000{nth}'{id}, {made}, '{actor}', {user}, \
             'account_paused', 'account', '1', '{change}'{json})"
        );
        shop.run(written).await.unwrap();
    }
    let written = format!(
        "INSERT INTO whatsapp_template_versions (template_id, version, template_name, message_type, \
         template_content, is_active, at, actor, user_id) SELECT template_id, 2, template_name, \
         message_type, template_content, is_active, at, 'person', 'Asha Traders' \
         FROM whatsapp_template_versions WHERE template_id = '{of}'"
    );
    shop.run(written).await.unwrap();
}

#[tokio::test]
async fn pages_of_the_audit_and_of_versions_show_broken_rows_beside_the_others() {
    for shop in Shop::both().await {
        let (store, new) = (shop.store(), template(1, START));
        store.save_template(&new.save()).await.unwrap();
        spoiled(&shop, new.id).await;
        let outside = TemplateOutside { id: new.id, at: START, audit: audit_id(START) };
        let met = store.record_template(&outside).await.unwrap().unwrap();
        assert_eq!(met.version, 3);

        let (mut entries, mut broken, mut after) = (0, Vec::new(), None);
        loop {
            let page = shop.audit().audit(&AuditFilter::default(), after, 1).await.unwrap();
            assert_eq!(page.entries.len() + page.broken.len(), 1);
            entries += page.entries.len();
            broken.extend(page.broken);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let mut columns: Vec<_> = broken.iter().map(|row| row.column).collect();
        columns.sort_unstable();
        assert_eq!((entries, columns.as_slice()), (2, ["change", "user_id"].as_slice()));
        assert!(broken.iter().all(|row| row.created_at == Some(START)));
        assert!(!format!("{broken:?}").contains("Asha"), "a value is shown");

        let (mut versions, mut broken, mut before) = (Vec::new(), Vec::new(), None);
        loop {
            let page = store.template_versions(new.id, before, 1).await.unwrap();
            versions.extend(page.versions.into_iter().map(|one| one.version));
            broken.extend(page.broken.into_iter().map(|row| (row.id, row.column)));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(versions, [3, 1]);
        assert_eq!(broken, [("2".to_owned(), "user_id")]);
        // A rollback to an unreadable version reports that.
        let ports = whatsapp_core::Ports::new(store.clone(), Arc::new(FixedDirectory::default()))
            .with_clock(Arc::new(ManualClock::starting_at(START)));
        let seen = SeenTemplate { id: new.id, version: 3 };
        let refused = Desk::new(ports).roll_back_template(seen, 2, &Actor::Host).await;
        let error = refused.unwrap_err();
        assert!(matches!(error, SaveTemplateError::Store(StoreError::Corrupt { .. })), "{error:?}");
    }
}

#[tokio::test]
async fn what_only_grows_cannot_be_replaced() {
    let (store, folder) = crate::on_file().await;
    let new = template(1, START);
    let shop = Shop::Sqlite(PlannerPorts::of(store), folder);
    shop.store().save_template(&new.save()).await.unwrap();
    for table in ["whatsapp_template_versions", "whatsapp_audit"] {
        for statement in ["INSERT OR REPLACE INTO", "REPLACE INTO", "INSERT OR IGNORE INTO"] {
            let statement = format!("{statement} {table} SELECT * FROM {table}");
            shop.run(statement.clone()).await.expect_err(&statement);
        }
    }
    let versions = shop.store().template_versions(new.id, None, 9).await.unwrap();
    assert_eq!(versions.versions.len(), 1);
}
