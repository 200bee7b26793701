//! The JSON API, as programs see it. Every answer is checked against the document.

mod acts;
mod audit;
mod bulk;
mod caller;
mod cors;
mod document;
mod export;
mod festivals;
mod functions;
mod held;
mod keys;
mod lists;
mod mutes;
mod problems;
mod resources;
mod schedule;
mod schema;
mod sending;
mod settings;
mod templates;
mod viewers;

pub(crate) use caller::Caller;
