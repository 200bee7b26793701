//! `Sources`: reading files from their places.

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
