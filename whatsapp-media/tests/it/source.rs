//! `Sources`: reading files from where they lie.

mod cloud;
mod corpus;
mod folder;
mod leaks;
mod limits;
mod links;
mod names;
mod onedrive;
#[cfg(feature = "object-store")]
mod store;
mod support;
mod tls;
