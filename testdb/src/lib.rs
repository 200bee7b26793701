//! Throwaway PostgreSQL servers and databases for this workspace's tests and benchmarks.
//!
//! A test that needs a database takes a fresh one, and leaves nothing behind:
//!
//! ```no_run
//! # async fn test() {
//! let database = whatsapp_testdb::TestDatabase::create().await;
//! // … PostgresStore::open(database.url()).await …
//! # }
//! ```
//!
//! A test that crashes its server, or wants it set otherwise, takes a [`Cluster`] of its own; a
//! [`Pooler`] stands before a cluster.
//!
//! The server programs of PostgreSQL 15 or newer must be installed; nothing is skipped without
//! them. `cargo xtask test` installs them where it can, and starts one server for all tests, whose
//! address it hands on in `TEST_DATABASE_URL`. Runs on Unix only.
//!
//! | Feature | Brings |
//! | --- | --- |
//! | `database` (default) | [`TestDatabase`], over sqlx |

mod account;
mod cluster;
#[cfg(feature = "database")]
mod database;
mod guard;
mod pooler;
mod programs;
mod reach;

pub use crate::cluster::{Builder, Cluster};
#[cfg(feature = "database")]
pub use crate::database::{TestDatabase, VARIABLE};
pub use crate::pooler::Pooler;
pub use crate::programs::{OLDEST, pooler_program, server_programs};
pub use crate::reach::answers;
