//! Every storage port of `whatsapp-core` on SQLite and on Postgres, over sqlx. These are the
//! message log, the outbox with its ledger of attempts, templates, settings, failure notices, the
//! planner's rows and mutes. The tables may be beside the host's own or apart from them.
//!
//! ```
//! use whatsapp_core::port::{MessageLog, NextDue, Outbox, SettingsStore};
//! use whatsapp_store_sqlx::SqliteStore;
//!
//! # async fn wiring() -> Result<(), whatsapp_core::port::StoreError> {
//! // A host gives a path: `SqliteStore::open("whatsapp.db")`.
//! let store = SqliteStore::in_memory().await?;
//! assert_eq!(store.counts(u64::MAX).await?.pending, 0);
//! assert_eq!(store.next_due().await?, NextDue::default());
//! assert!(!store.load_settings().await?.is_empty());
//! store.close().await;
//! # Ok(())
//! # }
//! # tokio::runtime::Runtime::new().unwrap().block_on(wiring()).unwrap();
//! ```
//!
//! [`SqliteStore`] implements all of them: share it as `Arc<SqliteStore>`, or as `Arc<dyn Outbox>`
//! and so on. [`SqliteOptions`] has its few options.
//!
//! With the feature `postgres`, `PostgresStore` does the same for any number of worker processes on
//! any number of hosts. `enqueue_in` of either store puts a message into the host's own
//! transaction. `host_pool` keeps a client that disconnects from leaving such a transaction open on
//! the host's pool.
//!
//! # The host's sqlx
//!
//! Pools and transactions of the host are those of sqlx 0.9, which is here as [`sqlx`] too. A
//! program has one SQLite: an older crate beside this one, such as sqlx 0.8, links an SQLite that
//! can damage its files, and `SqliteStore::open` refuses it. `cargo tree -i libsqlite3-sys` names
//! the crate to update.
//!
//! # Promises
//!
//! - The result of a method is on the disk when the method returns. SQLite uses its write-ahead log
//!   with `synchronous=FULL`; Postgres uses its `synchronous_commit` (on, unless somebody changed
//!   it).
//! - Dropping the future of a method breaks nothing: a write runs to its end in a task of its own.
//!   Afterwards either all of it is there or nothing.
//! - Several stores, tasks and processes of one host may share a SQLite file. Network file systems
//!   and several hosts may not, because SQLite cannot lock there. On Postgres any number of hosts
//!   may.
//!
//! # Features
//!
//! | Feature | Adds |
//! | --- | --- |
//! | `sqlite` (default) | `SqliteStore`, with SQLite built in |
//! | `postgres` | `PostgresStore`, `DatabaseClock` |
#![cfg_attr(docsrs, feature(doc_cfg))]

/// The README of this package, whose code is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(any(feature = "sqlite", feature = "postgres"))]
#[cfg(test)]
mod assembled;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod binds;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod bulk;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod campaigns;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod codec;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod daily;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod error;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod log;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod migrations;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod mutes;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod planner;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod rows;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod statement;

#[cfg(feature = "postgres")]
pub use postgres::{DatabaseClock, PostgresOptions, PostgresStore};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteOptions, SqliteStore, Synchronous};
/// The sqlx whose pools, options and transactions this crate takes. A host that uses this one
/// cannot have another version by mistake.
pub use sqlx;
