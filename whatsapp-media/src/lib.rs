//! Attachments for `whatsapp-core`: reads a host's files from where they lie, and keeps copies of
//! them where the gateway can fetch them.
//!
//! # Features
//!
//! | Feature | What it adds |
//! | --- | --- |
//! | `source` (default) | [`source`]: files on disk, https links, and shared files of cloud drives |
//! | `host` (default) | keeping files and publishing them |
//! | `object-store` | object stores, for both |

#[cfg(feature = "source")]
mod source;

#[cfg(feature = "source")]
pub use source::{
    Cloud, CloudTokenError, CloudTokens, InvalidSources, Resolver, Sources, SourcesBuilder,
    SystemResolver,
};
