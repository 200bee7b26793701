//! The gateway's adapter seen from outside: what it writes, what it makes of answers and of their
//! absence, and that it gives nobody away.

#![allow(clippy::unwrap_used, reason = "what a test needs and does not get is its failure")]

mod canary;
mod conformance;
mod contract;
mod golden;
mod listed;
mod looks;
mod moves;
mod once;
mod support;
