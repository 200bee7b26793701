//! Servers and databases for tests, tested: above all, that nothing of them is left behind.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot prepare itself ends at once"
)]

mod cluster;
mod database;
mod death;
