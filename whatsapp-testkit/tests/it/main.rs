//! The test kit, tested from the outside.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod client;
mod gateway;
mod mailer;
mod media;
mod memory;
mod mutants;
mod pigeon;
mod search;
