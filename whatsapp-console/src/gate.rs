//! Gates, by which the host says for each request who may enter.

mod bearer;

use std::borrow::Cow;
use std::fmt::Debug;

use async_trait::async_trait;
use axum::http::request::Parts;
use whatsapp_core::{Private, UserId};

pub use bearer::bearer;

/// A host's gate: says who makes a request.
///
/// ```
/// use async_trait::async_trait;
/// use axum::http::request::Parts;
/// use whatsapp_console::{Credential, Gate, Refused, Role, Visitor};
/// use whatsapp_core::UserId;
///
/// #[derive(Debug)]
/// struct Sessions;
///
/// #[async_trait]
/// impl Gate for Sessions {
///     async fn enter(&self, request: &Parts) -> Result<Visitor, Refused> {
///         // In earnest: the cookie's session, looked up.
///         let cookie = request.headers.get("cookie").and_then(|value| value.to_str().ok());
///         let session = cookie.and_then(|it| it.strip_prefix("session=")).ok_or(Refused::Nobody)?;
///         let user = UserId::new("U-7").map_err(|_| Refused::Nobody)?;
///         Ok(Visitor::new(user, "Asha Rao", Role::Manager, Credential::Ambient, session))
///     }
/// }
/// ```
#[async_trait]
pub trait Gate: Debug + Send + Sync + 'static {
    /// Tells who makes this request.
    ///
    /// # Contract
    /// - Decides by this request alone.
    /// - A request with the header `Authorization` is judged by that header and never by a cookie.
    ///
    /// # Errors
    /// [`Refused`] for everybody who may not enter.
    async fn enter(&self, request: &Parts) -> Result<Visitor, Refused>;

    /// Returns the place to sign in: an address, or a path of the host's. It is offered to people
    /// who are not signed in.
    fn sign_in(&self) -> Option<String> {
        None
    }

    /// Returns the target of the form that ends the visit: a path of the host's, or an address, to
    /// whose origin the pages' policy then lets this form go. Browsers check a redirect of it
    /// against the same policy. So a path that leads on to another host must be given as that
    /// host's address. Without it the pages offer no such button.
    fn sign_out(&self) -> Option<String> {
        None
    }
}

/// The person who makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Visitor {
    /// The host's key of the person, under which the audit keeps what is done.
    pub user: UserId,
    /// The name that the pages show.
    pub name: Private,
    /// The person's role.
    pub role: Role,
    /// The kind of proof that the request came with.
    pub by: Credential,
    /// Text that tells this visit from another one, such as the session's id. A form works
    /// in it alone.
    pub session: Private,
    /// The person's own WhatsApp number, where the host knows it: test messages go there.
    pub number: Option<Private>,
}

impl Visitor {
    /// Makes a person who may enter.
    pub fn new(
        user: UserId,
        name: impl Into<Private>,
        role: Role,
        by: Credential,
        session: impl Into<Private>,
    ) -> Self {
        Self { user, name: name.into(), role, by, session: session.into(), number: None }
    }

    /// Adds the person's own WhatsApp number, to which test messages go.
    #[must_use]
    pub fn with_number(mut self, number: impl Into<Private>) -> Self {
        self.number = Some(number.into());
        self
    }
}

/// The rights of a person. Each role may do what those before may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Sees that messages went out and why one did not; no texts, no numbers, and no acts.
    Viewer,
    /// Sees everything, acts, and changes settings.
    Manager,
    /// The same as a manager, for hosts that tell the two apart.
    Admin,
}

/// The way in which a request shows who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Credential {
    /// By something that a browser adds to every request by itself, such as a cookie. Other sites
    /// could make a browser do so too. Such a request changes something only where it proves that
    /// it comes from these pages.
    Ambient,
    /// By a bearer token in the header `Authorization` ([`bearer`]), which no browser adds by
    /// itself. Any other use of that header is refused before a gate is asked: a browser adds a
    /// name and a password (`Basic`) to every request once they were typed.
    Bearer,
}

/// Reason for not letting somebody in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The request does not show who asks.
    #[error("nobody is signed in")]
    Nobody,
    /// The credential is shown and not valid; the sentence says why, and is shown.
    #[error("{0}")]
    BadCredential(Cow<'static, str>),
    /// The person is known and may not enter; the sentence says why, and is shown.
    #[error("{0}")]
    NotAllowed(Cow<'static, str>),
    /// The gate cannot tell now.
    #[error("who asks cannot be told now")]
    Unavailable,
}
