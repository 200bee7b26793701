//! The notifier: composes a mail and hands it over.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lettre::Address;
use lettre::message::Mailbox;
use tokio_rustls::rustls::ClientConfig;
use whatsapp_core::Private;
use whatsapp_core::port::{AccountMail, Digest, Notifier, NotifyError, Told};
use whatsapp_core::template::Types;

use crate::address;
use crate::body::Style;
use crate::builder::EmailNotifierBuilder;
use crate::mail::Mail;
use crate::server::Server;

/// Tells the manager about failed messages by email; see the [crate](crate).
///
/// Each mail opens a connection of its own: failures are rare, and mail servers close idle ones.
#[derive(Clone)]
pub struct EmailNotifier {
    pub(crate) from: Mailbox,
    pub(crate) server: Server,
    pub(crate) tls: Option<Arc<ClientConfig>>,
    pub(crate) timeout: Duration,
    pub(crate) style: Style,
}

impl EmailNotifier {
    /// Starts a builder with the sender, such as `Shop <notices@example.com>`.
    pub fn builder(from: impl Into<String>) -> EmailNotifierBuilder {
        EmailNotifierBuilder::new(from.into())
    }
}

#[async_trait]
impl Notifier for EmailNotifier {
    /// Sends one digest to `recipient`: an address, or several separated by commas. The mail goes
    /// out if the server accepts it for at least one of them; a digest without notices sends
    /// nothing.
    async fn notify(
        &self,
        recipient: &str,
        digest: &Digest,
        types: &Types,
    ) -> Result<Told, NotifyError> {
        let all = address::recipients(recipient)?;
        let owed: Vec<Address> = all
            .iter()
            .map(|one| one.email.clone())
            .filter(|one| !digest.told.iter().any(|had| is_same(one, had.as_str())))
            .collect();
        if digest.notices.is_empty() || owed.is_empty() {
            return Ok(Told::All);
        }
        let mail = Mail::compose(&self.from, all, digest, types, &self.style)?;
        let delivery = self.deliver(&mail, &owed).await?;
        if delivery.taken.is_empty() && digest.told.is_empty() {
            return Err(delivery.refusal());
        }
        if delivery.refused + delivery.refused_for_now > 0 {
            tracing::warn!(
                refused = delivery.refused,
                refused_for_now = delivery.refused_for_now,
                "the mail server refused some of the e-mail addresses for failures; others have the mail"
            );
        }
        if delivery.refused_for_now == 0 {
            return Ok(Told::All);
        }
        let taken = delivery.taken.iter().map(|one| Private::new(one.to_string()));
        Ok(Told::Only(digest.told.iter().cloned().chain(taken).collect()))
    }

    /// Sends a mail about the account to `recipient`, as [`notify`](Self::notify) does. It counts
    /// as told once one recipient has it.
    async fn notify_account(&self, recipient: &str, mail: &AccountMail) -> Result<(), NotifyError> {
        let to = address::recipients(recipient)?;
        let owed: Vec<Address> = to.iter().map(|one| one.email.clone()).collect();
        let mail = Mail::about_account(&self.from, to, mail, &self.style)?;
        let delivery = self.deliver(&mail, &owed).await?;
        if delivery.taken.is_empty() {
            return Err(delivery.refusal());
        }
        Ok(())
    }
}

/// Returns true if both are the same address, ignoring upper and lower case.
fn is_same(address: &Address, text: &str) -> bool {
    address.to_string().to_lowercase() == text.to_lowercase()
}

impl fmt::Debug for EmailNotifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmailNotifier")
            .field("server", &self.server)
            .field("timeout", &self.timeout)
            .field("time_zone", &self.style.zone)
            .finish_non_exhaustive()
    }
}
