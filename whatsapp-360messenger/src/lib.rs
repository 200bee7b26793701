//! The 360Messenger gateway for `whatsapp-core`: [`Gateway`] is both its
//! [`Transport`](whatsapp_core::port::Transport) and its
//! [`DeliveryReports`](whatsapp_core::port::DeliveryReports). One call of `send` makes one POST,
//! without retry or redirect. An outcome that is in any doubt is reported as unknown.
//!
//! ```
//! use std::sync::Arc;
//!
//! use whatsapp_360messenger::Gateway;
//! use whatsapp_core::WhatsAppNumber;
//! use whatsapp_core::port::{ApiKey, DeliveryReports, FixedKey, OutgoingMessage, Transport};
//! use whatsapp_core::retry::Disposition;
//! use whatsapp_testkit::gateway::{Answer, Fault, StandInGateway};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Stands in for the real gateway, which `Gateway::new(key)` would send to.
//! let stand_in = StandInGateway::start().await?;
//! let key = FixedKey(ApiKey::new(stand_in.key())?);
//! let gateway = Gateway::builder(Arc::new(key)).base_url(stand_in.url()).build()?;
//!
//! let number = WhatsAppNumber::parse("+919876543210")?;
//! let message = OutgoingMessage::new(number, "Your order is ready.");
//! let accepted = gateway.send(&message).await?;
//! assert!(accepted.gateway_id.is_some());
//!
//! // The gateway takes a second message, and the connection breaks before it can say so.
//! stand_in.next(Fault::accept_then(Answer::Reset));
//! let error = gateway.send(&message).await.unwrap_err();
//! assert_eq!(error.disposition(), Disposition::Unknown);
//!
//! // Sending again would deliver it twice; the list shows that it was taken.
//! let an_hour_ago = chrono::Utc::now() - chrono::TimeDelta::hours(1);
//! let listing = gateway.sent_to(&message.number, an_hour_ago).await?;
//! assert_eq!(listing.messages.len(), 2);
//! # Ok(())
//! # }
//! ```
//!
//! # Dialects
//!
//! | [`Dialect`] | Text | Text with a file | Key | Questions |
//! | --- | --- | --- | --- | --- |
//! | [`V2`](Dialect::V2), the default | `POST /v2/sendMessage` with `phonenumber`, `text`, as [JSON, multipart or a form](BodyType) | the same with `url` | `Authorization: Bearer` | `GET /v2/message/status?id=`, `/v2/message/sentMessages?phonenumber=&page=`, `/v2/client/getState`, else `/v2/groupChat/getGroupList` |
//! | [`V1`](Dialect::V1), only with [`allow_key_in_url`](GatewayBuilder::allow_key_in_url) | `POST /sendMessage/<key>`, a form with `phonenumber`, `text` | the same with `url` | in the path | `GET /getStatus/<key>?id=`, `/showAllMessages/<key>?phonenumber=&page=`, `/pending/<key>` |
//! | [`Rest`](Dialect::Rest), as the specification assumed (5.1, 13.1) | `POST /api/v1/messages/text`, JSON with `to`, `message` | `POST /api/v1/messages/media`, multipart with `to`, `message`, `media_url`, `media_type` | `Authorization: Bearer` | those of v2 |
//!
//! A number is written in digits, with `+` in the rest dialect only. A file is named by its URL.
//! The gateway fetches it itself, some time later and without credentials.
//!
//! # What replies are taken for
//!
#![doc = include_str!("../replies.md")]
//!
//! Error details are sentences for the people who run the shop. After a send they contain the
//! gateway's own words, cut to 200 characters, without the key, the text, links and anything that
//! looks like a number.
//!
//! # What status words are taken for
//!
//! | Words, in any of `status`, `delivery`, `ack` and `ackName` | [`Reported`](whatsapp_core::message::Reported) |
//! | --- | --- |
//! | `NOT FOUND`, `noAccount` and their like | not on WhatsApp |
//! | `ERROR`, `FAILED`, `REJECTED`, `CANCELED`, `EXPIRED`, `UNDELIVERABLE`, `ACK_ERROR`, -1 to -5 | undelivered |
//! | `READ`, `PLAYED`, 3, 4 | read |
//! | `device`, `DELIVERED`, `SENT`, `DELIVERY_ACK`, 2 | delivered |
//! | `OK`, `PENDING`, `SERVER_ACK`, 0, 1 and their like | nothing new |
//! | any other | unreadable: kept with the message, and logged the first time |
//!
//! A row further up wins. Numbers are the acks of the engine that such gateways are built on. Ids
//! of messages keep every digit; a rounded id (`1.2e+20`), zero or a word for nothing is no id.
//!
//! # What is known of the gateway
//!
//! The vendor's reference was not available; this was learned from the public code of its clients.
//!
//! | Point | How sure |
//! | --- | --- |
//! | v2 paths and fields of sends, bearer key, 201 with `data.id` | sure: many independent clients, some by the vendor |
//! | 2xx with `success: false` on failure | likely: several clients guard against it, no sample |
//! | 201 means queued: a number without WhatsApp fails later, in the status | seen live once |
//! | 403 for a misspelt field as well as for a refused account | seen on the live service once |
//! | status and list under `data` (the documentation says `result`) | likely; both are read |
//! | list: newest first, digits as a prefix filter, `pageCount`; page size | partly; nothing is taken for granted, see below |
//! | zone of the times in lists | disputed: UTC unless [`reply_offset`](GatewayBuilder::reply_offset) says otherwise |
//! | v1: 201 for success and 200 for failure | doubtful, probably inherited code: a tracking code is an acceptance under either |
//! | 429 and `Retry-After` | never seen; honoured |
//! | the rest dialect | an assumption of the specification; no client uses it |
//!
//! A listing is [complete](whatsapp_core::port::Listing::complete) only under four conditions.
//! Every page said that it is the page asked for, no page came twice, and no row was unclear.
//! Reading ended at the last page or, in a list seen to be newest first, at a page that is older
//! throughout. At most 50 pages are read.
//!
//! Networks write some numbers in several ways
//! ([`spellings`](whatsapp_core::WhatsAppNumber::spellings)). The list is requested for each
//! spelling, the number's own first: a gateway may file the chat under another spelling and compare
//! exactly. The listing is complete only if every answer is.
//!
//! # Not done
//!
//! - In the rest dialect, the specification uploads the file itself. A transport has only the
//!   file's URL, so `media_url` replaces the part `media`.
//! - If the rest dialect's media endpoint does not exist, the message is not sent again through v2.
//!   That would be a second POST in one call, which the contract of `Transport` forbids. v2, the
//!   default, accepts files anyway.
//! - The gateway's `delay` field: a delayed message cannot be cancelled, so `whatsapp-core` does
//!   the scheduling itself.
//! - Groups, incoming messages and webhooks.
//!
//! # Features
//!
//! None. TLS is rustls with the system's trusted certificates; HTTP/2 is used where offered.
#![cfg_attr(docsrs, feature(doc_cfg))]

/// The README of this package, whose code is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod address;
mod body;
mod builder;
mod dialect;
mod gateway;
mod http;
mod json;
mod listing;
mod reach;
mod reply;
mod request;
#[cfg(test)]
mod said_once;
mod scrub;
mod status;
mod words;

pub use address::{BuildError, DEFAULT_BASE_URL};
pub use builder::GatewayBuilder;
pub use dialect::{BodyType, Dialect};
pub use gateway::Gateway;
