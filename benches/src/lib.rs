//! Shared parts of the benchmarks: measuring side by side, the databases they run on, our own side,
//! and the peers as a user would have to set them up.
//!
//! Each benchmark is a target of its own under `benches/`. The README says what each measures and
//! shows figures.

pub mod contest;
pub mod enqueue;
pub mod history;
pub mod loopback;
pub mod memory;
mod micro;
pub mod ours;
pub mod peers;
pub mod planning;
pub mod server;
pub mod settings;

pub use micro::{Candidate, compare};
