//! Tests of the notifier from outside: a real SMTP server on loopback accepts mails, which are then
//! parsed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;
mod contents;
mod delivery;
mod hostile;
mod refusals;
mod smtp;
mod support;
mod tls;
