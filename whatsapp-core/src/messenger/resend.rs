//! Sending failed messages again as new ones: one that a manager chose, or all that failed for a
//! cause that was not theirs.

use chrono::{DateTime, Utc};

use super::prepare::{cut, warning};
use super::{ManageError, Messenger};
use crate::attachment::{CheckedFile, Place};
use crate::audit::{Act, Actor, AuditChange, AuditTarget};
use crate::compose::{ComposeError, Composer, Content};
use crate::files::let_go;
use crate::id::MessageId;
use crate::message::{
    AttachmentRef, CUSTOMER_NAME_MAX, Cause, Class, Facts, Failure, FailureKind, FileRule,
    Fingerprint, Forbidden, Message, MessageKey, MessageType, MessageValues, NewMessage, Part,
    Progress, State, StateRow, Status, Trigger,
};
use crate::number::WhatsAppNumber;
use crate::port::{Cursor, Customer, Enqueued, LogFilter, Sort, random};
use crate::private::Private;
use crate::settings::Settings;

/// How many rows of the log one page of [`Messenger::resend_failed`] reads.
const PAGE: u32 = 100;

/// A resend that a manager asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resend {
    /// The failed message.
    pub message_id: MessageId,
    /// Names the click: the same action twice makes one message.
    pub action: String,
    /// The manager knows that the customer did not get it. Needed after an unknown outcome.
    pub confirmed: bool,
    /// Who asks.
    pub by: Actor,
}

/// One page of what [`Messenger::resend_failed`] did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Resent {
    /// The new messages, in the order in which the failed ones were made.
    pub messages: Vec<MessageId>,
    /// What was left out, and why.
    pub left_out: LeftOut,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
}

impl Resent {
    /// Adds what the next page did.
    pub fn add(&mut self, page: Self) {
        self.messages.extend(page.messages);
        self.left_out.add(&page.left_out);
        self.next = page.next;
    }
}

/// Failed messages that were not sent again, by reason.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LeftOut {
    /// They may have been delivered: resend them one by one, when the customer did not get them.
    pub unknown_outcome: u64,
    /// Their invoice is not due any more.
    pub paid: u64,
    /// It is too late to send them.
    pub expired: u64,
    /// They were for a day that has passed: a greeting, a reminder that counts days.
    pub of_a_past_day: u64,
    /// They were sent again before.
    pub resent_before: u64,
    /// Messages of their type are switched off.
    pub switched_off: u64,
    /// They cannot be sent as they are, such as one whose customer has no number any more.
    pub refused: Vec<(MessageId, String)>,
}

impl LeftOut {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.unknown_outcome
            + self.paid
            + self.expired
            + self.of_a_past_day
            + self.resent_before
            + self.switched_off
            + self.refused.len() as u64
    }

    fn add(&mut self, other: &Self) {
        self.unknown_outcome += other.unknown_outcome;
        self.paid += other.paid;
        self.expired += other.expired;
        self.of_a_past_day += other.of_a_past_day;
        self.resent_before += other.resent_before;
        self.switched_off += other.switched_off;
        self.refused.extend(other.refused.iter().cloned());
    }
}

/// What makes a resend another message than the one that failed.
struct Again {
    key: MessageKey,
    trigger: Trigger,
    expires_at: Option<DateTime<Utc>>,
    by: Actor,
    class: Class,
    of: MessageType,
}

impl Messenger {
    /// Sends a failed message again as a new one, to the customer's number of now; the old one
    /// stays as it is.
    ///
    /// # Errors
    /// [`ManageError`] when the message has not failed for good, may have been delivered and that is
    /// not confirmed, or the customer's number is no good.
    pub async fn resend(&self, resend: &Resend) -> Result<MessageId, ManageError> {
        let (message, progress) = self.standing(resend.message_id).await?;
        let failure = match &progress.state {
            State::Failed(failure) => failure,
            State::Sent { .. } => return Err(ManageError::Forbidden(Forbidden::AlreadySent)),
            State::Cancelled(_) => return Err(ManageError::Forbidden(Forbidden::Cancelled)),
            State::Waiting { .. }
            | State::Sending { .. }
            | State::Checking { .. }
            | State::Retrying { .. } => {
                return Err(ManageError::Forbidden(Forbidden::UnderWay));
            }
        };
        if may_have_arrived(failure, progress.part) && !resend.confirmed {
            return Err(ManageError::Unconfirmed);
        }
        let was_refused = was_refused(&message);
        let old = message.facts;
        let of = self.type_of(&old)?;
        let action = Fingerprint::of(&[("action", &resend.action)]);
        let id = old.id.to_string();
        let again = Again {
            key: MessageKey::of(old.message_type, &["resend", &id, &action.as_str()[..16]]),
            trigger: Trigger::Manual,
            expires_at: None,
            by: resend.by.clone(),
            class: Class::Transactional,
            of,
        };
        let id = self.send_again(old, was_refused, again).await?;
        self.ports.wake.wake();
        Ok(id)
    }

