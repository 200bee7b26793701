//! Enqueues a message in the host's own transaction, beside the host's own row: afterwards both are
//! there, or neither. `cargo run -p whatsapp-examples --bin own_transaction`
#![expect(clippy::print_stdout, reason = "the result of a program for people")]

use std::sync::Arc;

use anyhow::Result;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use whatsapp_core::{prelude::*, template::StockDelivered};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::FixedDirectory;

async fn deliver(pool: &SqlitePool, ports: &Ports, number: &str, boxes: u32) -> Result<()> {
    let (order_number, items) = (number.into(), vec![format!("{boxes} × box of LED bulbs")]);
    let order = StockDelivered { order_number, delivered_on: "2026-01-27".parse()?, items };
    let request = Request::stock_delivered("C-1".try_into()?, order);
    // Before the transaction begins: this reads the customer, the template and the settings.
    let draft = Messenger::new(ports.clone()).draft(&[request]).await;
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    let enqueued = SqliteStore::enqueue_in(&mut transaction, draft.messages()).await?;
    let row = sqlx::query("INSERT INTO deliveries VALUES (?1, ?2)").bind(number).bind(boxes);
    row.execute(&mut *transaction).await?; // Whatever fails here takes the message along.
    transaction.commit().await?;
    ports.wake().wake(); // For the dispatcher, where one runs over clones of these ports.
    draft.receipts(enqueued).into_iter().try_for_each(|receipt| Ok(receipt.map(drop)?))
}

#[tokio::main]
async fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("shop.sqlite"); // The library's tables lie beside the host's.
    let store = Arc::new(SqliteStore::open(&file).await?);
    let pool = SqliteStore::host_pool(SqlitePoolOptions::new());
    let pool = pool.connect_with(SqliteConnectOptions::new().filename(&file)).await?;
    let asha = Customer::new("C-1".try_into()?, "Asha Traders", Some("+919876500001"));
    let ports = Ports::over(store.clone(), Arc::new(FixedDirectory::new([asha])));

    let table = sqlx::query("CREATE TABLE deliveries (number TEXT, boxes INT CHECK (boxes > 0))");
    table.execute(&pool).await?;
    for (number, boxes) in [("SO-2026-0107", 20), ("SO-2026-0108", 0)] {
        let done = deliver(&pool, &ports, number, boxes).await.err();
        println!("{number}: {}", done.map_or("committed".into(), |why| format!("undone, {why}")));
    }
    let rows = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM deliveries");
    let (rows, messages) = (rows.fetch_one(&pool).await?, store.counts(u64::MAX).await?.pending);
    println!("Deliveries: {rows}. Messages: {messages}.");
    Ok(())
}
