//! Campaigns changed by another program, and the values that the tables themselves refuse.

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

/// An instant in the form of the database.
fn now(shop: &Shop) -> String {
    match shop {
        Shop::Sqlite(..) => START.timestamp_micros().to_string(),
        Shop::Postgres(..) => format!("'{START:?}'"),
    }
}

/// A draft and a recipient, written by another program.
pub(super) async fn write(shop: &Shop) {
    let now = now(shop);
    let no = if matches!(shop, Shop::Sqlite(..)) { "0" } else { "FALSE" };
    shop.run(format!(
        "INSERT INTO whatsapp_campaigns \
         (id, name, kind, date, time, words, estimated, entered, state, since, told, collected, \
         revision) \
         VALUES ('{ID}', 'Diwali', 'festival', '2026-11-08', '10:00', '', {no}, '2026-11-08', \
         'draft', {now}, 'nothing', 0, 0)"
    ))
    .await
    .unwrap();
    shop.run(format!(
        "INSERT INTO whatsapp_campaign_recipients \
         (campaign_id, number, number_key, customer_id, state, round, since, revision) \
         VALUES ('{ID}', '919876543210', '91-76543210', 'C-1', 'waiting', 0, {now}, 0)"
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

const OTHER: &str = "b0000000-0000-7000-8000-000000000002";
const MESSAGE: &str = "c0000000-0000-7000-8000-000000000001";

/// Two running campaigns, each with a recipient whose message is gone.
async fn write_two(shop: &Shop) {
    write(shop).await;
    let campaign = "kind, date, time, words, estimated, entered, since, told, collected";
    let recipient = "number, number_key, customer_id, round, since";
    for statement in [
        format!(
            "INSERT INTO whatsapp_campaigns (id, name, state, frozen_text, revision, {campaign}) \
             SELECT '{OTHER}', 'Holi', 'running', 'Hello!', revision, {campaign} \
             FROM whatsapp_campaigns"
        ),
        format!(
            "INSERT INTO whatsapp_campaign_recipients (campaign_id, state, revision, {recipient}) \
             SELECT '{OTHER}', state, revision, {recipient} FROM whatsapp_campaign_recipients"
        ),
        "UPDATE whatsapp_campaigns SET state = 'running', frozen_text = 'Hello!'".to_owned(),
        format!(
            "UPDATE whatsapp_campaign_recipients SET state = 'queued', message_id = '{MESSAGE}'"
        ),
    ] {
        shop.run(statement).await.unwrap();
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_stops_no_other() {
    let (id, other): (CampaignId, CampaignId) = (ID.parse().unwrap(), OTHER.parse().unwrap());
    for (campaigns, shop) in both().await {
        write_two(&shop).await;
        assert_eq!(campaigns.open_campaigns().await.unwrap().len(), 2);
        assert_eq!(campaigns.recipients_ended(9).await.unwrap().len(), 2);
        let run = |set: &str| shop.run(format!("UPDATE whatsapp_{set}"));
        run(&format!("campaigns SET time = 'Asha' WHERE id = '{ID}'")).await.unwrap();
        let ids: Vec<_> =
            campaigns.open_campaigns().await.unwrap().into_iter().map(|one| one.id).collect();
        assert_eq!(ids, [other]);
        campaigns.campaign(id).await.unwrap_err();
        let set = "campaign_recipients SET customer_id = 'Asha Traders'";
        run(&format!("{set} WHERE campaign_id = '{ID}'")).await.unwrap();
        let ended = campaigns.recipients_ended(9).await.unwrap();
        let ids: Vec<_> = ended.into_iter().map(|one| one.recipient.campaign).collect();
        assert_eq!(ids, [other]);
        // Both have this message: both are returned, one of them as unreadable.
        let ids = [MESSAGE.parse().unwrap()];
        let found = campaigns.recipients_of_messages(&ids).await.unwrap();
        let read: Vec<_> = found.iter().filter_map(|one| one.of.as_ref().ok()).collect();
        assert_eq!((found.len(), read.len(), read[0].1.campaign), (2, 1, other));
        run("campaigns SET state = 'paused'").await.unwrap();
        let stranded = campaigns.recipients_stranded(None, 9).await.unwrap();
        let ids: Vec<_> = stranded.into_iter().map(|one| one.campaign).collect();
        assert_eq!(ids, [other]);
    }
}

#[tokio::test]
async fn a_recipient_whose_campaign_is_gone_is_told_so() {
    for (campaigns, shop) in both().await {
        write_two(&shop).await;
        for table in ["campaign_recipients WHERE campaign_id", "campaigns WHERE id"] {
            shop.run(format!("DELETE FROM whatsapp_{table} = '{ID}'")).await.unwrap();
        }
        shop.run(format!("DELETE FROM whatsapp_campaigns WHERE id = '{OTHER}'")).await.unwrap();
        let ids = [MESSAGE.parse().unwrap()];
        let mut found = campaigns.recipients_of_messages(&ids).await.unwrap();
        let (campaign, recipient) = found.remove(0).of.unwrap();
        assert_eq!((campaign, recipient.campaign), (None, OTHER.parse().unwrap()));
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
