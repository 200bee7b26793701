//! The notifier: composes a mail and hands it over.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::transport::smtp::client::TlsParameters;
use whatsapp_core::port::{Digest, Notifier, NotifyError};

use crate::address;
use crate::builder::EmailNotifierBuilder;
use crate::mail::Mail;
use crate::server::Server;
use crate::zone::TimeZone;

/// Tells the manager about failed messages by e-mail; see the [crate](crate).
///
/// Each mail opens a connection of its own: failures are rare, and mail servers close idle ones.
#[derive(Clone)]
pub struct EmailNotifier {
    pub(crate) from: Mailbox,
    pub(crate) server: Server,
    pub(crate) tls: Option<TlsParameters>,
    pub(crate) timeout: Duration,
    pub(crate) time_zone: TimeZone,
    pub(crate) console_url: Option<String>,
}

impl EmailNotifier {
    /// Starts with the sender, such as `Shop <notices@example.com>`.
    pub fn builder(from: impl Into<String>) -> EmailNotifierBuilder {
        EmailNotifierBuilder::new(from.into())
    }
}

#[async_trait]
impl Notifier for EmailNotifier {
    /// Sends one digest to `recipient`: an address, or several separated by commas. The mail goes
    /// out if the server takes it for at least one of them; a digest without notices sends nothing.
    async fn notify(&self, recipient: &str, digest: &Digest) -> Result<(), NotifyError> {
        let to = address::recipients(recipient)?;
        if digest.notices.is_empty() {
            return Ok(());
        }
        let mail =
            Mail::compose(&self.from, to, digest, self.time_zone, self.console_url.as_deref())?;
        self.deliver(&mail).await
    }
}

impl fmt::Debug for EmailNotifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmailNotifier")
            .field("server", &self.server)
            .field("timeout", &self.timeout)
            .field("time_zone", &self.time_zone)
            .finish_non_exhaustive()
    }
}
