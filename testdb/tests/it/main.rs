//! Servers and databases for tests, tested: above all, that nothing of them is left behind.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod cluster;
mod database;
mod death;
mod pooler;
