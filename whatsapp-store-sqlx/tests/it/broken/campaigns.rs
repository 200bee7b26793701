//! Campaigns that something else changed, and what the tables themselves refuse of them.

use std::sync::Arc;

use whatsapp_core::CampaignId;
use whatsapp_core::port::{CampaignStore, StoreError};
use whatsapp_store_sqlx::PostgresStore;
use whatsapp_testdb::TestDatabase;
use whatsapp_testkit::conformance::planner::PlannerPorts;
use whatsapp_testkit::fixtures::START;

use super::Shop;

async fn both() -> [(Arc<dyn CampaignStore>, Shop); 2] {
    let (sqlite, folder) = crate::on_file().await;
    let database = TestDatabase::create().await;
    let postgres = Arc::new(PostgresStore::open(database.url()).await.unwrap());
    [
        (sqlite.clone(), Shop::Sqlite(PlannerPorts::of(sqlite), folder)),
        (postgres.clone(), Shop::Postgres(PlannerPorts::of(postgres), Box::new(database))),
    ]
}

const ID: &str = "b0000000-0000-7000-8000-000000000001";

/// An instant as the database writes it.
fn now(shop: &Shop) -> String {
    match shop {
        Shop::Sqlite(..) => START.timestamp_micros().to_string(),
        Shop::Postgres(..) => format!("'{START:?}'"),
    }
}

/// A draft and a recipient, as another program writes them.
pub(super) async fn write(shop: &Shop) {
    let now = now(shop);
    let no = if matches!(shop, Shop::Sqlite(..)) { "0" } else { "FALSE" };
    shop.run(format!(
        "INSERT INTO whatsapp_campaigns \
         (id, name, kind, date, time, words, estimated, state, since, told, collected, revision) \
         VALUES ('{ID}', 'Diwali', 'festival', '2026-11-08', '10:00', '', {no}, 'draft', {now}, \
         'nothing', 0, 0)"
    ))
    .await
    .unwrap();
    shop.run(format!(
        "INSERT INTO whatsapp_campaign_recipients \
         (campaign_id, number_key, customer_id, state, round, since, revision) \
         VALUES ('{ID}', '91-76543210', 'C-1', 'waiting', 0, {now}, 0)"
    ))
    .await
    .unwrap();
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_told_with_its_column() {
    let id: CampaignId = ID.parse().unwrap();
    for (table, column, value) in [
        ("campaigns", "time", "'Asha'"),
        ("campaigns", "audience", "'[\"Asha Traders\"]'"),
        ("campaign_recipients", "customer_id", "'Asha Traders'"),
    ] {
        for (campaigns, shop) in both().await {
            write(&shop).await;
            assert!(campaigns.campaign(id).await.unwrap().is_some());
            shop.run(format!("UPDATE whatsapp_{table} SET {column} = {value}")).await.unwrap();
            let error = match table {
                "campaigns" => campaigns.campaign(id).await.unwrap_err(),
                _ => campaigns.recipients(id, None, None, 9).await.unwrap_err(),
            };
            assert!(!format!("{error} {error:?}").contains("Asha"), "a value is shown");
            let StoreError::Corrupt { column: told, .. } = error else { panic!("{error:?}") };
            assert_eq!(told, column);
        }
    }
}

#[tokio::test]
async fn what_no_campaign_is_refused_by_the_tables() {
    let id: CampaignId = ID.parse().unwrap();
    for (campaigns, shop) in both().await {
        write(&shop).await;
        let before = campaigns.campaign(id).await.unwrap();
        for (table, set) in [
            ("campaigns", "state = 'dunno'"),
            ("campaigns", "state = 'armed'"),
            ("campaigns", "kind = 'news'"),
            ("campaigns", "told = 'all'"),
            ("campaigns", "name = ''"),
            ("campaigns", "revision = -1"),
            ("campaigns", "frozen_version = 1"),
            ("campaign_recipients", "state = 'queued'"),
            ("campaign_recipients", "state = 'dunno'"),
            ("campaign_recipients", "round = -1"),
            ("campaign_slots", "id = 2"),
        ] {
            let write = format!("UPDATE whatsapp_{table} SET {set}");
            shop.run(write.clone()).await.expect_err(&write);
        }
        for table in ["campaigns", "campaign_recipients", "campaign_slots"] {
            let again = format!("INSERT INTO whatsapp_{table} SELECT * FROM whatsapp_{table}");
            shop.run(again.clone()).await.expect_err(&again);
        }
        assert_eq!(campaigns.campaign(id).await.unwrap(), before);
    }
}
