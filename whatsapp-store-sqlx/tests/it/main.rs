//! Tests of the store from outside: the conformance suites, and errors that only a database can
//! make.

#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is its failure")]

mod broken;
mod cancelled;
mod conformance;
mod differential;
mod faults;
mod frozen;
mod hang_ups;
mod isolation;
mod migrations;
mod postgres;
mod shared;
mod told;
mod transaction;
mod walks;

use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tempfile::TempDir;
use whatsapp_core::LeaseToken;
use whatsapp_core::port::{Claim, ClaimOf, Lane, random};
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::SeededEntropy;
use whatsapp_testkit::fixtures::START;

/// Reason why a database of an older shape is not opened.
const OLDER_SHAPE: &str = "the database refused the operation: its tables were made by a version of \
                           this library that was never released, and this version cannot take them \
                           over: use a new database, or keep using that version";

/// The name of the database in a test's folder.
const FILE: &str = "whatsapp.db";

/// A store on a file of its own, in a folder that lives as long as the store.
async fn on_file() -> (Arc<SqliteStore>, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join(FILE)).await;
    (Arc::new(store.unwrap()), folder)
}

/// A connection beside the store, as another program would have it.
async fn stranger(folder: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join(FILE));
    options.create_if_missing(true).connect().await.unwrap()
}

/// A claim of the messages due at the start, for two minutes.
fn claim(entropy: &SeededEntropy, limit: u32) -> Claim {
    Claim {
        lane: Lane::Transactional,
        of: ClaimOf::All,
        only: None,
        after: None,
        token: LeaseToken::new(START, random(entropy)),
        now: START,
        elapsed: whatsapp_testkit::fixtures::elapsed(START),
        lease: TimeDelta::minutes(2),
        limit,
        excluding: Vec::new(),
    }
}
