//! Each page in its states: empty, one, many, a row that cannot be read, gone, changed.

mod audit;
mod broken;
mod bulk;
mod connection;
mod customer;
mod festivals;
mod greetings;
mod hanging;
mod held;
mod list;
mod message;
mod overview;
pub(crate) mod schedule;
mod sending;
mod settings;
mod templates;
