//! A small shop back-end: customers, invoices and orders of its own, on SQLite or Postgres, and
//! WhatsApp messages about them. A message exists if, and only if, the event that it tells about
//! was committed.
//!
//! The wiring that a host needs is in [`wiring`]; [`shop`] has the transactions. See the README
//! beside this package for how to run it.

pub mod database;
pub mod directory;
mod document;
mod input;
pub mod records;
mod refusal;
pub mod routes;
pub mod shop;
pub mod staff;
pub mod wiring;
