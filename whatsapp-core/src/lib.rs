//! Everything a back-end needs to send its customers WhatsApp messages: templates, message states,
//! an outbox with a ledger of attempts, and the dispatcher that sends from it. This is the pure
//! core: gateways, databases and e-mail are [ports](port), and adapter crates implement them.
//!
//! ```
//! use std::sync::Arc;
//!
//! use whatsapp_core::prelude::*;
//! use whatsapp_core::template::StockDelivered;
//! use whatsapp_testkit::{FixedDirectory, ManualClock, MemoryStore, ScriptedTransport};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A host brings its adapters; here the test kit's stand in for them.
//! let asha = Customer::new("C-1".try_into()?, "Asha Traders", Some("+919876543210"));
//! let customers = FixedDirectory::new([asha]);
//! let gateway = ScriptedTransport::new();
//! let clock = ManualClock::starting_at("2026-01-27T09:30:00Z".parse()?);
//! let store = Arc::new(MemoryStore::new());
//! let ports = Ports::over(store, Arc::new(customers))
//!     .with_transport(Arc::new(gateway.clone()))
//!     .with_clock(Arc::new(clock.clone()));
//! let dispatcher = Dispatcher::new(ports.clone())?;
//! let messenger = Messenger::new(ports);
//!
//! // The order was delivered: once this returns, the message is safe.
//! let order = StockDelivered {
//!     order_number: "SO-2026-0107".to_owned(),
//!     delivered_on: "2026-01-27".parse()?,
//!     items: vec!["20 × LED bulb 9 W".to_owned()],
//! };
//! let first = messenger.tell("C-1", order.clone()).await?;
//! let again = messenger.tell("C-1", order).await?;
//! assert_eq!(first.message_id, again.message_id, "the same message twice is one message");
//!
//! // A service runs `Runner::sending(dispatcher)?.run(shutdown)`; one pass of the dispatcher is:
//! let report = dispatcher.tick(clock.now()).await?;
//! assert_eq!(report.sent, 1);
//! assert!(gateway.sent()[0].text.as_str().starts_with("Hello Asha Traders,"));
//! # Ok(())
//! # }
//! ```
//!
//! # The main types
//!
//! | | |
//! | --- | --- |
//! | [`Messenger`] | the host's calls: tell, enqueue, send, preview, retry, reschedule, resend, cancel |
//! | [`Request`] | one message to one customer, from a [typed payload](template::Payload), a map of values, or a text |
//! | [`Desk`] | changes of settings, templates, mutes and the account's pause; the audit |
//! | [`find`](find::find) | search by a typed name, number, invoice or message id |
//! | [`Campaigns`] | greetings and announcements to many customers: checked, armed, paused, cancelled |
//! | [`Dispatcher`] | claims, begins, POSTs, settles and looks, all by [`tick`](Dispatcher::tick) |
//! | [`Runner`] | the loop of a sending process: the dispatcher, the notices, the sweep |
//! | [`Ports`] | the adapters that a host has chosen |
//! | [`prelude`] | the few names that most programs need in scope |
//! | [`template::Template`] | text with `{placeholders}`, checked when saved |
//! | [`message::State`] | the state of a message, and the one function that moves it |
//! | [`settings::Settings`] | the `whatsapp_*` rows of the configuration table, typed |
//! | [`Attachment`] | the file that goes with a message, or its location |
//! | [`notices::Notices`] | failure notices, at once and then in digests |
//! | [`festival`] | the dates of festivals: India's, and those of a file |
//! | [`readiness::Readiness`] | the health of a process and its account, for a readiness check |
//! | [`observe`] | the names of spans, fields and metrics |
//!
//! # What is promised
//!
//! Once `enqueue` returns `Ok`, a message is never silently lost: it ends `sent`, `failed` with a
//! reason and a notice, or `cancelled` with a reason. It has at most four POSTs that count, and
//! never two at once. Where a text is too long to be its file's caption, file and text have four
//! each. After an unclear reply another POST follows only if the gateway's own list does not show
//! the message. It follows half an hour later, or the retry interval later where that is longer.
//! Exactly-once is *not* promised, nor is any order between messages, nor delivery to the handset:
//! `sent` means that the gateway took it.
//!
//! # Features
//!
//! | Feature | Adds |
//! | --- | --- |
//! | `tokio` | `port::TokioRuntime`, by which a `Runner` and `Messenger::send` sleep |
//! | `suggest` | `WhatsAppNumber::typed`: numbers as people write them, and what was changed |
//! | `metrics` | counters and histograms for a recorder of `metrics`, and the chore `Gauges` |
//! | `mock` | `mockall` mocks of every port |
//!
//! By default the crate needs no async runtime, HTTP client, database driver, web framework or mail
//! library.
#![cfg_attr(docsrs, feature(doc_cfg))]

/// The README of this package, whose code is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub mod account;
pub mod address;
pub mod attachment;
pub mod audit;
mod books;
pub mod bulk;
pub mod bulks;
pub mod campaign;
pub mod campaigns;
pub mod chore;
mod compose;
mod consent;
pub mod daily;
pub mod desk;
pub mod dispatch;
pub mod export;
pub mod festival;
mod files;
pub mod find;
pub mod format;
#[cfg(feature = "metrics")]
pub mod gauges;
mod id;
pub mod message;
pub mod messenger;
pub mod mute;
pub mod notices;
pub mod number;
pub mod observe;
pub mod overview;
pub mod planner;
pub mod port;
pub mod prelude;
mod private;
pub mod readiness;
pub mod retry;
pub mod run;
#[cfg(test)]
mod said_once;
pub mod schedule;
pub mod settings;
pub mod shown;
pub mod sweep;
pub mod template;
pub mod time;
mod types;
mod visible;
mod wake;
pub mod why;
mod wiring;
mod word;

pub use attachment::Attachment;
pub use bulks::{BulkRunner, Bulks};
pub use campaigns::{CampaignFeeder, Campaigns};
pub use daily::DailyTally;
pub use desk::Desk;
pub use dispatch::{DispatchOptions, Dispatcher};
#[cfg(feature = "metrics")]
pub use gauges::Gauges;
pub use id::{
    AccountEventId, AccountId, AuditId, BulkId, CampaignId, CustomerId, DigestId, HOST_KEY_MAX,
    InvalidHostKey, InvalidId, InvoiceId, LeaseToken, MessageId, MuteId, TemplateId, UserId,
};
pub use messenger::{Draft, Messenger, Request};
pub use number::{InvalidNumber, WhatsAppNumber};
pub use planner::Planner;
pub use private::Private;
pub use run::{Runner, Running};
pub use wake::{Rings, Wake};
pub use wiring::{Offers, Ports, SettingsUnread, WiringError};
