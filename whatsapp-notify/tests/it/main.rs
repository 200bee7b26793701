//! The notifier from outside: mails that a real SMTP server on loopback took, parsed back.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conformance;
mod contents;
mod delivery;
mod hostile;
mod refusals;
mod smtp;
mod support;
mod tls;
