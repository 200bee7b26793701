//! Tells the manager by email which WhatsApp messages failed for good: a [`Notifier`] of
//! `whatsapp-core` over SMTP. The core collects the notices and decides when a mail is due. This
//! crate writes the mail and hands it to a mail server.
//!
//! ```
//! use std::sync::Arc;
//!
//! use whatsapp_core::port::{Digest, Notifier, NotifyError, Told};
//! use whatsapp_core::settings::Settings;
//! use whatsapp_core::template::Types;
//! use whatsapp_notify::{BuildError, EmailNotifier};
//!
//! fn notifier(smtp_url: &str) -> Result<Arc<dyn Notifier>, BuildError> {
//!     let notifier = EmailNotifier::builder("Asha Traders <notices@example.com>")
//!         .smtp_url(smtp_url)
//!         .time_zone(Settings::default().time_zone)
//!         .console_url("https://shop.example.com/whatsapp")
//!         .build()?;
//!     Ok(Arc::new(notifier))
//! }
//!
//! // The chore `Notices`, which a `Runner` runs, does this whenever a digest is due.
//! async fn tell(
//!     notifier: &dyn Notifier,
//!     digest: &Digest,
//!     types: &Types,
//! ) -> Result<Told, NotifyError> {
//!     notifier.notify("manager@example.com, owner@example.com", digest, types).await
//! }
//!
//! // From a secret, such as an environment variable; `@` in a user name is written `%40`.
//! assert!(notifier("smtps://notices%40example.com:password@mail.example.com").is_ok());
//! // Nothing travels in the clear, except within one machine.
//! assert_eq!(notifier("smtp://mail.example.com").unwrap_err(), BuildError::PlainText);
//! assert!(notifier("smtp://localhost").is_ok());
//! ```
//!
//! # What is in a mail
//!
//! | Part | One failed message | Several |
//! | --- | --- | --- |
//! | Subject | `WhatsApp Message Failed - Invoice` | `WhatsApp Messages Failed - 3 messages` |
//! | First | | how many failed and when; counts by message type and by reason; how many of them may have been delivered |
//! | Body | the seven lines of specification 9.3: Customer, WhatsApp, Message Type, Trigger, Failure Reason, Timestamp, Retry Count; and what it takes to act on it: the customer's id, the number of the invoice or the order, the message's id, the number that a wrong one was perhaps meant to be | the same lines for each of the first 200, and how many more there are |
//! | Unknown outcome | that it may have been delivered | the same, with each such message |
//! | Last | a link to the console, if its address was given | the same |
//!
//! A mail about the account says that sending stopped, that it goes on, or that nothing is
//! delivered. It explains this in plain words and in the gateway's own. It tells the number of
//! waiting messages and the next steps.
//!
//! Each mail is both text and HTML, readable on a telephone and on a dark screen. It shows the
//! customer's name and full number, because the manager needs them to act: write only to addresses
//! that may see them.
//!
//! The same digest gives the same mail, byte for byte. Its `Message-ID` is the digest's id at the
//! sender's domain, and its `Date` is the time at which the digest was put together. So a mail
//! program recognizes the second copy of a mail that was sent again. `Auto-Submitted:
//! auto-generated` keeps out-of-office programs from answering.
//!
//! Names, numbers and reasons are cut to one line of 120, 40 and 300 characters, without control or
//! direction characters. They appear only in bodies, never in headers, and are escaped in the HTML.
//!
//! # What is promised, and what is not
//!
//! - `Ok` means that the server accepted the mail for at least one address. If it refuses some of
//!   several, the others get the mail, and a warning is logged with both numbers. Addresses refused
//!   for good (5xx) are not tried again. Addresses refused for now (4xx, as by a greylist) are
//!   still owed the mail. The core gives the digest again after 5, 15 and then every 30 minutes,
//!   for four days, and it goes to these addresses only.
//! - Of a server's reply only the three digits count, in whatever encoding its text is written.
//! - An error means that the mail was not certainly accepted. It may have been: a server can fall
//!   silent after it accepted the mail. The core sends the digest again, and the `Message-ID` shows
//!   that both are the same mail.
//! - Errors, `Debug` and logs hold no address, user, password or number. Of the server's reply,
//!   which may repeat them, they hold only the three-digit code.
//! - TLS is rustls, with the operating system's certificate authorities and any that
//!   [`add_root_certificate`](EmailNotifierBuilder::add_root_certificate) brings.
//!
//! # Features
//!
//! | Feature | Adds |
//! | --- | --- |
//! | `suggest` | `EmailNotifierBuilder::country`: the number perhaps meant by a wrong one |
//!
//! TLS is always on, and tokio is required.
//!
//! [`Notifier`]: whatsapp_core::port::Notifier
#![cfg_attr(docsrs, feature(doc_cfg))]

/// The README of this package, whose code is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod account;
mod address;
mod body;
mod builder;
mod clean;
mod deliver;
mod error;
mod mail;
mod notifier;
#[cfg(test)]
mod said_once;
mod server;
mod stamp;
mod wire;

pub use builder::EmailNotifierBuilder;
pub use error::BuildError;
pub use notifier::EmailNotifier;
pub use server::Security;
