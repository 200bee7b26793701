use std::sync::Arc;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use whatsapp_core::template::StockDelivered;
use whatsapp_core::{CustomerId, Request};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::Scene;

#[tokio::test]
async fn only_what_was_committed_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.sqlite");
    let store = Arc::new(SqliteStore::open(&file).await.unwrap());
    let pool = SqliteStore::host_pool(SqlitePoolOptions::new());
    let pool = pool.connect_with(SqliteConnectOptions::new().filename(&file)).await.unwrap();
    let scene =
        Scene::new().store(store).customer("C-1", "Asha Traders", "+919876543210").start().await;

    for (number, is_committed) in [("SO-2026-0107", true), ("SO-2026-0108", false)] {
        let delivered_on = "2026-01-27".parse().unwrap();
        let (order_number, items) = (number.to_owned(), vec!["20 × Fan".into()]);
        let order = StockDelivered { order_number, delivered_on, items };
        let request = Request::stock_delivered(CustomerId::new("C-1").unwrap(), order);
        let draft = scene.messenger().draft(&[request]).await;
        let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
        SqliteStore::enqueue_in(&mut transaction, draft.messages()).await.unwrap();
        if is_committed {
            transaction.commit().await.unwrap();
        } else {
            transaction.rollback().await.unwrap();
        }
    }

    scene.run_until_idle().await;
    scene.sent().await.about("SO-2026-0107").once();
    scene.sent().await.about("SO-2026-0108").never();
}
