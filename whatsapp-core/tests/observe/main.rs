//! What people see who watch a service: its spans, events and metrics, and the health value.
//!
//! These tests are a program of their own, because one subscriber records all of the process.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests may panic")]

#[cfg(feature = "metrics")]
mod counted;
mod fields;
mod health;
mod page;
mod recorder;
mod scene;
mod spans;
