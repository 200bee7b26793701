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
use whatsapp_core::port::{ApiKey, EnvironmentKey, FixedKey};
use whatsapp_core::{prelude::*, template::StockDelivered};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::{FixedDirectory, gateway::StandInGateway};

#[tokio::main]
async fn main() -> Result<()> {
    // Without a key the message goes to a stand-in for the gateway, to an invented number.
    let (stand_in, to) = (StandInGateway::start().await?, std::env::args().nth(1));
    let (gateway, to) = if std::env::var_os("WHATSAPP_API_KEY").is_some() {
        let key = EnvironmentKey::new("WHATSAPP_API_KEY");
        (Gateway::builder(Arc::new(key)), to.context("give a number of yours, such as +91…")?)
    } else {
        let key = FixedKey(ApiKey::new(stand_in.key())?);
        let to = to.unwrap_or("+919876500001".into());
        (Gateway::builder(Arc::new(key)).base_url(stand_in.url()), to)
    };
    // A host asks its own tables, and opens a file: what is enqueued there survives a crash.
    let asha = Customer::new("C-1".try_into()?, "Asha Traders", Some(&to));
    let (store, customers) = (SqliteStore::in_memory().await?, FixedDirectory::new([asha]));
    let ports = Ports::over(Arc::new(store), Arc::new(customers));
    let ports = ports.with_gateway(Arc::new(gateway.build()?));
    let messenger = Messenger::new(ports.clone());
    let sending = Runner::sending(Dispatcher::new(ports)?)?.start();

    let (order_number, items) = ("SO-2026-0107".into(), vec!["20 × LED bulb 9 W".into()]);
    let order = StockDelivered { order_number, delivered_on: "2026-01-27".parse()?, items };
    let told = messenger.tell("C-1", order).await.map(|receipt| receipt.message_id);
    let id = told.or_else(|why| why.logged().ok_or(why))?; // A refused message is in the log, too.
    let message = messenger.outcome(id).await.context("it is on its way")?;
    println!("To {to}: {}\n{}", message.state.status, messenger.why(id).await?);
    sending.stop().await;
    Ok(())
}
