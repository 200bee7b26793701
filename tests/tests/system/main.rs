//! The whole system without its customers: core, the SQLite store and the gateway adapter, against
//! the stand-in gateway over HTTP. Clocks stand still until they are moved.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod account;
mod acts;
mod api;
mod bulk;
mod lessons;
mod life;
mod notices;
mod outcomes;
mod shop;
mod types;
mod ways;
