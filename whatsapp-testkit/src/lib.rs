//! The test kit for software that sends WhatsApp messages with `whatsapp-core`: stand-ins for the
//! outside world. It is for tests, examples and harnesses, never for production.
//!
//! A host that tests its own code begins with [`Scene`]: all of these stand-ins together, in a few
//! lines, on one clock. The guide is `docs/testing.md`.
//!
//! | To stand in for | There is |
//! | --- | --- |
//! | everything at once | [`Scene`]: the host's code, time that passes, and what customers and managers got |
//! | the gateway over HTTP | [`gateway`]: a server that remembers what it accepted, fetches attachments and misbehaves on request |
//! | the gateway without HTTP | [`gateway::MemoryGateway`] with the same memory and faults; [`ScriptedTransport`], whose answers are given one by one |
//! | the database | [`MemoryStore`], the model that every store is compared with |
//! | the mail server | [`RecordingNotifier`] |
//! | the host | [`FixedDirectory`], [`FixedLedger`] |
//! | where the host keeps its files | [`FixedSource`] |
//! | where the gateway fetches attachments | [`MemoryMedia`] |
//! | time and randomness | [`ManualClock`], [`SeededEntropy`] |
//! | messages of a shop | [`fixtures`] |
//!
//! A test that wants a store to behave otherwise in one place wraps it: [`forward_store!`] forwards
//! the methods that the wrapper does not write out.
//!
//! The author of an adapter proves it with [`conformance`]: one macro gives one test for each
//! promise of a port. [`mod@errors`] proves of a crate's error types that they say each clause
//! once.
//!
//! # Features
//!
//! | Feature | Adds |
//! | --- | --- |
//! | `bin` | the `stand-in-gateway` binary, for harnesses that kill their workers |
#![cfg_attr(docsrs, feature(doc_cfg))]

/// The README of this package, whose code is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod clock;
pub mod conformance;
mod directory;
pub mod errors;
pub mod fixtures;
pub mod gateway;
mod ledger;
mod media;
mod memory;
mod notifier;
mod scaled;
pub mod scene;
mod source;
mod transport;
pub mod world;
#[doc(hidden)]
pub mod wrapped;

pub use clock::{ElapsedByWall, ManualClock, SeededEntropy};
pub use directory::FixedDirectory;
pub use ledger::FixedLedger;
pub use media::MemoryMedia;
pub use memory::MemoryStore;
pub use notifier::RecordingNotifier;
pub use scaled::ScaledClock;
pub use scene::Scene;
pub use source::FixedSource;
pub use transport::ScriptedTransport;
pub use wrapped::StoreWrapper;
