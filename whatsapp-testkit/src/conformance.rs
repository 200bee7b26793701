//! Suites of cases that every adapter must pass, for the ports of `whatsapp_core::port`.
//!
//! A case is a plain async function named after the promise that it tests. The author of a store
//! writes three lines, and gets one `#[tokio::test]` for each case:
//!
//! ```
//! use std::sync::Arc;
//! use whatsapp_core::port::Store;
//! use whatsapp_testkit::MemoryStore;
//!
//! async fn open() -> Arc<dyn Store> {
//!     Arc::new(MemoryStore::new())
//! }
//!
//! whatsapp_testkit::store_conformance! { open = open }
//! # fn main() {}
//! ```
//!
//! | Macro | Proves |
//! | --- | --- |
//! | [`store_conformance!`](crate::store_conformance) | the storage ports |
//! | [`accounts_conformance!`](crate::accounts_conformance) | that two accounts of a store do not meet |
//! | [`audit_conformance!`](crate::audit_conformance) | that acts leave their entries in the audit |
//! | [`planner_conformance!`](crate::planner_conformance) | the planner's rows |
//! | [`campaigns_conformance!`](crate::campaigns_conformance) | campaigns and their recipients |
//! | [`mutes_conformance!`](crate::mutes_conformance) | mutes |
//! | [`daily_conformance!`](crate::daily_conformance) | the counts of days |
//! | [`bulk_conformance!`](crate::bulk_conformance) | acts on many messages |
//! | [`transport_conformance!`](crate::transport_conformance) | `Transport` |
//! | [`reports_conformance!`](crate::reports_conformance) | `DeliveryReports` |
//! | [`notifier_conformance!`](crate::notifier_conformance) | `Notifier` |
//! | [`media_conformance!`](crate::media_conformance) | `MediaHost` |
//! | [`search_conformance!`](crate::search_conformance) | `CustomerSearch` |
//!
//! The lists of cases are in one place, so that no case can be forgotten on one adapter.
//! [`differential`](differential()) goes further: it plays the same random calls on several stores
//! and compares every answer.

#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a case fails by panicking")]

/// Two accounts over one database.
#[expect(missing_docs, reason = "a case's name is the promise that it tests")]
pub mod accounts;
mod adapters;
/// The audit: entries written with their acts, and pages of them.
#[expect(missing_docs, reason = "a case's name is the promise that it tests")]
pub mod audit;
mod bench;
#[expect(missing_docs, reason = "a case's name is the promise that it tests")]
pub mod bulk;
#[expect(missing_docs, reason = "a case's name is the promise that it tests")]
pub mod campaigns;
mod cases;
#[expect(missing_docs, reason = "a case's name is the promise that it tests")]
pub mod daily;
mod differential;
#[expect(missing_docs, reason = "a case's name is the promise that it tests")]
pub mod mutes;
#[expect(missing_docs, reason = "a case's name is the promise that it tests")]
pub mod planner;
mod stand_in;
mod trial;

macro_rules! suites {
    ($($(#[$doc:meta])* $suite:ident;)+) => {
        $($(#[$doc])*
        #[expect(missing_docs, reason = "a case's name is the promise that it tests")]
        pub mod $suite;)+
    };
}

suites! {
    /// Putting messages into the outbox.
    enqueue;
    /// Claiming and releasing.
    claim;
    /// Claims of looks, and of sends.
    claim_of;
    /// Elapsed time: leases, begins and looks while the wall clock is set forward or back.
    time;
    /// Opening attempts.
    begin;
    /// Settling claimed messages.
    settle;
    /// Changing messages that nobody holds.
    amend;
    /// New messages in the place of failed ones.
    replace;
    /// Attached files: links, messages in two parts, evidence of fetches.
    files;
    /// The outbox's reports about itself, and the account's shared state.
    queue;
    /// The account's changes and the events that they leave.
    account;
    /// Reading the message log.
    log;
    /// Stored templates.
    templates;
    /// Settings.
    settings;
    /// The queue of failure notices.
    notices;
    /// Values at the edge of what is allowed.
    edges;
    /// Sending through a gateway.
    transport;
    /// Asking a gateway for the delivery of messages.
    reports;
    /// Telling the manager by e-mail.
    notifier;
    /// Hosting files for the gateway.
    media;
    /// Finding customers by the text that a person types.
    search;
}

pub use bench::{
    Asked, Meaning, Posted, Reply, ReportsBench, Taken, TransportBench, expect_unsupported,
};
pub use cases::{FreshStore, STORE_CASES, StoreCase};
pub use differential::differential;
pub use stand_in::StandInBench;
