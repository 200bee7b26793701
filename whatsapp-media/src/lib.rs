//! Attachments for `whatsapp-core`: reads a host's files from where they lie, and keeps copies of
//! them where the gateway can fetch them.
//!
//! # Features
//!
//! | Feature | What it adds |
//! | --- | --- |
//! | `source` (default) | [`source`]: files on disk, https links, and shared files of cloud drives |
//! | `host` (default) | [`host`]: keeping files and publishing them |
//! | `axum` (default) | the route that serves what is hosted |
//! | `object-store` | object stores as a place to read from |
//! | `aws`, `azure`, `gcp` | S3, Azure and Google Cloud Storage, to read from and to host in |

#[cfg(feature = "host")]
#[cfg_attr(docsrs, doc(cfg(feature = "host")))]
pub mod host;
#[cfg(feature = "source")]
mod source;

#[cfg(feature = "source")]
pub use source::{
    Cloud, CloudTokenError, CloudTokens, InvalidSources, Resolver, Sources, SourcesBuilder,
    SystemResolver,
};
