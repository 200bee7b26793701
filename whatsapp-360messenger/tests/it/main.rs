//! The gateway's adapter seen from outside: its requests, its interpretation of answers and of
//! their absence, and its secrecy.

#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is its failure")]

mod canary;
mod conformance;
mod contract;
mod golden;
mod in_memory;
mod listed;
mod looks;
mod moves;
mod once;
mod support;
