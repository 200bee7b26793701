//! Another attempt at once, for a message that failed or that waits.

use super::customer::known;
use super::manage::{amend, ask};
use super::{ManageError, Messenger, Wish};
use crate::audit::Act;
use crate::consent::Consent;
use crate::id::MessageId;
use crate::message::{Event, Forbidden, Message, NotOffered, Progress, State};
use crate::wiring::Ports;

impl Messenger {
    /// Sends a failed message again at once, as one of its remaining attempts. Its later automatic
    /// retries keep to business hours.
    ///
    /// `by` is an [`Actor`](crate::audit::Actor), or a [`Wish`] that names the state that was read.
    ///
    /// # Errors
    /// [`ManageError::Changed`] where the message is not as it was read.
    /// [`ManageError::OutsideHours`] where a person must be asked first.
    /// [`ManageError::NotOffered`] when it has not failed, see [`send_now`](Self::send_now), or its
    /// [expiry](crate::message::Facts::expires_at) has passed. [`ManageError::Forbidden`] when no
    /// attempt is left, its outcome is unknown, or it was sent or withdrawn: then only
    /// [`resend`](Self::resend) helps.
    pub async fn retry(
        &self,
        id: MessageId,
        consent: Consent,
        by: impl Into<Wish> + Send,
    ) -> Result<(), ManageError> {
        let has_failed = |state: &State| {
            let waits = matches!(state, State::Waiting { .. });
            if waits { Err(ManageError::NotOffered(NotOffered::NotFailed)) } else { Ok(()) }
        };
        at_once(&self.ports, id, consent, by.into(), has_failed).await
    }

    /// Sends a message at once that waits for its time or for its retry. Its later automatic
    /// retries keep to business hours.
    ///
    /// `by` is an [`Actor`](crate::audit::Actor), or a [`Wish`] that names the state that was read.
    ///
    /// # Errors
    /// As for [`retry`](Self::retry), except that a message that has not failed is sent;
    /// [`ManageError::Forbidden`] when it has failed for good.
    pub async fn send_now(
        &self,
        id: MessageId,
        consent: Consent,
        by: impl Into<Wish> + Send,
    ) -> Result<(), ManageError> {
        let waits = |state: &State| {
            let is_over = matches!(state, State::Failed(_));
            if is_over { Err(ManageError::Forbidden(Forbidden::Final)) } else { Ok(()) }
        };
        at_once(&self.ports, id, consent, by.into(), waits).await
    }
}

/// Makes a message due now, where `may` allows it.
async fn at_once(
    ports: &Ports,
    id: MessageId,
    consent: Consent,
    wish: Wish,
    may: impl Fn(&State) -> Result<(), ManageError> + Send + Sync,
) -> Result<(), ManageError> {
    still_wanted(ports, id).await?;
    let settings = ports.settings().await?;
    let now = ports.clock.now();
    let asked = |message: &Message, before: &Progress, next: &mut Progress| {
        may(&before.state)?;
        if message.facts.is_too_late(next.part, now) {
            return Err(ManageError::NotOffered(NotOffered::Expired));
        }
        let name = message.facts.message_type;
        ask(ports, name, next.part, now, &settings, consent)?;
        let of = ports.types.get(name);
        if let State::Waiting { due } = &mut next.state
            && of.is_some_and(|of| settings.is_outside_hours(of, now))
        {
            // The person was asked about this instant.
            *due = now;
        }
        Ok(())
    };
    amend(ports, id, &Event::RetryRequested, &wish, Act::MessageRetried, asked).await?;
    ports.wake.wake();
    Ok(())
}

/// Refuses a message whose category the customer has declined since. Where the host's records
/// do not answer, they are asked again before the POST.
async fn still_wanted(ports: &Ports, id: MessageId) -> Result<(), ManageError> {
    let Some(message) = ports.store.message(id).await? else { return Ok(()) };
    let Some(of) = ports.types.get(message.facts.message_type) else { return Ok(()) };
    let customer = known(ports, &message.facts.customer_id).await.ok().flatten();
    match customer {
        Some(customer) if customer.declines.contains(&of.category()) => {
            Err(ManageError::Declined(of.category()))
        }
        _ => Ok(()),
    }
}
