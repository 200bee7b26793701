//! The JSON API, as programs see it. Every answer is held against the document.

mod acts;
mod caller;
mod cors;
mod document;
mod functions;
mod keys;
mod lists;
mod problems;
mod resources;
mod schema;
mod viewers;

pub(crate) use caller::Caller;
