//! The crate seen from outside: what it reads, what it refuses, and that it gives nothing away.

#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is its failure")]

#[cfg(feature = "axum")]
mod host;
#[cfg(feature = "source")]
mod log;
#[cfg(feature = "source")]
mod source;
