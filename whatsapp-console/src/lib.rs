//! The console of `whatsapp-core`: pages on which a shop's managers see what happened to each
//! message and why, and put it right. For programs there is the same as a JSON API. A host mounts
//! the console in its own axum router, behind its own sign-in.
//!
//! ```
//! use std::sync::Arc;
//!
//! use async_trait::async_trait;
//! use axum::Router;
//! use axum::body::Body;
//! use axum::http::request::Parts;
//! use axum::http::{Request, StatusCode};
//! use tower::ServiceExt as _;
//! use whatsapp_console::{Console, Credential, Gate, Refused, Role, Visitor};
//! use whatsapp_core::{Ports, UserId};
//! use whatsapp_testkit::{FixedDirectory, MemoryStore};
//!
//! /// In earnest: the host's own sessions.
//! #[derive(Debug)]
//! struct Sessions;
//!
//! #[async_trait]
//! impl Gate for Sessions {
//!     async fn enter(&self, request: &Parts) -> Result<Visitor, Refused> {
//!         let cookie = request.headers.get("cookie").and_then(|cookie| cookie.to_str().ok());
//!         let session = cookie.and_then(|it| it.strip_prefix("session=")).ok_or(Refused::Nobody)?;
//!         let user = UserId::new("U-7").map_err(|_| Refused::Nobody)?;
//!         Ok(Visitor::new(user, "Asha Rao", Role::Manager, Credential::Ambient, session))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let ports = Ports::over(Arc::new(MemoryStore::new()), Arc::new(FixedDirectory::default()));
//! let console = Console::builder(ports, Arc::new(Sessions)).name("Shree Distributors").build()?;
//! let site = console.mount(Router::new(), "/console");
//!
//! let page = Request::get("/console/overview").header("cookie", "session=1").body(Body::empty())?;
//! assert_eq!(site.clone().oneshot(page).await?.status(), StatusCode::OK);
//! let nobody = Request::get("/console/overview").body(Body::empty())?;
//! assert_eq!(site.oneshot(nobody).await?.status(), StatusCode::UNAUTHORIZED);
//! # Ok(())
//! # }
//! ```
//!
//! # What a host decides
//!
//! | | |
//! | --- | --- |
//! | [`Gate`] | who may enter, and as what: a [`Role::Viewer`] sees neither texts nor whole numbers, a [`Role::Manager`] acts |
//! | [`Console::mount`] | where the pages are; links are relative and work behind proxies |
//! | [`ConsoleBuilder::public_origin`] | where browsers find the host, if it is behind a proxy |
//! | [`ConsoleBuilder::cors_origins`] | which front ends of other origins may call the API |
//! | [`ConsoleBuilder::secret`] | the secret of forms and sign-ins, if processes share visitors |
//! | `Ports::with_search` | how customers are found by name |
//! | `Ports::over` | that pages have all that the store keeps: who did what, reminders, mutes, festivals, acts on many messages, the last days |
//! | `Ports::with_gateway`, `with_key` | that managers change the gateway's address, and see which key is used |
//! | `Ports::with_invoices` | that reminders are approved; see [`ConsoleBuilder::planner`] |
//! | [`Console::stop`] | that a server which stops does not wait for pages that are open |
//!
//! # Gates that are ready
//!
//! | Feature | |
//! | --- | --- |
//! | `sign-in` | `SignIn`: people with passwords, in a file or of the host's own; for a host without a sign-in |
//! | `supabase` | `SupabaseGate`: programs that send a Supabase project's access tokens |
//!
//! # For programs
//!
//! Under `api/` the console answers in JSON, by the same gate: [`Credential::Bearer`] is for
//! programs. The page `api` explains each call, and `api/openapi.json` describes it to programs.
//! [`Console::functions`] has the two functions of the specification alone, for a host that nests
//! them under `/functions/v1`.
//!
//! - `whatsapp-send` enqueues a message and waits 10 seconds at most for its first outcome. It is
//!   `success: false` only where the message was refused or failed for good.
//! - `whatsapp-retry` tries one message again, or all that failed for good and have an
//!   attempt left.
//! - Each act of a manager on the pages has a call: on one message and on many, on reminders and
//!   mutes, and the pause of all sending. So has the list as a file. Each act names the state that
//!   was seen, and is done once.
//! - Templates are written with the version that was seen, as `ETag` and `If-Match`.
//! - A call that was not done is answered with a problem document (RFC 9457). It has a word in
//!   its `type` to decide by, and `success` and `error`, which front ends of Supabase read.
//!
//! # What is promised
//!
//! - Every page works without scripts, and runs none but the console's own.
//! - A GET changes nothing; a list that is saved as a file leaves its entry in the audit. A form
//!   acts only for people who may do so, from the console's own page, and once.
//! - The words about a message come from the core: pages and e-mails say the same.
#![cfg_attr(docsrs, feature(doc_cfg))]

/// The README of this package, whose code is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod api;
mod assets;
mod cache;
mod coming;
mod console;
mod gate;
mod guard;
mod inner;
mod links;
mod live;
mod oops;
mod page;
mod route;
mod routes;
#[cfg(test)]
mod said_once;
mod secret;
#[cfg(feature = "sign-in")]
mod sign_in;
mod soon;
#[cfg(feature = "supabase")]
mod supabase;
mod typed;
mod view;
mod views;
mod visit;
mod words;
mod work;

pub use console::{Console, ConsoleBuilder, ConsoleError};
pub use gate::{Credential, Gate, Refused, Role, Visitor, bearer};
pub use route::Route;
pub use secret::{ConsoleSecret, SecretFileError, WeakSecret};
#[cfg(feature = "sign-in")]
pub use sign_in::{
    BadPasswordHash, PasswordHash, SetUserError, SignIn, UnfitPassword, User, Users, UsersError,
    UsersFile, UsersFileProblem,
};
#[cfg(feature = "supabase")]
pub use supabase::{Member, RoleDirectory, RolesUnread, SupabaseError, SupabaseGate, SupabaseKeys};
pub use words::{
    ActSentences, AuditLabels, AuditSentences, BulkSentences, Customers, English, FestivalTexts,
    Labels, ListSentences, MessageSentences, Numbers, OverviewSentences, ScheduleTexts, SendTexts,
    SettingLabels, SettingSentences, TemplateTexts, Texts,
};
