//! Sends one message over embedded SQLite, and says what became of it:
//!
//! ```text
//! cargo run -p whatsapp-examples --bin send_one
//! WHATSAPP_API_KEY=… cargo run -p whatsapp-examples --bin send_one -- +91…   # to a phone of yours
//! ```
#![expect(clippy::print_stdout, reason = "the result of a program for people")]

use std::sync::Arc;

use anyhow::{Context as _, Result};
use whatsapp_360messenger::Gateway;
use whatsapp_core::port::{ApiKey, Customer, EnvironmentKey, FixedKey, MessageLog as _};
use whatsapp_core::template::StockDelivered;
use whatsapp_core::{CustomerId, Dispatcher, Messenger, Ports, Request, Runner};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::{FixedDirectory, gateway::StandInGateway};

#[tokio::main]
async fn main() -> Result<()> {
    let (stand_in, to) = (StandInGateway::start().await?, std::env::args().nth(1));
    let (gateway, to) = if std::env::var_os("WHATSAPP_API_KEY").is_some() {
        let key = Arc::new(EnvironmentKey::new("WHATSAPP_API_KEY"));
        (Gateway::builder(key), to.context("give a number of yours, such as +91…")?)
    } else {
        let key = Arc::new(FixedKey(ApiKey::new(stand_in.key())?));
        (Gateway::builder(key).base_url(stand_in.url()), to.unwrap_or("+919876500001".into()))
    };
    let asha = CustomerId::new("C-1")?;
    // A host asks its own tables, and opens a file: what is enqueued there survives a crash.
    let customers = FixedDirectory::new([Customer::new(asha.clone(), "Asha Traders", Some(&to))]);
    let store = Arc::new(SqliteStore::in_memory().await?);
    let gateway = Arc::new(gateway.build()?);
    let ports = Ports::new(store.clone(), Arc::new(customers))
        .with_transport(gateway.clone())
        .with_deliveries(gateway);
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let runner = Runner::sending(Dispatcher::new(ports.clone())?)?;
    let running = tokio::spawn(runner.run(async { stopped.await.unwrap_or(()) }));

    let (order_number, items) = ("SO-2026-0107".into(), vec!["20 × LED bulb 9 W".into()]);
    let order = StockDelivered { order_number, delivered_on: "2026-01-27".parse()?, items };
    let messenger = Messenger::new(ports);
    let sent = messenger.send(Request::stock_delivered(asha, order)).await;
    let id = sent.message_log_id.context(sent.error.unwrap_or_default())?;
    let message = store.message(id).await?.context("it is not in the log")?;
    println!("To {to}: {}\n{}", message.state.status, messenger.why(id).await?);
    stop.send(()).map_err(|()| anyhow::anyhow!("nothing ran"))?;
    Ok(running.await?)
}
