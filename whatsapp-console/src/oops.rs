//! Reasons for which there is no page.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use whatsapp_core::SettingsUnread;
use whatsapp_core::find::FindError;
use whatsapp_core::port::{DirectoryError, StoreError};

use crate::gate::Refused;
use crate::typed::Typed;
use crate::work::BrokeOff;

/// Reason for which there is no page. A handler returns it; the guard, which knows who asks, makes
/// the page of it.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum Oops {
    /// Whoever asks may not enter.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Whoever asks may not enter, and sent a form from a page of ours: what was typed is kept.
    #[error("{0}")]
    Kept(Refused, Typed),
    /// The visitor may see this, and not do it.
    #[error("only a manager may do this")]
    OnlyManagers,
    /// The request does not prove that it comes from these pages.
    #[error("the request comes from another site")]
    Foreign,
    /// There is no such page.
    #[error("there is no such page")]
    NoPage,
    /// The message is not in the log.
    #[error("there is no such message")]
    NoMessage,
    /// Nothing is known of the customer.
    #[error("there is no such customer")]
    NoCustomer,
    /// There is no such reminder.
    #[error("there is no such reminder")]
    NoReminder,
    /// There is no such template, or no such version of it.
    #[error("there is no such template")]
    NoTemplate,
    /// There is no such entry in the calendar of festivals.
    #[error("there is no such festival message")]
    NoFestival,
    /// The page does not answer this method.
    #[error("this method is not allowed here")]
    NotThisWay,
    /// The address or the form has a value that cannot be used; the sentence says which.
    #[error("{0}")]
    Bad(String),
    /// The form is larger than any form of these pages.
    #[error("the form is too large")]
    TooLarge,
    /// The answer took too long.
    #[error("the time is over")]
    TooLong,
    /// Somebody else wrote the same row at the same moment.
    #[error("somebody else wrote the same at the same moment")]
    Meanwhile,
    /// The database does not answer.
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// The host's own records do not answer.
    #[error(transparent)]
    Host(Arc<FindError>),
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(Arc<SettingsUnread>),
    /// A mistake in this program.
    #[error("{0}")]
    Broken(&'static str),
}

impl Oops {
    /// The status of the answer.
    pub(crate) const fn status(&self) -> StatusCode {
        match self {
            Self::Kept(..) | Self::Refused(Refused::Nobody | Refused::BadCredential(_)) => {
                StatusCode::UNAUTHORIZED
            }
            Self::Refused(Refused::NotAllowed(_)) | Self::OnlyManagers | Self::Foreign => {
                StatusCode::FORBIDDEN
            }
            Self::NoPage
            | Self::NoMessage
            | Self::NoCustomer
            | Self::NoReminder
            | Self::NoTemplate
            | Self::NoFestival => StatusCode::NOT_FOUND,
            Self::NotThisWay => StatusCode::METHOD_NOT_ALLOWED,
            Self::Bad(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Meanwhile => StatusCode::CONFLICT,
            Self::Refused(Refused::Unavailable)
            | Self::TooLong
            | Self::Store(_)
            | Self::Host(_)
            | Self::Settings(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Oops {
    /// The bare status, with the reason for the guard.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Oops {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => Self::Meanwhile,
            error => Self::Store(Arc::new(error)),
        }
    }
}

impl From<FindError> for Oops {
    fn from(error: FindError) -> Self {
        match error {
            FindError::Store(error) => error.into(),
            error => Self::Host(Arc::new(error)),
        }
    }
}

impl From<DirectoryError> for Oops {
    fn from(error: DirectoryError) -> Self {
        FindError::from(error).into()
    }
}

impl From<SettingsUnread> for Oops {
    fn from(unread: SettingsUnread) -> Self {
        match unread {
            SettingsUnread::Store(error) => error.into(),
            unread => Self::Settings(Arc::new(unread)),
        }
    }
}

impl From<BrokeOff> for Oops {
    fn from(_: BrokeOff) -> Self {
        Self::Broken("work broke off")
    }
}

impl From<askama::Error> for Oops {
    fn from(_: askama::Error) -> Self {
        Self::Broken("a page could not be made")
    }
}
