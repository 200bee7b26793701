//! Delivery of failure notices and mails about the account to the manager.

use std::fmt::Debug;

use async_trait::async_trait;

use crate::account::AccountMail;
use crate::port::Digest;
use crate::private::Private;
use crate::template::Types;

/// The recipients who have a digest now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Told {
    /// Everybody who can have it: the others were refused for good.
    All,
    /// These e-mail addresses, together with those that had it before. Others were refused for now,
    /// and still have to get it.
    Only(Vec<Private>),
}

/// The notice could not be sent now; it stays owed and is tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the failure notice could not be sent: {reason}")]
#[non_exhaustive]
pub struct NotifyError {
    /// Reason for the failure, without addresses, numbers or passwords.
    pub reason: String,
}

impl NotifyError {
    /// The error with this reason, which has no addresses, numbers or passwords.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// Tells the manager about failures.
///
/// # Contract
/// - The same digest or mail sent twice is recognisable as the same (a stable Message-ID).
/// - Hostile names and numbers change nothing but themselves, and never panic.
/// - An error means that nothing or a part went out; the digest is sent again later.
/// - Nobody in [`Digest::told`] gets it a second time.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Notifier: Debug + Send + Sync + 'static {
    /// Sends one digest to `recipient`, one or several e-mail addresses from the settings, and
    /// returns who has it now. `types` give the names of the message types for people.
    ///
    /// # Errors
    /// [`NotifyError`] when nobody surely has it.
    async fn notify(
        &self,
        recipient: &str,
        digest: &Digest,
        types: &Types,
    ) -> Result<Told, NotifyError>;

    /// Sends a mail about the account to `recipient`: it stopped, it resumed, or it delivers
    /// nothing.
    ///
    /// # Errors
    /// [`NotifyError`] when it was not surely taken.
    async fn notify_account(&self, recipient: &str, mail: &AccountMail) -> Result<(), NotifyError>;
}
