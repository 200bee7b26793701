//! Failure notices: their address, and the notices that are left at the end.

use std::sync::Arc;

use anyhow::{Result, bail};
use whatsapp_core::audit::Actor;
use whatsapp_core::desk::{Consent, SettingEdit};
use whatsapp_core::notices::{NoticeReport, Notices};
use whatsapp_core::port::{Clock, Notifier, Store};
use whatsapp_core::{Desk, Ports};
use whatsapp_notify::EmailNotifier;

/// Saves the manager's address in the settings and returns the notifier that reaches it.
pub(crate) async fn by_mail(desk: &Desk, smtp: &str, address: &str) -> Result<Arc<dyn Notifier>> {
    let address = address.trim();
    if address.is_empty() {
        bail!("--notify-to is empty");
    }
    let edit = SettingEdit::failure_notification_email(address)?;
    let changes = desk.check_settings(&[edit]).await?;
    let sender = address.split(',').next().unwrap_or_default().trim();
    let notifier = EmailNotifier::builder(format!("WhatsApp messages <{sender}>"))
        .smtp_url(smtp)
        .country("IN")
        .build()?;
    desk.write_settings(changes, Consent::Given, &Actor::Host).await?;
    Ok(Arc::new(notifier))
}

/// Notices that are left at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    Nothing,
    /// Number of notices that wait because there is no address, or no mail server.
    NoAddress(u64),
    /// Number of notices that wait for the next mail.
    NextMail(u64),
    /// Number of notices that wait because the mail server did not take the last mail.
    NotTaken(u64),
}

/// Sends the notices that are still owed, for nobody may come back soon, and returns what is left.
pub(crate) async fn flush(ports: Ports, store: &dyn Store, clock: &dyn Clock) -> Result<Left> {
    let notices = Notices::new(ports);
    let report = loop {
        match notices.flush(clock.now()).await? {
            NoticeReport::Sent(_) => {}
            report => break report,
        }
    };
    let owed = store.notices_owed().await?;
    let refused = store.digests(1).await?.iter().any(|mail| mail.sent_at.is_none());
    Ok(match report {
        _ if owed == 0 => Left::Nothing,
        NoticeReport::NowhereToSend(_) => Left::NoAddress(owed),
        _ if refused => Left::NotTaken(owed),
        _ => Left::NextMail(owed),
    })
}
