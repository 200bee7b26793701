//! Reasons that keep a failed message from being sent again together with others.

use chrono::{DateTime, Utc};

use super::super::{ManageError, Messenger, OnlyAlone};
use super::again::type_of;
use crate::campaign::is_of_campaign;
use crate::message::{Facts, Message, MessageType};
use crate::port::due_on;
use crate::settings::Settings;
use crate::wiring::Ports;

impl Messenger {
    /// Returns the reason why a failed message would be left out where many are sent again; `None`
    /// where there is none. Show it to a person before they send that single message again.
    ///
    /// # Errors
    /// [`ManageError`] when the type is not known here, or the host, its settings or the database
    /// do not answer.
    pub async fn only_alone(&self, message: &Message) -> Result<Option<OnlyAlone>, ManageError> {
        let aside = self.ports.store.aside(&[message.facts.id]).await?;
        if !aside.is_empty() {
            return Ok(Some(OnlyAlone::PutAside));
        }
        let of = type_of(&self.ports, &message.facts)?;
        let settings = self.ports.settings().await?;
        speaks_against(&self.ports, &message.facts, of, &settings).await
    }
}

/// Returns the reason why a message that nobody put aside is left out where many are sent again;
/// `None` where there is none.
pub(crate) async fn speaks_against(
    ports: &Ports,
    old: &Facts,
    of: MessageType,
    settings: &Settings,
) -> Result<Option<OnlyAlone>, ManageError> {
    let now = ports.clock.now();
    Ok(if old.expires_at.is_some_and(|at| at <= now) {
        Some(OnlyAlone::Expired)
    } else if of.is_for_a_day() && is_of_a_past_day(old, settings, now) {
        Some(OnlyAlone::OfAPastDay)
    } else if is_of_campaign(&old.key) {
        Some(OnlyAlone::OfACampaign)
    } else if !settings.allows(of) {
        Some(OnlyAlone::SwitchedOff)
    } else if of.asks_ledger() && is_paid(ports, old).await? {
        Some(OnlyAlone::Paid)
    } else {
        None
    })
}

async fn is_paid(ports: &Ports, old: &Facts) -> Result<bool, ManageError> {
    let (Some(invoices), Some(invoice)) = (&ports.invoices, &old.invoice_id) else {
        return Ok(false);
    };
    let due = due_on(invoices.as_ref(), invoice).await.map_err(ManageError::Directory)?;
    Ok(!due.is_some_and(|due| due.is_open()))
}

/// Returns true if the day of a message has passed, by the business's calendar.
fn is_of_a_past_day(old: &Facts, settings: &Settings, now: DateTime<Utc>) -> bool {
    let day = |at: DateTime<Utc>| settings.time_zone.date(at);
    day(old.scheduled_for.unwrap_or(old.created_at)) < day(now)
}