    /// Sends again what failed for good since `since` for a cause that was not the message's own:
    /// the account's, the address's, that of something before the gateway, the gateway's, or the
    /// host's; with `cause` only for that one. A way back after the account was put right, or the
    /// program. What was refused when it was enqueued is left to whoever enqueues it again.
    ///
    /// One call reads one page of the log, the oldest messages first; call again with
    /// [`Resent::next`] as `after` until that is `None`. Whoever calls it, however often: a message
    /// is sent again once, under the key `resend:<message id>`. Left out, and counted, is what may
    /// have been delivered, what is paid, expired, switched off or for a day that has passed, and
    /// what was sent again before.
    ///
    /// # Errors
    /// [`ManageError::NotInBulk`] for another cause than those; [`ManageError`] when the host, its
    /// settings or the database do not answer: what the page did until then stays done, and the same
    /// call goes on from there.
    ///
    /// ```
    /// use chrono::TimeDelta;
    /// use whatsapp_core::Messenger;
    /// use whatsapp_core::audit::Actor;
    /// use whatsapp_core::messenger::{ManageError, Resent};
    /// use whatsapp_core::port::{Clock, SystemClock};
    ///
    /// async fn after_the_key_was_put_right(messenger: &Messenger) -> Result<Resent, ManageError> {
    ///     let since = SystemClock::new().now() - TimeDelta::days(8);
    ///     let mut all = messenger.resend_failed(since, None, None, &Actor::Host).await?;
    ///     while let Some(after) = all.next {
    ///         let page = messenger.resend_failed(since, None, Some(after), &Actor::Host).await?;
    ///         all.add(page);
    ///     }
    ///     Ok(all)
    /// }
    /// ```
    pub async fn resend_failed(
        &self,
        since: DateTime<Utc>,
        cause: Option<Cause>,
        after: Option<Cursor>,
        by: &Actor,
    ) -> Result<Resent, ManageError> {
        if cause.is_some_and(|cause| !in_bulk(cause)) {
            return Err(ManageError::NotInBulk);
        }
        let ports = &self.ports;
        let settings = ports.settings().await?;
        let filter = LogFilter { status: Some(Status::Failed), ..LogFilter::default() };
        let page = ports.store.page(&filter, Sort::Oldest, after, PAGE).await?;
        let failed: Vec<Message> = page
            .messages
            .into_iter()
            .filter(|message| message.updated_at >= since && failed_for(message, cause))
            .collect();
        let ids: Vec<MessageId> = failed.iter().map(|message| message.facts.id).collect();
        let resent_before = ports.store.resent(&ids).await?;
        let mut resent = Resent { next: page.next, ..Resent::default() };
        for message in failed {
            if resent_before.contains(&message.facts.id) {
                resent.left_out.resent_before += 1;
            } else {
                self.resend_one(message, &settings, by, &mut resent).await?;
            }
        }
        if !resent.messages.is_empty() {
            self.ports.wake.wake();
        }
        Ok(resent)
    }

