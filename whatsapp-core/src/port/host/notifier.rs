//! The way failure notices and mails about the account get to the manager.

use std::fmt::Debug;

use async_trait::async_trait;

use crate::account::AccountMail;
use crate::port::Digest;
use crate::private::Private;
use crate::template::Types;

/// Who has a digest now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Everybody who can have it: whoever is missing was refused for good.
    All,
    /// These e-mail addresses, with those that had it before. Others were refused for now, and are
    /// still owed it.
    Only(Vec<Private>),
}

/// The notice could not be sent now; it stays owed and is tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the failure notice could not be sent: {reason}")]
pub struct NotifyError {
    /// Why, without addresses, numbers or passwords.
    pub reason: String,
}

/// Tells the manager about failures.
///
/// # Contract
/// - The same digest or mail sent twice is recognisable as the same (a stable Message-ID).
/// - Hostile names and numbers change nothing but themselves, and never panic.
/// - An error means that nothing or something went out; the digest is sent again later.
/// - Nobody in [`Digest::told`] gets it a second time.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Notifier: Debug + Send + Sync + 'static {
    /// Sends one digest to `recipient`, one or several e-mail addresses from the settings, and tells
    /// who has it now. `types` know how people call the types of its messages.
    ///
    /// # Errors
    /// [`NotifyError`] when nobody surely has it.
    async fn notify(
        &self,
        recipient: &str,
        digest: &Digest,
        types: &Types,
    ) -> Result<Told, NotifyError>;

    /// Sends a mail about the account to `recipient`: that it stopped, goes on, or delivers nothing.
    ///
    /// # Errors
    /// [`NotifyError`] when it was not surely taken.
    async fn notify_account(&self, recipient: &str, mail: &AccountMail) -> Result<(), NotifyError>;
}
