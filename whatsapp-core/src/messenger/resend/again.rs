//! A failed message as a new one.

use chrono::{DateTime, Utc};

use super::super::ManageError;
use super::super::prepare::{cut, warning};
use super::super::successors::{corrected_key, successors};
use crate::attachment::{CheckedFile, Place};
use crate::audit::{Act, Actor, AuditChange, AuditEntry, AuditTarget};
use crate::compose::{ComposeError, Composer, Content};
use crate::files::let_go;
use crate::id::{AuditId, MessageId};
use crate::message::{
    AttachmentRef, CUSTOMER_NAME_MAX, Class, Facts, FailureKind, FileRule, Fingerprint, Message,
    MessageKey, MessageType, MessageValues, NewMessage, Part, Progress, StateRow, Trigger,
};
use crate::number::{InvalidNumber, WhatsAppNumber};
use crate::observe;
use crate::port::{Customer, Enqueued, Replaced, Replacement, random};
use crate::wiring::{Ports, audit_entry};

/// The differences between a resend and the message that failed.
pub(super) struct Again {
    /// Number of messages that had replaced the failed one already.
    pub(super) resends: usize,
    /// Time of the last change of the failed message, when somebody looked at it.
    pub(super) seen: Option<DateTime<Utc>>,
    /// The number that is given for this message only.
    pub(super) number: Option<WhatsAppNumber>,
    pub(super) trigger: Trigger,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) by: Actor,
    pub(super) class: Class,
    pub(super) of: MessageType,
    /// The id of the audit entry, where it is given.
    pub(super) entry: Option<AuditId>,
}

/// The type of a message that is to be sent again.
pub(super) fn type_of(ports: &Ports, old: &Facts) -> Result<MessageType, ManageError> {
    let name = old.message_type;
    ports.types.get(name).ok_or(ManageError::TypeUnknown(name))
}

/// Enqueues a failed message as a new one: its text and file, to the given number, or to the
/// customer's current one. A message that was refused before it had a text is composed.
pub(super) async fn send_again(
    ports: &Ports,
    message: Message,
    again: Again,
) -> Result<MessageId, ManageError> {
    let (was_refused, seen) = (was_refused(&message), message.updated_at);
    let old = message.facts;
    let key = MessageKey::resend(old.id, again.resends);
    let now = ports.clock.now();
    let composer = Composer::new(ports, ports.settings().await?, now);
    let customers = composer.customers([&old.customer_id]).await;
    let customer = customers.map_err(ManageError::Directory)?.remove(&old.customer_id);
    let other_number = again.number.is_some();
    let given = again.number.as_ref().map(WhatsAppNumber::as_str);
    // A second click may find another number in the records, or another file: it is still the
    // same click.
    let fingerprint = Fingerprint::of_resend(old.id, given);
    let number = reached(customer.as_ref(), again.of, again.number)?;
    // The messages that replaced it are counted first: another caller of the same resend is
    // then found by its key.
    let successors = successors(ports, &old).await?;
    match ports.store.find_key(&key, &fingerprint).await? {
        Some(Enqueued::AlreadyPresent(id)) => return Ok(id),
        Some(Enqueued::Conflict(_)) => return Err(ManageError::Changed),
        Some(Enqueued::New(_)) | None => {}
    }
    if successors.count() != again.resends || again.seen.is_some_and(|at| at != seen) {
        return Err(ManageError::Changed);
    }
    let free = corrected_key(&old).filter(|_| successors.corrected.is_none());
    let fresh_id = MessageId::new(now, random(ports.entropy.as_ref()));
    let file = file_again(&composer, &old, fresh_id).await?;
    let said = match customer.filter(|_| was_refused) {
        Some(customer) => composed(&composer, again.of, &old, &customer, file.as_ref()).await?,
        None => behind_its_link(&old, file.as_ref()),
    };
    let part = Part::first(said.text.as_str(), file.is_some());
    let facts = Facts {
        id: fresh_id,
        key,
        fingerprint,
        whatsapp_number: number.as_str().into(),
        trigger: again.trigger,
        scheduled_for: None,
        expires_at: again.expires_at,
        resend_of: Some(old.id),
        created_by: again.by.user().cloned(),
        created_at: now,
        attachment: file,
        ..said
    };
    let state = StateRow::of(&Progress::new(now).with_part(part).with_class(again.class));
    let change = AuditChange::Resent { message: fresh_id, other_number };
    let on = AuditTarget::Message(old.id);
    let entry = audit_entry(ports, &again.by, Act::MessageResent, on, change);
    let audit = Some(Box::new(AuditEntry { id: again.entry.unwrap_or(entry.id), ..entry }));
    // Fetching the file may have taken a while. If the old message was changed meanwhile, that
    // change counts instead of this resend.
    let message = NewMessage { facts, state, audit };
    let replacement = Replacement { message, seen, free };
    let replaced = ports.store.replace(&replacement).await;
    if let Ok(Replaced::Done(enqueued @ Enqueued::New(id))) = replaced {
        let message = std::slice::from_ref(&replacement.message);
        observe::enqueued(ports.store.account_id(), message, &[enqueued]);
        return Ok(id);
    }
    // The link that was made here is of no use, unless nobody knows whether it was written.
    if replaced.is_ok() {
        // Nobody was given the link, even where the text contains it.
        let Facts { id: unused, attachment, .. } = &replacement.message.facts;
        let_go(ports.media.as_deref(), *unused, attachment.as_ref(), "").await;
    }
    match replaced? {
        Replaced::Done(Enqueued::New(id) | Enqueued::AlreadyPresent(id)) => Ok(id),
        Replaced::Done(Enqueued::Conflict(_)) | Replaced::Stale => Err(ManageError::Changed),
    }
}

