//! Failure notices: where they go, and what is left of them at the end.

use std::sync::Arc;

use anyhow::{Result, bail};
use whatsapp_core::Ports;
use whatsapp_core::notices::{NoticeReport, Notices};
use whatsapp_core::port::{Clock, Notifier, SettingRow, Store};
use whatsapp_core::settings::Settings;
use whatsapp_notify::EmailNotifier;

/// Saves the manager's address in the settings and gives the way to reach it.
pub(crate) async fn by_mail(
    store: &dyn Store,
    smtp: &str,
    address: &str,
) -> Result<Arc<dyn Notifier>> {
    let row = SettingRow {
        key: "whatsapp_failure_notification_email".to_owned(),
        value: address.trim().to_owned(),
    };
    if row.value.is_empty() {
        bail!("--notify-to is empty");
    }
    Settings::read(std::slice::from_ref(&row))?;
    let sender = row.value.split(',').next().unwrap_or_default().trim();
    let notifier =
        EmailNotifier::builder(format!("WhatsApp messages <{sender}>")).smtp_url(smtp).build()?;
    store.save_settings(&[row]).await?;
    Ok(Arc::new(notifier))
}

/// Sends what may be sent now, and tells what is left. `Dispatcher::run` did the same all along.
pub(crate) async fn flush(ports: Ports, clock: &dyn Clock) -> Result<NoticeReport> {
    let notices = Notices::new(ports);
    loop {
        match notices.tick(clock.now()).await? {
            NoticeReport::Sent(_) => {}
            report => return Ok(report),
        }
    }
}
