//! The fault harness. It kills and freezes worker processes and crashes a database server, against
//! a gateway that misbehaves. Afterwards a checker compares the gateway's record with the database.
//! The checker must also catch eighteen [mutants](mutant::Mutant).
//!
//! | test | what happens | database |
//! | --- | --- | --- |
//! | T1 | four workers, one killed each 50 ms; the host rolls back 1 in 5 transactions | Postgres |
//! | T2 | two workers on one file, one killed every 50 ms; `integrity_check` afterwards | SQLite |
//! | T3 | workers killed every 1.5 to 9 s, frozen for 0.3 to 4 s, held up over replies | both |
//! | T5 | as T1, and every 2.5 s the server crashes | Postgres |
//! | T25 | lists show recipients by alias or other digits; workers killed every 1.2 to 5 s | both |
//! | T26 | killed as in T25; lists show texts escaped, replaced or cut, and times shifted | both |
//! | T27 | killed as in T25; the account in trouble every 1.5 to 3 s, in each form in turn | both |
//! | T28 | killed as in T25; workers' wall clocks set by up to 3 h every 2 s, both ways | both |
//! | T11 | the mutants, each in a schedule of its own, with and without the safeguard | both |
//! | T14 | T1 and T5 ask at each POST if the server holds open a transaction of ours | Postgres |
//!
//! All but T11 and T14 are [storms](storm). T11 is played on a [stage](scene) with a clock that
//! stands still. In T1 a host enqueues in transactions of its own, and nothing else makes messages.
//!
//! # Clocks
//!
//! In a storm the clocks run [`FACTOR`] times as fast as time. Everything else is to scale, and
//! these inequalities keep the scale honest, all in real time:
//!
//! | what | how long |
//! | --- | --- |
//! | a POST follows its begin within | 1 s ([`worker::MONOTONIC_FACTOR`]) |
//! | a POST takes at most | 1 s |
//! | a lease | 2 s |
//! | a frozen worker (SIGSTOP) | 0.3 to 4 s: shorter and longer than a lease |
//! | the list knows of a message after | 0.75 s |
//! | the account is in trouble for | 0.5 to 1.5 s, then not for 1.5 to 3 s: longer than a pause |
//! | the settle window (30 minutes) | 7.5 s: longer than 1 + 4 + 0.75 s |
//! | a worker held up between reply and settle | 2.5 to 10 s: longer than a settle window too |
//!
//! On Postgres a worker takes its time from the server (`PostgresStore::clock`), so that hosts
//! whose clocks differ agree. Here all processes are on one host and are told the same origin, so
//! that they agree already. A server's clock cannot be made to run fast; the scaled clock stands in
//! for it.

pub mod beside;
mod careless;
mod chaos;
mod check;
pub mod database;
mod held_up;
mod host;
mod journal;
pub mod jumps;
pub mod mutant;
pub mod report;
pub mod scene;
pub mod schedule;
mod skies;
mod store;
pub mod storm;
mod verdict;
mod witness;
pub mod worker;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub use verdict::Verdict;

/// Speed of a storm's clocks, as a multiple of real time: half an hour takes 7.5 seconds.
pub const FACTOR: u32 = 240;

/// Returns the folder for the runs of a checkout, in its folder of build output.
#[must_use]
pub fn default_folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"), PathBuf::from);
    target.join("faults")
}

#[expect(clippy::disallowed_methods, reason = "a harness for real processes takes real time")]
async fn nap(time: Duration) {
    tokio::time::sleep(time).await;
}

#[expect(clippy::disallowed_methods, reason = "how long a run took is told to a person")]
fn now() -> Instant {
    Instant::now()
}
