//! A message as it stands, and its change by an act.

use chrono::{DateTime, Utc};

use super::super::Wish;
use super::super::successors::successors;
use super::ManageError;
use crate::audit::{Act, AuditChange, AuditTarget};
use crate::consent::Consent;
use crate::id::MessageId;
use crate::message::{CancelReason, Change, Event, Message, Part, Progress, StateRow, TypeName};
use crate::port::{Amended, Amendment, Reschedule, StoreError};
use crate::private::Private;
use crate::retry::RetryPolicy;
use crate::settings::Settings;
use crate::wiring::{Ports, audit_entry};

/// Withdraws a message because something else replaces it, with a sentence; `false` where it is
/// too late for that. The library does this by itself, so there is no audit entry.
pub(crate) async fn withdraw(
    ports: &Ports,
    id: MessageId,
    reason: CancelReason,
    why: Private,
) -> Result<bool, ManageError> {
    let (message, progress) = match standing(ports, id).await {
        Err(ManageError::Unknown) => return Ok(false),
        standing => standing?,
    };
    let now = ports.clock.now();
    let policy = RetryPolicy::default();
    let Change::To(next) = progress.on(&Event::Withdrawn(reason), now, &policy) else {
        return Ok(false);
    };
    let state = StateRow::of(&next).explained(None, Some(why));
    let (seen, elapsed) = (message.updated_at, ports.clock.elapsed());
    let (reschedule, audit) = (None, None);
    let amendment = Amendment { message_id: id, seen, state, reschedule, at: now, elapsed, audit };
    Ok(ports.store.amend(&amendment).await? == Amended::Done)
}

/// Returns a message, and its progress by the ledger.
pub(in crate::messenger) async fn standing(
    ports: &Ports,
    id: MessageId,
) -> Result<(Message, Progress), ManageError> {
    let store = &ports.store;
    let message = store.message(id).await?.ok_or(ManageError::Unknown)?;
    let attempts = store.attempts(id).await?;
    let counts = message.state.counts(&attempts);
    let progress = message
        .state
        .progress(counts)
        .map_err(|wrong| StoreError::Corrupt { entity: "message", column: wrong.column })?;
    Ok((message, progress))
}

/// Asks a person before a message is sent outside business hours. It does not ask for a text
/// that follows its file, or for a message of an unknown type, which is not sent here.
pub(in crate::messenger) fn ask(
    ports: &Ports,
    of: TypeName,
    part: Part,
    at: DateTime<Utc>,
    settings: &Settings,
    consent: Consent,
) -> Result<(), ManageError> {
    let of = ports.types.get(of).filter(|_| part != Part::Text);
    match consent.to(of.and_then(|of| settings.outside_hours(of, at))) {
        Some(question) => Err(ManageError::OutsideHours(question)),
        None => Ok(()),
    }
}

/// Changes a message, unless a person must be asked first, and returns it as it is then. `ask`
/// gets the message and its progress, and may adjust the new progress.
pub(in crate::messenger) async fn amend(
    ports: &Ports,
    id: MessageId,
    event: &Event,
    wish: &Wish,
    act: Act,
    ask: impl Fn(&Message, &Progress, &mut Progress) -> Result<(), ManageError> + Send,
) -> Result<Message, ManageError> {
    let (mut message, progress) = standing(ports, id).await?;
    // Counted after the message was read: a message that replaces it from here on changes its
    // row.
    let is_retry = matches!(event, Event::RetryRequested);
    if !wish.fits(&message)
        || is_retry && successors(ports, &message.facts).await?.count() != wish.resends()
    {
        return Err(ManageError::Changed);
    }
    let now = ports.clock.now();
    let policy = RetryPolicy { max_retries: message.facts.max_retries, ..RetryPolicy::default() };
    let mut next = match progress.on(event, now, &policy) {
        Change::To(next) => next,
        Change::Same => progress.clone(),
        Change::Forbidden(why) => return Err(ManageError::Forbidden(why)),
    };
    ask(&message, &progress, &mut next)?;
    if next == progress {
        return Ok(message);
    }
    let before = message.phase(now);
    let (seen, state) = (message.updated_at, StateRow::of(&next));
    message.state.clone_from(&state);
    let change = AuditChange::state(before.word(), message.phase(now).word());
    let entry = audit_entry(ports, &wish.by, act, AuditTarget::Message(id), change);
    let audit = Some(wish.entered(entry));
    let elapsed = ports.clock.elapsed();
    // A person wants the message now, so the time that it may wait for others counts from here.
    let warning = message.facts.warning.clone();
    let reschedule = is_retry.then_some(Reschedule { scheduled_for: now, warning });
    let amendment = Amendment { message_id: id, seen, state, reschedule, at: now, elapsed, audit };
    match ports.store.amend(&amendment).await? {
        Amended::Done => Ok(message),
        Amended::Stale => Err(ManageError::Changed),
    }
}
