//! A notifier that keeps all that it was given.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use whatsapp_core::Private;
use whatsapp_core::port::{AccountMail, Digest, Notifier, NotifyError, Told as Has};
use whatsapp_core::template::Types;

/// A [`Notifier`] that sends nothing and remembers everything. Clones share their memory.
#[derive(Debug, Clone, Default)]
pub struct RecordingNotifier(Arc<Mutex<Told>>);

#[derive(Debug, Default)]
struct Told {
    sent: Vec<(String, Digest)>,
    account: Vec<(String, AccountMail)>,
    failures: u32,
    /// The e-mail addresses that are refused for now.
    refused_for_now: Vec<String>,
}

impl RecordingNotifier {
    /// A notifier that takes everything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Fails the next `times` calls; a call that fails sends nothing.
    pub fn fail_next(&self, times: u32) {
        self.told().failures = times;
    }

    /// Refuses these e-mail addresses, until this is called with others.
    pub fn refuse_for_now(&self, addresses: &[&str]) {
        self.told().refused_for_now = addresses.iter().map(|&one| one.to_owned()).collect();
    }

    /// The digests that went out, in order, each with the recipients that took it, separated by
    /// commas.
    #[must_use]
    pub fn sent(&self) -> Vec<(String, Digest)> {
        self.told().sent.clone()
    }

    /// The mails about the account that went out, in order, each with its recipient.
    #[must_use]
    pub fn account_mails(&self) -> Vec<(String, AccountMail)> {
        self.told().account.clone()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Notifier for RecordingNotifier {
    async fn notify(
        &self,
        recipient: &str,
        digest: &Digest,
        _types: &Types,
    ) -> Result<Has, NotifyError> {
        let mut told = self.told();
        told.take_failure()?;
        let addresses: Vec<&str> = recipient
            .split(',')
            .map(str::trim)
            .filter(|address| !digest.told.iter().any(|had| had.as_str() == *address))
            .collect();
        let (refused, taken): (Vec<&str>, Vec<&str>) = addresses
            .into_iter()
            .partition(|address| told.refused_for_now.iter().any(|one| one == address));
        if taken.is_empty() && !refused.is_empty() && digest.told.is_empty() {
            return Err(NotifyError::new("the test refuses all of them for now"));
        }
        if !taken.is_empty() {
            told.sent.push((taken.join(", "), digest.clone()));
        }
        if refused.is_empty() {
            return Ok(Has::All);
        }
        let taken = taken.into_iter().map(Private::from);
        Ok(Has::Only(digest.told.iter().cloned().chain(taken).collect()))
    }

    async fn notify_account(&self, recipient: &str, mail: &AccountMail) -> Result<(), NotifyError> {
        let mut told = self.told();
        told.take_failure()?;
        told.account.push((recipient.to_owned(), mail.clone()));
        Ok(())
    }
}

impl Told {
    fn take_failure(&mut self) -> Result<(), NotifyError> {
        match self.failures.checked_sub(1) {
            None => Ok(()),
            Some(left) => {
                self.failures = left;
                Err(NotifyError::new("the test asked for a failure"))
            }
        }
    }
}