    /// Sends one of many again, or counts why not.
    async fn resend_one(
        &self,
        message: Message,
        settings: &Settings,
        by: &Actor,
        resent: &mut Resent,
    ) -> Result<(), ManageError> {
        let ports = &self.ports;
        let now = ports.clock.now();
        let was_refused = was_refused(&message);
        let Message { facts: old, state, .. } = message;
        let left_out = &mut resent.left_out;
        let of = match self.type_of(&old) {
            Ok(of) => of,
            Err(error) => {
                left_out.refused.push((old.id, error.to_string()));
                return Ok(());
            }
        };
        let failure = state.failure.as_ref();
        if failure.is_none_or(|failure| may_have_arrived(failure, state.part)) {
            left_out.unknown_outcome += 1;
        } else if old.expires_at.is_some_and(|at| at <= now) {
            left_out.expired += 1;
        } else if of.is_for_a_day() && is_of_a_past_day(&old, settings, now) {
            left_out.of_a_past_day += 1;
        } else if !settings.allows(of) {
            left_out.switched_off += 1;
        } else if of.asks_ledger() && self.is_paid(&old).await? {
            left_out.paid += 1;
        } else {
            let id = old.id;
            let again = Again {
                key: MessageKey::resend(id),
                trigger: old.trigger,
                expires_at: old.expires_at,
                by: by.clone(),
                class: of.class(),
                of,
            };
            match self.send_again(old, was_refused, again).await {
                Ok(fresh) => resent.messages.push(fresh),
                Err(
                    error @ (ManageError::Number(_)
                    | ManageError::Compose(
                        ComposeError::TemplateUnknown
                        | ComposeError::TemplateType(_)
                        | ComposeError::TemplateInactive
                        | ComposeError::TemplateBroken(_)
                        | ComposeError::Text(_),
                    )
                    | ManageError::FileGone
                    | ManageError::FileUnreachable
                    | ManageError::Changed),
                ) => left_out.refused.push((id, error.to_string())),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The type of a message that is to be sent again.
    fn type_of(&self, old: &Facts) -> Result<MessageType, ManageError> {
        let name = old.message_type;
        self.ports.types.get(name).ok_or(ManageError::TypeUnknown(name))
    }

    async fn is_paid(&self, old: &Facts) -> Result<bool, ManageError> {
        let (Some(invoices), Some(invoice)) = (&self.ports.invoices, &old.invoice_id) else {
            return Ok(false);
        };
        let due = invoices.due(invoice).await.map_err(ManageError::Directory)?;
        Ok(!due.is_some_and(|due| due.is_open()))
    }

    /// Enqueues a failed message as a new one: its text and file, to the customer's number of now. One
    /// that was refused before it had a text is composed.
    async fn send_again(
        &self,
        old: Facts,
        was_refused: bool,
        again: Again,
    ) -> Result<MessageId, ManageError> {
        let ports = &self.ports;
        let now = ports.clock.now();
        let composer = Composer::new(ports, ports.settings().await?, now);
        let customers = composer.customers([&old.customer_id]).await;
        let customer = customers.map_err(ManageError::Directory)?.remove(&old.customer_id);
        let number = customer.as_ref().and_then(|customer| customer.whatsapp_number.as_ref());
        let number = WhatsAppNumber::parse(number.map_or("", Private::as_str));
        let number = number.map_err(ManageError::Number)?;
        // A second click may find another number or file: it is still the same click.
        let fingerprint = Fingerprint::of(&[("resend of", &old.id.to_string())]);
        let known = ports.store.find_key(&again.key, &fingerprint).await?;
        if let Some(Enqueued::AlreadyPresent(id)) = known {
            return Ok(id);
        }
        let fresh_id = MessageId::new(now, random(ports.entropy.as_ref()));
        let file = file_again(&composer, &old, fresh_id).await?;
        let said = match customer.filter(|_| was_refused) {
            Some(customer) => composed(&composer, again.of, &old, &customer, file.as_ref()).await?,
            None => behind_its_link(&old, file.as_ref()),
        };
        let part = Part::first(said.text.as_str(), file.is_some());
        let facts = Facts {
            id: fresh_id,
            key: again.key,
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
        let change = AuditChange::Resent { message: fresh_id };
        let on = AuditTarget::Message(old.id);
        let audit = Some(Box::new(ports.entry(&again.by, Act::MessageResent, on, change)));
        let fresh = NewMessage { facts, state, audit };
        let enqueued = ports.store.enqueue(std::slice::from_ref(&fresh)).await?;
        match enqueued.first() {
            Some(Enqueued::New(id)) => Ok(*id),
            Some(Enqueued::AlreadyPresent(id)) => {
                // Another caller was faster: the link that was made here leads nowhere.
                let Facts { id: unused, attachment, text, .. } = &fresh.facts;
                let media = ports.media.as_deref();
                let_go(media, *unused, attachment.as_ref(), text.as_str()).await;
                Ok(*id)
            }
            Some(Enqueued::Conflict(_)) | None => Err(ManageError::Changed),
        }
    }
}

/// A message as it was, with the new link of its file in its text and its values.
fn behind_its_link(old: &Facts, file: Option<&AttachmentRef>) -> Facts {
    let (Some(before), Some(file)) = (&old.attachment, file) else { return old.clone() };
    let text = old.text.as_str().replace(&before.url, &file.url).into();
    let values = old.values.as_ref().map(|values| values.replaced(&before.url, &file.url));
    Facts { text, values, ..old.clone() }
}

/// A message that was refused before it had a text, composed of what was kept of it.
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

/// Whether a message was refused before it had a text.
fn was_refused(message: &Message) -> bool {
    let failure = message.state.failure.as_ref();
    failure.is_some_and(|failure| failure.kind == FailureKind::Invalid)
        && message.facts.key.of_corrected().is_some()
}

/// The file of a message that is sent again, for the new message `id`: a hosted one gets a link of
/// its own, and what a public link leads to is read and checked again.
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

/// Whether messages that failed for this cause are sent again together.
const fn in_bulk(cause: Cause) -> bool {
    match cause {
        Cause::Account | Cause::Address | Cause::Between | Cause::Gateway | Cause::Host => true,
        Cause::Message | Cause::Recipient => false,
    }
}

/// Whether a message failed for good, for this cause or for any that was not its own. One that was
/// refused left its key free: it may have been enqueued again since.
fn failed_for(message: &Message, cause: Option<Cause>) -> bool {
    let state = &message.state;
    state.owed.is_none()
        && !was_refused(message)
        && state.failure.as_ref().is_some_and(|failure| {
            in_bulk(failure.cause) && cause.is_none_or(|cause| cause == failure.cause)
        })
}

/// The file of a message whose text failed is with the customer.
fn may_have_arrived(failure: &Failure, part: Part) -> bool {
    failure.kind == FailureKind::UnknownOutcome || part == Part::Text
}

/// Whether the day of a message has passed, by the business's calendar.
fn is_of_a_past_day(old: &Facts, settings: &Settings, now: DateTime<Utc>) -> bool {
    let day = |at: DateTime<Utc>| settings.time_zone.date(at);
    day(old.scheduled_for.unwrap_or(old.created_at)) < day(now)
}
