//! Attachments for `whatsapp-core`: reads a host's files from their places, and keeps copies of
//! them for the gateway to fetch.
//!
//! ```
//! use whatsapp_core::attachment::{CheckedFile, Place};
//! use whatsapp_core::port::AttachmentSource;
//! use whatsapp_media::Sources;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let bills = tempfile::tempdir()?;
//! # let bills = bills.path();
//! # std::fs::write(bills.join("INV-7.pdf"), "%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n")?;
//! let sources = Sources::builder().folder(bills).build()?;
//! let found = sources.read(&Place::Path("INV-7.pdf".into())).await?;
//! let file = CheckedFile::found(found, None)?;
//! assert_eq!(file.name(), "INV-7.pdf");
//!
//! // Links are followed to public servers only.
//! let inside = Place::Link("https://169.254.169.254/latest/meta-data/".into());
//! assert!(sources.read(&inside).await.is_err());
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | Feature | What it adds |
//! | --- | --- |
//! | `source` (default) | [`Sources`]: files on disk, https links, shared files of cloud drives |
//! | `host` (default) | [`StoredMedia`]: keeping files and publishing them |
//! | `axum` (default) | the route that serves what is hosted |
//! | `object-store` | object stores as a place to read from |
//! | `aws`, `azure`, `gcp` | S3, Azure and Google Cloud Storage, to read from and to host in |
#![cfg_attr(docsrs, feature(doc_cfg))]

/// The README of this package, whose code is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(feature = "host")]
mod host;
#[cfg(test)]
mod said_once;
#[cfg(feature = "source")]
mod source;

#[cfg(feature = "host")]
pub use host::{HostError, LinkSecret, StoredMedia};
#[cfg(feature = "source")]
pub use source::{
    Cloud, CloudTokenError, CloudTokens, InvalidSources, Resolver, Sources, SourcesBuilder,
    SystemResolver,
};
