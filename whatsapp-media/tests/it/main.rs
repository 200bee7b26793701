//! Tests of the crate from outside: the files that it reads, those that it refuses, and its
//! secrecy.

#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is its failure")]

#[cfg(feature = "axum")]
mod host;
#[cfg(feature = "source")]
mod log;
#[cfg(feature = "source")]
mod source;
