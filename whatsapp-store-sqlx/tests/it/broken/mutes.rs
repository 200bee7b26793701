//! Mutes written by another program, and the values that the table itself refuses.

use std::sync::Arc;

use whatsapp_core::CustomerId;
use whatsapp_core::audit::Actor;
use whatsapp_core::mute::Mute;
use whatsapp_core::port::{MuteFilter, MuteQuestion, MuteStore, StoreError};
use whatsapp_store_sqlx::PostgresStore;
use whatsapp_testdb::TestDatabase;
use whatsapp_testkit::conformance::planner::PlannerPorts;
use whatsapp_testkit::fixtures::START;

use super::Shop;

async fn both() -> [(Arc<dyn MuteStore>, Shop); 2] {
    let (sqlite, folder) = crate::on_file().await;
    let database = TestDatabase::create().await;
    let postgres = Arc::new(PostgresStore::open(database.url()).await.unwrap());
    [
        (sqlite.clone(), Shop::Sqlite(PlannerPorts::of(sqlite), folder)),
        (postgres.clone(), Shop::Postgres(PlannerPorts::of(postgres), Box::new(database))),
    ]
}

/// Sets mute `no`, with these values in the columns after its id.
async fn set(shop: &Shop, no: u32, columns: &str, values: &str) -> sqlx::Result<()> {
    let at = match shop {
        Shop::Sqlite(..) => START.timestamp_micros().to_string(),
        Shop::Postgres(..) => format!("'{START:?}'"),
    };
    let values = values.replace("now", &at);
    shop.run(format!(
        "INSERT INTO whatsapp_mutes (id, {columns}) \
         VALUES ('b0000000-0000-7000-8000-00000000000{no}', {values})"
    ))
    .await
}

const COLUMNS: &str = "target, target_id, category, actor, at";

#[tokio::test]
async fn a_mute_that_cannot_be_read_is_told_with_its_column_and_mutes_of_others_are_answered() {
    for (target, target_id, actor, column) in [
        ("customer", "Asha Traders", "host", "target"),
        ("invoice", "Asha Traders", "host", "target"),
        ("customer", "C-1", "person", "user_id"),
    ] {
        for (mutes, shop) in both().await {
            set(&shop, 1, COLUMNS, "'customer', 'C-2', 'all', 'host', now").await.unwrap();
            let columns = format!("user_id, {COLUMNS}");
            let user = if actor == "person" { "'Asha Traders'" } else { "NULL" };
            let broken = format!("{user}, '{target}', '{target_id}', 'all', '{actor}', now");
            set(&shop, 2, &columns, &broken).await.unwrap();
            let filter = MuteFilter::default();
            let error = mutes.mutes(&filter, None, 9).await.unwrap_err();
            assert!(!format!("{error} {error:?}").contains("Asha"), "a value is shown");
            let StoreError::Corrupt { entity: "mute", column: told } = error else {
                panic!("{error:?}")
            };
            assert_eq!(told, column);
            let asked = ["C-1", "C-2"].map(|id| {
                let customer = CustomerId::new(id).unwrap();
                MuteQuestion { customer, number_key: None, invoice: None }
            });
            let answers = mutes.muted(&asked).await.unwrap();
            let by = |mutes: Vec<Mute>| mutes.into_iter().map(|mute| mute.by).collect::<Vec<_>>();
            let by: Vec<_> = answers.into_iter().map(by).collect();
            let its = if actor == "person" { vec![Actor::Outside] } else { Vec::new() };
            assert_eq!(by, [its, vec![Actor::Host]], "it holds all the same");
        }
    }
}

#[tokio::test]
async fn what_nobody_can_mute_is_refused_by_the_table() {
    for (mutes, shop) in both().await {
        set(&shop, 1, COLUMNS, "'customer', 'C-1', 'all', 'host', now").await.unwrap();
        let before = mutes.mutes(&MuteFilter::default(), None, 9).await.unwrap();
        for (columns, values) in [
            (COLUMNS, "'customer', 'C-1', 'all', 'host', now"),
            (COLUMNS, "'supplier', 'C-2', 'all', 'host', now"),
            (COLUMNS, "'customer', '', 'all', 'host', now"),
            (COLUMNS, "'customer', NULL, 'all', 'host', now"),
            (COLUMNS, "'customer', 'C-2', 'news', 'host', now"),
            (COLUMNS, "'customer', 'C-2', 'all', 'person', now"),
            (COLUMNS, "'customer', 'C-2', 'all', 'robot', now"),
            (COLUMNS, "'customer', 'C-2', 'all', 'host', NULL"),
        ] {
            set(&shop, 2, columns, values).await.expect_err(values);
        }
        for end in
            ["now, NULL, NULL", "NULL, 'host', NULL", "now, 'person', NULL", "now, 'host', 'U-1'"]
        {
            let columns = format!("{COLUMNS}, ended_at, ended_actor, ended_user_id");
            let values = format!("'customer', 'C-2', 'all', 'host', now, {end}");
            set(&shop, 2, &columns, &values).await.expect_err(end);
        }
        assert_eq!(mutes.mutes(&MuteFilter::default(), None, 9).await.unwrap(), before);
    }
}
