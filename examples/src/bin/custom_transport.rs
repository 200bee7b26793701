//! Sends by a transport of one's own, which writes each message into a folder:
//! `cargo run -p whatsapp-examples --bin custom_transport -- FOLDER`
#![expect(clippy::print_stdout, reason = "the result of a program for people")]

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use whatsapp_core::port::{Accepted, OutgoingMessage, Probe, Transport, TransportError};
use whatsapp_core::{prelude::*, retry::Disposition, template::StockDelivered};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::FixedDirectory;

#[derive(Debug)]
struct Folder(PathBuf);

/// Surely nothing was taken, so it is tried again; `Unknown` is for whatever may have been taken.
fn away(error: &std::io::Error) -> TransportError {
    TransportError::new(Disposition::Transient, format!("The folder took no file ({error})"))
}

#[async_trait]
impl Transport for Folder {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        let id = message.reference.map(|it| it.message_id.to_string()).unwrap_or_default();
        let letter = format!("To {}\n\n{}\n", message.number.as_str(), message.text.as_str());
        tokio::fs::write(self.0.join(format!("{id}.txt")), letter).await.map_err(|it| away(&it))?;
        Ok(Accepted::new(Some(id)))
    }
    async fn probe(&self) -> Result<Probe, TransportError> {
        tokio::fs::read_dir(&self.0).await.map(|_| Probe::Ready).map_err(|it| away(&it))
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = Folder(std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from));
    let asha = Customer::new("C-1".try_into()?, "Asha Traders", Some("+919876500001"));
    let (order_number, items) = ("SO-2026-0107".into(), vec!["20 × LED bulb 9 W".into()]);
    let order = StockDelivered { order_number, delivered_on: "2026-01-27".parse()?, items };
    let (store, customers) = (SqliteStore::in_memory().await?, FixedDirectory::new([asha]));
    let ports = Ports::over(Arc::new(store), Arc::new(customers)).with_transport(Arc::new(folder));
    let messenger = Messenger::new(ports.clone());
    let id = messenger.tell("C-1", order).await?.message_id;
    // One pass of the dispatcher. A service runs `Runner::sending(dispatcher)?.run(shutdown)`.
    let report = Dispatcher::new(ports.clone())?.tick(ports.clock().now()).await?;
    println!("Messages sent: {}\n{id}: {}", report.sent, messenger.why(id).await?);
    Ok(())
}
