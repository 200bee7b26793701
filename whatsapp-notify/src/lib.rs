//! Tells the manager by e-mail which WhatsApp messages failed for good: a [`Notifier`] of
//! `whatsapp-core` over SMTP. The core collects the notices and decides when a mail is due; this
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
//! | If the outcome is unknown | that the message may have been delivered | the same, with each such message |
//! | Last | a link to the console, if its address was given | the same |
//!
//! A mail about the account says that sending stopped, goes on, or that nothing is delivered: in plain
//! words, in the gateway's own, how many messages wait, and what to do.
//!
//! Each mail is both text and HTML, readable on a telephone and on a dark screen. It shows the
//! customer's name and full number, for the manager has to act on them: write only to addresses
//! that may see them.
//!
//! The same digest is the same mail, byte for byte: its `Message-ID` is the digest's id at the
//! sender's domain and its `Date` is when the digest was put together, so a mail program can
//! tell the second copy of a mail that was sent again. `Auto-Submitted: auto-generated` keeps
//! out-of-office programs from answering.
//!
//! Names, numbers and reasons are cut to one line of 120, 40 and 300 characters without control
//! or direction characters, stand only in bodies and never in headers, and are escaped in the HTML.
//!
//! # What is promised, and what is not
//!
//! - `Ok` means that the server took the mail for at least one address. If it refuses some of
//!   several, the others get the mail and a warning is logged with the numbers of both. Those that
//!   it refuses for good (5xx) are left at that. Those that it refuses for now (4xx, as a greylist
//!   does) stay owed the mail: the core gives the digest again after 5, 15 and then every 30 minutes,
//!   four days long, and it goes to them alone.
//! - Of what the server says only the three digits count, whatever its text is written in.
//! - An error means that the mail was not surely taken. It may have been: a server can fall silent
//!   after it took it. The core sends the digest again, and the `Message-ID` tells.
//! - Errors, `Debug` and logs hold no address, user, password or number, nor what the server
//!   said, which may repeat them; only its three-digit code.
//! - TLS is rustls, with the operating system's certificate authorities and any that
//!   [`add_root_certificate`](EmailNotifierBuilder::add_root_certificate) brings.
//!
//! # Features
//!
//! | Feature | Adds |
//! | --- | --- |
//! | `suggest` | `EmailNotifierBuilder::country`: which number a wrong one was perhaps meant to be |
//!
//! TLS is always on, and tokio is needed.
//!
//! [`Notifier`]: whatsapp_core::port::Notifier

#![cfg_attr(docsrs, feature(doc_cfg))]

mod account;
mod address;
mod body;
mod builder;
mod clean;
mod deliver;
mod error;
mod mail;
mod notifier;
mod server;
mod stamp;
mod wire;

pub use builder::EmailNotifierBuilder;
pub use error::BuildError;
pub use notifier::EmailNotifier;
pub use server::Security;