/// Returns the number at which a customer gets a message of this type again: the given one, or that
/// of the host's records.
pub(crate) fn reached(
    customer: Option<&Customer>,
    of: MessageType,
    given: Option<WhatsAppNumber>,
) -> Result<WhatsAppNumber, ManageError> {
    let category = of.category();
    if customer.is_some_and(|customer| customer.declines.contains(&category)) {
        return Err(ManageError::Declined(category));
    }
    let own = || {
        let number = customer.map_or(Err(InvalidNumber::Missing), Customer::number);
        number.map_err(ManageError::Number)
    };
    given.map_or_else(own, Ok)
}

/// Returns a message as it was, with the new link of its file in its text and its values.
fn behind_its_link(old: &Facts, file: Option<&AttachmentRef>) -> Facts {
    let (Some(before), Some(file)) = (&old.attachment, file) else { return old.clone() };
    let text = old.text.as_str().replace(&before.url, &file.url).into();
    let values = old.values.as_ref().map(|values| values.replaced(&before.url, &file.url));
    Facts { text, values, ..old.clone() }
}

/// Composes a message that was refused before it had a text, from the values that were stored.
async fn composed(
    composer: &Composer<'_>,
    message_type: MessageType,
    old: &Facts,
    customer: &Customer,
    file: Option<&AttachmentRef>,
) -> Result<Facts, ManageError> {
    if matches!(message_type.file(), FileRule::Mandatory(_)) && file.is_none() {
        return Err(ManageError::FileGone);
    }
    let kept = old.values.iter().flat_map(MessageValues::iter);
    let values = kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let content = if old.text.as_str().is_empty() {
        Content::Values { message_type, values }
    } else {
        Content::Text { message_type, text: old.text.clone(), values }
    };
    let chosen = composer.choose(&content, old.template_id).await.map_err(ManageError::Compose)?;
    let link = file.map(|file| file.url.as_str());
    let day = composer.settings.time_zone.date(composer.now);
    let finished = composer.compose(&chosen, &content, customer.name.as_str(), link, day);
    let finished = finished.map_err(|error| ManageError::Compose(ComposeError::Text(error)))?;
    let (template_id, template_version) = chosen.stored.unzip();
    Ok(Facts {
        customer_name: cut(customer.name.as_str(), CUSTOMER_NAME_MAX).into(),
        text: finished.text.into(),
        values: finished.values,
        template_id,
        template_version,
        warning: warning(chosen.warnings.iter().cloned().chain(finished.warnings)),
        ..old.clone()
    })
}

/// Returns true if a message was refused before it had a text.
pub(super) fn was_refused(message: &Message) -> bool {
    let failure = message.state.failure.as_ref();
    failure.is_some_and(|failure| failure.kind == FailureKind::Invalid)
        && message.facts.key.of_corrected().is_some()
}

/// Returns the file of a message that is sent again, for the new message `id`. A hosted file gets a
/// link of its own; the file behind a public link is read and checked again.
async fn file_again(
    composer: &Composer<'_>,
    old: &Facts,
    id: MessageId,
) -> Result<Option<AttachmentRef>, ManageError> {
    let Some(file) = &old.attachment else { return Ok(None) };
    let ports = composer.ports;
    if let Some(published) = file.published(id) {
        let media = ports.media.as_ref().ok_or(ManageError::FileGone)?;
        let until = composer.now + composer.settings.attachment_link_life;
        let renewed = media.renew(&published, until).await;
        let link = renewed.map_err(|_| ManageError::FileUnreachable)?;
        return Ok(Some(file.clone().behind(link.ok_or(ManageError::FileGone)?)));
    }
    let sources = ports.sources.as_ref().ok_or(ManageError::FileGone)?;
    let found = sources.read(&Place::Link(file.url.clone())).await.map_err(|error| {
        if error.is_transient() { ManageError::FileUnreachable } else { ManageError::FileGone }
    })?;
    let found = CheckedFile::found(found, Some(&file.name)).map_err(|_| ManageError::FileGone)?;
    if !found.is_as_found() {
        return Err(ManageError::FileGone);
    }
    let size = found.bytes().len() as u64;
    let fresh = AttachmentRef::new(&file.url, found.kind(), found.name());
    Ok(Some(fresh.with_bytes(size, found.sha256())))
}
